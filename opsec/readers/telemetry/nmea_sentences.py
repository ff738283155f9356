"""Parse NMEA 0183 sentences ``RMC`` and ``GGA`` of any satellite system.

Checksums are not verified: they protect a serial line, and some cameras write wrong ones.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsec.readers.telemetry.track_builder import KNOT_MPS, ClipClock, TrackBuilder, apply_hemisphere, nmea_degrees

_SENTENCE = re.compile(r"\$[A-Z]{2}(RMC|GGA),([^$*\r\n]{0,120})")
_NUMBER = re.compile(r"[+-]?[0-9]{1,7}(?:\.[0-9]{0,12})?")
_TIME = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2}(?:\.[0-9]{0,6})?)")


@dataclass(slots=True)
class NmeaFix:
    """One fix of the receiver."""

    of_day_s: float | None
    """Seconds since midnight, UTC."""
    lat: float = math.nan
    lon: float = math.nan
    altitude_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    fixed: bool = False


def parse_fixes(text: str) -> Iterator[NmeaFix]:
    """Yield fixes in order; consecutive sentences with the same time are merged."""
    last: NmeaFix | None = None
    for kind, words in _SENTENCE.findall(text):
        parts = words.split(",")
        parts += [""] * (12 - len(parts))
        moment = _parse_rmc(parts) if kind == "RMC" else _parse_gga(parts)
        if last is not None and moment.of_day_s is not None and last.of_day_s == moment.of_day_s:
            _merge(last, moment)
            continue
        if last is not None:
            yield last
        last = moment
    if last is not None:
        yield last


def _parse_rmc(parts: list[str]) -> NmeaFix:
    """Parse ``RMC``: time, status, latitude, hemisphere, longitude, hemisphere, knots, course, date."""
    knots, heading_deg = _number(parts[6]), _number(parts[7])
    lat, lon = _parse_position(parts[2:6])
    return NmeaFix(
        _time_of_day_s(parts[0]), lat, lon, fixed=parts[1] == "A",
        speed_mps=None if knots is None else knots * KNOT_MPS, heading_deg=heading_deg,
    )  # fmt: skip


def _parse_gga(parts: list[str]) -> NmeaFix:
    """Parse ``GGA``: time, signed latitude and longitude, quality (0: none), satellites, dilution, altitude."""
    lat, lon = _parse_position(parts[1:5])
    return NmeaFix(_time_of_day_s(parts[0]), lat, lon, fixed=parts[5] not in ("", "0"), altitude_m=_number(parts[8]))


def _merge(moment: NmeaFix, other: NmeaFix) -> None:
    if other.fixed and not moment.fixed:
        moment.lat, moment.lon, moment.fixed = other.lat, other.lon, True
    for measure in ("altitude_m", "speed_mps", "heading_deg"):
        if getattr(moment, measure) is None:
            setattr(moment, measure, getattr(other, measure))


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _parse_position(parts: list[str]) -> tuple[float, float]:
    """Degrees of (latitude, hemisphere, longitude, hemisphere); NaN when they are not valid."""
    lat, lon = _number(parts[0]), _number(parts[2])
    if lat is None or lon is None:
        return math.nan, math.nan
    return apply_hemisphere(nmea_degrees(lat), parts[1]), apply_hemisphere(nmea_degrees(lon), parts[3])


def _time_of_day_s(text: str) -> float | None:
    found = _TIME.fullmatch(text)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None


def add_fixes(trail: TrackBuilder, text: str, clock: ClipClock) -> None:
    """Add every fix of a text to a track."""
    for moment in parse_fixes(text):
        if trail.full:
            return
        at_s = clock.at_s(moment.of_day_s)
        if not moment.fixed:
            trail.add_without_fix()
            continue
        trail.add(
            at_s, moment.lat, moment.lon, altitude_m=moment.altitude_m,
            heading_deg=moment.heading_deg, speed_mps=moment.speed_mps,
        )  # fmt: skip
