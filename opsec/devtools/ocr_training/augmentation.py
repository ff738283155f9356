"""Augmentation of rendered lines on the training device: noise, blur, shift, occlusion and inverted polarity.

An image may be used several times and is never the same twice.
"""

from typing import TYPE_CHECKING

from opsec.devtools.ocr_training.batches import Batch
from opsec.vision.ocr.line_recogniser import HEIGHT_PX, MIN_STD

if TYPE_CHECKING:
    import torch

_NOISE_SHARE, _MAX_NOISE_STD = 0.35, 0.35
"""Share of lines with noise, and its largest standard deviation, of the line's own."""
_BLUR_SHARE = 0.25
_OCCLUSION_SHARE, _MAX_OCCLUSION_PX = 0.08, 14
"""Share of lines with an occlusion, and its largest width."""
_OCCLUSION_HEIGHT = 0.6
"""Height of an occlusion, as a share of the line."""
_INVERTED_SHARE = 0.5
_SHIFT_SHARE, _MAX_SHIFT_PX = 0.4, 2
"""Share of lines shifted up or down, and by how much at most."""


def normalise_batch(batch: Batch, device: "torch.device") -> "tuple[torch.Tensor, torch.Tensor]":
    """Standardise the lines of a batch as the line recogniser does.

    Returns
    -------
    (Tensor, Tensor)
        Images (n, 1, 40, width), float32, of mean 0 and standard deviation 1 inside each line's own width; and 1 for
        each column that belongs to the line, else 0, shape (n, 1, 1, width).
    """
    import torch

    gray = torch.from_numpy(batch.images).to(device, non_blocking=True).float()[:, None]
    widths = torch.from_numpy(batch.widths_px).to(device, non_blocking=True)
    inside = (torch.arange(gray.shape[3], device=device)[None] < widths[:, None])[:, None, None].float()
    share = 1 / (widths.float() * HEIGHT_PX)[:, None, None, None]
    mean = (gray * inside).sum((2, 3), keepdim=True) * share
    std = (((gray - mean) * inside).square().sum((2, 3), keepdim=True) * share).sqrt().clamp_min(MIN_STD)
    return (gray - mean) / std * inside, inside


def augment(images: "torch.Tensor", inside: "torch.Tensor") -> "torch.Tensor":
    """Augment each line at random; its mean stays about 0 and its standard deviation about 1.

    Parameters
    ----------
    images, inside
        As ``normalise_batch`` returns them.

    Returns
    -------
    Tensor
        Images of the same shape, 0 outside each line.
    """
    import torch
    from torch.nn.functional import avg_pool2d

    count = images.shape[0]

    def random_lines(share: float) -> torch.Tensor:
        return (torch.rand(count, 1, 1, 1, device=images.device) < share).float()

    soft = avg_pool2d(images, (3, 3), 1, 1, count_include_pad=False)
    amount = random_lines(_BLUR_SHARE) * torch.rand(count, 1, 1, 1, device=images.device)
    augmented = images * (1 - amount) + soft * amount
    shift_px = int(torch.randint(-_MAX_SHIFT_PX, _MAX_SHIFT_PX + 1, ()))
    shifted = random_lines(_SHIFT_SHARE)
    augmented = augmented * (1 - shifted) + torch.roll(augmented, shift_px, 2) * shifted
    strength = random_lines(_NOISE_SHARE) * torch.rand(count, 1, 1, 1, device=images.device) * _MAX_NOISE_STD
    augmented = augmented + strength * torch.randn_like(augmented)
    augmented = _occlude(augmented, random_lines(_OCCLUSION_SHARE))
    return augmented * (1 - 2 * random_lines(_INVERTED_SHARE)) * inside


def _occlude(images: "torch.Tensor", selected: "torch.Tensor") -> "torch.Tensor":
    """Cover part of a line's height by a stripe of one tone: a wire, a branch, the edge of a hand."""
    import torch

    count, _, height, width = images.shape
    device = images.device
    rows = torch.arange(height, device=device)[None, None, :, None]
    columns = torch.arange(width, device=device)[None, None, None]
    left = torch.rand(count, 1, 1, 1, device=device) * width
    stripe_px = torch.rand(count, 1, 1, 1, device=device) * _MAX_OCCLUSION_PX
    top = (torch.rand(count, 1, 1, 1, device=device) * (1 + _OCCLUSION_HEIGHT) - _OCCLUSION_HEIGHT) * height
    covered = (
        (columns >= left) & (columns < left + stripe_px) & (rows >= top) & (rows < top + _OCCLUSION_HEIGHT * height)
    )
    tone = torch.randn(count, 1, 1, 1, device=device)
    return torch.where(covered & (selected > 0), tone, images)
