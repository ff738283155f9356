"""Affine maps between a picture and a photo: fitted by least squares, many at once, and what they do to size and angle.

A map has shape (3, 2): [x, y, 1] of the picture times it is a place in the photo.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Mask = NDArray[np.bool_]

_SIMILAR_BELOW = 6
"""With fewer pairs than this a similarity is fitted: an affine map would bend to any three of them."""


def grown(affines: "Numbers") -> "Numbers":
    """How many times as large things are after maps of shape (..., 3, 2)."""
    import numpy as np

    return np.sqrt(affines[..., 0, 0] * affines[..., 1, 1] - affines[..., 0, 1] * affines[..., 1, 0])


def turned_rad(affines: "Numbers") -> "Numbers":
    """By how much things are turned after maps of shape (..., 3, 2)."""
    import numpy as np

    return np.arctan2(affines[..., 0, 1] - affines[..., 1, 0], affines[..., 0, 0] + affines[..., 1, 1])


def affine_maps(here: "Numbers", there: "Numbers", chosen: "Mask") -> "tuple[Numbers, Mask]":
    """For each choice of pairs (shape (k, n)) the map by least squares that takes these places (n, 2) there, shape
    (k, 3, 2), and whether it is one: not when it would flip, squash or blow up the picture."""
    import numpy as np

    weights = chosen.astype(np.float64)
    counts = chosen.sum(axis=1)
    share = weights / np.maximum(counts, 1)[:, None]
    here0, there0 = share @ here, share @ there
    x, y = (here[:, axis] - here0[:, axis, None] for axis in (0, 1))
    u, v = (there[:, axis] - there0[:, axis, None] for axis in (0, 1))
    xx, xy, yy = (_sum(share, *two) for two in ((x, x), (x, y), (y, y)))
    xu, yu, xv, yv = (_sum(share, *two) for two in ((x, u), (y, u), (x, v), (y, v)))
    size = np.maximum(xx * yy - xy**2, 1e-9)
    free = np.array([[yy * xu - xy * yu, yy * xv - xy * yv], [xx * yu - xy * xu, xx * yv - xy * xv]]) / size
    spread = np.maximum(xx + yy, 1e-9)
    cos, sin = (xu + yv) / spread, (xv - yu) / spread
    few = counts < _SIMILAR_BELOW
    linear = np.where(few, np.array([[cos, sin], [-sin, cos]]), free).transpose(2, 0, 1)
    shift = there0 - np.einsum("ki,kij->kj", here0, linear)
    return np.concatenate([linear, shift[:, None]], axis=1), (counts >= 3) & _bearable(linear)


def _sum(share: "Numbers", one: "Numbers", other: "Numbers") -> "Numbers":
    import numpy as np

    return np.asarray((share * one * other).sum(axis=1))


def _bearable(linear: "Numbers") -> "Mask":
    """Whether a map (shape (k, 2, 2)) neither flips nor squashes nor blows up, by its singular values."""
    import numpy as np

    determinant = linear[:, 0, 0] * linear[:, 1, 1] - linear[:, 0, 1] * linear[:, 1, 0]
    squares = (linear**2).sum(axis=(1, 2))
    rest = np.sqrt(np.maximum(squares**2 - 4 * determinant**2, 0.0))
    widest, narrowest = np.sqrt((squares + rest) / 2), np.sqrt(np.maximum(squares - rest, 0.0) / 2)
    return np.asarray((determinant > 0) & (narrowest >= 0.12) & (widest <= 8) & (widest <= 4 * narrowest))


def similarity(places: "Numbers", wanted: "Numbers") -> "Numbers":
    """Turn, growth and shift by least squares, with the plane as complex numbers; shape (3, 2) as of ``Fit.affine``."""
    import numpy as np

    seen, known = places[:, 0] + 1j * places[:, 1], wanted[:, 0] + 1j * wanted[:, 1]
    seen0, known0 = seen.mean(), known.mean()
    spread = (np.abs(seen - seen0) ** 2).sum()
    factor = (np.conj(seen - seen0) * (known - known0)).sum() / max(spread, 1e-9)
    shift = known0 - factor * seen0
    return np.array([[factor.real, factor.imag], [-factor.imag, factor.real], [shift.real, shift.imag]])
