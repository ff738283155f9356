"""Messages in the protocol buffers wire format, read and written without their schema.

Protocol Buffers, "Encoding": a message is a list of (number, wire type, value). Nothing is opened that
is not asked for, so nesting costs nothing; what stands before a fault is kept.
"""

import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

MAX_FIELDS = 1_024
"""Limit for one message; a frame of drone telemetry has thirty fields."""
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED_LENGTHS = {_FIXED64: 8, _FIXED32: 4}


@dataclass(frozen=True, slots=True)
class ProtobufField:
    """One field of a message."""

    number: int
    value: int | float | bytes
    """A varint, a 64-bit float, or the bytes of a string or embedded message; 32-bit values are omitted."""


def iter_fields(message: bytes) -> Iterator[ProtobufField]:
    """Yield the fields of a message in their order, up to its end or to the first damage."""
    with suppress(ValueError):
        yield from _walk(message, MAX_FIELDS)


def iter_fields_strict(message: bytes) -> Iterator[ProtobufField]:
    """Yield all fields of a message in their order, without a bound on their number.

    Raises
    ------
    ValueError
        The bytes that follow are not a field.
    """
    for field in _walk(message, sys.maxsize):
        if not field.number:
            raise ValueError("field number 0")
        yield field


def _walk(message: bytes, max_fields: int) -> Iterator[ProtobufField]:
    at = 0
    for _ in range(max_fields):
        if at >= len(message):
            return
        key, at = _varint(message, at)
        number, wire_type = key >> 3, key & 7
        if wire_type == _VARINT:
            value, at = _varint(message, at)
            yield ProtobufField(number, value)
            continue
        length = _FIXED_LENGTHS.get(wire_type)
        if wire_type == _BYTES:
            length, at = _varint(message, at)
        if length is None or at + length > len(message):
            raise ValueError("not a field")
        if wire_type == _BYTES:
            yield ProtobufField(number, message[at : at + length])
        elif wire_type == _FIXED64:
            yield ProtobufField(number, float(struct.unpack_from("<d", message, at)[0]))
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Decode an unsigned number of at most ten bytes; also return where it ends."""
    value = 0
    for shift, byte in enumerate(message[at : at + 10]):
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value & (1 << 64) - 1, at + shift + 1
    raise ValueError("not a varint")


def iter_messages(message: bytes, number: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield number and bytes of the embedded messages; with ``number`` only those with this field number."""
    for one in iter_fields(message):
        if isinstance(one.value, bytes) and number in (None, one.number):
            yield one.number, one.value


def read_int64(message: bytes, number: int) -> int | None:
    """Read a field as a signed 64-bit integer; None when it is missing."""
    for one in iter_fields(message):
        if one.number == number and isinstance(one.value, int):
            return one.value - (1 << 64) if one.value >> 63 else one.value
    return None


def read_double(message: bytes, number: int) -> float | None:
    """Read a field as a 64-bit float; None when it is missing."""
    return next(
        (one.value for one in iter_fields(message) if one.number == number and isinstance(one.value, float)), None
    )


def encode_number_field(number: int, value: int) -> bytes:
    """Encode a field whose value is an integer; a negative one as 64 bits."""
    return _encode_varint(number << 3) + _encode_varint(value)


def encode_bytes_field(number: int, value: bytes | str) -> bytes:
    """Encode a field whose value is a string or an embedded message."""
    raw = value.encode() if isinstance(value, str) else value
    return _encode_varint(number << 3 | _BYTES) + _encode_varint(len(raw)) + raw


def _encode_varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number >= 0x80:  # seven bits a byte, the highest bit of all but the last is set
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
