"""CTC prefix beam search: from class probabilities at each step to the most probable label sequence.

The search adds up all alignments of each prefix (Graves, 2008; Hannun and others, 2014). Best-path decoding, which
takes the most probable class of each step, doubles letters that stand between two steps.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLANK = 0
"""Class that stands for no new label."""
_BEAM_WIDTH = 8
_MAX_CLASSES_PER_STEP = 8
_MIN_PROBABILITY = 0.005
"""A class below this probability does not extend a prefix."""
_CERTAIN_BLANK = 0.999
"""A step with a blank above this probability is handled as a blank alone."""
_MIN_STEPS_WITH_GAP = 3

_Labels = tuple[int, ...]


@dataclass(slots=True)
class _Prefix:
    """Probability of one prefix, split by how its alignments end."""

    blank: float = 0.0
    """Sum over alignments that end with a blank."""
    label: float = 0.0
    """Sum over alignments that end with the last label."""
    peaks: tuple[float, ...] = ()
    """Highest step probability of each label, in order."""

    @property
    def total(self) -> float:
        return self.blank + self.label


def beam_search(steps: "NDArray[np.float32]") -> list[tuple[int, float]]:
    """Decode a line to its most probable sequence of classes.

    Parameters
    ----------
    steps
        Class probabilities, shape (steps, classes), float32; each row sums to 1 and class 0 is the blank.

    Returns
    -------
    list of (int, float)
        The classes in order, without blanks, each with its highest step probability, 0 to 1.
    """
    prefixes: dict[_Labels, _Prefix] = {(): _Prefix(blank=1.0)}
    after_blank = True
    for step in _fill_narrow_gaps(steps):
        is_blank = bool(step[BLANK] > _CERTAIN_BLANK)
        if not is_blank:
            prefixes = _extend_prefixes(prefixes, step)
        elif not after_blank:  # a second blank after a blank changes nothing
            prefixes = _append_blank(prefixes)
        after_blank = is_blank
    labels, best = max(prefixes.items(), key=lambda item: item[1].total)
    return list(zip(labels, best.peaks, strict=True))


def _fill_narrow_gaps(steps: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Remove single blanks between equal classes.

    No letter is so narrow that the same one follows two steps later (four pixels at forty pixels of height): the
    network saw one letter twice.
    """
    if len(steps) < _MIN_STEPS_WITH_GAP:
        return steps
    best = steps.argmax(axis=1)
    is_gap = (best[1:-1] == BLANK) & (best[2:] == best[:-2]) & (best[2:] != BLANK)
    filled = steps.copy()
    filled[1:-1][is_gap] = steps[2:][is_gap]
    return filled


def _append_blank(prefixes: dict[_Labels, _Prefix]) -> dict[_Labels, _Prefix]:
    return {labels: _Prefix(prefix.total, 0.0, prefix.peaks) for labels, prefix in prefixes.items()}


def _extend_prefixes(prefixes: dict[_Labels, _Prefix], step: "NDArray[np.float32]") -> dict[_Labels, _Prefix]:
    """Extend every prefix by the probable classes of one step; keep the best few, normalised to a sum of 1."""
    top = step.argsort()[-_MAX_CLASSES_PER_STEP:]
    candidates = [(int(kind), float(step[kind])) for kind in top if step[kind] > _MIN_PROBABILITY]
    extended: dict[_Labels, _Prefix] = {}
    for labels, prefix in prefixes.items():
        for kind, probability in candidates:
            if kind == BLANK:
                extended.setdefault(labels, _Prefix(peaks=prefix.peaks)).blank += prefix.total * probability
            elif labels and labels[-1] == kind:
                _repeat_last(extended, labels, prefix, probability)
                _append_label(extended, (*labels, kind), prefix, probability).label += prefix.blank * probability
            else:
                _append_label(extended, (*labels, kind), prefix, probability).label += prefix.total * probability
    best = sorted(extended.items(), key=lambda item: -item[1].total)[:_BEAM_WIDTH]
    total = sum(prefix.total for _, prefix in best) or 1.0
    return {labels: _Prefix(prefix.blank / total, prefix.label / total, prefix.peaks) for labels, prefix in best}


def _repeat_last(extended: dict[_Labels, _Prefix], labels: _Labels, prefix: _Prefix, probability: float) -> None:
    """Continue the last label of a prefix over this step."""
    same = extended.setdefault(labels, _Prefix(peaks=prefix.peaks))
    same.label += prefix.label * probability
    same.peaks = (*same.peaks[:-1], max(same.peaks[-1], probability))


def _append_label(extended: dict[_Labels, _Prefix], labels: _Labels, prefix: _Prefix, probability: float) -> _Prefix:
    """Return the entry of a prefix with one more label, made if it is new."""
    return extended.get(labels) or extended.setdefault(labels, _Prefix(peaks=(*prefix.peaks, probability)))
