"""Arabic on terminals: decide whether this program must reorder text for display, and do so.

Implements the Unicode Bidirectional Algorithm (UAX #9) with ``python-bidi``, which leaves two of its rules to the
caller: mirrored brackets (L4) and combining marks after their letter (L3).
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TextIO

from opsec.i18n.messages import FSI, LRI, PDI, Lang
from opsec.settings import Terminal

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement
    from rich.text import Text

VTE_WITH_BIDI = 5800
"""``VTE_VERSION`` of the first GNOME terminal library that reorders text itself: 0.58."""

_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
_PAIRS = ("()", "[]", "{}", "<>", "«»", "‹›", "≤≥")
_MIRROR = {**{pair[0]: pair[1] for pair in _PAIRS}, **{pair[1]: pair[0] for pair in _PAIRS}}
_AFTER = "\U000e01ef"
"""Tag put after a character before reordering. It precedes the character afterwards if the character was reversed,
since a nonspacing mark takes the direction of what it follows. ``escape_unsafe`` escapes it in input."""


def must_reorder(terminal: Terminal, stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Return whether this program must reorder right-to-left text for a stream; files always get logical order."""
    if terminal.bidi != "auto":
        return terminal.bidi == "program"
    return stream.isatty() and not _terminal_reorders(environ)


def _terminal_reorders(environ: Mapping[str, str]) -> bool:
    vte = environ.get("VTE_VERSION", "")
    return (
        (vte.isascii() and vte.isdigit() and int(vte[:9]) >= VTE_WITH_BIDI)
        or "KONSOLE_VERSION" in environ
        or "MLTERM" in environ
        or environ.get("TERM", "").startswith("mlterm")
        or environ.get("TERM_PROGRAM") == "Apple_Terminal"
    )


def shape_arabic(text: str) -> str:
    """Replace Arabic letters by their joined forms, in logical order, so that a line can be measured and wrapped."""
    return str(_reshaper().reshape(text))


def reorder_line(line: str, lang: Lang) -> str:
    """Return a wrapped line in visual order, left to right, without isolates."""
    from bidi import get_display  # type: ignore[import-untyped]

    tagged = "".join(char + _AFTER if _needs_tag(char) else char for char in line)
    visual = get_display(tagged, base_dir="R" if lang == "ar" else "L")
    return "".join(_restore_order_of_marks(str(visual).translate(_ISOLATES)))


def reopen_isolates(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a wrapped text so that each can be reordered alone.

    Isolates that are open at the end of a line are opened again on the next: a file name that is wrapped keeps its
    direction.
    """
    still_open = ""
    for line in lines:
        whole = still_open + line
        still_open = _unclosed_isolates(whole)
        yield whole


def _unclosed_isolates(line: str) -> str:
    opened: list[str] = []
    for char in line:
        if char in (LRI, FSI):
            opened.append(char)
        elif char == PDI and opened:
            opened.pop()
    return "".join(opened)


def _needs_tag(char: str) -> bool:
    return char in _MIRROR or unicodedata.combining(char) > 0


def _restore_order_of_marks(visual: str) -> Iterator[str]:
    """Mirror each bracket that was reversed (L4), and put reversed marks after their letter (L3)."""
    marks: list[str] = []
    chars = iter(visual)
    for char in chars:
        if char != _AFTER:
            if _needs_tag(char):
                next(chars, None)
            yield from (char, *reversed(marks))
            marks.clear()
            continue
        reversed_char = next(chars, "")
        if reversed_char in _MIRROR:
            yield _MIRROR[reversed_char]
        else:
            marks.append(reversed_char)
    yield from marks


@cache
def _reshaper() -> Any:
    """Return the shaper. It keeps short vowels: dropping one changes a name."""
    import arabic_reshaper

    return arabic_reshaper.ArabicReshaper({"delete_harakat": False})


@dataclass(frozen=True, slots=True)
class BidiCell:
    """Text for rich that is wrapped first and reordered line by line afterwards (UAX #9, L1 before L2)."""

    text: str
    style: str
    order: Callable[[str], str] | None
    """Reorders a wrapped line; None: the terminal or the reader of the file does it."""

    def _shaped(self) -> "Text":
        from rich.text import Text

        return Text(shape_arabic(self.text) if self.order else self.text, self.style)

    def __rich_measure__(self, console: "Console", options: "ConsoleOptions") -> "Measurement":
        from rich.measure import Measurement

        return Measurement.get(console, options, self._shaped())

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        wrapped = self._shaped().wrap(console, options.max_width, overflow="fold")
        for line in reopen_isolates(line.plain.rstrip() for line in wrapped):
            shown = self.order(line) if self.order else line
            yield Text(shown, self.style, justify=options.justify, overflow="fold")
