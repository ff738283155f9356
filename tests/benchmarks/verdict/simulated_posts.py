"""Simulated posts whose truth is known: hand-made records for ``judge``, no media.

The rates below are assumptions about posts, not the ratios of the table; each seed draws its own rates around them, so
what is fitted to one seed meets other rates in the next. Hints of one post are correlated: whoever tags a place also
names it, and a hint may be repeated. Checks fail, hard negatives look like exposing posts, and positions contradict.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from opsec.model import (
    Check,
    CheckState,
    Clip,
    Coverage,
    CoverageStatus,
    Family,
    Grade,
    Hint,
    Landmark,
    Match,
    Result,
)  # fmt: skip
from opsec.settings import Thresholds
from opsec.verdict.calibration.observations import Label, Observation, observe, seen_in_clip
from opsec.verdict.calibration.table_entries import Entry, table_ratios
from opsec.verdict.judge import judge
from opsec.verdict.likelihood_ratios import LikelihoodTable
from opsec.verdict.silence import checked_families
from tests.fixtures.records import make_clip, make_match, make_site, position_hint, text_hint

T = TypeVar("T")
Evidence = tuple[str, Grade, Entry | None]
"""Rule, grade and the entry that limits the weight, if any."""
ShownBy = Literal["META", "TEXT", "SIGN", "VISUAL"]

SPREAD = 0.25
"""Standard deviation of the logarithm of each rate from seed to seed."""
CHANNELS: Mapping[ShownBy, float] = {"META": 0.27, "TEXT": 0.37, "SIGN": 0.15, "VISUAL": 0.21}
"""Family by which an exposing post exposes the site."""
SECOND_FAMILY = 0.25
"""Exposing posts that show it by a second family too."""
DETECTION: Mapping[ShownBy, float] = {"META": 0.98, "TEXT": 0.95, "SIGN": 0.90, "VISUAL": 0.88}
CHECK_MISSING = 0.05
"""Each check, by itself: it failed or was not configured."""
PARTLY_READ = 0.04
REPEATED_HINT, SECOND_KIND = 0.30, 0.10
CONTRADICTED: Mapping[Label, float] = {"exposing": 0.01, "hard_negative": 0.15, "clean": 0.0}
"""Posts with words or signs whose file has a position far away."""
HARD_NEGATIVES = 0.20
"""Of posts that expose nothing."""
EVIDENCE: Mapping[ShownBy, Mapping[Evidence, float]] = {
    "META": {
        ("GPS-IN-FENCE", "strong", None): 0.55,
        ("GPS-IN-FENCE", "probable", None): 0.08,
        ("TRACK-CROSSES-FENCE", "strong", None): 0.15,
        ("GPS-NEAR-FENCE", "probable", None): 0.22,
    },
    "TEXT": {
        ("NAME-IN-CAPTION", "strong", None): 0.50,
        ("PLACE-TAG", "strong", None): 0.14,
        ("COORDINATES-WRITTEN", "strong", None): 0.12,
        ("COORDINATES-WRITTEN", "probable", ("bare_pair",)): 0.04,
        ("NAME-IN-CAPTION", "probable", ("by_others", "NAME-IN-CAPTION")): 0.08,
        ("NAME-IN-CAPTION", "probable", ("nearly_named",)): 0.06,
        ("NAME-IN-CAPTION", "probable", ("named_in_disguise",)): 0.06,
    },
    "SIGN": {
        ("NAME-ON-SIGN", "strong", None): 0.80,
        ("NAME-ON-SIGN", "probable", ("nearly_named",)): 0.20,
    },
    "VISUAL": {
        ("LANDMARK-SEEN", "strong", None): 0.80,
        ("LANDMARK-SEEN", "probable", None): 0.14,
        ("LANDMARK-SEEN", "possible", None): 0.06,
    },
}
"""What is found in an exposing post, by family."""
MENTION = "mention"
HARD_EVIDENCE: Mapping[Evidence, float] = {
    (MENTION, "possible", None): 0.52,
    ("NAME-IN-CAPTION", "probable", ("nearly_named",)): 0.12,
    ("NAME-IN-CAPTION", "strong", None): 0.06,
    ("NAME-IN-CAPTION", "probable", ("by_others", "NAME-IN-CAPTION")): 0.05,
    ("NAME-IN-CAPTION", "probable", ("named_in_disguise",)): 0.02,
    ("PLACE-TAG", "strong", None): 0.012,
    ("COORDINATES-WRITTEN", "probable", ("bare_pair",)): 0.02,
    ("COORDINATES-WRITTEN", "strong", None): 0.004,
    ("NAME-ON-SIGN", "strong", None): 0.015,
    ("NAME-ON-SIGN", "probable", ("nearly_named",)): 0.03,
    ("GPS-NEAR-FENCE", "possible", None): 0.05,
    ("GPS-NEAR-FENCE", "probable", None): 0.01,
    ("GPS-IN-FENCE", "strong", None): 0.003,
    ("LANDMARK-SEEN", "possible", None): 0.08,
    ("LANDMARK-SEEN", "probable", None): 0.005,
    ("LANDMARK-SEEN", "strong", None): 0.001,
}
"""What is found in a hard negative: news, jokes, the same name, posters, spoofed positions, look-alikes."""
SOMETHING_TO_READ: Mapping[ShownBy, float] = {"META": 0.95, "TEXT": 0.85, "SIGN": 0.40, "VISUAL": 0.95}
_CHECKS: Mapping[ShownBy, Check] = {"META": "metadata", "TEXT": "caption", "SIGN": "signage", "VISUAL": "landmarks"}
_RULE_FAMILY: Mapping[str, ShownBy] = {
    **{evidence[0]: family for family, kinds in EVIDENCE.items() for evidence in kinds},
    MENTION: "TEXT",
}


@dataclass(frozen=True)
class Rates:
    """The rates of one seed."""

    channels: Mapping[ShownBy, float]
    detection: Mapping[ShownBy, float]
    evidence: Mapping[ShownBy, Mapping[Evidence, float]]
    hard_evidence: Mapping[Evidence, float]
    hard_negatives: float


@dataclass(frozen=True)
class SimulatedPost:
    """A post as a scan hands it to ``judge``, with its truth."""

    clip: Clip
    evidence: tuple[tuple[str, Evidence], ...]
    """Id of the hint, and what it matches by."""
    label: Label
    shown_by: frozenset[Family]


def rates_of(seed: int) -> Rates:
    """Draw the rates of a seed."""
    chance = np.random.default_rng([18, seed])
    return Rates(
        channels=_varied(CHANNELS, chance),
        detection={family: 1 - (1 - rate) * _factor(chance) for family, rate in DETECTION.items()},
        evidence={family: _varied(kinds, chance) for family, kinds in EVIDENCE.items()},
        hard_evidence=_varied(HARD_EVIDENCE, chance),
        hard_negatives=HARD_NEGATIVES * _factor(chance),
    )


def _factor(chance: np.random.Generator) -> float:
    return float(np.exp(chance.normal(0.0, SPREAD)))


def _varied(rates: Mapping[T, float], chance: np.random.Generator) -> dict[T, float]:
    return {key: rate * _factor(chance) for key, rate in rates.items()}


def simulate(seed: int, posts: int, prior: float) -> list[SimulatedPost]:
    """Draw posts.

    Parameters
    ----------
    seed
        Of the rates and of the posts.
    posts
        Number of posts.
    prior
        Share of them that truly exposes the site.
    """
    rates, chance = rates_of(seed), np.random.default_rng([19, seed])
    return [_post(rates, _label(rates, prior, chance), chance) for _number in range(posts)]


def _label(rates: Rates, prior: float, chance: np.random.Generator) -> Label:
    if chance.random() < prior:
        return "exposing"
    return "hard_negative" if chance.random() < rates.hard_negatives else "clean"


def _post(rates: Rates, label: Label, chance: np.random.Generator) -> SimulatedPost:
    checks: dict[Check, CheckState] = {
        check: ("ran" if chance.random() >= CHECK_MISSING else "failed" if chance.random() < 0.5 else "not_configured")
        for check in _CHECKS.values()
    }
    shown_by = _families(rates, chance) if label == "exposing" else ()
    found = list(_found(rates, label, shown_by, chance))
    seen = [one for one in found if checks[_CHECKS[_RULE_FAMILY[one[0]]]] == "ran"]
    written = {family for family, share in SOMETHING_TO_READ.items() if chance.random() < share}
    written |= {*shown_by, *(_RULE_FAMILY[one[0]] for one in found)}
    hints = [_hint(family, f"s{family}", elsewhere=False) for family in sorted(written)]
    hints += [_hint(_RULE_FAMILY[one[0]], f"h{number}", elsewhere=False) for number, one in enumerate(seen)]
    has_position = any(_RULE_FAMILY[one[0]] == "META" for one in found)
    if checks["metadata"] == "ran" and not has_position and chance.random() < CONTRADICTED[label]:
        hints.append(_hint("META", "far", elsewhere=True))
    status: CoverageStatus = "partly" if chance.random() < PARTLY_READ else "read"
    return SimulatedPost(
        clip=make_clip(*hints, coverage=Coverage(status=status, checks=checks)),
        evidence=tuple((f"h{number}", one) for number, one in enumerate(seen)),
        label=label,
        shown_by=frozenset(shown_by),
    )


def _families(rates: Rates, chance: np.random.Generator) -> tuple[ShownBy, ...]:
    first = _choice(rates.channels, chance)
    if chance.random() >= SECOND_FAMILY:
        return (first,)
    others = {family: share for family, share in rates.channels.items() if family != first}
    return (first, _choice(others, chance))


def _found(rates: Rates, label: Label, shown_by: Sequence[ShownBy], chance: np.random.Generator) -> Iterator[Evidence]:
    """Yield what the checks find, should they run."""
    for family in shown_by:
        if chance.random() >= rates.detection[family]:
            continue
        one = _choice(rates.evidence[family], chance)
        yield one
        if chance.random() < REPEATED_HINT:
            yield one
        if chance.random() < SECOND_KIND:
            yield _choice(rates.evidence[family], chance)
    if label == "hard_negative":
        one = _choice(rates.hard_evidence, chance)
        yield one
        if chance.random() < REPEATED_HINT:
            yield one


def _choice(rates: Mapping[T, float], chance: np.random.Generator) -> T:
    keys, weights = list(rates), np.array(list(rates.values()))
    return keys[int(chance.choice(len(keys), p=weights / weights.sum()))]


def _hint(family: Family, hint_id: str, *, elsewhere: bool) -> Hint:
    if family == "META" and (elsewhere or hint_id.startswith("h")):
        return position_hint(*((35.0, 45.0) if elsewhere else (31.005, 42.005)), id=hint_id)
    if family == "META":
        return position_hint(0.0, 0.0, kind="device", point=None, id=hint_id)
    if family == "VISUAL":
        return Hint(kind="motion", family="VISUAL", reader="simulated", field="pictures", id=hint_id)
    return text_hint("words", field="sign" if family == "SIGN" else "caption", family=family, id=hint_id)


# ── judged ────────────────────────────────────────────────────────────────────────────────────
def judged(post: SimulatedPost, prior: float, table: LikelihoodTable) -> Result:
    """Judge a post as a scan does, with the weights of a table."""
    matches = [
        _match(hint_id, evidence, f"m{number}", table) for number, (hint_id, evidence) in enumerate(post.evidence)
    ]
    site = make_site(prior=prior, landmarks=(Landmark(id="gate", photos=("gate.jpg",)),))
    return judge(post.clip, matches, [site], Thresholds(), table=table)


def _match(hint_id: str, evidence: Evidence, match_id: str, table: LikelihoodTable) -> Match:
    rule, grade, cap = evidence
    if rule == MENTION:
        return make_match(
            rule="NAME-IN-CAPTION", grade=grade, log_odds=0.0, hint_ids=(hint_id,), id=match_id, names_only=True
        )
    ratios = table_ratios(table)
    log_odds = min(ratios[entry].log_odds for entry in (("ratio", rule, grade), cap) if entry is not None)
    return make_match(rule=rule, grade=grade, log_odds=log_odds, hint_ids=(hint_id,), id=match_id)


def observed(posts: Sequence[SimulatedPost], results: Sequence[Result], table: LikelihoodTable) -> list[Observation]:
    """Return what a fit knows of the posts, as of a set."""
    return [
        observe(
            seen_in_clip(result.clip, result.matches, result.verdict.contributions),
            table,
            key=str(number),
            label=post.label,
            shown_by=post.shown_by if post.label == "exposing" else None,
            checked=checked_families(post.clip.coverage.checks) if post.clip.coverage.status == "read" else frozenset(),
        )
        for number, (post, result) in enumerate(zip(posts, results, strict=True))
    ]
