"""Turn a line into an outline: a walk around a fence rarely ends exactly where it began."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from opsec.model import Point
from opsec.sites.importing.raw_place import Positions
from opsec.sites.ring_validation import MAX_VERTICES, distance_km

MAX_GAP_SHARE = 0.05
"""A walk is closed if its ends are this share of its length apart, or closer."""
MIN_KEPT_AREA = 0.9
"""Share of the area that the largest loop of a walk must have for the others to be dropped."""


@dataclass(frozen=True, slots=True)
class ClosedLines:
    """The lines of one entry of a map."""

    rings: list[Positions]
    still_open: list[Positions]
    tangled: list[Positions]
    """Closed, but without an outline: they cross themselves, or run there and back."""


def close_lines(lines: Sequence[Positions], force: bool) -> ClosedLines:
    """Split lines into closed rings and lines that cannot be outlines.

    Parameters
    ----------
    lines
        Lines of one entry. If none closes by itself, they are tried as one walk with pauses.
    force
        Close also a line whose ends are far apart.
    """
    if len(lines) > 1 and not any(_is_closed(line) for line in lines):
        joined = [position for line in lines for position in line]
        if _is_closed(joined):
            lines = [joined]
    found = ClosedLines([], [], [])
    for line in lines:
        if len(line) < 3 or not (force or _is_closed(line)):
            found.still_open.append(line)
            continue
        ring = _untangle(line if line[0] == line[-1] else [*line, line[0]])
        if ring is None:
            found.tangled.append(line)
        else:
            found.rings.append(ring)
    return found


def _is_closed(line: Positions) -> bool:
    if len(line) < 3 or not all(len(place) > 1 and abs(place[0]) <= 180 and abs(place[1]) <= 90 for place in line):
        return False
    points = [Point(place[1], place[0]) for place in line]
    gap_km = distance_km(points[0], points[-1])
    if gap_km == 0:
        return True
    length_km = 0.0
    for here, there in pairwise(points):
        length_km += distance_km(here, there)
        if gap_km <= MAX_GAP_SHARE * length_km:
            return True
    return False


def _untangle(ring: Positions) -> Positions | None:
    """Return a closed walk as one loop: where its ends cross, the small loops are dropped.

    None when there is no loop that is nearly all of it. Positions out of range are left to the validation.
    """
    from shapely import Polygon, make_valid

    if len(ring) > MAX_VERTICES or not all(map(_is_finite, ring)):
        return ring
    outline = Polygon(ring)
    if outline.is_valid:
        return ring
    repaired = make_valid(outline, method="structure", keep_collapsed=False)
    loops = [loop for loop in getattr(repaired, "geoms", [repaired]) if loop.geom_type == "Polygon" and loop.area > 0]
    largest = max(loops, key=lambda loop: loop.area, default=None)
    if largest is None or largest.area < MIN_KEPT_AREA * sum(loop.area for loop in loops):
        return None
    return [[x, y] for x, y in largest.exterior.coords]


def _is_finite(position: Sequence[float]) -> bool:
    return len(position) > 1 and abs(position[0]) < 1e6 and abs(position[1]) < 1e6
