"""Rows of versions that kept the notes of hints as English text."""

import json

import pytest

from opsec.casefile.serialisation import pack, unpack
from opsec.model import Hint, Note, Reading
from opsec.model.notes import (
    COMMENT_AUTHOR,
    OLDER_NOTE,
    PRESENCE,
    SHORT_PLUS_CODE,
    STRENGTH,
    UNRESOLVED_LINK,
    make_note,
)


def read_old_row(note: str | None, field: str) -> tuple[Note, ...]:
    hint = {"kind": "text", "family": "TEXT", "reader": "written", "field": field, "text": "x", "note": note}
    return unpack(Reading, json.dumps({"hints": [hint]}).encode()).hints[0].notes


@pytest.mark.parametrize(
    ("note", "field", "typed"),
    [
        (None, "caption", ()),
        ("time and presence", "caption", (make_note(PRESENCE),)),
        ("strength and schedule", "caption", (make_note(STRENGTH),)),
        ("location link, not resolved", "link", (make_note(UNRESOLVED_LINK),)),
        ("short Plus Code, known only beside the place it belongs to", "comment", (make_note(SHORT_PLUS_CODE),)),
        ("guard_77", "comment", (make_note(COMMENT_AUTHOR, author="guard_77"),)),
        ("cut after 10 of 12; \u0642", "title", (make_note(OLDER_NOTE, text="cut after 10 of 12; \u0642"),)),
    ],
)
def test_a_note_stored_as_text_is_read_as_a_code(note: str | None, field: str, typed: tuple[Note, ...]) -> None:
    assert read_old_row(note, field) == typed


def test_a_text_that_quotes_the_key_is_unchanged() -> None:
    hint = Hint(
        kind="text", family="TEXT", reader="written", field="caption", text='{"note": 7, "family": 8}',
        notes=(make_note(PRESENCE),),
    )  # fmt: skip
    assert unpack(Reading, pack(Reading(hints=(hint,)))).hints == (hint,)


def test_a_damaged_row_is_an_error() -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpack(Reading, b'{"hints": [{"note": 7')
