"""What is weak about the officer's landmarks, for ``opsec sites check``: said before a clip goes unrecognised."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.i18n.messages import Message, _, because, counted, reason
from opsec.matching.landmarks.backend import BUILT_IN, Backend
from opsec.matching.landmarks.clip_verification import held, sight
from opsec.matching.landmarks.enrolment import Enrolled, enrolled
from opsec.matching.landmarks.geometric_verification import Fit, verified
from opsec.matching.landmarks.grading import PROBABLE, SMALLEST
from opsec.matching.landmarks.model_client import NoAnswerError
from opsec.matching.landmarks.pairwise_matches import Pictures
from opsec.matching.landmarks.photo_loader import opened
from opsec.matching.landmarks.putative_matches import paired
from opsec.matching.landmarks.retrieval_index import Searched
from opsec.matching.landmarks.single_match_hypotheses import MOST_PAIRS
from opsec.matching.landmarks.view_synthesis import resized
from opsec.model import Reason, Site
from opsec.sites.bounded_files import shown
from opsec.sites.complaint import Complaint
from opsec.sites.reference_photos import ReferencePhoto, reference_photos
from opsec.vision.features.local_features import LONGEST_PX, Extracted
from opsec.vision.features.overlay_mask import bars, overlay

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST_FEATURES = 200
SAME_SIDE = 0.30
"""Two photos that share more of their features than this were taken from nearly one place."""
ONE_HOUR_LEVELS = 12.0
"""Mean grey levels within which photos of one landmark show one and the same light."""
ONE_HOUR_H = 1.5
"""Hours of the day within which photos were taken at one hour."""
_LOGO_PX = 200
"""Area of the smallest mark that is told; photos of one place have a few steady spots by chance."""
_LEADS = 12
"""Photos of the index that each photo is compared with."""
_MOST_COMPARED = 4_000
"""Photos that are held against each other; more would take hours."""
_MOST_IN_ALL = 1_200_000
"""Features of all of them, about 150 bytes each: of very many photos the clearest features only."""
_FEWEST_OF_ONE = 300
_MOST_OF_LANDMARK = 24
"""Photos of one landmark whose pictures are held against each other: they are all in memory at once."""


@dataclass(frozen=True, slots=True)
class _Checked:
    """A photo that can be used."""

    photo: ReferencePhoto
    grey: "NDArray[np.uint8] | None"
    """None of the later ones of very many."""
    features: Extracted
    light: float
    """Mean grey level."""
    hour: float | None
    """Of the day, when it was taken, if it tells."""


@dataclass(frozen=True, slots=True)
class _Features:
    """What is kept of a photo, to be held against all others."""

    photo: ReferencePhoto
    features: Extracted


def weak_landmarks(sites: Sequence[Site], folder: Path, backend: Backend = BUILT_IN) -> Iterator[Complaint]:
    """Everything that makes a landmark hard to recognise or easy to take for another.

    ``backend``: what landmarks are recognised with; what is weak for one may be strong for another. Bounded: a photo at
    a time, the pictures of one landmark at most, and of all photos some features.
    """
    photos = reference_photos(sites, folder)
    each = max(_FEWEST_OF_ONE, _MOST_IN_ALL // max(1, len(photos)))
    compared: list[_Features] = []
    left_out = 0
    for _place, mine in groupby(photos, key=lambda photo: photo.path.parent):
        usable: list[_Checked] = []
        for photo in mine:
            one = yield from _checked(photo, backend)
            if one is None:
                continue
            yield from _of_one(one)
            usable.append(one if len(usable) < _MOST_OF_LANDMARK else replace(one, grey=None, features=_first(one, 0)))
            if len(one.features) and len(compared) < _MOST_COMPARED:
                compared.append(_Features(photo, _first(one, each)))
            else:
                left_out += bool(len(one.features))
        yield from _of_landmark(usable)
    yield from _alike(compared)
    if left_out:
        yield _warn(
            folder,
            counted(
                "{n} more photo was not held against the others: only the first {most} are, so what looks like it is "
                "not known; keep the best photos of each landmark",
                "{n} more photos were not held against the others: only the first {most} are, so look-alikes among "
                "the rest are not known; keep the best photos of each landmark",
                left_out,
                most=_MOST_COMPARED,
            ),
        )


def _checked(photo: ReferencePhoto, backend: Backend) -> Generator[Complaint, None, _Checked | None]:
    """A photo that can be used; what hurts is told, and none is given when it cannot be."""
    one = opened(photo)
    if isinstance(one, Reason):
        yield _warn(photo.path, _("{file} cannot be used: {reason}", file=_file(photo), reason=because(one)))
        return None
    if one.trouble:
        yield _warn(photo.path, _("{file}: partly read: {reason}", file=_file(photo), reason=because(one.trouble)))
    try:
        known = enrolled(one.grey, backend.finder, views=False)
    except NoAnswerError:
        unread = because(reason("no_landmark_model", method=backend.maker))
        yield _warn(photo.path, _("{file} cannot be used: {reason}", file=_file(photo), reason=unread))
        return None
    grey = resized(one.grey, LONGEST_PX)
    return _Checked(photo, grey, known.features, float(grey.mean()), one.hour)


def _first(one: _Checked, most: int) -> Extracted:
    """At most so many of its features, as arrays of their own: a slice would keep all of them."""
    import numpy as np

    return one.features.only(np.arange(min(most, len(one.features))))


def _warn(path: Path, message: Message) -> Complaint:
    return Complaint("warning", shown(path), message)


def _file(photo: ReferencePhoto) -> str:
    return shown(photo.path)


def _of_one(one: _Checked) -> Iterator[Complaint]:
    if len(one.features) < FEWEST_FEATURES:
        yield _warn(
            one.photo.path,
            _(
                "{file} shows only {count} details by which it could be recognised, and {fewest} are wanted; take one "
                "that is sharper or nearer",
                file=_file(one.photo),
                count=len(one.features),
                fewest=FEWEST_FEATURES,
            ),
        )
    if one.grey is not None and _framed(bars(one.grey)):
        yield _warn(one.photo.path, _("{file} has bars around the picture; cut them off", file=_file(one.photo)))


def _framed(barred: "NDArray[np.bool_]") -> bool:
    """Whether bars lie along opposite edges: along one alone it is more likely a clear sky above a straight wall."""
    above_and_below = barred[0].all() and barred[-1].all()
    return bool(above_and_below or (barred[:, 0].all() and barred[:, -1].all()))


def _of_landmark(mine: Sequence[_Checked]) -> Iterator[Complaint]:
    if len(mine) < 2:
        return
    place, file = mine[0].photo.path.parent, shown(mine[0].photo.path.parent)
    fits = [_fit(one.features, other.features) for one, other in combinations(mine[:6], 2)]
    least = [min(len(one.features), len(other.features)) for one, other in combinations(mine[:6], 2)]
    if all(fit and fit.inliers > SAME_SIDE * min(count, MOST_PAIRS) for fit, count in zip(fits, least, strict=True)):
        yield _warn(place, _("{file}: all photos are taken from one side; add some from others", file=file))
    hours = [one.hour for one in mine if one.hour is not None]
    light = [one.light for one in mine]
    if len(hours) == len(mine) and _within_h(hours) <= ONE_HOUR_H:
        yield _warn(
            place,
            _(
                "{file}: all photos were taken at about {hour}:00 by their own clock; add some of another hour, best "
                "of dusk or night",
                file=file,
                hour=round(hours[0]) % 24,
            ),
        )
    elif max(light) - min(light) < ONE_HOUR_LEVELS:
        yield _warn(place, _("{file}: all photos show the same light; add some of another hour", file=file))
    greys = [one.grey for one in mine if one.grey is not None]
    sizes = {grey.shape for grey in greys}
    if any(overlay([grey for grey in greys if grey.shape == size], _LOGO_PX).any() for size in sizes):
        yield _warn(
            place,
            _("{file}: something is laid over all photos at one place, as a watermark is; use clean ones", file=file),
        )


def _within_h(hours: Sequence[float]) -> float:
    """The shortest stretch of the day that holds all of these hours: midnight is no border."""
    inside = sorted(hours)
    gaps = [later - earlier for earlier, later in pairwise([*inside, inside[0] + 24])]
    return 24 - max(gaps)


def _alike(usable: Sequence[_Features]) -> Iterator[Complaint]:
    """Landmarks that would be taken for each other: one plan built twice, the same poster at two gates."""
    if len(usable) < 2:
        return
    enrolled_all = [Enrolled(one.features, len(one.features)) for one in usable]
    index = Searched(enrolled_all)
    told: set[frozenset[Path]] = set()
    for one in usable:
        place = one.photo.path.parent
        for lead in index.leads([one.features])[:_LEADS]:
            other = usable[lead.photo]
            pair = frozenset({place, other.photo.path.parent})
            if lead.mirrored or len(pair) < 2 or pair in told:
                continue
            pictures = Pictures([one.features], [0.0], enrolled_all)
            holds = held(pictures, [lead])
            alike = sight(pictures, holds, [lead], alone=False) if holds else None
            if alike and alike.best.inliers >= PROBABLE and alike.best.extent >= SMALLEST:
                told.add(pair)
                yield _warn(
                    place,
                    _(
                        "{file} and {other} look alike: {count} places agree; a clip of one is told to show one of "
                        "the two",
                        file=shown(place),
                        other=shown(other.photo.path.parent),
                        count=alike.best.inliers,
                    ),
                )


def _fit(one: Extracted, other: Extracted) -> Fit | None:
    return verified(one, other, paired(one, other).surely)
