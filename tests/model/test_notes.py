"""The catalogue of notes on hints."""

import pytest

from opsec.model import notes
from opsec.model.notes import MAX_NOTE_BLANK_LENGTH, NOTES, NoteKind, make_note, note_text
from opsec.model.reasons import blank_names
from tests.fixtures.source_messages import source_sentences


def test_codes_are_unique() -> None:
    assert len(NOTES) == len(notes._KINDS)


def test_every_code_has_a_translatable_sentence() -> None:
    assert [code for code, kind in NOTES.items() if kind.sentence not in source_sentences()] == []


@pytest.mark.parametrize("kind", NOTES.values(), ids=lambda kind: kind.code)
def test_every_code_has_the_blanks_of_its_sentence(kind: NoteKind) -> None:
    assert blank_names(kind.text or kind.sentence) == kind.blank_names
    assert len(kind.code) <= 40


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError):
        make_note("no_such_code")


def test_numbers_are_unchanged_and_long_values_are_cut() -> None:
    assert note_text([make_note("text_cut", letters=100_000, all=100_005)]) == "cut after 100000 of 100005"
    ((_name, text),) = make_note("other_datum", datum="x" * 2_000).blanks
    assert len(text) == MAX_NOTE_BLANK_LENGTH
