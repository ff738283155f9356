"""A turn that comes round to where it began measures itself: it was 360 degrees, whatever the lens.

The last pictures are compared with the first; when they show the same, the headings between them are
stretched or shrunk so that the circle closes, and the field of view with them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.rotation_geometry import Lens, steadiest_turns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.camera_motion.rotation_geometry import Array

LEAST_DEG = 280.0
"""Range of headings from which it is worth looking."""
FEWEST_ALIKE = 14
LEAST_SHARE = 0.35
"""Of the matched corners, how many must agree on one rotation."""
MOST_STRETCH = 0.12
ALIKE = 0.018
"""How far a matched corner may lie from where the rotation puts it, as a share of the shorter side."""
_TRIED = 6
_FEATURES = 500


def stretch(pictures: "Sequence[NDArray[np.uint8] | None]", heading_deg: "Array", short_fov_deg: float) -> float | None:
    """By what the headings must be multiplied so that the circle closes; none when it does not, or was not filmed.

    ``pictures`` are the grey pictures that were kept, one place for every heading.
    """
    for first, last in _meetings(pictures, heading_deg, short_fov_deg):
        one, other = pictures[first], pictures[last]
        assert one is not None and other is not None
        between = _between_deg(one, other, short_fov_deg)
        if between is None:
            continue
        chained = abs(float(heading_deg[last] - heading_deg[first]))
        sign = 1.0 if heading_deg[last] > heading_deg[first] else -1.0
        factor = (360.0 + sign * between) / chained
        if abs(factor - 1) <= MOST_STRETCH:
            return factor
    return None


def _meetings(
    pictures: "Sequence[NDArray[np.uint8] | None]", heading_deg: "Array", short_fov_deg: float
) -> list[tuple[int, int]]:
    """Pairs of kept pictures whose headings lie closest to a full circle apart."""
    kept = [number for number, picture in enumerate(pictures) if picture is not None]
    apart = [
        (abs(abs(float(heading_deg[j] - heading_deg[i])) - 360.0), i, j) for i in kept[:40] for j in kept[-40:] if i < j
    ]
    near = sorted(one for one in apart if one[0] < 0.6 * short_fov_deg)
    return [(i, j) for _off, i, j in near[:_TRIED]]


def _between_deg(one: "NDArray[np.uint8]", other: "NDArray[np.uint8]", short_fov_deg: float) -> float | None:
    """How far the camera turned from one picture to the other, clockwise; none when they do not show the same."""
    import cv2

    orb = cv2.ORB.create(nfeatures=_FEATURES)
    (points, words), (points_too, words_too) = orb.detectAndCompute(one, None), orb.detectAndCompute(other, None)
    if words is None or words_too is None or min(len(words), len(words_too)) < FEWEST_ALIKE:
        return None
    alike = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(words, words_too)
    alike = sorted(alike, key=lambda match: (match.distance, match.queryIdx))[:120]
    if len(alike) < FEWEST_ALIKE:
        return None
    here = np.array([points[match.queryIdx].pt for match in alike], np.float64)
    there = np.array([points_too[match.trainIdx].pt for match in alike], np.float64)
    height, width = one.shape
    lens = Lens.of(short_fov_deg, (width, height))
    alike_px = ALIKE * min(width, height)
    (turn,), (off,) = steadiest_turns(here[None], there[None], lens, alike_px, np.ones((1, len(here))))
    agree = int((off < alike_px).sum())
    if agree < max(FEWEST_ALIKE, LEAST_SHARE * len(alike)):
        return None
    return -float(np.degrees(np.arctan2(turn[0, 2], turn[2, 2])))
