"""From shipped weights back to a network that can learn on: an ONNX file holds each normalisation folded into its
convolution (Jacob and others, 2018), so the normalisations are set anew, to change nothing, from lines that are drawn.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsec.devtools.ocr_training.augmentation import normalised, worn_again
from opsec.devtools.ocr_training.batches import Batch
from opsec.devtools.ocr_training.network import line_network

if TYPE_CHECKING:
    from torch import nn


class OtherNetworkError(ValueError):
    """The file holds a network of another shape."""


def unfolded(weights: Path, drawn: Batch) -> "nn.Module":
    """The network of an ONNX file that ``learning.keep`` wrote, ready to learn on.

    Each normalisation takes the mean and spread of what reaches it from ``drawn`` and gives them back, so that the
    network answers as before, in learning and in reading.

    Raises
    ------
    OtherNetworkError
        The convolutions are not those of ``line_network``.
    """
    import torch

    net = line_network()
    shifts = _filled_in(net, _convolutions(weights))
    hooks = [norm.register_forward_pre_hook(_gives_back(shift)) for norm, shift in shifts]
    with torch.no_grad():
        net.eval()(worn_again(*normalised(drawn, torch.device("cpu"))))
    for hook in hooks:
        hook.remove()
    return net


def _convolutions(weights: Path) -> list[tuple[Any, Any]]:
    """Kernel and shift of every convolution, in the order of their running."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(weights)).graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    return [(values[node.input[1]], values[node.input[2]]) for node in graph.node if node.op_type == "Conv"]


def _filled_in(net: "nn.Module", convolutions: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Set the kernels; the normalisations behind them with the shift that each has to add."""
    import torch
    from torch import nn

    layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d | nn.BatchNorm2d)]
    kernels = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
    if [tuple(layer.weight.shape) for layer in kernels] != [kernel.shape for kernel, _ in convolutions]:
        raise OtherNetworkError(f"{len(convolutions)} convolutions for {len(kernels)}")
    shifts = []
    for layer, (kernel, shift) in zip(kernels, convolutions, strict=True):
        layer.weight.data = torch.tensor(kernel)
        if layer.bias is not None:
            layer.bias.data = torch.tensor(shift)
        else:
            shifts.append((layers[layers.index(layer) + 1], torch.tensor(shift)))
    return shifts


def _gives_back(shift: Any) -> Any:
    def set_anew(norm: Any, given: tuple[Any, ...]) -> None:
        seen = given[0].float()
        mean, spread = seen.mean((0, 2, 3)), seen.var((0, 2, 3), unbiased=False)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(spread)
        norm.weight.copy_((spread + norm.eps).sqrt())
        norm.bias.copy_(mean + shift)

    return set_anew
