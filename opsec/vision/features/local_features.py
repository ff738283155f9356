"""Local features of a picture, so packed that they cross a pipe and lie in a case file.

Without a model: SIFT (Lowe, IJCV 2004) with the square-root normalisation of Arandjelović and Zisserman
(CVPR 2012), in which the Euclidean distance compares histograms fairly.

A keypoint is eight bytes: x and y in 64ths of a pixel, its size in 64ths of a pixel and its angle in 65,536ths of a
turn, each little-endian in 16 bits. A descriptor is 128 bytes: the square roots, times 512. That of a model has as many
bytes as the model has components: 127 times each, and 128 for nothing.
"""

import base64
import binascii
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from opsec.model import Features
from opsec.vision.features.sift_detector import LAYERS, spots

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.uint8]

LONGEST_PX = 600
"""Longest side of the picture in which features are looked for: the best setting measured."""
EVIDENCE_PX = 480
"""Longest side of a picture that is kept to be looked at."""
MOST = 800
"""Features of one frame, the clearest first."""
SIFT = "sift"
"""Name of the maker that needs no model."""
COMPONENTS = 128
"""Of a SIFT descriptor."""
FEWEST_COMPONENTS, MOST_COMPONENTS = 16, 256
"""Of a descriptor by a model."""
CENTRE, UNIT = 128, 127
"""What stands for 0 in a descriptor by a model, and how much more for 1; components by SIFT are never negative."""
ROOT_SCALE = 512.0
CONTRAST = 0.02
"""Half of the usual threshold: walls at night and in dust have little contrast, and the number is bounded anyhow."""
_FIRST_BLUR_PX = 1.0
"""Of the pyramid from which descriptors are taken."""
_PARTS = 64.0
_TURN = 65_536


class UnsoundFeaturesError(ValueError):
    """Packed features do not hold what they say: they come from a hostile process."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """Features of one picture, the clearest first."""

    width_px: int
    height_px: int
    keypoints: "Floats"
    """Shape (n, 4): x and y in pixels, size in pixels, angle in degrees (clockwise on the screen)."""
    descriptors: "Bytes"
    """Shape (n, components): 128 by SIFT."""
    maker: str = SIFT

    def __len__(self) -> int:
        return len(self.keypoints)

    @property
    def upright(self) -> bool:
        """Whether the features know neither their own angle nor their own size: those of a model's do not."""
        return self.maker != SIFT

    def vectors(self) -> "Floats":
        """The descriptors as vectors from their origin."""
        import numpy as np

        return self.descriptors.astype(np.float32) - (CENTRE if self.upright else 0)

    def only(self, chosen: "NDArray[Any] | slice") -> "Extracted":
        """Some of the features, by a mask, their numbers or a slice."""
        return replace(self, keypoints=self.keypoints[chosen], descriptors=self.descriptors[chosen])


class Finder(Protocol):
    """What finds features in pictures."""

    @property
    def maker(self) -> str:
        """Its name, which changes with all that changes what it finds."""

    def find(self, grey: "Bytes", mask: "Bytes | None" = None, most: int = MOST) -> Extracted:
        """The clearest features of a grey picture, shape (height, width), where the mask (same shape) is not 0."""


@dataclass(frozen=True, slots=True)
class Sift:
    """The finder that needs no model."""

    maker: ClassVar[str] = SIFT

    def find(self, grey: "Bytes", mask: "Bytes | None" = None, most: int = MOST) -> Extracted:
        """As ``extract``."""
        return extract(grey, mask, most)


BY_SIFT = Sift()


def extract(grey: "Bytes", mask: "Bytes | None" = None, most: int = MOST, contrast: float = CONTRAST) -> Extracted:
    """The clearest features of a grey picture, shape (height, width), where the mask (same shape) is not 0;
    ``contrast``: the least, as a share of the whole range."""
    import numpy as np

    height_px, width_px = grey.shape
    found = spots(grey, mask, most, contrast)
    if not len(found):
        return Extracted(width_px, height_px, np.zeros((0, 4), np.float32), np.zeros((0, COMPONENTS), np.uint8))
    keypoints = np.stack([found.x, found.y, 2 * found.blur_px, found.angle_deg], axis=1)
    return Extracted(width_px, height_px, keypoints, _described(grey, keypoints))


def _described(grey: "Bytes", keypoints: "Floats") -> "Bytes":
    """RootSIFT of each keypoint, from the level of OpenCV's pyramid that has its blur. The pyramid begins at half of
    the usual blur, so that the picture is never doubled and a descriptor is made of a quarter of the samples."""
    import cv2
    import numpy as np

    level = np.maximum(np.rint(LAYERS * np.log2(keypoints[:, 2] / (2 * _FIRST_BLUR_PX))).astype(np.intp), 1)
    octave, layer = np.divmod(level, LAYERS)
    given = [
        cv2.KeyPoint(x, y, size, angle, 0.0, where)
        for (x, y, size, angle), where in zip(keypoints.tolist(), (octave + (layer << 8)).tolist(), strict=True)
    ]
    _kept, raw = cv2.SIFT.create(nOctaveLayers=LAYERS, sigma=_FIRST_BLUR_PX).compute(grey, given)
    return rooted(np.asarray(raw))


def rooted(raw: "Floats") -> "Bytes":
    """Square roots of the shares of each histogram, in bytes."""
    import numpy as np

    shares = raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-6)
    return np.asarray(np.minimum(np.rint(np.sqrt(shares) * ROOT_SCALE), 255), np.uint8)


def packed(extracted: Extracted) -> Features:
    """For the pipe and the case file; places and angles lose what lies below their unit."""
    import numpy as np

    places = np.clip(np.rint(extracted.keypoints[:, :3] * _PARTS), 0, _TURN - 1)
    angles = np.rint(extracted.keypoints[:, 3:] * (_TURN / 360.0)) % _TURN
    return Features(
        width_px=extracted.width_px,
        height_px=extracted.height_px,
        count=len(extracted),
        keypoints=_base64(np.hstack([places, angles]).astype("<u2")),
        descriptors=_base64(extracted.descriptors),
        maker=extracted.maker,
    )


def unpacked(features: Features) -> Extracted:
    """Packed features as arrays again.

    Raises
    ------
    UnsoundFeaturesError
        They are no base64 or not as many as they say.
    """
    import numpy as np

    places = np.frombuffer(_bytes(features.keypoints, features.count * 8), "<u2").reshape(-1, 4).astype(np.float32)
    places[:, :3] /= _PARTS
    places[:, 3] *= 360.0 / _TURN
    places[:, 2] = np.maximum(places[:, 2], 1 / _PARTS)  # sizes are divided by
    rows = np.frombuffer(_bytes(features.descriptors, None), np.uint8)
    components = COMPONENTS if features.maker == SIFT or not features.count else len(rows) // features.count
    whole = components * features.count == len(rows) and FEWEST_COMPONENTS <= components <= MOST_COMPONENTS
    if not whole:
        raise UnsoundFeaturesError(f"{len(rows)} bytes for {features.count} descriptors")
    return Extracted(
        features.width_px, features.height_px, places, rows.reshape(features.count, components), features.maker
    )


def _base64(array: "NDArray[Any]") -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def _bytes(text: str, wanted: int | None) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise UnsoundFeaturesError(type(fault).__name__) from fault
    if wanted is not None and len(raw) != wanted:
        raise UnsoundFeaturesError(f"{len(raw)} bytes for {wanted}")
    return raw
