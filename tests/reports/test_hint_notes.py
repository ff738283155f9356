"""Notes of hints: each of ours is known, hostile ones stay harmless."""

import re
from collections.abc import Iterator
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model import MAX_TEXT, Hint
from opsec.readers.telemetry.dji_subtitles import LAT_FIRST, LON_FIRST
from opsec.readers.telemetry.track_builder import Trail
from opsec.readers.text.context_phrases import context_hints
from opsec.readers.text.coordinates import LINK_NOTE, SHORT_CODE_NOTE, written_hints
from opsec.reports.hint_notes import TEMPLATES, note_words
from tests.fixtures.records import words


def filled(template: str) -> str:
    blanks = {name for _, name, _, _ in Formatter().parse(template) if name}
    return template.format(**dict.fromkeys(blanks, "12"))


def known(note: str) -> bool:
    """Whether every part of it is a note of ours."""
    forms = [re.sub(r"\\\{[a-z]+\\\}", ".{1,60}", re.escape(template)) for template in TEMPLATES]
    return re.fullmatch(f"(?:(?:{'|'.join(forms)})(?:; |$))+", note) is not None


def notes_of_readers() -> Iterator[str]:
    trail = Trail("way", most_met=20)
    for number in range(18):
        trail.add(float(number), 31.0 + number / 1000, 42.0)
    trail.void()
    trail.void()
    found = [*trail.told(LAT_FIRST, "one of every 3 samples was read"), *written_hints("x" * (MAX_TEXT + 1), "caption")]
    found += context_hints([words("now, 120 men, on duty")])
    yield from (one.note for one in found if isinstance(one, Hint) and one.note)
    yield from (LINK_NOTE, SHORT_CODE_NOTE, LON_FIRST, "camera pitch -12.5°; 30.0 m above take-off; its datum is ED50")


@pytest.mark.parametrize("note", list(notes_of_readers()))
def test_what_readers_write_is_known(note: str) -> None:
    assert known(note)
    assert note_words(words("x", note=note), "en") == note


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_is_said_in_both_languages_with_its_blanks(template: str) -> None:
    note = filled(template)
    assert note_words(words("x", note=note), "en") == note
    in_arabic = note_words(words("x", note=f"{note}; no zone is recorded"), "ar")
    assert "؛" in in_arabic
    assert ("12" in in_arabic) == ("12" in note)


def test_who_wrote_a_comment_is_no_note_of_ours() -> None:
    said = note_words(words("x", field="comment", note="no zone is recorded"), "en")
    assert said == "written by no zone is recorded"


@given(st.text(max_size=80))
def test_a_foreign_note_is_shown_harmless(note: str) -> None:
    for field in ("comment", "caption"):
        said = note_words(words("x", field=field, note=note), "ar")
        assert not set(said) & set("\x1b\x07\n\r\u202e\u200f")
