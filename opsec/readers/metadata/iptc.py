"""Place names and captions in IPTC records: what newsrooms and older photo programs write.

IPTC-NAA Information Interchange Model, version 4.2, chapter 6, kept in Photoshop's resource 0x0404
(Adobe Photoshop File Formats, "Image resource blocks"): in APP13 of a JPEG, in a text of a PNG, in
tag 33723 or 34377 of a TIFF. It has no coordinates: a name is all that it tells of a place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from opsec.formats.images.png_text import png_texts
from opsec.formats.images.segments import jpeg_segments
from opsec.formats.images.tiff_ifd import first_directory
from opsec.model import FileKind
from opsec.model.records import Found
from opsec.readers.field_values import field_name, place_name
from opsec.readers.interface import Reader
from opsec.readers.text.free_text import free_text

NAME = "iptc"
MOST_BYTES = 1 << 20
"""Of all records of a picture."""
MOST_BLOCKS = 8
MOST_RESOURCES = 500
MOST_RECORDS = 2_000

_MARK = b"Photoshop 3.0\0"
_IPTC = 0x0404
_PLACES = {
    27: "Content location", 90: "City", 92: "Sub-location", 95: "Province", 101: "Country",
}  # fmt: skip
_WORDS = {5: "Object name", 25: "Keywords", 40: "Special instructions", 105: "Headline", 120: "Caption"}
_TAGS = {33_723: "IPTC", 34_377: "Photoshop"}


@dataclass(frozen=True, slots=True)
class Record:
    """One value: record 2 holds what people read."""

    record: int
    dataset: int
    value: bytes


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
    """Every place name and caption in the IPTC records of a picture."""
    blocks = {"jpeg": _jpeg, "png": _png, "tiff": _tiff}[kind](file)
    for block in islice(blocks, MOST_BLOCKS):
        yield from _told(list(islice(_records(block), MOST_RECORDS)))


READER = Reader(name=NAME, version=1, check="metadata", kinds=frozenset({"jpeg", "png", "tiff"}), read=read)


def _told(records: list[Record]) -> Iterator[Found]:
    declared_utf8 = any((one.record, one.dataset) == (1, 90) and one.value == b"\x1b%G" for one in records)
    for one in records:
        name = (_PLACES | _WORDS).get(one.dataset) if one.record == 2 else None
        if name is None:
            continue
        words = _words(one.value, declared_utf8=declared_utf8).strip(" \0\r\n\t")
        field = field_name("IPTC", name)
        if one.dataset in _WORDS:
            yield from free_text(words, field)
        elif words:
            yield place_name(words, reader=NAME, field=field)


def _words(raw: bytes, *, declared_utf8: bool) -> str:
    """UTF-8 when it is; else the letters of the program's country: Arabic where most are beyond ASCII, else Latin."""
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
    """Resources longer than a segment go on in the next one."""
    parts = []
    for segment in jpeg_segments(file):
        if segment.name == "ED" and segment.read(file, len(_MARK)) == _MARK:
            parts.append(segment.read(file, MOST_BYTES)[len(_MARK) :])
    yield from _resources(b"".join(parts)[:MOST_BYTES])


def _png(file: BinaryIO) -> Iterator[bytes]:
    for text in png_texts(file):
        if text.keyword == "Raw profile type iptc":
            raw = text.profile(file)
            yield from _resources(raw) if raw[:4] == b"8BIM" else [raw]


def _tiff(file: BinaryIO) -> Iterator[bytes]:
    for entry in first_directory(file):
        if entry.tag in _TAGS:
            raw = entry.read(file, MOST_BYTES)
            yield from [raw] if _TAGS[entry.tag] == "IPTC" else _resources(raw)


def _resources(raw: bytes) -> Iterator[bytes]:
    """The blocks of IPTC records among Photoshop's resources; everything in them is padded to an even length."""
    at = 0
    for _ in range(MOST_RESOURCES):
        if raw[at : at + 4] != b"8BIM" or at + 7 > len(raw):
            return
        name_bytes = raw[at + 6] + 1
        start = at + 6 + name_bytes + name_bytes % 2 + 4
        length = int.from_bytes(raw[start - 4 : start], "big")
        if raw[at + 4 : at + 6] == _IPTC.to_bytes(2, "big"):
            yield raw[start : start + length]
        at = start + length + length % 2


def _records(raw: bytes) -> Iterator[Record]:
    """Values one after the other; a length with its highest bit set is the length of the length."""
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
        yield Record(record, dataset, raw[at : at + length])
        at += length
