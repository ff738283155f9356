"""Parse the messages of a FIT file (Garmin FIT protocol, "FIT File Structure").

A file is a header, definition and data messages, and a checksum; further files may follow (chained FIT files). A data
message has no lengths of its own: the last definition of its local number gives its fields. Only the fields that the
caller asks for are decoded, so a definition with 255 fields costs no more than one with five.
"""

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MAX_MESSAGES = 1_000_000
"""Limit for one file with all that is chained to it; a day with one record a second has 90,000."""

TIMESTAMP = 253
"""Number of the field with the time, in every message."""
FIT_EPOCH_S = 631_065_600
"""1989-12-31T00:00:00Z, the epoch of FIT times, as seconds since 1970."""

FitValue = int | float | str

_HEADER = struct.Struct("<BBHI4s")
_CRC_BYTES = 2
_IS_COMPRESSED, _IS_DEFINITION, _HAS_DEVELOPER_FIELDS = 0x80, 0x40, 0x20
_STRING = 0x07
_NUMBER_FORMATS: Mapping[int, tuple[str, FitValue]] = {
    0x00: ("B", 0xFF), 0x01: ("b", 0x7F), 0x02: ("B", 0xFF), 0x83: ("h", 0x7FFF), 0x84: ("H", 0xFFFF),
    0x85: ("i", 0x7FFFFFFF), 0x86: ("I", 0xFFFFFFFF), 0x88: ("f", float("nan")), 0x89: ("d", float("nan")),
    0x0A: ("B", 0), 0x8B: ("H", 0), 0x8C: ("I", 0), 0x8E: ("q", (1 << 63) - 1), 0x8F: ("Q", (1 << 64) - 1),
    0x90: ("Q", 0),
}  # fmt: skip
"""Format and invalid value by base type ("Base Types and Invalid Values")."""


@dataclass(frozen=True, slots=True)
class FitMessage:
    """One data message, with the wanted fields that are valid."""

    number: int
    """Global message number of the profile."""
    values: Mapping[int, FitValue]
    """Values by field number; of an array, the first."""


@dataclass(frozen=True, slots=True)
class _Field:
    number: int
    at: int
    size: int
    base_type: int


@dataclass(frozen=True, slots=True)
class _Definition:
    number: int
    order: str
    """``<`` or ``>``."""
    fields: tuple[_Field, ...]
    """Wanted fields only."""
    size: int


@dataclass(slots=True)
class FitParser:
    """Iterates over the messages of a file. Iterating fills in ``flaws`` and ``full``."""

    data: bytes
    wanted: Mapping[int, frozenset[int]]
    """Field numbers by global message number; ``TIMESTAMP`` is always decoded."""
    flaws: list[str] = field(default_factory=list)
    """What is damaged, in a word: ``header``, ``CRC-16``, ``definition``, ``cut off``."""
    full: bool = False
    """Whether the limit of messages was reached."""
    _definitions: dict[int, _Definition] = field(default_factory=dict)
    _last_time: int = 0
    _count: int = 0

    def __iter__(self) -> Iterator[FitMessage]:
        at = 0
        while at < len(self.data) and not self.full:
            header = self.data[at : at + _HEADER.size]
            if len(header) < _HEADER.size or header[8:] != b".FIT":
                self._note_flaw("header")
                return
            header_bytes, _, _, data_bytes, _ = _HEADER.unpack(header)
            start = at + max(_HEADER.size, header_bytes)
            end = start + data_bytes
            if end > len(self.data):
                self._note_flaw("cut off")
            elif not _is_crc_valid(self.data[at : end + _CRC_BYTES]):
                self._note_flaw("CRC-16")
            self._definitions, self._last_time = {}, 0
            yield from self._messages(start, min(end, len(self.data)))
            at = end + _CRC_BYTES

    def _messages(self, at: int, end: int) -> Iterator[FitMessage]:
        while at < end:
            self._count += 1
            if self._count > MAX_MESSAGES:
                self.full = True
                return
            head = self.data[at]
            if head & _IS_DEFINITION and not head & _IS_COMPRESSED:
                at = self._define(head, at + 1, end)
                if at < 0:
                    self._note_flaw("definition")
                    return
                continue
            local = (head >> 5) & 3 if head & _IS_COMPRESSED else head & 0xF
            definition = self._definitions.get(local)
            if definition is None or at + 1 + definition.size > end:
                self._note_flaw("definition" if definition is None else "cut off")
                return
            values = self._values(definition, at + 1)
            if head & _IS_COMPRESSED:
                values[TIMESTAMP] = self._advance_time(head & 0x1F)
            elif isinstance(time := values.get(TIMESTAMP), int):
                self._last_time = time
            at += 1 + definition.size
            if definition.number in self.wanted:
                yield FitMessage(definition.number, values)

    def _advance_time(self, offset: int) -> int:
        """Time of a compressed header: the lowest five bits of the seconds, counted on from the last time."""
        self._last_time += (offset - self._last_time) & 0x1F
        return self._last_time

    def _define(self, head: int, at: int, end: int) -> int:
        """Keep a definition; return the offset behind it, -1 if it is cut off."""
        if at + 5 > end:
            return -1
        order = ">" if self.data[at + 1] == 1 else "<"
        (number,) = struct.unpack_from(f"{order}H", self.data, at + 2)
        fields_at, count = at + 5, self.data[at + 4]
        ends_at = fields_at + 3 * count
        if ends_at > end:
            return -1
        wanted, fields, size = self.wanted.get(number, frozenset()), [], 0
        for field_number, field_bytes, base_type in _triples(self.data[fields_at:ends_at]):
            if field_number in wanted or field_number == TIMESTAMP:
                fields.append(_Field(field_number, size, field_bytes, base_type))
            size += field_bytes
        if head & _HAS_DEVELOPER_FIELDS:
            developer_at = ends_at + 1
            ends_at = developer_at + 3 * (self.data[ends_at] if ends_at < end else 256)
            if ends_at > end:
                return -1
            size += sum(self.data[developer_at + 1 : ends_at : 3])
        self._definitions[head & 0xF] = _Definition(number, order, tuple(fields), size)
        return ends_at

    def _values(self, definition: _Definition, at: int) -> dict[int, FitValue]:
        found = {}
        for one in definition.fields:
            value = _decode(self.data[at + one.at : at + one.at + one.size], one.base_type, definition.order)
            if value is not None:
                found[one.number] = value
        return found

    def _note_flaw(self, flaw: str) -> None:
        if flaw not in self.flaws:
            self.flaws.append(flaw)


def _triples(data: bytes) -> Iterator[tuple[int, int, int]]:
    return zip(data[0::3], data[1::3], data[2::3], strict=True)


def _decode(raw: bytes, base_type: int, order: str) -> FitValue | None:
    """Value of a field, or the first of an array; None when it is invalid or its size does not fit its type."""
    if base_type == _STRING:
        return raw.split(b"\0", 1)[0].decode("utf-8", "replace") or None
    letter, invalid = _NUMBER_FORMATS.get(base_type, ("", 0))
    if not letter or len(raw) < struct.calcsize(letter):
        return None
    value: FitValue = struct.unpack_from(order + letter, raw)[0]
    return None if value == invalid or (isinstance(value, float) and not math.isfinite(value)) else value


def _crc_table() -> tuple[int, ...]:
    """Table of CRC-16 with the reflected polynomial 0xA001, which the nibble table of the FIT SDK amounts to."""
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
        table.append(crc)
    return tuple(table)


_CRC_TABLE = _crc_table()


def _is_crc_valid(data: bytes) -> bool:
    """Whether the checksum of a file with its two checksum bytes is zero; a missing or zero one counts as unused."""
    if data[-_CRC_BYTES:] == bytes(_CRC_BYTES):
        return True
    crc = 0
    for byte in data:
        crc = (crc >> 8) ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc == 0
