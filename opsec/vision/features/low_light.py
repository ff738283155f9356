"""The features of the pictures of a clip, some of which may be of the night.

What is clear in a dark picture are lamps and captions, so it is looked at with the light taken off (``tone``). Not all
dark pictures are of the night, and a photo of ours may be: every third is looked at as it is, and where there are
fewer, one of them both ways. Photos of a landmark are always looked at as they are.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opsec.vision.features.illumination import evened, is_dark
from opsec.vision.features.local_features import MOST, SIFT, Extracted, Finder, extract

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

_CONTRAST = 0.01
"""Least in a picture without its light, half of the usual: nothing outweighs its details any more."""
AS_IT_IS = 3
"""Of so many dark pictures of a clip the last is looked at as it is."""


def looked_at(finder: Finder, pictures: "Sequence[tuple[Bytes, Bytes | None]]") -> Iterator[tuple[int, Extracted]]:
    """The clearest features of every picture of a clip, and which picture they are of, from 0; of one both ways twice.

    A picture is grey, shape (height, width), with the mask (same shape, or none) that is not 0 where it is looked at.
    A model is given every picture as it is: it has seen nights of its own, or has not.
    """
    dark = [number for number, one in enumerate(pictures) if finder.maker == SIFT and is_dark(*one)]
    as_it_is = dark[AS_IT_IS - 1 :: AS_IT_IS]
    both_ways = () if as_it_is else dark[-1:]
    for number, (grey, mask) in enumerate(pictures):
        if number not in dark or number in as_it_is:
            yield number, finder.find(grey, mask)
            continue
        found = without_light(grey, mask)
        yield number, found
        if number in both_ways and len(found):
            yield number, finder.find(grey, mask)


def without_light(grey: "Bytes", mask: "Bytes | None" = None) -> Extracted:
    """The clearest features of a picture of the night, with the light taken off."""
    return extract(evened(grey), mask, MOST, _CONTRAST)
