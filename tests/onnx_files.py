"""ONNX files, written by hand: the few messages of its protobuf that a small network needs.

The numbers of the fields are those of ``onnx.proto`` (ONNX 1.16), the encoding that of protocol buffers, version 2.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

FLOAT, INT64 = 1, 7
_KINDS = {"float32": FLOAT, "int64": INT64}
_OPSET = 13
Dimensions = Sequence[int | str]
"""A name stands for a dimension that may have any length."""


def node(op: str, takes: Sequence[str], gives: Sequence[str], **attributes: int | Sequence[int]) -> bytes:
    """One operation of the network."""
    named = [*(_bytes(1, name) for name in takes), *(_bytes(2, name) for name in gives)]
    told = [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
    return b"".join([*named, _bytes(3, gives[0]), _bytes(4, op), *told])


def model(
    nodes: Sequence[bytes],
    constants: Mapping[str, NDArray[np.float32] | NDArray[np.int64]],
    takes: Sequence[tuple[str, int, Dimensions]],
    gives: Sequence[tuple[str, int, Dimensions]],
) -> bytes:
    """The whole file."""
    graph = [
        *(_bytes(1, one) for one in nodes),
        _bytes(2, "small"),
        *(_bytes(5, _tensor(name, array)) for name, array in constants.items()),
        *(_bytes(11, _value(*one)) for one in takes),
        *(_bytes(12, _value(*one)) for one in gives),
    ]
    opset = _bytes(1, "") + _number(2, _OPSET)
    return _number(1, 8) + _bytes(2, "opsec tests") + _bytes(7, b"".join(graph)) + _bytes(8, opset)


def _attribute(name: str, value: int | Sequence[int]) -> bytes:
    if isinstance(value, int):
        return _bytes(1, name) + _number(3, value) + _number(20, 2)
    return _bytes(1, name) + b"".join(_number(8, one) for one in value) + _number(20, 7)


def _tensor(name: str, array: NDArray[np.float32] | NDArray[np.int64]) -> bytes:
    shape = b"".join(_number(1, length) for length in array.shape)
    return shape + _number(2, _KINDS[array.dtype.name]) + _bytes(8, name) + _bytes(9, array.tobytes())


def _value(name: str, kind: int, dimensions: Dimensions) -> bytes:
    lengths = (_number(1, one) if isinstance(one, int) else _bytes(2, one) for one in dimensions)
    shape = b"".join(_bytes(1, length) for length in lengths)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw
