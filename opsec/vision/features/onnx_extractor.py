"""Local features by a model of the officer's own: ALIKED or DISK, as an ONNX file.

ALIKED (Zhao and others, IEEE Trans. Instrum. Meas. 2023) and DISK (Tyszkiewicz, Fua and Trulls, NeurIPS 2020) in the
form in which OpenCV 5 takes them: input ``image`` (1, 3, height, width), red first, 0 to 1; outputs ``keypoints``,
``scores`` and ``descriptors``. ALIKED tells places as shares between -1 and 1, DISK as whole pixels. The network
runs through ``cv2.dnn``: ``cv2.ALIKED`` of OpenCV 5.0 takes a path only, and falls over outputs that keep their first
dimension, as most files have them.

A picture is laid into the upper left of the network's input, smaller if it must be, never stretched. Features know
neither angle nor size: a feature is as large as the picture in which it was found says.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import path_text, plain
from opsec.vision.features.local_features import CENTRE, FEWEST_COMPONENTS, MOST, MOST_COMPONENTS, UNIT, Extracted
from opsec.vision.features.onnx_header import header
from opsec.vision.opencv_log import quiet

if TYPE_CHECKING:
    import numpy as np
    from cv2.dnn import Net
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]

Method = Literal["aliked", "disk"]
VERSION = 1
"""Raised whenever the same model gives other features for the same picture."""
OPENCV = 5
"""First version whose engine runs such networks."""
MODEL_MIB = 512
_DIMENSIONS = 4
_STRIDE_PX = 32
_TRY_PX = (288, 480)
_FLAT_LEVELS = 2.0
"""Spread of grey levels below which nothing can be seen; some networks fall over a picture without a single feature."""
_EDGE_PX = 4.0
"""What lies so near the edge of the picture may be the edge itself."""
_FARTHEST = 1.01
"""From the middle of the picture, as a share of half its side."""
OUTPUTS = ("keypoints", "scores", "descriptors")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model of the officer's, as its file is now."""

    method: str
    path: Path
    content: bytes

    @property
    def name(self) -> str:
        """The method and the file's fingerprint: one changes whenever the other does."""
        return named(self.method, self.content)


def named(method: str, content: bytes) -> str:
    """Name of what this file does: it goes with all that was made by it."""
    return f"{method}{VERSION}-{hashlib.sha256(content).hexdigest()[:16]}"


def opened(method: str, path: Path, key: str) -> ModelFile | Message:
    """The file, whole; or why it cannot be used, and the next step. ``key``: of ``opsec.toml`` that names it."""
    shown = plain(path_text(path))
    try:
        if path.stat().st_size > MODEL_MIB << 20:
            return _(
                "{key} in opsec.toml names {file}, which is larger than any such model; name another",
                key=key,
                file=shown,
            )
        return ModelFile(method, path, path.read_bytes())
    except OSError as error:
        return _(
            "{key} in opsec.toml names {file}, which cannot be opened ({error}); put the ONNX file of the model there, "
            "or take that line out",
            key=key,
            file=shown,
            error=error.strerror or "",
        )


def too_old() -> Message | None:
    """That this OpenCV runs no such network, and what to do; none when it does."""
    import cv2

    if int(cv2.__version__.partition(".")[0]) >= OPENCV and hasattr(cv2, "LightGlueMatcher"):
        return None
    return _(
        "a model for landmarks is set in opsec.toml, but OpenCV {version} cannot run it; install opencv-python 5 or "
        "later, or take the line out",
        version=plain(cv2.__version__),
    )


class Learned:
    """A finder by a model. The same picture gives the same features, whatever was looked at before."""

    def __init__(self, net: "Net", method: str, maker: str, side_px: tuple[int, int]) -> None:
        self._net, self._method, self._side_px = net, method, side_px
        self.maker = maker
        self.components = 0
        """Of a descriptor; known once a picture was looked at."""

    @classmethod
    def load(cls, file: ModelFile) -> "Learned | None":
        """The model, tried on a drawn picture; none when it is no such model or damaged."""
        import cv2
        import numpy as np

        try:
            head = header(file.content)
            size = head.takes.get("image", ())
            if len(size) != _DIMENSIONS or not head.gives.issuperset(OUTPUTS):
                return None
            with quiet():
                net = cv2.dnn.readNetFromONNX(np.frombuffer(file.content, np.uint8))
                found = cls(net, file.method, file.name, (size[3], size[2]))
                _keypoints, _scores, descriptors = found._run(_trial())
        except (cv2.error, ValueError):
            return None
        found.components = descriptors.shape[1] if len(descriptors) else 0
        return found

    def find(self, grey: "Bytes", mask: "Bytes | None" = None, most: int = MOST) -> Extracted:
        """As ``Finder.find``. Raises ``ValueError`` or ``cv2.error`` when the model answers something else."""
        import numpy as np

        height_px, width_px = grey.shape
        if float(grey.std()) < _FLAT_LEVELS:
            return self._nothing(width_px, height_px)
        with quiet():
            keypoints, scores, descriptors = self._run(grey)
        x, y = keypoints[:, 0], keypoints[:, 1]
        lengths = np.linalg.norm(descriptors, axis=1)
        good = (x >= _EDGE_PX) & (x < width_px - _EDGE_PX) & (y >= _EDGE_PX) & (y < height_px - _EDGE_PX)
        good &= np.isfinite(lengths) & (lengths > 0) & np.isfinite(scores)
        good = np.flatnonzero(good)
        if mask is not None:
            good = good[mask[y[good].astype(np.intp), x[good].astype(np.intp)] != 0]
        order = good[np.lexsort((y[good], x[good], -scores[good]))][:most]
        if not len(order):
            return self._nothing(width_px, height_px)
        unit = descriptors[order] / lengths[order, None]
        return Extracted(
            width_px,
            height_px,
            np.c_[keypoints[order], np.ones(len(order)), np.zeros(len(order))].astype(np.float32),
            (np.rint(unit * UNIT) + CENTRE).astype(np.uint8),
            self.maker,
        )

    def _nothing(self, width_px: int, height_px: int) -> Extracted:
        import numpy as np

        none = np.zeros((0, self.components or FEWEST_COMPONENTS), np.uint8)
        return Extracted(width_px, height_px, np.zeros((0, 4), np.float32), none, self.maker)

    def _run(self, grey: "Bytes") -> "tuple[Floats, Floats, Floats]":
        """Places in pixels of the picture (n, 2), scores (n,) and descriptors (n, components)."""
        import cv2
        import numpy as np

        laid, shrunk = _laid(grey, self._side_px)
        self._net.setInput(cv2.dnn.blobFromImage(cv2.merge([laid] * 3), 1 / 255), "image")
        places, scores, rows = (np.asarray(one) for one in self._net.forward(list(OUTPUTS)))
        count = scores.size
        keypoints = np.asarray(places.reshape(count, 2), np.float32)
        descriptors = np.asarray(rows.reshape(count, -1) if count else np.zeros((0, FEWEST_COMPONENTS)), np.float32)
        if not FEWEST_COMPONENTS <= descriptors.shape[1] <= MOST_COMPONENTS:
            raise ValueError("components")
        if self._method == "aliked":
            if not np.abs(keypoints).max(initial=0) <= _FARTHEST:
                raise ValueError("places")
            keypoints = (keypoints + 1) * np.array([laid.shape[1] / 2, laid.shape[0] / 2], np.float32)
        return keypoints / np.float32(shrunk), scores.reshape(count).astype(np.float32), descriptors


def _laid(grey: "Bytes", side_px: tuple[int, int]) -> "tuple[Bytes, float]":
    """The picture in the upper left of the network's input, and how much smaller; the rest repeats its edge."""
    import cv2

    height_px, width_px = grey.shape
    wide, high = side_px[0] or _whole(width_px), side_px[1] or _whole(height_px)
    shrunk = min(1.0, wide / width_px, high / height_px)
    if shrunk < 1:
        size = max(1, int(width_px * shrunk)), max(1, int(height_px * shrunk))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    down, across = high - grey.shape[0], wide - grey.shape[1]
    return cv2.copyMakeBorder(grey, 0, down, 0, across, cv2.BORDER_REPLICATE), shrunk  # type: ignore[return-value]


def _whole(length_px: int) -> int:
    return -(-length_px // _STRIDE_PX) * _STRIDE_PX


def _trial() -> "Bytes":
    """A picture to try a model on: soft spots, so that every model has something to find."""
    import numpy as np

    across, down = np.meshgrid(np.arange(_TRY_PX[0]), np.arange(_TRY_PX[1]))
    return np.asarray(
        127 + 60 * np.sin(across / 9.0) * np.sin(down / 11.0) + 60 * np.sin(across * down / 3000.0), np.uint8
    )
