"""Detect contradictory positions in one file: an edited or merged video may contain two."""

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from opsec.geo.positions import haversine_distance_m
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind, Hint, Point, Reason
from opsec.model.notes import LOOKED_AT
from opsec.model.vocabulary import STILL_IMAGE_KINDS, VIDEO_KINDS

RECORDED_KINDS: frozenset[FileKind] = VIDEO_KINDS | STILL_IMAGE_KINDS
"""File types recorded by one camera at one time; exports and lists contain many places."""
MIN_CONFLICT_M = 500.0
"""Closer positions count as one place at different times of the recording."""
_NOT_COMPARED = (LOOKED_AT, "hemisphere_unclear")
"""Notes on positions that may be far from others by right: alternatives, and what a drone looked at."""
MAX_COMPARED = 12
"""Limit of positions in one file that are compared pairwise."""
MAX_TRACK_POINTS = 60
"""Limit of fixes of one track, evenly spaced."""


def find_position_conflict(hints: Iterable[Hint]) -> Iterator[Reason]:
    """Yield a remark on the two contradictory positions that are farthest apart, if any.

    Positions in text do not count, because text may mention any place. The distance to a track is that to its nearest
    fix.
    """
    placed = [hint for hint in hints if hint.family == "META" and (hint.point or hint.fixes)]
    placed = [hint for hint in placed if not any(map(hint.find_note, _NOT_COMPARED))]
    worst_m, pair = 0.0, None
    for one, other in combinations(placed[:MAX_COMPARED], 2):
        apart_m = _min_distance_m(one, other)
        if apart_m > max(worst_m, MIN_CONFLICT_M + (one.accuracy_m or 0.0) + (other.accuracy_m or 0.0)):
            worst_m, pair = apart_m, (one, other)
    if pair:
        yield make_reason(
            "places_disagree", field=pair[0].field, other=pair[1].field, distance_km=round(worst_m / 1_000, 1)
        )


def _min_distance_m(one: Hint, other: Hint) -> float:
    return min(haversine_distance_m(first, second) for first, second in product(_points(one), _points(other)))


def _points(hint: Hint) -> list[Point]:
    step = -(-len(hint.fixes) // MAX_TRACK_POINTS) or 1
    return [hint.point] if hint.point else [fix.point for fix in hint.fixes[::step]]
