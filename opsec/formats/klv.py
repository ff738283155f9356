"""Parse key-length-value data (SMPTE ST 336) as drones send it: the UAS local set (MISB ST 0601).

A local set is a key of 16 bytes, a length in BER, and items of a tag (BER-OID), a length (BER) and a value. Metadata
streams of type 0x15 wrap it into access unit cells (MISB ST 1402, ISO/IEC 13818-1 section 2.12.4).
"""

from collections.abc import Iterator
from dataclasses import dataclass

UAS_KEY = bytes.fromhex("060e2b34020b01010e01030101000000")
SMPTE_PREFIX = b"\x06\x0e\x2b\x34"
CHECKSUM_TAG = 1
MAX_ITEMS = 300
"""Limit of items of one set; the standard has 143 tags."""
MAX_SET_BYTES = 1 << 16
MAX_SETS = 1_000
"""Limit of sets in one unit of a stream."""


@dataclass(frozen=True, slots=True)
class LocalSet:
    """One UAS local set."""

    items: dict[int, bytes]
    """Values by tag; of a repeated tag, the first."""
    is_sound: bool | None
    """Whether its checksum is right; None without one."""
    is_cut: bool
    """Whether it is longer than the data, or a length in it is."""


def iter_uas_sets(data: bytes) -> Iterator[LocalSet]:
    """Yield the UAS local sets in some bytes, wherever they begin."""
    at = data.find(UAS_KEY)
    for _ in range(MAX_SETS):
        if at < 0:
            return
        length, value_at = read_ber_length(data, at + len(UAS_KEY))
        if length is None:
            yield LocalSet({}, None, is_cut=True)
            return
        end = min(value_at + length, len(data), value_at + MAX_SET_BYTES)
        yield _parse_set(data[at:end], value_at - at, is_cut=value_at + length > end)
        at = data.find(UAS_KEY, end)


def _parse_set(data: bytes, at: int, *, is_cut: bool) -> LocalSet:
    items: dict[int, bytes] = {}
    sound: bool | None = None
    while at < len(data) and len(items) < MAX_ITEMS:
        tag, at = _read_oid(data, at)
        length, at = read_ber_length(data, at)
        if tag is None or length is None or at + length > len(data):
            is_cut = True
            break
        if tag == CHECKSUM_TAG and length == 2:
            sound = checksum(data[:at]) == int.from_bytes(data[at : at + 2], "big")
        items.setdefault(tag, data[at : at + length])
        at += length
    return LocalSet(items, sound, is_cut)


def checksum(data: bytes) -> int:
    """Sum of all 16-bit words (ST 0601, tag 1), over the set up to the length of the checksum.

    >>> hex(checksum(b"\\x01\\x02\\x03"))
    '0x402'
    """
    return (sum(data[0::2]) * 256 + sum(data[1::2])) & 0xFFFF


def read_ber_length(data: bytes, at: int) -> tuple[int | None, int]:
    """Length and the offset behind it; None when it is cut off, indefinite, or has more than eight bytes.

    >>> read_ber_length(b"\\x82\\x01\\x00", 0), read_ber_length(b"\\x80", 0)
    ((256, 3), (None, 0))
    """
    if at >= len(data):
        return None, at
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if not 0 < count <= 8 or at + 1 + count > len(data):
        return None, at
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count


def _read_oid(data: bytes, at: int) -> tuple[int | None, int]:
    """Tag in base 128, at most two bytes."""
    if at >= len(data):
        return None, at
    if data[at] < 0x80:
        return data[at], at + 1
    if at + 1 >= len(data) or data[at + 1] >= 0x80:
        return None, at
    return (data[at] & 0x7F) << 7 | data[at + 1], at + 2


class AccessUnitCells:
    """Joins the cells of metadata access units; a unit may be split over several cells and PES units."""

    _FIRST, _LAST, _WHOLE = 2, 1, 3

    def __init__(self) -> None:
        self._parts: dict[int, bytearray] = {}

    def add(self, data: bytes) -> Iterator[bytes]:
        """Yield the access units that these cells complete."""
        at = 0
        while at + 5 <= len(data):
            service, fragment = data[at], data[at + 2] >> 6
            length = int.from_bytes(data[at + 3 : at + 5], "big")
            cell = data[at + 5 : at + 5 + length]
            at += 5 + length
            if fragment == self._WHOLE:
                yield cell
            elif fragment == self._FIRST:
                self._parts[service] = bytearray(cell)
            elif (begun := self._parts.get(service)) is not None and len(begun) < MAX_SET_BYTES:
                begun += cell
                if fragment == self._LAST:
                    yield bytes(self._parts.pop(service))
