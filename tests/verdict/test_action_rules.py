"""The action words: which rule decides, on the values that pages show, and that it is printed."""

import pytest

from opsec.model import Action, Match
from opsec.settings import Thresholds
from opsec.verdict.action_rules import choose_action
from tests.fixtures.records import make_match

NAMED = make_match(rule="NAME-IN-CAPTION")
SIGN = make_match(rule="NAME-ON-SIGN")
POSSIBLE = make_match(grade="possible")
MENTION = make_match(rule="NAME-IN-CAPTION", grade="possible", log_odds=0.0, names_only=True)
INSIDE = make_match(rule="GPS-IN-FENCE")


@pytest.mark.parametrize(
    ("matches", "likelihood", "severity", "evidence", "action", "words"),
    [
        ([NAMED], 0.896, 0.596, 3.0, "act_now", "90%"),  # shown as 90 % and 0.60
        ([NAMED], 0.894, 0.9, 3.0, "act_today", "70%"),
        ([NAMED], 0.95, 0.59, 3.0, "act_today", "70%"),
        ([NAMED], 0.30, 0.9, 3.0, "review", "20%"),
        ([NAMED], 0.15, 0.9, 3.0, "watch", "12%"),
        ([NAMED], 0.05, 0.9, 3.0, "nothing_found", "below"),
        ([NAMED], 0.30, 0.9, -0.5, "watch", "does not support the site"),  # a high prior alone is no evidence
        ([INSIDE], 0.80, 0.1, 3.0, "act_now", "inside the fence"),
        ([SIGN], 0.80, 0.1, 3.0, "act_now", "inside the image"),
        ([INSIDE], 0.03, 0.1, 3.0, "act_now", "inside the fence"),  # whatever the prior
        ([POSSIBLE], 0.99, 0.9, 6.0, "watch", "only possible"),
        ([POSSIBLE], 0.05, 0.9, 1.0, "nothing_found", "below"),
        ([MENTION], 0.02, 0.9, -1.0, "watch", "names the site"),
        ([], 0.5, 0.0, 0.0, "nothing_found", "matched"),
    ],
)
def test_the_rule_that_decides_is_told(  # noqa: PLR0917 - a row of the table
    matches: list[Match], likelihood: float, severity: float, evidence: float, action: Action, words: str
) -> None:
    chosen = choose_action(matches, likelihood, severity, evidence, Thresholds())
    assert chosen.action == action
    assert words in chosen.why.en
    assert chosen.why.ar != chosen.why.en


@pytest.mark.parametrize(
    ("likelihood", "action"), [(0.95, "act_now"), (0.75, "act_today"), (0.4, "review"), (0.02, "review")]
)
def test_contradicted_evidence_of_a_certain_exposure_is_reviewed_at_least(likelihood: float, action: Action) -> None:
    assert choose_action([SIGN], likelihood, 0.9, -1.0, Thresholds(), contradicted=True).action == action
