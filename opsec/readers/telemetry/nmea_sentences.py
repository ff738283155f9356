"""Sentences of a satellite receiver (NMEA 0183): ``RMC`` and ``GGA``, of whichever system of satellites.

The checksum is not asked: it guards a serial line, and cameras that write it wrong are on the market.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsec.readers.telemetry.track_builder import KNOT_MPS, Clock, Trail, degrees_of_minutes, signed

_SENTENCE = re.compile(r"\$[A-Z]{2}(RMC|GGA),([^$*\r\n]{0,120})")
_NUMBER = re.compile(r"[+-]?[0-9]{1,7}(?:\.[0-9]{0,12})?")
_TIME = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2}(?:\.[0-9]{0,6})?)")


@dataclass(slots=True)
class Moment:
    """What the receiver says of one moment."""

    of_day_s: float | None
    """Seconds since midnight, UTC."""
    lat: float = math.nan
    lon: float = math.nan
    altitude_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    fixed: bool = False


def moments(text: str) -> Iterator[Moment]:
    """The moments in their order; sentences that follow each other with the same time are one."""
    last: Moment | None = None
    for kind, words in _SENTENCE.findall(text):
        parts = words.split(",")
        parts += [""] * (12 - len(parts))
        moment = _recommended(parts) if kind == "RMC" else _fix_data(parts)
        if last is not None and moment.of_day_s is not None and last.of_day_s == moment.of_day_s:
            _join(last, moment)
            continue
        if last is not None:
            yield last
        last = moment
    if last is not None:
        yield last


def _recommended(parts: list[str]) -> Moment:
    """``RMC``: time, status, latitude and side, longitude and side, knots, course, date."""
    knots, heading_deg = _number(parts[6]), _number(parts[7])
    lat, lon = _place(parts[2:6])
    return Moment(
        _of_day_s(parts[0]), lat, lon, fixed=parts[1] == "A",
        speed_mps=None if knots is None else knots * KNOT_MPS, heading_deg=heading_deg,
    )  # fmt: skip


def _fix_data(parts: list[str]) -> Moment:
    """``GGA``: time, latitude and side, longitude and side, quality (0: none), satellites, dilution, altitude."""
    lat, lon = _place(parts[1:5])
    return Moment(_of_day_s(parts[0]), lat, lon, fixed=parts[5] not in ("", "0"), altitude_m=_number(parts[8]))


def _join(moment: Moment, other: Moment) -> None:
    if other.fixed and not moment.fixed:
        moment.lat, moment.lon, moment.fixed = other.lat, other.lon, True
    for measure in ("altitude_m", "speed_mps", "heading_deg"):
        if getattr(moment, measure) is None:
            setattr(moment, measure, getattr(other, measure))


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _place(parts: list[str]) -> tuple[float, float]:
    """Degrees of (latitude, side, longitude, side), not numbers when they are none."""
    lat, lon = _number(parts[0]), _number(parts[2])
    if lat is None or lon is None:
        return math.nan, math.nan
    return signed(degrees_of_minutes(lat), parts[1]), signed(degrees_of_minutes(lon), parts[3])


def _of_day_s(text: str) -> float | None:
    found = _TIME.fullmatch(text)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None


def lay(trail: Trail, text: str, clock: Clock) -> None:
    """Put every moment of a text on a trail."""
    for moment in moments(text):
        if trail.full:
            return
        at_s = clock.at_s(moment.of_day_s)
        if not moment.fixed:
            trail.void()
            continue
        trail.add(
            at_s, moment.lat, moment.lon, altitude_m=moment.altitude_m,
            heading_deg=moment.heading_deg, speed_mps=moment.speed_mps,
        )  # fmt: skip
