"""The film inside a photo: motion photos, which record two seconds around the shutter and may tell more than the photo.

A JPEG carries it behind its picture (Android Motion Photo format 1.0; Samsung's ``MotionPhoto_Data``),
a HEIC in a box of its own (``mpvd``). It is found by its own first box, whatever the photo says of it.
"""

import os
from collections.abc import Generator, Iterator
from itertools import islice
from typing import BinaryIO, cast

from opsec.formats.images.segments import jpeg_segments
from opsec.formats.isobmff.boxes import walk
from opsec.i18n.messages import reason
from opsec.model import Claim, FileKind
from opsec.model.records import Found, Gap, UnreadableError
from opsec.readers.field_values import inside, reason_inside
from opsec.readers.interface import Reader
from opsec.readers.metadata import mp4
from opsec.readers.telemetry import reader

NAME = "motion photo"
MOST_SEARCHED_BYTES = 256 << 20
MOST_FILMS = 4
"""That begin behind one picture; each is tried until one is whole."""

_STEP = 1 << 20
_FIRST_BOX = b"ftyp"


class _Stretch:
    """The end of a file, from one place on, as a file of its own."""

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


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
    """Every place, date, camera and way of the film inside a photo. Most photos hold none."""
    troubles: list[Gap] = []
    for start, end in islice((_behind_jpeg if kind == "jpeg" else _in_heif)(file), MOST_FILMS):
        trouble = yield from _film_told(cast("BinaryIO", _Stretch(file, start, end)))
        if trouble is None:
            return
        troubles.append(trouble)
    yield from troubles[:1]
    if kind == "jpeg" and file.seek(0, os.SEEK_END) > MOST_SEARCHED_BYTES:
        yield Gap(reason("too_long", part=NAME, limit=f"{MOST_SEARCHED_BYTES >> 20} MiB"))


READER = Reader(name=NAME, version=1, check="metadata", kinds=frozenset({"jpeg", "heif"}), read=read)


def _film_told(film: BinaryIO) -> Generator[Found, None, Gap | None]:
    """What the readers of films find, and what stopped them. What the film claims is not what the photo claims."""
    try:
        for read_film in (mp4.read, reader.read):
            film.seek(0)
            yield from (inside(one, NAME) for one in read_film(film, "mp4") if not isinstance(one, Claim))
    except UnreadableError as stop:
        return Gap(reason_inside(stop.reason, NAME))
    return None


def _behind_jpeg(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Where a film may begin behind the segments of the picture: in its data or after them."""
    start = 2
    for segment in jpeg_segments(file):
        start = segment.payload + segment.length
    end = file.seek(0, os.SEEK_END)
    for at in range(start, min(end, start + MOST_SEARCHED_BYTES), _STEP):
        file.seek(at)
        window = file.read(_STEP + 12)
        found = window.find(_FIRST_BOX, 4)
        while 0 <= found < _STEP + 4:
            if _begins_film(window[found - 4 : found + 8]):
                yield at + found - 4, end
            found = window.find(_FIRST_BOX, found + 4)


def _begins_film(head: bytes) -> bool:
    """The first box of a film: short, in words of four bytes, its brand in letters."""
    size = int.from_bytes(head[:4], "big")
    return 8 < size <= 1_024 and size % 4 == 0 and head[8:].isascii() and head[8:].decode("ascii").isprintable()


def _in_heif(file: BinaryIO) -> Iterator[tuple[int, int]]:
    for box in walk(file, frozenset()):
        if box.type == "mpvd":
            yield box.payload, box.end
