"""Selection of key frames for landmark recognition: sharp frames that show different things.

While the clip is decoded, the sharpest frame of each quarter of a second becomes a candidate. When there are too many,
the less sharp of the two most similar neighbours is dropped, or of the two closest in time where all differ. So a long
pan keeps its width and a short clip its few frames.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from opsec.vision.decoding.frame import Frame
from opsec.vision.features.local_features import EVIDENCE_PX, EXTRACTION_PX

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import ColorImage, GrayImage

MIN_KEYFRAMES, MAX_KEYFRAMES = 4, 6
"""Key frames of one clip; fewer only where a clip has no more frames. Five of them vote and are compared, so more
would mostly fill the case file, which keeps the features and the picture of each."""
_MAX_CANDIDATES = 20
_WINDOW_S = 0.25
_MIN_SHARPNESS_GAIN = 1.1
"""How many times sharper a frame must be to replace another of the same quarter of a second: copying costs too."""
_DUPLICATE_CORRELATION = 0.985
"""Correlation of two thumbnails above which both frames show the same."""
_UNRELATED_CORRELATION = 0.3
"""Correlation below which both frames show different things; how far below does not matter."""
_THUMBNAIL_PX = 24


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A selected frame."""

    at_s: float
    sharpness: float
    """Standard deviation of the Laplacian."""
    gray: "GrayImage"
    """At most ``EXTRACTION_PX`` on its longest side, for feature extraction."""
    color: "ColorImage"
    """At most ``EVIDENCE_PX`` on its longest side, to be shown."""
    thumbnail: "NDArray[np.float32]"
    """Shape (n,), mean 0 and length 1, so that the product of two thumbnails is their correlation."""


@dataclass(slots=True)
class KeyframeSelector:
    """Selects the key frames of one clip while its frames are decoded."""

    candidates: list[Keyframe] = field(default_factory=list)
    """In the order of the clip."""
    _window: int = -1

    def add_frame(self, frame: Frame) -> None:
        """Consider the next frame of the clip."""
        import cv2

        small = frame.gray(EVIDENCE_PX)  # other analysers ask for this size too; the larger one is for candidates only
        sharpness = float(cv2.Laplacian(small, cv2.CV_16S).std())
        window = int(frame.at_s / _WINDOW_S)
        if window == self._window and sharpness <= _MIN_SHARPNESS_GAIN * self.candidates[-1].sharpness:
            return
        if window == self._window:
            self.candidates.pop()
        elif len(self.candidates) >= _MAX_CANDIDATES:
            self._drop_most_redundant()
        self._window = window
        gray, color = frame.gray(EXTRACTION_PX).copy(), frame.color(EVIDENCE_PX).copy()
        self.candidates.append(Keyframe(frame.at_s, sharpness, gray, color, _make_thumbnail(small)))

    def select(self) -> list[Keyframe]:
        """Return the key frames, in the order of the clip; redundant candidates are dropped."""
        while len(self.candidates) > MAX_KEYFRAMES or (len(self.candidates) > MIN_KEYFRAMES and self._has_duplicates()):
            self._drop_most_redundant()
        return self.candidates

    def _has_duplicates(self) -> bool:
        return max(self._neighbour_correlations()) > _DUPLICATE_CORRELATION

    def _drop_most_redundant(self) -> None:
        """Drop the less sharp of the two neighbours that correlate most, of unrelated ones those closest in time."""
        alike = [max(one, _UNRELATED_CORRELATION) for one in self._neighbour_correlations()]
        gaps_s = [other.at_s - one.at_s for one, other in pairwise(self.candidates)]
        first = max(range(len(alike)), key=lambda number: (alike[number], -gaps_s[number], -number))
        one, other = self.candidates[first : first + 2]
        self.candidates.pop(first if one.sharpness < other.sharpness else first + 1)

    def _neighbour_correlations(self) -> list[float]:
        """Correlation of each candidate with the next."""
        return [
            float(one.thumbnail @ other.thumbnail)
            for one, other in zip(self.candidates, self.candidates[1:], strict=False)
        ]


def evenly_spaced(count: int, max_count: int) -> list[int]:
    """Return at most ``max_count`` of the numbers below ``count``, spread over all of them."""
    if count <= max_count:
        return list(range(count))
    return [round(one * (count - 1) / (max_count - 1)) for one in range(max_count)]


def _make_thumbnail(gray: "GrayImage") -> "NDArray[np.float32]":
    """Shrink a frame to ``_THUMBNAIL_PX`` squared samples, flattened, of mean 0 and length 1."""
    import cv2
    import numpy as np

    small = cv2.resize(gray, (_THUMBNAIL_PX, _THUMBNAIL_PX), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    small -= small.mean()
    return small / max(1e-6, float(np.linalg.norm(small)))
