"""Hypotheses of the map between a frame and a photo, from one or two feature matches, and the matches that agree.

A SIFT match has a position, a size and an angle on either side: enough for a similarity, so every match proposes one.
Features of a learned model have neither angle nor size of their own: one match gives only a shift, two give a
similarity, and the likeliest matches are tried in all combinations of two. Nothing is sampled at random: the same input
gives the same answer. A learned model tolerates some rotation and scaling of the image but no more, so a hypothesis may
rotate by 35° and scale twofold beyond what the enrolled view itself was rotated and scaled.

The more matches lie anywhere, the more of the two-match hypotheses agree with some by chance. Their number is predicted
(a-contrario model; Moisan and Stival, IJCV 2004: the number of false alarms), and that many prove nothing.
"""

from functools import cache
from math import comb
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags

    KeypointArray = NDArray[np.floating[Any]]
    """Shape (n, 4): x, y, size, angle in degrees; one match per row."""

MAX_PAIRS = 500
"""Matches of one frame and photo that are considered, the likeliest first."""
MAX_HYPOTHESES = 12
"""Hypotheses that are refined, those with most agreeing matches."""
MAX_ROTATION_RAD = 0.61
MAX_LOG_SCALE = 0.70
"""How far a match's own angle and log size may be from the map's: 35° and twice."""
VOTING_TOLERANCE = 0.05
"""Share of the photo's longest side by which a single-match hypothesis may miss a match that agrees."""
_MAX_SCALE = 6
"""A map that enlarges or shrinks more than this many times does not show a reference photo."""
_MIN_VOTES = 3
MAX_SEED_PAIRS = 40
"""Likeliest matches of which every two propose a similarity."""
TWO_MATCH_TOLERANCE = 0.03
"""Share of the photo's longest side by which a two-match hypothesis may miss a match that agrees."""
MIN_SEED_DISTANCE = 0.05
"""Share of the photo's longest side: two matches that lie closer together than this propose nothing."""
CLUSTERING_FACTOR = 2.0
"""Features are not spread evenly but lie where there is something to see: this many times as dense."""


def single_match_hypotheses(
    frame_keypoints: "KeypointArray",
    photo_keypoints: "KeypointArray",
    photo_side_px: float,
    n_unambiguous: int = MAX_PAIRS,
) -> "list[Flags]":
    """Propose a similarity from each single match and keep the best supported.

    Parameters
    ----------
    frame_keypoints, photo_keypoints
        Shape (n, 4): x, y, size, angle in degrees; one match per row.
    photo_side_px
        Longest side of the photo.
    n_unambiguous
        This many matches, the first ones, count whole, the others half.

    Returns
    -------
    list of numpy.ndarray
        For each of the best hypotheses, which matches agree with it; shape (n,), bool.
    """
    import numpy as np

    agree = _consensus(frame_keypoints[:MAX_PAIRS], photo_keypoints[:MAX_PAIRS], VOTING_TOLERANCE * photo_side_px)
    votes = agree.sum(axis=1)
    order = np.argsort(-votes - agree[:, :n_unambiguous].sum(axis=1), kind="stable")[:MAX_HYPOTHESES]
    return [agree[number] for number in order if votes[number] >= _MIN_VOTES]


def _consensus(frame: "KeypointArray", photo: "KeypointArray", tolerance_px: float) -> "Flags":
    """Find which matches (columns) agree with the similarity that each match (rows) proposes."""
    import numpy as np

    log_scale, rotation = np.log(photo[:, 2] / frame[:, 2]), rotations_rad(frame, photo)
    scale = np.exp(log_scale)
    cos, sin = scale * np.cos(rotation), scale * np.sin(rotation)
    x, y = frame[:, 0], frame[:, 1]
    shift_x, shift_y = photo[:, 0] - cos * x + sin * y, photo[:, 1] - sin * x - cos * y
    miss_x = cos[:, None] * x - sin[:, None] * y + (shift_x[:, None] - photo[:, 0])
    miss_y = sin[:, None] * x + cos[:, None] * y + (shift_y[:, None] - photo[:, 1])
    agree = miss_x**2 + miss_y**2 < tolerance_px**2
    agree &= np.abs(log_scale[:, None] - log_scale) < MAX_LOG_SCALE
    agree &= rotations_agree(rotation[:, None], rotation)
    agree &= (np.abs(log_scale) < np.log(_MAX_SCALE))[:, None]
    return np.asarray(agree)


def rotations_rad(frame_keypoints: "NDArray[Any]", photo_keypoints: "NDArray[Any]") -> "NDArray[Any]":
    """Compute by how much each match is rotated, from −π to π; keypoints have shape (n, 4)."""
    import numpy as np

    return np.asarray(np.deg2rad((photo_keypoints[:, 3] - frame_keypoints[:, 3] + 180) % 360 - 180))


def rotations_agree(one: "NDArray[Any]", other: "NDArray[Any]") -> "Flags":
    """Whether angles (radians from −π to π, broadcast) differ by less than ``MAX_ROTATION_RAD``."""
    import numpy as np

    return np.asarray(np.abs(np.abs(one - other) - np.pi) > np.pi - MAX_ROTATION_RAD)


def two_match_hypotheses(
    frame_keypoints: "KeypointArray", photo_keypoints: "KeypointArray", photo_side_px: float
) -> "list[Flags]":
    """Propose a similarity from every two of the likeliest matches and keep the best supported.

    Parameters
    ----------
    frame_keypoints, photo_keypoints
        Shape (n, 4): x, y, size, angle in degrees; one match per row, the likeliest first.
    photo_side_px
        Longest side of the photo.

    Returns
    -------
    list of numpy.ndarray
        For each of the best hypotheses, which matches agree with it; shape (n,), bool.
    """
    import numpy as np

    frame, photo = frame_keypoints[:MAX_PAIRS], photo_keypoints[:MAX_PAIRS]
    here, there = frame[:, 0] + 1j * frame[:, 1], photo[:, 0] + 1j * photo[:, 1]
    one, other = np.triu_indices(min(MAX_SEED_PAIRS, len(frame)), 1)
    min_px = MIN_SEED_DISTANCE * photo_side_px
    wide = (np.abs(here[one] - here[other]) > min_px) & (np.abs(there[one] - there[other]) > min_px)
    one, other = one[wide], other[wide]
    factor = (there[other] - there[one]) / (here[other] - here[one])
    miss_px = np.abs(factor[:, None] * (here - here[one][:, None]) + there[one][:, None] - there)
    own_factor = photo[:, 2] / frame[:, 2] * np.exp(1j * np.deg2rad(photo[:, 3] - frame[:, 3]))
    rest = np.log(factor[:, None] / own_factor)
    agree = miss_px < TWO_MATCH_TOLERANCE * photo_side_px
    agree &= (np.abs(rest.real) < MAX_LOG_SCALE) & (np.abs(rest.imag) < MAX_ROTATION_RAD)
    votes = agree.sum(axis=1)
    order = np.argsort(-votes, kind="stable")[: 4 * MAX_HYPOTHESES]
    distinct = {agree[number].tobytes(): agree[number] for number in order if votes[number] >= _MIN_VOTES}
    return list(distinct.values())[:MAX_HYPOTHESES]


@cache
def chance_inliers(n_pairs: int, area_share: float, false_alarm_rate: float = 1e-4) -> int:
    """Predict how many matches agree with the best two-match hypothesis by chance alone.

    Parameters
    ----------
    n_pairs
        Matches of the frame and the photo.
    area_share
        Share of the photo's area within which a match agrees with a hypothesis.
    false_alarm_rate
        Share of frames in which chance may exceed the result.

    Returns
    -------
    int
        Most agreeing matches, the two that propose the hypothesis included.
    """
    area_share = min(1.0, CLUSTERING_FACTOR * area_share)
    n_hypotheses = min(MAX_SEED_PAIRS, n_pairs) * (min(MAX_SEED_PAIRS, n_pairs) - 1) / 2
    others = max(0, n_pairs - 2)
    tail = 1.0
    for more in range(others + 1):
        if n_hypotheses * tail < false_alarm_rate:
            return more + 1
        tail -= comb(others, more) * area_share**more * (1 - area_share) ** (others - more)
    return n_pairs
