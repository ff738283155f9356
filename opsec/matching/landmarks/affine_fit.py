"""Affine maps between a frame and a reference photo: least-squares fits, many at once, and their scale and rotation.

A map has shape (3, 2): the row [x, y, 1] of the frame times the map is a point of the photo.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsec.vision.arrays import Flags, Floats

_MIN_AFFINE_PAIRS = 6
"""With fewer pairs than this a similarity is fitted: an affine map would bend to any three of them."""
_MIN_STRETCH, _MAX_STRETCH, _MAX_ANISOTROPY = 0.12, 8, 4
"""Bounds of a plausible map's singular values, and of the ratio of the greater to the lesser."""


def affine_scale(affines: "Floats") -> "Floats":
    """Compute the scale factor of maps of shape (..., 3, 2): the square root of the determinant."""
    import numpy as np

    return np.sqrt(affines[..., 0, 0] * affines[..., 1, 1] - affines[..., 0, 1] * affines[..., 1, 0])


def affine_rotation_rad(affines: "Floats") -> "Floats":
    """Compute the rotation of maps of shape (..., 3, 2), in radians."""
    import numpy as np

    return np.arctan2(affines[..., 0, 1] - affines[..., 1, 0], affines[..., 0, 0] + affines[..., 1, 1])


def fit_affine_maps(source: "Floats", target: "Floats", selections: "Flags") -> "tuple[Floats, Flags]":
    """Fit one map by least squares to each selection of point pairs.

    Parameters
    ----------
    source, target
        Points of the frame and of the photo, shape (n, 2), one pair per row.
    selections
        Shape (k, n): which pairs each of k maps is fitted to.

    Returns
    -------
    maps : numpy.ndarray
        Shape (k, 3, 2); a similarity where fewer than ``_MIN_AFFINE_PAIRS`` pairs are selected.
    plausible : numpy.ndarray
        Shape (k,), bool: False where the map would flip, squash or blow up the frame, or has fewer than three pairs.
    """
    import numpy as np

    weights = selections.astype(np.float64)
    counts = selections.sum(axis=1)
    share = weights / np.maximum(counts, 1)[:, None]
    source_mean, target_mean = share @ source, share @ target
    x, y = (source[:, axis] - source_mean[:, axis, None] for axis in (0, 1))
    u, v = (target[:, axis] - target_mean[:, axis, None] for axis in (0, 1))
    xx, xy, yy = (_weighted_sum(share, *two) for two in ((x, x), (x, y), (y, y)))
    xu, yu, xv, yv = (_weighted_sum(share, *two) for two in ((x, u), (y, u), (x, v), (y, v)))
    determinant = np.maximum(xx * yy - xy**2, 1e-9)
    affine = np.array([[yy * xu - xy * yu, yy * xv - xy * yv], [xx * yu - xy * xu, xx * yv - xy * xv]]) / determinant
    spread = np.maximum(xx + yy, 1e-9)
    cos, sin = (xu + yv) / spread, (xv - yu) / spread
    few = counts < _MIN_AFFINE_PAIRS
    linear = np.where(few, np.array([[cos, sin], [-sin, cos]]), affine).transpose(2, 0, 1)
    shift = target_mean - np.einsum("ki,kij->kj", source_mean, linear)
    return np.concatenate([linear, shift[:, None]], axis=1), (counts >= 3) & _is_plausible(linear)


def _weighted_sum(weights: "Floats", one: "Floats", other: "Floats") -> "Floats":
    import numpy as np

    return np.asarray((weights * one * other).sum(axis=1))


def _is_plausible(linear: "Floats") -> "Flags":
    """Whether linear maps (k, 2, 2) neither flip nor squash nor blow up, by their singular values."""
    import numpy as np

    determinant = linear[:, 0, 0] * linear[:, 1, 1] - linear[:, 0, 1] * linear[:, 1, 0]
    squares = (linear**2).sum(axis=(1, 2))
    root = np.sqrt(np.maximum(squares**2 - 4 * determinant**2, 0.0))
    greater, lesser = np.sqrt((squares + root) / 2), np.sqrt(np.maximum(squares - root, 0.0) / 2)
    bounded = (lesser >= _MIN_STRETCH) & (greater <= _MAX_STRETCH) & (greater <= _MAX_ANISOTROPY * lesser)
    return np.asarray((determinant > 0) & bounded)


def fit_similarity(source: "Floats", target: "Floats") -> "Floats":
    """Fit rotation, scale and shift by least squares, with the plane as complex numbers.

    Parameters
    ----------
    source, target
        Points of the frame and of the photo, shape (n, 2), one pair per row.

    Returns
    -------
    numpy.ndarray
        The map, shape (3, 2).
    """
    import numpy as np

    z, w = source[:, 0] + 1j * source[:, 1], target[:, 0] + 1j * target[:, 1]
    z_mean, w_mean = z.mean(), w.mean()
    spread = (np.abs(z - z_mean) ** 2).sum()
    factor = (np.conj(z - z_mean) * (w - w_mean)).sum() / max(spread, 1e-9)
    shift = w_mean - factor * z_mean
    return np.array([[factor.real, factor.imag], [-factor.imag, factor.real], [shift.real, shift.imag]])
