"""Decision whether two clips are copies of one clip, from their hashes and change signals alone.

Like pictures prove little: a speaker before a wall, a tripod on one place, an introduction before many films. So the
pictures must agree at the same moments while both clips last, and something must distinguish these moments from all
others: how much each quarter of the picture changes (``change_signal``), or the camera, which shows something else at
every moment. Clips that do neither, such as a photo shown for a while, must show nearly the very same picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.vision.copies.alignment import (
    MIN_OVERLAP,
    MIN_OVERLAP_S,
    TimeAlignment,
    align_hits,
    align_signals,
    correlation_of,
    detrended,
    products,
    refinements,
    significance,
)
from opsec.vision.copies.change_signal import QUARTERS
from opsec.vision.copies.clip_hasher import ClipHashes
from opsec.vision.copies.picture_hash import distances, mirrored

if TYPE_CHECKING:
    from opsec.vision.arrays import AnyArray, Floats, Ints

MAX_DISTANCE = 70
"""Bits in which hashes of one picture differ at most, with a caption or cropped to between two windows. Those of two
unrelated pictures differ in 128 ± 8."""
MAX_STILL_DISTANCE = 14
"""The same for pictures that nothing but the picture itself distinguishes: re-encoded and reduced, not captioned."""
_NEAR_S = 0.16
"""Frames this close in time show one moment."""
_FAR_S = 1.0
_WINDOW_PAIRS = ((0, 0), (0, 1), (0, 2), (1, 0), (2, 0))
"""Windows of the two clips that are compared: a copy may be cropped."""
_MIN_HITS, _MIN_COMPARED = 3, 4
_MIN_AGREED, _MIN_AGREED_PART = 0.6, 0.4
_MIN_CORRELATION, _MIN_PART, _MIN_SIGNIFICANCE = 0.75, 0.3, 6.0
_MIN_CLOSE_CORRELATION, _MIN_CLOSE_SIGNIFICANCE, _MIN_CLOSER_BITS = 0.55, 2.5, 6.0
"""For short clips: the pictures of these moments are also more alike than those of any other moments."""
_MIN_MOVED_BITS = 40.0
_MAX_SLOW_DISTANCE, _MIN_SLOW_BITS, _MIN_SLOW_COMPARED = 16.0, 14.0, 16
"""For a camera that moves slowly: nearly the very same picture at each moment."""
_MIN_MOVING_AGREED, _MAX_MOVING_DISTANCE, _MIN_MOVING_COMPARED = 0.75, 58.0, 8
_MIN_CHANGE = 1.5
"""Standard deviation of a detrended signal below which nothing happens in a clip."""
_MIN_LIVELY_SHARE = 0.02
"""Share of the mean power of a signal from which a part is compared."""
_PART_S = 2.5
"""Length of the parts of the overlap that must agree, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How well two clips agree at one alignment."""

    alignment: TimeAlignment
    is_mirrored: bool
    overlap_s: float
    """Seconds of the first clip that both show."""
    overlap: float
    """The same as a share of the shorter clip."""
    compared: int
    """Frames of both clips that have one of the other clip close in time."""
    agreed: float
    """Share of them that are alike."""
    agreed_part: float
    """The same in the part of the overlap that agrees least."""
    compared_parts: float
    """Share of the parts of the overlap in which frames were compared."""
    distance: float
    """Median distance of the compared frames to that one, in bits."""
    far_distance: float
    """Median distance to the most similar frame of other moments."""
    distant_distance: float
    """The same of moments a quarter of the overlap away, by which a slow movement is recognised."""
    correlation: float
    """Of the change signals."""
    correlation_part: float
    significance: float
    change: float
    """Standard deviation of the less lively of the two detrended signals."""
    greater_change: float
    """The same of the livelier one: a quiet part of one clip may look like any other moment of its place."""

    @property
    def is_copy(self) -> bool:
        """Whether the clips are copies of one clip."""
        if self.overlap < MIN_OVERLAP or self.compared < _MIN_COMPARED or self.agreed_part < _MIN_AGREED_PART:
            return False
        return self.agreed >= _MIN_AGREED and (self._changes_alike() or self._moves_alike() or self._is_same_still())

    def _changes_alike(self) -> bool:
        """Whether the signals distinguish these moments from all others."""
        alike = self.correlation >= _MIN_CORRELATION and self.significance >= _MIN_SIGNIFICANCE
        close = self.correlation >= _MIN_CLOSE_CORRELATION and self.significance >= _MIN_CLOSE_SIGNIFICANCE
        close = close and self.far_distance - self.distance >= _MIN_CLOSER_BITS
        return self.change >= _MIN_CHANGE and self.correlation_part >= _MIN_PART and (alike or close)

    def _moves_alike(self) -> bool:
        """Whether the camera shows the same at each moment and something else at others."""
        moved = self.far_distance - self.distance
        if self.agreed < _MIN_MOVING_AGREED or self.compared < _MIN_MOVING_COMPARED or self.compared_parts < 1:
            return False  # an introduction that two films share is compared in one part of them
        fast = self.distance <= _MAX_MOVING_DISTANCE and moved >= _MIN_MOVED_BITS
        slowly = self.distance <= _MAX_SLOW_DISTANCE and self.distant_distance - self.distance >= _MIN_SLOW_BITS
        return fast or (slowly and self.compared >= _MIN_SLOW_COMPARED)

    def _is_same_still(self) -> bool:
        """Whether both show one picture and nothing happens in it."""
        return self.greater_change < _MIN_CHANGE and self.distance <= MAX_STILL_DISTANCE


@dataclass(frozen=True, slots=True)
class _View:
    """One way in which the pictures of two clips may correspond: mirrored or not, one of them cropped or not."""

    is_mirrored: bool
    times_s: "Floats"
    other_times_s: "Floats"
    apart: "Ints"
    """Distances of their hashes, shape (n, m)."""
    share: float
    """Share of the frames that have a like one in the other clip."""


def find_agreement(one: ClipHashes, other: ClipHashes) -> Agreement | None:
    """Return how two clips agree if they are copies of one clip, else None."""
    if not len(one.signal) or not len(other.signal):
        return None
    for view in _views(one, other):
        for agreement in _agreements(one, other, view):
            if agreement.is_copy:
                return agreement
    return None


def are_copies(one: ClipHashes, other: ClipHashes) -> bool:
    """Return whether two clips are copies of one clip: the same answer in either order.

    A photo and a clip of the same picture are not: whether the clip shows more is unknown.
    """
    photos = not len(one.signal), not len(other.signal)
    if all(photos):
        return _are_same_photo(one, other)
    if any(photos):
        return False
    return find_agreement(one, other) is not None or find_agreement(other, one) is not None


def _are_same_photo(one: ClipHashes, other: ClipHashes) -> bool:
    """Return whether two photos show one picture, perhaps mirrored or one of them cropped."""
    return any(view.apart.min() <= MAX_STILL_DISTANCE for view in _views(one, other))


def _views(one: ClipHashes, other: ClipHashes) -> list[_View]:
    """Return the two views in which the most frames are alike, the better one first."""
    found = []
    for is_mirrored in (False, True):
        for window, other_window in _WINDOW_PAIRS:
            here, there = one.windows == window, other.windows == other_window
            if not here.any() or not there.any():
                continue
            hashes = mirrored(one.hashes[here]) if is_mirrored else one.hashes[here]
            apart = distances(hashes, other.hashes[there])
            hits = int((apart.min(1) <= MAX_DISTANCE).sum() + (apart.min(0) <= MAX_DISTANCE).sum())
            if hits >= min(_MIN_HITS, sum(apart.shape)):
                share = hits / sum(apart.shape)
                found.append(_View(is_mirrored, one.times_s[here], other.times_s[there], apart, share))
    found.sort(key=lambda view: -view.share)
    return [view for view in found[:2] if view.share >= found[0].share / 2]


def _agreements(one: ClipHashes, other: ClipHashes, view: _View) -> Iterator[Agreement]:
    """Yield the agreement at every alignment that the signals or the pictures suggest."""
    import numpy as np

    step_s = max(one.step_s, other.step_s)
    here, there = _signal(one, step_s, is_mirrored=view.is_mirrored), _signal(other, step_s)
    if not len(here) or not len(there):
        return
    signals = detrended(here, step_s), detrended(there, step_s)
    hits = np.argwhere(view.apart <= MAX_DISTANCE)
    weights = (MAX_DISTANCE + 1.0 - view.apart[hits[:, 0], hits[:, 1]]).astype(np.float64)
    suggested = [
        *align_hits(view.times_s, view.other_times_s, hits, weights, len(here) * step_s),
        *align_signals(*signals, step_s),
    ]
    for alignment in suggested:
        if _agreed_roughly(view, alignment) >= _MIN_AGREED_PART:
            agreement = _measure(view, *signals, step_s, alignment)
            if agreement is not None:
                yield agreement


def _signal(clip: ClipHashes, step_s: float, *, is_mirrored: bool = False) -> "Floats":
    """Return the signal of a clip in steps of a length, its quarters exchanged if it is mirrored."""
    import numpy as np

    signal = clip.signal.astype(np.float64)[:, [1, 0, 3, 2] if is_mirrored else [0, 1, 2, 3]]
    joined = round(step_s / clip.step_s)
    whole = len(signal) // joined
    return signal[: whole * joined].reshape(whole, joined, -1).mean(axis=1) if whole else signal[:0]


def _agreed_roughly(view: _View, alignment: TimeAlignment) -> float:
    """Share of the frames that have a like one at about the same moment, of those that have any."""
    near = _apart_s(view, alignment) <= 3 * _NEAR_S
    alike = near & (view.apart <= MAX_DISTANCE)
    some = int(near.any(axis=1).sum())
    return int(alike.any(axis=1).sum()) / some if some else 0.0


def _apart_s(view: _View, alignment: TimeAlignment) -> "Floats":
    return abs(view.other_times_s[None] - (alignment.speed * view.times_s[:, None] + alignment.offset_s))


def _measure(view: _View, here: "Floats", there: "Floats", step_s: float, suggested: TimeAlignment) -> Agreement | None:
    """Refine an alignment and measure how well the clips agree at it; None if they hardly overlap."""
    import numpy as np

    from_s, to_s = _overlap(suggested, len(here) * step_s, len(there) * step_s)
    if to_s - from_s < MIN_OVERLAP_S:
        return None
    close = refinements(suggested, (from_s + to_s) / 2, step_s)
    found = [(one, products(here, there, one, step_s)) for one in close]
    alignment, sums = max(found, key=lambda one: round(correlation_of(one[1]), 6))
    from_s, to_s = _overlap(alignment, len(here) * step_s, len(there) * step_s)
    parts = max(1, min(4, int((to_s - from_s) / _PART_S)))
    apart_s = _apart_s(view, alignment)
    near: AnyArray = apart_s <= _NEAR_S
    at_s = np.concatenate([view.times_s, (view.other_times_s - alignment.offset_s) / alignment.speed])
    best = _best(view.apart, near)
    compared: AnyArray = best < _NONE
    part = np.clip((at_s - from_s) / (to_s - from_s) * parts, 0, parts - 1).astype(np.int64)
    alike = best <= MAX_DISTANCE
    in_part = [found for n in range(parts) if (found := compared & (part == n)).sum() > 1]
    correlation = correlation_of(sums)
    return Agreement(
        alignment=alignment,
        is_mirrored=view.is_mirrored,
        overlap_s=to_s - from_s,
        overlap=(to_s - from_s) / min(len(here) * step_s, len(there) * step_s / alignment.speed),
        compared=int(compared.sum()),
        agreed=float(alike[compared].mean()) if compared.any() else 0.0,
        agreed_part=min(
            (float(alike[chosen].mean()) for chosen in in_part),
            default=0.0,
        ),
        compared_parts=len(in_part) / parts,
        distance=float(np.median(best[compared])) if compared.any() else float(_NONE),
        far_distance=_typical(_best(view.apart, apart_s > _FAR_S)[compared]),
        distant_distance=_typical(_best(view.apart, apart_s > max(_FAR_S, (to_s - from_s) / 4))[compared]),
        correlation=correlation,
        correlation_part=min(
            (correlation_of(one) for one in np.array_split(sums, parts) if _is_lively(one, sums)), default=correlation
        ),
        significance=float(significance(np.array(correlation), np.array(to_s - from_s))),
        change=float(min(here.std(), there.std())),
        greater_change=float(max(here.std(), there.std())),
    )


def _is_lively(part: "Floats", whole: "Floats") -> bool:
    """Whether more than noise changes in a part of one of two clips, of which these are the ``products``."""
    least = QUARTERS * _MIN_CHANGE**2 + _MIN_LIVELY_SHARE * whole[:, 1:].mean(axis=0)
    return bool(len(part)) and bool((part[:, 1:].mean(axis=0) >= least).any())


_NONE = 999
"""Distance of a frame that has none to be compared with."""


def _best(apart: "Ints", allowed: "AnyArray") -> "Ints":
    """Return for each frame of both clips the least distance to an allowed one of the other, or ``_NONE``."""
    import numpy as np

    masked = np.where(allowed, apart, _NONE)
    return np.concatenate([masked.min(axis=1), masked.min(axis=0)])


def _typical(found: "Ints") -> float:
    """Median of the distances of frames that have one; 0 if none has."""
    import numpy as np

    there = found[found < _NONE]
    return float(np.median(there)) if len(there) else 0.0


def _overlap(alignment: TimeAlignment, length_s: float, other_length_s: float) -> tuple[float, float]:
    """Time of the first clip from which and until which both clips last."""
    from_s = max(0.0, -alignment.offset_s / alignment.speed)
    return from_s, min(length_s, (other_length_s - alignment.offset_s) / alignment.speed)
