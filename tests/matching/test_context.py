"""Context phrases: matched only beside other evidence, with no weight."""

import pytest

from opsec.matching.matcher import build_site_index, match
from opsec.model import Hint, Result
from opsec.model.notes import PRESENCE, STRENGTH, make_note
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from tests.fixtures.records import make_clip, make_site, position_hint, text_hint

CAMP = make_site()
OTHER = make_site("other-camp", code="O-1", names={"en": ("Heron Camp",)}, weak_names=(), unit_names={}, fences=())
INSIDE = position_hint(31.005, 42.005)


def context(text: str, code: str, number: int = 2) -> Hint:
    return text_hint(text, family="CONTEXT", notes=(make_note(code),), id=f"h{number}")


def posted_live_matches(*hints: Hint) -> list[tuple[str, str, str]]:
    return [
        (one.rule, one.site, one.grade)
        for one in match(make_clip(*hints), build_site_index([CAMP, OTHER])).matches
        if one.rule == "POSTED-LIVE"
    ]


def judged(*hints: Hint) -> Result:
    return judge(make_clip(*hints), match(make_clip(*hints), build_site_index([CAMP])).matches, [CAMP], Thresholds())


@pytest.mark.parametrize(
    ("hints", "sites"),
    [
        ([], []),
        ([context("now", PRESENCE)], []),
        ([text_hint("good morning"), context("now", PRESENCE)], []),
        ([INSIDE, context("now", PRESENCE)], ["falcon-camp"]),
        ([INSIDE, context("now", PRESENCE), context("live", PRESENCE, 3)], ["falcon-camp"]),
        ([INSIDE, context("now", PRESENCE), context("120 men", STRENGTH, 3)], ["falcon-camp", "falcon-camp"]),
        ([text_hint("Falcon Camp, Heron Camp"), context("now", PRESENCE)], ["falcon-camp", "other-camp"]),
        # a position so coarse that it is only possible
        ([position_hint(31.005, 42.005, accuracy_m=40_000.0), context("now", PRESENCE)], []),
    ],
)
def test_context_matches_sites_with_other_evidence(hints: list[Hint], sites: list[str]) -> None:
    assert posted_live_matches(*hints) == [("POSTED-LIVE", site_id, "possible") for site_id in sites]


def test_context_raises_severity_but_not_likelihood_or_rule() -> None:
    without, beside = judged(INSIDE), judged(INSIDE, context("now", PRESENCE), context("120 men", STRENGTH, 3))
    assert beside.verdict.likelihood == without.verdict.likelihood
    assert beside.verdict.severity > without.verdict.severity
    (finding,) = beside.findings
    assert (finding.rule, finding.match_ids) == ("GPS-IN-FENCE", ("m1", "m2", "m3"))
    assert [line.log_odds for line in beside.verdict.contributions if line.family == "CONTEXT"] == [0.0, 0.0, 0.0]


def test_words_and_field_are_quoted_without_control_characters() -> None:
    phrase = context("now\u202e\x1b[2J", PRESENCE)
    (context_match,) = [one for one in judged(INSIDE, phrase).matches if one.rule == "POSTED-LIVE"]
    assert context_match.span == (0, len(phrase.text or ""))
    assert "\x1b" not in context_match.why.en
    assert "\u202e" not in context_match.why.en
    assert "the caption" in context_match.why.en
