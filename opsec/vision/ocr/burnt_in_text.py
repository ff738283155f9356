"""Distinguish burnt-in captions from scene text: a burnt-in caption keeps its place while the scene moves.

The shift of the scene between two frames is the peak of their phase correlation (Kuglin and Hines, 1975). A cut
counts as a shift of the whole scene: text that keeps its place over a cut is burnt in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.vision.ocr.text_track import LineObservation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import GrayImage

SMALL_FRAME_PX = 160
"""Longer side of the frames that are compared with each other."""
_MIN_SCENE_SHIFT, _MAX_TEXT_SHIFT = 0.04, 0.006
"""Shares of the longer side: least shift of a scene that moved, largest shift of text that did not."""
_MIN_CORRELATION_PEAK = 0.08
"""Below this peak two frames show nothing in common."""
_MIN_CUT_DIFFERENCE = 0.18
"""Mean absolute difference of two frames, 0 to 1, from which on a missing peak is a cut."""
_CUT_SHIFT = (1.0, 1.0)


@dataclass(slots=True)
class SceneMotion:
    """Accumulated shift of the scene over the frames of a clip, in shares of the longer side."""

    _previous: "NDArray[np.float32] | None" = None
    _path_x: list[float] = field(default_factory=list)
    _path_y: list[float] = field(default_factory=list)
    _searched_frames: list[int] = field(default_factory=list)
    _whole_frame: int | None = None
    """The frame of which the whole was searched last."""

    def add_frame(self, gray: "GrayImage") -> None:
        """Add the next frame, resized to at most ``SMALL_FRAME_PX`` on its longer side."""
        import numpy as np

        current = gray.astype(np.float32) / 255.0
        shift_x, shift_y = (0.0, 0.0) if self._previous is None else _estimate_shift(self._previous, current)
        self._path_x.append(shift_x + (self._path_x[-1] if self._path_x else 0.0))
        self._path_y.append(shift_y + (self._path_y[-1] if self._path_y else 0.0))
        self._previous = current

    def mark_searched(self, *, whole: bool = True) -> None:
        """Mark the latest frame as searched for text; ``LineObservation.frame_index`` counts these frames."""
        self._searched_frames.append(len(self._path_x) - 1)
        if whole:
            self._whole_frame = len(self._path_x) - 1

    def shift_since_whole(self) -> tuple[float, float]:
        """Return the shift x, y of the scene since the whole of a frame was searched; 0 before the first search."""
        return self._shift_since(self._whole_frame)

    def shift_since_search(self) -> tuple[float, float]:
        """Return the shift x, y of the scene since the latest searched frame; 0 before the first search."""
        return self._shift_since(self._searched_frames[-1] if self._searched_frames else None)

    def _shift_since(self, frame: int | None) -> tuple[float, float]:
        if frame is None:
            return 0.0, 0.0
        return self._path_x[-1] - self._path_x[frame], self._path_y[-1] - self._path_y[frame]

    def max_shift_between(self, first: int, last: int) -> float:
        """Return the largest extent of the path between two searched frames, so that camera shake does not add up.

        ``first`` and ``last`` are frame indices as ``mark_searched`` counts them; the result is a share of the
        longer side.
        """
        begin, end = self._searched_frames[first], self._searched_frames[last] + 1
        return max(max(path[begin:end]) - min(path[begin:end]) for path in (self._path_x, self._path_y))


def _estimate_shift(previous: "NDArray[np.float32]", current: "NDArray[np.float32]") -> tuple[float, float]:
    """Return the shift x, y of the scene in shares of the longer side; ``_CUT_SHIFT`` at a cut, else 0 if unknown."""
    import cv2
    import numpy as np

    if previous.shape != current.shape:
        return _CUT_SHIFT
    window = cv2.createHanningWindow((current.shape[1], current.shape[0]), cv2.CV_32F)
    (shift_x, shift_y), peak = cv2.phaseCorrelate(previous.copy(), current.copy(), window)  # it overwrites its input
    if peak >= _MIN_CORRELATION_PEAK:
        return shift_x / max(current.shape), shift_y / max(current.shape)
    return _CUT_SHIFT if float(np.abs(current - previous).mean()) > _MIN_CUT_DIFFERENCE else (0.0, 0.0)


def is_burnt_in(observations: Sequence[LineObservation], motion: SceneMotion) -> bool:
    """Return whether a line kept its place while the scene moved; False if the scene did not move either.

    Parameters
    ----------
    observations
        One line over the searched frames, in order of time.
    motion
        Shift of the scene over the same clip.
    """
    if len(observations) < 2:
        return False
    if motion.max_shift_between(observations[0].frame_index, observations[-1].frame_index) < _MIN_SCENE_SHIFT:
        return False
    # a line cut off by the frame edge keeps that end in place by itself
    anchors = (-0.5, 0.0, 0.5) if all(one.inside_frame for one in observations) else (0.0,)
    if _spread([one.line.y_px for one in observations]) > 2 * _MAX_TEXT_SHIFT:
        return False
    return min(_spread(_positions_x(observations, anchor)) for anchor in anchors) <= 2 * _MAX_TEXT_SHIFT


def _positions_x(observations: Sequence[LineObservation], anchor: float) -> list[float]:
    """Return x of the left end, the centre or the right end in each frame: one end may be detected longer at times."""
    return [one.line.x_px + anchor * one.line.length_px for one in observations]


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values)
