"""Read place names and captions from IPTC records, as newsrooms and older photo programs write them.

IPTC-NAA Information Interchange Model, version 4.2, chapter 6, in Photoshop resource 0x0404 (Adobe Photoshop File
Formats, "Image resource blocks"): in APP13 of a JPEG, in a text of a PNG, in tag 33723 or 34377 of a TIFF. IPTC has no
coordinates, only place names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from opsec.formats.images.big_tiff import classic_tiff
from opsec.formats.images.png_text import png_texts
from opsec.formats.images.segments import jpeg_segments
from opsec.formats.images.tiff_ifd import read_first_ifd
from opsec.model import FileKind
from opsec.model.records import ReaderOutput
from opsec.readers.field_values import field_name, place_name_hint
from opsec.readers.interface import Reader
from opsec.readers.text.free_text import to_free_text

NAME = "iptc"
MAX_IPTC_BYTES = 1 << 20
"""Limit for all records of an image."""
MAX_BLOCKS = 8
MAX_RESOURCES = 500
MAX_RECORDS = 2_000

_MARK = b"Photoshop 3.0\0"
_IPTC = 0x0404
_PLACES = {
    27: "Content location", 90: "City", 92: "Sub-location", 95: "Province", 101: "Country",
}  # fmt: skip
_WORDS = {5: "Object name", 25: "Keywords", 40: "Special instructions", 105: "Headline", 120: "Caption"}
_TAGS = {33_723: "IPTC", 34_377: "Photoshop"}


@dataclass(frozen=True, slots=True)
class IptcRecord:
    """One dataset; record 2 holds descriptive text."""

    record: int
    dataset: int
    value: bytes


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield every place name and caption in the IPTC records of an image."""
    blocks = {"jpeg": _jpeg, "png": _png, "tiff": _tiff}[kind](file)
    for block in islice(blocks, MAX_BLOCKS):
        yield from _hints(list(islice(_records(block), MAX_RECORDS)))


READER = Reader(name=NAME, version=2, check="metadata", kinds=frozenset({"jpeg", "png", "tiff"}), read=read)


def _hints(records: list[IptcRecord]) -> Iterator[ReaderOutput]:
    declared_utf8 = any((one.record, one.dataset) == (1, 90) and one.value == b"\x1b%G" for one in records)
    for one in records:
        name = (_PLACES | _WORDS).get(one.dataset) if one.record == 2 else None
        if name is None:
            continue
        words = _decode_text(one.value, declared_utf8=declared_utf8).strip(" \0\r\n\t")
        field = field_name("IPTC", name)
        if one.dataset in _WORDS:
            yield from to_free_text(words, field)
        elif words:
            yield place_name_hint(words, reader=NAME, field=field)


def _decode_text(raw: bytes, *, declared_utf8: bool) -> str:
    """Decode as UTF-8 where valid, else windows-1256 where most bytes are not ASCII, else Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        if declared_utf8:
            return raw.decode("utf-8", "replace")
    letters = [byte for byte in raw if byte >= 0x80 or chr(byte).isalpha()]
    arabic = 2 * sum(byte >= 0x80 for byte in letters) > len(letters)
    return raw.decode("windows-1256" if arabic else "latin-1", "replace")


# ── where the records lie ─────────────────────────────────────────────────────────────────────
def _jpeg(file: BinaryIO) -> Iterator[bytes]:
    """Join resources that continue in the next segment."""
    parts = []
    for segment in jpeg_segments(file):
        if segment.name == "ED" and segment.read(file, len(_MARK)) == _MARK:
            parts.append(segment.read(file, MAX_IPTC_BYTES)[len(_MARK) :])
    yield from _resources(b"".join(parts)[:MAX_IPTC_BYTES])


def _png(file: BinaryIO) -> Iterator[bytes]:
    for text in png_texts(file):
        if text.keyword == "Raw profile type iptc":
            raw = text.profile(file)
            yield from _resources(raw) if raw[:4] == b"8BIM" else [raw]


def _tiff(file: BinaryIO) -> Iterator[bytes]:
    file = classic_tiff(file)
    for entry in read_first_ifd(file):
        if entry.tag in _TAGS:
            raw = entry.read(file, MAX_IPTC_BYTES)
            yield from [raw] if _TAGS[entry.tag] == "IPTC" else _resources(raw)


def _resources(raw: bytes) -> Iterator[bytes]:
    """Yield the IPTC blocks among Photoshop resources, which are padded to an even length."""
    at = 0
    for _ in range(MAX_RESOURCES):
        if raw[at : at + 4] != b"8BIM" or at + 7 > len(raw):
            return
        name_bytes = raw[at + 6] + 1
        start = at + 6 + name_bytes + name_bytes % 2 + 4
        length = int.from_bytes(raw[start - 4 : start], "big")
        if raw[at + 4 : at + 6] == _IPTC.to_bytes(2, "big"):
            yield raw[start : start + length]
        at = start + length + length % 2


def _records(raw: bytes) -> Iterator[IptcRecord]:
    """Yield datasets; a length with its highest bit set gives the size of an extended length."""
    at = 0
    while raw[at : at + 1] == b"\x1c" and at + 5 <= len(raw):
        record, dataset, length = raw[at + 1], raw[at + 2], int.from_bytes(raw[at + 3 : at + 5], "big")
        at += 5
        if length & 0x8000:
            digits = length & 0x7FFF
            if digits > 4:
                return
            length = int.from_bytes(raw[at : at + digits], "big")
            at += digits
        yield IptcRecord(record, dataset, raw[at : at + length])
        at += length
