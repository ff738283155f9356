"""Subtitles beside a film (``.srt``, ``.vtt``): the words that people wrote, or where a drone was at each moment.

What a drone writes into a subtitle is read by ``opsec.readers.telemetry.dji_subtitles``, as of a text track inside the
film; such a subtitle holds no words.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.bounded_text import bounded
from opsec.formats.subtitle_cues import Cues
from opsec.formats.text_lines import LONGEST_LINE
from opsec.i18n.messages import reason
from opsec.model import FileKind
from opsec.model.records import Found, Gap
from opsec.readers.field_values import time_told
from opsec.readers.interface import Reader
from opsec.readers.telemetry.dji_subtitles import Readings
from opsec.readers.telemetry.track_builder import Trail
from opsec.readers.text.cue_passages import Passages

NAME = "subtitle_track"
FIELD = "subtitle"
MOST_MIB = 32
"""The subtitles of an hour's flight, a frame at a time, have 30 MB."""
MOST_CUES = 300_000

_CLOCK = re.compile(r"(?<![0-9])([0-9]{4})[-.]([0-9]{2})[-.]([0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})(?![0-9])")


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
    """The words with their times; the way in each notation that occurs, and the clock of its first subtitle."""
    part = f".{kind}"
    text = bounded(file, part, MOST_MIB)
    names = ("tags", "GPS(E, N)", "GPS(lat, lon)", "GPS(lon, lat)")
    readings = Readings(*(Trail(f"{part}/{name}") for name in names))
    cues, passages = Cues(text, web=kind == "vtt"), Passages(FIELD, NAME)
    words: list[Found] = []
    clock = ""
    for met, cue in enumerate(cues):
        if readings.full or met == MOST_CUES:
            yield Gap(reason("too_many", limit=MOST_CUES, part="subtitles"))
            break
        line = " ".join(cue.lines)
        readings.take(line, cue.at_s)
        clock = clock or _clock(line)
        words += passages.take(cue)
    words += passages.rest()
    tracks = [found for trail, note in readings.told() for found in trail.told(note)]
    yield from (*tracks, *words)
    if tracks:
        yield from time_told(clock, reader=NAME, field=f"{part}/clock")
    yield from text.gaps()
    yield from cues.remarks() if words else ()
    if cues.too_long:
        yield Gap(reason("too_long", part="line", limit=f"{LONGEST_LINE:,}"))


def _clock(words: str) -> str:
    """The camera's own clock, of no zone that it tells."""
    found = _CLOCK.search(words)
    return f"{found[1]}-{found[2]}-{found[3]}T{found[4]}" if found else ""


READER = Reader(name=NAME, version=2, check="sidecar", kinds=frozenset({"srt", "vtt"}), read=read)
