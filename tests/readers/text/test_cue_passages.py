"""Passages from cues: names split over two cues are found, telemetry is ignored, and sizes are bounded."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.formats.subtitle_cues import MAX_CUE_LENGTH, SubtitleCue
from opsec.matching.names.matcher import NameMatcher
from opsec.model import Hint
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.text.cue_passages import MAX_LETTERS, MAX_PASSAGES, PassageBuilder, is_camera_telemetry
from tests.fixtures.records import make_site

Timed = tuple[float, float, str]


def build_passages(cues: Sequence[Timed]) -> list[ReaderOutput]:
    passages = PassageBuilder("subtitle", "test")
    found = [one for at_s, until_s, text in cues for one in passages.add(SubtitleCue(at_s, until_s, text.split("\n")))]
    return [*found, *passages.finish()]


def texts(cues: Sequence[Timed]) -> list[Timed]:
    """Times and words of the passages."""
    hints = [one for one in build_passages(cues) if isinstance(one, Hint) and one.kind == "text"]
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
        # lines that roll up the screen are shown twice and count once
        ([(1, 2, "at the"), (2, 3, "at the\ngate"), (3, 4, "gate\nof")], [(1, 4, "at the gate of")]),
        # a long passage ends; its last cue also begins the next one, unless nothing follows
        ([(0, 9, "a"), (9, 16, "b"), (16, 17, "c")], [(0, 16, "a b"), (9, 17, "b c")]),
        ([(0, 9, "a"), (9, 16, "b"), (19, 20, "c")], [(0, 16, "a b"), (19, 20, "c")]),
        ([(0, 9, "a"), (9, 16, "b")], [(0, 16, "a b")]),
        ([(5, 4, "back in time")], [(5, 5, "back in time")]),
    ],
)
def test_cues_are_merged(cues: list[Timed], passages: list[Timed]) -> None:
    assert texts(cues) == passages


def test_position_has_the_time_of_its_passage() -> None:
    words, place = build_passages([(61.5, 63.0, "meet at 31.0050,"), (63.0, 64.0, "42.0050")])
    assert isinstance(words, Hint)
    assert isinstance(place, Hint)
    assert (place.kind, place.at_s, place.until_s, place.field) == ("position", 61.5, 64, "subtitle")


def test_name_split_at_the_end_of_a_long_passage_is_found() -> None:
    names = NameMatcher([make_site()])
    for before in range(30, 60):
        words = [*(f"كلمة{n}" for n in range(before)), "معسكر", "الصقر"]
        cues = [(float(n), n + 1.0, word) for n, word in enumerate(words)]
        assert any(list(names.find(text)) for _, _, text in texts(cues)), before


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
def test_telemetry_is_not_text(text: str) -> None:
    assert is_camera_telemetry(text)
    assert build_passages([(1, 2, text)]) == []


@pytest.mark.parametrize(
    "text", ["we have no GPS here", "home (sweet home)", "ISO standards", "[laughs] at the gate", "GPS(" * 99, ""]
)
def test_speech_is_not_telemetry(text: str) -> None:
    assert not is_camera_telemetry(text)


def test_limits_are_reported() -> None:
    apart = [(n * 10.0, n * 10.0 + 1, f"word {n}") for n in range(MAX_PASSAGES + 5)]
    found = build_passages(apart)
    assert sum(isinstance(one, Hint) for one in found) == MAX_PASSAGES
    assert [one.reason.code for one in found if isinstance(one, Gap)] == ["too_many"]
    long = build_passages([(n * 10.0, n * 10.0 + 1, f"{n} " + "x" * 9_000) for n in range(40)])
    assert sum(len(one.text or "") for one in long if isinstance(one, Hint)) <= MAX_LETTERS
    assert [one.reason.code for one in long if isinstance(one, Gap)] == ["too_many"]
    (hint, gap) = build_passages([(1, 2, "x" * (MAX_CUE_LENGTH + 1))])
    assert isinstance(hint, Hint)
    assert isinstance(gap, Gap)
    assert gap.reason.code == "too_long"


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5), st.text(max_size=60)), max_size=20))
def test_any_cue_is_safe_and_no_text_is_lost(cues: list[Timed]) -> None:
    found_text = " ".join(
        text for _, _, text in texts([(at_s, until_s, f"start{text}") for at_s, until_s, text in cues])
    )
    plain = [text for _, _, text in cues if text.isalnum() and not is_camera_telemetry(f"start{text}")]
    assert all(f"start{text}" in found_text for text in plain)
