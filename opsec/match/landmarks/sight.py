"""One landmark in one clip: every picture of the clip against every photo that got votes, and what all of them show.

The best picture speaks first; the others count by what they add (`pooled`), and by when they were taken: two
pictures a second apart that agree are harder to get by chance than one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from opsec.hints.landmarks.features import Extracted
from opsec.match.landmarks.enrol import Enrolled
from opsec.match.landmarks.mirrored import in_sense
from opsec.match.landmarks.search import OWN_OF_THEM, Lead, evenly, votable
from opsec.match.landmarks.tentative import paired
from opsec.match.landmarks.verify import Fit, similarity, spots, verified
from opsec.match.landmarks.witness import Witnesses, witnesses

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.match.landmarks.tentative import Pairs

TRIES = 3
"""Leads of one landmark that are tried before it is given up."""
MOST_PHOTOS = 4
"""Photos of one landmark that are compared with the picture that shows it best."""
PHOTOS_ON = 2
"""The best of them that are compared with the other pictures."""
MOST_FRAMES = 5
"""Pictures of a clip that are compared with whole photos: the telling ones and some between."""
ENOUGH = 5
"""Supporting pairs of a lead below which nothing more is compared: three fit any map, and chance adds a fourth."""
MOST_LINES = 60
"""Supporting pairs kept as evidence; more would only blacken the picture."""
_TRIED_FEATURES, _TRIED_OF_PHOTO = 600, 1_200
_CELL_PX = 8.0
_FEWEST_TO_JUDGE = 5
_ONE_PLACE_PX = 6.0
_SPOT = 0.04
"""Share of the longest side within which pairs stand at one spot."""
_BAND = 0.15
"""A narrower band of places tells nothing of how the picture grows across it: there the map is taken to grow alike both
ways."""

Shares = tuple[float, float]
"""A place in a picture: shares of its width and of its height."""


class Pairing(Protocol):
    """How features of a picture and of a photo are paired."""

    def __call__(self, frame: Extracted, photo: Extracted, /, *, own: int, flipped: bool) -> "Pairs":
        """Pairs (frame feature, photo feature), shape (n, 2), the likeliest first.

        ``own``: so many features, the first ones, are of the photo as it is; ``flipped``: the places of both were
        carried to where they lie in the flipped pictures.
        """


def by_ratio(frame: Extracted, photo: Extracted, /, *, own: int, flipped: bool) -> "Pairs":  # noqa: ARG001
    """The pairing that needs no model."""
    return paired(frame, photo)


@dataclass(frozen=True, slots=True)
class Seen:
    """A landmark in one picture of a clip."""

    frame: int
    photo: int
    inliers: int
    extent: float
    """How broad the band of recognised places is at its narrowest, in the picture or in the photo, whichever is less:
    share of its longest side. One letter, one badge or one line of words reaches a few hundredths."""
    share: float
    """How much of what the picture should show of the photo was recognised: a poster that also hangs elsewhere is
    recognised, and nothing of the wall around it."""
    lines: tuple[tuple[Shares, Shares], ...]
    """Places in the picture (as it was posted, unmirrored) and in the photo that show the same."""
    outline: tuple[Shares, ...]
    """Four corners, in the picture, around what of the photo was recognised."""
    witnesses: Witnesses
    of_photo: float
    """Share of the whole photo that was recognised."""
    spots: int
    """How many places farther apart than a letter is large they are: two letters of one alphabet give many pairs at
    two spots."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A landmark in a clip."""

    mirrored: bool
    seen: tuple[Seen, ...]
    """The pictures in which it was recognised, in the order of the clip."""
    pooled: int
    """Different places of the photos that any of the pictures shows."""

    @property
    def best(self) -> Seen:
        """The picture that shows most of it."""
        return max(self.seen, key=lambda seen: (seen.inliers, -seen.frame))


def sight(
    frames: Sequence[Extracted],
    photos: Sequence[Enrolled],
    leads: Sequence[Lead],
    siblings: Sequence[int] = (),
    pairing: Pairing = by_ratio,
) -> Sight | None:
    """What the clip shows of one landmark, by the leads to its photos; none when no lead holds.

    ``siblings``: all photos of the landmark; those that no lead names are compared too once one holds.
    """
    fits = [(fit.inliers, lead) for lead in leads[:TRIES] if (fit := holds(frames, photos, lead, pairing))]
    if not fits or max(fit for fit, _lead in fits) < ENOUGH:
        return None
    held = max(fits, key=lambda one: one[0])[1]  # a façade that is its own mirror image fits in both senses
    told = (lead.photo for lead in leads if lead.mirrored == held.mirrored)
    wanted = list(dict.fromkeys((held.photo, *told, *siblings)))[:MOST_PHOTOS]
    telling = (lead.frame for lead in leads if lead.mirrored == held.mirrored)
    order = dict.fromkeys((held.frame, *telling, *evenly(len(frames), MOST_FRAMES)))
    found: list[Seen] = []
    places: set[tuple[int, int, int]] = set()
    for number in list(order)[:MOST_FRAMES]:
        frame = frames[number]
        seen = {one: _seen(frame, number, photos[one], one, pairing, flipped=held.mirrored) for one in wanted}
        places |= {place for _one, supported in seen.values() for place in supported}
        shown = sorted((one for one, _supported in seen.values() if one), key=lambda one: -one.inliers)
        found += shown[:1]
        best_first = dict.fromkeys((*(one.photo for one in shown), *wanted))
        wanted = list(best_first)[:PHOTOS_ON]
    found.sort(key=lambda one: one.frame)
    return Sight(held.mirrored, tuple(found), len(places)) if found else None


def holds(
    frames: Sequence[Extracted], photos: Sequence[Enrolled], lead: Lead, pairing: Pairing = by_ratio
) -> Fit | None:
    """Whether the clearest features of the picture with the most votes already fit."""
    one, known = in_sense(frames[lead.frame].only(slice(0, _TRIED_FEATURES)), photos[lead.photo], flipped=lead.mirrored)
    tried, own = votable(known, _TRIED_OF_PHOTO), min(known.own, int(OWN_OF_THEM * _TRIED_OF_PHOTO))
    return verified(one, tried, pairing(one, tried, own=own, flipped=lead.mirrored))


def _seen(  # noqa: PLR0913 - a picture, a photo, their numbers, and how they are compared
    frame: Extracted, number: int, enrolled: Enrolled, photo_number: int, pairing: Pairing, *, flipped: bool
) -> tuple[Seen | None, set[tuple[int, int, int]]]:
    one, known = in_sense(frame, enrolled, flipped=flipped)
    photo = known.features
    all_pairs = pairing(one, photo, own=known.own, flipped=flipped)
    fit = verified(one, photo, all_pairs)
    if fit is None:
        return None, set()
    pairs = all_pairs[: len(fit.supporting)][fit.supporting]
    here, there = one.keypoints[pairs[:, 0], :2], photo.keypoints[pairs[:, 1], :2]
    places = {(photo_number, int(x), int(y)) for x, y in there // _CELL_PX}
    lines = tuple(
        (_share(x, y, one, flipped=flipped), _share(x_there, y_there, photo))
        for (x, y), (x_there, y_there) in zip(here.tolist()[:MOST_LINES], there.tolist()[:MOST_LINES], strict=True)
    )
    outline = _outline(fit, there, one, flipped=flipped)
    sure = _but_the_outermost(there, photo)
    here, there = here[sure], there[sure]
    extent = min(_extent(here, one), _extent(there, photo))
    apart = min(spots(at, _SPOT * max(of.width_px, of.height_px)) for at, of in ((here, one), (there, photo)))
    hull = _hull_px(there)
    share = hull / max(_covered_px(fit, here, there, one, photo), 1.0)
    of_photo = hull / (photo.width_px * photo.height_px)
    asked = witnesses(one, photo, all_pairs, fit)
    return Seen(number, photo_number, fit.inliers, extent, share, lines, outline, asked, of_photo, apart), places


def _hull_px(there: "NDArray[Any]") -> float:
    """Area of the hull of the recognised places of the photo."""
    import cv2
    import numpy as np

    if len(there) < 3:
        return 0.0
    return float(cv2.contourArea(cv2.convexHull(there.astype(np.float32))))


def _covered_px(fit: Fit, here: "NDArray[Any]", there: "NDArray[Any]", frame: Extracted, photo: Extracted) -> float:
    """Area of the photo that the picture covers."""
    import cv2
    import numpy as np

    wide, high = frame.width_px, frame.height_px
    if not len(there):
        return 0.0
    thin = _extent(there, photo) < _BAND
    affine = similarity(here.astype(np.float64), there.astype(np.float64)) if thin else fit.affine
    corners = np.array([[0, 0, 1], [wide, 0, 1], [wide, high, 1], [0, high, 1]]) @ affine
    whole = np.array([[0, 0], [photo.width_px, 0], [photo.width_px, photo.height_px], [0, photo.height_px]])
    return float(cv2.intersectConvexConvex(corners.astype(np.float32), whole.astype(np.float32))[0])


def _but_the_outermost(there: "NDArray[Any]", photo: Extracted) -> "NDArray[Any]":
    """Which places to judge the extent by: all but the one without which they lie in the narrowest band. A strip of
    letters and one pair that chance put elsewhere is a strip."""
    import cv2
    import numpy as np

    places = there.astype(np.float32)
    if len(places) < _FEWEST_TO_JUDGE:
        return np.arange(len(places))
    corners = [int(one) for one in np.ravel(cv2.convexHull(places, returnPoints=False))]
    left_out = min(corners, key=lambda one: (_extent(_without(places, places[one]), photo), one))
    return np.asarray(np.flatnonzero((np.abs(places - places[left_out]) > _ONE_PLACE_PX).any(axis=1)))


def _without(places: "NDArray[Any]", one: "NDArray[Any]") -> "NDArray[Any]":
    import numpy as np

    return np.asarray(places[(np.abs(places - one) > _ONE_PLACE_PX).any(axis=1)])


def _extent(places: "NDArray[Any]", picture: Extracted) -> float:
    """The shorter side of the narrowest rectangle around these places, as a share of the picture's longest side."""
    import cv2
    import numpy as np

    if len(places) < 3:
        return 0.0
    _centre, sides, _turn = cv2.minAreaRect(np.asarray(places, np.float32))
    return min(sides) / max(picture.width_px, picture.height_px)


def _outline(fit: Fit, there: "NDArray[Any]", frame: Extracted, *, flipped: bool) -> tuple[Shares, ...]:
    """The box around the recognised places of the photo, carried into the picture."""
    import numpy as np

    (left, top), (right, bottom) = there.min(axis=0), there.max(axis=0)
    linear, shift = fit.affine[:2], fit.affine[2]
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    carried = (corners - shift) @ np.linalg.inv(linear)
    return tuple(_share(x, y, frame, flipped=flipped) for x, y in carried.tolist())


def _share(x: float, y: float, picture: Extracted, *, flipped: bool = False) -> Shares:
    across, down = min(1.0, max(0.0, x / picture.width_px)), min(1.0, max(0.0, y / picture.height_px))
    return round(1 - across if flipped else across, 4), round(down, 4)
