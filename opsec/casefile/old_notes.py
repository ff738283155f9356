"""Notes of hints in rows written before notes became codes: English text is turned into codes when a row is read.

Such a reading is marked as read by another version in any case (``readers_version``), but it may still be matched,
and the matcher goes by the codes.
"""

import json
from typing import Any

from opsec.model.fields import COMMENT
from opsec.model.notes import COMMENT_AUTHOR, NOTES, OLDER_NOTE, PRESENCE, SHORT_PLUS_CODE, STRENGTH, UNRESOLVED_LINK

_MATCHED = {NOTES[code].sentence: code for code in (PRESENCE, STRENGTH, SHORT_PLUS_CODE, UNRESOLVED_LINK)}
"""Texts of the notes that matching and judging depend on."""


def with_typed_notes(data: bytes) -> bytes:
    """The JSON of a record, with the text notes of its hints turned into codes; unchanged if it has none.

    Quotes inside a JSON string are escaped, so the key cannot occur in a text.
    """
    if b'"note":' not in data:
        return data
    return json.dumps(json.loads(data, object_hook=_typed), ensure_ascii=False).encode()


def _typed(record: dict[str, Any]) -> dict[str, Any]:
    if "note" in record and "family" in record:
        note = record.pop("note")
        record["notes"] = [] if note is None else [_note(note, record.get("field", ""))]
    return record


def _note(note: str, field: str) -> dict[str, object]:
    if note in _MATCHED:
        return {"code": _MATCHED[note], "blanks": []}
    if field == COMMENT:
        return {"code": COMMENT_AUTHOR, "blanks": [["author", note]]}
    return {"code": OLDER_NOTE, "blanks": [["text", note]]}
