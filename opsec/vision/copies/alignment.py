"""Alignment in time of two clips that may be copies: at which speed and offset do they change alike?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsec.vision.arrays import AnyArray, Floats, Ints

SPEEDS = tuple(1.01**power for power in range(-24, 25))
"""Speed of the other clip: 0.79 to 1.27 of the first one's."""
MIN_OVERLAP_S = 3.0
MIN_OVERLAP = 0.6
"""Share of the shorter clip that both show."""
_TREND_S = 3.0
"""Slower changes of the signal are left out: two takes of one place may share them."""
_SPEED_COST = 6.0
"""How much more significant a speed must be that is another by a factor of e; most copies keep the speed."""
_VALUES_PER_S = 4.0
"""Independent values of a detrended signal, all quarters together: by its autocorrelation."""
_MAX_CANDIDATES = 4
_BIN_S = 0.25


@dataclass(frozen=True, slots=True)
class TimeAlignment:
    """Time of the other clip = speed × time of the first one + offset."""

    speed: float
    offset_s: float


def detrended(signal: "Floats", step_s: float) -> "Floats":
    """Return a signal, shape (n, quarters), smoothed over three steps, less its mean over ``_TREND_S``."""
    smooth = _mean(signal, 3)
    trend: Floats = _mean(smooth, 2 * round(_TREND_S / step_s / 2) + 1)
    return smooth - trend


def _mean(signal: "Floats", width: int) -> "Floats":
    """Moving average along the first axis, of fewer values at the ends."""
    import numpy as np

    half = min(width // 2, max(len(signal) - 1, 0))
    sums = np.vstack([np.zeros((1, signal.shape[1])), np.cumsum(signal, axis=0)])
    first = np.maximum(np.arange(len(signal)) - half, 0)
    end = np.minimum(np.arange(len(signal)) + half + 1, len(signal))
    means: Floats = (sums[end] - sums[first]) / (end - first)[:, None]
    return means


def significance(correlation: "Floats", overlap_s: "Floats") -> "Floats":
    """Fisher's z of a correlation over its standard error: how many standard errors it is from none."""
    import numpy as np

    values = np.maximum(overlap_s * _VALUES_PER_S - 3, 1.0)
    z: Floats = np.arctanh(np.clip(correlation, -0.999, 0.999)) * np.sqrt(values)
    return z


def align_signals(one: "Floats", other: "Floats", step_s: float) -> list[TimeAlignment]:
    """Return the alignments at which two detrended signals of one step are most alike, the best first."""
    import numpy as np

    found: list[tuple[float, float, float]] = []
    for speed in SPEEDS:
        places = np.arange(0, max(len(other) - 1, 0) / speed)
        if min(len(places), len(one)) * step_s < MIN_OVERLAP_S:
            continue
        stretched = np.stack([np.interp(places * speed, np.arange(len(other)), column) for column in other.T], axis=1)
        correlation, overlap = _correlate(one, stretched)
        score = significance(correlation, overlap * step_s) - _SPEED_COST * abs(float(np.log(speed)))
        score[overlap < max(MIN_OVERLAP * min(len(one), len(places)), MIN_OVERLAP_S / step_s)] = -np.inf
        best = int(np.argmax(score))
        found.append((-float(score[best]), speed, (best - (len(one) - 1)) * speed * step_s))
        score[max(0, best - 4) : best + 5] = -np.inf
        best = int(np.argmax(score))
        found.append((-float(score[best]), speed, (best - (len(one) - 1)) * speed * step_s))
    return _distinct(found, len(one) * step_s)


def align_hits(
    times: "Floats", others: "Floats", hits: "Ints", weights: "Floats", length_s: float
) -> list[TimeAlignment]:
    """Return the alignments that the most pairs of like frames support, the best first.

    Parameters
    ----------
    times, others
        Times of the frames of both clips, in seconds.
    hits
        Shape (n, 2): number of a frame of the first clip and of a frame of the other one that is like it.
    weights
        How alike they are, shape (n,), above 0.
    length_s
        Length of the first clip.
    """
    import numpy as np

    if len(hits) < 2:
        return []
    found: list[tuple[float, float, float]] = []
    order = np.argsort(-weights, kind="stable")  # of the hits of a frame in a bin, the best one counts
    frames, weights = hits[order, 0], weights[order]
    from_s, to_s = times[frames], others[hits[order, 1]]
    for speed in SPEEDS:
        offsets_s = to_s - speed * from_s
        bins = np.floor(offsets_s / _BIN_S).astype(np.int64)
        _pairs, best_hits = np.unique(bins * len(times) + frames, return_index=True)
        _values, inverse = np.unique(bins[best_hits], return_inverse=True)
        votes = np.bincount(inverse, weights[best_hits])
        best = int(np.argmax(votes))
        offset_s = float(np.median(offsets_s[best_hits][inverse == best]))
        found.append((-float(votes[best]) * (1 - abs(float(np.log(speed)))), speed, offset_s))
    return _distinct(found, length_s)


def _distinct(found: list[tuple[float, float, float]], length_s: float) -> list[TimeAlignment]:
    """Return the best alignments (lowest cost first), none of which is nearly another one."""
    chosen: list[TimeAlignment] = []
    for _cost, speed, offset_s in sorted(found, key=lambda one: (one[0], abs(one[1] - 1), one[2])):
        near = any(
            abs((speed - known.speed) * length_s / 2 + offset_s - known.offset_s) < 2 * _BIN_S
            and abs(speed - known.speed) < 0.04
            for known in chosen
        )
        if not near:
            chosen.append(TimeAlignment(speed, offset_s))
        if len(chosen) == _MAX_CANDIDATES:
            break
    return chosen


def refinements(alignment: TimeAlignment, middle_s: float, step_s: float) -> Iterator[TimeAlignment]:
    """Yield an alignment and those close to it; all meet near ``middle_s`` of the first clip."""
    for factor in (1.0, 0.995, 1.005):
        speed = alignment.speed * factor
        turned_s = alignment.offset_s + (alignment.speed - speed) * middle_s
        for steps in (0.0, -0.25, 0.25, -0.5, 0.5, -0.8, 0.8):
            yield TimeAlignment(speed, turned_s + steps * step_s)


def _correlate(one: "Floats", other: "Floats") -> "tuple[Floats, Floats]":
    """Correlation and overlap at each shift: ``other[i + shift]`` meets ``one[i]``, shift = place + 1 - n."""
    import numpy as np

    size = len(one) + len(other) - 1
    length = 1 << (size - 1).bit_length()

    def spectrum(values: "Floats") -> "AnyArray":
        return np.fft.rfft(values, length, axis=0)

    ones, others = np.ones((len(one), 1)), np.ones((len(other), 1))
    backward = one[::-1]
    products = [
        (spectrum(backward) * spectrum(other)).sum(axis=1),
        spectrum((backward**2).sum(axis=1, keepdims=True))[:, 0] * spectrum(others)[:, 0],
        spectrum(ones)[:, 0] * spectrum((other**2).sum(axis=1, keepdims=True))[:, 0],
        spectrum(ones)[:, 0] * spectrum(others)[:, 0],
    ]
    common, power, other_power, overlap = np.fft.irfft(np.stack(products, axis=1), length, axis=0)[:size].T
    scale = np.sqrt(np.maximum(power, 1e-3) * np.maximum(other_power, 1e-3))
    return common / scale, np.rint(overlap)


def products(one: "Floats", other: "Floats", alignment: TimeAlignment, step_s: float) -> "Floats":
    """Return what the correlation of two aligned signals is summed up from.

    Returns
    -------
    numpy.ndarray
        Shape (n, 3): product of both signals, square of the first and of the other, for each step that both have.
    """
    import numpy as np

    places = np.arange(len(one)) * alignment.speed + alignment.offset_s / step_s
    inside = (places >= 0) & (places <= len(other) - 1)
    if not inside.any():
        return np.zeros((0, 3))
    low = np.minimum(places[inside].astype(np.int64), max(len(other) - 2, 0))
    share = (places[inside] - low)[:, None]
    there = other[low] * (1 - share) + other[np.minimum(low + 1, len(other) - 1)] * share
    here = one[inside]
    return np.stack([(here * there).sum(axis=1), (here**2).sum(axis=1), (there**2).sum(axis=1)], axis=1)


def correlation_of(sums: "Floats") -> float:
    """Return the correlation from ``products``; 0 where a signal does not change."""
    common, power, other_power = sums.sum(axis=0) if len(sums) else (0.0, 0.0, 0.0)
    scale = (power * other_power) ** 0.5
    return float(common / scale) if scale > 1e-6 else 0.0
