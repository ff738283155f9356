"""Read GPX 1.0 and 1.1 (topografix.com/GPX/1/1): tracks with their times, waypoints, names and descriptions."""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.bounded_text import read_bounded_text
from opsec.formats.timestamps import parse_iso8601_s
from opsec.formats.xml_events import MAX_XML_MIB, parse_xml_events
from opsec.model import FileKind
from opsec.model.records import ReaderOutput
from opsec.readers.field_values import parse_decimal, parse_time
from opsec.readers.interface import Reader
from opsec.readers.telemetry.files.map_points import MapPoints
from opsec.readers.telemetry.track_builder import ClipClock, TrackBuilder

NAME = "route"
PART = ".gpx"
_POINTS = ("trkpt", "rtept", "wpt")
_WORDS = frozenset({"name", "desc", "cmt", "keywords", "text", "src"})


class _GpxHandler:
    """Collect points from XML events."""

    def __init__(self) -> None:
        self.trails = {name: TrackBuilder(f"{PART}/{name}") for name in _POINTS}
        self.points = MapPoints(NAME, PART)
        self.began = ""
        self._clocks = {name: ClipClock() for name in _POINTS}
        self._place = ("", "")
        self._words: dict[str, str] = {}

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name in _POINTS:
            self._place = (attributes.get("lat", ""), attributes.get("lon", ""))
            self._words = {}

    def ends(self, name: str, text: str) -> None:
        if name not in _POINTS:
            self._words.setdefault(name, text.strip())
            if name in _WORDS:
                self.points.add_words(name, text)
            return
        if name == "wpt":
            self.points.add_point(name, *self._place)
        trail = self.trails[name]
        lat, lon = (parse_decimal(text) for text in self._place)
        if trail.full:
            return
        if lat is None or lon is None:
            trail.add_without_fix()
            return
        time = self._words.get("time", "")
        self.began = self.began or time
        trail.add(
            self._clocks[name].at_s(parse_iso8601_s(time)), lat, lon,
            altitude_m=self._measure("ele"), heading_deg=self._measure("course"), speed_mps=self._measure("speed"),
        )  # fmt: skip

    def _measure(self, name: str) -> float | None:
        return parse_decimal(self._words.get(name, ""))


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield tracks and routes; waypoints as a track where there is nothing else, as positions beside them; words."""
    text = read_bounded_text(file, PART, MAX_XML_MIB)
    route = _GpxHandler()
    stopped = parse_xml_events(text, route)
    ways = [found for name in ("trkpt", "rtept") for found in route.trails[name].hint_records()]
    only_waypoints = not ways
    ways = ways or list(route.trails["wpt"].hint_records())
    yield from ways
    yield from route.points.records() if not only_waypoints else route.points.words()
    if ways:
        yield from parse_time(route.began, reader=NAME, field=f"{PART}/time")
    yield from text.gaps()
    if stopped is not None:
        raise stopped


READER = Reader(name=NAME, version=3, check="sidecar", kinds=frozenset({"gpx"}), read=read)
