"""Tables and sentences on a terminal, in both directions of writing and at every width.

In Arabic the columns run from right to left if this program reorders the text. A terminal that reorders text itself
reorders whole lines and would mix the columns: there, and on a narrow terminal, each fact gets a line of its own.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TextIO

from opsec.i18n.messages import Lang, Message, render
from opsec.reports.terminal_bidi import BidiCell, reorder_line

if TYPE_CHECKING:
    from rich.console import Console

PIPED_WIDTH = 120
"""Columns of output that does not go to a terminal."""
MIN_TABLE_WIDTH = 80
"""Columns below which a table would break words; each fact gets a line of its own there."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table."""

    heading: Message
    no_wrap: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table; all texts are masked, escaped and isolated."""

    cells: tuple[str, ...]
    lines: tuple[str, ...]
    """The same facts where there is no room for columns."""
    style: str = ""
    """Of the first cell and the first line."""


def make_console(stream: TextIO) -> "Console":
    """Return a console that uses colours only on a terminal and respects ``NO_COLOR`` (no-color.org)."""
    from rich.console import Console

    screen = stream.isatty()
    colours = screen and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Console(
        file=stream,
        force_terminal=screen,
        color_system="standard" if colours else None,
        no_color=not colours,
        width=None if screen or "COLUMNS" in os.environ else PIPED_WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )


def print_sentence(console: "Console", sentence: str, lang: Lang, *, reorder: bool) -> None:
    """Print one sentence, wrapped between words."""
    from rich.text import Text

    if reorder:
        console.print(
            BidiCell(sentence, "", _line_order(lang, reorder=True)), justify="right" if lang == "ar" else None
        )
    else:
        console.print(Text(sentence), soft_wrap=True)


def print_rows(
    console: "Console", columns: Sequence[TableColumn], rows: Sequence[TableRow], lang: Lang, *, reorder: bool
) -> None:
    """Print a table, or the lines of its rows where there is no room for columns.

    Parameters
    ----------
    console
        Where to print.
    columns, rows
        The table; every row has a cell for each column.
    lang
        Language of the headings.
    reorder
        Whether this program must reorder right-to-left text for the terminal.
    """
    if (lang == "ar" and not reorder) or console.width < MIN_TABLE_WIDTH:
        _print_lines(console, rows, lang, reorder=reorder)
    else:
        _print_columns(console, columns, rows, lang, reorder=reorder)


def _print_lines(console: "Console", rows: Sequence[TableRow], lang: Lang, *, reorder: bool) -> None:
    """Print each fact on a line of its own; a narrow console wraps it between words."""
    from rich.text import Text

    order = _line_order(lang, reorder=reorder)
    justify: Literal["right"] | None = "right" if lang == "ar" and reorder else None
    for number, row in enumerate(rows):
        if number:
            console.print()
        for place, text in enumerate(row.lines):
            style = "" if place else row.style
            if console.width < MIN_TABLE_WIDTH:
                console.print(BidiCell(text, style, order), justify=justify)
            else:
                console.print(Text(text, style), soft_wrap=True)


def _print_columns(
    console: "Console", columns: Sequence[TableColumn], rows: Sequence[TableRow], lang: Lang, *, reorder: bool
) -> None:
    from rich import box
    from rich.table import Table

    order = _line_order(lang, reorder=reorder)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    places = range(len(columns))[:: -1 if lang == "ar" else 1]
    for place in places:
        table.add_column(
            BidiCell(render(columns[place].heading, lang), "", order),
            no_wrap=columns[place].no_wrap,
            overflow="fold",
            justify="right" if lang == "ar" else "left",
        )
    for row in rows:
        table.add_row(*(BidiCell(row.cells[place], "" if place else row.style, order) for place in places))
    console.print(table, justify="right" if lang == "ar" else None)


def _line_order(lang: Lang, *, reorder: bool) -> Callable[[str], str] | None:
    return (lambda line: reorder_line(line, lang)) if reorder else None
