"""Ways in a KML file (OGC 12-007r2): ``gx:Track``, pins each with its time, and ``LineString``, which has none.

Outlines and pins without a time are drawings of a map, not a way that a camera went, and are no matter of this reader.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import BinaryIO

from opsec.formats.bounded_text import bounded
from opsec.formats.timestamps import written_s
from opsec.formats.xml_events import MOST_MIB, listen
from opsec.model import FileKind
from opsec.model.records import Found
from opsec.readers.field_values import time_told
from opsec.readers.interface import Reader
from opsec.readers.telemetry.track_builder import MOST_MET, Clock, Trail

NAME = "map_track"
PART = ".kml"
_LONGEST_NUMERAL = 30


class _Ways:
    """Gathers ways as the file goes by."""

    def __init__(self) -> None:
        self.tracks, self.lines = Trail(f"{PART}/gx:Track"), Trail(f"{PART}/LineString")
        self.pins = Trail(f"{PART}/Point")
        self.began = ""
        self._shape = ""
        self._clock, self._pin_clock = Clock(), Clock()
        self._pin: list[str] = []
        self._stamp = ""
        self._when: list[str] = []
        self._coord: list[str] = []
        self._angles: list[str] = []

    def begins(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - a listener is told both
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
        if name in lists and len(lists[name]) < MOST_MET:
            lists[name].append(text.strip())
        elif name == "Track":
            self._track()
        elif name == "coordinates" and self._shape == "LineString":
            self._line(text)
        elif name == "coordinates" and self._shape == "Point":
            self._pin = text.strip().split(",")
        elif name == "Placemark":
            self._stamped_pin()

    def _track(self) -> None:
        """The n-th ``when``, ``gx:coord`` and ``gx:angles`` (heading, tilt, roll) belong together."""
        for when, coord, angles in zip_longest(self._when, self._coord, self._angles, fillvalue=""):
            if self.tracks.full or not coord:
                continue
            self.began = self.began or when
            heading = _numbers(angles.split()[:1])
            self._add(self.tracks, coord.split(), self._clock.at_s(written_s(when)), heading[0] if heading else None)

    def _stamped_pin(self) -> None:
        """Loggers write each fix as a pin with its ``TimeStamp``, before or behind its ``Point``."""
        at_s = written_s(self._stamp)
        if self._pin and at_s is not None and not self.pins.full:
            self.began = self.began or self._stamp
            self._add(self.pins, self._pin, self._pin_clock.at_s(at_s))

    def _line(self, text: str) -> None:
        for place in text.split():
            if self.lines.full:
                return
            self._add(self.lines, place.split(","), 0.0)

    def _add(self, trail: Trail, parts: list[str], at_s: float, heading_deg: float | None = None) -> None:
        """Longitude first, then latitude, then height in metres."""
        numbers = _numbers(parts[:3])
        if len(numbers) < 2:
            trail.void()
            return
        height_m = numbers[2] if len(numbers) > 2 else None
        trail.add(at_s, numbers[1], numbers[0], altitude_m=height_m, heading_deg=heading_deg)


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - every reader is called alike
    """The ways with times as one track, those without as another."""
    text = bounded(file, PART, MOST_MIB)
    ways = _Ways()
    stopped = listen(text, ways)
    yield from ways.tracks.told()
    yield from ways.pins.told()
    yield from ways.lines.told("its points carry no times")
    if ways.began:
        yield from time_told(ways.began, reader=NAME, field=f"{PART}/when")
    yield from text.gaps()
    if stopped is not None:
        raise stopped


def _numbers(parts: list[str]) -> list[float]:
    """Decimal numbers; none at all when one of them is none."""
    try:
        return [float(part) for part in parts if len(part) <= _LONGEST_NUMERAL]
    except ValueError:
        return []


READER = Reader(name=NAME, version=2, check="sidecar", kinds=frozenset({"kml"}), read=read)
