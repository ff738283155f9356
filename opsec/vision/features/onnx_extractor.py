"""Local features from a learned model of the officer's own: ALIKED or DISK, as an ONNX file.

ALIKED (Zhao and others, IEEE Trans. Instrum. Meas. 2023) and DISK (Tyszkiewicz, Fua and Trulls, NeurIPS 2020) in the
form in which OpenCV 5 takes them: input ``image`` (1, 3, height, width), red first, 0 to 1; outputs ``keypoints``,
``scores`` and ``descriptors``. ALIKED gives positions as shares between -1 and 1, DISK as whole pixels. The network
runs through ``cv2.dnn``: ``cv2.ALIKED`` of OpenCV 5.0 takes a path only, and fails on outputs that keep their first
dimension, as those of most files do.

An image is placed in the upper left of the network's input, reduced if it must be, never stretched. The features have
neither angle nor size of their own.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.runtime.process_state import silence_opencv_log
from opsec.vision.features import xfeat_extractor
from opsec.vision.features.local_features import (
    MAX_DESCRIPTOR_SIZE,
    MAX_FEATURES,
    MIN_DESCRIPTOR_SIZE,
    UNIT_LEVELS,
    ZERO_LEVEL,
    LocalFeatures,
)
from opsec.vision.features.onnx_header import read_onnx_header

if TYPE_CHECKING:
    import numpy as np
    from cv2.dnn import Net
    from numpy.typing import NDArray

    from opsec.vision.arrays import GrayImage, Mask, Points

    Scores = NDArray[np.float32]
    Vectors = NDArray[np.float32]

VERSION = 1
"""Raised whenever the same model gives other features for the same image."""
MIN_OPENCV_MAJOR = 5
"""First version whose engine runs such networks."""
MAX_MODEL_MIB = 512
OUTPUTS = ("keypoints", "scores", "descriptors")
_INPUT_RANK = 4
_STRIDE_PX = 32
"""Inputs of any size are padded to a multiple of this."""
_TRIAL_SIZE_PX = (288, 480)
_MIN_CONTRAST_LEVELS = 2.0
"""Standard deviation of gray levels below which an image is taken for empty; some networks fail on an image without a
single feature."""
_BORDER_PX = 4.0
"""Width of the border in which features are dropped: they may be the edge of the image itself."""
_MAX_COORDINATE = 1.01
"""Largest distance from the middle of the image that ALIKED may give, as a share of half its side."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model of the officer's own, as its file is now."""

    method: str
    """``aliked``, ``disk``, ``lightglue`` or ``xfeat``."""
    path: Path
    content: bytes

    @property
    def name(self) -> str:
        """Method, version and fingerprint: changes whenever the features change."""
        version = xfeat_extractor.VERSION if self.method == xfeat_extractor.METHOD else VERSION
        return f"{self.method}{version}-{hashlib.sha256(self.content).hexdigest()[:16]}"


def load_model_file(method: str, path: Path, key: str) -> ModelFile | Message:
    """Read a model file whole.

    Parameters
    ----------
    method
        ``aliked``, ``disk`` or ``lightglue``.
    path
        Where the file is.
    key
        Key of ``opsec.toml`` that names the file, for the message.

    Returns
    -------
    ModelFile or Message
        The file, or why it cannot be used, with the next step.
    """
    shown = escape_unsafe(decode_path(path))
    try:
        if path.stat().st_size > MAX_MODEL_MIB << 20:
            return _(
                "{key} in opsec.toml names {file}, which is too large for a model of this kind; name another file",
                key=key,
                file=shown,
            )
        return ModelFile(method, path, path.read_bytes())
    except OSError as error:
        return _(
            "{key} in opsec.toml names {file}, which cannot be opened ({error}); put the ONNX file of the model there, "
            "or remove that line",
            key=key,
            file=shown,
            error=error.strerror or "",
        )


def check_opencv_version() -> Message | None:
    """Return why this OpenCV cannot run such networks, with the next step; None when it can."""
    import cv2

    if int(cv2.__version__.partition(".")[0]) >= MIN_OPENCV_MAJOR and hasattr(cv2, "LightGlueMatcher"):
        return None
    return _(
        "opsec.toml sets a model for landmarks, but OpenCV {version} cannot run it; install opencv-python 5 or later, "
        "or remove that line",
        version=escape_unsafe(cv2.__version__),
    )


class OnnxExtractor:
    """A feature extractor that runs a learned model.

    The same image gives the same features, whatever was extracted before.
    """

    def __init__(self, net: "Net", method: str, name: str, input_px: tuple[int, int]) -> None:
        """Wrap a network; ``input_px``: width and height of its input, 0 where it takes any length."""
        self._net, self._method, self._input_px = net, method, input_px
        self.name = name
        self.descriptor_size = 0
        """Components of a descriptor; 0 until ``load`` has tried the model."""

    @classmethod
    def load(cls, file: ModelFile) -> "OnnxExtractor | None":
        """Load a model and try it on a drawn image; None when it is not such a model or is damaged."""
        import cv2
        import numpy as np

        try:
            header = read_onnx_header(file.content)
            size = header.inputs.get("image", ())
            if len(size) != _INPUT_RANK or not header.outputs.issuperset(OUTPUTS):
                return None
            with silence_opencv_log():
                net = cv2.dnn.readNetFromONNX(np.frombuffer(file.content, np.uint8))
                extractor = cls(net, file.method, file.name, (size[3], size[2]))
                _keypoints, _scores, descriptors = extractor._forward(_draw_trial_image())
        except (cv2.error, ValueError):
            return None
        extractor.descriptor_size = descriptors.shape[1] if len(descriptors) else 0
        return extractor

    def extract(self, gray: "GrayImage", mask: "Mask | None" = None, max_features: int = MAX_FEATURES) -> LocalFeatures:
        """Extract as ``FeatureExtractor.extract`` describes.

        Raises
        ------
        ValueError, cv2.error
            The model's outputs are not those of its method.
        """
        import numpy as np

        height_px, width_px = gray.shape
        if float(gray.std()) < _MIN_CONTRAST_LEVELS:
            return self._empty(width_px, height_px)
        with silence_opencv_log():
            keypoints, scores, descriptors = self._forward(gray)
        x, y = keypoints[:, 0], keypoints[:, 1]
        lengths = np.linalg.norm(descriptors, axis=1)
        good = (x >= _BORDER_PX) & (x < width_px - _BORDER_PX) & (y >= _BORDER_PX) & (y < height_px - _BORDER_PX)
        good &= np.isfinite(lengths) & (lengths > 0) & np.isfinite(scores)
        good = np.flatnonzero(good)
        if mask is not None:
            good = good[mask[y[good].astype(np.intp), x[good].astype(np.intp)] != 0]
        order = good[np.lexsort((y[good], x[good], -scores[good]))][:max_features]
        if not len(order):
            return self._empty(width_px, height_px)
        unit = descriptors[order] / lengths[order, None]
        return LocalFeatures(
            width_px,
            height_px,
            np.c_[keypoints[order], np.ones(len(order)), np.zeros(len(order))].astype(np.float32),
            (np.rint(unit * UNIT_LEVELS) + ZERO_LEVEL).astype(np.uint8),
            self.name,
        )

    def _empty(self, width_px: int, height_px: int) -> LocalFeatures:
        import numpy as np

        descriptors = np.zeros((0, self.descriptor_size or MIN_DESCRIPTOR_SIZE), np.uint8)
        return LocalFeatures(width_px, height_px, np.zeros((0, 4), np.float32), descriptors, self.name)

    def _forward(self, gray: "GrayImage") -> "tuple[Points, Scores, Vectors]":
        """Run the network: positions in pixels of the image (n, 2), scores (n,), descriptors (n, descriptor size)."""
        import cv2
        import numpy as np

        padded, scale = _fit_to_input(gray, self._input_px)
        self._net.setInput(cv2.dnn.blobFromImage(cv2.merge([padded] * 3), 1 / 255), "image")
        positions, scores, rows = (np.asarray(one) for one in self._net.forward(list(OUTPUTS)))
        count = scores.size
        keypoints = np.asarray(positions.reshape(count, 2), np.float32)
        descriptors = np.asarray(rows.reshape(count, -1) if count else np.zeros((0, MIN_DESCRIPTOR_SIZE)), np.float32)
        if not MIN_DESCRIPTOR_SIZE <= descriptors.shape[1] <= MAX_DESCRIPTOR_SIZE:
            raise ValueError("descriptor size")
        if self._method == "aliked":
            if not np.abs(keypoints).max(initial=0) <= _MAX_COORDINATE:
                raise ValueError("positions")
            keypoints = (keypoints + 1) * np.array([padded.shape[1] / 2, padded.shape[0] / 2], np.float32)
        return keypoints / np.float32(scale), scores.reshape(count).astype(np.float32), descriptors


def _fit_to_input(gray: "GrayImage", input_px: tuple[int, int]) -> "tuple[GrayImage, float]":
    """Place an image in the upper left of the network's input, the rest repeating its edge; also return its scale."""
    import cv2

    height_px, width_px = gray.shape
    wide, high = input_px[0] or _round_up_to_stride(width_px), input_px[1] or _round_up_to_stride(height_px)
    scale = min(1.0, wide / width_px, high / height_px)
    if scale < 1:
        size = max(1, int(width_px * scale)), max(1, int(height_px * scale))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    down, across = high - gray.shape[0], wide - gray.shape[1]
    return cv2.copyMakeBorder(gray, 0, down, 0, across, cv2.BORDER_REPLICATE), scale  # type: ignore[return-value]


def _round_up_to_stride(length_px: int) -> int:
    return -(-length_px // _STRIDE_PX) * _STRIDE_PX


def _draw_trial_image() -> "GrayImage":
    """Draw an image of soft blobs, in which every model finds something."""
    import numpy as np

    across, down = np.meshgrid(np.arange(_TRIAL_SIZE_PX[0]), np.arange(_TRIAL_SIZE_PX[1]))
    return np.asarray(
        127 + 60 * np.sin(across / 9.0) * np.sin(down / 11.0) + 60 * np.sin(across * down / 3000.0), np.uint8
    )
