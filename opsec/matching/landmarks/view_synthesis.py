"""Simulated views of a reference photo: from the side, closer by, and in dust.

A wall seen at a slant is squeezed along one direction; SIFT tolerates about a third of that. So the photo is squeezed
beforehand, as in ASIFT (Morel and Yu, SIAM J. Imaging Sciences 2009), and the features found then are mapped back to
their positions in the photo. This is paid once, when a photo is enrolled.

From one photo each, side views extend recognition from a slant of 2.4 to one of 3.1, and the closer view doubles what a
tight crop shows; a view from below, a smaller slant and a tone curve of night were tried and added nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from opsec.vision.features.local_features import EXTRACTION_PX, FeatureExtractor, LocalFeatures

if TYPE_CHECKING:
    from opsec.vision.arrays import GrayImage

CLOSE_VIEW_PX = 960
"""Longest side of the closer view: at 1,200 less was found than at this."""
SLANT = 2.4
"""How many times a side view squeezes a wall: seen at 65° from the front."""
MAX_VIEW_FEATURES = 500
_HAZE_LEVEL = 170
_DUST_CONTRAST = 0.35


@dataclass(frozen=True, slots=True)
class SimulatedView:
    """One simulated view."""

    name: str
    """``close``, ``side`` or ``dust``."""
    features: LocalFeatures
    """Mapped back: positions, sizes and angles are those in the photo at ``EXTRACTION_PX``."""


def simulate_views(gray: "GrayImage", extractor: FeatureExtractor) -> Iterator[SimulatedView]:
    """Yield every simulated view of a photo.

    Parameters
    ----------
    gray
        Image, shape (height, width), of any size; larger than ``EXTRACTION_PX`` for a closer view.
    extractor
        What extracts the features.
    """
    photo = downscale(gray, EXTRACTION_PX)
    close = extractor.extract(downscale(gray, CLOSE_VIEW_PX), max_features=2 * MAX_VIEW_FEATURES)
    yield SimulatedView("close", _map_to_photo(close, photo))
    side = extractor.extract(_simulate_slant(photo), max_features=MAX_VIEW_FEATURES)
    yield SimulatedView("side", _map_to_photo(side, photo))
    yield SimulatedView("dust", extractor.extract(_simulate_dust(photo), max_features=MAX_VIEW_FEATURES))


def mirror_keypoints(features: LocalFeatures) -> LocalFeatures:
    """Move features without angles of their own to their positions in the mirrored image; descriptors stay."""
    keypoints = features.keypoints.copy()
    keypoints[:, 0] = features.width_px - 1 - keypoints[:, 0]
    keypoints[:, 3] = -keypoints[:, 3] % 360.0
    return replace(features, keypoints=keypoints)


def downscale(gray: "GrayImage", longest_px: int) -> "GrayImage":
    """Shrink an image to at most ``longest_px`` on its longest side; never enlarge it."""
    import cv2

    from opsec.vision.decoding.frame import fit_size

    height_px, width_px = gray.shape
    size = fit_size(width_px, height_px, longest_px)
    if size == (width_px, height_px):
        return gray
    return cv2.resize(gray, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _simulate_slant(gray: "GrayImage") -> "GrayImage":
    """Squeeze the width, blurred against aliasing along that direction only."""
    import cv2

    height_px, width_px = gray.shape
    soft = cv2.GaussianBlur(gray, (0, 0), sigmaX=0.8 * (SLANT**2 - 1) ** 0.5, sigmaY=0.01)
    size = max(1, round(width_px / SLANT)), height_px
    return cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


def _simulate_dust(gray: "GrayImage") -> "GrayImage":
    """Draw every level towards that of the haze, and soften."""
    import cv2
    import numpy as np

    hazy = cv2.GaussianBlur(gray, (0, 0), 1.2).astype(np.float32)
    return np.asarray(np.clip(_HAZE_LEVEL + (hazy - _HAZE_LEVEL) * _DUST_CONTRAST, 0, 255), np.uint8)


def _map_to_photo(features: LocalFeatures, photo: "GrayImage") -> LocalFeatures:
    """Map the features of a squeezed or larger image back to the photo."""
    import numpy as np

    height_px, width_px = photo.shape
    across, down = width_px / features.width_px, height_px / features.height_px
    keypoints = features.keypoints.copy()
    keypoints[:, 0] *= across
    keypoints[:, 1] *= down
    keypoints[:, 2] *= (across * down) ** 0.5
    angle = np.deg2rad(features.keypoints[:, 3])
    keypoints[:, 3] = np.rad2deg(np.arctan2(np.sin(angle) * down, np.cos(angle) * across)) % 360
    return replace(features, width_px=width_px, height_px=height_px, keypoints=keypoints)
