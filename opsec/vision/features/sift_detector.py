"""Where in a picture the clear spots are, at which size and in which direction: SIFT's detector at half its cost.

OpenCV's detector works on a picture twice as large, which is most of its cost. Here the same differences of
Gaussians (Lowe, IJCV 2004, sections 3 to 5) begin at a blur of one pixel on the picture as it is, in whole numbers,
and the sampling is halved from octave to octave. Places are refined by a parabola in place and size, edges are left
out, and the direction is that of most of the gradient around, up to two of them.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]
    Levels = NDArray[np.int16]
    Numbers = NDArray[np.float64]
    Whole = NDArray[np.intp]

LAYERS = 3
"""Sizes told apart while the size doubles."""
FINEST_PX = 1.0
"""Blur (standard deviation) of the finest level. Measured in pictures of one size: at 0.8 a tenth of the clips were
lost, at 1.6 (as OpenCV has it) no more was found than here."""
_CAMERA_BLUR_PX = 0.8
"""Blur that a picture of a film, made smaller, has from the beginning."""
_PARTS = 32
"""Of a grey level, in whole numbers."""
_SMALLEST = 12
"""Shorter side, in samples, of the coarsest octave that is looked at."""
_EDGE = 10.0
"""Ratio of the two curvatures beyond which a spot is an edge (Lowe, section 4.1)."""
_BINS = 36
_REACH = 4
"""Samples on each side in which the direction is looked for, each a blur apart."""
_WINDOW = 1.5
_SECOND = 0.8
"""A second direction counts when it has so much of the first."""


@dataclass(frozen=True, slots=True)
class Spots:
    """Clear spots, the clearest first. Shape (n,) each."""

    x: "Floats"
    y: "Floats"
    blur_px: "Floats"
    """Of the level at which it is clearest, in pixels of the picture."""
    angle_deg: "Floats"
    """Clockwise on the screen, 0 to 360."""

    def __len__(self) -> int:
        return len(self.x)


def spots(grey: "Bytes", mask: "Bytes | None", most: int, contrast: float) -> Spots:
    """The clearest spots of a grey picture where the mask is not 0; ``contrast`` as a share of the whole range."""
    import numpy as np

    octaves = _octaves(grey)
    found = [_refined(levels, contrast) for levels in octaves]
    rows = np.vstack([np.c_[one, np.full(len(one), number)] for number, one in enumerate(found)] or [np.zeros((0, 5))])
    grown = 2.0 ** rows[:, 4]
    x, y = rows[:, 0] * grown, rows[:, 1] * grown
    seen = np.ones(len(rows), np.bool_)
    if mask is not None:
        across = np.clip(np.rint(x), 0, mask.shape[1] - 1).astype(np.intp)
        down = np.clip(np.rint(y), 0, mask.shape[0] - 1).astype(np.intp)
        seen = mask[down, across] > 0
    order = np.lexsort((y, x, -rows[:, 3]))
    order = order[seen[order]][:most]
    which, angle = _directions(rows[order], octaves)
    which, angle = which[:most], angle[:most]
    mine = order[which]
    px = (one.astype(np.float32) for one in (x[mine], y[mine], rows[mine, 2] * grown[mine], angle))
    return Spots(*px)


def _octaves(grey: "Bytes") -> "list[list[Levels]]":
    """Per octave the levels of growing blur, each octave on half the sampling of the one before."""
    import numpy as np

    first: Any = _blurred(grey.astype(np.int16) * np.int16(_PARTS), (FINEST_PX**2 - _CAMERA_BLUR_PX**2) ** 0.5)
    blurs = [FINEST_PX * 2 ** (number / LAYERS) for number in range(LAYERS + 3)]
    steps = [(coarse**2 - fine**2) ** 0.5 for fine, coarse in pairwise(blurs)]
    octaves = []
    while min(first.shape) >= _SMALLEST:
        levels = [first]
        for step in steps:
            levels.append(_blurred(levels[-1], step))
        octaves.append(levels)
        first = np.ascontiguousarray(levels[LAYERS][::2, ::2])
    return octaves


def _blurred(level: "Levels", blur: float) -> "Levels":
    """Blurred by a Gaussian out to three and a half standard deviations."""
    import cv2

    kernel = cv2.getGaussianKernel(2 * max(1, round(3.5 * blur)) + 1, blur, cv2.CV_32F)
    return cv2.sepFilter2D(level, cv2.CV_16S, kernel, kernel)  # type: ignore[return-value]


def _refined(levels: "list[Levels]", contrast: float) -> "Numbers":
    """Extremes of the differences of one octave: rows x, y, blur (in samples) and clearness (in grey levels)."""
    import cv2
    import numpy as np

    stack = np.empty((len(levels) - 1, *levels[0].shape), np.int16)
    for number, (fine, coarse) in enumerate(pairwise(levels)):
        cv2.subtract(coarse, fine, dst=stack[number])
    least = 255.0 * contrast / LAYERS
    layer, y, x = _extremes(stack, int(0.8 * least * _PARTS))
    _count, high, wide = stack.shape
    flat, at = stack.ravel(), (layer * high + y) * wide + x
    steps = (1, wide, high * wide)
    here = flat[at] / _PARTS
    after, before = (np.stack([flat[at + sign * step] for step in steps], 1) / _PARTS for sign in (1, -1))
    slope, curve = (after - before) / 2, after + before - 2 * here[:, None]
    bent = np.zeros((len(x), 3, 3))
    bent[:, range(3), range(3)] = curve
    for one, other in ((0, 1), (0, 2), (1, 2)):
        same, cross = steps[one] + steps[other], steps[one] - steps[other]
        corners = flat[at + same].astype(np.float64) + flat[at - same] - flat[at + cross] - flat[at - cross]
        bent[:, one, other] = bent[:, other, one] = corners / (4 * _PARTS)
    area = curve[:, 0] * curve[:, 1] - bent[:, 0, 1] ** 2
    is_spot = (curve[:, 0] + curve[:, 1]) ** 2 * _EDGE < (_EDGE + 1) ** 2 * area
    moved, sound = _solved(bent, -slope)
    clear = np.abs(here + 0.5 * (slope * moved).sum(axis=1))
    good = is_spot & sound & (clear >= least) & (np.abs(moved) < 1.0).all(axis=1)
    x, y, layer, moved = x[good], y[good], layer[good], moved[good]
    blur = FINEST_PX * 2 ** ((layer + moved[:, 2]) / LAYERS)
    return np.stack([x + moved[:, 0], y + moved[:, 1], blur, clear[good]], axis=1)


def _solved(matrices: "Numbers", wanted: "Numbers") -> "tuple[Numbers, NDArray[np.bool_]]":
    """The solution of each 3 × 3 system (Cramer's rule), and whether it has one."""
    import numpy as np

    a, b, c = matrices[:, 0], matrices[:, 1], matrices[:, 2]
    across = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=2)
    size = (a * across[:, :, 0]).sum(axis=1)
    sound = np.abs(size) > 1e-9
    return (across @ wanted[..., None])[..., 0] / np.where(sound, size, 1.0)[:, None], sound


def _extremes(stack: "Levels", least: int) -> "tuple[Whole, Whole, Whole]":
    """Layer, row and column of what is above or below all its 26 neighbours, and clear enough.

    Six neighbours are asked of every sample, the other twenty of the few that are left.
    """
    import numpy as np

    _count, high, wide = stack.shape
    flat, found = stack.ravel(), _peaks(stack)
    found = found[np.abs(flat[found]) >= least]
    around = np.array(
        [
            (up * high + down) * wide + along
            for up in (-1, 0, 1) for down in (-1, 0, 1) for along in (-1, 0, 1)
            if abs(up) + abs(down) + abs(along) > 1
        ]
    )  # fmt: skip
    here = flat[found]
    others = flat[found[:, None] + around] * np.where(here > 0, 1, -1).astype(np.int16)[:, None]
    found = found[others.max(axis=1, initial=-(1 << 15)) <= np.abs(here)]
    layer, place = np.divmod(found, high * wide)
    return layer, *np.divmod(place, wide)


def _peaks(stack: "Levels") -> "Whole":
    """Where, in the flattened stack, a sample stands above or below the six beside it.

    Each two neighbours are compared once. A sample is a peak when it is greater than the next in all three
    directions and not greater is the one before it, or the other way round in all three.
    """
    import cv2
    import numpy as np

    _count, high, wide = stack.shape
    inside = np.s_[1:-1, 1:-1]
    up = [cv2.compare(one, other, cv2.CMP_GT)[inside] for one, other in pairwise(stack)]
    found = []
    for layer in range(1, len(stack) - 1):
        here = stack[layer]
        along = cv2.compare(here[1:-1, :-1], here[1:-1, 1:], cv2.CMP_GT)
        down = cv2.compare(here[:-1, 1:-1], here[1:, 1:-1], cv2.CMP_GT)
        turns = (along[:, 1:] ^ along[:, :-1]) & (down[1:] ^ down[:-1]) & (up[layer] ^ up[layer - 1])
        alike = ~((along[:, 1:] ^ down[1:]) | (along[:, 1:] ^ up[layer]))
        row, column = np.divmod(np.flatnonzero((turns & alike & 1).view(np.bool_)), wide - 2)
        found.append((layer * high + row + 1) * wide + column + 1)
    return np.concatenate(found)


def _directions(rows: "Numbers", octaves: "list[list[Levels]]") -> "tuple[Whole, Numbers]":
    """For each direction of a spot, the number of its row and the angle in degrees, clockwise on the screen."""
    import numpy as np

    histogram = np.zeros((len(rows), _BINS))
    for number, levels in enumerate(octaves):
        mine = np.flatnonzero(rows[:, 4] == number)
        histogram[mine] = _around(levels[2], rows[mine])
    smooth = np.zeros_like(histogram)
    for turn, share in ((-2, 1), (-1, 4), (0, 6), (1, 4), (2, 1)):
        smooth += share * np.roll(histogram, turn, axis=1)
    left, right = np.roll(smooth, 1, axis=1), np.roll(smooth, -1, axis=1)
    peak = (smooth > left) & (smooth >= right) & (smooth >= _SECOND * smooth.max(axis=1, keepdims=True))
    which, bin_ = np.nonzero(peak & (np.cumsum(peak, axis=1) <= 2))
    top, before, after = smooth[which, bin_], left[which, bin_], right[which, bin_]
    exact = bin_ + 0.5 * (before - after) / np.minimum(before - 2 * top + after, -1e-9)
    return which, np.asarray(exact * (360.0 / _BINS) % 360.0)


def _around(level: "Levels", rows: "Numbers") -> "Numbers":
    """Histograms of the gradient's direction around spots of one octave, shape (n, bins)."""
    import cv2
    import numpy as np

    if not len(rows):
        return np.zeros((0, _BINS))
    high, wide = level.shape
    steps = np.arange(-_REACH, _REACH + 1)
    along, down = (one.ravel() for one in np.meshgrid(steps, steps))
    reach = rows[:, 2:3].astype(np.float32)
    x = np.clip(rows[:, :1].astype(np.float32) + along * reach + np.float32(0.5), 1, wide - 2).astype(np.int32)
    y = np.clip(rows[:, 1:2].astype(np.float32) + down * reach + np.float32(0.5), 1, high - 2).astype(np.int32)
    flat, at = level.ravel(), y * np.int32(wide) + x
    strength, angle = cv2.cartToPolar(
        (flat[at + 1] - flat[at - 1]).astype(np.float32), (flat[at + wide] - flat[at - wide]).astype(np.float32),
        angleInDegrees=True,
    )  # fmt: skip
    bins = np.asarray(angle * np.float32(_BINS / 360.0) + np.float32(0.5)).astype(np.int32) % _BINS
    cells = np.arange(len(rows), dtype=np.int32)[:, None] * _BINS + bins
    weights = strength * np.exp(-(along**2 + down**2) / (2 * _WINDOW**2)).astype(np.float32)
    counted = np.bincount(cells.ravel(), weights.ravel(), len(rows) * _BINS).astype(np.float64)
    return counted.reshape(-1, _BINS)
