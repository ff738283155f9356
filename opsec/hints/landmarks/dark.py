"""The features of a picture of a clip, which may be of the night.

What is clear in a dark picture are lamps and captions, so it is looked at with the light taken off (``tone``). Not all
dark pictures are of the night: a wall in the shade is told by its shadows too, so every third is looked at as it is.
Photos of a landmark always are: they show the place as it is by day.
"""

from typing import TYPE_CHECKING

from opsec.hints.landmarks.features import MOST, SIFT, Extracted, Finder, extract
from opsec.hints.landmarks.tone import evened, is_dark

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

_CONTRAST = 0.01
"""Least in a picture without its light, half of the usual: nothing outweighs its details any more."""
AS_IT_IS = 3
"""Of so many dark pictures of a clip the last is looked at as it is."""


def looked_at(finder: Finder, grey: "Bytes", mask: "Bytes | None" = None, number: int = 0) -> Extracted:
    """The clearest features of a grey picture, shape (height, width), where the mask (same shape) is not 0.

    ``number``: which of the clip's pictures it is, from 0. A model is given every picture as it is: it has seen nights
    of its own, or has not.
    """
    if finder.maker == SIFT and number % AS_IT_IS != AS_IT_IS - 1 and is_dark(grey, mask):
        return extract(evened(grey), mask, MOST, _CONTRAST)
    return finder.find(grey, mask)
