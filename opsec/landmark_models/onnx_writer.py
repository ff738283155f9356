"""Writer of small ONNX files: the few messages of the format that a small network needs.

The numbers of the fields are those of ``onnx.proto`` (ONNX 1.16), the encoding that of protocol buffers, version 2.
Written by hand because the ``onnx`` package would be needed for nothing else.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from opsec.formats.protobuf_wire import encode_bytes_field, encode_number_field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Constant = NDArray[np.float32] | NDArray[np.int64]

_FLOAT, _INT64 = 1, 7  # TensorProto.DataType
_KINDS = {"float32": _FLOAT, "int64": _INT64}
_IR_VERSION = 8
OPSET = 13
"""Version of the operators: the newest that every runtime in use knows."""
_FLOAT_ATTRIBUTE, _INT_ATTRIBUTE, _STRING_ATTRIBUTE, _INTS_ATTRIBUTE = 1, 2, 3, 7  # AttributeProto.AttributeType

Attribute = float | int | str | Sequence[int]
Dimensions = Sequence[int | str]
"""Size of an input or output; a name stands for a dimension of any length."""


def encode_node(operator: str, inputs: Sequence[str], output: str, **attributes: Attribute) -> bytes:
    """Encode one operation (``NodeProto``); an empty input name stands for an optional input that is left out."""
    parts = [
        *(encode_bytes_field(1, name) for name in inputs),
        encode_bytes_field(2, output),
        encode_bytes_field(3, output),
    ]
    parts += [encode_bytes_field(4, operator), *(encode_bytes_field(5, _attribute(*one)) for one in attributes.items())]
    return b"".join(parts)


def encode_model(  # noqa: PLR0913 - the parts of the file
    nodes: Sequence[bytes],
    constants: "Mapping[str, Constant]",
    inputs: Mapping[str, Dimensions],
    outputs: Mapping[str, Dimensions],
    producer: str,
    *,
    opset: int = OPSET,
) -> bytes:
    """Encode a whole file (``ModelProto``) whose inputs and outputs are of 32-bit floats.

    Parameters
    ----------
    nodes
        As ``encode_node`` returns them, in the order in which they are computed.
    constants
        Weights by name, float32 or int64.
    inputs, outputs
        Dimensions by name.
    producer
        Name of the program that wrote the file.
    opset
        Version of the operators.
    """
    graph = [
        *(encode_bytes_field(1, one) for one in nodes),
        encode_bytes_field(2, producer),
        *(encode_bytes_field(5, _tensor(name, array)) for name, array in constants.items()),
        *(encode_bytes_field(11, _value(name, dimensions)) for name, dimensions in inputs.items()),
        *(encode_bytes_field(12, _value(name, dimensions)) for name, dimensions in outputs.items()),
    ]
    operators = encode_bytes_field(1, "") + encode_number_field(2, opset)
    head = encode_number_field(1, _IR_VERSION) + encode_bytes_field(2, producer)
    return head + encode_bytes_field(7, b"".join(graph)) + encode_bytes_field(8, operators)


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, str):
        return encode_bytes_field(1, name) + encode_bytes_field(4, value) + encode_number_field(20, _STRING_ATTRIBUTE)
    if isinstance(value, float):
        number = bytes([2 << 3 | 5]) + struct.pack("<f", value)  # field 2, a 32-bit number
        return encode_bytes_field(1, name) + number + encode_number_field(20, _FLOAT_ATTRIBUTE)
    if isinstance(value, int):
        return encode_bytes_field(1, name) + encode_number_field(3, value) + encode_number_field(20, _INT_ATTRIBUTE)
    numbers = b"".join(encode_number_field(8, one) for one in value)
    return encode_bytes_field(1, name) + numbers + encode_number_field(20, _INTS_ATTRIBUTE)


def _tensor(name: str, array: "Constant") -> bytes:
    shape = b"".join(encode_number_field(1, length) for length in array.shape)
    little_endian = array.astype(array.dtype.newbyteorder("<"))
    kind = _KINDS[array.dtype.name]
    return (
        shape
        + encode_number_field(2, kind)
        + encode_bytes_field(8, name)
        + encode_bytes_field(9, little_endian.tobytes())
    )


def _value(name: str, dimensions: Dimensions) -> bytes:
    lengths = (
        encode_number_field(1, one) if isinstance(one, int) else encode_bytes_field(2, one) for one in dimensions
    )
    shape = b"".join(encode_bytes_field(1, length) for length in lengths)
    return encode_bytes_field(1, name) + encode_bytes_field(
        2, encode_bytes_field(1, encode_number_field(1, _FLOAT) + encode_bytes_field(2, shape))
    )
