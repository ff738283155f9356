"""Drawn lines worn once more on the device that learns, so that a picture may be shown several times and is never
twice the same: other noise, another focus, ink and board exchanged, something passing in front."""

from typing import TYPE_CHECKING

from opsec.devtools.ocr_training.batches import Batch
from opsec.vision.ocr.line_recogniser import FLAT, HEIGHT_PX

if TYPE_CHECKING:
    import torch

_NOISY, _NOISE = 0.35, 0.35
_SOFT = 0.25
_COVERED, _COVER_PX = 0.08, 14
_LIFTED, _LIFT_PX = 0.4, 2


def normalised(batch: Batch, device: "torch.device") -> "tuple[torch.Tensor, torch.Tensor]":
    """Pictures (n, 1, 40, width) of mean 0 and spread 1 inside each line's own width, as the reader makes them, and
    which of their columns belong to the line, (n, 1, 1, width)."""
    import torch

    grey = torch.from_numpy(batch.pictures).to(device, non_blocking=True).float()[:, None]
    widths = torch.from_numpy(batch.widths_px).to(device, non_blocking=True)
    inside = (torch.arange(grey.shape[3], device=device)[None] < widths[:, None])[:, None, None].float()
    share = 1 / (widths.float() * HEIGHT_PX)[:, None, None, None]
    mean = (grey * inside).sum((2, 3), keepdim=True) * share
    spread = (((grey - mean) * inside).square().sum((2, 3), keepdim=True) * share).sqrt().clamp_min(FLAT)
    return (grey - mean) / spread * inside, inside


def worn_again(pictures: "torch.Tensor", inside: "torch.Tensor") -> "torch.Tensor":
    """The same lines, each with its own share of chance; still about mean 0 and spread 1."""
    import torch
    from torch.nn.functional import avg_pool2d

    count = pictures.shape[0]

    def some(share: float) -> torch.Tensor:
        return (torch.rand(count, 1, 1, 1, device=pictures.device) < share).float()

    soft = avg_pool2d(pictures, (3, 3), 1, 1, count_include_pad=False)
    how = some(_SOFT) * torch.rand(count, 1, 1, 1, device=pictures.device)
    worn = pictures * (1 - how) + soft * how
    by = int(torch.randint(-_LIFT_PX, _LIFT_PX + 1, ()))
    lifted = some(_LIFTED)
    worn = worn * (1 - lifted) + torch.roll(worn, by, 2) * lifted
    strength = some(_NOISY) * torch.rand(count, 1, 1, 1, device=pictures.device) * _NOISE
    worn = worn + strength * torch.randn_like(worn)
    worn = _covered(worn, some(_COVERED))
    return worn * (1 - 2 * some(0.5)) * inside


def _covered(pictures: "torch.Tensor", which: "torch.Tensor") -> "torch.Tensor":
    """A stripe of one tone over part of a line's height: a wire, a branch, the edge of a hand."""
    import torch

    count, _, height, width = pictures.shape
    device = pictures.device
    rows = torch.arange(height, device=device)[None, None, :, None]
    columns = torch.arange(width, device=device)[None, None, None]
    left = torch.rand(count, 1, 1, 1, device=device) * width
    across = torch.rand(count, 1, 1, 1, device=device) * _COVER_PX
    top = (torch.rand(count, 1, 1, 1, device=device) * 1.6 - 0.6) * height
    over = (columns >= left) & (columns < left + across) & (rows >= top) & (rows < top + 0.6 * height)
    tone = torch.randn(count, 1, 1, 1, device=device)
    return torch.where(over & (which > 0), tone, pictures)
