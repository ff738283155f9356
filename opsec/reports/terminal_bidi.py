"""Arabic on a terminal: who puts it in order, and how this program does it where the terminal cannot.

The order is that of the Unicode Bidirectional Algorithm (UAX #9) from ``python-bidi``, which leaves two
of its rules to the caller: mirrored brackets (L4) and marks that follow their letter (L3).
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TextIO

from opsec.i18n.messages import FSI, LRI, PDI, Lang
from opsec.settings import Terminal

VTE_WITH_BIDI = 5800
"""``VTE_VERSION`` of the first GNOME terminal library that orders text itself: 0.58."""

_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
_PAIRS = ("()", "[]", "{}", "<>", "«»", "‹›", "≤≥")
_MIRROR = {**{pair[0]: pair[1] for pair in _PAIRS}, **{pair[1]: pair[0] for pair in _PAIRS}}
_AFTER = "\U000e01ef"
"""Put after a character before ordering, it is found before it when the character was turned around: a
nonspacing mark shares the direction of what it follows. ``opsec.i18n.safe_text.plain`` lets none through."""


def program_orders(terminal: Terminal, stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether this program must order right-to-left text for this stream; a file always gets logical order."""
    if terminal.bidi != "auto":
        return terminal.bidi == "program"
    return stream.isatty() and not _orders_itself(environ)


def _orders_itself(environ: Mapping[str, str]) -> bool:
    vte = environ.get("VTE_VERSION", "")
    return (
        (vte.isascii() and vte.isdigit() and int(vte[:9]) >= VTE_WITH_BIDI)
        or "KONSOLE_VERSION" in environ
        or "MLTERM" in environ
        or environ.get("TERM", "").startswith("mlterm")
        or environ.get("TERM_PROGRAM") == "Apple_Terminal"
    )


def shaped(text: str) -> str:
    """Arabic letters in the forms that join, still in logical order, so that a line can be measured and broken."""
    return str(_reshaper().reshape(text))


def ordered(line: str, lang: Lang) -> str:
    """One finished line in the order in which it is seen, left to right; no isolate is left in it."""
    from bidi import get_display  # type: ignore[import-untyped]

    tagged = "".join(char + _AFTER if _wants_tag(char) else char for char in line)
    seen = get_display(tagged, base_dir="R" if lang == "ar" else "L")
    return "".join(_set_right(str(seen).translate(_ISOLATES)))


def carried(lines: Iterable[str]) -> Iterator[str]:
    """The lines of one broken text, each ready to be put in order alone.

    What is isolated stays so on the next line: a file name that is cut must not turn around there.
    """
    still_open = ""
    for line in lines:
        whole = still_open + line
        still_open = _left_open(whole)
        yield whole


def _left_open(line: str) -> str:
    opened: list[str] = []
    for char in line:
        if char in (LRI, FSI):
            opened.append(char)
        elif char == PDI and opened:
            opened.pop()
    return "".join(opened)


def _wants_tag(char: str) -> bool:
    return char in _MIRROR or unicodedata.combining(char) > 0


def _set_right(seen: str) -> Iterator[str]:
    """Mirror each bracket that was turned around, and put turned marks behind the letter they belong to."""
    marks: list[str] = []
    chars = iter(seen)
    for char in chars:
        if char != _AFTER:
            if _wants_tag(char):
                next(chars, None)
            yield from (char, *reversed(marks))
            marks.clear()
            continue
        turned = next(chars, "")
        if turned in _MIRROR:
            yield _MIRROR[turned]
        else:
            marks.append(turned)
    yield from marks


@cache
def _reshaper() -> Any:
    """Short vowels stay: leaving one out changes a name."""
    import arabic_reshaper

    return arabic_reshaper.ArabicReshaper({"delete_harakat": False})
