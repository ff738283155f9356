"""Sparse optical flow (pyramidal Lucas-Kanade, forward and backward), and the global shift by phase correlation."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, GrayImage, Points

MAX_ROUND_TRIP_PX = 0.6
"""Distance from its start at which a point may end that was tracked forward and back (Kalal et al. 2010)."""
_WINDOW, _LEVELS = (9, 9), 3
_MAX_ITERATIONS, _MIN_UPDATE_PX = 10, 0.03
_UPPER_ROWS = (2, 5)
"""Share of the rows, as a fraction, that the upper part of the image takes."""


def track_forward_backward(
    last: "GrayImage", gray: "GrayImage", points: "Points", guess_px: "NDArray[np.float32]"
) -> "tuple[Points, Flags]":
    """Track points from one frame to the next and back.

    Parameters
    ----------
    last, gray
        The previous and the current frame.
    points
        Positions in the previous frame, shape (n, 2).
    guess_px
        Expected displacement x, y, shape (2,).

    Returns
    -------
    positions
        Positions in the current frame, shape (n, 2).
    consistent
        Whether the point came back to its start, shape (n,).
    """
    import cv2

    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _MAX_ITERATIONS, _MIN_UPDATE_PX)
    flags = cv2.OPTFLOW_USE_INITIAL_FLOW
    forward, found, _ = cv2.calcOpticalFlowPyrLK(
        last, gray, points, points + guess_px, winSize=_WINDOW, maxLevel=_LEVELS, criteria=criteria, flags=flags
    )
    backward, found_back, _ = cv2.calcOpticalFlowPyrLK(
        gray, last, forward, forward - guess_px, winSize=_WINDOW, maxLevel=_LEVELS, criteria=criteria, flags=flags
    )
    error_px = np.linalg.norm(backward - points, axis=1)
    consistent = (found.ravel() > 0) & (found_back.ravel() > 0) & (error_px < MAX_ROUND_TRIP_PX)
    return np.asarray(forward, np.float32), consistent


def global_shift_px(
    last: "GrayImage", gray: "GrayImage", overlay: "Flags | None", *, upper: bool
) -> "NDArray[np.float32]":
    """Measure the shift of the whole image by phase correlation of halved frames.

    Parameters
    ----------
    last, gray
        The previous and the current frame.
    overlay
        Pixels that are replaced by the mean, because a static overlay would pull the shift to 0; None for none.
    upper
        Use the upper part of the image only.

    Returns
    -------
    Shift x, y in pixels of the frame, shape (2,).
    """
    import cv2

    rows = gray.shape[0] * _UPPER_ROWS[0] // _UPPER_ROWS[1] if upper else gray.shape[0]
    size = gray.shape[1] // 2, rows // 2
    small = [cv2.resize(one[:rows], size, interpolation=cv2.INTER_AREA).astype(np.float32) for one in (last, gray)]
    if overlay is not None:
        hidden = cv2.resize(overlay[:rows].astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        for one in small:
            one[hidden] = one.mean()
    window = cv2.createHanningWindow(size, cv2.CV_32F)
    (x, y), _response = cv2.phaseCorrelate(small[0], small[1], window)
    return np.array([2 * x, 2 * y], np.float32)
