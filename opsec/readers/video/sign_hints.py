"""From lines that were followed and read to hints: one for each board, with its time span, its box and its picture."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsec.i18n.messages import reason
from opsec.model import Hint
from opsec.model.fields import ON_SCREEN, SIGN
from opsec.model.records import Found, Gap
from opsec.readers.text.coordinates import written_hints
from opsec.vision.ocr.burnt_in_text import SceneMoves, burnt_in
from opsec.vision.ocr.line_grouping import boards
from opsec.vision.ocr.text_track import Followed, Sighting

READER = "signs"
MOST_SIGNS = 150
"""Hints of one clip."""

Size = tuple[float, float]
"""Width and height of a picture, in longer sides."""


def told(lines: Sequence[Followed], moves: SceneMoves, sizes: Sequence[Size], *, is_film: bool) -> Iterator[Found]:
    """A hint for each board with what is written on it; how many lines could not be read, and what was left out."""
    clear = [one for one in lines if one.is_clear]
    gathered = boards(clear)
    for board in gathered[:MOST_SIGNS]:
        yield from _hints(board, moves, sizes, is_film=is_film)
    if len(clear) < len(lines):
        yield reason("signs_unclear", count=len(lines) - len(clear))
    if len(gathered) > MOST_SIGNS:
        yield Gap(reason("signs_left_out"))


def _hints(board: Sequence[Followed], moves: SceneMoves, sizes: Sequence[Size], *, is_film: bool) -> Iterator[Hint]:
    """The words of a board, and every place written on it."""
    best = max(board, key=lambda one: one.likelihood)
    burnt = any(burnt_in(one.seen, moves) for one in board)
    text = "\n".join(reading.text for one in board if (reading := one.reading()))
    for hint in written_hints(text, ON_SCREEN if burnt else SIGN, "TEXT" if burnt else "SIGN"):
        yield replace(
            hint,
            reader=READER,
            at_s=min(one.seen[0].at_s for one in board) if is_film else None,
            until_s=max(one.last.at_s for one in board) if is_film else None,
            box=_box(best.best or best.last, board, sizes),
            picture=best.picture if hint.kind == "text" else None,
        )


def _box(at: Sighting, board: Sequence[Followed], sizes: Sequence[Size]) -> tuple[float, float, float, float]:
    """The box around all lines of a board in the picture of its best line, as shares of that picture."""
    together = [one.line for other in board for one in other.seen if one.picture == at.picture]
    corners = [corner for line in (together or [at.line]) for corner in line.corners()]
    width, height = sizes[at.picture]
    left, right = (_share(pick(x for x, _ in corners) / width) for pick in (min, max))
    top, bottom = (_share(pick(y for _, y in corners) / height) for pick in (min, max))
    return left, top, right - left, bottom - top


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
