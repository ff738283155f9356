"""Network of the line recogniser: convolutions only, so that OpenCV runs it; about a million weights.

After Shi, Bai and Yao, "An End-to-End Trainable Neural Network for Image-based Sequence Recognition" (2015), with
convolutions along the line in place of the recurrent part. Each column of the last layer gives two steps of two
pixels, so that thin letters side by side stay apart.
"""

from typing import TYPE_CHECKING

from opsec.vision.ocr.charset import ALPHABET
from opsec.vision.ocr.line_recogniser import HEIGHT_PX, STEPS_PER_COLUMN

if TYPE_CHECKING:
    from torch import nn

N_CLASSES = len(ALPHABET) + 1
"""Characters and the blank."""
_CHANNELS = 288
_DILATIONS = (1, 2, 4, 1, 2, 4)


def build_network() -> "nn.Module":
    """Build an untrained network.

    Returns
    -------
    Module
        Takes (batch, 1, 40, width) and returns logits, shape (batch, 2 x classes, width / 4).
    """
    from torch import nn

    return nn.Sequential(
        *_conv_block(1, 24, (2, 2)),
        *_conv_block(24, 48, (2, 2)),
        *_conv_block(48, 96),
        *_conv_block(96, 128, (2, 1)),
        *_conv_block(128, 128),
        nn.Conv2d(128, _CHANNELS, (HEIGHT_PX // 8, 1), bias=False),
        nn.BatchNorm2d(_CHANNELS),
        nn.ReLU(inplace=True),
        *(_dilated_block(dilation) for dilation in _DILATIONS),
        nn.Conv2d(_CHANNELS, STEPS_PER_COLUMN * N_CLASSES, 1),
        nn.Flatten(2),
    )


def _conv_block(n_in: int, n_out: int, stride: tuple[int, int] = (1, 1)) -> "list[nn.Module]":
    """Make a 3 x 3 convolution with normalisation and activation."""
    from torch import nn

    return [nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU(inplace=True)]


def _dilated_block(dilation: int) -> "nn.Module":
    """Make a residual dilated convolution along the line: the neighbours of a letter help to identify it."""
    from torch import nn

    reach = {"padding": (0, 4 * dilation), "dilation": (1, dilation)}

    class DilatedBlock(nn.Module):  # type: ignore[misc]  # mypy does not follow torch
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(_CHANNELS, _CHANNELS, (1, 9), groups=_CHANNELS, bias=False, **reach),
                nn.BatchNorm2d(_CHANNELS),
                nn.Conv2d(_CHANNELS, _CHANNELS, 1, bias=False),
                nn.BatchNorm2d(_CHANNELS),
                nn.ReLU(inplace=True),
            )

        def forward(self, line):  # type: ignore[no-untyped-def]
            return line + self.body(line)

    return DilatedBlock()
