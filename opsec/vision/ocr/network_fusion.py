"""Rewriting of a network into fewer operations of the same answer, before it is loaded.

The text detector comes as PaddleOCR exports it: each convolution is followed by a factor and a summand ("learnable
affine block") and by a hard swish in four steps, and onnxruntime makes a pass over the whole image for each of them.
Two identities leave one operation of three: a factor or a summand beside a convolution is part of its weights (a
summand before one only where no border is padded), and x · min(max(x + 3, 0), 6) / 6 is ``HardSwish``.

The numbers of the fields are those of ``onnx.proto`` (ONNX 1.16).
"""

from collections import Counter
from typing import TYPE_CHECKING

from opsec.formats.protobuf_wire import encode_bytes_field, encode_number_field, iter_fields_strict
from opsec.vision.ocr.onnx_graph import Graph, Node, graph_outputs, read_graph, write_graph

if TYPE_CHECKING:
    from opsec.vision.ocr.onnx_graph import Weights

_GRAPH, _OPERATORS, _VERSION = 7, 8, 2  # ModelProto.graph, opset_import; OperatorSetIdProto.version
_HARD_SWISH_VERSION = 14
"""Version of the operators that has ``HardSwish``."""


def fuse_operations(content: bytes) -> bytes:
    """Rewrite an ONNX file; one without anything to fuse keeps its operations.

    Raises
    ------
    ValueError
        The bytes are not an ONNX file with operations of one output.
    """
    fields = list(iter_fields_strict(content))
    graphs = [one.value for one in fields if one.number == _GRAPH and isinstance(one.value, bytes)]
    if len(graphs) != 1:
        raise ValueError("no graph")
    graph = read_graph(graphs[0])
    fused = _fuse_hard_swish(graph)
    while _fold_scalars(graph):
        pass
    encoded = []
    for one in fields:
        if one.number == _GRAPH:
            encoded.append(encode_bytes_field(_GRAPH, write_graph(graph)))
        elif one.number == _OPERATORS and isinstance(one.value, bytes) and fused:
            encoded.append(encode_bytes_field(_OPERATORS, _raise_version(one.value)))
        else:
            encoded.append(_encode_field(one.number, one.value))
    return b"".join(encoded)


def _fuse_hard_swish(graph: Graph) -> bool:
    """Replace Add 3, Clip, Mul, Div 6 by one operation; return whether there were any."""
    made_by = {one.output: one for one in graph.nodes}
    replaced: dict[str, Node] = {}
    for node in graph.nodes:
        scalar = graph.scalar(node)
        product = made_by.get(scalar[1]) if scalar and node.operator == "Div" and scalar[0] == 6 else None
        if product is None or product.operator != "Mul" or len(product.inputs) != 2:
            continue
        source, clipped = product.inputs
        clip = made_by.get(clipped)
        if clip is not None and clip.operator == "Clip" and _is_shifted_clip(graph, clip, made_by, source):
            replaced[node.output] = Node("HardSwish", [source], node.output, [])
    graph.nodes = _needed([replaced.get(one.output, one) for one in graph.nodes], graph)
    return bool(replaced)


def _is_shifted_clip(graph: Graph, clip: Node, made_by: dict[str, Node], source: str) -> bool:
    """Return whether an operation clips ``source`` + 3 to 0 and 6."""
    shift = made_by.get(clip.inputs[0])
    limits = [float(graph.weights[one].ravel()[0]) for one in clip.inputs[1:] if one in graph.weights]
    return (
        limits == [0.0, 6.0] and shift is not None and shift.operator == "Add" and graph.scalar(shift) == (3.0, source)
    )


def _needed(nodes: list[Node], graph: Graph) -> list[Node]:
    """Drop the operations whose result nothing uses; outputs of the graph are named in ``graph.rest``."""
    outputs = graph_outputs(graph)
    kept = nodes
    while True:
        used = {name for one in kept for name in one.inputs} | outputs
        fewer = [one for one in kept if one.output in used]
        if len(fewer) == len(kept):
            return kept
        kept = fewer


def _fold_scalars(graph: Graph) -> bool:
    """Fold single numbers into the convolutions beside them; return whether any was folded."""
    uses = Counter(name for one in graph.nodes for name in one.inputs)
    uses.update(graph_outputs(graph))
    made_by = {one.output: one for one in graph.nodes}
    users: dict[str, list[Node]] = {}
    for node in graph.nodes:
        for name in node.inputs:
            users.setdefault(name, []).append(node)
    dropped: set[int] = set()
    touched: set[int] = set()
    for node in graph.nodes:
        scalar = graph.scalar(node) if node.operator in {"Mul", "Add"} else None
        if scalar is None:
            continue
        number, source = scalar
        before, after = made_by.get(source), users.get(node.output, [])
        beside = {id(node), id(before), *map(id, after)}
        if beside & touched:  # its neighbours changed in this round; the next one sees them as they are
            continue
        if before is not None and before.operator == "Conv" and uses[source] == 1:
            _fold_after(graph, before, node, number)
        elif len(after) == uses[node.output] and all(_takes(one, node) for one in after) and after:
            for one in after:
                _fold_before(graph, one, node.operator, number, source)
        elif node.operator == "Add" and before is not None and before.operator == "Mul" and uses[source] == 1:
            factor = graph.scalar(before)
            if factor is None or not factor[0]:
                continue
            before.operator, before.inputs = "Add", [factor[1], _scalar(graph, number / factor[0])]
            node.operator, node.inputs = "Mul", [source, _scalar(graph, factor[0])]
            touched |= beside
            continue
        else:
            continue
        dropped.add(id(node))
        touched |= beside
    graph.nodes = [one for one in graph.nodes if id(one) not in dropped]
    return bool(touched)


def _takes(convolution: Node, node: Node) -> bool:
    """Return whether a convolution of the result of a Mul or an Add can take its number."""
    is_input = convolution.operator == "Conv" and convolution.inputs[0] == node.output
    return (
        is_input and node.output not in convolution.inputs[1:] and (node.operator == "Mul" or not convolution.is_padded)
    )


def _scalar(graph: Graph, number: float) -> str:
    import numpy as np

    return graph.add_weights(np.array([number], np.float32))


def _weights_of(graph: Graph, convolution: Node) -> "tuple[Weights, Weights]":
    """Return the kernels of a convolution, shape (out, in, height, width), and its summands, shape (out,)."""
    import numpy as np

    kernels = graph.weights[convolution.inputs[1]]
    has_summands = len(convolution.inputs) > 2
    return kernels, graph.weights[convolution.inputs[2]] if has_summands else np.zeros(len(kernels), np.float32)


def _set_weights(graph: Graph, convolution: Node, kernels: "Weights", summands: "Weights") -> None:
    import numpy as np

    names = [graph.add_weights(np.asarray(one, np.float32)) for one in (kernels, summands)]
    convolution.inputs = [convolution.inputs[0], *names]


def _fold_after(graph: Graph, convolution: Node, node: Node, number: float) -> None:
    kernels, summands = _weights_of(graph, convolution)
    if node.operator == "Mul":
        kernels, summands = kernels * number, summands * number
    else:
        summands = summands + number
    _set_weights(graph, convolution, kernels, summands)
    convolution.output = node.output


def _fold_before(graph: Graph, convolution: Node, operator: str, number: float, source: str) -> None:
    kernels, summands = _weights_of(graph, convolution)
    if operator == "Mul":
        kernels = kernels * number
    else:
        summands = summands + number * kernels.reshape(len(kernels), -1).sum(axis=1)
    _set_weights(graph, convolution, kernels, summands)
    convolution.inputs[0] = source


def _raise_version(operators: bytes) -> bytes:
    """Raise the version of the standard operators to that of ``HardSwish``."""
    encoded = []
    for one in iter_fields_strict(operators):
        value = one.value
        if one.number == _VERSION and isinstance(value, int):
            value = max(value, _HARD_SWISH_VERSION)
        encoded.append(_encode_field(one.number, value))
    return b"".join(encoded)


def _encode_field(number: int, value: int | float | bytes) -> bytes:
    if isinstance(value, bytes):
        return encode_bytes_field(number, value)
    if isinstance(value, int):
        return encode_number_field(number, value)
    raise ValueError("a number of a type that ONNX files do not have here")
