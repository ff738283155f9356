"""Read the GPS fixes that AVCHD camcorders write into their H.264 stream (MDPM).

Tags as in ExifTool's documentation ("H264 Tags"): 0xb0 to 0xca follow the EXIF GPS tags, each value in four bytes. A
rational takes two 16-bit numbers; latitude, longitude and time of day take three entries; 0xca is the date.
"""

import struct
from collections.abc import Iterator, Mapping
from itertools import islice

from opsec.formats.mdpm import iter_mdpm
from opsec.model.records import ReaderOutput
from opsec.readers.field_values import parse_device, parse_time
from opsec.readers.metadata.hemisphere import LATITUDE_LETTERS, LONGITUDE_LETTERS, parse_hemisphere
from opsec.readers.telemetry.track_builder import KMH_MPS, KNOT_MPS, NAME, ClipClock, TrackBuilder

_DATE, _CLOCK = 0x18, 0x19
_LAT_REF, _LAT, _LON_REF, _LON = 0xB1, 0xB2, 0xB5, 0xB6
_ALTITUDE_REF, _ALTITUDE, _TIME, _STATUS = 0xB9, 0xBA, 0xBB, 0xBE
_SPEED_REF, _SPEED, _TRACK, _DIRECTION = 0xC1, 0xC2, 0xC4, 0xC6
_MAKE, _MODEL = 0xE0, 0xE4
_MAKERS = {0x0103: "Panasonic", 0x0108: "Sony", 0x1011: "Canon", 0x1104: "JVC"}
_SPEEDS = {"K": KMH_MPS, "M": 1.609344 * KMH_MPS, "N": KNOT_MPS}


class MdpmTrack:
    """Fixes in the messages of one file."""

    def __init__(self) -> None:
        self._trail, self._clock = TrackBuilder("H.264 MDPM GPS"), ClipClock()
        self._recorded = self._maker = self._model = ""

    def add(self, data: bytes, at_s: float | None) -> None:
        """Add the messages in a piece of the video stream."""
        for tags in iter_mdpm(data):
            self._add_message(tags, at_s)

    def add_first(self, data: bytes) -> None:
        """Add the first message in some bytes, at the time of the receiver."""
        for tags in islice(iter_mdpm(data), 1):
            self._add_message(tags, None)

    def records(self) -> Iterator[ReaderOutput]:
        """Yield the track, then date, maker and model."""
        yield from self._trail.hint_records()
        yield from parse_time(self._recorded, reader=NAME, field="H.264 MDPM DateTime")
        yield from parse_device(self._maker, reader=NAME, field="H.264 MDPM Make")
        yield from parse_device(self._model, reader=NAME, field="H.264 MDPM Model")

    def _add_message(self, tags: Mapping[int, bytes], at_s: float | None) -> None:
        self._recorded = self._recorded or _recorded(tags)
        self._maker = self._maker or _MAKERS.get(int.from_bytes(tags.get(_MAKE, b"")[:2], "big"), "")
        if self._maker == "Sony":
            self._model = self._model or _model(tags)
        if (_LAT in tags or _LON in tags) and not self._trail.full:
            self._add_fix(tags, at_s)

    def _add_fix(self, tags: Mapping[int, bytes], at_s: float | None) -> None:
        times = [_ratio(tags, _TIME + part) for part in range(3)]
        known = [part for part in times if part is not None]
        time_s = known[0] * 3600 + known[1] * 60 + known[2] if len(known) == 3 else None
        by_clock_s = self._clock.at_s(time_s)
        lat, lon = _angle(tags, _LAT), _angle(tags, _LON)
        north = parse_hemisphere(tags.get(_LAT_REF, b""), LATITUDE_LETTERS)
        east = parse_hemisphere(tags.get(_LON_REF, b""), LONGITUDE_LETTERS)
        is_void = tags.get(_STATUS, b"")[:1] == b"V"
        if lat is None or lon is None or north is None or east is None or is_void:
            self._trail.add_without_fix()
            return
        altitude_m, speed = _ratio(tags, _ALTITUDE), _ratio(tags, _SPEED)
        unit = _SPEEDS.get(tags.get(_SPEED_REF, b"")[:1].decode("latin-1"))
        self._trail.add(
            by_clock_s if at_s is None else at_s, north * lat, east * lon,
            altitude_m=-altitude_m if altitude_m and tags.get(_ALTITUDE_REF, b"")[:1] == b"\1" else altitude_m,
            speed_mps=speed * unit if speed is not None and unit else None,
            heading_deg=_ratio(tags, _DIRECTION if _DIRECTION in tags else _TRACK),
        )  # fmt: skip


def _angle(tags: Mapping[int, bytes], first: int) -> float | None:
    """Degrees of three entries; missing minutes or seconds count as 0."""
    degrees, minutes, seconds = (_ratio(tags, first + part) for part in range(3))
    if degrees is None or (minutes or 0.0) >= 60 or (seconds or 0.0) >= 60:
        return None
    return degrees + (minutes or 0.0) / 60 + (seconds or 0.0) / 3600


def _ratio(tags: Mapping[int, bytes], tag: int) -> float | None:
    above, below = struct.unpack(">HH", tags[tag]) if tag in tags else (0, 0)
    return above / below if below else None


def _model(tags: Mapping[int, bytes]) -> str:
    """Model of a Sony camera, in up to three entries."""
    raw = b"".join(tags.get(_MODEL + part, b"") for part in range(3)).rstrip(b"\0")
    return raw.decode("ascii") if raw.isascii() and raw.decode("ascii").isprintable() else ""


def _recorded(tags: Mapping[int, bytes]) -> str:
    """Date and time of the camera's clock: decimal digits in half bytes, behind a byte with the time zone."""
    if _DATE not in tags or _CLOCK not in tags:
        return ""
    zone, digits = tags[_DATE][0], tags[_DATE][1:].hex() + tags[_CLOCK].hex()
    moment = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:14]}"
    return moment + _zone(zone)


def _zone(code: int) -> str:
    """Offset from UTC, summer time included: bit 0x20 is west, bits 0x1e are hours, bit 0x01 half an hour."""
    hours, half = code >> 1 & 0xF, code & 1
    return f"{'-' if code & 0x20 else '+'}{hours:02}:{30 * half:02}"
