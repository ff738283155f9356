"""Records as JSON text (RFC 8259) that is the same each time and does nothing to a terminal that shows it."""

import json
import re
from typing import Any

_LIVE = re.compile(
    "["
    "\x7f-\x9f"  # DEL and C1 controls; JSON itself escapes C0
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # invisible, direction and line-breaking characters
    "\ud800-\udfff"  # halves of surrogate pairs: no UTF-8 exists for them
    "]"
)


def json_document(record: Any) -> bytes:
    """One document, a field a line."""
    return _inert(json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1))


def json_line(record: Any) -> bytes:
    """One record on one line, for JSON Lines."""
    return _inert(json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def _inert(text: str) -> bytes:
    """Such characters can only stand inside a string, where an escape means the same."""
    return (_LIVE.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n").encode()
