"""Collect the fixes of one track in bounded memory and turn them into one hint."""

import math
from collections.abc import Iterator

from opsec.geo.positions import valid_altitude_m, valid_point
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_FIXES, Fix, Hint
from opsec.model.notes import Note, make_note
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.field_values import field_name, invalid_position

NAME = "telemetry"

MAX_SAMPLES = 250_000
"""Limit of samples of one track: four hours at eighteen per second."""

MAX_PAUSE_S = 600.0
"""Limit of time between two samples of one clip."""
MAX_TRACK_S = 10_000_000.0
MAX_SPEED_MPS = 12_000.0
MAX_ACCURACY_M = 50_000_000.0

KNOT_MPS = 1852 / 3600
KMH_MPS = 1 / 3.6


class TrackBuilder:
    """Fixes of one track. Beyond a limit they are thinned evenly, keeping ends and extremes of the track."""

    def __init__(self, field: str, most_fixes: int = MAX_FIXES, most_met: int = MAX_SAMPLES) -> None:
        self.field = field_name(field)
        self._most_fixes, self._most_met = max(8, most_fixes), most_met
        self._kept: list[tuple[int, Fix]] = []
        self._edges: dict[str, tuple[int, Fix]] = {}
        self._stride = 1
        self._met = self._void = 0

    @property
    def full(self) -> bool:
        """Whether the limit of samples is reached."""
        return self._met + self._void >= self._most_met

    def add_without_fix(self) -> None:
        """Count a sample without a fix."""
        self._void += 1

    def add(  # noqa: PLR0913 - one parameter for each measure of a fix
        self,
        at_s: float,
        lat: float,
        lon: float,
        *,
        altitude_m: float | None = None,
        heading_deg: float | None = None,
        accuracy_m: float | None = None,
        speed_mps: float | None = None,
        pitch_deg: float | None = None,
    ) -> None:
        """Add a sample with its raw values; a position out of range counts as a sample without a fix."""
        point = valid_point(round(lat, 9), round(lon, 9)) if math.isfinite(lat) and math.isfinite(lon) else None
        if point is None:
            self._void += 1
            return
        heading_deg = _bounded(heading_deg, -360, 360)
        self._keep(
            Fix(
                at_s=_bounded(at_s, 0, MAX_TRACK_S) or 0.0,
                point=point,
                altitude_m=None if altitude_m is None else valid_altitude_m(altitude_m),
                heading_deg=None if heading_deg is None else heading_deg % 360,
                accuracy_m=_bounded(accuracy_m, 0, MAX_ACCURACY_M),
                speed_mps=_bounded(speed_mps, 0, MAX_SPEED_MPS),
                pitch_deg=_bounded(pitch_deg, -180, 180),
            )
        )

    def _keep(self, fix: Fix) -> None:
        entry = (self._met, fix)
        if self._met % self._stride == 0:
            self._kept.append(entry)
            if len(self._kept) >= 2 * self._most_fixes:
                del self._kept[1::2]
                self._stride *= 2
        self._met += 1
        lat, lon = fix.point.lat, fix.point.lon
        edges = self._edges
        edges["last"] = entry
        if len(edges) == 1:
            edges.update(south=entry, north=entry, west=entry, east=entry)
        if lat < edges["south"][1].point.lat:
            edges["south"] = entry
        if lat > edges["north"][1].point.lat:
            edges["north"] = entry
        if lon < edges["west"][1].point.lon:
            edges["west"] = entry
        if lon > edges["east"][1].point.lon:
            edges["east"] = entry

    def hint_records(self, *notes: Note) -> Iterator[ReaderOutput]:
        """Yield the track as one hint, or a remark that no sample had a fix, or nothing.

        A gap comes first when there were more samples than are read: a position may follow a thousand empty samples.
        """
        if self.full:
            yield Gap(make_reason("too_many", limit=self._most_met, part=self.field))
        if not self._met:
            if self._void:
                yield invalid_position(self.field, self._void)
            return
        fixes = self._thin()
        yield Hint(
            kind="track", family="META", reader=NAME, field=self.field,
            at_s=min(fix.at_s for fix in fixes), until_s=max(fix.at_s for fix in fixes),
            fixes=fixes, notes=(*notes, *self._remarks(len(fixes))),
        )  # fmt: skip

    def _thin(self) -> tuple[Fix, ...]:
        room = self._most_fixes - len(self._edges)
        stride = max(1, math.ceil(len(self._kept) / room))
        chosen = dict(self._kept[::stride])
        chosen.update(self._edges.values())
        return tuple(fix for _, fix in sorted(chosen.items()))

    def _remarks(self, fixes: int) -> Iterator[Note]:
        if self._void:
            yield make_note("samples_without_fix", count=self._void, all=self._met + self._void)
        if fixes < self._met:
            yield make_note("fixes_thinned", all=self._met, count=fixes)
        if self.full:
            yield make_note("track_cut")


def _bounded(value: float | None, low: float, high: float) -> float | None:
    """A value within limits; None when it is out of range or NaN."""
    return value if value is not None and low <= value <= high else None


def nmea_degrees(value: float) -> float:
    """Convert DDMM.MMMM (NMEA 0183) to degrees; NaN for minutes above 60.

    60 itself occurs when a camera rounds 59.9999 to a 32-bit float.

    >>> round(nmea_degrees(3358.8), 6)
    33.98
    """
    if not math.isfinite(value):
        return math.nan
    degrees, minutes = divmod(abs(value), 100)
    return math.copysign(degrees + minutes / 60, value) if minutes <= 60 else math.nan


def apply_hemisphere(degrees: float, side: str) -> float:
    """Apply the sign of a hemisphere letter; NaN for an unknown letter."""
    if side not in ("N", "S", "E", "W"):
        return math.nan
    return -abs(degrees) if side in "SW" else abs(degrees)


class ClipClock:
    """Convert receiver times to seconds of the clip; the first time is its start.

    A cold receiver writes its own clock until it has satellites, and the time of day restarts at midnight: such a jump
    counts as one second, as does a sample without a time.
    """

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._passed_s: float | None = None

    def at_s(self, time_s: float | None) -> float:
        """Seconds of the clip at this sample."""
        if self._passed_s is None:
            self._passed_s = 0.0
        elif time_s is not None and self._last_s is not None and 0 <= time_s - self._last_s <= MAX_PAUSE_S:
            self._passed_s += time_s - self._last_s
        else:
            self._passed_s += 1.0
        self._last_s = time_s
        return self._passed_s
