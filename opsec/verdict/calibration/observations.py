"""What a fit knows of one post: its truth, and which entries of the table its printed sum consists of.

The same record is made from a result in memory and from the JSON of a scan. Weights of matches are traced back to
entries by their value; a weight that stands in no entry, such as that of a landmark among many, stays as it was.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from opsec.model import Clip, Contribution, Family, Grade, Match
from opsec.verdict.calibration.table_entries import (
    BARE_PAIR,
    GRADES,
    MERE_MENTION,
    NAME_KIND_ENTRIES,
    SECOND_IN_FAMILY,
    Entry,
    log_values,
)
from opsec.verdict.likelihood_ratios import Channel, LikelihoodTable
from opsec.verdict.silence import families_of_clip, silence_log_odds

Label = Literal["exposing", "hard_negative", "clean"]
"""Posts are weighted by these kinds; a hard negative looks like an exposing post."""
LABELS: tuple[Label, ...] = get_args(Label)
PRINTED_TOLERANCE = 0.0006
"""Printed log-odds are rounded to three decimals."""
_ROUNDING = 10 * PRINTED_TOLERANCE
"""Of a whole sum."""
_NAME_RULES = frozenset({"NAME-IN-CAPTION", "NAME-ON-SIGN", "NAME-IN-FILE", "PLACE-TAG"})


@dataclass(frozen=True, slots=True)
class SeenMatch:
    """A match of the site in question."""

    family: Family
    rule: str
    grade: Grade
    log_odds: float


@dataclass(frozen=True, slots=True)
class SeenPost:
    """One printed sum with the matches behind it."""

    lines: tuple[tuple[str, float], ...]
    """Family and log-odds of each line, as printed; the prior stands first."""
    matches: tuple[SeenMatch, ...]
    applicable: frozenset[Family]
    """Families that the post has anything of, with a check that ran or should have."""


@dataclass(frozen=True, slots=True)
class Vote:
    """The weight of one match."""

    entries: tuple[Entry, ...]
    """The smallest of them counts; empty: the weight stands in no entry."""
    fixed: float
    """Its log-odds then."""

    @property
    def rank(self) -> int:
        """Rank of the grade that its weight comes from; -1 for none."""
        return GRADES.index(self.entries[0][2]) if self.entries and self.entries[0][0] == "ratio" else -1

    def log_odds(self, values: Mapping[Entry, float]) -> float:
        """Return its weight under these values of the entries."""
        return min((values[entry] for entry in self.entries), default=self.fixed)

    def counted(self, values: Mapping[Entry, float]) -> Entry | None:
        """Return the entry that its weight comes from."""
        return min(self.entries, key=lambda entry: values[entry], default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One post whose truth is known."""

    key: str
    """Names the post, or the clip of which it is a copy: posts with one key are one observation in a fit."""
    exposes: bool
    label: Label
    prior: float
    """Of its site."""
    votes: Mapping[Family, tuple[Vote, ...]]
    """By family; the strongest counts."""
    terms: tuple[Entry, ...]
    """Entries that are added besides the votes."""
    silent: tuple[Family, ...]
    """Families whose checks ran and found nothing, where that was weighed."""
    applicable: frozenset[Family]
    without_reference: frozenset[Family] = frozenset()
    """Families of which its site has nothing to compare a clip with."""
    rest: float
    """Log-odds of the printed sum that stand in no entry."""
    by_decision: bool = False
    """It is known because it was flagged and an officer decided; a set holds posts of all kinds."""
    shown_by: frozenset[Family] | None = None
    """Families by which it truly exposes the site; None where unknown."""
    checked: frozenset[Family] = frozenset()
    """Families whose check ran to the end."""

    def log_ratio(self, values: Mapping[Entry, float], channels: Mapping[Family, Channel]) -> float:
        """Return the log-likelihood ratio of all evidence, without the prior, under these values."""
        votes = sum(max(vote.log_odds(values) for vote in family) for family in self.votes.values())
        terms = sum(values[entry] for entry in self.terms)
        silence = silence_log_odds(self.silent, self.applicable, channels, self.without_reference)
        return votes + terms + silence + self.rest

    def counted_entries(self, values: Mapping[Entry, float]) -> list[Entry]:
        """Return the entries in its sum, each as often as it counts; of equal votes the stronger grade."""
        best = (
            max(family, key=lambda vote: (round(vote.log_odds(values), 3), vote.rank)) for family in self.votes.values()
        )
        return [*(entry for vote in best if (entry := vote.counted(values)) is not None), *self.terms]


def observe(  # noqa: PLR0913 - the truth beside the sum
    seen: SeenPost,
    table: LikelihoodTable,
    *,
    key: str,
    label: Label,
    by_decision: bool = False,
    shown_by: frozenset[Family] | None = None,
    checked: frozenset[Family] = frozenset(),
) -> Observation:
    """Trace a printed sum back to the entries of the table that it was made with.

    Parameters
    ----------
    seen
        The sum.
    table
        Table that the scan used.
    key, label, by_decision, shown_by, checked
        As in ``Observation``.
    """
    (_prior, prior_log_odds), *lines = seen.lines
    values = log_values(table)
    votes: dict[Family, tuple[Vote, ...]] = {}
    terms: list[Entry] = []
    silent: list[Family] = []
    for name, log_odds in lines:
        family = next((one for one in get_args(Family) if one == name), None)
        if family is None or log_odds == 0.0:
            continue
        of_family = [one for one in seen.matches if one.family == family and one.log_odds]
        if family not in votes and any(_same(one.log_odds, log_odds) for one in of_family):
            votes[family] = tuple(
                _vote(one, values) for one in of_family if one.log_odds <= log_odds + PRINTED_TOLERANCE
            )
        elif (term := _term(family, log_odds, family in votes, table)) is not None:
            terms.append(term)
        elif log_odds < 0 and family in table.channels:
            silent.append(family)
    traced = Observation(
        key=key,
        exposes=label == "exposing",
        label=label,
        prior=1 / (1 + math.exp(-prior_log_odds)),
        votes=votes,
        terms=tuple(terms),
        silent=tuple(silent),
        applicable=seen.applicable | frozenset(silent),
        rest=0.0,
        by_decision=by_decision,
        shown_by=shown_by,
        checked=checked,
    )
    return _with_rest(traced, sum(log_odds for _family, log_odds in lines), table)


def _with_rest(traced: Observation, total: float, table: LikelihoodTable) -> Observation:
    """Add what the entries do not explain of a sum, so that under the same table the sum is the printed one."""
    values = log_values(table)
    kinds = [traced, *(replace(traced, without_reference=one) for one in _without_reference(traced))]
    rest, best = min(
        ((total - one.log_ratio(values, table.channels), one) for one in kinds), key=lambda pair: abs(pair[0])
    )
    return replace(best, rest=rest if abs(rest) > _ROUNDING else 0.0)


def _without_reference(one: Observation) -> Iterator[frozenset[Family]]:
    """Yield what its site may lack besides nothing; a printed sum does not say it, but its value depends on it."""
    if one.silent and "VISUAL" in one.applicable - set(one.silent):
        yield frozenset({"VISUAL"})


def _vote(match: SeenMatch, values: Mapping[Entry, float]) -> Vote:
    own: Entry = ("ratio", match.rule, match.grade)
    if own in values and _same(values[own], match.log_odds):
        return Vote((own,), match.log_odds)
    for cap in _caps(match.rule):
        if cap in values and _same(values[cap], match.log_odds):
            return Vote((own, cap) if own in values else (cap,), match.log_odds)
    return Vote((), match.log_odds)


def _caps(rule: str) -> Iterator[Entry]:
    """Yield the entries that limit the weight of a rule."""
    if rule in _NAME_RULES:
        yield from NAME_KIND_ENTRIES.values()
    yield "by_others", rule
    yield BARE_PAIR


def _term(family: Family, log_odds: float, voted: bool, table: LikelihoodTable) -> Entry | None:
    if voted and _same(table.second_in_family.log_odds, log_odds):
        return SECOND_IN_FAMILY
    if family == "META" and _same(table.contradictions["position"].log_odds, log_odds):
        return "contradiction", "position"
    if family == "VISUAL" and _same(table.contradictions["other_site"].log_odds, log_odds):
        return "contradiction", "other_site"
    if family == "TEXT" and _same(table.mere_mention.log_odds, log_odds):
        return MERE_MENTION
    return None


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= PRINTED_TOLERANCE


def seen_in_clip(clip: Clip, matches: Sequence[Match], lines: Iterable[Contribution]) -> SeenPost:
    """Return the parts of a sum in memory.

    Parameters
    ----------
    clip
        The clip.
    matches
        Its matches with the site of the sum.
    lines
        The lines of the sum.
    """
    families = {hint.id: hint.family for hint in clip.hints}
    return SeenPost(
        lines=tuple((line.family, line.log_odds) for line in lines),
        matches=tuple(
            SeenMatch(families[match.hint_ids[0]], match.rule, match.grade, match.log_odds) for match in matches
        ),
        applicable=families_of_clip(clip),
    )
