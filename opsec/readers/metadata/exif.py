"""Place, date and camera of a picture from its EXIF block, through exifread.

Exif 3.0 (CIPA DC-008), sections 4.6.6 (date, camera) and 4.6.7 (GPS). What exifread is given is one
bounded block and a ration of reads, so that no loop and no count inside it can buy time or memory.
"""

import logging
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, BinaryIO, Literal, cast

from opsec.formats.images.exif_blocks import exif_blocks
from opsec.i18n.messages import reason
from opsec.model import FileKind, Hint
from opsec.model.records import Found, Gap
from opsec.readers.field_values import device_told, field_name, time_told
from opsec.readers.interface import Reader
from opsec.readers.metadata.exif_gps import AXES, gps_told, text_of
from opsec.readers.metadata.exif_text import words_told

NAME = "exif"
MOST_READS = 60_000
"""Reads of one block; a photo full of tags needs three thousand."""
MOST_BYTES = 16 << 20
"""Bytes of one block, each counted as often as it is read."""

_DATES = (
    ("EXIF DateTimeOriginal", "EXIF OffsetTimeOriginal"),
    ("EXIF DateTimeDigitized", "EXIF OffsetTimeDigitized"),
    ("Image DateTime", "EXIF OffsetTime"),
)
"""When the picture was taken, and the zone of that; the first that is there counts."""


class _Rationed:
    """A file that comes to its end when too much has been read of it: what was read until then is kept."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell
        self._reads_left = MOST_READS
        self._bytes_left = MOST_BYTES

    @property
    def used_up(self) -> bool:
        return self._reads_left <= 0 or self._bytes_left <= 0

    def read(self, count: int = -1) -> bytes:
        self._reads_left -= 1
        if self._reads_left <= 0 or self._bytes_left <= 0:
            return b""
        data = self._file.read(self._bytes_left if count < 0 else min(count, self._bytes_left))
        self._bytes_left -= len(data)
        return data


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
    """Every place, date, camera and comment that the picture's EXIF blocks tell.

    Raises
    ------
    UnsoundError
        The file does not say where its EXIF lies.
    """
    for number, block in enumerate(exif_blocks(file, kind), 1):
        where = "EXIF" if number == 1 else f"EXIF {number}"
        yield from _block_told(block, where)
        yield from words_told(block, where)


READER = Reader(
    name=NAME, version=2, check="metadata", kinds=frozenset({"jpeg", "tiff", "png", "webp", "heif"}), read=read
)


def _block_told(block: BinaryIO, where: str) -> Iterator[Found]:
    rationed = _Rationed(block)
    try:
        tags = _tags(rationed)
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001 - the library raises whatever the bytes lead it to
        yield Gap(reason("broken", part=where, detail=type(fault).__name__))
        return
    written = {name: _denominators(block, tags.get(name)) for name in AXES}
    yield from gps_told(tags, written, reader=NAME, field=field_name(f"{where} GPS"))
    yield from _date_told(tags, where)
    for tag in ("Image Make", "Image Model"):
        yield from device_told(text_of(tags, tag), reader=NAME, field=field_name(f"{where} {tag.split()[1]}"))
    if rationed.used_up:
        yield Gap(reason("too_many", limit=MOST_READS, part=where))


def _tags(block: _Rationed) -> Mapping[str, Any]:
    import exifread

    logging.getLogger("exifread").setLevel(logging.CRITICAL + 1)  # what it has to say is in what we answer
    stream = cast("BinaryIO", block)  # of a stream it uses no more than ours has
    tags: Mapping[str, Any] = exifread.process_file(stream, details=False, extract_thumbnail=False)
    return tags


def _denominators(block: BinaryIO, tag: Any) -> list[int]:
    """The denominators as they stand in the block: exifread reduces its fractions, and 48.0000 is finer than 48."""
    if tag is None or not all(isinstance(value, Fraction) for value in tag.values):
        return []
    block.seek(0)
    order: Literal["little", "big"] = "little" if block.read(1) == b"I" else "big"
    block.seek(tag.field_offset)
    raw = block.read(8 * len(tag.values))
    return [int.from_bytes(raw[at + 4 : at + 8], order) for at in range(0, len(raw), 8)]


def _date_told(tags: Mapping[str, Any], where: str) -> Iterator[Hint]:
    for date, zone in _DATES:
        words = text_of(tags, date)
        if words:
            field = field_name(f"{where} {date.split()[1]}")
            yield from time_told(words, reader=NAME, field=field, zone=text_of(tags, zone))
            return
