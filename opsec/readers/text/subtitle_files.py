"""Subtitle files (``.srt``, ``.vtt``): text that people wrote, or the positions of a drone.

``opsec.readers.telemetry.dji_subtitles`` parses the telemetry of drones, here as in a text track inside a video; such a
subtitle contains no text.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.bounded_text import read_bounded_text
from opsec.formats.subtitle_cues import SubtitleParser
from opsec.formats.text_lines import MAX_LINE_LENGTH
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.fields import SUBTITLE
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.field_values import parse_time
from opsec.readers.interface import Reader
from opsec.readers.telemetry.dji_subtitles import SubtitleTracks
from opsec.readers.telemetry.track_builder import TrackBuilder
from opsec.readers.text.cue_passages import PassageBuilder

NAME = "subtitle_track"
MAX_MIB = 32
"""One hour of flight with a subtitle per frame takes 30 MB."""
MAX_CUES = 300_000
_NOTATION_NAMES = ("tags", "GPS(E, N)", "GPS(lat, lon)", "GPS(lon, lat)")

_TIMESTAMP = re.compile(r"(?<![0-9])([0-9]{4})[-.]([0-9]{2})[-.]([0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})(?![0-9])")


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield one track per telemetry notation, the text with its times, and the camera's clock of the first subtitle."""
    part = f".{kind}"
    text = read_bounded_text(file, part, MAX_MIB)
    telemetry = SubtitleTracks(*(TrackBuilder(f"{part}/{name}") for name in _NOTATION_NAMES))
    cues, passages = SubtitleParser(text, web=kind == "vtt"), PassageBuilder(SUBTITLE, NAME)
    passage_hints: list[ReaderOutput] = []
    timestamp = ""
    for count, cue in enumerate(cues):
        if telemetry.full or count == MAX_CUES:
            yield Gap(make_reason("too_many", limit=MAX_CUES, part="subtitles"))
            break
        line = " ".join(cue.lines)
        telemetry.add_subtitle(line, cue.at_s)
        timestamp = timestamp or _find_timestamp(line)
        passage_hints += passages.add(cue)
    passage_hints += passages.finish()
    tracks = [record for track, notes in telemetry.records() for record in track.hint_records(*notes)]
    yield from (*tracks, *passage_hints)
    if tracks:
        yield from parse_time(timestamp, reader=NAME, field=f"{part}/clock")
    yield from text.gaps()
    yield from cues.remarks() if passage_hints else ()
    if cues.too_long:
        yield Gap(make_reason("too_long", part="line", limit=f"{MAX_LINE_LENGTH:,}"))


def _find_timestamp(text: str) -> str:
    """Find the time of the camera's clock, without a time zone."""
    match = _TIMESTAMP.search(text)
    return f"{match[1]}-{match[2]}-{match[3]}T{match[4]}" if match else ""


READER = Reader(name=NAME, version=3, check="sidecar", kinds=frozenset({"srt", "vtt"}), read=read)
