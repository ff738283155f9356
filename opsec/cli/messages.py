"""Messages on standard error, one sentence on each line; reordered for terminals that cannot display Arabic."""

import os
import shutil
import textwrap
from collections.abc import Iterable
from itertools import chain
from typing import TextIO

from opsec.cli.stdio import guard_stderr
from opsec.i18n.messages import Message, current_language, isolate, render


def print_message(message: Message, *, prefix: str = "") -> None:
    """Print one sentence: on one line to a pipe; wrapped and reordered to a terminal."""
    with guard_stderr() as stream:
        if current_language() == "ar" and stream.isatty():
            from opsec.reports.terminal import print_line
            from opsec.settings import Terminal

            print_line(message, "ar", Terminal(), stream)
        else:
            name = isolate(prefix.rstrip(": ")) + ": " if prefix else ""
            stream.write(f"{name}{render(message)}\n")


def print_text(text: str, stream: TextIO) -> None:
    """Write text with its line breaks; on a terminal that cannot reorder Arabic, reorder and right-align it."""
    if current_language() == "ar" and stream.isatty():
        text = "\n".join(_order_lines(text.split("\n"), stream))
    stream.write(text)


def _order_lines(lines: list[str], stream: TextIO) -> Iterable[str]:
    """Return the lines in visual order for this terminal: wrapped first, reordered afterwards."""
    from opsec.reports.terminal_bidi import must_reorder, reopen_isolates, reorder_line, shape_arabic
    from opsec.settings import Terminal

    if not must_reorder(Terminal(), stream, os.environ):
        return lines
    columns = shutil.get_terminal_size().columns
    wrapped = (textwrap.wrap(shape_arabic(line), columns, break_on_hyphens=False) or [""] for line in lines)
    rows = chain.from_iterable(map(reopen_isolates, wrapped))
    return (reorder_line(row, "ar").rjust(columns).rstrip() for row in rows)
