"""Evidence that one frame × photo fit gives: inlier count, extent, share of the expected area recognised, cross-checks.

The count comes from ``geometric_verification``. A count alone proves little: a poster, a letter or a row of windows
gives as many inliers.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsec.matching.landmarks.affine_fit import fit_similarity
from opsec.matching.landmarks.geometric_verification import AffineFit, count_clusters
from opsec.matching.landmarks.model_cross_check import CrossChecks, cross_check
from opsec.matching.landmarks.putative_matches import Correspondences
from opsec.vision.features.local_features import LocalFeatures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[Any]
    """Pixel positions x, y, shape (n, 2)."""

MAX_LINES = 60
"""Inliers kept as evidence; more would only blacken the picture."""
_MIN_POINTS_TO_TRIM = 5
_SAME_LOCATION_PX = 6.0
_CLUSTER_RADIUS = 0.04
"""Share of the longest side within which inliers form one cluster."""
_MIN_AFFINE_EXTENT = 0.15
"""In a narrower band of inliers an affine map does not show how the frame scales across the band: there the map is
taken to be a similarity."""

RelativePoint = tuple[float, float]
"""A point of an image: shares of its width and of its height."""


@dataclass(frozen=True, slots=True)
class FrameMatch:
    """A landmark in one frame of a clip."""

    frame: int
    """Number of the frame."""
    photo: int
    """Number of the reference photo."""
    inliers: int
    extent: float
    """Width of the narrowest band that contains the recognised points, in the frame or in the photo, whichever is less:
    share of its longest side. One letter, one badge or one line of words reaches a few hundredths."""
    recognised_share: float
    """Share of what the frame should show of the photo that was recognised: of a poster that also hangs elsewhere the
    poster is recognised, and nothing of the wall around it."""
    lines: tuple[tuple[RelativePoint, RelativePoint], ...]
    """Matching points of the frame (as it was posted, unmirrored) and of the photo."""
    outline: tuple[RelativePoint, ...]
    """Four corners, in the frame, around what of the photo was recognised."""
    cross_checks: CrossChecks
    photo_share: float
    """Share of the whole photo that was recognised."""
    clusters: int
    """Number of clusters of inliers, each as large as a letter: two letters of one alphabet give many inliers in two
    clusters."""
    per_frame: tuple[tuple[int, int], ...] = ()
    """For features pooled over several frames: number of each frame, this one included, and its inliers; empty for a
    single frame."""


@dataclass(frozen=True, slots=True)
class ClipMatch:
    """A landmark in a clip."""

    mirrored: bool
    """The clip shows the landmark flipped left and right."""
    frame_matches: tuple[FrameMatch, ...]
    """The frames in which it was recognised, in the order of the clip."""
    pooled_locations: int
    """Distinct locations of the photos that any of the frames shows."""
    pooled_match: FrameMatch | None = None
    """What the features of several registered frames show together, where no frame shows enough by itself."""

    @property
    def best(self) -> FrameMatch:
        """The frame match with most inliers."""
        return self.pooled_match or max(self.frame_matches, key=lambda match: (match.inliers, -match.frame))

    @property
    def inliers_per_frame(self) -> tuple[tuple[int, int], ...]:
        """Number and inliers of each frame that shows the landmark, in the order of the clip."""
        if self.pooled_match:
            return self.pooled_match.per_frame
        return tuple((match.frame, match.inliers) for match in self.frame_matches)


def measure_match(  # noqa: PLR0913 - two images, their numbers, and how they fit
    frame: LocalFeatures, photo: LocalFeatures, correspondences: Correspondences, fit: AffineFit, *, frame_number: int,
    photo_number: int, mirrored: bool, per_frame: tuple[tuple[int, int], ...] = (),
) -> FrameMatch:  # fmt: skip
    """Measure what a fit shows of a photo.

    Parameters
    ----------
    frame, photo
        Features of both images, the frame's in the orientation in which they fit.
    correspondences
        The matches that were fitted.
    fit
        The affine fit.
    frame_number, photo_number
        Numbers of the frame in the clip and of the photo in the reference set.
    mirrored
        The features of the frame were mirrored.
    per_frame
        For pooled features: number of each frame and its inliers.
    """
    here, there = inlier_points(frame, photo, correspondences, fit)
    lines = tuple(
        (_relative(x, y, frame, mirrored=mirrored), _relative(x_there, y_there, photo))
        for (x, y), (x_there, y_there) in zip(here.tolist(), there.tolist(), strict=True)
        if 0 <= x <= frame.width_px and 0 <= y <= frame.height_px  # pooled features reach beyond any one frame
    )
    outline = _project_outline(fit, there, frame, mirrored=mirrored)
    kept = _trim_outermost(there, photo)
    here, there = here[kept], there[kept]
    extent = min(narrow_extent(here, frame), narrow_extent(there, photo))
    clusters = min(
        count_clusters(points, _CLUSTER_RADIUS * max(image.width_px, image.height_px))
        for points, image in ((here, frame), (there, photo))
    )
    hull_area = hull_area_px(there)
    return FrameMatch(
        frame=frame_number,
        photo=photo_number,
        inliers=fit.inliers,
        extent=extent,
        recognised_share=hull_area / max(_expected_area_px(fit, here, there, frame, photo), 1.0),
        lines=lines[:MAX_LINES],
        outline=outline,
        cross_checks=cross_check(frame, photo, correspondences, fit),
        photo_share=hull_area / (photo.width_px * photo.height_px),
        clusters=clusters,
        per_frame=per_frame,
    )


def inlier_points(
    frame: LocalFeatures, photo: LocalFeatures, correspondences: Correspondences, fit: AffineFit
) -> "tuple[Points, Points]":
    """Return the inliers of a fit as points of the frame and of the photo, shape (n, 2) each."""
    pairs = correspondences.pairs[: len(fit.inlier_mask)][fit.inlier_mask]
    return frame.keypoints[pairs[:, 0], :2], photo.keypoints[pairs[:, 1], :2]


def hull_area_px(points: "Points") -> float:
    """Area of the convex hull, in square pixels; 0 for fewer than three points."""
    import cv2
    import numpy as np

    if len(points) < 3:
        return 0.0
    return float(cv2.contourArea(cv2.convexHull(points.astype(np.float32))))


def _expected_area_px(
    fit: AffineFit, here: "Points", there: "Points", frame: LocalFeatures, photo: LocalFeatures
) -> float:
    """Area of the photo that the frame should show by the fit, in square pixels of the photo.

    Parameters
    ----------
    fit
        The affine fit.
    here, there
        Inliers in the frame and in the photo, shape (n, 2).
    frame, photo
        Features of both images, for their sizes.
    """
    import cv2
    import numpy as np

    wide, high = frame.width_px, frame.height_px
    if not len(there):
        return 0.0
    narrow = narrow_extent(there, photo) < _MIN_AFFINE_EXTENT
    affine = fit_similarity(here.astype(np.float64), there.astype(np.float64)) if narrow else fit.affine
    corners = np.array([[0, 0, 1], [wide, 0, 1], [wide, high, 1], [0, high, 1]]) @ affine
    whole = np.array([[0, 0], [photo.width_px, 0], [photo.width_px, photo.height_px], [0, photo.height_px]])
    return float(cv2.intersectConvexConvex(corners.astype(np.float32), whole.astype(np.float32))[0])


def _trim_outermost(points: "Points", image: LocalFeatures) -> "NDArray[Any]":
    """Return the numbers of the points without the one whose removal narrows their band most, and all beside it.

    A strip of letters with one chance match elsewhere is still a strip.
    """
    import cv2
    import numpy as np

    points = points.astype(np.float32)
    if len(points) < _MIN_POINTS_TO_TRIM:
        return np.arange(len(points))
    hull = [int(one) for one in np.ravel(cv2.convexHull(points, returnPoints=False))]
    removed = min(hull, key=lambda one: (narrow_extent(_without(points, points[one]), image), one))
    return np.asarray(np.flatnonzero((np.abs(points - points[removed]) > _SAME_LOCATION_PX).any(axis=1)))


def _without(points: "Points", removed: "Points") -> "Points":
    import numpy as np

    return np.asarray(points[(np.abs(points - removed) > _SAME_LOCATION_PX).any(axis=1)])


def narrow_extent(points: "Points", image: LocalFeatures) -> float:
    """Shorter side of the narrowest rectangle around the points, as a share of the image's longest side."""
    import cv2
    import numpy as np

    if len(points) < 3:
        return 0.0
    _centre, sides, _angle = cv2.minAreaRect(np.asarray(points, np.float32))
    return min(sides) / max(image.width_px, image.height_px)


def _project_outline(
    fit: AffineFit, there: "Points", frame: LocalFeatures, *, mirrored: bool
) -> tuple[RelativePoint, ...]:
    """Project the box around the recognised points of the photo into the frame."""
    import numpy as np

    (left, top), (right, bottom) = there.min(axis=0), there.max(axis=0)
    linear, shift = fit.affine[:2], fit.affine[2]
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    projected = (corners - shift) @ np.linalg.inv(linear)
    return tuple(_relative(x, y, frame, mirrored=mirrored) for x, y in projected.tolist())


def _relative(x: float, y: float, image: LocalFeatures, *, mirrored: bool = False) -> RelativePoint:
    across, down = min(1.0, max(0.0, x / image.width_px)), min(1.0, max(0.0, y / image.height_px))
    return round(1 - across if mirrored else across, 4), round(down, 4)
