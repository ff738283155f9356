"""Small grey frames of a clip with the movement of the whole picture from each to the next.

Frames are kept as JPEG: a long clip would not fit into the memory of a worker process. When there are too many, every
second one is dropped.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.optical_flow import global_shift_px, track_forward_backward

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.arrays import Floats, GrayImage, Points

TRACK_PX = 640
"""Longer side of the frames."""
MAX_FRAMES = 8_000
"""Frames kept of a clip: four minutes at 30 a second, 250 MB."""
_JPEG_QUALITY = 85
_MAX_DECODED = 8
"""Decoded frames kept, those used last."""
MIN_POINTS = 6
_WHOLE_POINTS = 300
_MIN_INLIER_SHARE = 0.5
_MAX_SCALE_STEP = 1.25
_INLIER_PX = 1.5
_CUT_CORRELATION = 0.25
"""Correlation of two consecutive frames, shifted onto each other, below which a cut is between them."""
_PLAIN_STD, _PLAIN_DIFFERENCE = 1.0, 2.0
"""Grey levels: a frame of less deviation is plain, and two plain frames that differ by less are the same scene."""


@dataclass(slots=True)
class TrackedFrames:
    """The frames in the order of time."""

    times_s: list[float] = field(default_factory=list)
    steps: "list[Floats | None]" = field(default_factory=list)
    """Similarity (2, 3) from frame ``i`` to frame ``i + 1`` of the whole picture; None across a cut."""
    min_step_s: float = 0.0
    """Frames that follow the last one sooner are not needed."""
    _coded: "list[NDArray[np.uint8]]" = field(default_factory=list)
    _decoded: "dict[int, GrayImage]" = field(default_factory=dict)
    _last: "GrayImage | None" = None

    def wants(self, at_s: float) -> bool:
        """Return whether to add a frame of this time."""
        return not self.times_s or at_s >= self.times_s[-1] + self.min_step_s

    def add(self, at_s: float, gray: "GrayImage") -> None:
        """Add the next frame, whose longer side is ``TRACK_PX`` or less; it takes the size of the first."""
        import cv2

        if self._last is not None:
            gray = np.asarray(cv2.resize(gray, self._last.shape[::-1]), np.uint8)
            self.steps.append(_whole_step(self._last, gray))
        self.times_s.append(at_s)
        self._coded.append(np.asarray(cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1]))
        self._last = gray
        if len(self.times_s) > MAX_FRAMES:
            self._thin()

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the first frame."""
        height_px, width_px = self.gray(0).shape
        return height_px, width_px

    def gray(self, number: int) -> "GrayImage":
        """Return a frame."""
        import cv2

        found = self._decoded.pop(number, None)
        if found is None:
            found = np.asarray(cv2.imdecode(self._coded[number], cv2.IMREAD_GRAYSCALE), np.uint8)
        self._decoded[number] = found
        if len(self._decoded) > _MAX_DECODED:
            self._decoded.pop(next(iter(self._decoded)))
        return found

    def nearest(self, at_s: float) -> int:
        """Return the number of the frame nearest to a time."""
        return int(np.argmin(np.abs(np.asarray(self.times_s) - at_s)))

    def step(self, start: int, direction: int) -> "Floats | None":
        """Return the movement of the whole picture from a frame to the next one in a direction (1 or -1)."""
        if direction > 0:
            return self.steps[start]
        before = self.steps[start - 1]
        return None if before is None else _inverse(before)

    def _thin(self) -> None:
        """Drop every second frame; the steps across a dropped one are joined."""
        self.steps = [_joined(*self.steps[at : at + 2]) for at in range(0, len(self.steps) - 1, 2)]
        self.times_s, self._coded = self.times_s[::2], self._coded[::2]
        self.steps, self._decoded = self.steps[: len(self.times_s) - 1], {}
        self.min_step_s = 0.75 * (self.times_s[-1] - self.times_s[0]) / (len(self.times_s) - 1)
        self._last = self.gray(len(self.times_s) - 1)


def _whole_step(last: "GrayImage", gray: "GrayImage") -> "Floats | None":
    """Return the similarity that moves the whole picture to the next frame; None across a cut."""
    guess_px = global_shift_px(last, gray, None, upper=False)
    points = detect_points(last, None, _WHOLE_POINTS)
    for guess in (np.zeros(2, np.float32), guess_px):
        step = fit_step(last, gray, points, guess)
        if step is not None:
            return step
    shift = np.array([[1, 0, guess_px[0]], [0, 1, guess_px[1]]], float)
    return shift if _agree(last, gray, shift) else None


def fit_step(
    last: "GrayImage", gray: "GrayImage", points: "Points", guess_px: "NDArray[np.float32]"
) -> "Floats | None":
    """Fit a similarity to points that are tracked into the next frame; None where too few agree."""
    import cv2

    if len(points) < MIN_POINTS:
        return None
    found, consistent = track_forward_backward(last, gray, points, guess_px)
    if consistent.sum() < MIN_POINTS:
        return None
    step, inliers = cv2.estimateAffinePartial2D(
        points[consistent], found[consistent], method=cv2.RANSAC, ransacReprojThreshold=_INLIER_PX
    )
    if step is None or inliers.sum() < MIN_POINTS or inliers.mean() < _MIN_INLIER_SHARE:
        return None
    growth = float(np.hypot(step[0, 0], step[1, 0]))
    return np.asarray(step, float) if 1 / _MAX_SCALE_STEP < growth < _MAX_SCALE_STEP else None


def _agree(last: "GrayImage", gray: "GrayImage", shift: "Floats") -> bool:
    """Return whether two frames correlate when the first is shifted onto the second: plain scenes have no corners."""
    import cv2

    moved = cv2.warpAffine(last, shift, (gray.shape[1], gray.shape[0]), borderMode=cv2.BORDER_REPLICATE)
    small = [cv2.resize(one, (32, 32), interpolation=cv2.INTER_AREA).astype(float) for one in (moved, gray)]
    if min(float(one.std()) for one in small) < _PLAIN_STD:
        return float(np.abs(small[0] - small[1]).mean()) < _PLAIN_DIFFERENCE
    return float(np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1]) > _CUT_CORRELATION


def detect_points(gray: "GrayImage", mask: "GrayImage | None", most: int) -> "Points":
    """Return up to ``most`` corners (Shi and Tomasi 1994) where the mask, if there is one, is not 0."""
    import cv2

    found = cv2.goodFeaturesToTrack(gray, most, 0.01, 4, mask=mask)
    return np.empty((0, 2), np.float32) if found is None else found.reshape(-1, 2).astype(np.float32)


def apply_step(step: "Floats", points: "Floats") -> "Floats":
    """Move points (n, 2) by a similarity (2, 3)."""
    return np.asarray(points @ step[:, :2].T + step[:, 2])


def _inverse(step: "Floats") -> "Floats":
    import cv2

    return np.asarray(cv2.invertAffineTransform(step), float)


def _joined(first: "Floats | None", second: "Floats | None") -> "Floats | None":
    """Return the similarity of one step after another; None across a cut."""
    if first is None or second is None:
        return None
    return np.column_stack([second[:, :2] @ first[:, :2], apply_step(second, first[None, :, 2])[0]])
