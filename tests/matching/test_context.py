"""Words of presence and strength: a match beside another one, never alone, and never a weight."""

import pytest

from opsec.matching.matcher import match, prepare
from opsec.model import Hint, Result
from opsec.model.fields import PRESENCE, STRENGTH
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from tests.fixtures.records import clip, place, site, words

CAMP = site()
OTHER = site("other-camp", code="O-1", names={"en": ("Heron Camp",)}, weak_names=(), unit_names={}, fences=())
INSIDE = place(31.005, 42.005)


def context(text: str, sort: str, number: int = 2) -> Hint:
    return words(text, family="CONTEXT", note=sort, id=f"h{number}")


def told(*hints: Hint) -> list[tuple[str, str, str]]:
    return [
        (one.rule, one.site, one.grade)
        for one in match(clip(*hints), prepare([CAMP, OTHER]))
        if one.rule == "POSTED-LIVE"
    ]


def judged(*hints: Hint) -> Result:
    return judge(clip(*hints), match(clip(*hints), prepare([CAMP])), [CAMP], Thresholds())


@pytest.mark.parametrize(
    ("hints", "sites"),
    [
        ([], []),
        ([context("now", PRESENCE)], []),
        ([words("good morning"), context("now", PRESENCE)], []),
        ([INSIDE, context("now", PRESENCE)], ["falcon-camp"]),
        ([INSIDE, context("now", PRESENCE), context("live", PRESENCE, 3)], ["falcon-camp"]),
        ([INSIDE, context("now", PRESENCE), context("120 men", STRENGTH, 3)], ["falcon-camp", "falcon-camp"]),
        ([words("Falcon Camp, Heron Camp"), context("now", PRESENCE)], ["falcon-camp", "other-camp"]),
        # a place so rough that it only may be ours
        ([place(31.005, 42.005, accuracy_m=40_000.0), context("now", PRESENCE)], []),
    ],
)
def test_beside_what(hints: list[Hint], sites: list[str]) -> None:
    assert told(*hints) == [("POSTED-LIVE", site_id, "possible") for site_id in sites]


def test_it_raises_the_severity_and_neither_the_likelihood_nor_the_rule_of_the_finding() -> None:
    without, beside = judged(INSIDE), judged(INSIDE, context("now", PRESENCE), context("120 men", STRENGTH, 3))
    assert beside.verdict.likelihood == without.verdict.likelihood
    assert beside.verdict.severity == pytest.approx(without.verdict.severity + 0.2)
    (finding,) = beside.findings
    assert (finding.rule, finding.match_ids) == ("GPS-IN-FENCE", ("m1", "m2", "m3"))
    assert [line.log_odds for line in beside.verdict.contributions if line.family == "CONTEXT"] == [0.0, 0.0, 0.0]


def test_the_words_and_where_they_stood_are_told_and_hostile_ones_are_harmless() -> None:
    said = context("now\u202e\x1b[2J", PRESENCE)
    (told,) = [one for one in judged(INSIDE, said).matches if one.rule == "POSTED-LIVE"]
    assert told.span == (0, len(said.text or ""))
    assert "\x1b" not in told.why.en
    assert "\u202e" not in told.why.en
    assert "the caption" in told.why.en
