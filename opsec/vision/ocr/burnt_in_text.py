"""Whether words stand in the scene or were burnt into the picture: burnt-in words stay while the scene moves.

The move of the scene between two pictures is the peak of their phase correlation (Kuglin and Hines, 1975). A cut
moves the whole scene: words that stay over it are burnt in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.vision.ocr.text_track import Sighting

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALL_PX = 160
_MOVED, _STAYED = 0.04, 0.006
"""Shares of the longer side: a scene that moved, words that did not."""
_A_MATCH = 0.08
"""Peak below which two pictures show nothing in common."""
_A_CUT = 0.18
"""Mean difference of two pictures, of 1, that with no peak makes a cut."""
_CUT = (1.0, 1.0)


@dataclass(slots=True)
class SceneMoves:
    """Where the scene has moved to, picture by picture of those that are shown."""

    _before: "NDArray[np.float32] | None" = None
    _right: list[float] = field(default_factory=list)
    _down: list[float] = field(default_factory=list)
    _searched: list[int] = field(default_factory=list)

    def see(self, grey: "NDArray[np.uint8]") -> None:
        """Take in the next picture, at most ``SMALL_PX`` on its longer side."""
        import numpy as np

        now = grey.astype(np.float32) / 255.0
        right, down = (0.0, 0.0) if self._before is None else _moved(self._before, now)
        self._right.append(right + (self._right[-1] if self._right else 0.0))
        self._down.append(down + (self._down[-1] if self._down else 0.0))
        self._before = now

    def search(self) -> None:
        """The picture taken in last is one that was searched for words: the next of those that sightings count."""
        self._searched.append(len(self._right) - 1)

    def between(self, first: int, last: int) -> float:
        """The farthest the scene got between two searched pictures, in longer sides: trembling adds nothing up."""
        since, until = self._searched[first], self._searched[last] + 1
        return max(max(path[since:until]) - min(path[since:until]) for path in (self._right, self._down))


def _moved(before: "NDArray[np.float32]", now: "NDArray[np.float32]") -> tuple[float, float]:
    import cv2
    import numpy as np

    if before.shape != now.shape:
        return _CUT
    window = cv2.createHanningWindow((now.shape[1], now.shape[0]), cv2.CV_32F)
    (right, down), peak = cv2.phaseCorrelate(before.copy(), now.copy(), window)  # it overwrites what it is given
    if peak >= _A_MATCH:
        return right / max(now.shape), down / max(now.shape)
    return _CUT if float(np.abs(now - before).mean()) > _A_CUT else (0.0, 0.0)


def burnt_in(seen: Sequence[Sighting], moves: SceneMoves) -> bool:
    """Whether a line stayed where it was while the scene moved; false when the scene stood still as well."""
    if len(seen) < 2 or moves.between(seen[0].picture, seen[-1].picture) < _MOVED:
        return False
    down = [one.line.y_px for one in seen]
    parts = (-0.5, 0.0, 0.5) if all(one.whole for one in seen) else (0.0,)  # the frame's edge stays by itself
    return _spread(down) <= 2 * _STAYED and min(_spread(_ends(seen, end)) for end in parts) <= 2 * _STAYED


def _ends(seen: Sequence[Sighting], end: float) -> list[float]:
    """Where the left end, the middle or the right end of a line stood: one of its ends may be drawn longer at times."""
    return [one.line.x_px + end * one.line.length_px for one in seen]


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values)
