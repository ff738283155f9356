"""Routes of phones, watches and loggers (GPX 1.0 and 1.1, topografix.com/GPX/1/1): track points with their times."""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.bounded_text import bounded
from opsec.formats.timestamps import written_s
from opsec.formats.xml_events import MOST_MIB, listen
from opsec.model import FileKind
from opsec.model.records import Found
from opsec.readers.field_values import time_told
from opsec.readers.interface import Reader
from opsec.readers.telemetry.track_builder import Clock, Trail

NAME = "route"
PART = ".gpx"
_POINTS = ("trkpt", "rtept", "wpt")


class _Route:
    """Gathers points as the file goes by."""

    def __init__(self) -> None:
        self.trails = {name: Trail(f"{PART}/{name}") for name in _POINTS}
        self.began = ""
        self._clocks = {name: Clock() for name in _POINTS}
        self._place = ("", "")
        self._words: dict[str, str] = {}

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name in _POINTS:
            self._place = (attributes.get("lat", ""), attributes.get("lon", ""))
            self._words = {}

    def ends(self, name: str, text: str) -> None:
        if name not in _POINTS:
            self._words.setdefault(name, text.strip())
            return
        trail = self.trails[name]
        lat, lon = (_number(text) for text in self._place)
        if trail.full:
            return
        if lat is None or lon is None:
            trail.void()
            return
        time = self._words.get("time", "")
        self.began = self.began or time
        trail.add(
            self._clocks[name].at_s(written_s(time)), lat, lon,
            altitude_m=self._measure("ele"), heading_deg=self._measure("course"), speed_mps=self._measure("speed"),
        )  # fmt: skip

    def _measure(self, name: str) -> float | None:
        return _number(self._words.get(name, ""))


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - every reader is called alike
    """The points of tracks and of routes; single points only where there is no other."""
    text = bounded(file, PART, MOST_MIB)
    route = _Route()
    stopped = listen(text, route)
    ways = [found for name in ("trkpt", "rtept") for found in route.trails[name].told()]
    ways = ways or list(route.trails["wpt"].told())
    yield from ways
    if ways:
        yield from time_told(route.began, reader=NAME, field=f"{PART}/time")
    yield from text.gaps()
    if stopped is not None:
        raise stopped


def _number(text: str) -> float | None:
    """A decimal number; ``Trail`` refuses what is none on Earth."""
    try:
        return float(text) if len(text) <= 30 else None
    except ValueError:
        return None


READER = Reader(name=NAME, version=2, check="sidecar", kinds=frozenset({"gpx"}), read=read)
