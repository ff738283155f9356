"""What a fit knows of a post: printed sums are traced back to the entries they were made of."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model import Hint, Landmark, Result
from opsec.settings import Thresholds
from opsec.verdict.calibration.evaluation import samples
from opsec.verdict.calibration.fit import evidence_of
from opsec.verdict.calibration.observations import Observation, SeenMatch, SeenPost, observe, seen_in_clip
from opsec.verdict.calibration.table_entries import log_values, table_ratios, with_entries
from opsec.verdict.judge import judge
from opsec.verdict.likelihood_ratios import LikelihoodRatio, likelihood_table
from tests.benchmarks.verdict.simulated_posts import judged, observed, simulate
from tests.fixtures.records import RAN, make_clip, make_site, position_hint, text_hint

TABLE = likelihood_table()
POSTS = simulate(1, 400, 0.4)


def results(posts: int = len(POSTS)) -> list[Result]:
    return [judged(post, 0.1, TABLE) for post in POSTS[:posts]]


def test_the_entries_explain_every_printed_sum() -> None:
    found = results()
    for result, one in zip(found, observed(POSTS, found, TABLE), strict=True):
        log_odds = math.log(0.1 / 0.9) + one.log_ratio(log_values(TABLE), TABLE.channels)
        likelihood = min(0.99, max(0.01, 1 / (1 + math.exp(-log_odds))))
        assert likelihood == pytest.approx(result.verdict.likelihood, abs=1e-9)
        assert one.rest == 0.0


@pytest.mark.parametrize("photos", [(), ("gate.jpg",)])
def test_the_silence_of_a_site_with_and_without_photos_is_explained(photos: tuple[str, ...]) -> None:
    hints = (position_hint(0.0, 0.0, kind="device", point=None), text_hint("tea", id="h2"))
    site = make_site(landmarks=(Landmark(id="gate", photos=photos),) if photos else ())
    result = judge(make_clip(*hints, checks=RAN), [], [site], Thresholds())
    seen = seen_in_clip(result.clip, (), result.verdict.contributions)
    one = observe(seen, TABLE, key="1", label="clean")
    assert one.rest == 0.0
    assert one.without_reference == (frozenset() if photos else {"VISUAL"})
    channels = {family: replace(channel, detection=0.7) for family, channel in TABLE.channels.items()}
    other = with_entries(TABLE, {}, channels)
    again = judge(make_clip(*hints, checks=RAN), [], [site], Thresholds(), table=other)
    assert one.log_ratio(log_values(other), other.channels) == pytest.approx(
        sum(line.log_odds for line in again.verdict.contributions[1:])
    )


def test_the_same_under_another_table_as_if_it_had_been_used() -> None:
    """Weights, caps, silence and deductions all follow the entries."""
    changed = {
        entry: replace(ratio, ratio=ratio.ratio**0.8 if entry[-1] != "probable" else ratio.ratio**0.7)
        for entry, ratio in table_ratios(TABLE).items()
    }
    channels = {family: replace(one, share=one.share * 0.9, detection=0.8) for family, one in TABLE.channels.items()}
    other = with_entries(TABLE, changed, channels)
    known = observed(POSTS, results(), TABLE)
    as_if = [judged(post, 0.1, other) for post in POSTS]
    said = samples(known, evidence_of(known, other))[0.10].likelihoods
    assert said == pytest.approx([result.verdict.likelihood for result in as_if], abs=1e-9)


def test_a_weight_that_stands_in_no_entry_stays_as_it_is() -> None:
    seen = SeenPost(
        lines=(("PRIOR", -2.2), ("VISUAL", 3.3)),
        matches=(SeenMatch("VISUAL", "LANDMARK-SEEN", "strong", 3.3),),
        applicable=frozenset({"VISUAL"}),
    )
    one = observe(seen, TABLE, key="a", label="exposing")
    assert one.counted_entries(log_values(TABLE)) == []
    doubled = with_entries(TABLE, {("ratio", "LANDMARK-SEEN", "strong"): LikelihoodRatio(600.0, "x", 1)}, {})
    assert one.log_ratio(log_values(doubled), doubled.channels) == pytest.approx(3.3)


def test_a_cap_and_the_ratio_that_it_limits_are_both_known() -> None:
    near = math.log(TABLE.near_name.ratio)
    seen = SeenPost(
        lines=(("PRIOR", -2.2), ("TEXT", round(near, 3))),
        matches=(SeenMatch("TEXT", "NAME-IN-CAPTION", "probable", round(near, 3)),),
        applicable=frozenset({"TEXT"}),
    )
    one = observe(seen, TABLE, key="a", label="clean")
    assert one.counted_entries(log_values(TABLE)) == [("nearly_named",)]
    lower = with_entries(TABLE, {("ratio", "NAME-IN-CAPTION", "probable"): LikelihoodRatio(2.0, "x", 1)}, {})
    assert one.log_ratio(log_values(lower), lower.channels) == pytest.approx(math.log(2.0))


def test_a_sum_of_another_table_keeps_what_is_not_explained() -> None:
    seen = SeenPost(lines=(("PRIOR", -2.2), ("TEXT", -0.05), ("CONTEXT", 0.4)), matches=(), applicable=frozenset())
    one = observe(seen, TABLE, key="a", label="clean")
    assert one.log_ratio(log_values(TABLE), TABLE.channels) == pytest.approx(0.35)


def test_the_json_of_a_scan_gives_the_same_as_the_result() -> None:
    from opsec.app.calibration_posts import seen_in_json
    from opsec.reports.scan_json import clip_record

    values = log_values(TABLE)
    for result in results(150):
        clip = json.loads(json.dumps(clip_record(result), ensure_ascii=False))
        seen = seen_in_json(clip, clip["verdict"]["site"], clip["coverage"]["checks"])
        one = observe(seen, TABLE, key="a", label="clean")
        log_odds = math.log(0.1 / 0.9) + one.log_ratio(values, TABLE.channels)
        likelihood = min(0.99, max(0.01, 1 / (1 + math.exp(-log_odds))))
        assert likelihood == pytest.approx(result.verdict.likelihood, abs=2e-4)


@pytest.mark.parametrize("lacks", [{}, {"fences": ()}, {"landmarks": ()}, {"fences": (), "landmarks": ()}])
def test_families_that_cannot_find_the_site_are_the_same_in_json_and_in_memory(lacks: dict[str, Any]) -> None:
    """Hints of features are no part of the JSON; under another table, both give the sum that this table gives."""
    from opsec.app.calibration_posts import seen_in_json
    from opsec.reports.scan_json import clip_record

    site = replace(make_site(landmarks=(Landmark(id="gate", photos=("gate.jpg",)),)), **lacks)
    device = position_hint(0.0, 0.0, id="h3", kind="device", point=None)
    frame = Hint(kind="features", family="VISUAL", reader="test", field="picture", id="h2")
    clip = make_clip(text_hint("tea"), frame, device, checks={**RAN, "landmarks": "ran"})
    channels = {family: replace(one, share=one.share**2, detection=0.7) for family, one in TABLE.channels.items()}
    other = with_entries(TABLE, {}, channels)
    result = judge(clip, (), [site], Thresholds(), table=TABLE)
    expected = judge(clip, (), [site], Thresholds(), table=other).verdict.contributions
    record = json.loads(json.dumps(clip_record(result), ensure_ascii=False))
    for seen in (
        seen_in_clip(clip, (), result.verdict.contributions),
        seen_in_json(record, None, record["coverage"]["checks"]),
    ):
        one = observe(seen, TABLE, key="a", label="clean")
        assert one.rest == 0.0
        assert set(one.silent) == {line.family for line in expected[1:]}
        assert one.log_ratio(log_values(other), channels) == pytest.approx(sum(line.log_odds for line in expected[1:]))


# ── mixtures ──────────────────────────────────────────────────────────────────────────────────
@given(prior=st.sampled_from([0.05, 0.1, 0.37, 0.5]), factor=st.sampled_from([0.5, 1.0, 2.0]))
def test_a_mixture_has_the_shares_that_it_stands_for(prior: float, factor: float) -> None:
    from opsec.verdict.calibration.mixtures import mixture

    posts = made(exposing=7, hard_negative=11, clean=32)
    weights = mixture(posts, prior, factor).weights
    shares = {
        name: weights[[one.label == name for one in posts]].sum() / weights.sum()
        for name in ("exposing", "hard_negative", "clean")
    }
    assert weights.sum() == pytest.approx(50)
    assert shares["exposing"] == pytest.approx(prior)
    assert shares["hard_negative"] / (1 - shares["exposing"]) == pytest.approx(11 / 43 * factor)


def test_decided_findings_keep_the_prior_of_their_site() -> None:
    from opsec.verdict.calibration.mixtures import mixture

    posts = [replace(one, by_decision=True, prior=0.2) for one in made(exposing=3, hard_negative=5, clean=0)]
    mixed = mixture(posts, 0.05)
    assert mixed.weights.tolist() == [1.0] * 8
    assert mixed.prior_log_odds == pytest.approx(np.full(8, math.log(0.25)))


def made(**counts: int) -> list[Observation]:
    seen = SeenPost(lines=(("PRIOR", -2.2),), matches=(), applicable=frozenset())
    return [
        observe(seen, TABLE, key=f"{label}{number}", label=label)  # type: ignore[arg-type]
        for label, count in counts.items()
        for number in range(count)
    ]
