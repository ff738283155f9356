"""Escape hostile text before it reaches a terminal or a report.

Captions, file names and tags may contain terminal escapes (ECMA-48), bidirectional overrides that reverse
the rest of a line (CVE-2021-42574), line breaks that imitate a second record, or halves of
surrogate pairs that no encoder accepts. None of them is dropped: each is written as an escape sequence.
"""

import os
import re

_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0 and C1 controls, DEL
    "\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f"  # soft hyphen, marks, fillers, zero-width
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # line and paragraph breaks, bidi controls, byte order mark
    "\ud800-\udfff"  # half of a surrogate pair
    "\U000e0000-\U000e0fff"  # tags and variation selectors that carry hidden text
    "]"
)


def escape_unsafe(text: str, *, limit: int | None = None) -> str:
    """Return the text on one line, with every unsafe character as an escape sequence such as ``\\u202e``.

    >>> escape_unsafe("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    short = text if limit is None or len(text) <= limit else text[: limit - 1] + "…"
    return _UNSAFE.sub(_escape, short)


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def decode_path(path: str | bytes | os.PathLike[str]) -> str:
    """Return a path as text that every encoder accepts; bytes that are not UTF-8 become escape sequences.

    The rest of the name stays as it is, so that a file with a valid name can be found by it.
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def display_path(path: str | bytes | os.PathLike[str]) -> str:
    """Return a path as escaped text for a message."""
    return escape_unsafe(decode_path(path))


def mask_position(lat: float, lon: float) -> str:
    """Return a position in whole degrees: enough to tell positions apart, too little to find one."""
    return f"{int(lat)}.•••, {int(lon)}.•••"
