"""Track points through one shot: pyramidal Lucas-Kanade, forward and backward.

A point that does not come back to its start is dropped (forward-backward check, Kalal et al. 2010). Where the image
jumps farther than the pyramid reaches, the jump is first measured as a whole by phase correlation.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.corner_detection import detect_corners
from opsec.vision.camera_motion.correspondences import FramePoints, in_border_zone
from opsec.vision.camera_motion.optical_flow import global_shift_px, track_forward_backward
from opsec.vision.camera_motion.shot_boundaries import is_cut, pan_shift_px
from opsec.vision.camera_motion.static_overlay import StaticOverlay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, GrayImage, Ints, Points

MIN_POINTS, MIN_BORDER_POINTS = 115, 25
"""Points in all, and at the border, below which new corners are detected: in every second frame at most, and in every
frame where half of the points are lost or the image moves fast."""
FAST_STEP = 0.08
"""Displacement between two frames, as a share of the shorter side, from which the image moves fast."""
STEP_QUANTILE = (4, 5)
"""Quantile of the displacements, as a fraction, that stands for the step."""
MIN_TRACKED_SHARE = 0.75
"""Share of the points tracked below which the lost ones are sought where the whole image went."""
MIN_LOST_POINTS = 8
"""Lost points from which a global shift is tried."""
MIN_GUESS_DIFFERENCE_PX = 3.0
"""Difference from the shifts already tried from which a global shift is a new guess."""


@dataclass(slots=True)
class PointTracker:
    """Tracks points through one shot."""

    frames: list[FramePoints] = field(default_factory=list)
    overlay: StaticOverlay = field(default_factory=StaticOverlay)
    """What stands still on the screen, whatever the camera does."""
    last_step: float = 1.0
    """Displacement of the points in the last step (the ``STEP_QUANTILE``), as a share of the shorter side."""
    _frames_since_detection: int = 1
    _last: "GrayImage | None" = None
    _next_id: int = 0
    _drift_px: "NDArray[np.float32]" = field(default_factory=lambda: np.zeros(2, np.float32))
    """Median displacement x, y of the points in the last step."""

    def track(self, gray: "GrayImage", at_s: float) -> bool:
        """Add one frame. Return False, and add nothing, when it belongs to another shot."""
        ids, points = np.empty(0, np.int64), np.empty((0, 2), np.float32)
        if self._last is not None:
            if gray.shape != self._last.shape:
                return False
            if len(self.frames[-1].ids):
                ids, points = self._track_points(self._last, gray)
            if is_cut(self._last, gray, len(ids), len(self.frames[-1].ids)):
                shift_px = pan_shift_px(self._last, gray)
                if shift_px is None:
                    return False
                ids, points = self._track_shifted(self._last, gray, shift_px.astype(np.float32))
        overlay = self.overlay.update(gray)
        kept = ~_values_at(overlay, points)
        ids, points = ids[kept], points[kept]
        self._frames_since_detection += 1
        if self._needs_points(points, gray):
            self._frames_since_detection = 0
            ids, points = self._add_corners(gray, overlay, ids, points)
        self.frames.append(FramePoints(at_s, ids, points))
        self._last = gray
        return True

    def frames_without_overlay(self) -> list[FramePoints]:
        """Points of all frames, without those on the overlay as it is known at the end of the shot."""
        overlay = self.overlay.mask
        if overlay is None:
            return self.frames
        cleaned: list[FramePoints] = []
        for frame in self.frames:
            kept = ~_values_at(overlay, frame.points)
            cleaned.append(FramePoints(frame.at_s, frame.ids[kept], frame.points[kept]))
        return cleaned

    def _needs_points(self, points: "Points", gray: "GrayImage") -> bool:
        """Whether new corners are to be detected in a frame in which these points (n, 2) are tracked."""
        border_points = int(in_border_zone(points, gray.shape[::-1]).sum())
        few = len(points) < MIN_POINTS or border_points < MIN_BORDER_POINTS
        overdue = self._frames_since_detection > 1 or self.last_step > FAST_STEP
        return len(points) < MIN_POINTS // 2 or (few and overdue)

    def _track_points(self, last: "GrayImage", gray: "GrayImage") -> "tuple[Ints, Points]":
        """Find the points of the last frame in this one: first by their last drift, then by that of the image."""
        before = self.frames[-1]
        found, tracked = track_forward_backward(last, gray, before.points, self._drift_px)
        in_view = _in_image(before.points + self._drift_px, gray.shape)
        if tracked[in_view].mean() < MIN_TRACKED_SHARE if in_view.any() else True:
            self._retry_lost(last, gray, found, tracked)
        return self._found_points(found, tracked, gray)

    def _track_shifted(
        self, last: "GrayImage", gray: "GrayImage", shift_px: "NDArray[np.float32]"
    ) -> "tuple[Ints, Points]":
        """Find the points of the last frame where a fast pan moved them, by a shift x, y of the whole image."""
        found, tracked = track_forward_backward(last, gray, self.frames[-1].points, shift_px)
        return self._found_points(found, tracked, gray)

    def _found_points(self, found: "Points", tracked: "Flags", gray: "GrayImage") -> "tuple[Ints, Points]":
        """The points that were found inside the image, with their ids; updates the drift and the step."""
        before = self.frames[-1]
        tracked = tracked & _in_image(found, gray.shape)
        if tracked.any():
            steps_px = found[tracked] - before.points[tracked]
            self._drift_px = np.median(steps_px, axis=0).astype(np.float32)
            lengths_px = np.sort(np.hypot(steps_px[:, 0], steps_px[:, 1]))
            typical_px = float(lengths_px[len(steps_px) * STEP_QUANTILE[0] // STEP_QUANTILE[1]])
            self.last_step = typical_px / min(gray.shape)
        return before.ids[tracked], found[tracked]

    def _retry_lost(self, last: "GrayImage", gray: "GrayImage", found: "Points", tracked: "Flags") -> None:
        """Seek lost points where the image went; updates ``found`` (n, 2) and ``tracked`` (n,) in place."""
        points = self.frames[-1].points
        tried = [self._drift_px]
        for upper in (True, False):
            lost = np.flatnonzero(~tracked)
            if len(lost) < MIN_LOST_POINTS:
                break
            guess_px = global_shift_px(last, gray, self.overlay.mask, upper=upper)
            if min(float(np.abs(guess_px - one).max()) for one in tried) < MIN_GUESS_DIFFERENCE_PX:
                continue
            tried.append(guess_px)
            found[lost], tracked[lost] = track_forward_backward(last, gray, points[lost], guess_px)

    def _add_corners(self, gray: "GrayImage", overlay: "Flags", ids: "Ints", points: "Points") -> "tuple[Ints, Points]":
        """Append newly detected corners, with new ids, to the tracked points."""
        corners = detect_corners(gray, overlay, points)
        new_ids = np.arange(self._next_id, self._next_id + len(corners), dtype=np.int64)
        self._next_id += len(corners)
        return np.concatenate([ids, new_ids]), np.concatenate([points, corners]).astype(np.float32)


def _values_at(image: "Flags", points: "Points") -> "Flags":
    """Values of an image (height, width) at points (n, 2), rounded down."""
    return np.asarray(image[points[:, 1].astype(int), points[:, 0].astype(int)])


def _in_image(points: "Points", shape: tuple[int, ...]) -> "Flags":
    """Mark the points (n, 2) inside an image of (height, width), without its outermost pixels."""
    x, y = points[:, 0], points[:, 1]
    return np.asarray((x >= 1) & (y >= 1) & (x < shape[1] - 1) & (y < shape[0] - 1))
