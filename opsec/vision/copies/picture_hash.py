"""Perceptual hash of a picture: 256 bits that stay nearly the same when the picture is re-encoded or reduced.

The hash is that of PDQ (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019):
the signs, about their median, of the 16 × 16 lowest coefficients of the discrete cosine transform of the picture at
64 × 64 samples. The picture is reduced by area averaging where PDQ uses Jarosz filters, so hashes are compared with
each other, never with those of other programs.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import Floats, GrayImage, Ints

    Hashes = NDArray[np.uint8]
    """Shape (n, ``HASH_BYTES``)."""

HASH_BYTES = 32
HASH_BITS = 8 * HASH_BYTES
_SAMPLES, _COEFFICIENTS = 64, 16
MIN_QUALITY = 50
"""Quality from which a hash identifies the picture, as in PDQ."""
_GRADIENT_STEP, _QUALITY_DIVISOR = 100.0 / 255.0, 90.0


def hash_picture(gray: "GrayImage") -> "tuple[NDArray[np.uint8], int]":
    """Compute the hash of a picture.

    Parameters
    ----------
    gray
        Shape (height, width), uint8, at least one pixel.

    Returns
    -------
    hash : numpy.ndarray
        Shape (32,), uint8.
    quality : int
        0 for a plain picture to 100; PDQ's sum of gradients.
    """
    import cv2
    import numpy as np

    samples = cv2.resize(gray, (_SAMPLES, _SAMPLES), interpolation=cv2.INTER_AREA).astype(np.float64)
    transform = _cosine_transform()
    coefficients = transform @ samples @ transform.T
    bits = coefficients > np.median(coefficients)
    return np.packbits(bits.ravel()), _quality(samples)


def mirrored(hashes: "Hashes") -> "Hashes":
    """Return the hashes of the same pictures, mirrored left to right: every odd horizontal wave changes its sign.

    Exact but for coefficients close to the median, a few bits of a hash.
    """
    import numpy as np

    odd = np.tile(np.arange(1, _COEFFICIENTS + 1) % 2 == 1, (_COEFFICIENTS, 1))
    return hashes ^ np.packbits(odd.ravel())


def distances(ones: "Hashes", others: "Hashes") -> "Ints":
    """Return the number of bits in which each two hashes differ, shape (n ones, n others)."""
    import numpy as np

    left = np.ascontiguousarray(ones).view(np.uint64)
    right = np.ascontiguousarray(others).view(np.uint64)
    apart: Ints = np.bitwise_count(left[:, None] ^ right[None]).sum(axis=-1, dtype=np.int64)
    return apart


def _quality(samples: "Floats") -> int:
    """Sum the gradients that are not negligible, as PDQ does: a plain picture has none."""
    import numpy as np

    total = sum(float(np.fix(np.abs(np.diff(samples, axis=axis)) * _GRADIENT_STEP).sum()) for axis in (0, 1))
    return min(100, int(total / _QUALITY_DIVISOR))


@cache
def _cosine_transform() -> "Floats":
    """Rows 1 to 16 of the orthonormal discrete cosine transform (type II) of 64 samples."""
    import numpy as np

    waves, samples = np.arange(1, _COEFFICIENTS + 1), np.arange(_SAMPLES)
    rows: Floats = np.sqrt(2 / _SAMPLES) * np.cos(np.pi / (2 * _SAMPLES) * np.outer(waves, 2 * samples + 1))
    return rows
