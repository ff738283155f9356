"""What an ONNX file says it takes and gives, read without running any of it.

Only the names and the sizes of a graph's inputs and outputs (``onnx.proto``, fields 7, 11 and 12) are looked at; the
encoding is that of protocol buffers. The file is the officer's own, but may be anything: whatever is no ONNX file
raises ``ValueError``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_GRAPH, _INPUT, _OUTPUT, _INITIALIZER = 7, 11, 12, 5
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST_VARINT = 10

Dimensions = tuple[int, ...]
"""Of an input; 0 where the file takes any length."""


@dataclass(frozen=True, slots=True)
class Header:
    """The inputs with their sizes and the outputs."""

    takes: dict[str, Dimensions]
    gives: frozenset[str]


def header(content: bytes) -> Header:
    """What a file takes and gives. Raises ``ValueError`` for whatever is no ONNX file."""
    takes: dict[str, Dimensions] = {}
    gives: set[str] = set()
    for graph in _of(content, _GRAPH):
        constants = {_text(name) for tensor in _of(graph, _INITIALIZER) for name in _of(tensor, 8)}
        for value in _of(graph, _INPUT):
            name = _name(value)
            if name not in constants:  # old files list these as inputs too
                takes[name] = _dimensions(value)
        gives |= {_name(value) for value in _of(graph, _OUTPUT)}
    if not takes or not gives:
        raise ValueError("no graph")
    return Header(takes, frozenset(gives))


def _name(value: bytes) -> str:
    return _text(next(_of(value, 1), b""))


def _dimensions(value: bytes) -> Dimensions:
    """value_info.type (2) → tensor_type (1) → shape (2) → dim (1), each its own number (1) or a name."""
    shapes = (shape for kind in _of(value, 2) for tensor in _of(kind, 1) for shape in _of(tensor, 2))
    return tuple(_length(length) for shape in shapes for length in _of(shape, 1))


def _length(dimension: bytes) -> int:
    return next((number for field, number in _fields(dimension) if field == 1 and isinstance(number, int)), 0)


def _of(message: bytes, wanted: int) -> Iterator[bytes]:
    """The parts of a message that stand in one field."""
    return (part for field, part in _fields(message) if field == wanted and isinstance(part, bytes))


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    at, view = 0, memoryview(message)
    while at < len(view):
        key, at = _varint(view, at)
        field, wire = key >> 3, key & 7
        if wire == _VARINT:
            number, at = _varint(view, at)
            yield field, number
            continue
        length = {_FIXED64: 8, _FIXED32: 4}.get(wire)
        if wire == _BYTES:
            length, at = _varint(view, at)
        if length is None or at + length > len(view) or not field:
            raise ValueError("no protocol buffer")
        if wire == _BYTES:
            yield field, bytes(view[at : at + length])
        at += length


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    number = 0
    for place in range(_MOST_VARINT):
        if at + place >= len(view):
            break
        number |= (view[at + place] & 0x7F) << (7 * place)
        if view[at + place] < 0x80:
            return number, at + place + 1
    raise ValueError("no protocol buffer")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
