"""Hostile text made harmless before a person or a terminal sees it.

Captions, file names and tags may hold terminal escapes (ECMA-48), bidirectional overrides that turn
the rest of a line around (CVE-2021-42574), line breaks that fake a second record, or halves of
surrogate pairs that no encoder accepts. None of them is dropped: each is shown as what it is.
"""

import os
import re

_HARMFUL = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0 and C1 controls, DEL
    "\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f"  # soft hyphen, marks, fillers, zero-width
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # line and paragraph breaks, bidi controls, byte order mark
    "\ud800-\udfff"  # half of a surrogate pair
    "\U000e0000-\U000e0fff"  # tags and variation selectors that carry hidden text
    "]"
)


def plain(text: str, *, limit: int | None = None) -> str:
    """The text on one line with every harmful character spelled out, as ``\\u202e``.

    >>> plain("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    short = text if limit is None or len(text) <= limit else text[: limit - 1] + "…"
    return _HARMFUL.sub(_spelled, short)


def _spelled(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def path_text(path: str | bytes | os.PathLike[str]) -> str:
    """A path as text that every encoder accepts; bytes that are not UTF-8 are spelled out.

    The rest of the name is left as it is, so that a valid one can be found again by it.
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def masked(lat: float, lon: float) -> str:
    """A position that tells a reader which is which and gives nothing away: whole degrees only."""
    return f"{int(lat)}.•••, {int(lon)}.•••"
