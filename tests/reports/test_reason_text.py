"""Notes of hints in both languages: every code is translated, hostile blanks stay harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model.notes import COMMENT_AUTHOR, NOTES, OLDER_NOTE, make_note, note_text
from opsec.reports.reason_text import render_notes
from tests.fixtures.records import text_hint

TRANSLATED = sorted(set(NOTES) - {OLDER_NOTE})


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_note_is_rendered_in_both_languages_with_its_values(code: str) -> None:
    note = make_note(code, **dict.fromkeys(NOTES[code].blank_names, "12"))
    hint = text_hint("x", notes=(note, make_note("no_time_zone")))
    english, arabic = render_notes(hint, "en"), render_notes(hint, "ar")
    assert english == f"{NOTES[code].sentence.format_map(dict(note.blanks))}; no zone is recorded"
    assert "؛" in arabic
    assert ("12" in arabic) == ("12" in english)


def test_the_author_of_a_comment_is_a_name_in_the_json_and_a_sentence_on_the_screen() -> None:
    hint = text_hint("x", field="comment", notes=(make_note(COMMENT_AUTHOR, author="guard_77"),))
    assert (note_text(hint.notes), render_notes(hint, "en")) == ("guard_77", "written by guard_77")


def test_a_hint_without_notes_has_no_text() -> None:
    assert (note_text(()), render_notes(text_hint("x"), "en")) == (None, "")


def test_coordinates_in_a_note_are_masked() -> None:
    assert "33.31524" not in render_notes(
        text_hint("x", notes=(make_note(OLDER_NOTE, text="33.31524, 44.36611"),)), "en"
    )


@given(st.text(max_size=80))
def test_a_hostile_value_is_sanitised(text: str) -> None:
    for code in (COMMENT_AUTHOR, OLDER_NOTE, "other_datum"):
        (name,) = NOTES[code].blank_names
        shown = render_notes(text_hint("x", notes=(make_note(code, **{name: text}),)), "ar")
        assert not set(shown) & set("\x1b\x07\n\r\u202e\u200f")
