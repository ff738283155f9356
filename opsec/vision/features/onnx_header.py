"""Inputs and outputs that an ONNX file declares, read without running any of it.

Only the names and sizes of a graph's inputs and outputs are read (``onnx.proto``: ``ModelProto.graph`` 7,
``GraphProto.initializer`` 5, ``input`` 11 and ``output`` 12); the encoding is that of protocol buffers. The file is the
officer's own, but may be anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from opsec.formats.protobuf_wire import iter_fields_strict

_GRAPH, _INITIALIZER, _INPUT, _OUTPUT = 7, 5, 11, 12
_TENSOR_NAME, _VALUE_NAME = 8, 1

Dimensions = tuple[int, ...]
"""Size of an input; 0 where the network takes any length."""


@dataclass(frozen=True, slots=True)
class OnnxHeader:
    """What a network takes and gives."""

    inputs: dict[str, Dimensions]
    """Name and size of each input."""
    outputs: frozenset[str]
    """Names of the outputs."""


def read_onnx_header(content: bytes) -> OnnxHeader:
    """Read the inputs and outputs of an ONNX file.

    Raises
    ------
    ValueError
        The bytes are not an ONNX file.
    """
    inputs: dict[str, Dimensions] = {}
    outputs: set[str] = set()
    for graph in _submessages(content, _GRAPH):
        tensors = _submessages(graph, _INITIALIZER)
        constants = {_decode(name) for tensor in tensors for name in _submessages(tensor, _TENSOR_NAME)}
        for value in _submessages(graph, _INPUT):
            name = _value_name(value)
            if name not in constants:  # old files list these as inputs too
                inputs[name] = _dimensions(value)
        outputs |= {_value_name(value) for value in _submessages(graph, _OUTPUT)}
    if not inputs or not outputs:
        raise ValueError("no graph")
    return OnnxHeader(inputs, frozenset(outputs))


def _value_name(value: bytes) -> str:
    return _decode(next(_submessages(value, _VALUE_NAME), b""))


def _dimensions(value: bytes) -> Dimensions:
    """Read the size of an input: type (2) → tensor_type (1) → shape (2) → dim (1), each its length (1) or a name."""
    types = (tensor for kind in _submessages(value, 2) for tensor in _submessages(kind, 1))
    shapes = (shape for tensor in types for shape in _submessages(tensor, 2))
    return tuple(_length(dimension) for shape in shapes for dimension in _submessages(shape, 1))


def _length(dimension: bytes) -> int:
    return next(
        (one.value for one in iter_fields_strict(dimension) if one.number == 1 and isinstance(one.value, int)), 0
    )


def _submessages(message: bytes, number: int) -> Iterator[bytes]:
    """Yield the values of a field that are bytes: strings or messages."""
    return (one.value for one in iter_fields_strict(message) if one.number == number and isinstance(one.value, bytes))


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
