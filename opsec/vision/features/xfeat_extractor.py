"""Local features by XFeat, from an ONNX file that ``opsec models export`` wrote.

XFeat (Potje and others, CVPR 2024) gives for each cell of 8 × 8 pixels a descriptor, how reliable it is, and a class:
which of the 64 pixels is a keypoint, or none. What follows the network is computed here, as the authors' program does:
keypoints are the maxima among 5 × 5 pixels, in the order of their score, and the descriptor of each is interpolated
between the cells (bicubic, Keys 1981, coefficient −0.75).

The network runs through ``cv2.dnn``, which opens no socket and no file and obeys the limits of the reading process. A
picture of one size costs twice what onnxruntime needs (45 ms on one processor instead of 20), but that looks up a host
of its maker soon after it is loaded.
"""

from typing import TYPE_CHECKING

from opsec.runtime.process_state import silence_opencv_log
from opsec.vision.features.local_features import MAX_FEATURES, UNIT_LEVELS, ZERO_LEVEL, LocalFeatures
from opsec.vision.features.onnx_header import read_onnx_header

if TYPE_CHECKING:
    import numpy as np
    from cv2.dnn import Net
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, GrayImage, Mask

    Map = NDArray[np.float32]
    """Shape (channels, rows, columns) or (rows, columns)."""
    Positions = NDArray[np.intp]
    """x and y in pixels of the network's input, shape (n, 2)."""

VERSION = 1
"""Raised whenever the same model gives other features for the same image."""
METHOD = "xfeat"
INPUT, OUTPUTS = "image", ("features", "keypoints", "reliability")
DESCRIPTOR_SIZE = 64
DETECTION_THRESHOLD = 0.05
"""Least share of its cell that a keypoint has; the authors' value."""
CELL_PX = 8
STRIDE_PX = 32
"""Sides of the network's input are multiples of this."""
MAX_INPUT_PX = 1_600
"""Longest side of an image: what the network computes grows with the area."""
DESCRIPTOR_STEP = 8
"""Descriptors are kept in steps of this many levels, 8 steps for a component of one half: an entropy coder then needs
about 27 bytes for a feature with its position."""
_POSITION_STEPS = 2.0
"""Steps per pixel of a kept position; the network gives whole pixels of its input."""
_MIN_CONTRAST_LEVELS = 2.0
"""Standard deviation of gray levels below which an image is taken for empty."""
_BORDER_PX = 4.0
_MAX_RADIUS_PX = 2
"""A keypoint has the highest value of the pixels up to this many away."""
_EPSILON = 1e-5
"""Added to the variance of the gray levels, as in the authors' program."""


class XFeatExtractor:
    """A ``FeatureExtractor`` that runs XFeat. The same image gives the same features, whatever came before."""

    def __init__(self, net: "Net", name: str) -> None:
        """Wrap a network; ``name`` changes with its file."""
        self._net, self.name = net, name
        self.descriptor_size = DESCRIPTOR_SIZE

    @classmethod
    def load(cls, content: bytes, name: str) -> "XFeatExtractor | None":
        """Load a network and try it on a small image; None when it is damaged or not XFeat's.

        Parameters
        ----------
        content
            The ONNX file.
        name
            Identifier that changes with the file.
        """
        import cv2
        import numpy as np

        try:
            header = read_onnx_header(content)
            if INPUT not in header.inputs or not header.outputs.issuperset(OUTPUTS):
                return None
            with silence_opencv_log():
                extractor = cls(cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8)), name)
                extractor._forward(np.zeros((STRIDE_PX, 2 * STRIDE_PX), np.float32))
        except (cv2.error, ValueError):
            return None
        return extractor

    def extract(self, gray: "GrayImage", mask: "Mask | None" = None, max_features: int = MAX_FEATURES) -> LocalFeatures:
        """Extract as ``FeatureExtractor.extract`` describes.

        Raises
        ------
        ValueError, cv2.error
            The network's outputs are not those of XFeat.
        """
        import numpy as np

        height_px, width_px = gray.shape
        sides = height_px // STRIDE_PX * STRIDE_PX, width_px // STRIDE_PX * STRIDE_PX
        empty = np.zeros((0, 4), np.float32), np.zeros((0, DESCRIPTOR_SIZE), np.uint8)
        if not min(sides) or max(sides) > MAX_INPUT_PX or float(gray.std()) < _MIN_CONTRAST_LEVELS:
            return LocalFeatures(width_px, height_px, *empty, self.name)
        found, _scores, descriptors = self._detect(gray, sides, mask, max_features)
        found = np.rint(found * _POSITION_STEPS) / _POSITION_STEPS
        keypoints = np.c_[found, np.ones(len(found)), np.zeros(len(found))].astype(np.float32)
        return LocalFeatures(width_px, height_px, keypoints, quantise(descriptors), self.name)

    def detect(self, gray: "GrayImage", max_features: int) -> "tuple[Map, Map, Map]":
        """Detect as the authors' program does, for a comparison with it.

        Returns
        -------
        tuple of numpy.ndarray
            Positions in pixels of the image (n, 2), scores (n,) and descriptors of length 1 (n, 64).
        """
        height_px, width_px = gray.shape
        sides = height_px // STRIDE_PX * STRIDE_PX, width_px // STRIDE_PX * STRIDE_PX
        return self._detect(gray, sides, None, max_features, border_px=0.0)

    def _detect(
        self, gray: "GrayImage", sides: tuple[int, int], mask: "Mask | None", max_features: int,
        border_px: float = _BORDER_PX,
    ) -> "tuple[Map, Map, Map]":  # fmt: skip
        """Detect in an image resized to ``sides`` (height and width of the network's input)."""
        import cv2
        import numpy as np

        height_px, width_px = gray.shape
        resized = cv2.resize(gray.astype(np.float32), sides[::-1], interpolation=cv2.INTER_LINEAR)
        features, classes, reliability = self._forward(np.asarray(resized, np.float32))
        heat = _heatmap(classes)
        at = _maxima(heat)
        positions = (at * np.array([width_px / sides[1], height_px / sides[0]])).astype(np.float32)
        visible = _inside(positions, width_px, height_px, border_px)
        if mask is not None:
            visible &= mask[positions[:, 1].astype(np.intp), positions[:, 0].astype(np.intp)] != 0
        at, positions = at[visible], positions[visible]
        scores = np.asarray(_pick_nearest(heat, at) * _sample_bilinear(reliability[0], at, sides), np.float32)
        order = np.lexsort((at[:, 0], at[:, 1], -scores))[:max_features]
        order = order[scores[order] > 0]
        lengths = np.maximum(np.linalg.norm(features, axis=0, keepdims=True), 1e-12)
        return positions[order], scores[order], _sample_bicubic(features / lengths, at[order], sides)

    def _forward(self, image: "Map") -> "tuple[Map, Map, Map]":
        """Run the network: features (64, h, w), classes (65, h, w) and reliability (1, h, w)."""
        import cv2
        import numpy as np

        mean, variance = float(image.mean(dtype=np.float64)), float(image.var(dtype=np.float64))
        normalised = ((image - mean) / np.sqrt(variance + _EPSILON)).astype(np.float32)
        with silence_opencv_log():
            self._net.setInput(cv2.dnn.blobFromImage(normalised), INPUT)
            given = [np.asarray(one, np.float32) for one in self._net.forward(list(OUTPUTS))]
        rows, columns = image.shape[0] // CELL_PX, image.shape[1] // CELL_PX
        for array, channels in zip(given, (DESCRIPTOR_SIZE, CELL_PX**2 + 1, 1), strict=True):
            if array.shape != (1, channels, rows, columns) or not np.isfinite(array).all():
                raise ValueError("output")
        features, classes, reliability = (array[0] for array in given)
        return features, classes, reliability


def quantise(descriptors: "Map") -> "NDArray[np.uint8]":
    """Quantise descriptors of length 1, shape (n, 64), to bytes in steps of ``DESCRIPTOR_STEP`` levels."""
    import numpy as np

    steps = np.rint(descriptors * (UNIT_LEVELS / DESCRIPTOR_STEP))
    return np.asarray(np.clip(steps * DESCRIPTOR_STEP + ZERO_LEVEL, 0, 255), np.uint8)


def _heatmap(classes: "Map") -> "Map":
    """Turn the classes of the cells (65, h, w) into the chance of each pixel (8 h, 8 w) to be a keypoint."""
    import numpy as np

    chances = np.exp(classes - classes.max(axis=0))
    chances = (chances / chances.sum(axis=0))[: CELL_PX**2]
    _count, rows, columns = chances.shape
    cells = chances.reshape(CELL_PX, CELL_PX, rows, columns).transpose(2, 0, 3, 1)
    return np.ascontiguousarray(cells.reshape(rows * CELL_PX, columns * CELL_PX))


def _maxima(heat: "Map") -> "Positions":
    """Find the pixels that are above the threshold and that none of their neighbours exceeds."""
    import cv2
    import numpy as np

    side = 2 * _MAX_RADIUS_PX + 1
    highest = cv2.dilate(heat, np.ones((side, side), np.uint8))
    down, across = np.nonzero((heat == highest) & (heat > DETECTION_THRESHOLD))
    return np.stack([across, down], axis=1)


def _inside(positions: "Map", width_px: int, height_px: int, border_px: float) -> "Flags":
    import numpy as np

    x, y = positions[:, 0], positions[:, 1]
    inside = (x >= border_px) & (x < width_px - border_px) & (y >= border_px) & (y < height_px - border_px)
    return np.asarray(inside)


def _map_coordinates(at: "Positions", sides: tuple[int, int], shape: tuple[int, int]) -> "Map":
    """Convert pixels of the input to coordinates of a map (rows, columns) that covers it, as the authors do.

    ``grid_sample`` of PyTorch without aligned corners, from positions as shares of the last pixel.
    """
    import numpy as np

    last = np.array([sides[1] - 1, sides[0] - 1], np.float64)
    return np.asarray(at / last * [shape[1], shape[0]] - 0.5, np.float32)


def _pick_nearest(heat: "Map", at: "Positions") -> "Map":
    """Return the value at the nearest sample of a map with one value per pixel (0 beyond its edge)."""
    import numpy as np

    height, width = heat.shape
    nearest = np.rint(_map_coordinates(at, (height, width), (height, width))).astype(np.intp)
    inside = ((nearest >= 0) & (nearest < [width, height])).all(axis=1)
    x, y = np.clip(nearest, 0, [width - 1, height - 1]).T
    return np.where(inside, heat[y, x], 0).astype(np.float32)


def _sample_bilinear(values: "Map", at: "Positions", sides: tuple[int, int]) -> "Map":
    """Interpolate a map (rows, columns) at positions of the input; beyond its edge it is 0."""
    import cv2
    import numpy as np

    x, y = _map_coordinates(at, sides, (values.shape[0], values.shape[1])).T
    if not len(at):
        return np.zeros(0, np.float32)
    sampled = cv2.remap(values, x[:, None], y[:, None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(sampled[:, 0], np.float32)


def _sample_bicubic(values: "Map", at: "Positions", sides: tuple[int, int]) -> "Map":
    """Interpolate a map (channels, rows, columns) at positions of the input and scale to length 1: (n, channels)."""
    import numpy as np

    channels, rows, columns = values.shape
    where = _map_coordinates(at, sides, (rows, columns))
    first = np.floor(where).astype(np.intp)
    weights = _cubic_weights(where - first)  # (n, 2, 4)
    padded = np.zeros((rows + 4, columns + 4, channels), np.float32)  # samples beyond the edge are 0
    padded[2:-2, 2:-2] = values.transpose(1, 2, 0)
    offsets = np.arange(-1, 3)
    x = np.clip(first[:, :1] + offsets + 2, 0, columns + 3)
    y = np.clip(first[:, 1:] + offsets + 2, 0, rows + 3)
    around = padded[y[:, :, None], x[:, None, :]]  # (n, 4, 4, channels)
    sampled = np.einsum("nyxc,ny,nx->nc", around, weights[:, 1], weights[:, 0])
    lengths = np.maximum(np.linalg.norm(sampled, axis=1, keepdims=True), 1e-12)
    return np.asarray(sampled / lengths, np.float32)


def _cubic_weights(shares: "Map") -> "Map":
    """Compute the weights of the four samples around each coordinate, for shares between the middle two: (..., 4)."""
    import numpy as np

    near, far = np.stack([shares, 1 - shares], -1), np.stack([shares + 1, 2 - shares], -1)
    inner = (1.25 * near - 2.25) * near**2 + 1
    outer = -0.75 * (((far - 5) * far + 8) * far - 4)
    return np.stack([outer[..., 0], inner[..., 0], inner[..., 1], outer[..., 1]], -1).astype(np.float32)
