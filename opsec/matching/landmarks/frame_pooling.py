"""What the pictures of a clip show of one landmark together, where none of them shows enough by itself."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from opsec.matching.landmarks.clip_verification import MOST_FRAMES
from opsec.matching.landmarks.frame_evidence import Seen, Sight, judged
from opsec.matching.landmarks.geometric_verification import Fit, apart
from opsec.matching.landmarks.grading import PROBABLE_TOGETHER, is_place_together
from opsec.matching.landmarks.pairwise_matches import Compared, Pictures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def laid_together(pictures: Pictures, found: Sight) -> Sight | None:
    """With what all pictures show of the landmark, laid upon the one that shows it best: for clips in which nothing is
    clear. ``found``: what each shows by itself in one sense, be it too little to be told."""
    if len(pictures.frames) < 2:
        return None
    together = _together(pictures, found.best.frame, found.best.photo, flipped=found.mirrored)
    return replace(found, together=together) if together else None


def _together(pictures: Pictures, base: int, photo: int, *, flipped: bool, again: bool = True) -> Seen | None:
    """What all pictures show of a photo, laid upon one of them; none when it is too little."""
    others = [number for number in _around(len(pictures.frames), base) if number != base]
    one, of = pictures.together(base, others, photo, flipped=flipped)
    fit = one.fitted()
    if fit is None or fit.inliers < PROBABLE_TOGETHER:
        return None
    parts = dict(_parts(one, fit, of))
    if base not in parts:  # none of the places is its own: a person must be shown a picture that has some
        most = max(parts, key=lambda number: (parts[number], -number))
        return _together(pictures, most, photo, flipped=flipped, again=False) if again else None
    seen = judged(
        one.frame, one.photo, one.paired, fit,
        number=base, photo_number=photo, flipped=flipped, parts=tuple(parts.items()),
    )  # fmt: skip
    return seen if is_place_together(seen) and len(parts) > 1 else None


def _around(count: int, base: int) -> list[int]:
    """A picture and those next to it, as many as are compared."""
    return sorted(range(count), key=lambda number: (abs(number - base), number))[:MOST_FRAMES]


def _parts(one: Compared, fit: Fit, of: "NDArray[np.intp]") -> Iterator[tuple[int, int]]:
    """Of each picture that has some of the places that stand apart: its number, and how many."""
    import numpy as np

    chosen = one.paired.pairs[: len(fit.supporting)][fit.supporting]
    counted = apart(one.frame.keypoints[chosen[:, 0]], one.photo.keypoints[chosen[:, 1]])
    numbers, counts = np.unique(of[chosen[counted, 0]], return_counts=True)
    yield from zip(numbers.tolist(), counts.tolist(), strict=True)
