"""Small networks with the inputs and outputs of ALIKED, DISK and LightGlue that really detect and match features.

Nothing in them is learned: keypoints are the maxima of a difference of Gaussians, descriptors the low frequencies (a
cosine transform) of their surroundings; matches are mutual nearest neighbours.
"""

from typing import Any

import numpy as np

from tests.fixtures.onnx_files import FLOAT, INT64, Dimensions, model, node

COMPONENTS = 63
_CELLS, _STEP = 8, 4
"""A descriptor samples 8 by 8 points, this many pixels apart."""


def finder(method: str, side: int = 320, count: int = 600, *, batched: bool = True) -> bytes:
    """An ONNX file that takes images of this size. ``batched``: outputs keep their first dimension, as most do."""
    first = [1] if batched else []
    constants: dict[str, Any] = {
        "to_grey": np.array([0.299, 0.587, 0.114]).reshape(1, 3, 1, 1),
        "spots": _spots(),
        "waves": _waves(),
        "inside": _inside(side),
        "places": _places(method, side),
        "one_row": np.array([1, side * side]),
        "count": np.array([count]),
        "rows": np.array([COMPONENTS, side * side]),
        "last": np.array([1]),
        "places_shape": np.array([*first, count, 2]),
        "looks_shape": np.array([*first, count, COMPONENTS]),
        "scores_shape": np.array([*first, count]),
        "least": np.array([1e-6]),
    }
    nodes = [
        node("Conv", ["image", "to_grey"], ["grey"], kernel_shape=[1, 1]),
        node("Conv", ["grey", "spots"], ["spotted"], kernel_shape=[13, 13], pads=[6] * 4),
        node("Abs", ["spotted"], ["clear"]),
        node("MaxPool", ["clear"], ["around"], kernel_shape=[7, 7], pads=[3] * 4, strides=[1, 1]),
        node("Equal", ["clear", "around"], ["highest"]),
        node("Cast", ["highest"], ["peak"], to=FLOAT),
        node("Mul", ["clear", "peak"], ["peaks"]),
        node("Mul", ["peaks", "inside"], ["kept"]),
        node("Reshape", ["kept", "one_row"], ["in_a_row"]),
        node("TopK", ["in_a_row", "count"], ["best", "where"], axis=1, largest=1, sorted=1),
        node("Reshape", ["best", "scores_shape"], ["scores"]),
        node("Reshape", ["where", "count"], ["numbers"]),
        node("AveragePool", ["grey"], ["soft"], kernel_shape=[5, 5], pads=[2] * 4, strides=[1, 1]),
        node("Conv", ["soft", "waves"], ["looks_map"], kernel_shape=[8, 8], dilations=[_STEP] * 2, pads=[14] * 4),
        node("Reshape", ["looks_map", "rows"], ["looks_rows"]),
        node("Transpose", ["looks_rows"], ["looks_columns"], perm=[1, 0]),
        node("Gather", ["looks_columns", "numbers"], ["looks"], axis=0),
        node("Mul", ["looks", "looks"], ["squares"]),
        node("ReduceSum", ["squares", "last"], ["sums"], keepdims=1),
        node("Sqrt", ["sums"], ["lengths"]),
        node("Add", ["lengths", "least"], ["long_enough"]),
        node("Div", ["looks", "long_enough"], ["unit"]),
        node("Reshape", ["unit", "looks_shape"], ["descriptors"]),
        node("Gather", ["places", "numbers"], ["found"], axis=0),
        node("Reshape", ["found", "places_shape"], ["keypoints"]),
    ]
    typed = {name: _typed(array) for name, array in constants.items()}
    gives: list[tuple[str, int, Dimensions]] = [
        ("keypoints", INT64 if method == "disk" else FLOAT, [*first, count, 2]),
        ("scores", FLOAT, [*first, count]),
        ("descriptors", FLOAT, [*first, count, COMPONENTS]),
    ]
    return model(nodes, typed, [("image", FLOAT, [1, 3, side, side])], gives)


def lightglue(components: int = COMPONENTS) -> bytes:
    """An ONNX file that matches mutual nearest neighbours."""
    constants: dict[str, Any] = {
        "sharpness": np.array([60], np.float32),
        "first": np.array([0], np.int64),
        "least": np.array([0.02], np.float32),
    }
    nodes = [
        node("Transpose", ["desc1"], ["across"], perm=[0, 2, 1]),
        node("MatMul", ["desc0", "across"], ["alike"]),
        node("Mul", ["alike", "sharpness"], ["sharp"]),
        node("Softmax", ["sharp"], ["by_row"], axis=2),
        node("Softmax", ["sharp"], ["by_column"], axis=1),
        node("Mul", ["by_row", "by_column"], ["belief"]),
        node("ReduceMax", ["belief"], ["row_best"], axes=[2], keepdims=1),
        node("ReduceMax", ["belief"], ["column_best"], axes=[1], keepdims=1),
        node("Equal", ["belief", "row_best"], ["best_here"]),
        node("Equal", ["belief", "column_best"], ["best_there"]),
        node("And", ["best_here", "best_there"], ["mutual"]),
        node("Greater", ["belief", "least"], ["sure"]),
        node("And", ["mutual", "sure"], ["paired"]),
        node("Squeeze", ["paired", "first"], ["flat"]),
        node("NonZero", ["flat"], ["numbers"]),
        node("Transpose", ["numbers"], ["matches0"], perm=[1, 0]),
        node("Squeeze", ["belief", "first"], ["flat_belief"]),
        node("GatherND", ["flat_belief", "matches0"], ["mscores0"]),
    ]
    takes: list[tuple[str, int, Dimensions]] = [
        ("kpts0", FLOAT, [1, "n", 2]),
        ("kpts1", FLOAT, [1, "m", 2]),
        ("desc0", FLOAT, [1, "n", components]),
        ("desc1", FLOAT, [1, "m", components]),
    ]
    return model(nodes, constants, takes, [("matches0", INT64, ["k", 2]), ("mscores0", FLOAT, ["k"])])


def _typed(array: Any) -> Any:
    return array.astype(np.int64 if array.dtype.kind == "i" else np.float32)


def _spots() -> Any:
    """A difference of Gaussians, as a kernel."""
    far = np.arange(-6, 7) ** 2
    small, large = (np.exp(-(far[:, None] + far) / (2 * sigma**2)) for sigma in (1.2, 2.4))
    return (small / small.sum() - large / large.sum())[None, None]


def _waves() -> Any:
    """The cosine transform of 8 by 8 samples without its mean, low frequencies weighing more."""
    number = np.arange(_CELLS)
    wave = np.cos(np.pi * (number[:, None] + 0.5) * number / _CELLS)
    both = np.einsum("yv,xu->vuyx", wave, wave)
    counts = 1 / np.sqrt(1 + number[:, None] + number)
    return (both * counts[..., None, None]).reshape(64, 1, _CELLS, _CELLS)[1:]


def _inside(side: int) -> Any:
    inside = np.zeros((1, 1, side, side))
    inside[..., 18:-18, 18:-18] = 1
    return inside


def _places(method: str, side: int) -> Any:
    down, across = np.mgrid[:side, :side]
    pixels = np.stack([across, down], axis=-1).reshape(-1, 2)
    return pixels if method == "disk" else pixels / side * 2.0 - 1
