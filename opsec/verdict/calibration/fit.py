"""Fit of the likelihood ratios to posts whose truth is known.

The ratios are fitted together by penalised logistic regression, not counted one by one: hints of one post go together,
and a count for each would weigh the same post twice. Each is drawn to its shipped value, the more the fewer posts there
are; strength follows grade; and the data never move a ratio beyond the bounds that their number supports.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from opsec.verdict.calibration.channel_shares import FittedChannel, fit_channels
from opsec.verdict.calibration.empirical_bounds import empirical_bounds
from opsec.verdict.calibration.measures import Floats, Truths, pool_adjacent_violators
from opsec.verdict.calibration.mixtures import mixtures
from opsec.verdict.calibration.observations import Observation
from opsec.verdict.calibration.penalised_logistic import LogisticProblem, fit_logistic
from opsec.verdict.calibration.table_entries import (
    Entry,
    entry_limits,
    grade_chains,
    log_values,
    table_ratios,
    with_entries,
)
from opsec.verdict.likelihood_ratios import LikelihoodRatio, LikelihoodTable

MIN_CLASS_POSTS = 20
"""Posts that expose, and posts that do not, without which nothing changes."""
MIN_ENTRY_POSTS = 10
"""Posts in whose sum an entry counts, without which it does not change."""
ESTIMATE_SPREAD, MIN_SPREAD = 1.0, 0.25
"""Standard deviation of the logarithm of a shipped ratio: of an estimate, and of the best measured one at least."""
MEASURED_SPREAD = 0.5
"""Of a measured ratio without an interval."""
_Z95 = 1.959964
_ROUNDS = 4
"""A vote may come from another match once the ratios have changed."""
_MOVED = 1e-9

EntryOutcome = Literal["changed", "at_limit", "in_order", "too_few", "not_seen"]


@dataclass(frozen=True, slots=True)
class FittedEntry:
    """An entry before and after."""

    entry: Entry
    before: LikelihoodRatio
    after: LikelihoodRatio
    exposing: int
    """Posts that expose a site and in whose sum it counts."""
    others: int
    outcome: EntryOutcome
    """``at_limit``: the data would move it further than it may; ``in_order``: it only gave way to another grade."""

    @property
    def is_changed(self) -> bool:
        """Whether its ratio differs."""
        return self.after != self.before


@dataclass(frozen=True, slots=True)
class TableFit:
    """A table before and after."""

    entries: tuple[FittedEntry, ...]
    channels: tuple[FittedChannel, ...]
    table: LikelihoodTable
    exposing: int
    others: int

    @property
    def has_enough(self) -> bool:
        """Whether there are posts enough to change anything."""
        return min(self.exposing, self.others) >= MIN_CLASS_POSTS

    @property
    def is_changed(self) -> bool:
        """Whether anything differs."""
        return any(one.is_changed for one in self.entries) or any(one.is_changed for one in self.channels)


def fit_table(  # noqa: PLR0913 - what the fit depends on
    observations: Sequence[Observation],
    current: LikelihoodTable,
    shipped: LikelihoodTable,
    *,
    hard_floor: float,
    set_name: str,
    least_share: float = 1.0,
) -> TableFit:
    """Fit a table to posts whose truth is known.

    Parameters
    ----------
    observations
        The posts; of posts with the same key only the first counts.
    current
        Table in use; entries with too few posts keep its values.
    shipped
        Table to which the ratios are drawn, so that fitting the same posts twice gives the same table.
    hard_floor
        Least ratio of a hard rule.
    set_name
        Name of the data, written beside each new value.
    least_share
        Share of the least numbers of posts that is enough here: a fit for a test on other posts has fewer of them.
    """
    posts = list({one.key: one for one in reversed(observations)}.values())[::-1]
    exposes = np.array([one.exposes for one in posts], bool)
    exposing, others = int(exposes.sum()), int((~exposes).sum())
    if min(exposing, others) < MIN_CLASS_POSTS * least_share:
        entries = _unchanged(posts, current)
        return TableFit(entries, (), current, exposing, others)
    channels = fit_channels(posts, current.channels, shipped.channels, set_name)
    base = with_entries(current, {}, {one.family: one.after for one in channels})
    entries = _EntryFit(posts, exposes, base, table_ratios(shipped), hard_floor, set_name, least_share).fit()
    table = with_entries(base, {one.entry: one.after for one in entries}, {})
    return TableFit(entries, channels, table, exposing, others)


def _unchanged(posts: Sequence[Observation], table: LikelihoodTable) -> tuple[FittedEntry, ...]:
    values = log_values(table)
    counts = _counts(posts, [one.counted_entries(values) for one in posts])
    return tuple(
        FittedEntry(entry, ratio, ratio, *counts.get(entry, (0, 0)), "too_few" if entry in counts else "not_seen")
        for entry, ratio in table_ratios(table).items()
    )


def _counts(posts: Sequence[Observation], counted: Sequence[Sequence[Entry]]) -> dict[Entry, tuple[int, int]]:
    """Count the posts in whose sum each entry counts: those that expose a site, and the others."""
    counts: dict[Entry, tuple[int, int]] = {}
    for one, entries in zip(posts, counted, strict=True):
        for entry in set(entries):
            exposing, others = counts.get(entry, (0, 0))
            counts[entry] = (exposing + one.exposes, others + (not one.exposes))
    return counts


@dataclass(frozen=True, slots=True)
class _EntryFit:
    """The fit of all entries."""

    posts: Sequence[Observation]
    exposes: Truths
    current: LikelihoodTable
    shipped: Mapping[Entry, LikelihoodRatio]
    hard_floor: float
    set_name: str
    least_share: float

    def fit(self) -> tuple[FittedEntry, ...]:
        """Fit every entry that enough posts have; the others keep their values."""
        values = {entry: ratio.log_odds for entry, ratio in self.shipped.items()}
        for _round in range(_ROUNDS):
            counted = [one.counted_entries(values) for one in self.posts]
            counts = _counts(self.posts, counted)
            free = [entry for entry in values if sum(counts.get(entry, (0, 0))) >= MIN_ENTRY_POSTS * self.least_share]
            fitted = fit_logistic(self._problem(values, counted, free))
            found = {
                entry: _FittedValue(*map(float, numbers))
                for entry, *numbers in zip(free, fitted.values, fitted.deviations, fitted.curvature, strict=True)
            }
            bounds = {entry: self._bounds(entry, one.value, counted) for entry, one in found.items()}
            values = _in_order(found, bounds, self.current)
        return tuple(
            self._result(entry, before, counts.get(entry, (0, 0)), values[entry], found.get(entry), bounds.get(entry))
            for entry, before in table_ratios(self.current).items()
        )

    def _problem(
        self, values: Mapping[Entry, float], counted: Sequence[Sequence[Entry]], free: Sequence[Entry]
    ) -> LogisticProblem:
        features = np.zeros((len(self.posts), len(free)))
        offset = np.zeros(len(self.posts))
        column = {entry: number for number, entry in enumerate(free)}
        for row, one in enumerate(self.posts):
            offset[row] = one.log_ratio(values, self.current.channels)
            for entry in counted[row]:
                if entry in column:
                    features[row, column[entry]] += 1
                    offset[row] -= values[entry]
        centre = np.array([self.shipped[entry].log_odds for entry in free])
        spread = np.array([_spread(self.shipped[entry]) for entry in free])
        return LogisticProblem(features, offset, self.exposes, mixtures(self.posts), centre, spread)

    def _bounds(self, entry: Entry, value: float, counted: Sequence[Sequence[Entry]]) -> tuple[float, float]:
        """Bounds of the logarithm of a ratio: the limits of its kind, and those that the posts support.

        The evidence is “the entry counts” against “it does not”. The shipped value stays within the bounds: few posts
        are no reason to leave it.
        """
        shipped, exposes = self.shipped[entry], self.exposes
        limits = entry_limits(entry, shipped, self.hard_floor)
        has = np.array([entry in entries for entries in counted], bool)
        absent = [(int((~has & side).sum()) + 0.5) / (int(side.sum()) + 1.0) for side in (exposes, ~exposes)]
        low, high = empirical_bounds(np.where(has, value, math.log(absent[0] / absent[1])), exposes)
        low, high = min(low, shipped.log_odds), max(high, shipped.log_odds)
        return max(low, math.log(limits.low)), min(high, math.log(limits.high))

    def _result(  # noqa: PLR0913, PLR0917 - what is known of one entry
        self,
        entry: Entry,
        before: LikelihoodRatio,
        counts: tuple[int, int],
        value: float,
        found: "_FittedValue | None",
        bounds: tuple[float, float] | None,
    ) -> FittedEntry:
        if found is None or bounds is None:
            if abs(value - before.log_odds) > _MOVED:
                return FittedEntry(entry, before, self._in_order(before, math.exp(value)), *counts, "in_order")
            return FittedEntry(entry, before, before, *counts, "too_few" if sum(counts) else "not_seen")
        half, (low, high) = _Z95 * found.deviation, bounds
        after = LikelihoodRatio(
            _rounded(math.exp(value)),
            self.set_name,
            len(self.posts),
            low=_rounded(math.exp(min(value, max(low, value - half)))),
            high=_rounded(math.exp(max(value, min(high, value + half)))),
        )
        is_bounded = abs(value - found.value) > _MOVED
        return FittedEntry(entry, before, after, *counts, "at_limit" if is_bounded else "changed")

    def _in_order(self, before: LikelihoodRatio, ratio: float) -> LikelihoodRatio:
        """Return a ratio that gave way to another grade, with its interval extended to it."""
        return LikelihoodRatio(
            _rounded(ratio),
            self.set_name,
            len(self.posts),
            low=None if before.low is None else min(before.low, _rounded(ratio)),
            high=None if before.high is None else max(before.high, _rounded(ratio)),
        )


@dataclass(frozen=True, slots=True)
class _FittedValue:
    """Logarithm of a ratio before it is brought within its bounds."""

    value: float
    deviation: float
    curvature: float


def _spread(ratio: LikelihoodRatio) -> float:
    """Standard deviation of the logarithm of a shipped ratio."""
    if ratio.count == 0:
        return ESTIMATE_SPREAD
    if ratio.low is None or ratio.high is None or not 0 < ratio.low < ratio.high:
        return MEASURED_SPREAD
    return max(MIN_SPREAD, math.log(ratio.high / ratio.low) / (2 * _Z95))


def _in_order(
    found: Mapping[Entry, _FittedValue], bounds: Mapping[Entry, tuple[float, float]], current: LikelihoodTable
) -> dict[Entry, float]:
    """Return the values of all entries: the fitted ones within their bounds, and in each rule ascending with the grade.

    Fitted grades that break the order are pooled by their curvature. A grade that was not fitted gives way as far as
    the order demands.
    """
    values = log_values(current) | {entry: one.value for entry, one in found.items()}
    for chain in grade_chains(current):
        fitted = [entry for entry in chain if entry in found]
        weights = np.array([found[entry].curvature for entry in fitted])
        pooled = pool_adjacent_violators(np.array([values[entry] for entry in fitted]), weights)
        values.update(zip(fitted, pooled.tolist(), strict=True))
    values |= {entry: min(high, max(low, values[entry])) for entry, (low, high) in bounds.items()}
    for chain in grade_chains(current):
        for weaker, stronger in reversed(list(pairwise(chain))):
            if stronger in found or weaker not in found:
                values[weaker] = min(values[weaker], values[stronger])
        for weaker, stronger in pairwise(chain):
            values[stronger] = max(values[weaker], values[stronger])
    return values


def _rounded(ratio: float) -> float:
    """Round to four significant figures."""
    return float(f"{ratio:.4g}")


def evidence_of(posts: Sequence[Observation], table: LikelihoodTable) -> Floats:
    """Return the log-likelihood ratio of each post under a table, shape (n,)."""
    values = log_values(table)
    return np.array([one.log_ratio(values, table.channels) for one in posts], np.float64)
