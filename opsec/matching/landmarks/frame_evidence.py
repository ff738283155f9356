"""What one picture shows of one photo: how much, how broadly, what around it was not recognised, and who bears it out.

The counts come from ``verify``. Everything else here is there because a count alone is cheap: a poster, a letter or a
row of windows gives as many.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsec.matching.landmarks.affine_fit import similarity
from opsec.matching.landmarks.geometric_verification import Fit, spots
from opsec.matching.landmarks.model_cross_check import Witnesses, witnesses
from opsec.matching.landmarks.putative_matches import Paired
from opsec.vision.features.local_features import Extracted

if TYPE_CHECKING:
    from numpy.typing import NDArray


MOST_LINES = 60
"""Supporting pairs kept as evidence; more would only blacken the picture."""
_FEWEST_TO_JUDGE = 5
_ONE_PLACE_PX = 6.0
_SPOT = 0.04
"""Share of the longest side within which pairs stand at one spot."""
_BAND = 0.15
"""A narrower band of places tells nothing of how the picture grows across it: there the map is taken to grow alike both
ways."""

Shares = tuple[float, float]
"""A place in a picture: shares of its width and of its height."""


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
    parts: tuple[tuple[int, int], ...] = ()
    """Pictures that were taken together, this one among them, and how many of the places are of each; empty when it
    speaks for itself alone."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A landmark in a clip."""

    mirrored: bool
    seen: tuple[Seen, ...]
    """The pictures in which it was recognised, in the order of the clip."""
    pooled: int
    """Different places of the photos that any of the pictures shows."""
    together: Seen | None = None
    """What pictures laid upon each other show, where none of them shows enough by itself."""

    @property
    def best(self) -> Seen:
        """The picture that shows most of it."""
        return self.together or max(self.seen, key=lambda seen: (seen.inliers, -seen.frame))

    @property
    def pictures(self) -> tuple[tuple[int, int], ...]:
        """The pictures that show it and how many of the places are of each, in the order of the clip."""
        return self.together.parts if self.together else tuple((seen.frame, seen.inliers) for seen in self.seen)


def judged(  # noqa: PLR0913 - a picture, a photo, their numbers, and how they fit
    frame: Extracted, photo: Extracted, paired: Paired, fit: Fit, *, number: int, photo_number: int, flipped: bool,
    parts: tuple[tuple[int, int], ...] = (),
) -> Seen:  # fmt: skip
    """What a fit of these pairs shows. ``frame``: in the sense in which it fits, as in ``number`` of the clip."""
    here, there = supported(frame, photo, paired, fit)
    lines = tuple(
        (_share(x, y, frame, flipped=flipped), _share(x_there, y_there, photo))
        for (x, y), (x_there, y_there) in zip(here.tolist(), there.tolist(), strict=True)
        if 0 <= x <= frame.width_px and 0 <= y <= frame.height_px  # pictures taken together reach beyond any of them
    )
    outline = _outline(fit, there, frame, flipped=flipped)
    sure = _but_the_outermost(there, photo)
    here, there = here[sure], there[sure]
    extent = min(_extent(here, frame), _extent(there, photo))
    apart = min(spots(at, _SPOT * max(of.width_px, of.height_px)) for at, of in ((here, frame), (there, photo)))
    hull = _hull_px(there)
    share = hull / max(_covered_px(fit, here, there, frame, photo), 1.0)
    of_photo = hull / (photo.width_px * photo.height_px)
    asked = witnesses(frame, photo, paired, fit)
    return Seen(
        number, photo_number, fit.inliers, extent, share, lines[:MOST_LINES], outline, asked, of_photo, apart, parts
    )


def supported(frame: Extracted, photo: Extracted, paired: Paired, fit: Fit) -> "tuple[NDArray[Any], NDArray[Any]]":
    """Places in the picture and in the photo, shape (n, 2) each, of the pairs that support a fit."""
    chosen = paired.pairs[: len(fit.supporting)][fit.supporting]
    return frame.keypoints[chosen[:, 0], :2], photo.keypoints[chosen[:, 1], :2]


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
