"""The operations and weights of an ONNX file, read so that they can be changed and written again.

The numbers of the fields are those of ``onnx.proto`` (ONNX 1.16). Attributes and everything that is not changed stay
encoded as they were read.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.formats.protobuf_wire import encode_bytes_field, encode_number_field, iter_fields_strict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Weights = NDArray[np.float32]

_NODE, _INITIALIZER = 1, 5  # GraphProto
_INPUT, _OUTPUT, _NAME, _OPERATOR, _ATTRIBUTE = 1, 2, 3, 4, 5  # NodeProto
_ATTRIBUTE_NAME, _ATTRIBUTE_TENSOR, _ATTRIBUTE_INTS = 1, 5, 8
_DIMENSION, _TYPE, _TENSOR_NAME, _RAW = 1, 2, 8, 9  # TensorProto
_FLOAT = 1


@dataclass(slots=True, eq=False)
class Node:
    """One operation, with one output."""

    operator: str
    inputs: list[str]
    output: str
    attributes: list[bytes]
    """Encoded, as they were read."""

    @property
    def is_padded(self) -> bool:
        """Whether a convolution adds a border of zeros."""
        for attribute in self.attributes:
            fields = list(iter_fields_strict(attribute))
            if any(one.number == _ATTRIBUTE_NAME and one.value == b"pads" for one in fields):
                return any(one.number == _ATTRIBUTE_INTS and one.value != 0 for one in fields)
        return False

    def encode(self) -> bytes:
        """Encode the operation (``NodeProto``)."""
        names = [*((_INPUT, one) for one in self.inputs), (_OUTPUT, self.output), (_NAME, self.output)]
        return b"".join(
            [
                *(encode_bytes_field(number, name) for number, name in names),
                encode_bytes_field(_OPERATOR, self.operator),
                *(encode_bytes_field(_ATTRIBUTE, one) for one in self.attributes),
            ]
        )


@dataclass(slots=True)
class Graph:
    """A network."""

    nodes: list[Node] = field(default_factory=list)
    weights: "dict[str, Weights]" = field(default_factory=dict)
    """Constants of 32-bit floats."""
    rest: list[bytes] = field(default_factory=list)
    """Everything else, encoded."""
    _n_new: int = 0

    def add_weights(self, weights: "Weights") -> str:
        """Add a constant; return its name."""
        self._n_new += 1
        name = f"fused_{self._n_new}"
        self.weights[name] = weights
        return name

    def scalar(self, node: Node) -> tuple[float, str] | None:
        """Return the constant and the other input of an operation on two; None unless just one is a single number."""
        constants = [one for one in node.inputs if one in self.weights and self.weights[one].size == 1]
        others = [one for one in node.inputs if one not in self.weights]
        if len(constants) != 1 or len(others) != 1 or len(node.inputs) != 2:
            return None
        return float(self.weights[constants[0]].ravel()[0]), others[0]


def read_graph(message: bytes) -> Graph:
    """Read a graph (``GraphProto``).

    Raises
    ------
    ValueError
        The bytes are no graph, or one with operations of several outputs.
    """
    graph = Graph()
    for one in iter_fields_strict(message):
        if not isinstance(one.value, bytes):
            raise ValueError("a graph with a number of its own")
        if one.number == _NODE:
            node = _read_node(one.value)
            if node.operator == "Constant" and node.attributes:
                tensors = [
                    part.value
                    for part in iter_fields_strict(node.attributes[0])
                    if part.number == _ATTRIBUTE_TENSOR and isinstance(part.value, bytes)
                ]
                constant = _read_tensor(tensors[0]) if tensors else None
                if constant is not None:
                    graph.weights[node.output] = constant[1]
                    continue
            graph.nodes.append(node)
        elif one.number == _INITIALIZER and (tensor := _read_tensor(one.value)) is not None:
            graph.weights[tensor[0]] = tensor[1]
        else:
            graph.rest.append(encode_bytes_field(one.number, one.value))
    return graph


def _read_node(message: bytes) -> Node:
    texts: dict[int, list[bytes]] = {_INPUT: [], _OUTPUT: [], _OPERATOR: [], _ATTRIBUTE: []}
    for one in iter_fields_strict(message):
        if one.number in texts and isinstance(one.value, bytes):
            texts[one.number].append(one.value)
    if len(texts[_OUTPUT]) != 1 or len(texts[_OPERATOR]) != 1:
        raise ValueError("an operation of several outputs")
    names = [one.decode() for one in texts[_INPUT]]
    return Node(texts[_OPERATOR][0].decode(), names, texts[_OUTPUT][0].decode(), texts[_ATTRIBUTE])


def _read_tensor(message: bytes) -> "tuple[str, Weights] | None":
    """Return name and values of a constant of 32-bit floats; None for another type or encoding."""
    import numpy as np

    shape, kind, name, raw = [], 0, "", None
    for one in iter_fields_strict(message):
        match one.number, one.value:
            case (1, int(length)):
                shape.append(length)
            case (2, int(number)):
                kind = number
            case (8, bytes(text)):
                name = text.decode()
            case (9, bytes(values)):
                raw = values
    if kind != _FLOAT or raw is None:
        return None
    return name, np.frombuffer(raw, "<f4").reshape(shape)


def graph_outputs(graph: Graph) -> set[str]:
    """Return the names that the graph declares (``GraphProto.output``, 12)."""
    declared = [one.value for part in graph.rest for one in iter_fields_strict(part) if one.number == 12]
    names = [
        one.value
        for value in declared
        if isinstance(value, bytes)
        for one in iter_fields_strict(value)
        if one.number == 1
    ]
    return {one.decode() for one in names if isinstance(one, bytes)}


def write_graph(graph: Graph) -> bytes:
    """Encode a graph, without the constants that nothing uses."""
    used = {name for one in graph.nodes for name in one.inputs}
    constants = (encode_bytes_field(_INITIALIZER, _tensor(*one)) for one in graph.weights.items() if one[0] in used)
    return b"".join([*(encode_bytes_field(_NODE, one.encode()) for one in graph.nodes), *constants, *graph.rest])


def _tensor(name: str, values: "Weights") -> bytes:
    shape = b"".join(encode_number_field(_DIMENSION, length) for length in values.shape)
    raw = values.astype("<f4").tobytes()
    return (
        shape
        + encode_number_field(_TYPE, _FLOAT)
        + encode_bytes_field(_TENSOR_NAME, name)
        + encode_bytes_field(_RAW, raw)
    )
