"""Whether the features that a frame and a reference photo share lie as one place seen from two sides.

Every pair of matched SIFT features proposes a similarity by itself (its places, sizes and angles), so all
proposals are tried instead of a random sample: same input, same answer. What agrees with the best proposals is
fitted to an affine map by least squares. A pair supports a map when its place lies within about 1 % of the
picture's side and its own size and angle turn as the map does, which chance seldom does.
"""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from opsec.matching.landmarks.affine_fit import affine_maps, grown, turned_rad
from opsec.matching.landmarks.single_match_hypotheses import (
    LOOSE,
    MOST_GROWTH,
    MOST_PAIRS,
    proposed,
    turned_alike,
    turns,
)
from opsec.matching.landmarks.two_match_hypotheses import by_chance, proposed_by_two
from opsec.vision.features.local_features import Extracted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Pairs = NDArray[np.intp]

TIGHT = 0.012
"""Share of the longest side by which the fitted map may miss a pair."""
FEWEST = 4
BY_CHANCE = 4
"""Pairs with angles and sizes of their own that agree by chance; what is counted is meant beyond these."""
_APART_PX = 2.5


@dataclass(frozen=True, slots=True)
class Fit:
    """A map from the frame to the reference photo and the pairs that support it."""

    inliers: int
    """Supporting pairs that stand at places of their own in both pictures; two that are not sure count as one."""
    supporting: "Mask"
    """Of the pairs that were given."""
    affine: "Numbers"
    """Shape (3, 2): [x, y, 1] of the frame times this is a place in the photo."""


def verified(frame: Extracted, photo: Extracted, pairs: "Pairs", sure: int | None = None) -> Fit | None:
    """The map that most pairs (frame feature, photo feature; shape (n, 2), the likeliest first) support, or none.

    ``sure``: so many of the pairs, the first ones, look like nothing else; all when none is given.
    """
    import numpy as np

    pairs = pairs[:MOST_PAIRS]
    if len(pairs) < FEWEST:
        return None
    seen = frame.keypoints[pairs[:, 0]].astype(np.float64)
    known = photo.keypoints[pairs[:, 1]].astype(np.float64)
    side = float(max(photo.width_px, photo.height_px))
    certain = len(pairs) if sure is None else min(sure, len(pairs))
    proposals = proposed_by_two(seen, known, side) if frame.upright else proposed(seen, known, side, certain)
    best = _fitted(seen, known, proposals, side, certain) if proposals else None
    if best is not None and frame.upright:
        best = replace(best, inliers=_beyond_chance(best.inliers, len(pairs), photo))
    return best if best is not None and best.inliers >= FEWEST else None


def _beyond_chance(inliers: int, pairs: int, photo: Extracted) -> int:
    """Supporting pairs, less what pairs without angle and size show by chance beyond those with them."""
    agrees = math.pi * (TIGHT * max(photo.width_px, photo.height_px)) ** 2 / (photo.width_px * photo.height_px)
    return inliers - max(0, by_chance(pairs, agrees) - BY_CHANCE)


def _fitted(seen: "Numbers", known: "Numbers", proposals: "list[Mask]", side: float, sure: int) -> Fit | None:
    """Least squares and selection in turn, each time tighter, of all proposals at once: the one with most inliers."""
    import numpy as np

    growth, turn = np.log(known[:, 2] / seen[:, 2]), turns(seen, known)
    places, wanted = np.c_[seen[:, :2], np.ones(len(seen))], known[:, :2]
    agree = np.stack(list({one.tobytes(): one for one in proposals}.values()))
    for tolerance in (LOOSE * 0.6, TIGHT * 1.5, TIGHT, TIGHT):
        affines, sound = affine_maps(seen[:, :2], wanted, agree)
        if not sound.any():
            return None
        affines = affines[sound]
        miss = ((places @ affines - wanted) ** 2).sum(axis=2)
        agree = (miss < (tolerance * side) ** 2) & _alike(growth, turn, affines)
    return _most_supported(seen, known, agree, affines, sure)


def _most_supported(seen: "Numbers", known: "Numbers", agree: "Mask", affines: "Numbers", sure: int) -> Fit | None:
    """The map with most supporting pairs that stand apart; few are counted, for no map has more than it has pairs."""
    import numpy as np

    best: Fit | None = None
    counts = agree.sum(axis=1)
    for number in np.argsort(-counts, kind="stable").tolist():
        if best is not None and counts[number] <= best.inliers:
            break
        which = np.flatnonzero(agree[number])
        standing = which[apart(seen[which], known[which])]
        inliers = weighed(standing, sure)
        if best is None or inliers > best.inliers:
            best = Fit(inliers, agree[number], affines[number])
    return best


def weighed(chosen: "NDArray[np.intp]", sure: int) -> int:
    """How much pairs of these numbers count: the first ``sure`` of all whole, the others half."""
    return (len(chosen) + int((chosen < sure).sum())) // 2


def moved_alike(frame: Extracted, photo: Extracted, pairs: "Pairs", fit: Fit) -> "Mask":
    """Which pairs turn and grow as the map does, wherever they stand."""
    import numpy as np

    seen, known = frame.keypoints[pairs[:, 0]], photo.keypoints[pairs[:, 1]]
    growth, turn = np.log(known[:, 2] / seen[:, 2]), turns(seen, known)
    return np.asarray(_alike(growth, turn, fit.affine[None])[0])


def _alike(growth: "Numbers", turn: "Numbers", affines: "Numbers") -> "Mask":
    """Of each map (shape (k, 3, 2)), which pairs (n) turn and grow as it does: shape (k, n)."""
    import numpy as np

    alike = np.abs(growth - np.log(grown(affines))[:, None]) < MOST_GROWTH
    return np.asarray(alike & (turned_alike(turn, turned_rad(affines)[:, None])))


def apart(seen: "NDArray[Any]", known: "NDArray[Any]") -> "Mask":
    """Which of these pairs stand at a place of their own, shape (n,): one corner found at five sizes is one piece of
    evidence, so a pair beside a likelier one, in either picture, adds nothing."""
    import numpy as np

    beside = np.zeros((len(seen), len(seen)), np.bool_)
    for places in (seen, known):
        x, y = places[:, 0], places[:, 1]
        beside |= (np.abs(x[:, None] - x) < _APART_PX) & (np.abs(y[:, None] - y) < _APART_PX)
    return np.asarray(~np.tril(beside, -1).any(axis=1))


def spots(places: "NDArray[Any]", apart: float) -> int:
    """How many of these places (shape (n, 2)) are left when each takes with it all that lie within ``apart`` of it."""
    import numpy as np

    left, count = np.asarray(places), 0
    while len(left):
        left = left[(np.abs(left - left[0]) >= apart).any(axis=1)]
        count += 1
    return count
