"""Whether the places of one file agree: a film that was moved, edited or put together may hold two."""

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from opsec.geo.positions import distance_m
from opsec.i18n.messages import reason
from opsec.model import FileKind, Hint, Point, Reason

RECORDED: frozenset[FileKind] = frozenset({"mp4", "matroska", "avi", "mpegts", "jpeg", "png", "webp", "tiff", "heif"})
"""Files of one camera at one time; an export or a list holds many places."""
APART_M = 500.0
"""Places nearer to each other are one place, told at different moments of the recording."""
MOST_COMPARED = 12
"""Places of one file; each is held against each."""
MOST_FIXES = 60
"""Of one track, spread over it."""


def disagreement(hints: Iterable[Hint]) -> Iterator[Reason]:
    """The remark that two places of the file cannot be the same one: of all pairs, the one farthest apart.

    Words do not count, since they may speak of any place; a track is as near as its nearest fix.
    """
    placed = [hint for hint in hints if hint.family == "META" and (hint.point or hint.fixes)]
    worst_m, pair = 0.0, None
    for one, other in combinations(placed[:MOST_COMPARED], 2):
        apart_m = _nearest_m(one, other)
        if apart_m > max(worst_m, APART_M + (one.accuracy_m or 0.0) + (other.accuracy_m or 0.0)):
            worst_m, pair = apart_m, (one, other)
    if pair:
        yield reason("places_disagree", field=pair[0].field, other=pair[1].field, distance_km=round(worst_m / 1_000, 1))


def _nearest_m(one: Hint, other: Hint) -> float:
    return min(distance_m(first, second) for first, second in product(_points(one), _points(other)))


def _points(hint: Hint) -> list[Point]:
    step = -(-len(hint.fixes) // MOST_FIXES) or 1
    return [hint.point] if hint.point else [fix.point for fix in hint.fixes[::step]]
