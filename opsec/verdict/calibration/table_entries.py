"""The entries of a table of likelihood ratios that a fit may change, and the limits within which it may.

An entry is named by its place in the file: ``("ratio", "NAME-IN-CAPTION", "strong")``, ``("nearly_named",)``,
``("contradiction", "position")``. How often a landmark is recognised or mistaken is no such entry: it was counted in
clips of landmarks and does not follow from verdicts.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from opsec.model import Family, Grade
from opsec.verdict.likelihood_ratios import Channel, LikelihoodRatio, LikelihoodTable

Entry: TypeAlias = tuple[str, ...]

GRADES: tuple[Grade, ...] = ("possible", "probable", "strong")
"""From the weakest to the strongest."""
NAME_KIND_ENTRIES: Mapping[str, Entry] = {
    "near": ("nearly_named",),
    "doubtful": ("doubtfully_named",),
    "disguised": ("named_in_disguise",),
}
BARE_PAIR: Entry = ("bare_pair",)
SECOND_IN_FAMILY: Entry = ("second_in_family",)
MERE_MENTION: Entry = ("mere_mention",)
HARD_RULES: frozenset[Entry] = frozenset(
    ("ratio", rule, "strong") for rule in ("GPS-IN-FENCE", "TRACK-CROSSES-FENCE", "NAME-ON-SIGN")
)
"""A position inside the fence and the site's name inside the picture, which always call for action."""

MIN_FLAGGING_RATIO, MIN_POSSIBLE_RATIO = 1.2, 1.05
"""A match never counts against its site; at 1 it would be no evidence at all."""
MAX_RATIO, MAX_POSSIBLE_RATIO, MAX_SECOND_RATIO = 1_000.0, 12.0, 4.0
MIN_AGAINST_RATIO = 0.001
MAX_REVIEW_RATIO = (0.70 / 0.30) / (0.10 / 0.90)
"""Up to this ratio a post of a site with a prior of 10 % is for review and no further."""


@dataclass(frozen=True, slots=True)
class EntryLimits:
    """Bounds of a ratio, whatever the data say."""

    low: float
    high: float


def entry_name(entry: Entry) -> str:
    """Return the name of an entry as pages show it.

    >>> entry_name(("ratio", "PLACE-TAG", "strong"))
    'PLACE-TAG strong'
    """
    return " ".join(entry[1:] if entry[0] == "ratio" else entry)


def table_ratios(table: LikelihoodTable) -> dict[Entry, LikelihoodRatio]:
    """Return every ratio that a fit may change, in the order of the file."""
    return {
        **{("ratio", rule, grade): ratio for (rule, grade), ratio in table.matches.items()},
        **{NAME_KIND_ENTRIES[kind]: ratio for kind, ratio in table.name_kind_caps.items()},
        BARE_PAIR: table.bare_pair,
        **{("by_others", rule): ratio for rule, ratio in table.others_text_cap.items()},
        MERE_MENTION: table.mere_mention,
        SECOND_IN_FAMILY: table.second_in_family,
        **{("contradiction", kind): ratio for kind, ratio in table.contradictions.items()},
    }


def with_entries(
    table: LikelihoodTable, ratios: Mapping[Entry, LikelihoodRatio], channels: Mapping[Family, Channel]
) -> LikelihoodTable:
    """Return a table with other ratios and channels in place of its own; its fingerprint stays that of the file."""
    new = {**table_ratios(table), **ratios}
    return replace(
        table,
        matches={(rule, grade): new["ratio", rule, grade] for rule, grade in table.matches},
        near_name=new[NAME_KIND_ENTRIES["near"]],
        name_kind_caps={kind: new[NAME_KIND_ENTRIES[kind]] for kind in table.name_kind_caps},
        bare_pair=new[BARE_PAIR],
        others_text_cap={rule: new["by_others", rule] for rule in table.others_text_cap},
        mere_mention=new[MERE_MENTION],
        second_in_family=new[SECOND_IN_FAMILY],
        contradictions={kind: new["contradiction", kind] for kind in table.contradictions},
        channels={**table.channels, **channels},
    )


def hard_rule_floor(act_today_likelihood: float, lowest_prior: float) -> float:
    """Return the ratio that alone brings a post of the site with the lowest prior to “act today”.

    Parameters
    ----------
    act_today_likelihood
        Threshold of that action, 0 to 1.
    lowest_prior
        Lowest prior of the sites.

    >>> round(hard_rule_floor(0.70, 0.05), 1)
    44.3
    """
    wanted = min(act_today_likelihood, 0.99)
    return (wanted / (1 - wanted)) / (lowest_prior / (1 - lowest_prior))


def entry_limits(entry: Entry, shipped: LikelihoodRatio, hard_floor: float) -> EntryLimits:
    """Return the limits of an entry.

    Parameters
    ----------
    entry
        The entry.
    shipped
        Its ratio in the table shipped with the program.
    hard_floor
        Least ratio of a hard rule, so that dismissals, however many, never silence it; one that ships with a lower
        ratio keeps that as its floor.
    """
    for_review = (NAME_KIND_ENTRIES["near"], NAME_KIND_ENTRIES["doubtful"], BARE_PAIR)
    limits = EntryLimits(MIN_FLAGGING_RATIO, MAX_RATIO)
    if entry in HARD_RULES:
        limits = EntryLimits(min(shipped.ratio, hard_floor), MAX_RATIO)
    elif entry[0] == "contradiction":
        limits = EntryLimits(shipped.ratio / 4.0, 1.0)
    elif entry == MERE_MENTION:
        limits = EntryLimits(MIN_AGAINST_RATIO, 1.0)
    elif entry == SECOND_IN_FAMILY:
        limits = EntryLimits(1.0, MAX_SECOND_RATIO)
    elif entry in for_review:
        limits = EntryLimits(MIN_FLAGGING_RATIO, max(shipped.ratio, MAX_REVIEW_RATIO))
    elif entry[0] == "ratio" and entry[2] == "possible":
        limits = EntryLimits(MIN_POSSIBLE_RATIO, max(shipped.ratio, MAX_POSSIBLE_RATIO))
    return limits


def grade_chains(table: LikelihoodTable) -> list[list[Entry]]:
    """Return the entries of each rule from the weakest grade to the strongest: their ratios must ascend."""
    rules = dict.fromkeys(rule for rule, _grade in table.matches)
    return [[("ratio", rule, grade) for grade in GRADES if (rule, grade) in table.matches] for rule in rules]


def log_values(table: LikelihoodTable) -> dict[Entry, float]:
    """Return the natural logarithm of every ratio that a fit may change."""
    return {entry: math.log(ratio.ratio) for entry, ratio in table_ratios(table).items()}
