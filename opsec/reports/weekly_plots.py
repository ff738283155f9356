"""Small bar plots of the weekly page as SVG shapes: no text in them, and readable in black and white.

Bars run in the reading direction: on an Arabic page the oldest week is on the right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH_PX, HEIGHT_PX, GAP_PX = 112, 30, 3
GREY, BLACK, WHITE = "#b5b5b5", "#111111", "#ffffff"


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle, in pixels from the top left."""

    fill: str
    """Black: the week of the report; white: the part that was found only after its week had ended."""
    x: float
    y: float
    width: float
    height: float


def draw_bars(values: Sequence[int], late: Sequence[int] = (), *, rtl: bool = False) -> list[Bar]:
    """Draw a bar for each week, the last one emphasised.

    Parameters
    ----------
    values
        Figure of each week, the oldest first.
    late
        Part of each figure that was found late; empty: none.
    rtl
        Whether the page runs from right to left.
    """
    return list(_bars(values, late or [0] * len(values), rtl=rtl))


def _bars(values: Sequence[int], late: Sequence[int], *, rtl: bool) -> Iterator[Bar]:
    most = max(values, default=0) or 1
    step = (WIDTH_PX + GAP_PX) / max(1, len(values))
    width = step - GAP_PX
    for index, (value, after) in enumerate(zip(values, late, strict=True)):
        left = index * step
        x = round(WIDTH_PX - left - width if rtl else left, 1)
        height = round(max(1.0, (HEIGHT_PX - 1) * value / most), 1)
        yield Bar(BLACK if index == len(values) - 1 else GREY, x, round(HEIGHT_PX - height, 1), round(width, 1), height)
        if after:
            part = round(height * after / value, 1)
            yield Bar(WHITE, x, round(HEIGHT_PX - height, 1), round(width, 1), part)
