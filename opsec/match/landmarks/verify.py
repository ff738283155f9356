"""Whether the features that a frame and a reference photo share lie as one place seen from two sides.

Every pair of matched SIFT features proposes a similarity by itself (its places, sizes and angles), so all
proposals are tried instead of a random sample: same input, same answer. What agrees with the best proposals is
fitted to an affine map by least squares. A pair supports a map when its place lies within about 1 % of the
picture's side and its own size and angle turn as the map does, which chance seldom does.
"""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from opsec.hints.landmarks.features import Extracted
from opsec.match.landmarks.by_two import by_chance, proposed_by_two

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Pairs = NDArray[np.intp]

LOOSE = 0.05
"""Share of the longest side by which a proposal of one pair may miss the others."""
TIGHT = 0.012
"""The same, of the fitted map."""
MOST_TURN_RAD = 0.61
MOST_GROWTH = 0.70
"""How far a pair's own angle and size (logarithm) may be from the map's: 35° and twice."""
PROPOSALS = 12
"""Best proposals that are fitted."""
FEWEST = 4
BY_CHANCE = 4
"""Pairs with angles and sizes of their own that agree by chance; what is counted is meant beyond these."""
MOST_PAIRS = 500
_APART_PX = 2.5
_SIMILAR_BELOW = 6
"""With fewer pairs than this a similarity is fitted: an affine map would bend to any three of them."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A map from the frame to the reference photo and the pairs that support it."""

    inliers: int
    """Supporting pairs that stand at places of their own in both pictures."""
    supporting: "Mask"
    """Of the pairs that were given."""
    affine: "Numbers"
    """Shape (3, 2): [x, y, 1] of the frame times this is a place in the photo."""


def verified(frame: Extracted, photo: Extracted, pairs: "Pairs") -> Fit | None:
    """The map that most pairs (frame feature, photo feature; shape (n, 2), the likeliest first) support, or none."""
    import numpy as np

    pairs = pairs[:MOST_PAIRS]
    if len(pairs) < FEWEST:
        return None
    seen = frame.keypoints[pairs[:, 0]].astype(np.float64)
    known = photo.keypoints[pairs[:, 1]].astype(np.float64)
    side = float(max(photo.width_px, photo.height_px))
    best: Fit | None = None
    for proposal in (proposed_by_two if frame.upright else proposed)(seen, known, side):
        fit = _fitted(seen, known, proposal, side)
        if fit is not None and (best is None or fit.inliers > best.inliers):
            best = fit
    if best is not None and frame.upright:
        best = replace(best, inliers=_beyond_chance(best.inliers, len(pairs), photo))
    return best if best is not None and best.inliers >= FEWEST else None


def _beyond_chance(inliers: int, pairs: int, photo: Extracted) -> int:
    """Supporting pairs, less what pairs without angle and size show by chance beyond those with them."""
    agrees = math.pi * (TIGHT * max(photo.width_px, photo.height_px)) ** 2 / (photo.width_px * photo.height_px)
    return inliers - max(0, by_chance(pairs, agrees) - BY_CHANCE)


def proposed(seen: "Numbers", known: "Numbers", side: float) -> "list[Mask]":
    """For the best proposals of single pairs, which pairs agree with each.

    ``seen`` and ``known``: keypoints of the picture and of the photo, shape (n, 4), row by row a pair; ``side``:
    longest side of the photo.
    """
    import numpy as np

    seen, known = seen[:MOST_PAIRS], known[:MOST_PAIRS]
    growth, turn = np.log(known[:, 2] / seen[:, 2]), np.deg2rad(known[:, 3] - seen[:, 3])
    scale = np.exp(growth)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    x, y = seen[:, 0], seen[:, 1]
    shift_x, shift_y = known[:, 0] - cos * x + sin * y, known[:, 1] - sin * x - cos * y
    miss_x = cos[:, None] * x - sin[:, None] * y + shift_x[:, None] - known[:, 0]
    miss_y = sin[:, None] * x + cos[:, None] * y + shift_y[:, None] - known[:, 1]
    agree = miss_x**2 + miss_y**2 < (LOOSE * side) ** 2
    agree &= np.abs(growth[:, None] - growth) < MOST_GROWTH
    agree &= np.abs(_turned(turn[:, None] - turn)) < MOST_TURN_RAD
    agree &= (np.abs(growth) < np.log(6))[:, None]
    votes = agree.sum(axis=1)
    order = np.argsort(-votes, kind="stable")[:PROPOSALS]
    return [agree[number] for number in order if votes[number] >= 3]


def _fitted(seen: "Numbers", known: "Numbers", agree: "Mask", side: float) -> Fit | None:
    """Least squares and selection in turn, each time tighter."""
    import numpy as np

    growth, turn = np.log(known[:, 2] / seen[:, 2]), np.deg2rad(known[:, 3] - seen[:, 3])
    places = np.c_[seen[:, :2], np.ones(len(seen))]
    affine = None
    for tolerance in (LOOSE * 0.6, TIGHT * 1.5, TIGHT, TIGHT):
        affine = _affine(places[agree], known[agree, :2])
        if affine is None:
            return None
        miss = np.linalg.norm(places @ affine - known[:, :2], axis=1)
        agree = (miss < tolerance * side) & (np.abs(growth - np.log(_growth(affine))) < MOST_GROWTH)
        agree &= np.abs(_turned(turn - _turn(affine))) < MOST_TURN_RAD
    assert affine is not None
    return Fit(standing_apart(seen[agree], known[agree]), agree, affine)


def turned_alike(frame: Extracted, photo: Extracted, pairs: "Pairs", fit: Fit) -> "Mask":
    """Which pairs turn and grow as the map does, wherever they stand."""
    import numpy as np

    seen, known = frame.keypoints[pairs[:, 0]], photo.keypoints[pairs[:, 1]]
    growth, turn = np.log(known[:, 2] / seen[:, 2]), np.deg2rad(known[:, 3] - seen[:, 3])
    grown = np.abs(growth - np.log(_growth(fit.affine))) < MOST_GROWTH
    return np.asarray(grown & (np.abs(_turned(turn - _turn(fit.affine))) < MOST_TURN_RAD))


def _affine(places: "Numbers", wanted: "Numbers") -> "Numbers | None":
    """The map that takes these places there; none when it would flip, squash or blow up the picture."""
    import numpy as np

    if len(places) < 3:
        return None
    fit = similarity(places, wanted) if len(places) < _SIMILAR_BELOW else np.linalg.lstsq(places, wanted, rcond=None)[0]
    determinant = fit[0, 0] * fit[1, 1] - fit[0, 1] * fit[1, 0]
    if not np.isfinite(fit).all() or determinant <= 0:
        return None
    widest, narrowest = np.linalg.svd(fit[:2], compute_uv=False)
    if narrowest < 0.12 or widest > 8 or widest > 4 * narrowest:
        return None
    return np.asarray(fit)


def similarity(places: "Numbers", wanted: "Numbers") -> "Numbers":
    """Turn, growth and shift by least squares, with the plane as complex numbers; shape (3, 2) as of ``Fit.affine``."""
    import numpy as np

    seen, known = places[:, 0] + 1j * places[:, 1], wanted[:, 0] + 1j * wanted[:, 1]
    seen0, known0 = seen.mean(), known.mean()
    spread = (np.abs(seen - seen0) ** 2).sum()
    factor = (np.conj(seen - seen0) * (known - known0)).sum() / max(spread, 1e-9)
    shift = known0 - factor * seen0
    return np.array([[factor.real, factor.imag], [-factor.imag, factor.real], [shift.real, shift.imag]])


def _growth(affine: "Numbers") -> float:
    return float((affine[0, 0] * affine[1, 1] - affine[0, 1] * affine[1, 0]) ** 0.5)


def _turn(affine: "Numbers") -> float:
    import numpy as np

    return float(np.arctan2(affine[0, 1] - affine[1, 0], affine[0, 0] + affine[1, 1]))


def _turned(angle: "Numbers") -> "Numbers":
    """Angles between −π and π."""
    import numpy as np

    return (angle + np.pi) % (2 * np.pi) - np.pi


def standing_apart(seen: "NDArray[Any]", known: "NDArray[Any]") -> int:
    """How many of these pairs stand at a place of their own: one corner found at five sizes is one piece of evidence.

    A pair beside a likelier one, in either picture, adds nothing.
    """
    import numpy as np

    beside = np.zeros((len(seen), len(seen)), np.bool_)
    for places in (seen, known):
        x, y = places[:, 0], places[:, 1]
        beside |= (np.abs(x[:, None] - x) < _APART_PX) & (np.abs(y[:, None] - y) < _APART_PX)
    return len(seen) - int(np.tril(beside, -1).any(axis=1).sum())


def spots(places: "NDArray[Any]", apart: float) -> int:
    """How many of these places (shape (n, 2)) are left when each takes with it all that lie within ``apart`` of it."""
    import numpy as np

    left, count = np.asarray(places), 0
    while len(left):
        left = left[(np.abs(left - left[0]) >= apart).any(axis=1)]
        count += 1
    return count
