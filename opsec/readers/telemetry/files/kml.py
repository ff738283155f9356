"""Read tracks from KML (OGC 12-007r2): ``gx:Track``, placemarks with a time, and ``LineString`` without times.

Outlines and placemarks without a time are map drawings, not the track of a camera: their points are positions.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import BinaryIO

from opsec.formats.bounded_text import read_bounded_text
from opsec.formats.timestamps import parse_iso8601_s
from opsec.formats.xml_events import MAX_XML_MIB, parse_xml_events
from opsec.model import FileKind
from opsec.model.notes import make_note
from opsec.model.records import ReaderOutput
from opsec.readers.field_values import parse_decimal, parse_time
from opsec.readers.interface import Reader
from opsec.readers.telemetry.files.map_points import MapPoints
from opsec.readers.telemetry.track_builder import MAX_SAMPLES, ClipClock, TrackBuilder

NAME = "map_track"
PART = ".kml"
_WORDS = frozenset({"name", "description", "address", "Snippet", "value", "text"})


class _KmlHandler:
    """Collect tracks from XML events."""

    def __init__(self) -> None:
        self.tracks, self.lines = TrackBuilder(f"{PART}/gx:Track"), TrackBuilder(f"{PART}/LineString")
        self.pins = TrackBuilder(f"{PART}/Point")
        self.points = MapPoints(NAME, PART)
        self.began = ""
        self._shape = ""
        self._clock, self._pin_clock = ClipClock(), ClipClock()
        self._pin: list[str] = []
        self._stamp = ""
        self._when: list[str] = []
        self._coord: list[str] = []
        self._angles: list[str] = []

    def begins(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - the interface passes both
        if name == "Track":
            self._when, self._coord, self._angles = [], [], []
        elif name == "Placemark":
            self._pin, self._stamp = [], ""
        elif name in ("LineString", "LinearRing", "Point"):
            self._shape = name

    def ends(self, name: str, text: str) -> None:
        lists = {"when": self._when, "coord": self._coord, "angles": self._angles}
        if name in ("when", "begin") and not self._stamp:
            self._stamp = text.strip()
        if name in lists and len(lists[name]) < MAX_SAMPLES:
            lists[name].append(text.strip())
        elif name == "Track":
            self._track()
        elif name == "coordinates" and self._shape == "LineString":
            self._line(text)
        elif name == "coordinates" and self._shape == "LinearRing":
            self._outline(text)
        elif name in _WORDS:
            self.points.add_words(name, text)
        elif name == "coordinates" and self._shape == "Point":
            self._pin = text.strip().split(",")
        elif name == "Placemark":
            self._stamped_pin()

    def _track(self) -> None:
        """Combine the n-th ``when``, ``gx:coord`` and ``gx:angles`` (heading, tilt, roll)."""
        for when, coord, angles in zip_longest(self._when, self._coord, self._angles, fillvalue=""):
            if self.tracks.full or not coord:
                continue
            self.began = self.began or when
            heading = _parse_numbers(angles.split()[:1])
            self._add(
                self.tracks, coord.split(), self._clock.at_s(parse_iso8601_s(when)), heading[0] if heading else None
            )

    def _stamped_pin(self) -> None:
        """Take a placemark with a ``TimeStamp`` before or after its ``Point`` as one fix, as loggers write it."""
        at_s = parse_iso8601_s(self._stamp)
        if len(self._pin) > 1 and at_s is None:
            self.points.add_point("Point", self._pin[1], self._pin[0])
        if self._pin and at_s is not None and not self.pins.full:
            self.began = self.began or self._stamp
            self._add(self.pins, self._pin, self._pin_clock.at_s(at_s))

    def _outline(self, text: str) -> None:
        for place in text.split():
            lon, _comma, rest = place.partition(",")
            self.points.add_point("LinearRing", rest.partition(",")[0], lon)

    def _line(self, text: str) -> None:
        for place in text.split():
            if self.lines.full:
                return
            self._add(self.lines, place.split(","), 0.0)

    def _add(self, trail: TrackBuilder, parts: list[str], at_s: float, heading_deg: float | None = None) -> None:
        """Add one fix: longitude, latitude, altitude in metres."""
        numbers = _parse_numbers(parts[:3])
        if len(numbers) < 2:
            trail.add_without_fix()
            return
        height_m = numbers[2] if len(numbers) > 2 else None
        trail.add(at_s, numbers[1], numbers[0], altitude_m=height_m, heading_deg=heading_deg)


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield the tracks with times as one hint, those without as another."""
    text = read_bounded_text(file, PART, MAX_XML_MIB)
    ways = _KmlHandler()
    stopped = parse_xml_events(text, ways)
    yield from ways.tracks.hint_records()
    yield from ways.pins.hint_records()
    yield from ways.lines.hint_records(make_note("no_point_times"))
    yield from ways.points.records()
    if ways.began:
        yield from parse_time(ways.began, reader=NAME, field=f"{PART}/when")
    yield from text.gaps()
    if stopped is not None:
        raise stopped


def _parse_numbers(parts: list[str]) -> list[float]:
    """Parse decimal numbers; empty when one of them is not a number."""
    numbers = [number for part in parts if (number := parse_decimal(part)) is not None]
    return numbers if len(numbers) == len(parts) else []


READER = Reader(name=NAME, version=3, check="sidecar", kinds=frozenset({"kml"}), read=read)
