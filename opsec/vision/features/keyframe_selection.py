"""Which pictures of a clip are worth looking at for landmarks: sharp ones that show different things.

While the clip passes by, the sharpest picture of each quarter of a second is held. When there are too many, the two
neighbours that differ least give up the less sharp one. So a long pan keeps its width and a short clip its few.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.vision.decoding.frame import Frame
from opsec.vision.features.local_features import EVIDENCE_PX, LONGEST_PX

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

FEWEST, MOST = 4, 8
"""Pictures of one clip that are looked at; fewer only where a clip has no more."""
_HELD = 20
_WINDOW_S = 0.25
_SHARPER = 1.1
"""How much sharper a picture must be to take the place of one in the same quarter: copying costs too."""
_SAME = 0.985
"""Correlation of two thumbnails that show the same."""
_THUMB_PX = 24


@dataclass(frozen=True, slots=True)
class Chosen:
    """A picture that is kept: grey in the size in which it is looked at, in colour as it is shown."""

    at_s: float
    sharpness: float
    grey: "Bytes"
    colour: "Bytes"
    thumb: "NDArray[np.float32]"
    """Shape (n,), mean 0 and length 1, so that the product of two is their correlation."""


@dataclass(slots=True)
class Choice:
    """The pictures of one clip held so far."""

    held: list[Chosen] = field(default_factory=list)
    _window: int = -1

    def see(self, frame: Frame) -> None:
        """Look at the next picture."""
        import cv2

        small = frame.grey(EVIDENCE_PX)  # a size that others ask for too, and soon made; the larger is for what is held
        sharpness = float(cv2.Laplacian(small, cv2.CV_16S).std())
        window = int(frame.at_s / _WINDOW_S)
        if window == self._window and sharpness <= _SHARPER * self.held[-1].sharpness:
            return
        if window == self._window:
            self.held.pop()
        elif len(self.held) >= _HELD:
            self._give_up_one()
        self._window = window
        grey, colour = frame.grey(LONGEST_PX).copy(), frame.colour(EVIDENCE_PX).copy()
        self.held.append(Chosen(frame.at_s, sharpness, grey, colour, _thumb(small)))

    def chosen(self) -> list[Chosen]:
        """The pictures to look at, in the order of the clip."""
        while len(self.held) > MOST or (len(self.held) > FEWEST and self._two_are_the_same()):
            self._give_up_one()
        return self.held

    def _two_are_the_same(self) -> bool:
        return max(self._likeness()) > _SAME

    def _give_up_one(self) -> None:
        likeness = self._likeness()
        first = max(range(len(likeness)), key=lambda number: (likeness[number], -number))
        one, other = self.held[first : first + 2]
        self.held.pop(first if one.sharpness < other.sharpness else first + 1)

    def _likeness(self) -> list[float]:
        """How much each held picture is like the next."""
        return [float(one.thumb @ other.thumb) for one, other in zip(self.held, self.held[1:], strict=False)]


def _thumb(grey: "Bytes") -> "NDArray[np.float32]":
    import cv2
    import numpy as np

    small = cv2.resize(grey, (_THUMB_PX, _THUMB_PX), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    small -= small.mean()
    return small / max(1e-6, float(np.linalg.norm(small)))
