"""Deterministic JSON (RFC 8259) that is safe to print on a terminal."""

import json
import re
from collections.abc import Iterable
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
    return _escape_controls(json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1))


def encode_array(records: Iterable[Any]) -> bytes:
    """Encode records as one array with a record on each line: many are encoded several times as fast as a document."""
    lines = ",\n".join(json.dumps(record, ensure_ascii=False, allow_nan=False) for record in records)
    return _escape_controls(f"[\n{lines}\n]" if lines else "[]")


def encode_line(record: Any) -> bytes:
    """Encode a record on one line, for JSON Lines."""
    return _escape_controls(json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def _escape_controls(text: str) -> bytes:
    """Escape control characters. They occur only inside strings, where the escape sequence has the same meaning."""
    return (_CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n").encode()
