"""Cues become passages: names broken over two of them are found, what a camera writes is left alone, all is bounded."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.formats.subtitle_cues import LONGEST_CUE, Cue
from opsec.matching.names.matcher import Names
from opsec.model import Hint
from opsec.model.records import Found, Gap
from opsec.readers.text.cue_passages import MOST_LETTERS, MOST_PASSAGES, Passages, by_a_camera
from tests.fixtures.records import site

Timed = tuple[float, float, str]


def told(cues: Sequence[Timed]) -> list[Found]:
    passages = Passages("subtitle", "test")
    found = [one for at_s, until_s, text in cues for one in passages.take(Cue(at_s, until_s, text.split("\n")))]
    return [*found, *passages.rest()]


def texts(cues: Sequence[Timed]) -> list[Timed]:
    """Times and words of the passages."""
    hints = [one for one in told(cues) if isinstance(one, Hint) and one.kind == "text"]
    return [(hint.at_s or 0.0, hint.until_s or 0.0, hint.text or "") for hint in hints]


@pytest.mark.parametrize(
    ("cues", "passages"),
    [
        ([], []),
        ([(1, 2, "")], []),
        ([(1, 2, "at the gate")], [(1, 2, "at the gate")]),
        ([(1, 2, "من معسكر"), (2.1, 3, "الصقر")], [(1, 3, "من معسكر الصقر")]),
        ([(1, 2, "one"), (4.5, 5, "two")], [(1, 2, "one"), (4.5, 5, "two")]),
        ([(1, 2, "One."), (2, 3, "Two؟"), (3, 4, "three")], [(1, 2, "One."), (2, 3, "Two؟"), (3, 4, "three")]),
        ([(1, 2, "<i>Falcon</i> <c.yellow>Camp</c>")], [(1, 2, "Falcon Camp")]),
        ([(1, 2, r"{\an8\fs20}Falcon\NCamp")], [(1, 2, "Falcon Camp")]),
        ([(1, 2, "salt &amp; water&nbsp;here")], [(1, 2, "salt & water here")]),
        # what rolls up the screen is shown twice and is one text
        ([(1, 2, "at the"), (2, 3, "at the\ngate"), (3, 4, "gate\nof")], [(1, 4, "at the gate of")]),
        # a passage that grows too long ends; its last words begin the next one, unless nothing follows them
        ([(0, 9, "a"), (9, 16, "b"), (16, 17, "c")], [(0, 16, "a b"), (9, 17, "b c")]),
        ([(0, 9, "a"), (9, 16, "b"), (19, 20, "c")], [(0, 16, "a b"), (19, 20, "c")]),
        ([(0, 9, "a"), (9, 16, "b")], [(0, 16, "a b")]),
        ([(5, 4, "back in time")], [(5, 5, "back in time")]),
    ],
)
def test_passages(cues: list[Timed], passages: list[Timed]) -> None:
    assert texts(cues) == passages


def test_a_place_in_words_has_the_time_of_its_passage() -> None:
    words, place = told([(61.5, 63.0, "meet at 31.0050,"), (63.0, 64.0, "42.0050")])
    assert isinstance(words, Hint)
    assert isinstance(place, Hint)
    assert (place.kind, place.at_s, place.until_s, place.field) == ("position", 61.5, 64, "subtitle")


def test_a_name_broken_where_a_long_passage_ends_is_still_met() -> None:
    names = Names([site()])
    for before in range(30, 60):
        words = [*(f"كلمة{n}" for n in range(before)), "معسكر", "الصقر"]
        cues = [(float(n), n + 1.0, word) for n, word in enumerate(words)]
        assert any(list(names.meet(text)) for _, _, text in texts(cues)), before


@pytest.mark.parametrize(
    "text",
    [
        '<font size="28">FrameCnt: 1, DiffTime: 33ms\n[iso: 110] [shutter: 1/200.0] [fnum: 2.8]</font>',
        "[latitude: 33.98] [longitude: 43.25]",
        "[latitude : 33.98] [longtitude : 43.25]",
        "HOME(43.25,33.98) 2026.06.25 14:12:02\nGPS(43.25,33.98,16) BAROMETER:1.9\nISO:100 Shutter:60 EV: Fnum:F2.2",
        "F/2.8, SS 206.14, ISO 100, EV 0, DZOOM 1.000, D 12.00m, H 30.00m",
    ],
)
def test_what_a_camera_writes_is_no_caption(text: str) -> None:
    assert by_a_camera(text)
    assert told([(1, 2, text)]) == []


@pytest.mark.parametrize(
    "text", ["we have no GPS here", "home (sweet home)", "ISO standards", "[laughs] at the gate", "GPS(" * 99, ""]
)
def test_what_a_person_says_is_no_telemetry(text: str) -> None:
    assert not by_a_camera(text)


def test_bounds_are_said() -> None:
    apart = [(n * 10.0, n * 10.0 + 1, f"word {n}") for n in range(MOST_PASSAGES + 5)]
    found = told(apart)
    assert sum(isinstance(one, Hint) for one in found) == MOST_PASSAGES
    assert [one.reason.code for one in found if isinstance(one, Gap)] == ["too_many"]
    long = told([(n * 10.0, n * 10.0 + 1, f"{n} " + "x" * 9_000) for n in range(40)])
    assert sum(len(one.text or "") for one in long if isinstance(one, Hint)) <= MOST_LETTERS
    assert [one.reason.code for one in long if isinstance(one, Gap)] == ["too_many"]
    (hint, gap) = told([(1, 2, "x" * (LONGEST_CUE + 1))])
    assert isinstance(hint, Hint)
    assert isinstance(gap, Gap)
    assert gap.reason.code == "too_long"


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5), st.text(max_size=60)), max_size=20))
def test_no_cue_is_a_fault_and_no_word_without_markup_is_lost(cues: list[Timed]) -> None:
    whole = " ".join(text for _, _, text in texts([(at_s, until_s, f"start{text}") for at_s, until_s, text in cues]))
    plain = [text for _, _, text in cues if text.isalnum() and not by_a_camera(f"start{text}")]
    assert all(f"start{text}" in whole for text in plain)
