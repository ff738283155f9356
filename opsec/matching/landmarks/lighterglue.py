"""Feature matching by LighterGlue, from an ONNX file that ``opsec models export`` wrote.

It considers all features of both images together (Lindenberger, Sarlin and Pollefeys, ICCV 2023; the small version is
of Potje et al., CVPR 2024). Where a landmark is shown in another light or from another side, it finds several times as
many correct matches as nearest neighbours do.

The network runs in onnxruntime, on one thread: 70 ms for 512 and 500 features where ``cv2.dnn`` lacks its operations.
"""

import os
from typing import TYPE_CHECKING, NamedTuple

from opsec.vision.features.local_features import LocalFeatures
from opsec.vision.features.onnx_header import read_onnx_header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession  # type: ignore[import-untyped,unused-ignore]

    Singles = NDArray[np.float32]

INPUTS = frozenset({"positions0", "positions1", "descriptors0", "descriptors1"})
OUTPUT = "scores"
MIN_SCORE = 0.1
"""Least chance of a match, as the authors use it."""
MAX_FEATURES = 1_000
"""Most features of an image that are matched, the first ones: the cost of attention grows with their product."""
_TRIAL_SIZES = (5, 7)


class Matches(NamedTuple):
    """Matches of two images, the surest first."""

    pairs: "NDArray[np.intp]"
    """Number of the feature of the first and of the second image, shape (n, 2)."""
    scores: "Singles"
    """Chance of each, shape (n,)."""


class LighterGlue:
    """Matches the features of two images."""

    def __init__(self, session: "InferenceSession") -> None:
        self._session = session

    @classmethod
    def load(cls, content: bytes, descriptor_size: int) -> "LighterGlue | None":
        """Load a network and try it on a few made features; None when it is damaged or another network.

        Parameters
        ----------
        content
            The ONNX file.
        descriptor_size
            Components of a descriptor of the extractor that it is for.
        """
        import numpy as np

        try:
            header = read_onnx_header(content)
            if header.inputs.keys() != INPUTS or OUTPUT not in header.outputs:
                return None
            matcher = cls(_start_session(content))
            here, there = (np.eye(size, descriptor_size, dtype=np.float32) for size in _TRIAL_SIZES)
            matcher._forward(here[:, :2], here, there[:, :2], there)
        except Exception:  # noqa: BLE001 - the exceptions of onnxruntime have no common class but this one
            return None
        return matcher

    def match(self, first: LocalFeatures, second: LocalFeatures) -> Matches:
        """Match mutual best pairs whose chance is at least ``MIN_SCORE``.

        Parameters
        ----------
        first, second
            Features as they were extracted, unmirrored.

        Raises
        ------
        ValueError
            The network's output is not that of a matcher, or the descriptors are of another model.
        """
        import numpy as np

        first, second = first.select(slice(MAX_FEATURES)), second.select(slice(MAX_FEATURES))
        if not len(first) or not len(second):
            return Matches(np.zeros((0, 2), np.intp), np.zeros(0, np.float32))
        inputs = [array for one in (first, second) for array in (_positions(one), unit_vectors(one))]
        log_chances = self._forward(*inputs)
        numbers, best = np.arange(len(first)), log_chances.argmax(axis=1)
        chances = np.exp(log_chances[numbers, best])
        rows = np.flatnonzero((log_chances.argmax(axis=0)[best] == numbers) & (chances >= MIN_SCORE))
        rows = rows[np.argsort(-chances[rows], kind="stable")]
        return Matches(np.stack([rows, best[rows]], axis=1), chances[rows])

    def _forward(self, here: "Singles", ours: "Singles", there: "Singles", theirs: "Singles") -> "Singles":
        """Run the network: logarithm of the chance of each pair, shape (n, m)."""
        import numpy as np

        given = {"positions0": here, "descriptors0": ours, "positions1": there, "descriptors1": theirs}
        try:
            (scores,) = self._session.run([OUTPUT], given)
        except Exception as fault:  # as in ``load``
            raise ValueError(type(fault).__name__) from fault
        if np.shape(scores) != (len(here), len(there)) or np.isnan(scores).any():
            raise ValueError("output")
        return np.asarray(scores, np.float32)


def load_runtime() -> None:
    """Load onnxruntime, which a locked process cannot load any more, without its look-up of a host of its maker."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime  # type: ignore[import-untyped,unused-ignore]  # noqa: F401


def _start_session(content: bytes) -> "InferenceSession":
    load_runtime()
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # none is started, which a locked process may not
    options.enable_mem_pattern = False  # no two images have the same number of features
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def unit_vectors(features: LocalFeatures) -> "Singles":
    """Return the descriptors as vectors of length 1, shape (n, descriptor size)."""
    import numpy as np

    vectors = features.descriptor_vectors()
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6), np.float32)


def _positions(features: LocalFeatures) -> "Singles":
    """Return positions from the middle of the image, as shares of half its longest side, shape (n, 2)."""
    import numpy as np

    size = np.array([features.width_px, features.height_px], np.float32)
    return np.asarray((features.keypoints[:, :2] - size / 2) / (size.max() / 2), np.float32)
