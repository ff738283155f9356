"""A picture of the night as if it were lit evenly.

Lamps light a wall in patches, and what lies between them has too little contrast for any detail to be clear. What a
surface throws back of the light that falls on it is the same by day and by night, and in the logarithm of the grey
levels the two are a sum: light changes slowly from place to place and is taken off, details stay (homomorphic
filtering: Oppenheim, Schafer and Stockham, Proceedings of the IEEE 1968). Captions and lamps no longer outweigh all
else either.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Mask = NDArray[np.uint8]

DARK = 60
"""Mean grey level below which a picture is taken for one of the night. By day hardly one clip in twenty is as dark;
with 90 one in four was, and fewer of those were told: there shadows are part of what a place looks like."""
_NOISE = 6.0
"""Grey levels that are added before the logarithm: below about so many there is noise and coding only."""
_GAIN = 70.0
"""Grey levels for a light e times as strong."""
_SHRUNK = 8
"""The light is looked for in a picture so many times smaller, in which it changes over ``_LIGHT`` samples."""
_LIGHT = 6.0


def is_dark(grey: "Bytes", mask: "Mask | None" = None) -> bool:
    """Whether what is seen (where the mask is not 0) of a grey picture, shape (height, width), is of the night."""
    import cv2

    return cv2.mean(grey, mask)[0] < DARK


def evened(grey: "Bytes") -> "Bytes":
    """The picture with the light taken off, about a middle grey."""
    import cv2
    import numpy as np

    height_px, width_px = grey.shape
    levels = cv2.LUT(grey, np.log(np.arange(256, dtype=np.float32) + np.float32(_NOISE)))
    small = max(1, width_px // _SHRUNK), max(1, height_px // _SHRUNK)
    light = cv2.GaussianBlur(cv2.resize(levels, small, interpolation=cv2.INTER_AREA), (0, 0), _LIGHT)
    left = levels - cv2.resize(light, (width_px, height_px))
    return np.asarray(np.clip(128 + _GAIN * left, 0, 255), np.uint8)
