"""Read positions from the subtitles of DJI and Autel drones, in a text track or a file beside the video.

Three undocumented notations occur: ``[latitude: 33.98] [longitude: 43.25] [rel_alt: 1.3 abs_alt: 42.8]``, with or
without spaces and once misspelt; ``GPS(a,b,c)``; ``GPS(E: 43.25, N: 33.98, 60.5m)``.

The numbers of ``GPS(a,b,c)`` occur in both orders. Where c is an altitude in metres (``31.2M``), latitude comes first;
where c is a whole number, the count of satellites, longitude does; a number above 90 is not a latitude. Where nothing
decides, both readings are yielded and matching decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from opsec.formats.isobmff.user_data_text import decode_text
from opsec.model.notes import Note, make_note
from opsec.model.records import ReaderOutput
from opsec.readers.telemetry.track_builder import TrackBuilder
from opsec.readers.telemetry.track_source import TelemetryTrack

MAX_SUBTITLE_LENGTH = 10_000
"""Limit in code points for one subtitle."""

MAX_PLACES = 4
"""Limit for one subtitle; drones write one position."""

_NUMBER = r"[+-]?[0-9]{1,7}(?:\.[0-9]{1,12})?"
_TAG = re.compile(rf"\b(latitude|longt?itude|abs_alt|altitude|gb_yaw|gb_pitch) {{0,3}}: {{0,3}}({_NUMBER})(?![\w.])")
_GPS = re.compile(r"\bGPS ?\(([^()]{1,80})\)")
_SIDED = re.compile(rf"([NSEW]) {{0,3}}: {{0,3}}({_NUMBER})(?![\w.])")
_BARE = re.compile(
    rf" {{0,3}}({_NUMBER}) {{0,3}}, {{0,3}}({_NUMBER}) {{0,3}}(?:, {{0,3}}({_NUMBER}) ?([Mm]?) {{0,3}})?"
)
_METRES = re.compile(rf", {{0,3}}({_NUMBER}) ?m\b")
_GIMBAL = re.compile(rf"G\.PRY {{0,3}}\(({_NUMBER})°?, ({_NUMBER})°?, ({_NUMBER})°?\)")

LAT_FIRST, LON_FIRST = make_note("read_lat_first"), make_note("read_lon_first")


@dataclass(frozen=True, slots=True)
class CameraAngles:
    """Direction and altitude of the camera."""

    altitude_m: float | None = None
    heading_deg: float | None = None
    pitch_deg: float | None = None


class SubtitleTracks:
    """Tracks of one run of subtitles: labelled by name, labelled numbers, and bare numbers in both orders."""

    def __init__(
        self, tags: TrackBuilder, sided: TrackBuilder, lat_first: TrackBuilder, lon_first: TrackBuilder
    ) -> None:
        self._tags, self._sided = tags, sided
        self._lat_first, self._lon_first = lat_first, lon_first
        self._by_range: set[str] = set()
        self._by_unit: set[str] = set()

    @property
    def full(self) -> bool:
        """Whether the limit of samples is reached."""
        return any(trail.full for trail in (self._tags, self._sided, self._lat_first))

    def add_subtitle(self, text: str, at_s: float) -> None:
        """Add the positions of one subtitle."""
        text = text[:MAX_SUBTITLE_LENGTH]
        tags = {name.replace("longt", "long"): float(value) for name, value in _TAG.findall(text)}
        if "latitude" in tags and "longitude" in tags:
            self._tags.add(
                at_s, tags["latitude"], tags["longitude"], altitude_m=tags.get("abs_alt", tags.get("altitude")),
                heading_deg=tags.get("gb_yaw"), pitch_deg=tags.get("gb_pitch"),
            )  # fmt: skip
        for found in islice(_GPS.finditer(text), MAX_PLACES):
            self._numbers(found[1], at_s, _gimbal(text))

    def _numbers(self, words: str, at_s: float, view: CameraAngles) -> None:
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

    def _bare(self, found: re.Match[str], at_s: float, view: CameraAngles) -> None:
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

    def records(self) -> Iterator[tuple[TrackBuilder, tuple[Note, ...]]]:
        """Yield the tracks, each with a note about the order of its numbers."""
        yield self._tags, ()
        yield self._sided, ()
        votes = self._by_range or self._by_unit
        if votes == {"lat"}:
            yield self._lat_first, ()
        elif votes == {"lon"}:
            yield self._lon_first, ()
        else:
            yield self._lat_first, (LAT_FIRST,)
            yield self._lon_first, (LON_FIRST,)


def _gimbal(text: str) -> CameraAngles:
    found = _GIMBAL.search(text)
    return CameraAngles(pitch_deg=float(found[1]), heading_deg=float(found[3])) if found else CameraAngles()


def read_track(stream: TelemetryTrack) -> Iterator[ReaderOutput]:
    """Yield the tracks of a text track: a sample is a two-byte length and its text (3GPP TS 26.245)."""
    names = ("text tags", "text GPS(E, N)", "text GPS(lat, lon)", "text GPS(lon, lat)")
    readings = SubtitleTracks(*(stream.new_builder(name) for name in names))
    for sample in stream.samples:
        if readings.full:
            break
        length = int.from_bytes(sample.data[:2], "big")
        readings.add_subtitle(decode_text(sample.data[2 : 2 + length]), sample.at_s)
    for trail, notes in readings.records():
        yield from stream.records(trail, *notes)
