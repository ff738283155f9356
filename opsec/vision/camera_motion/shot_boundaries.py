"""Shot boundary detection: a cut is where few tracks continue and the image as a whole changes.

A fast pan looks like a cut: its frames are blurred and share only a part of the scene. That part is found again by
correlation, which the frames of two shots do not reach.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats, GrayImage

MAX_CUT_TRACKED_SHARE = 0.15
"""Share of the tracks that continue over a cut by chance, at most; in the fastest turns filmed it is twice as many."""
MIN_POINTS = 12
"""Tracks from which their loss says anything; with fewer, only the histograms decide."""
MIN_CUT_DISTANCE = 0.3
"""Hellinger distance between the brightness of two frames, 0 to 1, from which they belong to two shots."""
MIN_OVERLAP_CORRELATION = 0.78
"""Correlation of the part that two frames of a pan share: .86 and more was measured in rendered pans, .70 and less
between frames of different scenes."""
MAX_PAN_SHIFT = 0.6
"""Shift from one frame to the next that is sought, as a share of the width."""
_OVERLAP_LONG_PX, _OVERLAP_SHORT_PX, _MAX_RISE_PX = 64, 36, 1
"""Sides of the small images that are compared, and the vertical shift that is sought in them."""
_GRID = (4, 6)
"""Columns and rows of the histogram grid."""
_CELL_PX = 12
_BINS = 12
_GRAY_LEVELS = 256


def is_cut(last: "GrayImage", gray: "GrayImage", tracked: int, before: int) -> bool:
    """Decide whether a new shot begins.

    Parameters
    ----------
    last, gray
        The previous and the current frame, of one size.
    tracked
        Tracks of the previous frame that continue in the current one.
    before
        Tracks of the previous frame.
    """
    if before >= MIN_POINTS and tracked >= MAX_CUT_TRACKED_SHARE * before:
        return False
    return histogram_distance(last, gray) > MIN_CUT_DISTANCE


def pan_shift_px(last: "GrayImage", gray: "GrayImage") -> "Floats | None":
    """Measure how far a fast pan shifted the image.

    Each row of the small images is compared without its mean, since sky above ground looks alike in all scenes.

    Parameters
    ----------
    last, gray
        The previous and the current frame, of one size.

    Returns
    -------
    Shift x, y in pixels of the frame, shape (2,); None where the frames share no part of a scene.
    """
    one, other = (_overlap_image(image) for image in (last, gray))
    height, width = one.shape
    reach, best, best_shift = round(MAX_PAN_SHIFT * width), MIN_OVERLAP_CORRELATION, None
    for right in range(-reach, reach + 1):
        for down in range(-_MAX_RISE_PX, _MAX_RISE_PX + 1):
            moved = other[max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)]
            still = one[max(0, -down) : height + min(0, -down), max(0, -right) : width + min(0, -right)]
            correlation = _row_correlation(still, moved)
            if correlation > best:
                best, best_shift = correlation, (right * gray.shape[1] / width, down * gray.shape[0] / height)
    return None if best_shift is None else np.array(best_shift)


def _overlap_image(gray: "GrayImage") -> "Floats":
    """Small image, blurred along the rows as a pan blurs."""
    import cv2

    size = (_OVERLAP_LONG_PX, _OVERLAP_SHORT_PX)
    size = size if gray.shape[1] >= gray.shape[0] else size[::-1]
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA).astype(np.float64)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), sigmaX=1.5, sigmaY=0.5))


def _row_correlation(one: "Floats", other: "Floats") -> float:
    """Correlation of two images, each row without its mean."""
    one, other = (image - image.mean(axis=1, keepdims=True) for image in (one, other))
    return float((one * other).sum() / np.sqrt(max(1e-9, float((one**2).sum() * (other**2).sum()))))


def histogram_distance(last: "GrayImage", gray: "GrayImage") -> float:
    """Median, over the cells of a grid, of the Hellinger distance between the brightness histograms of two frames."""
    affinity = (np.sqrt(_cell_histograms(last) * _cell_histograms(gray))).sum(axis=1)
    return float(np.median(np.sqrt(np.maximum(0.0, 1 - affinity))))


def _cell_histograms(gray: "GrayImage") -> "Floats":
    """Shares of brightness in every cell of the grid, shape (cells, bins)."""
    import cv2

    columns, rows = _GRID
    small = cv2.resize(gray, (columns * _CELL_PX, rows * _CELL_PX), interpolation=cv2.INTER_AREA)
    blocks = small.reshape(rows, _CELL_PX, columns, _CELL_PX).swapaxes(1, 2)
    cells = blocks.reshape(-1, _CELL_PX * _CELL_PX).astype(np.int64)
    numbers = cells * _BINS // _GRAY_LEVELS + np.arange(len(cells))[:, None] * _BINS
    counts = np.bincount(numbers.ravel(), minlength=len(cells) * _BINS)
    return counts.reshape(-1, _BINS) / (_CELL_PX * _CELL_PX)
