"""Restore a trainable network from an ONNX file, in which batch normalisation is folded into the convolutions.

The exporter folds each normalisation into its convolution (Jacob and others, 2018). Here the normalisations are set
from the statistics of rendered lines so that they change nothing.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsec.devtools.ocr_training.augmentation import augment, normalise_batch
from opsec.devtools.ocr_training.batches import Batch
from opsec.devtools.ocr_training.network import build_network

if TYPE_CHECKING:
    from torch import nn


class ArchitectureMismatchError(ValueError):
    """The convolutions of the file are not those of ``build_network``."""


def unfold_batchnorm(weights: Path, calibration: Batch) -> "nn.Module":
    """Load the network of an ONNX file that ``trainer.save_checkpoint`` wrote, ready to be trained further.

    Parameters
    ----------
    weights
        The ONNX file.
    calibration
        Lines whose activations set the normalisations: each takes the mean and the variance of its input and
        restores them, so that the network answers as before, in training and in evaluation mode.

    Raises
    ------
    OtherNetworkError
        The convolutions of the file are not those of ``build_network``.
    """
    import torch

    net = build_network()
    biases = _load_kernels(net, _read_convolutions(weights))
    hooks = [norm.register_forward_pre_hook(_identity_hook(bias)) for norm, bias in biases]
    with torch.no_grad():
        net.eval()(augment(*normalise_batch(calibration, torch.device("cpu"))))
    for hook in hooks:
        hook.remove()
    return net


def _read_convolutions(weights: Path) -> list[tuple[Any, Any]]:
    """Return kernel and bias of every convolution, in order of execution."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(weights)).graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    return [(values[node.input[1]], values[node.input[2]]) for node in graph.node if node.op_type == "Conv"]


def _load_kernels(net: "nn.Module", convolutions: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Set the kernels; return each normalisation after them with the bias that it has to add."""
    import torch
    from torch import nn

    layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d | nn.BatchNorm2d)]
    kernels = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
    if [tuple(layer.weight.shape) for layer in kernels] != [kernel.shape for kernel, _ in convolutions]:
        raise ArchitectureMismatchError(f"{len(convolutions)} convolutions for {len(kernels)}")
    biases = []
    for layer, (kernel, bias) in zip(kernels, convolutions, strict=True):
        layer.weight.data = torch.tensor(kernel)
        if layer.bias is not None:
            layer.bias.data = torch.tensor(bias)
        else:
            biases.append((layers[layers.index(layer) + 1], torch.tensor(bias)))
    return biases


def _identity_hook(bias: Any) -> Any:
    """Return a forward hook that sets a normalisation to restore the statistics of its input and add ``bias``."""

    def set_statistics(norm: Any, inputs: tuple[Any, ...]) -> None:
        activations = inputs[0].float()
        mean, variance = activations.mean((0, 2, 3)), activations.var((0, 2, 3), unbiased=False)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.copy_(mean + bias)

    return set_statistics
