"""The network of LighterGlue as an ONNX graph, built from its published weights.

LighterGlue (Potje et al., CVPR 2024, as published with XFeat) is LightGlue (Lindenberger, Sarlin and Pollefeys, ICCV
2023) for the descriptors of XFeat: six layers of self- and cross-attention with one head and 96 channels. The graph is
that of all six layers, without early exit and pruning. Linear maps that follow each other are multiplied out, the
rotary encoding (Su et al., 2021) is a second linear map, and the scale of the attention is part of the weights.

Inputs for each of two images: ``positions`` (n, 2), pixels from the middle of the image over half its longest side, and
``descriptors`` (n, 64) of length 1. Output ``scores`` (n of the first, n of the second): the logarithm of the chance
that two features match.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsec.landmark_models.onnx_writer import encode_model, encode_node
from opsec.landmark_models.xfeat_network import DESCRIPTOR_SIZE, WrongNetworkError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LAYERS, CHANNELS = 6, 96
OPSET = 20
"""First version that has ``Gelu``; that of OpenCV's other models has no ``LayerNormalization`` either."""
_PREFIX = "matcher."
"""Of the names of the weights: the file also holds those of the extractor with which they were trained."""
_EPSILON = 1e-5
"""Added to the variance by layer normalisation; the default of PyTorch, with which it was trained."""
_IMAGES = ("0", "1")
_INPUT_SIZES = {"positions": 2, "descriptors": DESCRIPTOR_SIZE}


def encode_lighterglue(weights: "Mapping[str, NDArray[Any]]", producer: str) -> bytes:
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
        A layer is missing, or has another size than LighterGlue's.
    """
    graph = _Graph(weights)
    features = [graph.linear(f"descriptors{one}", "input_proj") for one in _IMAGES]
    turns = [graph.rotary_encoding(f"positions{one}") for one in _IMAGES]
    for layer in range(LAYERS):
        block = f"transformers.{layer}"
        features = [
            graph.attend_to_itself(f"{block}.self_attn", one, turn) for one, turn in zip(features, turns, strict=True)
        ]
        features = graph.attend_to_each_other(f"{block}.cross_attn", features)
    graph.output_scores(f"log_assignment.{LAYERS - 1}", features)
    inputs: dict[str, list[int | str]] = {
        f"{kind}{one}": [f"features{one}", size] for one in _IMAGES for kind, size in _INPUT_SIZES.items()
    }
    outputs: dict[str, list[int | str]] = {"scores": [f"features{one}" for one in _IMAGES]}
    return encode_model(graph.nodes, graph.constants, inputs, outputs, producer, opset=OPSET)


def required_matcher_weights() -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield name and size of every array that the network needs."""
    yield f"{_PREFIX}posenc.Wr.weight", (CHANNELS // 2, 2)
    linear: list[tuple[str, int, int]] = [("input_proj", CHANNELS, DESCRIPTOR_SIZE)]
    for layer in range(LAYERS):
        own, cross = (f"transformers.{layer}.{kind}_attn" for kind in ("self", "cross"))
        linear += [(f"{own}.Wqkv", 3 * CHANNELS, CHANNELS), (f"{own}.out_proj", CHANNELS, CHANNELS)]
        linear += [(f"{cross}.{name}", CHANNELS, CHANNELS) for name in ("to_qk", "to_v", "to_out")]
        for block in (own, cross):
            linear += [(f"{block}.ffn.0", 2 * CHANNELS, 2 * CHANNELS), (f"{block}.ffn.3", CHANNELS, 2 * CHANNELS)]
            yield f"{_PREFIX}{block}.ffn.1.weight", (2 * CHANNELS,)
            yield f"{_PREFIX}{block}.ffn.1.bias", (2 * CHANNELS,)
    last = f"log_assignment.{LAYERS - 1}"
    linear += [(f"{last}.matchability", 1, CHANNELS), (f"{last}.final_proj", CHANNELS, CHANNELS)]
    for name, outputs, inputs in linear:
        yield f"{_PREFIX}{name}.weight", (outputs, inputs)
        yield f"{_PREFIX}{name}.bias", (outputs,)


@dataclass(slots=True)
class _Graph:
    """The operations and constants of the network while it is built; each method returns the name of its result."""

    weights: "Mapping[str, NDArray[Any]]"
    nodes: list[bytes] = field(default_factory=list)
    constants: "dict[str, Any]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, size in required_matcher_weights():
            if name not in self.weights or self.weights[name].shape != size:
                raise WrongNetworkError(name)

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Append an operation."""
        output = f"{operator}_{len(self.nodes)}"
        self.nodes.append(encode_node(operator, inputs, output, **attributes))
        return output

    def linear(self, source: str, name: str, scale: float = 1.0) -> str:
        """Append a linear map of the weights, its result scaled."""
        weight, bias = self._linear(name)
        return self._map(source, scale * weight, scale * bias)

    def rotary_encoding(self, positions: str) -> tuple[str, str]:
        """Append the cosine and the sine by which the positions turn each pair of channels."""
        import numpy as np

        frequencies = np.repeat(self._array("posenc.Wr.weight"), 2, axis=0)
        angles = self.add("MatMul", positions, self._constant(frequencies.T))
        return self.add("Cos", angles), self.add("Sin", angles)

    def attend_to_itself(self, block: str, features: str, turns: tuple[str, str]) -> str:
        """Append the self-attention of an image."""
        weight, bias = self._linear(f"{block}.Wqkv")
        query = self._turned(features, CHANNELS**-0.5 * weight[0::3], CHANNELS**-0.5 * bias[0::3], turns)
        key = self._turned(features, weight[1::3], bias[1::3], turns)
        value = self._map(features, weight[2::3], bias[2::3])
        attention = self.add("Softmax", self.add("Gemm", query, key, transB=1), axis=-1)
        return self._update(block, features, self.add("MatMul", attention, value), f"{block}.out_proj")

    def attend_to_each_other(self, block: str, features: list[str]) -> list[str]:
        """Append the cross-attention of two images."""
        keys = [self.linear(one, f"{block}.to_qk", CHANNELS**-0.25) for one in features]
        first, second = (self.linear(one, f"{block}.to_v") for one in features)
        similarity = self.add("Gemm", *keys, transB=1)
        there = self.add("Softmax", similarity, axis=-1)
        back = self.add("Softmax", self.add("Transpose", similarity, perm=[1, 0]), axis=-1)
        messages = [self.add("MatMul", there, second), self.add("MatMul", back, first)]
        return [
            self._update(block, one, message, f"{block}.to_out")
            for one, message in zip(features, messages, strict=True)
        ]

    def output_scores(self, block: str, features: list[str]) -> None:
        """Append the logarithm of the chance of each pair, from both softmaxes and the chance of having a match."""
        projected = [self.linear(one, f"{block}.final_proj", CHANNELS**-0.25) for one in features]
        similarity = self.add("Gemm", *projected, transB=1)
        both = self.add("Add", self.add("LogSoftmax", similarity, axis=1), self.add("LogSoftmax", similarity, axis=0))
        here, there = (self._log_sigmoid(self.linear(one, f"{block}.matchability")) for one in features)
        certain = self.add("Add", here, self.add("Transpose", there, perm=[1, 0]))
        self.nodes.append(encode_node("Add", [both, certain], "scores"))

    def _log_sigmoid(self, source: str) -> str:
        return self.add("Neg", self.add("Softplus", self.add("Neg", source)))

    def _turned(self, source: str, weight: "Floats", bias: "Floats", turns: tuple[str, str]) -> str:
        """Append a linear map whose pairs of channels are turned: cos · x + sin · (x turned by 90°)."""
        import numpy as np

        quarter = np.zeros((CHANNELS, CHANNELS))
        even = np.arange(0, CHANNELS, 2)
        quarter[even, even + 1], quarter[even + 1, even] = -1, 1
        cosine, sine = turns
        straight = self.add("Mul", self._map(source, weight, bias), cosine)
        return self.add("Add", straight, self.add("Mul", self._map(source, quarter @ weight, quarter @ bias), sine))

    def _update(self, block: str, features: str, message: str, projection: str) -> str:
        """Append the perceptron that adds a message, after its projection, to the features."""
        (first, bias), (projected, offset) = self._linear(f"{block}.ffn.0"), self._linear(projection)
        own, other = first[:, :CHANNELS], first[:, CHANNELS:]
        hidden = self.add(
            "Gemm", message, self._constant((other @ projected).T),
            self._map(features, own, bias + other @ offset),
        )  # fmt: skip
        scale, shift = (self._constant(self._array(f"{block}.ffn.1.{one}")) for one in ("weight", "bias"))
        hidden = self.add("Gelu", self.add("LayerNormalization", hidden, scale, shift, axis=-1, epsilon=_EPSILON))
        return self.add("Add", features, self.linear(hidden, f"{block}.ffn.3"))

    def _map(self, source: str, weight: "Floats", bias: "Floats") -> str:
        return self.add("Gemm", source, self._constant(weight.T), self._constant(bias))

    def _constant(self, values: "Floats") -> str:
        import numpy as np

        name = f"weights_{len(self.constants)}"
        self.constants[name] = np.ascontiguousarray(values, np.float32)
        return name

    def _linear(self, name: str) -> "tuple[Floats, Floats]":
        return self._array(f"{name}.weight"), self._array(f"{name}.bias")

    def _array(self, name: str) -> "Floats":
        import numpy as np

        return np.asarray(self.weights[f"{_PREFIX}{name}"], np.float64)
