"""A trail of fixes gathered from one track, in bounded memory, and the one hint that it becomes."""

import math
from collections.abc import Iterator

from opsec.geo.positions import altitude, place
from opsec.i18n.messages import reason
from opsec.model import MAX_FIXES, Fix, Hint
from opsec.model.records import Found, Gap
from opsec.readers.field_values import bad_place, field_name

NAME = "telemetry"

MOST_MET = 250_000
"""Fixes of one track that are looked at: four hours at eighteen a second."""

LONGEST_PAUSE_S = 600.0
"""Between two samples of one clip."""
LONGEST_S = 10_000_000.0
FASTEST_MPS = 12_000.0
WIDEST_M = 50_000_000.0

KNOT_MPS = 1852 / 3600
KMH_MPS = 1 / 3.6


class Trail:
    """The fixes of one track as they are met. Too many are thinned evenly, and no end or edge of the way is lost."""

    def __init__(self, field: str, most_fixes: int = MAX_FIXES, most_met: int = MOST_MET) -> None:
        self.field = field_name(field)
        self._most_fixes, self._most_met = max(8, most_fixes), most_met
        self._kept: list[tuple[int, Fix]] = []
        self._edges: dict[str, tuple[int, Fix]] = {}
        self._stride = 1
        self._met = self._void = 0

    @property
    def full(self) -> bool:
        """No more will be looked at."""
        return self._met + self._void >= self._most_met

    def void(self) -> None:
        """A sample without a fix was met."""
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
        """A sample with its numbers as the file has them; what lies nowhere on Earth counts as one without a fix."""
        point = place(round(lat, 9), round(lon, 9)) if math.isfinite(lat) and math.isfinite(lon) else None
        if point is None:
            self._void += 1
            return
        heading_deg = _within(heading_deg, -360, 360)
        self._keep(
            Fix(
                at_s=_within(at_s, 0, LONGEST_S) or 0.0,
                point=point,
                altitude_m=None if altitude_m is None else altitude(altitude_m),
                heading_deg=None if heading_deg is None else heading_deg % 360,
                accuracy_m=_within(accuracy_m, 0, WIDEST_M),
                speed_mps=_within(speed_mps, 0, FASTEST_MPS),
                pitch_deg=_within(pitch_deg, -180, 180),
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

    def told(self, *notes: str) -> Iterator[Found]:
        """The track as one hint; or the remark that none of its samples had a fix; or nothing. Before it a gap, when
        there were more than are looked at: what comes after a thousand empty samples may be the place."""
        if self.full:
            yield Gap(reason("too_many", limit=self._most_met, part=self.field))
        if not self._met:
            if self._void:
                yield bad_place(self.field, self._void)
            return
        fixes = self._thinned()
        said = [note for note in (*notes, *self._remarks(len(fixes))) if note]
        yield Hint(
            kind="track", family="META", reader=NAME, field=self.field,
            at_s=min(fix.at_s for fix in fixes), until_s=max(fix.at_s for fix in fixes),
            fixes=fixes, note="; ".join(said)[:1_000] or None,
        )  # fmt: skip

    def _thinned(self) -> tuple[Fix, ...]:
        room = self._most_fixes - len(self._edges)
        stride = max(1, math.ceil(len(self._kept) / room))
        chosen = dict(self._kept[::stride])
        chosen.update(self._edges.values())
        return tuple(fix for _, fix in sorted(chosen.items()))

    def _remarks(self, fixes: int) -> Iterator[str]:
        if self._void:
            yield f"{self._void} of {self._met + self._void} samples had no fix"
        if fixes < self._met:
            yield f"thinned from {self._met} fixes to {fixes}"
        if self.full:
            yield "it is longer, and the rest was left out"


def _within(value: float | None, low: float, high: float) -> float | None:
    """A measure, or none when it is no number or beyond what it can be (NaN fails the comparison)."""
    return value if value is not None and low <= value <= high else None


def degrees_of_minutes(value: float) -> float:
    """Degrees of a number written DDMM.MMMM, as receivers do (NMEA 0183), or no number: minutes beyond 60.

    60 itself is what 59.9999 becomes when a camera rounds it to a 32-bit float.

    >>> round(degrees_of_minutes(3358.8), 6)
    33.98
    """
    if not math.isfinite(value):
        return math.nan
    degrees, minutes = divmod(abs(value), 100)
    return math.copysign(degrees + minutes / 60, value) if minutes <= 60 else math.nan


def signed(degrees: float, side: str) -> float:
    """Degrees with the sign of their side of the Earth; not a number when there is no such side."""
    if side not in ("N", "S", "E", "W"):
        return math.nan
    return -abs(degrees) if side in "SW" else abs(degrees)


class Clock:
    """Turns the times that a receiver wrote into seconds of the clip: the first that is met is its start.

    A camera that starts cold writes its own clock until the satellites tell it better, and a time of day
    begins again at midnight: such a leap is taken for one second, as is a sample without a time.
    """

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._passed_s: float | None = None

    def at_s(self, time_s: float | None) -> float:
        """Seconds of the clip at this sample."""
        if self._passed_s is None:
            self._passed_s = 0.0
        elif time_s is not None and self._last_s is not None and 0 <= time_s - self._last_s <= LONGEST_PAUSE_S:
            self._passed_s += time_s - self._last_s
        else:
            self._passed_s += 1.0
        self._last_s = time_s
        return self._passed_s
