"""Lines that hang under one another on one board, or in one caption, are one text: a name may run over two lines."""

import math
from collections.abc import Sequence

from opsec.vision.ocr.text_line import Line
from opsec.vision.ocr.text_track import Followed

_OTHER_SIZE, _TURNED, _GAP, _SHARED = 2.2, 0.25, 0.9, 0.4
"""Lines of one board: as high within this factor, turned alike (radians), apart by at most so many heights, and one
over the other for at least this share of the shorter."""
MOST_LINES = 12


def boards(lines: Sequence[Followed]) -> list[list[Followed]]:
    """Lines gathered by the board they stand on, each board from top to bottom, the boards in order of time."""
    gathered: list[list[Followed]] = []
    for one in sorted(lines, key=lambda one: (one.seen[0].at_s, one.seen[0].line.y_px, one.seen[0].line.x_px)):
        board = next((board for board in gathered if len(board) < MOST_LINES and _belongs(one, board)), None)
        if board is None:
            gathered.append([one])
        else:
            board.append(one)
    return [sorted(board, key=_level) for board in gathered]


def _level(one: Followed) -> float:
    return (one.best or one.last).line.y_px


def _belongs(one: Followed, board: Sequence[Followed]) -> bool:
    return any(_together(one, other) for other in board)


def _together(one: Followed, other: Followed) -> bool:
    """Whether two lines hang under one another in the last picture that shows both."""
    lines = {sighting.picture: sighting.line for sighting in one.seen}
    shared = next((sighting for sighting in reversed(other.seen) if sighting.picture in lines), None)
    return shared is not None and under_one_another(lines[shared.picture], shared.line)


def under_one_another(one: Line, other: Line) -> bool:
    """Whether one line continues the other: as two lines of one board do."""
    height = min(one.height_px, other.height_px)
    if max(one.height_px, other.height_px) > _OTHER_SIZE * height or abs(one.turned_rad - other.turned_rad) > _TURNED:
        return False
    turned = max(one, other, key=lambda line: line.length_px).turned_rad
    cos, sin = math.cos(turned), math.sin(turned)
    right, down = other.x_px - one.x_px, other.y_px - one.y_px
    along, across = abs(right * cos + down * sin), abs(down * cos - right * sin)
    gap = across - (one.height_px + other.height_px) / 2
    shared = (one.length_px + other.length_px) / 2 - along
    return gap < _GAP * height and across > height / 2 and shared > _SHARED * min(one.length_px, other.length_px)
