"""What is said beside results: on stderr, one sentence a line; on a terminal that cannot order Arabic, put in order."""

import os
import shutil
import textwrap
from collections.abc import Iterable
from itertools import chain
from typing import TextIO

from opsec.cli.stdio import talk
from opsec.i18n.messages import Message, current, isolate, say


def tell(message: Message, *, prefix: str = "") -> None:
    """Say one sentence. A pipe gets it on one line as it is; a screen gets it broken and in order."""
    with talk() as stream:
        if current() == "ar" and stream.isatty():
            from opsec.reports.terminal import print_line
            from opsec.settings import Terminal

            print_line(message, "ar", Terminal(), stream)
        else:
            name = isolate(prefix.rstrip(": ")) + ": " if prefix else ""
            stream.write(f"{name}{say(message)}\n")


def show(text: str, stream: TextIO) -> None:
    """Write lines that are laid out already, put in order and to the right where the screen cannot do it."""
    if current() == "ar" and stream.isatty():
        text = "\n".join(_seen(text.split("\n"), stream))
    stream.write(text)


def _seen(lines: list[str], stream: TextIO) -> Iterable[str]:
    """Lines as they have to be written to be seen in order on this screen: broken first, put in order after."""
    from opsec.reports.terminal_bidi import carried, ordered, program_orders, shaped
    from opsec.settings import Terminal

    if not program_orders(Terminal(), stream, os.environ):
        return lines
    columns = shutil.get_terminal_size().columns
    broken = (textwrap.wrap(shaped(line), columns, break_on_hyphens=False) or [""] for line in lines)
    rows = chain.from_iterable(map(carried, broken))
    return (ordered(row, "ar").rjust(columns).rstrip() for row in rows)
