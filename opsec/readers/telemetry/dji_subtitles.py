"""Places in the subtitles that DJI and Autel drones write: of a text track, or of a file beside the film.

Three notations are met (their makers document none):
``[latitude: 33.98] [longitude: 43.25] [rel_alt: 1.3 abs_alt: 42.8]``, the names with or without spaces
and once misspelt; ``GPS(a,b,c)``; ``GPS(E: 43.25, N: 33.98, 60.5m)``.

The two numbers of ``GPS(a,b,c)`` come in both orders. Where c is a height in metres (``31.2M``) the
latitude stands first, where it is a whole number, the count of satellites, the longitude does; and
what is more than 90 is no latitude. Where nothing tells, both readings are given, and the sites decide.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from opsec.formats.isobmff.user_data_text import decoded
from opsec.model.records import Found
from opsec.readers.telemetry.track_builder import Trail
from opsec.readers.telemetry.track_source import Stream

LONGEST = 10_000
"""Code points of one subtitle that are looked at."""

MOST_PLACES = 4
"""Of one subtitle; drones write one."""

_NUMBER = r"[+-]?[0-9]{1,7}(?:\.[0-9]{1,12})?"
_TAG = re.compile(rf"\b(latitude|longt?itude|abs_alt|altitude|gb_yaw|gb_pitch) {{0,3}}: {{0,3}}({_NUMBER})(?![\w.])")
_GPS = re.compile(r"\bGPS ?\(([^()]{1,80})\)")
_SIDED = re.compile(rf"([NSEW]) {{0,3}}: {{0,3}}({_NUMBER})(?![\w.])")
_BARE = re.compile(
    rf" {{0,3}}({_NUMBER}) {{0,3}}, {{0,3}}({_NUMBER}) {{0,3}}(?:, {{0,3}}({_NUMBER}) ?([Mm]?) {{0,3}})?"
)
_METRES = re.compile(rf", {{0,3}}({_NUMBER}) ?m\b")
_GIMBAL = re.compile(rf"G\.PRY {{0,3}}\(({_NUMBER})°?, ({_NUMBER})°?, ({_NUMBER})°?\)")

LAT_FIRST = "the order of its two numbers is not told; read as latitude, longitude"
LON_FIRST = "the order of its two numbers is not told; read as longitude, latitude"


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera looked, and from how high."""

    altitude_m: float | None = None
    heading_deg: float | None = None
    pitch_deg: float | None = None


class Readings:
    """The trails of one run of subtitles: by names, by labelled numbers, and by bare numbers in both orders."""

    def __init__(self, tags: Trail, sided: Trail, lat_first: Trail, lon_first: Trail) -> None:
        self._tags, self._sided = tags, sided
        self._lat_first, self._lon_first = lat_first, lon_first
        self._by_range: set[str] = set()
        self._by_unit: set[str] = set()

    @property
    def full(self) -> bool:
        """No more will be looked at."""
        return any(trail.full for trail in (self._tags, self._sided, self._lat_first))

    def take(self, text: str, at_s: float) -> None:
        """Lay what one subtitle says on its trail."""
        text = text[:LONGEST]
        tags = {name.replace("longt", "long"): float(value) for name, value in _TAG.findall(text)}
        if "latitude" in tags and "longitude" in tags:
            self._tags.add(
                at_s, tags["latitude"], tags["longitude"], altitude_m=tags.get("abs_alt", tags.get("altitude")),
                heading_deg=tags.get("gb_yaw"), pitch_deg=tags.get("gb_pitch"),
            )  # fmt: skip
        for found in islice(_GPS.finditer(text), MOST_PLACES):
            self._numbers(found[1], at_s, _gimbal(text))

    def _numbers(self, words: str, at_s: float, view: View) -> None:
        sides = {side: float(value) for side, value in _SIDED.findall(words)}
        bare = _BARE.fullmatch(words)
        if sides:
            lat, lon = sides.get("N", -sides.get("S", float("nan"))), sides.get("E", -sides.get("W", float("nan")))
            height = _METRES.search(words)
            self._sided.add(
                at_s, lat, lon, altitude_m=float(height[1]) if height else None,
                heading_deg=view.heading_deg, pitch_deg=view.pitch_deg,
            )  # fmt: skip
        elif bare:
            self._bare(bare, at_s, view)

    def _bare(self, found: re.Match[str], at_s: float, view: View) -> None:
        first, second, third, unit = float(found[1]), float(found[2]), found[3], found[4]
        if abs(first) > 90:
            self._by_range.add("lon")
        if abs(second) > 90:
            self._by_range.add("lat")
        if unit:
            self._by_unit.add("lat")
        elif third and third.isdecimal():
            self._by_unit.add("lon")
        height_m = float(third) if unit else None
        for trail, lat, lon in ((self._lat_first, first, second), (self._lon_first, second, first)):
            trail.add(at_s, lat, lon, altitude_m=height_m, heading_deg=view.heading_deg, pitch_deg=view.pitch_deg)

    def told(self) -> Iterator[tuple[Trail, str]]:
        """The trails that stand, each with what is to be said of its order."""
        yield self._tags, ""
        yield self._sided, ""
        votes = self._by_range or self._by_unit
        if votes == {"lat"}:
            yield self._lat_first, ""
        elif votes == {"lon"}:
            yield self._lon_first, ""
        else:
            yield self._lat_first, LAT_FIRST
            yield self._lon_first, LON_FIRST


def _gimbal(text: str) -> View:
    found = _GIMBAL.search(text)
    return View(pitch_deg=float(found[1]), heading_deg=float(found[3])) if found else View()


def told(stream: Stream) -> Iterator[Found]:
    """The way in the subtitles of a text track: a sample is its length in two bytes, then its text (3GPP TS 26.245)."""
    names = ("text tags", "text GPS(E, N)", "text GPS(lat, lon)", "text GPS(lon, lat)")
    readings = Readings(*(stream.trail(name) for name in names))
    for sample in stream.samples:
        if readings.full:
            break
        length = int.from_bytes(sample.data[:2], "big")
        readings.take(decoded(sample.data[2 : 2 + length]), sample.at_s)
    for trail, note in readings.told():
        yield from stream.told(trail, note)
