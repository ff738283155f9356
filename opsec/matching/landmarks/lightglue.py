"""Feature matching by LightGlue (Lindenberger, Sarlin and Pollefeys, ICCV 2023), from the officer's own ONNX file.

It considers all features of both images together, where the ratio test considers each by itself. The form is that of
OpenCV 5: inputs ``kpts0``, ``kpts1``, ``desc0``, ``desc1``; outputs ``matches0`` (n, 2) and ``mscores0`` (n,). It costs
as much as extracting the features of an image, so only the few landmarks that the retrieval index names are matched by
it.
"""

from typing import TYPE_CHECKING

from opsec.matching.landmarks.putative_matches import Correspondences
from opsec.matching.landmarks.view_synthesis import mirror_keypoints
from opsec.runtime.process_state import silence_opencv_log
from opsec.vision.features.local_features import UNIT_LEVELS, LocalFeatures
from opsec.vision.features.onnx_extractor import ModelFile
from opsec.vision.features.onnx_header import read_onnx_header

if TYPE_CHECKING:
    import numpy as np
    from cv2 import LightGlueMatcher
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, Points
    from opsec.vision.features.local_features import Vectors

INPUTS = frozenset({"kpts0", "kpts1", "desc0", "desc1"})
OUTPUTS = frozenset({"matches0", "mscores0"})
MIN_SCORE = 0.1
"""Least score of a match, as the authors use it."""


class LightGlue:
    """A ``FeatureMatcher`` that runs a learned model."""

    def __init__(self, matcher: "LightGlueMatcher", name: str) -> None:
        self._matcher = matcher
        self.name = name
        """Identifier that changes with the file."""

    @classmethod
    def load(cls, file: ModelFile) -> "LightGlue | None":
        """Load a model; None when it is not such a model or is damaged."""
        import cv2
        import numpy as np

        try:
            header = read_onnx_header(file.content)
            if not (header.inputs.keys() >= INPUTS and header.outputs >= OUTPUTS):
                return None
            with silence_opencv_log():
                matcher = cv2.LightGlueMatcher.createFromMemory(np.frombuffer(file.content, np.uint8), MIN_SCORE)
        except (cv2.error, ValueError):
            return None
        return cls(matcher, file.name)

    def __call__(
        self, frame: LocalFeatures, photo: LocalFeatures, /, *, n_original: int, mirrored: bool
    ) -> Correspondences:
        """Match as ``FeatureMatcher`` describes; all matches are unambiguous.

        Only the original features of the photo are matched, not those of simulated views: the model considers an image
        as a whole.
        """
        import numpy as np

        photo = photo.select(slice(0, n_original))
        if not len(frame) or not len(photo):
            return Correspondences(np.zeros((0, 2), np.intp), 0)
        if mirrored:  # the model is given both as they were extracted
            frame, photo = mirror_keypoints(frame), mirror_keypoints(photo)
        with silence_opencv_log():
            self._matcher.setPairInfo(_positions(frame), _positions(photo), _image_size(frame), _image_size(photo))
            found = self._matcher.match(_unit_descriptors(frame), _unit_descriptors(photo))
        found = sorted(found, key=lambda one: (one.distance, one.queryIdx, one.trainIdx))
        pairs = np.array([(one.queryIdx, one.trainIdx) for one in found], np.intp).reshape(-1, 2)
        pairs = pairs[_first_occurrences(pairs[:, 0]) & _first_occurrences(pairs[:, 1])]
        return Correspondences(pairs, len(pairs))


def _first_occurrences(numbers: "NDArray[np.intp]") -> "Flags":
    """Whether a number occurs for the first time, for each of them."""
    import numpy as np

    first = np.zeros(len(numbers), np.bool_)
    first[np.unique(numbers, return_index=True)[1]] = True
    return first


def _positions(features: LocalFeatures) -> "Points":
    import numpy as np

    return np.ascontiguousarray(features.keypoints[:, :2], np.float32)


def _image_size(features: LocalFeatures) -> tuple[int, int]:
    return features.width_px, features.height_px


def _unit_descriptors(features: LocalFeatures) -> "Vectors":
    import numpy as np

    return np.ascontiguousarray(features.descriptor_vectors() / UNIT_LEVELS, np.float32)
