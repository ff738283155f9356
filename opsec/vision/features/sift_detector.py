"""SIFT keypoint detector (differences of Gaussians) at half the cost of OpenCV's.

OpenCV's detector works on an image twice as large, which is most of its cost. Here the same differences of Gaussians
(Lowe, IJCV 2004, sections 3 to 5) begin at a blur of one pixel on the image as it is, in whole numbers, and the
sampling is halved from octave to octave. Positions are refined by a parabola in place and scale, edges are rejected,
and the orientation is that of most of the gradient around the keypoint, up to two of them.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from opsec.vision.features.sift_orientation import assign_orientations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, Floats, GrayImage, Mask

    Singles = NDArray[np.float32]
    """One value per keypoint, shape (n,)."""
    Level = NDArray[np.int16]
    """One blurred image, shape (height, width), in units of 1 / ``_LEVEL_SCALE`` gray levels."""
    Indices = NDArray[np.intp]

LAYERS_PER_OCTAVE = 3
"""Scales per doubling of the size."""
BASE_SIGMA_PX = 1.0
"""Blur (standard deviation) of the finest level. Measured in images of one size: at 0.8 a tenth of the clips were
lost, at 1.6 (OpenCV's value) no more was found than at this."""
_CAMERA_SIGMA_PX = 0.8
"""Blur that a downscaled video frame has from the beginning."""
_LEVEL_SCALE = 32
"""Steps per gray level, so that levels are whole numbers."""
_MIN_OCTAVE_SIDE = 12
"""Shorter side, in samples, of the coarsest octave."""
_MAX_CURVATURE_RATIO = 10.0
"""Ratio of the two curvatures beyond which an extremum is an edge (Lowe, section 4.1)."""


@dataclass(frozen=True, slots=True)
class Keypoints:
    """Keypoints of one image, those of the strongest response first. Shape (n,) each."""

    x: "Singles"
    """Pixels."""
    y: "Singles"
    """Pixels."""
    sigma_px: "Singles"
    """Blur of the level at which the response is strongest, in pixels of the image."""
    angle_deg: "Singles"
    """Clockwise on the screen, 0 to 360."""

    def __len__(self) -> int:
        return len(self.x)


def detect_keypoints(
    gray: "GrayImage", mask: "Mask | None", max_keypoints: int, contrast_threshold: float
) -> Keypoints:
    """Detect the keypoints of the strongest response.

    Parameters
    ----------
    gray
        Image, shape (height, width), uint8.
    mask
        Same shape; keypoints are taken where it is not 0. None: from the whole image.
    max_keypoints
        Most keypoints to return.
    contrast_threshold
        Least response, as a share of the whole range of gray levels.
    """
    import numpy as np

    octaves = _build_pyramid(gray)
    found = [_refine_extrema(levels, contrast_threshold) for levels in octaves]
    rows = np.vstack([np.c_[one, np.full(len(one), number)] for number, one in enumerate(found)] or [np.zeros((0, 5))])
    sampling_px = 2.0 ** rows[:, 4]
    x, y = rows[:, 0] * sampling_px, rows[:, 1] * sampling_px
    visible = np.ones(len(rows), np.bool_)
    if mask is not None:
        column = np.clip(np.rint(x), 0, mask.shape[1] - 1).astype(np.intp)
        row = np.clip(np.rint(y), 0, mask.shape[0] - 1).astype(np.intp)
        visible = mask[row, column] > 0
    order = np.lexsort((y, x, -rows[:, 3]))
    order = order[visible[order]][:max_keypoints]
    which, angle = assign_orientations(rows[order], octaves)
    which, angle = which[:max_keypoints], angle[:max_keypoints]
    kept = order[which]
    values = (one.astype(np.float32) for one in (x[kept], y[kept], rows[kept, 2] * sampling_px[kept], angle))
    return Keypoints(*values)


def _build_pyramid(gray: "GrayImage") -> "list[list[Level]]":
    """Compute the levels of growing blur of each octave; an octave has half the sampling of the one before."""
    import numpy as np

    first: Any = _blur(gray.astype(np.int16) * np.int16(_LEVEL_SCALE), (BASE_SIGMA_PX**2 - _CAMERA_SIGMA_PX**2) ** 0.5)
    sigmas = [BASE_SIGMA_PX * 2 ** (number / LAYERS_PER_OCTAVE) for number in range(LAYERS_PER_OCTAVE + 3)]
    steps = [(coarse**2 - fine**2) ** 0.5 for fine, coarse in pairwise(sigmas)]
    octaves = []
    while min(first.shape) >= _MIN_OCTAVE_SIDE:
        levels = [first]
        for step in steps:
            levels.append(_blur(levels[-1], step))
        octaves.append(levels)
        first = np.ascontiguousarray(levels[LAYERS_PER_OCTAVE][::2, ::2])
    return octaves


def _blur(level: "Level", sigma: float) -> "Level":
    """Blur by a Gaussian, out to three and a half standard deviations."""
    import cv2

    kernel = cv2.getGaussianKernel(2 * max(1, round(3.5 * sigma)) + 1, sigma, cv2.CV_32F)
    return cv2.sepFilter2D(level, cv2.CV_16S, kernel, kernel)  # type: ignore[return-value]


def _refine_extrema(levels: "list[Level]", contrast_threshold: float) -> "Floats":
    """Find the extrema of one octave's differences, refined: rows x, y, sigma (samples) and response (gray levels)."""
    import cv2
    import numpy as np

    stack = np.empty((len(levels) - 1, *levels[0].shape), np.int16)
    for number, (fine, coarse) in enumerate(pairwise(levels)):
        cv2.subtract(coarse, fine, dst=stack[number])
    min_response = 255.0 * contrast_threshold / LAYERS_PER_OCTAVE
    layer, y, x = _find_extrema(stack, int(0.8 * min_response * _LEVEL_SCALE))
    _count, high, wide = stack.shape
    flat, at = stack.ravel(), (layer * high + y) * wide + x
    steps = (1, wide, high * wide)
    here = flat[at] / _LEVEL_SCALE
    after, before = (np.stack([flat[at + sign * step] for step in steps], 1) / _LEVEL_SCALE for sign in (1, -1))
    gradient, curvature = (after - before) / 2, after + before - 2 * here[:, None]
    hessian = np.zeros((len(x), 3, 3))
    hessian[:, range(3), range(3)] = curvature
    for one, other in ((0, 1), (0, 2), (1, 2)):
        same, cross = steps[one] + steps[other], steps[one] - steps[other]
        corners = flat[at + same].astype(np.float64) + flat[at - same] - flat[at + cross] - flat[at - cross]
        hessian[:, one, other] = hessian[:, other, one] = corners / (4 * _LEVEL_SCALE)
    determinant = curvature[:, 0] * curvature[:, 1] - hessian[:, 0, 1] ** 2
    trace = curvature[:, 0] + curvature[:, 1]
    is_blob = trace**2 * _MAX_CURVATURE_RATIO < (_MAX_CURVATURE_RATIO + 1) ** 2 * determinant
    offset, solvable = _solve_3x3(hessian, -gradient)
    response = np.abs(here + 0.5 * (gradient * offset).sum(axis=1))
    good = is_blob & solvable & (response >= min_response) & (np.abs(offset) < 1.0).all(axis=1)
    x, y, layer, offset = x[good], y[good], layer[good], offset[good]
    sigma = BASE_SIGMA_PX * 2 ** ((layer + offset[:, 2]) / LAYERS_PER_OCTAVE)
    return np.stack([x + offset[:, 0], y + offset[:, 1], sigma, response[good]], axis=1)


def _solve_3x3(matrices: "Floats", values: "Floats") -> "tuple[Floats, Flags]":
    """Solve 3 × 3 systems by Cramer's rule; the second array tells which of them have a solution."""
    import numpy as np

    a, b, c = matrices[:, 0], matrices[:, 1], matrices[:, 2]
    cofactors = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=2)
    determinant = (a * cofactors[:, :, 0]).sum(axis=1)
    solvable = np.abs(determinant) > 1e-9
    return (cofactors @ values[..., None])[..., 0] / np.where(solvable, determinant, 1.0)[:, None], solvable


def _find_extrema(stack: "Level", min_response: int) -> "tuple[Indices, Indices, Indices]":
    """Find the layer, row and column of the samples that no neighbour of their 26 exceeds, or none falls below.

    Six neighbours are compared for every sample, the other twenty only for those that remain.
    """
    import numpy as np

    _count, high, wide = stack.shape
    flat, found = stack.ravel(), _find_axis_extrema(stack)
    found = found[np.abs(flat[found]) >= min_response]
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


def _find_axis_extrema(stack: "Level") -> "Indices":
    """Find, in the flattened stack, the samples that are greater or less than the six nearest.

    Each two neighbours are compared once. A sample is a maximum when it is greater than the next one in all three
    directions and the one before it is not greater than it; a minimum is the reverse in all three.
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
