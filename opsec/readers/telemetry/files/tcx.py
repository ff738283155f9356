"""Read tracks and words from Garmin's Training Center XML (TrainingCenterDatabase v2): trackpoints with their times."""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.bounded_text import read_bounded_text
from opsec.formats.timestamps import parse_iso8601_s
from opsec.formats.xml_events import MAX_XML_MIB, parse_xml_events
from opsec.model import FileKind
from opsec.model.records import FreeText, ReaderOutput
from opsec.readers.field_values import parse_decimal, parse_device, parse_time
from opsec.readers.interface import Reader
from opsec.readers.telemetry.track_builder import ClipClock, TrackBuilder
from opsec.readers.text.free_text import MAX_TEXTS, to_free_text

NAME = "training_log"
PART = ".tcx"
_LAP_POSITIONS = ("BeginPosition", "EndPosition")
_POINTS = ("Trackpoint", "CoursePoint", *_LAP_POSITIONS)
_WORDS = frozenset({"Notes", "Name", "PointType"})
_NAMED_BY_MAKERS = frozenset({"Creator", "Author"})
"""Elements whose ``Name`` is that of a watch or a program."""


class _TcxHandler:
    """Collect points and words from XML events."""

    def __init__(self) -> None:
        self.trails = {name: TrackBuilder(f"{PART}/{name}") for name in _POINTS}
        self.began = ""
        self.maker = ""
        self.texts: list[FreeText] = []
        self._clocks = {name: ClipClock() for name in _POINTS}
        self._values: dict[str, str] = {}
        self._inside_maker = 0

    def begins(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - the interface passes both
        if name in _POINTS:
            self._values = {}
        self._inside_maker += name in _NAMED_BY_MAKERS

    def ends(self, name: str, text: str) -> None:
        self._inside_maker -= name in _NAMED_BY_MAKERS
        if name in _POINTS:
            self._add_point(name)
        elif name == "Name" and self._inside_maker:
            self.maker = self.maker or text
        elif name in _WORDS and len(self.texts) <= MAX_TEXTS:
            self.texts += to_free_text(text, f"{PART}/{name}")
        else:
            self._values.setdefault(name, text.strip())

    def _add_point(self, name: str) -> None:
        trail, values = self.trails[name], self._values
        self._values = {}
        lat, lon = parse_decimal(values.get("LatitudeDegrees", "")), parse_decimal(values.get("LongitudeDegrees", ""))
        if trail.full:
            return
        if lat is None or lon is None:
            if "LatitudeDegrees" in values or "LongitudeDegrees" in values:  # indoors, points have no position at all
                trail.add_without_fix()
            return
        time = values.get("Time", "")
        self.began = self.began or time
        trail.add(
            self._clocks[name].at_s(parse_iso8601_s(time)), lat, lon,
            altitude_m=parse_decimal(values.get("AltitudeMeters", "")),
            speed_mps=parse_decimal(values.get("Speed", "")),
        )  # fmt: skip


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield the track, then points of a course and of laps, then notes, start time and device."""
    text = read_bounded_text(file, PART, MAX_XML_MIB)
    log = _TcxHandler()
    stopped = parse_xml_events(text, log)
    for trail in log.trails.values():
        yield from trail.hint_records()
    yield from log.texts
    yield from parse_time(log.began, reader=NAME, field=f"{PART}/Time")
    yield from parse_device(log.maker, reader=NAME, field=f"{PART}/Creator")
    yield from text.gaps()
    if stopped is not None:
        raise stopped


READER = Reader(name=NAME, version=1, check="sidecar", kinds=frozenset({"tcx"}), read=read)
