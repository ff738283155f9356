"""What a reference photo would look like from another side, closer by, and in dust.

A wall seen at a slant is squeezed along one direction; SIFT bears about a third of that. So the photo is
squeezed beforehand, as in ASIFT (Morel and Yu, SIAM J. Imaging Sciences 2009), and what is found then is
carried back to its place in the photo. All of it is paid once, when a photo is enrolled.

Of one photo each, side views carry recognition from a slant of 2.4 to one of 3.1 and the closer one doubles what a
tight crop shows; a view from below, a smaller slant and a tone curve of night were tried and added nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from opsec.vision.features.local_features import LONGEST_PX, Extracted, Finder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

CLOSE_PX = 960
"""Longest side of the closer view: at 1,200 less was found than at this."""
SLANT = 2.4
"""By how much a side view squeezes a wall: seen at 65° from straight on."""
MOST_OF_VIEW = 500
_DUST = 0.35


@dataclass(frozen=True, slots=True)
class View:
    """One simulated view."""

    name: str
    features: Extracted
    """Already carried back: places, sizes and angles are those of the photo at ``LONGEST_PX``."""


def simulated(grey: "Bytes", finder: Finder) -> Iterator[View]:
    """Every view of a photo (grey, any size above ``LONGEST_PX``) but the plain one."""
    whole = resized(grey, LONGEST_PX)
    yield View("close", _carried(finder.find(resized(grey, CLOSE_PX), most=2 * MOST_OF_VIEW), whole))
    yield View("side", _carried(finder.find(_from_the_side(whole), most=MOST_OF_VIEW), whole))
    yield View("dust", finder.find(_dust(whole), most=MOST_OF_VIEW))


def flipped_places(found: Extracted) -> Extracted:
    """Features without angles of their own, at their places in the picture flipped left and right."""
    keypoints = found.keypoints.copy()
    keypoints[:, 0] = found.width_px - 1 - keypoints[:, 0]
    keypoints[:, 3] = -keypoints[:, 3] % 360.0
    return replace(found, keypoints=keypoints)


def resized(grey: "Bytes", longest_px: int) -> "Bytes":
    """The picture with its longest side at most ``longest_px``; never enlarged."""
    import cv2

    from opsec.vision.decoding.frame import fitted

    height_px, width_px = grey.shape
    size = fitted(width_px, height_px, longest_px)
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if size != (width_px, height_px) else grey  # type: ignore[return-value]


def _from_the_side(grey: "Bytes") -> "Bytes":
    """Narrower, blurred against aliasing along that direction only."""
    import cv2

    height_px, width_px = grey.shape
    soft = cv2.GaussianBlur(grey, (0, 0), sigmaX=0.8 * (SLANT**2 - 1) ** 0.5, sigmaY=0.01)
    size = max(1, round(width_px / SLANT)), height_px
    return cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


def _dust(grey: "Bytes") -> "Bytes":
    """Everything drawn towards the haze, and softened."""
    import cv2
    import numpy as np

    hazy = cv2.GaussianBlur(grey, (0, 0), 1.2).astype(np.float32)
    return np.asarray(np.clip(170 + (hazy - 170) * _DUST, 0, 255), np.uint8)


def _carried(found: Extracted, whole: "Bytes") -> Extracted:
    """Features of a squeezed or larger picture, at their places in the whole one."""
    import numpy as np

    height_px, width_px = whole.shape
    across, down = width_px / found.width_px, height_px / found.height_px
    keypoints = found.keypoints.copy()
    keypoints[:, 0] *= across
    keypoints[:, 1] *= down
    keypoints[:, 2] *= (across * down) ** 0.5
    angle = np.deg2rad(found.keypoints[:, 3])
    keypoints[:, 3] = np.rad2deg(np.arctan2(np.sin(angle) * down, np.cos(angle) * across)) % 360
    return replace(found, width_px=width_px, height_px=height_px, keypoints=keypoints)
