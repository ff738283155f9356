"""Read the video inside a motion photo, which covers about two seconds around the shutter and may hold more metadata.

A JPEG has it after the image (Android Motion Photo format 1.0; Samsung's ``MotionPhoto_Data``), a HEIC in a box
``mpvd``. It is located by its first box, not by the metadata of the photo.
"""

import os
from collections.abc import Generator, Iterator
from itertools import islice
from typing import BinaryIO, cast

from opsec.formats.images.segments import jpeg_segments
from opsec.formats.isobmff.boxes import iter_boxes
from opsec.i18n.reasons import make_reason
from opsec.model import Claim, FileKind
from opsec.model.records import Gap, ReaderOutput, UnreadableError
from opsec.readers.field_values import nest_field, nest_reason
from opsec.readers.interface import Reader
from opsec.readers.metadata import mp4
from opsec.readers.telemetry import reader

NAME = "motion photo"
MAX_SEARCHED_BYTES = 256 << 20
MAX_VIDEOS = 4
"""Limit of candidate offsets after one image; each is tried until one is a complete video."""

_STEP = 1 << 20
_FIRST_BOX = b"ftyp"


class _FileSlice:
    """The end of a file from an offset on, as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._start = start
        self._bytes = end - start
        self._at = 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._bytes}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, count: int = -1) -> bytes:
        left = max(0, self._bytes - self._at)
        self._file.seek(self._start + self._at)
        data = self._file.read(left if count < 0 else min(count, left))
        self._at += len(data)
        return data


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield the metadata and tracks of the video inside a photo; most photos contain none."""
    troubles: list[Gap] = []
    for start, end in islice((_video_offsets_in_jpeg if kind == "jpeg" else _video_offsets_in_heif)(file), MAX_VIDEOS):
        trouble = yield from _video_records(cast("BinaryIO", _FileSlice(file, start, end)))
        if trouble is None:
            return
        troubles.append(trouble)
    yield from troubles[:1]
    if kind == "jpeg" and file.seek(0, os.SEEK_END) > MAX_SEARCHED_BYTES:
        yield Gap(make_reason("too_long", part=NAME, limit=f"{MAX_SEARCHED_BYTES >> 20} MiB"))


READER = Reader(name=NAME, version=1, check="metadata", kinds=frozenset({"jpeg", "heif"}), read=read)


def _video_records(film: BinaryIO) -> Generator[ReaderOutput, None, Gap | None]:
    """Yield the records of the video readers, without the declared size, and what stopped them."""
    try:
        for read_film in (mp4.read, reader.read):
            film.seek(0)
            yield from (nest_field(one, NAME) for one in read_film(film, "mp4") if not isinstance(one, Claim))
    except UnreadableError as stop:
        return Gap(nest_reason(stop.reason, NAME))
    return None


def _video_offsets_in_jpeg(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Offsets at which a video may begin: in the image data or after it."""
    start = 2
    for segment in jpeg_segments(file):
        start = segment.payload + segment.length
    end = file.seek(0, os.SEEK_END)
    for at in range(start, min(end, start + MAX_SEARCHED_BYTES), _STEP):
        file.seek(at)
        window = file.read(_STEP + 12)
        found = window.find(_FIRST_BOX, 4)
        while 0 <= found < _STEP + 4:
            if _is_ftyp(window[found - 4 : found + 8]):
                yield at + found - 4, end
            found = window.find(_FIRST_BOX, found + 4)


def _is_ftyp(head: bytes) -> bool:
    """Whether bytes look like an ``ftyp`` box: a small multiple of four bytes with a brand in letters."""
    size = int.from_bytes(head[:4], "big")
    return 8 < size <= 1_024 and size % 4 == 0 and head[8:].isascii() and head[8:].decode("ascii").isprintable()


def _video_offsets_in_heif(file: BinaryIO) -> Iterator[tuple[int, int]]:
    for box in iter_boxes(file, frozenset()):
        if box.type == "mpvd":
            yield box.payload, box.end
