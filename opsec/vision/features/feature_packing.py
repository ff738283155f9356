"""The packed form of local features that crosses the pipe of the reading process and is kept in the case file.

A keypoint is four numbers of 16 bits, little-endian: x, y, size and angle. They are quantised no finer than matching
needs, so that an entropy coder makes them small, and SIFT descriptors are transform-coded (``descriptor_transform``). A
scan matches the packed features as well, so that it and a later match of the stored ones give the same.
"""

import base64
import binascii
from typing import TYPE_CHECKING, Any

from opsec.model import Features
from opsec.vision.features.descriptor_transform import restore, transform
from opsec.vision.features.local_features import (
    MAX_DESCRIPTOR_SIZE,
    MIN_DESCRIPTOR_SIZE,
    SIFT,
    SIFT_DESCRIPTOR_SIZE,
    LocalFeatures,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.features.local_features import KeypointArray

PLAIN, TRANSFORM = "plain", "transform"
"""Codings of packed features: of learned models and of earlier versions, and of SIFT."""
_PLAIN_SUBPIXELS, _PLAIN_ANGLE_STEPS = 64.0, 65_536
"""Steps per pixel (of positions and sizes) and per turn of plain keypoints."""
_SUBPIXELS, _SIZES_PER_OCTAVE, _ANGLE_STEPS = 2.0, 8.0, 128
"""Steps per pixel of a position, per doubling of the size and per turn, of transform-coded features: positions within a
quarter of a pixel, sizes within 5 %, angles within 1.4°. A correct match deviates by several times as much."""
_MIN_SIZE_PX, _MAX_OCTAVES = 1 / 64, 16.0
_MAX_WORD = 65_535


class InvalidFeaturesError(ValueError):
    """Packed features contradict their own counts; they may come from a hostile process."""


def pack_features(features: LocalFeatures) -> Features:
    """Pack features for the pipe and the case file, those of SIFT with loss (see the module)."""
    import numpy as np

    x, y, size, angle = features.keypoints.T.astype(np.float64)
    if features.extractor == SIFT:
        coding, descriptors = TRANSFORM, transform(features.descriptors)
        positions = [x * _SUBPIXELS, y * _SUBPIXELS, _SIZES_PER_OCTAVE * np.log2(np.maximum(size / _MIN_SIZE_PX, 1.0))]
        angles = np.rint(angle * (_ANGLE_STEPS / 360.0)) % _ANGLE_STEPS
    else:
        coding, descriptors = PLAIN, features.descriptors
        positions = [x * _PLAIN_SUBPIXELS, y * _PLAIN_SUBPIXELS, size * _PLAIN_SUBPIXELS]
        angles = np.rint(angle * (_PLAIN_ANGLE_STEPS / 360.0)) % _PLAIN_ANGLE_STEPS
    rounded = np.stack([*np.clip(np.rint(positions), 0, _MAX_WORD), angles], axis=1)
    return Features(
        width_px=features.width_px,
        height_px=features.height_px,
        count=len(features),
        keypoints=_encode_base64(rounded.astype("<u2")),
        descriptors=_encode_base64(descriptors),
        maker=features.extractor,
        coding=coding,
    )


def unpack_features(features: Features) -> LocalFeatures:
    """Unpack features that ``pack_features`` made, in this version or an earlier one.

    Raises
    ------
    InvalidFeaturesError
        The coding is unknown; or the strings are not base64, or do not contain as many features as they claim.
    """
    import numpy as np

    if features.coding not in (PLAIN, TRANSFORM) or (features.coding == TRANSFORM and features.maker != SIFT):
        raise InvalidFeaturesError(features.maker)
    quantised = np.frombuffer(_decode_base64(features.keypoints, features.count * 8), "<u2").reshape(-1, 4)
    flat = np.frombuffer(_decode_base64(features.descriptors, None), np.uint8)
    by_sift = features.maker == SIFT or not features.count
    size = SIFT_DESCRIPTOR_SIZE if by_sift else len(flat) // features.count
    if size * features.count != len(flat) or not MIN_DESCRIPTOR_SIZE <= size <= MAX_DESCRIPTOR_SIZE:
        raise InvalidFeaturesError(f"{len(flat)} bytes for {features.count} descriptors")
    descriptors = flat.reshape(features.count, size)
    return LocalFeatures(
        features.width_px,
        features.height_px,
        _restore_keypoints(quantised, features.coding),
        restore(descriptors) if features.coding == TRANSFORM else descriptors,
        features.maker,
    )


def _restore_keypoints(quantised: "NDArray[np.uint16]", coding: str) -> "KeypointArray":
    """Restore keypoints (n, 4) from their packed numbers."""
    import numpy as np

    keypoints = quantised.astype(np.float32)
    if coding == TRANSFORM:
        keypoints[:, :2] /= _SUBPIXELS
        octaves = np.minimum(keypoints[:, 2] / _SIZES_PER_OCTAVE, _MAX_OCTAVES)
        keypoints[:, 2] = _MIN_SIZE_PX * np.exp2(octaves.astype(np.float64))
        keypoints[:, 3] = keypoints[:, 3] % _ANGLE_STEPS * (360.0 / _ANGLE_STEPS)
        return keypoints
    keypoints[:, :3] /= _PLAIN_SUBPIXELS
    keypoints[:, 3] *= 360.0 / _PLAIN_ANGLE_STEPS
    keypoints[:, 2] = np.maximum(keypoints[:, 2], 1 / _PLAIN_SUBPIXELS)  # callers divide by sizes
    return keypoints


def _encode_base64(array: "NDArray[Any]") -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def _decode_base64(text: str, expected_bytes: int | None) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise InvalidFeaturesError(type(fault).__name__) from fault
    if expected_bytes is not None and len(raw) != expected_bytes:
        raise InvalidFeaturesError(f"{len(raw)} bytes for {expected_bytes}")
    return raw
