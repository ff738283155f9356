"""Feature extraction in the frames of a clip, some of which may be night frames.

In a dark frame, lamps and captions have the strongest response, so its illumination is removed before extraction. Lamps
light a wall in patches, and what lies between them has too little contrast for any detail to be clear. The reflectance
of a surface is the same by day and by night, and in the logarithm of the gray levels light and reflectance are a sum:
light changes slowly from place to place and is subtracted, details stay (homomorphic filtering: Oppenheim, Schafer and
Stockham, Proceedings of the IEEE 1968).

Not every dark frame is of the night, and a reference photo may be a night photo: every third dark frame is extracted
uncorrected, and where there are fewer, one of them in both ways. Reference photos are never corrected.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opsec.vision.features.local_features import MAX_FEATURES, SIFT, FeatureExtractor, LocalFeatures, extract_sift

if TYPE_CHECKING:
    from opsec.vision.arrays import GrayImage, Mask

MIN_DAYLIGHT_LEVEL = 60
"""Mean gray level below which a frame is taken for a night frame. By day hardly one clip in twenty is as dark; with 90
one in four was, and fewer of those were recognised: there, shadows are part of what a place looks like."""
_NOISE_FLOOR_LEVELS = 6.0
"""Gray levels that are added before the logarithm: below about as many there is only noise and coding."""
_GAIN_LEVELS = 70.0
"""Gray levels for a light e times as strong."""
_DOWNSCALE = 8
"""Illumination is estimated in an image this many times smaller, smoothed over ``_ILLUMINATION_SIGMA`` samples."""
_ILLUMINATION_SIGMA = 6.0
_EVEN_CONTRAST_THRESHOLD = 0.01
"""Contrast threshold in a frame without its illumination, half of the usual: no lamp outweighs its details any more."""
UNCORRECTED_EVERY = 3
"""Of this many dark frames of a clip, the last is extracted uncorrected."""


def extract_per_frame(
    extractor: FeatureExtractor, frames: "Sequence[tuple[GrayImage, Mask | None]]"
) -> Iterator[tuple[int, LocalFeatures]]:
    """Extract the features of every frame of a clip.

    Parameters
    ----------
    extractor
        A learned model is given every frame as it is, for it was trained on night images or was not.
    frames
        Gray image, shape (height, width), and its mask: same shape, features are taken where it is not 0; None: from
        the whole image.

    Yields
    ------
    tuple of int and LocalFeatures
        Number of the frame, from 0, and its features; twice for a frame that is extracted in both ways.
    """
    dark = [number for number, frame in enumerate(frames) if extractor.name == SIFT and is_dark(*frame)]
    uncorrected = dark[UNCORRECTED_EVERY - 1 :: UNCORRECTED_EVERY]
    both_ways = () if uncorrected else dark[-1:]
    for number, (gray, mask) in enumerate(frames):
        if number not in dark or number in uncorrected:
            yield number, extractor.extract(gray, mask)
            continue
        corrected = extract_low_light(gray, mask)
        yield number, corrected
        if number in both_ways and len(corrected):
            yield number, extractor.extract(gray, mask)


def extract_low_light(gray: "GrayImage", mask: "Mask | None" = None) -> LocalFeatures:
    """Extract SIFT features of a night frame after removing its illumination."""
    return extract_sift(remove_illumination(gray), mask, MAX_FEATURES, _EVEN_CONTRAST_THRESHOLD)


def is_dark(gray: "GrayImage", mask: "Mask | None" = None) -> bool:
    """Whether the visible part of a frame (where the mask is not 0) is as dark as a night frame."""
    import cv2

    return cv2.mean(gray, mask)[0] < MIN_DAYLIGHT_LEVEL


def remove_illumination(gray: "GrayImage") -> "GrayImage":
    """Subtract the slowly changing light in the logarithm of the gray levels; the result is centred on level 128."""
    import cv2
    import numpy as np

    height_px, width_px = gray.shape
    levels = cv2.LUT(gray, np.log(np.arange(256, dtype=np.float32) + np.float32(_NOISE_FLOOR_LEVELS)))
    small = max(1, width_px // _DOWNSCALE), max(1, height_px // _DOWNSCALE)
    light = cv2.GaussianBlur(cv2.resize(levels, small, interpolation=cv2.INTER_AREA), (0, 0), _ILLUMINATION_SIGMA)
    reflectance = levels - cv2.resize(light, (width_px, height_px))
    return np.asarray(np.clip(128 + _GAIN_LEVELS * reflectance, 0, 255), np.uint8)
