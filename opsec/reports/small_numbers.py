"""Counts that are too small to publish: whoever knows one clip must not find it in a cell of a table.

A count of 1 or 2 is published as "fewer than 3" (primary suppression). Where the total of the cells is published too,
further cells are withheld until no small cell can be computed from it (complementary suppression); see Hundepool et
al., "Statistical Disclosure Control" (2012), chapter 4.
"""

from collections.abc import Hashable, Mapping
from typing import Literal, TypeVar

MIN_COUNT = 3
"""Smallest count that is published beside 0."""
FEW: Literal["<3"] = "<3"
"""0, 1 or 2."""
MANY: Literal[">=3"] = ">=3"
"""3 or more, withheld so that a small count cannot be computed."""
Count = int | Literal["<3", ">=3"]
Key = TypeVar("Key", bound=Hashable)


def withhold(count: int) -> Count:
    """Return a count that stands alone, withheld if it is small.

    >>> withhold(0), withhold(2), withhold(3)
    (0, '<3', 3)
    """
    return FEW if 0 < count < MIN_COUNT else count


def withhold_cells(cells: Mapping[Key, int]) -> dict[Key, Count]:
    """Return the cells of a table whose total is published, with none from which a small count could be computed.

    Parameters
    ----------
    cells
        Count of each cell, not negative.

    Returns
    -------
    dict
        The cells in the same order. Alone in its table, a small cell equals the total and cannot be withheld, so it
        is published as "fewer than 3" all the same.

    Examples
    --------
    >>> withhold_cells({"F-07": 8, "D-02": 1, "K-11": 4})
    {'F-07': 8, 'D-02': '<3', 'K-11': '>=3'}
    """
    withheld = {key for key, count in cells.items() if 0 < count < MIN_COUNT}
    others = sorted((key for key in cells if key not in withheld), key=lambda key: cells[key])
    while withheld and others and not _is_safe([cells[key] for key in cells if key in withheld]):
        withheld.add(others.pop(0))
    return {key: _shown(count) if key in withheld else count for key, count in cells.items()}


def _shown(count: int) -> Count:
    return FEW if count < MIN_COUNT else MANY


def _is_safe(counts: list[int]) -> bool:
    """Whether every small cell may have at least two values, by the sum of the withheld cells and how they are shown.

    At least one withheld cell is known to be 1 or 2: only such cells make others withheld.
    """
    few = sum(count < MIN_COUNT for count in counts)
    many = len(counts) - few
    room = sum(counts) - MIN_COUNT * many
    """What the small cells may have together, at most."""

    def is_possible(value: int) -> bool:
        rest = room - value
        if value == 0 and (few == 1 or rest < 1):
            return False
        return rest >= 0 and (many > 0 or rest <= (MIN_COUNT - 1) * (few - 1))

    return sum(map(is_possible, range(MIN_COUNT))) > 1
