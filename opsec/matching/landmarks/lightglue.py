"""Pairs by LightGlue (Lindenberger, Sarlin and Pollefeys, ICCV 2023), from the officer's own ONNX file.

It looks at all features of both pictures together, where the ratio test asks each by itself. The form is that of
OpenCV 5: inputs ``kpts0``, ``kpts1``, ``desc0``, ``desc1``; outputs ``matches0`` (n, 2) and ``mscores0`` (n,). It costs
as much as looking at a picture, so only the few landmarks that the ratio test leads to are compared by it.
"""

from typing import TYPE_CHECKING

from opsec.matching.landmarks.putative_matches import Paired
from opsec.matching.landmarks.view_synthesis import flipped_places
from opsec.vision.features.local_features import UNIT, Extracted
from opsec.vision.features.onnx_extractor import ModelFile
from opsec.vision.features.onnx_header import header
from opsec.vision.opencv_log import quiet

if TYPE_CHECKING:
    import numpy as np
    from cv2 import LightGlueMatcher
    from numpy.typing import NDArray

INPUTS = frozenset({"kpts0", "kpts1", "desc0", "desc1"})
OUTPUTS = frozenset({"matches0", "mscores0"})
FEWEST_SCORE = 0.1
"""Share of belief below which a pair is none: what the authors take."""


class LightGlue:
    """A pairing by a model."""

    def __init__(self, matcher: "LightGlueMatcher", name: str) -> None:
        self._matcher = matcher
        self.name = name
        """Changes with the file."""

    @classmethod
    def load(cls, file: ModelFile) -> "LightGlue | None":
        """The model; none when it is no such model or damaged."""
        import cv2
        import numpy as np

        try:
            head = header(file.content)
            if not (head.takes.keys() >= INPUTS and head.gives >= OUTPUTS):
                return None
            with quiet():
                matcher = cv2.LightGlueMatcher.createFromMemory(np.frombuffer(file.content, np.uint8), FEWEST_SCORE)
        except (cv2.error, ValueError):
            return None
        return cls(matcher, file.name)

    def __call__(self, frame: Extracted, photo: Extracted, /, *, own: int, flipped: bool) -> Paired:
        """As ``Pairing``, all of them sure: of the photo only what was found in it as it is, for the model sees a
        picture as a whole."""
        import numpy as np

        photo = photo.only(slice(0, own))
        if not len(frame) or not len(photo):
            return Paired(np.zeros((0, 2), np.intp), 0)
        if flipped:  # the model is shown both as they were looked at
            frame, photo = flipped_places(frame), flipped_places(photo)
        with quiet():
            self._matcher.setPairInfo(_places(frame), _places(photo), _size(frame), _size(photo))
            found = self._matcher.match(_unit(frame), _unit(photo))
        found = sorted(found, key=lambda one: (one.distance, one.queryIdx, one.trainIdx))
        pairs = np.array([(one.queryIdx, one.trainIdx) for one in found], np.intp).reshape(-1, 2)
        pairs = pairs[_first(pairs[:, 0]) & _first(pairs[:, 1])]
        return Paired(pairs, len(pairs))


def _first(numbers: "NDArray[np.intp]") -> "NDArray[np.bool_]":
    """Where a number stands for the first time."""
    import numpy as np

    first = np.zeros(len(numbers), np.bool_)
    first[np.unique(numbers, return_index=True)[1]] = True
    return first


def _places(features: Extracted) -> "NDArray[np.float32]":
    import numpy as np

    return np.ascontiguousarray(features.keypoints[:, :2], np.float32)


def _size(features: Extracted) -> tuple[int, int]:
    return features.width_px, features.height_px


def _unit(features: Extracted) -> "NDArray[np.float32]":
    import numpy as np

    return np.ascontiguousarray(features.vectors() / UNIT, np.float32)
