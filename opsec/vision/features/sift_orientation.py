"""Orientation of SIFT keypoints: the directions of most of the gradient around each (Lowe, IJCV 2004, section 5)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import Floats

    Level = NDArray[np.int16]
    """One blurred image, shape (height, width)."""
    Indices = NDArray[np.intp]

_BINS = 36
_RADIUS = 4
"""Samples on each side from which the orientation is computed, each one blur apart."""
_SIGMA = 1.5
_MIN_SECOND_PEAK = 0.8
"""Share of the first orientation's weight from which on a second orientation counts."""


def assign_orientations(rows: "Floats", octaves: "list[list[Level]]") -> "tuple[Indices, Floats]":
    """Compute for each orientation of a keypoint its row number and its angle in degrees, clockwise on the screen."""
    import numpy as np

    histogram = np.zeros((len(rows), _BINS))
    for number, levels in enumerate(octaves):
        in_octave = np.flatnonzero(rows[:, 4] == number)
        histogram[in_octave] = _orientation_histograms(levels[2], rows[in_octave])
    smooth = np.zeros_like(histogram)
    for shift, share in ((-2, 1), (-1, 4), (0, 6), (1, 4), (2, 1)):
        smooth += share * np.roll(histogram, shift, axis=1)
    left, right = np.roll(smooth, 1, axis=1), np.roll(smooth, -1, axis=1)
    peak = (smooth > left) & (smooth >= right) & (smooth >= _MIN_SECOND_PEAK * smooth.max(axis=1, keepdims=True))
    which, bin_ = np.nonzero(peak & (np.cumsum(peak, axis=1) <= 2))
    top, before, after = smooth[which, bin_], left[which, bin_], right[which, bin_]
    exact = bin_ + 0.5 * (before - after) / np.minimum(before - 2 * top + after, -1e-9)
    return which, np.asarray(exact * (360.0 / _BINS) % 360.0)


def _orientation_histograms(level: "Level", rows: "Floats") -> "Floats":
    """Compute the histograms of gradient directions around keypoints of one octave, shape (n, bins)."""
    import cv2
    import numpy as np

    if not len(rows):
        return np.zeros((0, _BINS))
    high, wide = level.shape
    steps = np.arange(-_RADIUS, _RADIUS + 1)
    along, down = (one.ravel() for one in np.meshgrid(steps, steps))
    reach = rows[:, 2:3].astype(np.float32)
    x = np.clip(rows[:, :1].astype(np.float32) + along * reach + np.float32(0.5), 1, wide - 2).astype(np.int32)
    y = np.clip(rows[:, 1:2].astype(np.float32) + down * reach + np.float32(0.5), 1, high - 2).astype(np.int32)
    flat, at = level.ravel(), y * np.int32(wide) + x
    magnitude, angle = cv2.cartToPolar(
        (flat[at + 1] - flat[at - 1]).astype(np.float32), (flat[at + wide] - flat[at - wide]).astype(np.float32),
        angleInDegrees=True,
    )  # fmt: skip
    bins = np.asarray(angle * np.float32(_BINS / 360.0) + np.float32(0.5)).astype(np.int32) % _BINS
    cells = np.arange(len(rows), dtype=np.int32)[:, None] * _BINS + bins
    weights = magnitude * np.exp(-(along**2 + down**2) / (2 * _SIGMA**2)).astype(np.float32)
    counted = np.bincount(cells.ravel(), weights.ravel(), len(rows) * _BINS).astype(np.float64)
    return counted.reshape(-1, _BINS)
