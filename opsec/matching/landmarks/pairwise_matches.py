"""The pictures of one clip and our photos: what was paired of each two, and the pictures laid upon each other.

A place that somebody films stands still while the phone moves. So what several pictures show of it is carried into one
of them, by what the pictures themselves have in common (no landmark is asked), and counts together there. A corner that
is found in five pictures is paired with a photo five times, each time with other noise, and counts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from opsec.matching.landmarks.affine_fit import grown, turned_rad
from opsec.matching.landmarks.enrolment import Enrolled
from opsec.matching.landmarks.geometric_verification import Fit, verified
from opsec.matching.landmarks.mirrored_features import in_sense
from opsec.matching.landmarks.putative_matches import RATIO, Paired, paired
from opsec.matching.landmarks.retrieval_index import OWN_OF_THEM, votable
from opsec.matching.landmarks.single_match_hypotheses import MOST_PAIRS
from opsec.vision.features.local_features import Extracted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.matching.landmarks.putative_matches import Pairs

    Numbers = NDArray[np.float64]

LAID_BY = 400
"""Clearest features of a picture by which it is laid upon another of the clip."""
LAID_FROM = 15
"""Pairs that two pictures of a clip must share to be laid upon each other."""
_SAME_PX = 8.0
"""Within so much a feature of a photo that is found again in another picture is found at the same place."""
_TRIED_FEATURES, _TRIED_OF_PHOTO = 600, 1_200


class Pairing(Protocol):
    """How features of a picture and of a photo are paired."""

    def __call__(self, frame: Extracted, photo: Extracted, /, *, own: int, flipped: bool) -> Paired:
        """The pairs of a picture and a photo.

        ``own``: so many features, the first ones, are of the photo as it is; ``flipped``: the places of both were
        carried to where they lie in the flipped pictures.
        """


def by_ratio(frame: Extracted, photo: Extracted, /, *, own: int, flipped: bool) -> Paired:  # noqa: ARG001
    """The pairing that needs no model."""
    return paired(frame, photo)


@dataclass(frozen=True, slots=True)
class Compared:
    """A picture and a photo, in the sense in which they were compared, and their pairs."""

    frame: Extracted
    photo: Extracted
    paired: Paired

    def fitted(self) -> Fit | None:
        """The map that most of the pairs support."""
        return verified(self.frame, self.photo, self.paired.pairs, self.paired.sure)


@dataclass(slots=True)
class Pictures:
    """The pictures of a clip beside all our photos; what was compared whole once is not again."""

    frames: Sequence[Extracted]
    times_s: Sequence[float]
    photos: Sequence[Enrolled]
    pairing: Pairing = by_ratio
    _compared: dict[tuple[int, int, bool], Compared] = field(default_factory=dict)
    _fits: dict[tuple[int, int, bool], Fit | None] = field(default_factory=dict)
    _laid: dict[tuple[int, int], "Numbers | None"] = field(default_factory=dict)

    def tried(self, number: int, photo: int, *, flipped: bool) -> Compared:
        """The clearest features of a picture and of a photo: a quarter of the work, and enough where much agrees."""
        some = self.frames[number].only(slice(0, _TRIED_FEATURES))
        one, known = in_sense(some, self.photos[photo], flipped=flipped)
        few, own = votable(known, _TRIED_OF_PHOTO), min(known.own, int(OWN_OF_THEM * _TRIED_OF_PHOTO))
        found = self.pairing(one, few, own=own, flipped=flipped)
        return Compared(one, few, Paired(found.surely, found.sure))

    def compared(self, number: int, photo: int, *, flipped: bool) -> Compared:
        """A picture and a photo as wholes."""
        key = number, photo, flipped
        if key not in self._compared:
            one, known = in_sense(self.frames[number], self.photos[photo], flipped=flipped)
            found = self.pairing(one, known.features, own=known.own, flipped=flipped)
            self._compared[key] = Compared(one, known.features, found)
        return self._compared[key]

    def fitted(self, number: int, photo: int, *, flipped: bool) -> Fit | None:
        """The map that most pairs of a picture and a photo as wholes support."""
        key = number, photo, flipped
        if key not in self._fits:
            self._fits[key] = self.compared(number, photo, flipped=flipped).fitted()
        return self._fits[key]

    def together(self, base: int, others: Sequence[int], photo: int, *, flipped: bool) -> "tuple[Compared, Pairs]":
        """The picture ``base`` with all that is sure in it and in others, carried to where it lies in ``base``; and of
        each feature the number of the picture that it is of."""
        import numpy as np

        own = self.compared(base, photo, flipped=flipped)
        keypoints, pairs, ranks = [self.frames[base].keypoints], [own.paired.surely], [np.full(own.paired.sure, -1)]
        of = [np.full(len(self.frames[base]), base)]
        for number in others:
            laid = self.laid(number, base)
            if laid is None:
                continue
            more = self.compared(number, photo, flipped=flipped).paired.surely
            pairs.append(more + np.array([sum(map(len, of)), 0], np.intp))
            ranks.append(np.arange(len(more)))
            of.append(np.full(len(self.frames[number]), number))
            keypoints.append(_carried(self.frames[number].keypoints, laid))
        places = np.vstack(keypoints)
        whole = replace(
            self.frames[base],
            keypoints=places,
            descriptors=np.zeros((len(places), own.frame.descriptors.shape[1]), np.uint8),
        )
        in_order = np.vstack(pairs)[np.argsort(np.concatenate(ranks), kind="stable")]
        frame, _known = in_sense(whole, self.photos[photo], flipped=flipped)
        once = _once(frame, in_order)
        return Compared(frame, own.photo, Paired(once, len(once))), np.concatenate(of)

    def laid(self, number: int, base: int) -> "Numbers | None":
        """The map (shape (3, 2)) that lays a picture upon another; none when they do not show the same."""
        if (number, base) not in self._laid:
            one, other = (self.frames[which].only(slice(0, LAID_BY)) for which in (number, base))
            fit = verified(one, other, paired(one, other, RATIO).pairs)
            self._laid[number, base] = fit.affine if fit is not None and fit.inliers >= LAID_FROM else None
        return self._laid[number, base]


def _carried(keypoints: "NDArray[np.float32]", affine: "Numbers") -> "NDArray[np.float32]":
    """Keypoints (x, y, size, angle) where a map takes them."""
    import numpy as np

    places = keypoints[:, :2] @ affine[:2] + affine[2]
    size, angle = keypoints[:, 2] * grown(affine), (keypoints[:, 3] + np.rad2deg(turned_rad(affine))) % 360
    return np.stack([*places.T, size, angle], axis=1).astype(np.float32)


def _once(frame: Extracted, pairs: "Pairs") -> "Pairs":
    """The pairs, but for those of a photo's feature that an earlier one found at the same place."""
    import numpy as np

    pairs = pairs[: 2 * MOST_PAIRS]
    x, y = frame.keypoints[pairs[:, 0], 0], frame.keypoints[pairs[:, 0], 1]
    again = pairs[:, 1, None] == pairs[:, 1]
    again &= (np.abs(x[:, None] - x) < _SAME_PX) & (np.abs(y[:, None] - y) < _SAME_PX)
    return np.asarray(pairs[~np.tril(again, -1).any(axis=1)])
