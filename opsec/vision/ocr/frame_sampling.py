"""Which pictures of a film are searched for words: a few a second, sharp ones, and none that shows nothing new."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from opsec.vision.decoding.frame import Frame
from opsec.vision.ocr.burnt_in_text import SMALL_PX

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

Turn = Literal["passed over", "still", "due"]

APART_S, PASSING_APART_S = 0.5, 0.2
"""Between two searches; and while a line comes into the frame or leaves it, when a moment may show it whole."""
PATIENCE_S = 0.25
"""A blurred picture is passed over for so long: a sharper one may follow."""
STILL_S = 4.0
"""After so long a scene that stands still is searched all the same."""
_CHANGED = 0.04
"""Of 1: the part of a picture that changed most must have changed by so much to be searched again before long."""
_SHARP_PX = 320
_BLURRED = 0.75


@dataclass(slots=True)
class Pace:
    """Decides picture by picture."""

    hurried: bool = False
    """Whether a line is just coming or going."""
    sharpness: float = 0.0
    """Of the picture asked about last."""
    _searched_s: float = -1.0
    _searched: "Pixels | None" = None
    _sharpest: float = 0.0

    def turn(self, frame: Frame) -> Turn:
        """Whether this picture is due; if not, whether one would be but shows what was searched already."""
        self.sharpness = sharpness(frame.grey(_SHARP_PX))
        waited_s = frame.at_s - self._searched_s - (PASSING_APART_S if self.hurried else APART_S)
        if waited_s < 0:
            self._sharpest = max(self._sharpest, self.sharpness)
            return "passed over"
        if self.sharpness < _BLURRED * self._sharpest and waited_s < PATIENCE_S:
            return "passed over"
        small = frame.grey(SMALL_PX)
        lately = frame.at_s - self._searched_s < STILL_S
        if lately and self._searched is not None and change(self._searched, small) < _CHANGED:
            return "still"
        self._searched, self._searched_s, self._sharpest = small, frame.at_s, 0.0
        return "due"


def sharpness(grey: "Pixels") -> float:
    """Mean strength of the finest detail: a blur takes it away."""
    import cv2
    import numpy as np

    return float(np.abs(cv2.Laplacian(grey, cv2.CV_16S)).mean())


def change(before: "Pixels", now: "Pixels") -> float:
    """Change of the part of a picture that changed most, of 1; 1 when the size did."""
    import cv2

    if before.shape != now.shape:
        return 1.0
    return float(cv2.resize(cv2.absdiff(before, now), (16, 16), interpolation=cv2.INTER_AREA).max()) / 255.0
