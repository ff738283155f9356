"""A cell of the terminal's table, drawn right in both directions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.reports.terminal_bidi import carried, shaped

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement
    from rich.text import Text


@dataclass(frozen=True, slots=True)
class Cell:
    """Text that is broken into lines first and put in order after, line by line (UAX #9, L1 before L2)."""

    text: str
    style: str
    order: Callable[[str], str] | None
    """How one finished line is put in order; none: the terminal or whoever reads the file does it."""

    def _whole(self) -> "Text":
        from rich.text import Text

        return Text(shaped(self.text) if self.order else self.text, self.style)

    def __rich_measure__(self, console: "Console", options: "ConsoleOptions") -> "Measurement":
        from rich.measure import Measurement

        return Measurement.get(console, options, self._whole())

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        broken = self._whole().wrap(console, options.max_width, overflow="fold")
        for line in carried(line.plain.rstrip() for line in broken):
            seen = self.order(line) if self.order else line
            yield Text(seen, self.style, justify=options.justify, overflow="fold")
