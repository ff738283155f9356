"""The fit: when nothing changes, what it can never do, and that it finds ratios it was not given."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.model import Grade
from opsec.settings import Thresholds
from opsec.verdict.calibration.channel_shares import DETECTION_LIMITS, SHARE_LIMITS
from opsec.verdict.calibration.evaluation import figures_of, held_out_evidence, mean_loss, sample_at
from opsec.verdict.calibration.fit import MIN_CLASS_POSTS, MIN_ENTRY_POSTS, TableFit, evidence_of, fit_table
from opsec.verdict.calibration.observations import Label, Observation, SeenMatch, SeenPost, observe
from opsec.verdict.calibration.table_entries import (
    HARD_RULES,
    Entry,
    entry_limits,
    grade_chains,
    hard_rule_floor,
    table_ratios,
)
from opsec.verdict.judge import judge
from opsec.verdict.likelihood_ratios import LikelihoodTable, likelihood_table
from tests.benchmarks.verdict.simulated_posts import judged, observed, simulate
from tests.fixtures.records import make_clip, make_match, make_site, text_hint

TABLE = likelihood_table()
FLOOR = hard_rule_floor(0.70, 0.05)
SIGN: Entry = ("ratio", "NAME-ON-SIGN", "strong")
NAME: Entry = ("ratio", "NAME-IN-CAPTION", "strong")
_FAMILIES = {"NAME-ON-SIGN": "SIGN", "NAME-IN-CAPTION": "TEXT", "GPS-IN-FENCE": "META", "GPS-NEAR-FENCE": "META"}


def post(
    number: object, label: Label, *found: tuple[str, Grade], by_decision: bool = True, prior: float = 0.1
) -> Observation:
    """A post with these matches at their weights in the table."""
    matches = tuple(
        SeenMatch(_FAMILIES[rule], rule, grade, TABLE.ratio_for(rule, grade).log_odds)  # type: ignore[arg-type]
        for rule, grade in found
    )
    lines = (("PRIOR", math.log(prior / (1 - prior))), *((one.family, one.log_odds) for one in matches))
    seen = SeenPost(lines, matches, frozenset())
    return observe(seen, TABLE, key=f"{label} {number}", label=label, by_decision=by_decision)


def posts(count: int, label: Label, *found: tuple[str, Grade], **more: object) -> list[Observation]:
    return [post(f"{found} {number}", label, *found, **more) for number in range(count)]  # type: ignore[arg-type]


def fitted(known: Sequence[Observation], table: LikelihoodTable = TABLE) -> TableFit:
    return fit_table(known, table, TABLE, hard_floor=FLOOR, set_name="made")


def ratios(fit: TableFit) -> dict[Entry, float]:
    return {one.entry: one.after.ratio for one in fit.entries}


CONFIRMED = posts(40, "exposing", ("GPS-IN-FENCE", "strong"))


# ── too little ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "known",
    [
        [],
        posts(MIN_CLASS_POSTS - 1, "exposing", ("NAME-IN-CAPTION", "strong"))
        + posts(500, "hard_negative", ("NAME-IN-CAPTION", "strong")),
        posts(500, "hard_negative", ("NAME-IN-CAPTION", "strong")),
        posts(500, "exposing", ("NAME-IN-CAPTION", "strong")),
        posts(1, "exposing") * 500 + posts(500, "clean"),
    ],
    ids=["nothing", "few exposing", "all dismissed", "all confirmed", "one post many times"],
)
def test_with_too_few_posts_nothing_changes(known: list[Observation]) -> None:
    fit = fitted(known)
    assert not fit.has_enough
    assert not fit.is_changed
    assert fit.table == TABLE
    assert {one.outcome for one in fit.entries} <= {"too_few", "not_seen"}


def test_an_entry_with_too_few_posts_is_unchanged_and_says_so() -> None:
    few = posts(MIN_ENTRY_POSTS - 1, "hard_negative", ("NAME-ON-SIGN", "strong"))
    fit = fitted([*CONFIRMED, *few, *posts(40, "hard_negative", ("NAME-IN-CAPTION", "strong"))])
    by_entry = {one.entry: one for one in fit.entries}
    assert (by_entry[SIGN].outcome, by_entry[SIGN].others) == ("too_few", MIN_ENTRY_POSTS - 1)
    assert by_entry[SIGN].after == by_entry[SIGN].before
    assert by_entry[NAME].is_changed
    assert by_entry["contradiction", "position"].outcome == "not_seen"


def test_copies_of_a_clip_count_once() -> None:
    one = posts(1, "hard_negative", ("NAME-IN-CAPTION", "strong")) * 50
    fit = fitted([*CONFIRMED, *posts(40, "clean"), *one])
    assert {one.entry: one for one in fit.entries}[NAME].others == 1


# ── hard rules ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("rule", ["NAME-ON-SIGN", "GPS-IN-FENCE"])
@pytest.mark.parametrize("prior", [0.05, 0.1, 0.37])
def test_no_streak_of_dismissals_silences_a_hard_rule(rule: str, prior: float) -> None:
    dismissed = posts(2_000, "hard_negative", (rule, "strong"), prior=prior)
    fit = fitted([*posts(40, "exposing", ("NAME-IN-CAPTION", "strong"), prior=prior), *dismissed])
    entry: Entry = ("ratio", rule, "strong")
    assert entry in HARD_RULES
    assert ratios(fit)[entry] >= FLOOR * 0.9999
    assert {one.entry: one.outcome for one in fit.entries}[entry] == "at_limit"
    hint = text_hint("Falcon Camp", id="h1", family=_FAMILIES[rule], field="sign")
    match = make_match(rule=rule, grade="strong", log_odds=fit.table.ratio_for(rule, "strong").log_odds)
    verdict = judge(make_clip(hint), [match], [make_site(prior=prior)], Thresholds(), table=fit.table).verdict
    assert verdict.action == "act_now"


def test_other_rules_follow_the_dismissals() -> None:
    fit = fitted([*CONFIRMED, *posts(400, "hard_negative", ("NAME-IN-CAPTION", "strong"))])
    assert ratios(fit)[NAME] < 5


# ── bounds ────────────────────────────────────────────────────────────────────────────────────
_KINDS = st.sampled_from([
    (),
    (("NAME-ON-SIGN", "strong"),),
    (("NAME-ON-SIGN", "probable"),),
    (("NAME-IN-CAPTION", "strong"),),
    (("NAME-IN-CAPTION", "probable"),),
    (("NAME-IN-CAPTION", "possible"),),
    (("GPS-IN-FENCE", "strong"), ("NAME-IN-CAPTION", "strong")),
    (("GPS-NEAR-FENCE", "probable"),),
    (("GPS-IN-FENCE", "possible"),),
])  # fmt: skip


@settings(max_examples=25)
@given(
    groups=st.lists(
        st.tuples(st.integers(10, 200), _KINDS, st.sampled_from(["exposing", "hard_negative", "clean"]), st.booleans()),
        min_size=2,
        max_size=8,
    )
)
def test_the_fit_never_leaves_its_bounds(
    groups: list[tuple[int, tuple[tuple[str, Grade], ...], Label, bool]],
) -> None:
    known = [
        replace(one, key=f"{number} {one.key}")
        for number, (count, found, label, by_decision) in enumerate(groups)
        for one in posts(count, label, *found, by_decision=by_decision)
    ]
    fit = fitted([*known, *posts(20, "exposing", ("GPS-IN-FENCE", "strong")), *posts(20, "clean")])
    shipped, new = table_ratios(TABLE), ratios(fit)
    for entry, ratio in new.items():
        limits = entry_limits(entry, shipped[entry], FLOOR)
        assert limits.low * 0.9995 <= ratio <= limits.high * 1.0005, entry
        after = table_ratios(fit.table)[entry]
        if after.low is not None and after.high is not None:
            assert after.low <= after.ratio <= after.high
    for chain in grade_chains(TABLE):
        assert [new[entry] for entry in chain] == sorted(new[entry] for entry in chain), chain
    for channel in fit.table.channels.values():
        assert SHARE_LIMITS[0] <= channel.share <= SHARE_LIMITS[1]
        assert DETECTION_LIMITS[0] <= channel.detection <= DETECTION_LIMITS[1]


def test_few_posts_do_not_support_a_large_ratio() -> None:
    """Without one mistake in 30 posts, nobody knows whether a probable name is worth 1,000."""
    known = posts(200, "exposing", ("NAME-IN-CAPTION", "probable"), by_decision=False)
    fit = fitted([*known, *posts(30, "clean", by_decision=False)])
    assert ratios(fit)["ratio", "NAME-IN-CAPTION", "probable"] <= 31 * 1.03


def test_contradictory_labels_of_the_same_evidence_end_between_the_limits() -> None:
    name: tuple[str, Grade] = ("NAME-IN-CAPTION", "strong")
    exposing, dismissed = posts(100, "exposing", name, prior=0.5), posts(100, "hard_negative", name, prior=0.5)
    fit = fitted([*exposing, *dismissed])
    one = {one.entry: one for one in fit.entries}[NAME]
    assert one.after.ratio == pytest.approx(1.2, rel=0.2)  # as many of each: the name is no evidence
    assert (one.exposing, one.others) == (100, 100)


def test_the_same_posts_fitted_twice_give_the_same_table() -> None:
    known = [*CONFIRMED, *posts(100, "hard_negative", ("NAME-IN-CAPTION", "strong"))]
    first = fitted(known)
    assert ratios(fitted(known, first.table)) == pytest.approx(ratios(first))


# ── what it finds ─────────────────────────────────────────────────────────────────────────────
def test_it_finds_a_ratio_that_it_was_not_given() -> None:
    known = [
        *posts(800, "exposing", ("NAME-IN-CAPTION", "strong"), by_decision=False),
        *posts(200, "exposing", by_decision=False),
        *posts(100, "hard_negative", ("NAME-IN-CAPTION", "strong"), by_decision=False),
        *posts(900, "clean", by_decision=False),
    ]
    one = {one.entry: one for one in fitted(known).entries}[NAME]
    assert one.after.low is not None
    assert one.after.high is not None
    # 8 by the shares; doubled and halved hard negatives and the shipped value draw it only a little
    assert one.after.low < 8 < one.after.high * 1.2
    assert one.after.ratio == pytest.approx(8, rel=0.35)


def test_the_shipped_value_resists_few_posts_and_gives_way_to_many() -> None:
    def name_ratio(factor: int) -> float:
        exposing = posts(20 * factor, "exposing", ("NAME-IN-CAPTION", "strong"), prior=0.5)
        dismissed = posts(20 * factor, "hard_negative", ("NAME-IN-CAPTION", "strong"), prior=0.5)
        return ratios(fitted([*exposing, *dismissed]))[NAME]

    assert TABLE.ratio_for("NAME-IN-CAPTION", "strong").ratio > name_ratio(1) > name_ratio(20) >= 1.2


def test_on_simulated_posts_of_other_rates_the_likelihoods_become_more_honest() -> None:
    def known(seed: int, table: LikelihoodTable) -> list[Observation]:
        drawn = simulate(seed, 1_500, 0.37)
        return observed(drawn, [judged(one, 0.37, table) for one in drawn], table)

    fit = fitted(known(1, TABLE))
    others = known(5, TABLE)
    before, after = (
        figures_of(sample_at(others, evidence_of(others, table), 0.10), rounds=2) for table in (TABLE, fit.table)
    )
    assert after.cllr < before.cllr - 0.01
    assert after.brier < before.brier
    assert after.cllr - after.cllr_min < 0.04


def test_each_post_is_measured_by_a_fit_that_has_not_seen_it() -> None:
    known = [*CONFIRMED, *posts(40, "clean")]
    asked: list[tuple[set[str], set[str]]] = []

    def remember(seen: list[Observation], held: list[Observation]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        asked.append(({one.key for one in seen}, {one.key for one in held}))
        return np.full(len(held), 2.5)

    evidence = held_out_evidence(known, remember)
    assert evidence.tolist() == [2.5] * 80
    assert all(not seen & held for seen, held in asked)
    assert set().union(*(held for _seen, held in asked)) == {one.key for one in known}


def test_the_loss_rewards_honest_evidence() -> None:
    known = [*posts(50, "exposing", by_decision=False), *posts(50, "clean", by_decision=False)]
    right = np.array([3.0 if one.exposes else -3.0 for one in known])
    assert mean_loss(known, right) < mean_loss(known, np.zeros(100)) < mean_loss(known, -right)
