"""Degradation of rendered lines: blur, low resolution, noise and JPEG artefacts, as phones and sites leave them.

All chances and ranges are choices of this project; the figures are the ones that the shipped weights were trained with.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
"""Gray levels or coverage, shape (height, width)."""

_RESAMPLED_SHARE, _MIN_RESAMPLED_PX, _RESAMPLING_SCALES = 0.33, 14, (0.45, 0.9)
_NOISY_SHARE, _NOISE_STD = 0.5, (1, 10)
_UNCOMPRESSED_FROM = 0.75
_JPEG_QUALITIES = (12, 90)
_DEFOCUS_SHARE, _DEFOCUS_SIGMAS_PX, _DEFOCUS_PER_LETTER = 0.30, (0.3, 0.4), 20
_MOTION_SHARE, _MIN_MOTION_PX, _MOTION_PER_LETTER = 0.30, 3, 3.2


def degrade(scene: Image, size_px: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Degrade a rendered line at random.

    Parameters
    ----------
    scene
        Gray levels 0 to 255, shape (height, width), float32.
    size_px
        Size of the letters; blur grows with it.
    rng
        Source of randomness.

    Returns
    -------
    ndarray of uint8
        The degraded line, of the same shape.
    """
    image = _blur(scene, size_px, rng)
    if rng.random() < _RESAMPLED_SHARE and size_px > _MIN_RESAMPLED_PX:
        scale = rng.uniform(*_RESAMPLING_SCALES)
        reduced = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        image = np.asarray(cv2.resize(reduced, image.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
    if rng.random() < _NOISY_SHARE:
        image = image + rng.normal(0, rng.uniform(*_NOISE_STD), image.shape).astype(np.float32)
    gray = np.clip(image, 0, 255).astype(np.uint8)
    return gray if rng.random() >= _UNCOMPRESSED_FROM else _jpeg_round_trip(gray, int(rng.integers(*_JPEG_QUALITIES)))


def _blur(scene: Image, size_px: float, rng: np.random.Generator) -> Image:
    """Apply defocus, motion blur, both or neither."""
    if rng.random() < _DEFOCUS_SHARE:
        min_px, max_px = _DEFOCUS_SIGMAS_PX
        sigma_px = rng.uniform(min_px, max(max_px, size_px / _DEFOCUS_PER_LETTER))
        scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), sigma_px), np.float32)
    if rng.random() < _MOTION_SHARE:
        length_px = int(rng.integers(_MIN_MOTION_PX, max(_MIN_MOTION_PX + 1, round(size_px / _MOTION_PER_LETTER))))
        scene = np.asarray(cv2.filter2D(scene, -1, _motion_kernel(length_px, rng.uniform(0, 180))), np.float32)
    return scene


def _motion_kernel(length_px: int, angle_deg: float) -> Image:
    """Return the blur kernel of a straight movement, with sum 1."""
    kernel = np.zeros((length_px, length_px), np.float32)
    kernel[length_px // 2] = 1
    rotation = cv2.getRotationMatrix2D((length_px / 2 - 0.5, length_px / 2 - 0.5), angle_deg, 1)
    kernel = np.asarray(cv2.warpAffine(kernel, rotation, (length_px, length_px)), np.float32)
    return kernel / max(float(kernel.sum()), 1e-6)


def _jpeg_round_trip(gray: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """Encode as JPEG and decode again."""
    encoded = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)
