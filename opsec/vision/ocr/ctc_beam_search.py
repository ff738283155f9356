"""From the network's answer at each step to the likeliest signs.

A search over beginnings of lines that adds up all ways of writing each ("prefix beam search": Graves, 2008; Hannun and
others, 2014). Reading only the likeliest sign of each step doubles letters that stand between two steps.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLANK = 0
_KEPT = 8
_SIGNS_A_STEP = 8
_LEAST = 0.005
_NOTHING_NEW = 0.999

_Classes = tuple[int, ...]


@dataclass(slots=True)
class _Beginning:
    """How likely a beginning is with a blank behind it, with its last sign behind it, and the peak of each sign."""

    blank: float = 0.0
    sign: float = 0.0
    peaks: tuple[float, ...] = ()

    @property
    def all(self) -> float:
        return self.blank + self.sign


def likeliest(steps: "NDArray[np.float32]") -> list[tuple[int, float]]:
    """The classes of the likeliest line, in order, each with its highest likelihood, 0 to 1.

    ``steps``: (steps, classes), each row adding up to 1; class 0 is the blank.
    """
    kept: dict[_Classes, _Beginning] = {(): _Beginning(blank=1.0)}
    rested = True
    for step in _closed(steps):
        rests = bool(step[BLANK] > _NOTHING_NEW)
        if not rests:
            kept = _after(kept, step)
        elif not rested:  # a second blank behind a blank changes nothing
            kept = _after_blank(kept)
        rested = rests
    classes, best = max(kept.items(), key=lambda one: one[1].all)
    return list(zip(classes, best.peaks, strict=True))


def _closed(steps: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """No letter is so thin that the same one stands again two steps (four pixels of forty) on: it was seen twice."""
    if len(steps) < 3:
        return steps
    best = steps.argmax(axis=1)
    between = (best[1:-1] == BLANK) & (best[2:] == best[:-2]) & (best[2:] != BLANK)
    closed = steps.copy()
    closed[1:-1][between] = steps[2:][between]
    return closed


def _after_blank(kept: dict[_Classes, _Beginning]) -> dict[_Classes, _Beginning]:
    return {classes: _Beginning(one.all, 0.0, one.peaks) for classes, one in kept.items()}


def _after(kept: dict[_Classes, _Beginning], step: "NDArray[np.float32]") -> dict[_Classes, _Beginning]:
    """Every beginning with every sign that this step may show; the likeliest few, shares of 1."""
    seen = [(int(kind), float(step[kind])) for kind in step.argsort()[-_SIGNS_A_STEP:] if step[kind] > _LEAST]
    longer: dict[_Classes, _Beginning] = {}
    for classes, one in kept.items():
        for kind, likely in seen:
            if kind == BLANK:
                longer.setdefault(classes, _Beginning(peaks=one.peaks)).blank += one.all * likely
            elif classes and classes[-1] == kind:
                _stay(longer, classes, one, likely)
                _grow(longer, (*classes, kind), one, likely).sign += one.blank * likely
            else:
                _grow(longer, (*classes, kind), one, likely).sign += one.all * likely
    best = sorted(longer.items(), key=lambda item: -item[1].all)[:_KEPT]
    total = sum(one.all for _, one in best) or 1.0
    return {classes: _Beginning(one.blank / total, one.sign / total, one.peaks) for classes, one in best}


def _stay(longer: dict[_Classes, _Beginning], classes: _Classes, one: _Beginning, likely: float) -> None:
    """The last sign goes on over this step."""
    same = longer.setdefault(classes, _Beginning(peaks=one.peaks))
    same.sign += one.sign * likely
    same.peaks = (*same.peaks[:-1], max(same.peaks[-1], likely))


def _grow(longer: dict[_Classes, _Beginning], classes: _Classes, one: _Beginning, likely: float) -> _Beginning:
    """The beginning with one sign more."""
    return longer.get(classes) or longer.setdefault(classes, _Beginning(peaks=(*one.peaks, likely)))
