"""The network of XFeat as an ONNX graph, built from its published weights.

XFeat (Potje, Cadar, Araujo, Martins and Nascimento, "XFeat: Accelerated Features for Lightweight Image Matching", CVPR
2024) is a small convolutional network. Its graph is written here layer by layer, so that exporting it needs no PyTorch
and the file has only operations that every runtime has: convolutions with the batch normalisation folded in (Ioffe and
Szegedy, ICML 2015), means, resizing by whole factors and sums. What follows the network (softmax, maxima, sampling of
descriptors) is ``opsec.vision.features.xfeat_extractor``.

Input ``image``: (1, 1, height, width), gray levels of mean 0 and variance 1; sides are multiples of 32. Outputs
``features`` (1, 64, height / 8, width / 8), ``keypoints`` (1, 65, same) and ``reliability`` (1, 1, same).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsec.landmark_models.onnx_writer import encode_model, encode_node

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

DESCRIPTOR_SIZE = 64
_CELL_PX, _KEYPOINT_CLASSES = 8, 65
_KERNEL_AND_STRIDE = (3, 1)
_EPSILON = 1e-5
"""Added to the variance by batch normalisation; the default of PyTorch, with which XFeat was trained."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """A convolution of the network."""

    name: str
    """As in the weights; a normalised one is ``<block>.<number>``."""
    inputs: int
    outputs: int
    kernel: int = 3
    stride: int = 1
    normalised: bool = True
    """Followed by batch normalisation and ReLU."""


def _block(name: str, *layers: tuple[int, ...]) -> list[_Layer]:
    """Describe the normalised layers of a block: inputs, outputs, and where they differ kernel and stride."""
    described = []
    for number, (inputs, outputs, *rest) in enumerate(layers):
        kernel, stride = (*rest, *_KERNEL_AND_STRIDE[len(rest) :])
        described.append(_Layer(f"{name}.{number}", inputs, outputs, kernel, stride))
    return described


BLOCKS: Mapping[str, Sequence[_Layer]] = {
    "skip1": [_Layer("skip1.1", 1, 24, 1, normalised=False)],
    "block1": _block("block1", (1, 4), (4, 8, 3, 2), (8, 8), (8, 24, 3, 2)),
    "block2": _block("block2", (24, 24), (24, 24)),
    "block3": _block("block3", (24, 64, 3, 2), (64, 64), (64, 64, 1)),
    "block4": _block("block4", (64, 64, 3, 2), (64, 64), (64, 64)),
    "block5": _block("block5", (64, 128, 3, 2), (128, 128), (128, 128), (128, 64, 1)),
    "block_fusion": [
        *_block("block_fusion", (64, 64), (64, 64)),
        _Layer("block_fusion.2", 64, DESCRIPTOR_SIZE, 1, normalised=False),
    ],
    "heatmap_head": [
        *_block("heatmap_head", (64, 64, 1), (64, 64, 1)),
        _Layer("heatmap_head.2", 64, 1, 1, normalised=False),
    ],
    "keypoint_head": [
        *_block("keypoint_head", (64, 64, 1), (64, 64, 1), (64, 64, 1)),
        _Layer("keypoint_head.3", 64, _KEYPOINT_CLASSES, 1, normalised=False),
    ],
}
"""The layers of each block (Potje et al., section 3.1 and supplementary material)."""


class WrongNetworkError(ValueError):
    """The weights are not those of XFeat: a layer is missing or has another size."""


def encode_xfeat(weights: "Mapping[str, NDArray[Any]]", producer: str) -> bytes:
    """Encode the network with these weights as an ONNX file.

    Parameters
    ----------
    weights
        Arrays by name, as ``torch_weights.read_weights`` returns them.
    producer
        Name of the program, for the file.

    Raises
    ------
    WrongNetworkError
        A layer is missing, or has another size than XFeat's.
    """
    graph = _Graph(weights)
    stem = graph.add("Add", graph.block("block1", "image"), graph.block("skip1", graph.mean("image")))
    fine = graph.block("block3", graph.block("block2", stem))
    middle = graph.block("block4", fine)
    coarse = graph.block("block5", middle)
    pyramid = graph.add("Add", graph.add("Add", fine, graph.enlarge(middle, 2)), graph.enlarge(coarse, 4))
    features = graph.block("block_fusion", pyramid)
    graph.output("features", features)
    graph.output("keypoints", graph.block("keypoint_head", graph.unfold("image")))
    graph.output("reliability", graph.add("Sigmoid", graph.block("heatmap_head", features)))
    cells = ["rows", "columns"]
    return encode_model(
        graph.nodes,
        graph.constants,
        {"image": [1, 1, "height", "width"]},
        {
            "features": [1, DESCRIPTOR_SIZE, *cells],
            "keypoints": [1, _KEYPOINT_CLASSES, *cells],
            "reliability": [1, 1, *cells],
        },
        producer,
    )


def required_weights() -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield name and size of every array that the network needs."""
    for layer in (layer for layers in BLOCKS.values() for layer in layers):
        kernel = (layer.outputs, layer.inputs, layer.kernel, layer.kernel)
        if layer.normalised:
            yield f"{layer.name}.layer.0.weight", kernel
            yield f"{layer.name}.layer.1.running_mean", (layer.outputs,)
            yield f"{layer.name}.layer.1.running_var", (layer.outputs,)
        else:
            yield f"{layer.name}.weight", kernel
            yield f"{layer.name}.bias", (layer.outputs,)


@dataclass(slots=True)
class _Graph:
    """The operations and constants of the network while it is built; each method returns the name of its result."""

    weights: "Mapping[str, NDArray[Any]]"
    nodes: list[bytes] = field(default_factory=list)
    constants: "dict[str, Any]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, size in required_weights():
            if name not in self.weights or self.weights[name].shape != size:
                raise WrongNetworkError(name)

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Append an operation."""
        output = f"{operator}_{len(self.nodes)}"
        self.nodes.append(encode_node(operator, inputs, output, **attributes))
        return output

    def output(self, name: str, source: str) -> None:
        """Name an output."""
        self.nodes.append(encode_node("Identity", [source], name))

    def block(self, name: str, source: str) -> str:
        """Append the layers of a block."""
        for layer in BLOCKS[name]:
            source = self._convolve(layer, source)
        return source

    def mean(self, source: str) -> str:
        """Reduce an image to the means of 4 × 4 pixels."""
        return self.add("AveragePool", source, kernel_shape=[4, 4], strides=[4, 4])

    def enlarge(self, source: str, factor: int) -> str:
        """Enlarge a map bilinearly."""
        import numpy as np

        scales = f"scales_{factor}"
        self.constants[scales] = np.array([1, 1, factor, factor], np.float32)
        return self.add("Resize", source, "", scales, mode="linear", coordinate_transformation_mode="half_pixel")

    def unfold(self, source: str) -> str:
        """Turn each cell of 8 × 8 pixels into 64 channels, by a convolution that copies."""
        import numpy as np

        self.constants["copy"] = np.eye(_CELL_PX**2, dtype=np.float32).reshape(_CELL_PX**2, 1, _CELL_PX, _CELL_PX)
        return self.add("Conv", source, "copy", kernel_shape=[_CELL_PX] * 2, strides=[_CELL_PX] * 2)

    def _convolve(self, layer: _Layer, source: str) -> str:
        kernel, bias = self._folded(layer)
        self.constants[f"{layer.name}.kernel"], self.constants[f"{layer.name}.bias"] = kernel, bias
        result = self.add(
            "Conv", source, f"{layer.name}.kernel", f"{layer.name}.bias",
            kernel_shape=[layer.kernel] * 2, strides=[layer.stride] * 2, pads=[layer.kernel // 2] * 4,
        )  # fmt: skip
        return self.add("Relu", result) if layer.normalised else result

    def _folded(self, layer: _Layer) -> "tuple[Array, Array]":
        """Return kernel and bias of a convolution, its batch normalisation (without scale and shift) folded in."""
        import numpy as np

        if not layer.normalised:
            return self._array(f"{layer.name}.weight"), self._array(f"{layer.name}.bias")
        kernel = self._array(f"{layer.name}.layer.0.weight").astype(np.float64)
        mean, variance = (self._array(f"{layer.name}.layer.1.running_{one}") for one in ("mean", "var"))
        factor = 1 / np.sqrt(variance.astype(np.float64) + _EPSILON)
        return (kernel * factor[:, None, None, None]).astype(np.float32), (-mean * factor).astype(np.float32)

    def _array(self, name: str) -> "Array":
        import numpy as np

        return np.asarray(self.weights[name], np.float32)
