"""Properties of the printed sum on simulated posts, through ``judge``."""

import math
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opsec.model import Contribution, Landmark, Match, Result
from opsec.settings import Thresholds
from opsec.verdict.judge import MAX_LIKELIHOOD, MIN_LIKELIHOOD, judge
from opsec.verdict.likelihood_ratios import likelihood_table
from tests.benchmarks.verdict.simulated_posts import judged, simulate
from tests.fixtures.records import make_site

TABLE = likelihood_table()
SITE = make_site(prior=0.1, landmarks=(Landmark(id="gate", photos=("gate.jpg",)),))


@cache
def simulated() -> list[Result]:
    """Results of simulated posts; computed when the first test needs them, not when tests are collected."""
    return [judged(post, 0.1, TABLE) for post in simulate(2, 600, 0.6)]


def matched() -> list[Result]:
    return [result for result in simulated() if result.matches]


def in_two_families() -> list[Result]:
    return [
        result
        for result in matched()
        if len({line.family for line in result.verdict.contributions[1:] if line.log_odds > 0}) > 1
    ]


def again(result: Result, matches: tuple[Match, ...]) -> Result:
    return judge(result.clip, matches, [SITE], Thresholds(), table=TABLE)


def total(lines: tuple[Contribution, ...]) -> float:
    return sum(line.log_odds for line in lines)


@given(st.deferred(lambda: st.sampled_from(simulated())))
def test_the_lines_add_up_to_the_likelihood_unless_it_is_capped(result: Result) -> None:
    likelihood = result.verdict.likelihood
    log_odds = total(result.verdict.contributions)
    if MIN_LIKELIHOOD < likelihood < MAX_LIKELIHOOD:
        assert math.log(likelihood / (1 - likelihood)) == pytest.approx(log_odds, abs=1e-9)
    else:
        cap = math.log(MAX_LIKELIHOOD / MIN_LIKELIHOOD)
        assert log_odds >= cap - 1e-9 if likelihood == MAX_LIKELIHOOD else log_odds <= -cap + 1e-9


@given(st.deferred(lambda: st.sampled_from(matched())), st.data())
def test_a_repeated_hint_changes_the_likelihood_by_exactly_nothing(result: Result, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(result.matches))
    copied = replace(result.clip.hints[0], id="copy")
    hint = next(hint for hint in result.clip.hints if hint.id == one.hint_ids[0])
    clip = replace(result.clip, hints=(*result.clip.hints, replace(hint, id=copied.id)))
    repeated = replace(one, id="m99", hint_ids=(copied.id,))
    more = judge(clip, (*result.matches, repeated), [SITE], Thresholds(), table=TABLE)
    assert more.verdict.likelihood == result.verdict.likelihood
    assert more.verdict.contributions == result.verdict.contributions


@given(st.deferred(lambda: st.sampled_from(in_two_families())), st.data())
def test_removing_a_family_takes_away_exactly_its_printed_lines(result: Result, data: st.DataObject) -> None:
    families = {hint.id: hint.family for hint in result.clip.hints}
    flagging = {families[one.hint_ids[0]] for one in result.matches if one.grade != "possible" and one.log_odds}
    gone = data.draw(st.sampled_from(sorted({families[one.hint_ids[0]] for one in result.matches if one.log_odds})))
    assume(flagging - {gone})
    rest = again(result, tuple(one for one in result.matches if families[one.hint_ids[0]] != gone))
    of_family = tuple(line for line in result.verdict.contributions if line.family == gone)
    assert total(result.verdict.contributions) - total(rest.verdict.contributions) == pytest.approx(
        total(of_family), abs=1e-9
    )


def test_there_are_posts_of_every_kind_to_try() -> None:
    """Otherwise the properties above would say nothing."""
    assert len(in_two_families()) > 20
    assert len(matched()) > 200
    assert any(result.verdict.likelihood == MAX_LIKELIHOOD for result in simulated())
    assert any(MIN_LIKELIHOOD < result.verdict.likelihood < 0.1 for result in simulated())
