"""Local features of one image, and SIFT extraction.

The built-in extractor is SIFT (Lowe, IJCV 2004) with the square-root normalisation of Arandjelović and Zisserman
(RootSIFT, CVPR 2012), after which the Euclidean distance compares histograms fairly.

A SIFT descriptor is 128 bytes: the square roots, times 512. A descriptor of a learned model has one byte per component:
127 times the component, plus 128.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from opsec.vision.features.sift_detector import LAYERS_PER_OCTAVE, detect_keypoints

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, GrayImage, Mask

    KeypointArray = NDArray[np.float32]
    """Shape (n, 4): x and y in pixels, size in pixels, angle in degrees (clockwise on the screen)."""
    Descriptors = NDArray[np.uint8]
    """Shape (n, descriptor size), quantised."""
    Vectors = NDArray[np.float32]
    """Shape (n, descriptor size): descriptors as vectors."""

EXTRACTION_PX = 600
"""Longest side of the image from which features are extracted: the best setting measured."""
EVIDENCE_PX = 480
"""Longest side of an image that is kept as evidence for a person to look at."""
MAX_FEATURES = 800
"""Features of one frame, those of the strongest response first."""
SIFT = "sift"
"""Name of the extractor that needs no model."""
SIFT_DESCRIPTOR_SIZE = 128
MIN_DESCRIPTOR_SIZE, MAX_DESCRIPTOR_SIZE = 16, 256
"""Components of a descriptor of a learned model."""
ZERO_LEVEL, UNIT_LEVELS = 128, 127
"""Byte that stands for 0 in a descriptor of a learned model, and how many levels more stand for 1; SIFT components are
never negative."""
ROOT_SCALE = 512.0
CONTRAST_THRESHOLD = 0.02
"""Half of the usual threshold: walls at night and in dust have little contrast, and the number of features is bounded
in any case."""
_BASE_SIGMA_PX = 1.0
"""Blur of the first level of the pyramid from which descriptors are computed."""


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """Keypoints and descriptors of one image, those of the strongest response first."""

    width_px: int
    """Width of the image in which the features were found."""
    height_px: int
    keypoints: "KeypointArray"
    """Shape (n, 4), float32: x and y in pixels, size in pixels, angle in degrees (clockwise on the screen)."""
    descriptors: "Descriptors"
    """Shape (n, descriptor size), uint8; 128 components by SIFT."""
    extractor: str = SIFT
    """Name of the extractor that found them: features of different extractors cannot be compared."""

    def __len__(self) -> int:
        return len(self.keypoints)

    @property
    def has_orientation(self) -> bool:
        """Whether the keypoints have an angle and a size of their own, as SIFT's have and a learned model's do not."""
        return self.extractor == SIFT

    def descriptor_vectors(self) -> "Vectors":
        """Return the descriptors as vectors from their origin, shape (n, descriptor size)."""
        import numpy as np

        return self.descriptors.astype(np.float32) - (0 if self.has_orientation else ZERO_LEVEL)

    def select(self, selection: "Flags | NDArray[Any] | slice") -> "LocalFeatures":
        """Return some of the features, chosen by a boolean mask, by their numbers or by a slice."""
        return replace(self, keypoints=self.keypoints[selection], descriptors=self.descriptors[selection])


class FeatureExtractor(Protocol):
    """Detects keypoints in an image and describes them."""

    @property
    def name(self) -> str:
        """Identifier that changes with everything that changes the extracted features."""

    def extract(self, gray: "GrayImage", mask: "Mask | None" = None, max_features: int = MAX_FEATURES) -> LocalFeatures:
        """Extract the features of the strongest response.

        Parameters
        ----------
        gray
            Image, shape (height, width), uint8.
        mask
            Same shape; features are taken where it is not 0. None: from the whole image.
        max_features
            Most features to return.
        """


@dataclass(frozen=True, slots=True)
class SiftExtractor:
    """The built-in extractor, which needs no model."""

    name: ClassVar[str] = SIFT

    def extract(self, gray: "GrayImage", mask: "Mask | None" = None, max_features: int = MAX_FEATURES) -> LocalFeatures:
        """Extract as ``extract_sift`` does."""
        return extract_sift(gray, mask, max_features)


SIFT_EXTRACTOR = SiftExtractor()


def extract_sift(
    gray: "GrayImage",
    mask: "Mask | None" = None,
    max_features: int = MAX_FEATURES,
    contrast_threshold: float = CONTRAST_THRESHOLD,
) -> LocalFeatures:
    """Extract RootSIFT features of the strongest response.

    Parameters
    ----------
    gray
        Image, shape (height, width), uint8.
    mask
        Same shape; features are taken where it is not 0. None: from the whole image.
    max_features
        Most features to return.
    contrast_threshold
        Least response of a keypoint, as a share of the whole range of gray levels.
    """
    import numpy as np

    height_px, width_px = gray.shape
    found = detect_keypoints(gray, mask, max_features, contrast_threshold)
    if not len(found):
        return LocalFeatures(
            width_px, height_px, np.zeros((0, 4), np.float32), np.zeros((0, SIFT_DESCRIPTOR_SIZE), np.uint8)
        )
    keypoints = np.stack([found.x, found.y, 2 * found.sigma_px, found.angle_deg], axis=1)
    return LocalFeatures(width_px, height_px, keypoints, _compute_descriptors(gray, keypoints))


def _compute_descriptors(gray: "GrayImage", keypoints: "KeypointArray") -> "Descriptors":
    """Compute the RootSIFT descriptor of each keypoint, at the level of OpenCV's pyramid that has its blur.

    The pyramid begins at half of the usual blur, so that the image is never doubled and a descriptor is computed from
    a quarter of the samples.
    """
    import cv2
    import numpy as np

    level = np.maximum(np.rint(LAYERS_PER_OCTAVE * np.log2(keypoints[:, 2] / (2 * _BASE_SIGMA_PX))).astype(np.intp), 1)
    octave, layer = np.divmod(level, LAYERS_PER_OCTAVE)
    given = [
        cv2.KeyPoint(x, y, size, angle, 0.0, packed_octave)
        for (x, y, size, angle), packed_octave in zip(keypoints.tolist(), (octave + (layer << 8)).tolist(), strict=True)
    ]
    _kept, raw = cv2.SIFT.create(nOctaveLayers=LAYERS_PER_OCTAVE, sigma=_BASE_SIGMA_PX).compute(gray, given)
    return root_sift(np.asarray(raw))


def root_sift(raw: "Vectors") -> "Descriptors":
    """Normalise SIFT histograms (n, 128) to the square roots of their shares, quantised to bytes."""
    import numpy as np

    shares = raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-6)
    return np.asarray(np.minimum(np.rint(np.sqrt(shares) * ROOT_SCALE), 255), np.uint8)
