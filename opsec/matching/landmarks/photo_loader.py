"""Loader of the officer's own reference photos of a landmark, within bounds.

The photos are not hostile, but come from phones, messengers and memory sticks: one that is damaged or too small gives a
reason, never an exception and never silently nothing.
"""

import io
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from opsec.errors import SitesError
from opsec.i18n.reasons import make_reason
from opsec.ingest.file_type import HEAD_BYTES, detect_file_kind
from opsec.matching.landmarks.enrolment import ReferenceFeatures, enrol
from opsec.matching.landmarks.model_client import ModelProcessError
from opsec.matching.landmarks.view_synthesis import CLOSE_VIEW_PX
from opsec.model import FileKind, Hint, Picture, Reason
from opsec.model.records import IncompleteFileError
from opsec.model.vocabulary import STILL_IMAGE_KINDS
from opsec.readers.metadata import exif
from opsec.sites.bounded_files import read_bounded
from opsec.sites.reference_photos import PHOTO_MIB, ReferencePhoto
from opsec.vision.decoding.frame import encode_evidence_picture
from opsec.vision.decoding.photo import PhotoDecoder
from opsec.vision.features.local_features import EVIDENCE_PX, FeatureExtractor

if TYPE_CHECKING:
    from opsec.vision.arrays import GrayImage

MIN_SIDE_PX = 64
"""Shorter side below which nothing can be recognised in a photo."""


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    """A decoded photo."""

    gray: "GrayImage"
    """Upright, at most ``CLOSE_VIEW_PX`` on its longest side."""
    thumbnail: Picture
    """Small picture for the officer's own page."""
    problem: Reason | None = None
    """Why only a part of the photo was decoded; None when it is whole."""
    hour: float | None = None
    """Hour of the day when it was taken, 0 to 24, by the camera's clock; None when the photo has no time."""


@dataclass(frozen=True, slots=True)
class EnrolledPhoto:
    """Features and thumbnail of a reference photo."""

    features: ReferenceFeatures
    thumbnail: Picture


def load_photo(photo: ReferencePhoto, extractor: FeatureExtractor) -> EnrolledPhoto | Reason:
    """Decode a photo and extract its features; return the reason when it cannot be used."""
    decoded = decode_photo(photo)
    if isinstance(decoded, Reason):
        return decoded
    try:
        return EnrolledPhoto(enrol(decoded.gray, extractor), decoded.thumbnail)
    except ModelProcessError:
        return make_reason("no_landmark_model", method=extractor.name)


def decode_photo(photo: ReferencePhoto) -> DecodedPhoto | Reason:
    """Decode a photo, upright and gray; return the reason when it cannot be used."""
    try:
        raw = read_bounded(photo.path, PHOTO_MIB)
    except SitesError:
        return make_reason("no_permission")
    kind = detect_file_kind(raw[:HEAD_BYTES], photo.path.name)
    if kind not in STILL_IMAGE_KINDS:
        return make_reason("unsupported", type=kind)
    decoded = _decode(PhotoDecoder(io.BytesIO(raw), kind))
    return decoded if isinstance(decoded, Reason) else replace(decoded, hour=_capture_hour(io.BytesIO(raw), kind))


def _capture_hour(file: BinaryIO, kind: FileKind) -> float | None:
    """Read the hour of the day from the photo's EXIF."""
    try:
        times = (found for found in exif.read(file, kind) if isinstance(found, Hint) and found.kind == "time")
        taken = datetime.fromisoformat(next((found.text or "" for found in times), ""))
    except (IncompleteFileError, ValueError):
        return None  # no EXIF, or no date in it
    return taken.hour + taken.minute / 60


def _decode(photo: PhotoDecoder) -> DecodedPhoto | Reason:
    for frame in photo.frames():
        if min(frame.width_px, frame.height_px) < MIN_SIDE_PX:
            return make_reason("too_small_picture", width_px=frame.width_px, height_px=frame.height_px)
        picture = encode_evidence_picture(frame.color(EVIDENCE_PX), EVIDENCE_PX)
        if picture is not None:
            return DecodedPhoto(frame.gray(CLOSE_VIEW_PX), picture, photo.gaps[0].reason if photo.gaps else None)
    return photo.gaps[0].reason if photo.gaps else make_reason("no_pictures")
