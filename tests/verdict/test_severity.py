"""Severity: 1 − (1 − zone)(1 − layout)(1 − operational), with the lines that explain it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model import Hint, Layout, Match
from opsec.model.notes import PRESENCE, STRENGTH, make_note
from opsec.verdict.severity import OPERATIONAL_SEVERITY, assess_severity
from tests.fixtures.records import make_clip, make_match, make_site, position_hint, text_hint

INSIDE = make_match()
NAMED = make_match(rule="NAME-IN-CAPTION", hint_ids=("h2",), id="m2")
SWEEP = make_match(rule="LAYOUT-SWEEP", grade="possible", log_odds=0.0, hint_ids=("h1",), id="m9")
HALF_SHOWN = Layout(motion="turn", site="falcon-camp", share_of_base=0.5, score=0.5)


def context(words: str, note: str) -> Hint:
    notes = (make_note(note),)
    return Hint(kind="text", family="CONTEXT", reader="test", field="caption", text=words, notes=notes, id=f"c{words}")


def severity_of(
    *matches: Match, hints: tuple[Hint, ...] = (), layout: Layout | None = None, sensitivity: float = 0.5
) -> tuple[float, list[str]]:
    clip = make_clip(position_hint(31.005, 42.005), text_hint("x", id="h2"), *hints)
    found = assess_severity(clip, make_site(sensitivity=sensitivity), layout or Layout(), matches)
    return found.total, [line.why.en for line in found.lines]


def test_the_most_sensitive_zone_decides() -> None:
    armoury = make_match(zone="armoury", zone_sensitivity=0.95)
    assert severity_of(INSIDE, armoury) == (0.95, [])


def test_words_of_presence_and_strength_are_parts_of_their_own() -> None:
    hints = (context("now", PRESENCE), context("on duty", PRESENCE), context("120 soldiers", STRENGTH))
    total, lines = severity_of(NAMED, hints=hints)
    presence, strength = OPERATIONAL_SEVERITY[PRESENCE], OPERATIONAL_SEVERITY[STRENGTH]
    assert total == pytest.approx(1 - 0.5 * (1 - presence) * (1 - strength))
    assert ["now" in lines[0], "120 soldiers" in lines[1], len(lines)] == [True, True, 3]
    assert lines[2].startswith("severity: 0.5 ")


def test_the_layout_counts_only_where_the_frames_are_tied_to_the_site() -> None:
    tied, lines = severity_of(INSIDE, SWEEP, layout=HALF_SHOWN)
    assert tied > 0.5
    assert "50%" in lines[0]
    assert severity_of(NAMED, SWEEP, layout=HALF_SHOWN) == (0.5, [])


def test_a_possible_match_gives_no_severity_beyond_that_of_the_site() -> None:
    possible = make_match(grade="possible", zone_sensitivity=0.9)
    assert severity_of(possible, hints=(context("now", PRESENCE),)) == (0.5, [])


@given(sensitivity=st.floats(0, 1), score=st.floats(0, 1), n_words=st.integers(0, 2))
def test_every_part_raises_the_severity_and_none_exceeds_one(sensitivity: float, score: float, n_words: int) -> None:
    words = (context("now", PRESENCE), context("9 men", STRENGTH))[:n_words]
    layout = Layout(motion="turn", site="falcon-camp", share_of_base=score, score=score)
    total, _lines = severity_of(INSIDE, SWEEP, hints=words, layout=layout, sensitivity=sensitivity)
    assert sensitivity <= total <= 1
