"""The network: convolutions only, so that OpenCV runs it, about a million weights.

After Shi, Bai and Yao, "An End-to-End Trainable Neural Network for Image-based Sequence Recognition" (2015), with
convolutions along the line in place of the recurrent part. Each column of the last layer answers for two steps of two
pixels, so that thin letters side by side stay apart.
"""

from typing import TYPE_CHECKING

from opsec.vision.ocr.charset import ALPHABET
from opsec.vision.ocr.line_recogniser import HEIGHT_PX

if TYPE_CHECKING:
    from torch import nn

CLASSES = len(ALPHABET) + 1
STEPS_A_COLUMN = 2
_WIDE = 288
_DILATIONS = (1, 2, 4, 1, 2, 4)


def line_network() -> "nn.Module":
    """A fresh network: (batch, 1, 40, width) in, (batch, 2 x classes, width / 4) out, not yet a probability."""
    from torch import nn

    def seen(before: int, after: int, stride: tuple[int, int] = (1, 1)) -> list[nn.Module]:
        return [nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)]

    class Along(nn.Module):  # type: ignore[misc]  # torch is not looked into
        """Looks along the line: what stands beside a letter tells which it is."""

        def __init__(self, dilation: int) -> None:
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(
                    _WIDE, _WIDE, (1, 9), padding=(0, 4 * dilation), dilation=(1, dilation), groups=_WIDE, bias=False
                ),
                nn.BatchNorm2d(_WIDE),
                nn.Conv2d(_WIDE, _WIDE, 1, bias=False),
                nn.BatchNorm2d(_WIDE),
                nn.ReLU(inplace=True),
            )

        def forward(self, line):  # type: ignore[no-untyped-def]
            return line + self.body(line)

    return nn.Sequential(
        *seen(1, 24, (2, 2)),
        *seen(24, 48, (2, 2)),
        *seen(48, 96),
        *seen(96, 128, (2, 1)),
        *seen(128, 128),
        nn.Conv2d(128, _WIDE, (HEIGHT_PX // 8, 1), bias=False),
        nn.BatchNorm2d(_WIDE),
        nn.ReLU(inplace=True),
        *(Along(dilation) for dilation in _DILATIONS),
        nn.Conv2d(_WIDE, STEPS_A_COLUMN * CLASSES, 1),
        nn.Flatten(2),
    )
