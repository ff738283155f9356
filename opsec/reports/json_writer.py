"""Deterministic JSON (RFC 8259) that is safe to print on a terminal."""

import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

_CONTROLS = re.compile(
    "["
    "\x7f-\x9f"  # DEL and C1 controls; JSON itself escapes C0
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # invisible, direction and line-breaking characters
    "\ud800-\udfff"  # halves of surrogate pairs: no UTF-8 exists for them
    "]"
)


def encode_document(record: Any) -> bytes:
    """Encode a record as a document with one field on each line."""
    return _escape_controls(json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1) + "\n")


def encode_document_with_list(record: Mapping[str, Any], key: str, items: Iterable[Any]) -> bytes:
    """Encode a record with one long list, the items of which are made, encoded and dropped one by one.

    Parameters
    ----------
    record
        The record; its value of ``key`` is not read.
    key
        Name of the list among the record's own fields.
    items
        Records of the list.

    Returns
    -------
    bytes
        The same bytes as those of ``encode_document`` with the whole list.
    """
    text = json.dumps({**record, key: []}, ensure_ascii=False, allow_nan=False, indent=1)
    field = f"\n {json.dumps(key, ensure_ascii=False)}: ["  # only a field of the record itself is indented by one space
    before, after = text.split(field, 1)
    stream = io.BytesIO()
    stream.write(_escape_controls(before + field))
    separator = "\n  "
    for item in items:
        encoded = json.dumps(item, ensure_ascii=False, allow_nan=False, indent=1).replace("\n", "\n  ")
        stream.write(_escape_controls(separator + encoded))
        separator = ",\n  "
    end = "" if separator == "\n  " else "\n "
    stream.write(_escape_controls(end + after + "\n"))
    return stream.getvalue()


def encode_array(records: Iterable[Any]) -> bytes:
    """Encode records as one array with a record on each line: many are encoded several times as fast as a document."""
    lines = ",\n".join(json.dumps(record, ensure_ascii=False, allow_nan=False) for record in records)
    return _escape_controls(f"[\n{lines}\n]\n" if lines else "[]\n")


def encode_line(record: Any) -> bytes:
    """Encode a record on one line, for JSON Lines."""
    return _escape_controls(json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n")


def _escape_controls(text: str) -> bytes:
    """Escape control characters. They occur only inside strings, where the escape sequence has the same meaning."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text).encode()
