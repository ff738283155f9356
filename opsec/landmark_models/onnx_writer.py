"""Writer of small ONNX files: the few messages of the format that a small network needs.

The numbers of the fields are those of ``onnx.proto`` (ONNX 1.16), the encoding that of protocol buffers, version 2.
Written by hand because the ``onnx`` package would be needed for nothing else.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

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
        *(_bytes_field(1, name) for name in inputs),
        _bytes_field(2, output),
        _bytes_field(3, output),
    ]
    parts += [_bytes_field(4, operator), *(_bytes_field(5, _attribute(*one)) for one in attributes.items())]
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
        *(_bytes_field(1, one) for one in nodes),
        _bytes_field(2, producer),
        *(_bytes_field(5, _tensor(name, array)) for name, array in constants.items()),
        *(_bytes_field(11, _value(name, dimensions)) for name, dimensions in inputs.items()),
        *(_bytes_field(12, _value(name, dimensions)) for name, dimensions in outputs.items()),
    ]
    operators = _bytes_field(1, "") + _number_field(2, opset)
    head = _number_field(1, _IR_VERSION) + _bytes_field(2, producer)
    return head + _bytes_field(7, b"".join(graph)) + _bytes_field(8, operators)


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, str):
        return _bytes_field(1, name) + _bytes_field(4, value) + _number_field(20, _STRING_ATTRIBUTE)
    if isinstance(value, float):
        number = bytes([2 << 3 | 5]) + struct.pack("<f", value)  # field 2, a 32-bit number
        return _bytes_field(1, name) + number + _number_field(20, _FLOAT_ATTRIBUTE)
    if isinstance(value, int):
        return _bytes_field(1, name) + _number_field(3, value) + _number_field(20, _INT_ATTRIBUTE)
    numbers = b"".join(_number_field(8, one) for one in value)
    return _bytes_field(1, name) + numbers + _number_field(20, _INTS_ATTRIBUTE)


def _tensor(name: str, array: "Constant") -> bytes:
    shape = b"".join(_number_field(1, length) for length in array.shape)
    little_endian = array.astype(array.dtype.newbyteorder("<"))
    kind = _KINDS[array.dtype.name]
    return shape + _number_field(2, kind) + _bytes_field(8, name) + _bytes_field(9, little_endian.tobytes())


def _value(name: str, dimensions: Dimensions) -> bytes:
    lengths = (_number_field(1, one) if isinstance(one, int) else _bytes_field(2, one) for one in dimensions)
    shape = b"".join(_bytes_field(1, length) for length in lengths)
    return _bytes_field(1, name) + _bytes_field(2, _bytes_field(1, _number_field(1, _FLOAT) + _bytes_field(2, shape)))


def _number_field(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes_field(field: int, value: bytes | str) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number >= 0x80:  # seven bits a byte, the highest bit of all but the last is set
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
