"""Selection of the frames that are searched for text: a few a second, sharp, and only if they show something new."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from opsec.vision.decoding.frame import Frame
from opsec.vision.ocr.burnt_in_text import SMALL_FRAME_PX
from opsec.vision.ocr.scene_change import NEW_SCENE, Box, changed_boxes, scene_change, text_change
from opsec.vision.ocr.search_region import parts_to_search

if TYPE_CHECKING:
    from opsec.vision.arrays import GrayImage

SamplingDecision = Literal["skip", "unchanged", "search"]
"""``unchanged``: the frame is due but shows the text that was found before."""

SEARCH_INTERVAL_S = 0.5
"""Time between two searches, at least."""
DENSE_INTERVAL_S = 0.2
"""The same while a line enters or leaves the frame, when one moment may show it whole."""
MAX_BLUR_WAIT_S = 0.25
"""How long blurred frames are skipped in the hope of a sharper one."""
MAX_UNCHANGED_S = 4.0
"""An unchanged scene is searched again after this time."""
SETTLED_INTERVAL_S = 1.0
"""The same while every text in view was read; at a cut, and when a text changes, the other interval applies."""
MAX_SETTLED_S = 2.0
"""So long a scene of which every text in view was read is not searched again if it shows nothing new."""
WHOLE_INTERVAL_S, MAX_WHOLE_INTERVAL_S = 1.0, 2.0
"""Time between two searches of the whole frame while the scene stays the same, and while it also stays in its place. In
between, parts are searched: places of texts that were not read well yet, enter or leave the frame, or changed; in the
second interval also whatever shows something new."""
_MAX_STEADY_SHIFT = 0.03
"""Shift of a scene that stays in its place, as a share of the longer side."""
_MIN_CHANGE = 0.04
"""Change of the block that changed most, 0 to 1, from which on a frame counts as changed."""
_MIN_CHANGE_AFTER_SHIFT = 0.05
"""The same after the shift of the scene, from which on it shows something new."""
_MIN_TEXT_CHANGE = 0.35
"""Change of the place of a text, from which on it may be another text."""
_SHARPNESS_FRAME_PX = 320
"""Longer side of the frames of which the sharpness is measured and in which texts are compared."""
_MIN_RELATIVE_SHARPNESS = 0.75
"""A frame below this share of the sharpest frame since the last search is blurred."""
_CHANGE_GRID = (16, 16)
_UNKNOWN_SHIFT = (1.0, 1.0)
"""As if the whole frame were new."""


@dataclass(slots=True)
class FrameSampler:
    """Decides for each frame of a clip, in order of time, whether it is searched for text."""

    dense: bool = False
    """Whether a line is entering or leaving the frame; set by the caller after each search."""
    settled: bool = False
    """Whether every text in view was read as well as the next frame allows; set by the caller after each search."""
    text_boxes: tuple[Box, ...] = ()
    """Of the texts in the frame searched last, which are watched for a change."""
    watched_boxes: tuple[Box, ...] = ()
    """Of texts that the next frame may show better, where they were seen last; set by the caller after each search."""
    parts: list[Box] | None = None
    """Parts of the frame to search, after the decision to search it; None for the whole frame."""
    sharpness: float = 0.0
    """Sharpness of the latest frame."""
    _searched_at_s: float = -1.0
    _searched_frame: "GrayImage | None" = None
    _searched_larger: "GrayImage | None" = None
    _sharpest: float = 0.0
    _whole_at_s: float = -1.0
    """When the whole frame was searched last: later frames are compared with that one."""

    def decide(
        self,
        frame: Frame,
        shift: tuple[float, float] = _UNKNOWN_SHIFT,
        last_shift: tuple[float, float] = _UNKNOWN_SHIFT,
    ) -> SamplingDecision:
        """Decide on the next frame; a search of all of it makes it the frame that later ones are compared with.

        Parameters
        ----------
        frame
            The frame.
        shift
            Of the scene since the whole of a frame was searched last, x and y as shares of the longer side.
        last_shift
            The same since any part of a frame was searched last.
        """
        larger = frame.gray(_SHARPNESS_FRAME_PX)
        self.sharpness = measure_sharpness(larger)
        overdue_s = frame.at_s - self._searched_at_s - (DENSE_INTERVAL_S if self.dense else SEARCH_INTERVAL_S)
        if overdue_s < 0:
            self._sharpest = max(self._sharpest, self.sharpness)
            return "skip"
        if self.sharpness < _MIN_RELATIVE_SHARPNESS * self._sharpest and overdue_s < MAX_BLUR_WAIT_S:
            return "skip"
        small = frame.gray(SMALL_FRAME_PX)
        is_recent = frame.at_s - self._whole_at_s < MAX_UNCHANGED_S
        searched = self._searched_frame
        if is_recent and searched is not None and max_local_change(searched, small) < _MIN_CHANGE:
            return "unchanged"
        if self.settled and searched is not None and self._shows_nothing_new(frame.at_s, small, larger, shift):
            return "unchanged"
        self.parts = self._parts(frame.at_s, small, larger, shift, last_shift)
        if self.parts is None:
            self._searched_frame, self._searched_larger, self._whole_at_s = small, larger, frame.at_s
        elif not self.parts:
            return "skip"
        self._searched_at_s, self._sharpest = frame.at_s, 0.0
        return "search"

    def _parts(
        self,
        at_s: float,
        small: "GrayImage",
        larger: "GrayImage",
        shift: tuple[float, float],
        last_shift: tuple[float, float],
    ) -> list[Box] | None:
        """Return the parts of a frame to search: none of a scene without anything to see better, None for all of it."""
        before, before_larger = self._searched_frame, self._searched_larger
        waited_s = at_s - self._whole_at_s
        is_steady = max(map(abs, shift)) <= _MAX_STEADY_SHIFT
        if before is None or before_larger is None:
            return None
        if waited_s >= (MAX_WHOLE_INTERVAL_S if is_steady else WHOLE_INTERVAL_S):
            return None
        new = changed_boxes(before, small, shift, _MIN_CHANGE_AFTER_SHIFT)
        if new is None:
            return None
        if waited_s < WHOLE_INTERVAL_S:
            new = []
        changed = [
            (left + shift[0], top + shift[1], right + shift[0], bottom + shift[1])
            for left, top, right, bottom in self.text_boxes
            if text_change(before_larger, larger, shift, [(left, top, right, bottom)]) >= _MIN_TEXT_CHANGE
        ]
        longest_px = max(small.shape)
        size = small.shape[1] / longest_px, small.shape[0] / longest_px
        return parts_to_search([*self.watched_boxes, *changed, *new], last_shift, size)

    def _shows_nothing_new(
        self, at_s: float, small: "GrayImage", larger: "GrayImage", shift: tuple[float, float]
    ) -> bool:
        """Return whether a frame may be left out although the scene moved, because all text in it was read."""
        waited_s = at_s - self._whole_at_s
        assert self._searched_frame is not None
        assert self._searched_larger is not None
        change = scene_change(self._searched_frame, small, shift)
        if change >= NEW_SCENE:
            return False
        if text_change(self._searched_larger, larger, shift, self.text_boxes) >= _MIN_TEXT_CHANGE:
            return False
        return waited_s < SETTLED_INTERVAL_S or (waited_s < MAX_SETTLED_S and change < _MIN_CHANGE_AFTER_SHIFT)


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
