"""Subtitles that a drone writes beside its film (SubRip, ``.srt``): where it was, a frame or a second at a time.

What stands in one subtitle is read by ``opsec.hints.tracks.dji_text``, as of a text track inside the film.
Words that people wrote are no matter of this reader.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from opsec.hints.beside.text import Bounded, bounded
from opsec.hints.lines import Lines, LineTooLongError
from opsec.hints.reader import Found, Gap, Reader
from opsec.hints.told import time_told
from opsec.hints.tracks.dji_text import LONGEST, Readings
from opsec.hints.tracks.track import Trail
from opsec.language import reason
from opsec.model import FileKind

NAME = "subtitle_track"
PART = ".srt"
MOST_MIB = 32
"""The subtitles of an hour's flight, a frame at a time, have 30 MB."""
MOST_CUES = 300_000

_CUE = re.compile(r"[ \t\ufeff]{0,4}([0-9]{1,3}):([0-9]{2}):([0-9]{2})[,.]([0-9]{1,3}) {0,4}-->")
_CLOCK = re.compile(r"(?<![0-9])([0-9]{4})[-.]([0-9]{2})[-.]([0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})(?![0-9])")


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - every reader is called alike
    """The way in the subtitles, in each notation that occurs, and the clock of the first."""
    text = bounded(file, PART, MOST_MIB)
    names = ("tags", "GPS(E, N)", "GPS(lat, lon)", "GPS(lon, lat)")
    readings = Readings(*(Trail(f"{PART}/{name}") for name in names))
    cues = _Cues(text)
    clock = ""
    for met, (at_s, words) in enumerate(cues):
        if readings.full or met == MOST_CUES:
            yield Gap(reason("too_many", limit=MOST_CUES, part="subtitles"))
            break
        readings.take(words, at_s)
        clock = clock or _clock(words)
    tracks = [found for trail, note in readings.told() for found in trail.told(note)]
    yield from tracks
    if tracks:
        yield from time_told(clock, reader=NAME, field=f"{PART}/clock")
    yield from text.gaps()
    if cues.too_long:
        yield Gap(reason("too_long", part="line", limit=f"{LONGEST:,}"))


class _Cues:
    """The subtitles of a file in their order: when each begins, in seconds, and what stands in it."""

    def __init__(self, text: Bounded) -> None:
        self._lines = Lines(text.data)
        self.too_long = False
        """A line was longer than any that is read; it was passed over."""

    def __iter__(self) -> Iterator[tuple[float, str]]:
        at_s: float | None = None
        words: list[str] = []
        room = LONGEST
        for line in self._each():
            begins = _CUE.match(line)
            if begins:
                if at_s is not None:
                    yield at_s, " ".join(words)
                at_s, words, room = _seconds(begins), [], LONGEST
            elif at_s is not None and room > 0:
                words.append(line[:room].strip())
                room -= len(line)
        if at_s is not None:
            yield at_s, " ".join(words)

    def _each(self) -> Iterator[str]:
        while True:
            try:
                yield next(self._lines)
            except LineTooLongError:
                self.too_long = True
            except StopIteration:
                return


def _seconds(found: re.Match[str]) -> float:
    hours, minutes, seconds, fraction = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _clock(words: str) -> str:
    """The camera's own clock, of no zone that it tells."""
    found = _CLOCK.search(words)
    return f"{found[1]}-{found[2]}-{found[3]}T{found[4]}" if found else ""


READER = Reader(name=NAME, version=1, check="sidecar", kinds=frozenset({"srt"}), read=read)
