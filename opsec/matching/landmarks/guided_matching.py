"""Guided matching: where a map is known but weak, matches are looked for again near where it sends each feature.

At night, at a slant and close by, the ratio test over the whole photo drops most true matches. Once a few agree on a
map, a feature needs only be more like what lies where the map sends it than like anything elsewhere in the photo
(guided matching: Hartley and Zisserman, Multiple View Geometry, 2004, section 4.8). A feature of another place passes
that test with the share of the photo's features that lie near by: so how many pass by chance is known, and whether more
do is the number of false alarms of a binomial law (Moisan and Stival, IJCV 2004).

Measured on one half (by photo) of the hard clips of the shared photos (``python -m tests.benchmarks landmarks-hard``):
true pairs that the ratio test leaves at 6 to 12 inliers reach 8 to 31 features, of which chance gives .01 to .4. Of the
23 clips in both halves that were missed, 6 are recognised. Chance alone is not what must be feared: façades of the same
windows reach 25, but the ratio test leaves them fewer than six that one homography confirms. So both are asked.
Tolerances of 3 and 4 % of the photo and a ratio of .95 gave less.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.matching.landmarks.affine_fit import affine_rotation_rad, affine_scale, fit_affine_maps
from opsec.matching.landmarks.geometric_verification import (
    INLIER_TOLERANCE,
    AffineFit,
    count_weighted,
    distinct_locations,
)
from opsec.matching.landmarks.hypotheses import MAX_PAIRS, rotations_agree, rotations_rad
from opsec.matching.landmarks.pairwise_matches import MatchedPair
from opsec.matching.landmarks.putative_matches import LOWE_RATIO, MIN_RIVAL_DISTANCE_PX, Correspondences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, Floats
    from opsec.vision.features.local_features import LocalFeatures

    Singles = NDArray[np.float32]

NEAR_TOLERANCE = 0.02
"""Share of the photo's longest side within which a feature is near where the map sends it."""
_MAX_LOG_SCALE = 0.5
"""How far a match's own log size may be from the map's here: 1.65 times."""
_ROUNDS = 3
"""Rounds of matching and fitting; the map of few matches is too rough to reach far from them."""
MIN_GUIDED = 8
"""Features below which nothing is proved."""
MAX_LOG10_FALSE_ALARMS = -15.0
"""Number of false alarms above which a clip is not said to show a photo. True pairs reach 10^-18 and less; in one
frame of each strange clip of half of the hard set, one pair had a map at all, and 10^-7."""


@dataclass(frozen=True, slots=True)
class GuidedMatch:
    """What guided matching found."""

    pair: MatchedPair
    fit: AffineFit
    log10_false_alarms: float
    """How many pairs of other places are expected to show as much, as a power of ten."""


@dataclass(frozen=True, slots=True)
class _Near:
    """Features of the frame that are more like one near by than like any elsewhere in the photo."""

    frame_numbers: "NDArray[np.intp]"
    photo_numbers: "NDArray[np.intp]"
    ratios: "Singles"
    """Distance to the near one, as a share of that to the most similar elsewhere."""
    n_tried: int
    """Features of the frame that the map sends into the photo."""
    chance: float
    """Chance that one of them passes without showing the same place."""


def match_guided(pair: MatchedPair, fit: AffineFit) -> GuidedMatch | None:
    """Match a frame and a photo again, guided by a map; None where chance may give as much.

    Parameters
    ----------
    pair
        The frame and the photo, with their matches by the ratio test.
    fit
        The map that most of these support.
    """
    import numpy as np

    frame, photo = pair.frame, pair.photo
    one, other = frame.descriptors.astype(np.float32), photo.descriptors.astype(np.float32)
    squared = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * (one @ other.T)
    affine, found = fit.affine, None
    for number in range(_ROUNDS):
        found = _match_near(frame, photo, affine, squared)
        if len(found.frame_numbers) < MIN_GUIDED:
            return None
        if number < _ROUNDS - 1:
            affine = _refit(frame, photo, found, affine)
    assert found is not None
    rate = log10_false_alarms(len(found.frame_numbers), found.n_tried, found.chance)
    return _to_match(pair, found, affine, rate) if rate <= MAX_LOG10_FALSE_ALARMS else None


def log10_false_alarms(count: int, n_tried: int, chance: float) -> float:
    """Return log10 of the chance that ``count`` or more of ``n_tried`` pass, each with that chance (binomial law)."""
    if count <= n_tried * chance or n_tried == 0:
        return 0.0
    if chance <= 0 or count > n_tried:
        return -math.inf
    if chance >= 1:
        return 0.0
    terms = [
        math.lgamma(n_tried + 1)
        - math.lgamma(more + 1)
        - math.lgamma(n_tried - more + 1)
        + more * math.log(chance)
        + (n_tried - more) * math.log1p(-chance)
        for more in range(count, n_tried + 1)
    ]
    most = max(terms)
    return (most + math.log(sum(math.exp(one - most) for one in terms))) / math.log(10)


def _match_near(frame: "LocalFeatures", photo: "LocalFeatures", affine: "Floats", squared: "Singles") -> _Near:
    """Find the features that are more like one near where a map sends them than like any elsewhere.

    Parameters
    ----------
    frame, photo
        Features of both images.
    affine
        The map, shape (3, 2).
    squared
        Squared distances of their descriptors, shape (frame features, photo features).
    """
    import numpy as np

    sent = np.c_[frame.keypoints[:, :2], np.ones(len(frame))] @ affine
    inside = np.flatnonzero(((sent >= 0) & (sent < (photo.width_px, photo.height_px))).all(axis=1))
    near = _lie_near(frame, photo, affine, sent, inside)
    n_near = near.sum(axis=1)
    some = n_near > 0
    rows, near = inside[some], near[some]
    distances = squared[rows]
    best = np.where(near, distances, np.inf).argmin(axis=1)
    own = distances[np.arange(len(rows)), best]
    x, y = photo.keypoints[:, 0], photo.keypoints[:, 1]
    elsewhere = (x[best][:, None] - x) ** 2 + (y[best][:, None] - y) ** 2 > MIN_RIVAL_DISTANCE_PX**2
    rival = np.where(elsewhere, distances, np.inf).min(axis=1, initial=np.inf)
    ratios = np.sqrt(np.maximum(own, 0) / np.maximum(rival, 1e-6)).astype(np.float32)
    order = np.argsort(ratios, kind="stable")[: int((ratios < 1).sum())]
    order = order[np.sort(np.unique(best[order], return_index=True)[1])]
    order = order[distinct_locations(frame.keypoints[rows[order]], photo.keypoints[best[order]])]
    chance = float(n_near.mean()) / len(photo) if len(inside) else 0.0
    return _Near(rows[order], best[order], ratios[order], len(inside), max(chance, 1 / len(photo) ** 2))


def _lie_near(
    frame: "LocalFeatures", photo: "LocalFeatures", affine: "Floats", sent: "Floats", rows: "NDArray[np.intp]"
) -> "Flags":
    """Find which features of the photo (columns) are near, and rotated and scaled, as a map sends some of the frame."""
    import numpy as np

    tolerance_px = NEAR_TOLERANCE * max(photo.width_px, photo.height_px)
    miss_x, miss_y = (sent[rows, axis][:, None] - photo.keypoints[:, axis] for axis in (0, 1))
    near = np.asarray(miss_x**2 + miss_y**2 < tolerance_px**2)
    here, there = np.nonzero(near)
    ours, theirs = frame.keypoints[rows[here]], photo.keypoints[there]
    scales = np.log(theirs[:, 2] / ours[:, 2]) - np.log(affine_scale(affine[None])[0])
    agree = (np.abs(scales) < _MAX_LOG_SCALE) & rotations_agree(
        rotations_rad(ours, theirs), affine_rotation_rad(affine[None])[0]
    )
    near[here[~agree], there[~agree]] = False
    return near


def _refit(frame: "LocalFeatures", photo: "LocalFeatures", found: _Near, affine: "Floats") -> "Floats":
    """Fit the map to the features that were found, in turn with dropping those that it misses."""
    import numpy as np

    here = frame.keypoints[found.frame_numbers, :2].astype(np.float64)
    there = photo.keypoints[found.photo_numbers, :2].astype(np.float64)
    source = np.c_[here, np.ones(len(here))]
    tolerance_px = INLIER_TOLERANCE * max(photo.width_px, photo.height_px)
    agree = np.ones(len(here), np.bool_)
    for _round in range(3):
        affines, plausible = fit_affine_maps(here, there, agree[None])
        if not plausible.any():
            return affine
        affine = affines[0]
        agree = ((source @ affine - there) ** 2).sum(axis=1) < tolerance_px**2
    return affine


def _to_match(pair: MatchedPair, found: _Near, affine: "Floats", rate: float) -> GuidedMatch:
    """Return what was found as matches and their fit, with the other matches of the pair after them.

    The others are kept because a rival map may be among them.
    """
    import numpy as np

    grown = np.stack([found.frame_numbers, found.photo_numbers], axis=1)
    clear = found.ratios < LOWE_RATIO
    others, whole = pair.correspondences.pairs, pair.correspondences.n_unambiguous
    new = ~np.isin(others[:, 0], found.frame_numbers)
    parts = [grown[clear], others[:whole][new[:whole]], grown[~clear], others[whole:][new[whole:]]]
    sizes = [len(one) for one in parts]
    mask = np.repeat([True, False, True, False], sizes)[:MAX_PAIRS]
    n_unambiguous = min(sizes[0] + sizes[1], MAX_PAIRS)
    inliers = count_weighted(np.flatnonzero(mask), n_unambiguous)
    matched = MatchedPair(pair.frame, pair.photo, Correspondences(np.vstack(parts)[:MAX_PAIRS], n_unambiguous))
    return GuidedMatch(matched, AffineFit(inliers, mask, affine), rate)
