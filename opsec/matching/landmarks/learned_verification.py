"""Verification of a frame against one view of a photo by learned features: matches, homography, and what they show.

A homography and a fundamental matrix are estimated from the matches with MAGSAC++ (Baráth et al., CVPR 2020, as OpenCV
has it, from a fixed seed). A homography counts only when it is what a camera can see: it keeps the orientation of the
picture everywhere, and shrinks or enlarges what was recognised by no more than eight times.

A feature that the photo has a second time proves nothing: LighterGlue finds up to 50 matches on two façades of the same
windows that one homography confirms, and the windows are all that these have in common. Whether the frame's feature is
more like its match than like the rest of the photo does not tell: by night and from afar that fails on true pairs too.
Whether the photo repeats itself does.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsec.matching.landmarks.frame_evidence import FrameMatch, hull_area_px, narrow_extent
from opsec.matching.landmarks.geometric_verification import count_clusters, distinct_locations
from opsec.matching.landmarks.learned_references import View
from opsec.matching.landmarks.lighterglue import unit_vectors
from opsec.matching.landmarks.model_cross_check import CrossChecks
from opsec.matching.landmarks.view_synthesis import mirror_keypoints
from opsec.vision.features.local_features import LocalFeatures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.matching.landmarks.putative_matches import Pairs
    from opsec.vision.arrays import Flags, Floats

    Points = NDArray[Any]
    """Pixel positions x, y, shape (n, 2)."""

MIN_REPORTED_INLIERS = 10
"""Inliers below which nothing is measured: wrong pairs reach that many every day."""
_TOLERANCE = 0.01
"""Share of the photo's longest side by which a match may miss a homography; half of it an epipolar line."""
_MAX_SCALE = 8.0
_MAX_ITERATIONS = 3_000
_CONFIDENCE = 0.9995
_MIN_FUNDAMENTAL_PAIRS = 20
_COPY_SIMILARITY = 0.85
"""Cosine of two descriptors of one photo from which on they show the same thing twice. On drawn façades of one window
nine tenths of the inliers have such a copy at .88 and more; on a church seen from afar none of 39 has one at .85."""
_MIN_COPY_DISTANCE = 0.05
"""Share of the photo's longest side from which on a similar feature is another location."""
_CLUSTER_RADIUS = 0.04
MAX_LINES = 60


@dataclass(frozen=True, slots=True)
class _Fit:
    """A homography from the frame to the photo and its inliers, as flags of the matches."""

    homography: "Floats"
    inliers: "Flags"

    @property
    def count(self) -> int:
        """Number of inliers."""
        return int(self.inliers.sum())


def verify_view(frame: LocalFeatures, view: View, pairs: "Pairs", frame_number: int) -> FrameMatch | None:
    """Verify whether a frame shows a view of a photo; None when fewer than ``MIN_REPORTED_INLIERS`` matches agree.

    Parameters
    ----------
    frame
        Features of the frame, by the model that extracted those of the view.
    view
        A photo in one mirror orientation at one size.
    pairs
        Matches: number of the feature of the frame and of the view, shape (n, 2), the surest first.
    frame_number
        Number of the frame in the clip.
    """
    import numpy as np

    if view.mirrored:  # estimators refuse a homography that exchanges left and right
        frame = mirror_keypoints(frame)
    photo = view.features
    here, there = frame.keypoints[pairs[:, 0], :2], photo.keypoints[pairs[:, 1], :2]
    fit = _fit(here, there, photo)
    if fit is None or fit.count < MIN_REPORTED_INLIERS:
        return None
    rows = np.flatnonzero(fit.inliers)
    rows = rows[distinct_locations(here[rows], there[rows])]
    rows = rows[_occur_once(photo, pairs[rows, 1])]
    if len(rows) < MIN_REPORTED_INLIERS:
        return None
    ours, theirs = here[rows], there[rows]
    area = hull_area_px(theirs)
    return FrameMatch(
        frame=frame_number,
        photo=view.photo,
        inliers=len(rows),
        extent=min(narrow_extent(ours, frame), narrow_extent(theirs, photo)),
        recognised_share=area / max(_expected_area_px(fit.homography, frame, photo), area, 1.0),
        lines=_lines(ours, theirs, frame, view)[:MAX_LINES],
        outline=_outline(fit.homography, theirs, frame, mirrored=view.mirrored),
        cross_checks=CrossChecks(len(rows), _count_epipolar(here, there, photo), _count_rival(here, there, fit, photo)),
        photo_share=area / (photo.width_px * photo.height_px),
        clusters=min(_count_clusters(ours, frame), _count_clusters(theirs, photo)),
    )


def _fit(here: "Points", there: "Points", photo: LocalFeatures) -> _Fit | None:
    """Fit the homography that most matches agree with; None when it is none that a camera can see."""
    import cv2
    import numpy as np

    if len(here) < MIN_REPORTED_INLIERS:
        return None
    found, mask = None, None
    tolerance_px = _TOLERANCE * max(photo.width_px, photo.height_px)
    with suppress(cv2.error):  # raised when no sample gave a model
        found, mask = cv2.findHomography(
            here, there, cv2.USAC_MAGSAC, tolerance_px, maxIters=_MAX_ITERATIONS, confidence=_CONFIDENCE
        )
    if found is None or mask is None:
        return None
    inliers = np.asarray(mask).ravel() != 0
    homography = np.asarray(found, np.float64)
    plausible = bool(inliers.any()) and _is_plausible(homography, here[inliers])
    return _Fit(homography, inliers) if plausible else None


def _is_plausible(homography: "Floats", points: "Points") -> bool:
    """Whether a homography keeps the orientation at all points, and does not scale by more than ``_MAX_SCALE``."""
    import numpy as np

    rows = np.c_[points, np.ones(len(points))].astype(np.float64)
    depth = rows @ homography[2]
    if not (depth > 0).all() and not (depth < 0).all():
        return False
    # the determinant of the derivative of a homography at a point is det(H) / depth^3
    areas = np.linalg.det(homography) / depth**3
    return bool((areas > 1 / _MAX_SCALE**2).all() and (areas < _MAX_SCALE**2).all())


def _occur_once(photo: LocalFeatures, numbers: "NDArray[np.intp]") -> "Flags":
    """Find which features of a photo, by their numbers, it has at one location only; shape (numbers,)."""
    import numpy as np

    unit = unit_vectors(photo)
    x, y = photo.keypoints[:, 0], photo.keypoints[:, 1]
    apart = (x[numbers][:, None] - x) ** 2 + (y[numbers][:, None] - y) ** 2 > (
        _MIN_COPY_DISTANCE * max(photo.width_px, photo.height_px)
    ) ** 2
    return np.asarray(~(apart & (unit[numbers] @ unit.T >= _COPY_SIMILARITY)).any(axis=1))


def _count_epipolar(here: "Points", there: "Points", photo: LocalFeatures) -> int:
    """Count the matches that one fundamental matrix agrees with: more than a homography's where there is depth."""
    import cv2
    import numpy as np

    if len(here) < _MIN_FUNDAMENTAL_PAIRS:
        return 0
    tolerance_px = _TOLERANCE / 2 * max(photo.width_px, photo.height_px)
    with suppress(cv2.error):
        mask = cv2.findFundamentalMat(here, there, cv2.USAC_MAGSAC, tolerance_px, _CONFIDENCE, _MAX_ITERATIONS)[1]
        return 0 if mask is None else int(np.count_nonzero(mask))
    return 0


def _count_rival(here: "Points", there: "Points", fit: _Fit, photo: LocalFeatures) -> int:
    """Count the inliers of the best homography that sends the same part of the frame elsewhere."""
    low, high = here[fit.inliers].min(axis=0), here[fit.inliers].max(axis=0)
    left = ~fit.inliers & ((here >= low) & (here <= high)).all(axis=1)
    other = _fit(here[left], there[left], photo)
    return other.count if other else 0


def _project(homography: "Floats", points: "Points") -> "Points":
    import cv2
    import numpy as np

    return np.asarray(cv2.perspectiveTransform(points.astype(np.float64)[:, None], homography))[:, 0]


def _corners(image: LocalFeatures) -> "Points":
    import numpy as np

    wide, high = image.width_px, image.height_px
    return np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float64)


def _expected_area_px(homography: "Floats", frame: LocalFeatures, photo: LocalFeatures) -> float:
    """Area of the photo that the frame should show, in square pixels; all of it where the frame's corners are beyond
    the horizon."""
    import cv2
    import numpy as np

    whole = _corners(photo)
    depth = np.c_[_corners(frame), np.ones(4)] @ homography[2]
    if not ((depth > 0).all() or (depth < 0).all()):
        return float(photo.width_px * photo.height_px)
    seen = cv2.convexHull(_project(homography, _corners(frame)).astype(np.float32))
    return float(cv2.intersectConvexConvex(seen, cv2.convexHull(whole.astype(np.float32)))[0])


def _count_clusters(points: "Points", image: LocalFeatures) -> int:
    return count_clusters(points, _CLUSTER_RADIUS * max(image.width_px, image.height_px))


def _lines(
    ours: "Points", theirs: "Points", frame: LocalFeatures, view: View
) -> tuple[tuple[tuple[float, float], tuple[float, float]], ...]:
    """Return matching points as shares of the frame as it was posted and of the photo."""
    return tuple(
        (_share(x, y, frame, mirrored=view.mirrored), _share(x_there, y_there, view.features))
        for (x, y), (x_there, y_there) in zip(ours.tolist(), theirs.tolist(), strict=True)
    )


def _outline(
    homography: "Floats", theirs: "Points", frame: LocalFeatures, *, mirrored: bool
) -> tuple[tuple[float, float], ...]:
    """Project the box around the recognised points of the photo into the frame as it was posted."""
    import numpy as np

    (left, top), (right, bottom) = theirs.min(axis=0), theirs.max(axis=0)
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    inverse = np.asarray(np.linalg.inv(homography), np.float64)
    return tuple(_share(x, y, frame, mirrored=mirrored) for x, y in _project(inverse, corners).tolist())


def _share(x: float, y: float, image: LocalFeatures, *, mirrored: bool = False) -> tuple[float, float]:
    across, down = min(1.0, max(0.0, x / image.width_px)), min(1.0, max(0.0, y / image.height_px))
    return round(1 - across if mirrored else across, 4), round(down, 4)
