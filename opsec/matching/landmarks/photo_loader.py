"""The officer's own photos of a landmark: opened within bounds, and what of each is kept.

They mean well, but come from phones, messengers and memory sticks: one that is damaged or of no size gives a
reason, never an exception and never silently nothing.
"""

import io
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from opsec.errors import SitesError
from opsec.i18n.messages import reason
from opsec.ingest.file_type import HEAD_BYTES, sniff
from opsec.matching.landmarks.enrolment import Enrolled, enrolled
from opsec.matching.landmarks.model_client import NoAnswerError
from opsec.matching.landmarks.view_synthesis import CLOSE_PX
from opsec.model import FileKind, Hint, Picture, Reason
from opsec.model.records import UnsoundError
from opsec.readers.metadata import exif
from opsec.sites.bounded_files import read_bounded
from opsec.sites.reference_photos import PHOTO_MIB, ReferencePhoto
from opsec.vision.decoding.frame import evidence_picture
from opsec.vision.decoding.photo import FORMATS, Photo
from opsec.vision.features.local_features import EVIDENCE_PX, Finder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALLEST_PX = 64
"""Shorter side below which nothing can be recognised in a photo."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A photo, decoded."""

    grey: "NDArray[np.uint8]"
    """At most ``CLOSE_PX`` on its longest side."""
    picture: Picture
    """Small, for the officer's own page."""
    trouble: Reason | None = None
    """Why there is only a part of it."""
    hour: float | None = None
    """Of the day, on the clock of the camera, when it was taken: 0 to 24; none when the photo does not tell."""


@dataclass(frozen=True, slots=True)
class KnownPhoto:
    """What is kept of a reference photo."""

    enrolled: Enrolled
    picture: Picture


def known_photo(photo: ReferencePhoto, finder: Finder) -> KnownPhoto | Reason:
    """Open a photo and find its features; a reason when it cannot be used."""
    one = opened(photo)
    if isinstance(one, Reason):
        return one
    try:
        return KnownPhoto(enrolled(one.grey, finder), one.picture)
    except NoAnswerError:
        return reason("no_landmark_model", method=finder.maker)


def opened(photo: ReferencePhoto) -> Opened | Reason:
    """The photo upright and grey, or why it cannot be used."""
    try:
        raw = read_bounded(photo.path, PHOTO_MIB)
    except SitesError:
        return reason("no_permission")
    kind = sniff(raw[:HEAD_BYTES], photo.path.name)
    if kind not in FORMATS:
        return reason("unsupported", type=kind)
    one = _decoded(Photo(io.BytesIO(raw), kind))
    return one if isinstance(one, Reason) else replace(one, hour=_hour(io.BytesIO(raw), kind))


def _hour(file: BinaryIO, kind: FileKind) -> float | None:
    """What the photo's EXIF says of the time of day."""
    try:
        times = (found for found in exif.read(file, kind) if isinstance(found, Hint) and found.kind == "time")
        taken = datetime.fromisoformat(next((found.text or "" for found in times), ""))
    except (UnsoundError, ValueError):
        return None  # no EXIF, or no date in it
    return taken.hour + taken.minute / 60


def _decoded(photo: Photo) -> Opened | Reason:
    import cv2

    cv2.setNumThreads(1)
    for frame in photo.frames():
        if min(frame.width_px, frame.height_px) < SMALLEST_PX:
            return reason("too_small_picture", width_px=frame.width_px, height_px=frame.height_px)
        picture = evidence_picture(frame.colour(EVIDENCE_PX), EVIDENCE_PX)
        if picture is not None:
            return Opened(frame.grey(CLOSE_PX), picture, photo.gaps[0].reason if photo.gaps else None)
    return photo.gaps[0].reason if photo.gaps else reason("no_pictures")
