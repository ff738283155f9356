"""Read position, date and camera of an image from its EXIF block, with exifread.

Exif 3.0 (CIPA DC-008), sections 4.6.6 (date, camera) and 4.6.7 (GPS). exifread is given one bounded block and a limited
number of reads, so that loops and counts inside the block cannot consume time or memory.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, BinaryIO, Literal, cast

from opsec.formats.images.exif_blocks import exif_blocks
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind, Hint
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.field_values import field_name, parse_device, parse_time
from opsec.readers.interface import Reader
from opsec.readers.metadata.exif_gps import AXES, gps_hints, tag_text
from opsec.readers.metadata.exif_text import text_hints
from opsec.runtime.process_state import silence_logger
from opsec.runtime.program_faults import is_program_fault

NAME = "exif"
MAX_READS = 60_000
"""Limit of reads for one block; a photo with many tags needs three thousand."""
MAX_BYTES = 16 << 20
"""Limit of bytes read for one block; repeated reads count each time."""

_DATES = (
    ("EXIF DateTimeOriginal", "EXIF OffsetTimeOriginal"),
    ("EXIF DateTimeDigitized", "EXIF OffsetTimeDigitized"),
    ("Image DateTime", "EXIF OffsetTime"),
)
"""Tags for the capture date, each with its time zone tag; the first one present counts."""


class _LimitedFile:
    """A file that reports its end once the read limits are used up; values read before are kept."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell
        self._reads_left = MAX_READS
        self._bytes_left = MAX_BYTES

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


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield position, date, camera and comments of the EXIF blocks of an image.

    Raises
    ------
    IncompleteFileError
        The file does not say where its EXIF block is.
    """
    for number, block in enumerate(exif_blocks(file, kind), 1):
        where = "EXIF" if number == 1 else f"EXIF {number}"
        yield from _block_hints(block, where)
        yield from text_hints(block, where, NAME)


READER = Reader(
    name=NAME, version=3, check="metadata", kinds=frozenset({"jpeg", "tiff", "png", "webp", "heif"}), read=read
)


def _block_hints(block: BinaryIO, where: str) -> Iterator[ReaderOutput]:
    rationed = _LimitedFile(block)
    try:
        tags = _read_tags(rationed)
    except MemoryError:
        raise
    except Exception as fault:  # the library raises whatever the bytes lead it to
        if is_program_fault(fault):
            raise
        yield Gap(make_reason("broken", part=where, detail=type(fault).__name__))
        return
    written = {name: _denominators(block, tags.get(name)) for name in AXES}
    yield from gps_hints(tags, written, reader=NAME, field=field_name(f"{where} GPS"))
    yield from _date_hints(tags, where)
    for tag in ("Image Make", "Image Model"):
        yield from parse_device(tag_text(tags, tag), reader=NAME, field=field_name(f"{where} {tag.split()[1]}"))
    if rationed.used_up:
        yield Gap(make_reason("too_many", limit=MAX_READS, part=where))


def _read_tags(block: _LimitedFile) -> Mapping[str, Any]:
    import exifread

    stream = cast("BinaryIO", block)  # of a stream it uses no more than ours has
    with silence_logger("exifread"):  # what it reports is in what this reader gives
        tags: Mapping[str, Any] = exifread.process_file(stream, details=False, extract_thumbnail=False)
    return tags


def _denominators(block: BinaryIO, tag: Any) -> list[int]:
    """Denominators as stored: exifread reduces fractions, and the precision of 48.0000 exceeds that of 48."""
    if tag is None or not all(isinstance(value, Fraction) for value in tag.values):
        return []
    block.seek(0)
    order: Literal["little", "big"] = "little" if block.read(1) == b"I" else "big"
    block.seek(tag.field_offset)
    raw = block.read(8 * len(tag.values))
    return [int.from_bytes(raw[at + 4 : at + 8], order) for at in range(0, len(raw), 8)]


def _date_hints(tags: Mapping[str, Any], where: str) -> Iterator[Hint]:
    for date, zone in _DATES:
        words = tag_text(tags, date)
        if words:
            field = field_name(f"{where} {date.split()[1]}")
            yield from parse_time(words, reader=NAME, field=field, zone=tag_text(tags, zone))
            return
