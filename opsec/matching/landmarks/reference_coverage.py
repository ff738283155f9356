"""Sides and hours that the photos of a landmark do not cover, so that coverage is found out before it is needed.

The side from which a photo was taken follows from what it has in common with the photo that shares most with the
others: where a wall is seen from the left, its left part is nearer and larger. The homography between both photos tells
how much: the determinant of its derivative, at the left and at the right of what both show.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from opsec.i18n.messages import Message, _
from opsec.matching.landmarks.putative_matches import match_descriptors
from opsec.vision.features.local_features import LocalFeatures
from opsec.vision.features.low_light import MIN_DAYLIGHT_LEVEL

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats, Points

Side = Literal["left", "right", "front"]

MAX_PHOTOS = 6
"""Photos of one landmark whose sides are compared."""
MIN_SHARED_POINTS = 15
"""Points that two photos must share so that their sides can be compared."""
MIN_SLANT = 1.25
"""How many times larger one end of a wall must be than the other, relative to the other photo, to tell a side."""
NIGHT_HOURS = 20.0, 5.0
"""Hours of the day from which and until which a photo counts as taken at night."""
_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class PhotoView:
    """What is known of one photo of a landmark."""

    features: LocalFeatures
    light: float
    """Mean gray level."""
    hour: float | None
    """Hour of the day when it was taken; None when the photo has no time."""


def suggest_photos(file: str, photos: Sequence[PhotoView]) -> Message | None:
    """Name the sides and hours that the photos of a landmark do not cover; None when they cover all.

    Parameters
    ----------
    file
        Folder of the landmark, safe to show.
    photos
        Its usable photos.
    """
    sides = find_sides(photos[:MAX_PHOTOS])
    missing = [_("from the left")] if "left" not in sides else []
    missing += [_("from the right")] if "right" not in sides else []
    missing += [] if any(map(_is_of_the_night, photos)) else [_("at night")]
    if not photos or not missing:
        return None
    listed = missing[0]
    for one in missing[1:]:
        listed = _("{first} or {second}", first=listed, second=one)
    return _(
        "{file}: no photo shows it {missing}; add one of each, as clips will show it so", file=file, missing=listed
    )


def find_sides(photos: Sequence[PhotoView]) -> set[Side]:
    """Find the sides from which photos were taken, relative to the photo that shares most with the others.

    A photo that shares too little with it has no side; the photo itself is the front.
    """
    if not photos:
        return set()
    slants = [
        [_slant(one.features, other.features) if one is not other else None for other in photos] for one in photos
    ]
    related = [sum(slant is not None for slant in row) for row in slants]
    base = slants[related.index(max(related))]
    return {"front", *(_side_of(slant) for slant in base if slant is not None)}


def _side_of(slant: float) -> Side:
    return "left" if slant >= MIN_SLANT else "right" if slant <= 1 / MIN_SLANT else "front"


def _is_of_the_night(photo: PhotoView) -> bool:
    begins, ends = NIGHT_HOURS
    by_clock = photo.hour is not None and (photo.hour >= begins or photo.hour < ends)
    return by_clock or photo.light < MIN_DAYLIGHT_LEVEL


def _slant(base: LocalFeatures, other: LocalFeatures) -> float | None:
    """Compute how many times larger the left end of what both show is than its right end, in the other photo.

    Relative to the base; None when they share fewer than ``MIN_SHARED_POINTS`` points.
    """
    import cv2
    import numpy as np

    pairs = match_descriptors(base, other).unambiguous
    if len(pairs) < MIN_SHARED_POINTS:
        return None
    here, there = base.keypoints[pairs[:, 0], :2], other.keypoints[pairs[:, 1], :2]
    found, mask = None, None
    with suppress(cv2.error):  # raised when no sample gave a model
        tolerance_px = _TOLERANCE * max(other.width_px, other.height_px)
        found, mask = cv2.findHomography(here, there, cv2.USAC_MAGSAC, tolerance_px)
    if found is None or mask is None or np.count_nonzero(mask) < MIN_SHARED_POINTS:
        return None
    points = here[np.asarray(mask).ravel() != 0].astype(np.float64)
    return _scale_ratio(np.asarray(found, np.float64), points)


def _scale_ratio(homography: "Floats", points: "Points") -> float | None:
    """Compute the ratio of the scale of a homography at the left of the points to that at their right."""
    import numpy as np

    middle = np.median(points[:, 1])
    ends = np.array([[points[:, 0].min(), middle, 1.0], [points[:, 0].max(), middle, 1.0]])
    depth = ends @ homography[2]
    if depth[0] * depth[1] <= 0:
        return None
    # the derivative has determinant det(H) / depth^3, and the scale is its root
    return float(abs(depth[1] / depth[0]) ** 1.5)
