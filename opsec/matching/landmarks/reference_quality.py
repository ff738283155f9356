"""Quality check of the officer's reference photos, for ``opsec sites check``: warns before a clip goes unrecognised."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby, pairwise
from typing import TYPE_CHECKING

from opsec.i18n.messages import Message, _
from opsec.i18n.reasons import make_reason, reason_message
from opsec.matching.landmarks.backend import BUILT_IN_BACKEND, Backend
from opsec.matching.landmarks.enrolment import enrol
from opsec.matching.landmarks.geometric_verification import verify_geometry
from opsec.matching.landmarks.hypotheses import MAX_PAIRS
from opsec.matching.landmarks.model_client import ModelProcessError
from opsec.matching.landmarks.photo_loader import decode_photo
from opsec.matching.landmarks.putative_matches import match_descriptors
from opsec.matching.landmarks.reference_coverage import PhotoView, suggest_photos
from opsec.matching.landmarks.reference_lookalikes import LookalikeSearch, max_compared_features
from opsec.matching.landmarks.view_synthesis import downscale
from opsec.model import Reason, Site
from opsec.sites.bounded_files import display_path
from opsec.sites.complaint import Complaint
from opsec.sites.packed_tree import SitePath
from opsec.sites.reference_photos import ReferencePhoto, reference_photos
from opsec.vision.features.local_features import EXTRACTION_PX, LocalFeatures
from opsec.vision.features.overlay_mask import letterbox_mask, static_overlay_mask

if TYPE_CHECKING:
    from opsec.vision.arrays import GrayImage
    from opsec.vision.features.overlay_mask import Covered

MIN_FEATURES = 200
"""Features without which a photo is hard to recognise."""
MAX_SHARED_INLIERS = 0.30
"""Two photos that share more than this share of their features were taken from nearly one place."""
MIN_LIGHT_SPREAD_LEVELS = 12.0
"""Difference of mean gray levels below which the photos of one landmark all show the same light."""
MAX_SAME_HOUR_SPREAD_H = 1.5
"""Hours of the day within which photos count as taken at one hour."""
_MAX_PAIRWISE_PHOTOS = 6
"""Photos of one landmark that are compared for their sides."""
_MIN_OVERLAY_AREA_PX = 200
"""Area of the smallest overlay that is reported; photos of one place have a few static spots by chance."""
_MAX_IMAGES_PER_LANDMARK = 24
"""Photos of one landmark whose images are compared: all of them are in memory at once."""


@dataclass(frozen=True, slots=True)
class _UsablePhoto:
    """A photo that can be used."""

    photo: ReferencePhoto
    gray: "GrayImage | None"
    """At most ``EXTRACTION_PX``; None for the later ones of very many."""
    features: LocalFeatures
    light: float
    """Mean gray level."""
    hour: float | None
    """Hour of the day when it was taken, if the photo has a time."""


def check_reference_photos(
    sites: Sequence[Site], folder: SitePath, backend: Backend = BUILT_IN_BACKEND
) -> Iterator[Complaint]:
    """Report everything that makes a landmark hard to recognise or easy to take for another.

    Memory is bounded: one photo at a time, the images of one landmark at most, and some features of all photos.

    Parameters
    ----------
    sites
        With their landmarks.
    folder
        Folder of the sites.
    backend
        What recognises the landmarks: a photo that is weak for one backend may be good for another.
    """
    photos = reference_photos(sites, folder)
    max_features = max_compared_features(len(photos))
    lookalikes = LookalikeSearch()
    for landmark_folder, of_landmark in groupby(photos, key=lambda photo: photo.path.parent):
        usable: list[_UsablePhoto] = []
        for photo in of_landmark:
            loaded = yield from _load_usable(photo, backend)
            if loaded is None:
                continue
            yield from _check_photo(loaded)
            lookalikes.add(landmark_folder, _clearest_features(loaded, max_features))
            if len(usable) >= _MAX_IMAGES_PER_LANDMARK:
                loaded = replace(loaded, gray=None, features=_clearest_features(loaded, 0))
            usable.append(loaded)
        if len(usable) > 1:
            yield from _check_landmark(usable)
        views = [PhotoView(one.features, one.light, one.hour) for one in usable]
        suggestion = suggest_photos(display_path(landmark_folder), views)
        if suggestion is not None:
            yield Complaint("note", display_path(landmark_folder), suggestion)
    yield from lookalikes.complaints(folder)


def _load_usable(photo: ReferencePhoto, backend: Backend) -> Generator[Complaint, None, _UsablePhoto | None]:
    """Load a photo, yielding what is wrong with its file; return None when it cannot be used."""
    file = display_path(photo.path)
    decoded = decode_photo(photo)
    if isinstance(decoded, Reason):
        yield _warn(photo.path, _("{file} cannot be used: {reason}", file=file, reason=reason_message(decoded)))
        return None
    if decoded.problem:
        problem = reason_message(decoded.problem)
        yield _warn(photo.path, _("{file}: partly read: {reason}", file=file, reason=problem))
    try:
        enrolled = enrol(decoded.gray, backend.extractor, views=False)
    except ModelProcessError:
        failed = reason_message(make_reason("no_landmark_model", method=backend.extractor_name))
        yield _warn(photo.path, _("{file} cannot be used: {reason}", file=file, reason=failed))
        return None
    gray = downscale(decoded.gray, EXTRACTION_PX)
    return _UsablePhoto(photo, gray, enrolled.features, float(gray.mean()), decoded.hour)


def _clearest_features(photo: _UsablePhoto, max_features: int) -> LocalFeatures:
    """Return the clearest features as arrays of their own: a slice would keep all of them in memory."""
    import numpy as np

    return photo.features.select(np.arange(min(max_features, len(photo.features))))


def _warn(path: SitePath, message: Message) -> Complaint:
    return Complaint("warning", display_path(path), message)


def _check_photo(photo: _UsablePhoto) -> Iterator[Complaint]:
    path = photo.photo.path
    file = display_path(path)
    if len(photo.features) < MIN_FEATURES:
        yield _warn(
            path,
            _(
                "{file} has only {count} distinctive details and needs at least {fewest}; use a sharper or closer "
                "photo",
                file=file,
                count=len(photo.features),
                fewest=MIN_FEATURES,
            ),
        )
    if photo.gray is not None and _has_opposite_bars(letterbox_mask(photo.gray)):
        yield _warn(path, _("{file} has bars around the picture; crop them off", file=file))


def _has_opposite_bars(covered: "Covered") -> bool:
    """Whether bars lie along opposite edges; along one alone it is more likely a clear sky above a straight wall."""
    above_and_below = covered[0].all() and covered[-1].all()
    return bool(above_and_below or (covered[:, 0].all() and covered[:, -1].all()))


def _check_landmark(photos: Sequence[_UsablePhoto]) -> Iterator[Complaint]:
    """Check the photos of one landmark, at least two, for variety of side and light, and for a common overlay."""
    folder = photos[0].photo.path.parent
    file = display_path(folder)
    if _are_from_one_side(photos[:_MAX_PAIRWISE_PHOTOS]):
        message = _("{file}: all photos were taken from the same side; add some from other sides", file=file)
        yield _warn(folder, message)
    hours = [one.hour for one in photos if one.hour is not None]
    light = [one.light for one in photos]
    if len(hours) == len(photos) and _shortest_span_h(hours) <= MAX_SAME_HOUR_SPREAD_H:
        message = _(
            "{file}: all photos were taken at about {hour}:00 by their own clock; add some from another time of day, "
            "preferably dusk or night",
            file=file,
            hour=round(hours[0]) % 24,
        )
        yield _warn(folder, message)
    elif max(light) - min(light) < MIN_LIGHT_SPREAD_LEVELS:
        message = _("{file}: all photos show the same light; add some from another time of day", file=file)
        yield _warn(folder, message)
    if _have_common_overlay([one.gray for one in photos if one.gray is not None]):
        message = _("{file}: all photos carry the same overlay (a watermark?); use clean originals", file=file)
        yield _warn(folder, message)


def _are_from_one_side(photos: Sequence[_UsablePhoto]) -> bool:
    """Whether every two photos share so many features that they were taken from nearly one place."""
    for one, other in combinations(photos, 2):
        correspondences = match_descriptors(one.features, other.features)
        fit = verify_geometry(one.features, other.features, correspondences.unambiguous)
        n_features = min(len(one.features), len(other.features), MAX_PAIRS)
        if fit is None or fit.inliers <= MAX_SHARED_INLIERS * n_features:
            return False
    return True


def _have_common_overlay(grays: "Sequence[GrayImage]") -> bool:
    """Whether any images of one size have something in common that does not change from one to the next."""
    return any(
        static_overlay_mask([gray for gray in grays if gray.shape == shape], _MIN_OVERLAY_AREA_PX).any()
        for shape in {gray.shape for gray in grays}
    )


def _shortest_span_h(hours: Sequence[float]) -> float:
    """Compute the shortest span of the day that contains all of these hours, across midnight too."""
    in_order = sorted(hours)
    gaps = [later - earlier for earlier, later in pairwise([*in_order, in_order[0] + 24])]
    return 24 - max(gaps)
