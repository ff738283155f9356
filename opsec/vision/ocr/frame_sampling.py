"""Selection of the frames that are searched for text: a few a second, sharp, and only if they show something new."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from opsec.vision.decoding.frame import Frame
from opsec.vision.ocr.burnt_in_text import SMALL_FRAME_PX

if TYPE_CHECKING:
    from opsec.vision.arrays import GrayImage

SamplingDecision = Literal["skip", "unchanged", "search"]
"""``unchanged``: the frame is due but shows what was searched before."""

SEARCH_INTERVAL_S = 0.5
"""Time between two searches."""
DENSE_INTERVAL_S = 0.2
"""The same while a line enters or leaves the frame, when one moment may show it whole."""
MAX_BLUR_WAIT_S = 0.25
"""How long blurred frames are skipped in the hope of a sharper one."""
MAX_UNCHANGED_S = 4.0
"""An unchanged scene is searched again after this time."""
_MIN_CHANGE = 0.04
"""Change of the block that changed most, 0 to 1, from which on a frame counts as changed."""
_SHARPNESS_FRAME_PX = 320
_MIN_RELATIVE_SHARPNESS = 0.75
"""A frame below this share of the sharpest frame since the last search is blurred."""
_CHANGE_GRID = (16, 16)


@dataclass(slots=True)
class FrameSampler:
    """Decides for each frame of a clip, in order of time, whether it is searched for text."""

    dense: bool = False
    """Whether a line is entering or leaving the frame; set by the caller after each search."""
    sharpness: float = 0.0
    """Sharpness of the latest frame."""
    _searched_at_s: float = -1.0
    _searched_frame: "GrayImage | None" = None
    _sharpest: float = 0.0

    def decide(self, frame: Frame) -> SamplingDecision:
        """Decide on the next frame; ``search`` makes it the frame that later ones are compared with."""
        self.sharpness = measure_sharpness(frame.gray(_SHARPNESS_FRAME_PX))
        overdue_s = frame.at_s - self._searched_at_s - (DENSE_INTERVAL_S if self.dense else SEARCH_INTERVAL_S)
        if overdue_s < 0:
            self._sharpest = max(self._sharpest, self.sharpness)
            return "skip"
        if self.sharpness < _MIN_RELATIVE_SHARPNESS * self._sharpest and overdue_s < MAX_BLUR_WAIT_S:
            return "skip"
        small = frame.gray(SMALL_FRAME_PX)
        is_recent = frame.at_s - self._searched_at_s < MAX_UNCHANGED_S
        searched = self._searched_frame
        if is_recent and searched is not None and max_local_change(searched, small) < _MIN_CHANGE:
            return "unchanged"
        self._searched_frame, self._searched_at_s, self._sharpest = small, frame.at_s, 0.0
        return "search"


def measure_sharpness(gray: "GrayImage") -> float:
    """Return the mean absolute Laplacian in grey levels: blur removes the finest detail."""
    import cv2
    import numpy as np

    return float(np.abs(cv2.Laplacian(gray, cv2.CV_16S)).mean())


def max_local_change(previous: "GrayImage", current: "GrayImage") -> float:
    """Return the mean absolute difference of the block that changed most, 0 to 1; 1 if the sizes differ."""
    import cv2

    if previous.shape != current.shape:
        return 1.0
    difference = cv2.absdiff(previous, current)
    return float(cv2.resize(difference, _CHANGE_GRID, interpolation=cv2.INTER_AREA).max()) / 255.0
