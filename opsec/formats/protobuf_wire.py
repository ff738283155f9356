"""Messages in the protocol buffers wire format, read without their schema.

Protocol Buffers, "Encoding": a message is a list of (number, wire type, value). Nothing is opened that
is not asked for, so nesting costs nothing; what stands before a fault is kept.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MOST_FIELDS = 1_024
"""Of one message; a frame of a drone has thirty."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message."""

    number: int
    value: int | float | bytes
    """A varint, a 64-bit float, or the bytes of a text or of a message within; 32-bit values are left out."""


def fields(message: bytes) -> Iterator[Field]:
    """The fields of a message in their order, up to its end or to what is no field."""
    at = 0
    for _ in range(MOST_FIELDS):
        head, at = _varint(message, at)
        if head is None:
            return
        number, wire = head >> 3, head & 7
        if wire == 0:
            value, at = _varint(message, at)
            if value is None:
                return
            yield Field(number, value)
        elif wire == 1 and at + 8 <= len(message):
            yield Field(number, float(struct.unpack_from("<d", message, at)[0]))
            at += 8
        elif wire == 2:
            length, at = _varint(message, at)
            if length is None or at + length > len(message):
                return
            yield Field(number, message[at : at + length])
            at += length
        elif wire == 5:
            at += 4
        else:
            return


def _varint(message: bytes, at: int) -> tuple[int | None, int]:
    """An unsigned number of at most ten bytes and where it ends; none when there is no whole one."""
    value = 0
    for shift, byte in enumerate(message[at : at + 10]):
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value & (1 << 64) - 1, at + shift + 1
    return None, at


def within(message: bytes, number: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of the messages in a message; with a number only those."""
    for one in fields(message):
        if isinstance(one.value, bytes) and number in (None, one.number):
            yield one.number, one.value


def integer(message: bytes, number: int) -> int | None:
    """A field as a signed 64-bit number; none when there is no such field."""
    for one in fields(message):
        if one.number == number and isinstance(one.value, int):
            return one.value - (1 << 64) if one.value >> 63 else one.value
    return None


def double(message: bytes, number: int) -> float | None:
    """A field as a 64-bit float; none when there is no such field."""
    return next((one.value for one in fields(message) if one.number == number and isinstance(one.value, float)), None)
