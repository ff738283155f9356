"""Small counts cannot be read, nor computed from the total and the other cells."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.reports.small_numbers import FEW, MANY, MIN_COUNT, Count, withhold, withhold_cells


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, "<3"), (2, "<3"), (3, 3), (400, 400)])
def test_a_count_that_stands_alone(count: int, shown: Count) -> None:
    assert withhold(count) == shown


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([8, 4, 5], [8, 4, 5]),
        ([8, 1, 4], [8, FEW, MANY]),  # alone, the 1 would be the total less 12
        ([8, 1, 2], [8, FEW, FEW]),  # together 3: each may be 1 or 2
        ([8, 2, 2], [MANY, FEW, FEW]),  # together 4: each would be 2
        ([8, 1, 0], [8, FEW, FEW]),  # the 1 may be of either
        ([8, 0, 0], [8, 0, 0]),
        ([1, 3], [FEW, MANY]),
        ([2], [FEW]),
        ([], []),
    ],
)
def test_tables_whose_total_is_published(cells: list[int], shown: list[Count]) -> None:
    assert list(withhold_cells(dict(enumerate(cells))).values()) == shown


def possible(shown: list[Count], total: int) -> list[tuple[int, ...]]:
    """Every table that an attacker must take into account: some withheld cell is 1 or 2, or nothing were withheld."""
    ranges = [
        [cell] if isinstance(cell, int) else range(MIN_COUNT) if cell == FEW else range(MIN_COUNT, total + 1)
        for cell in shown
    ]
    small = [index for index, cell in enumerate(shown) if cell == FEW]
    return [
        table
        for table in product(*ranges)
        if sum(table) == total and any(0 < table[index] < MIN_COUNT for index in small)
    ]


@given(st.lists(st.integers(0, 9), min_size=2, max_size=4))
def test_no_small_count_follows_from_the_total(cells: list[int]) -> None:
    shown = list(withhold_cells(dict(enumerate(cells))).values())
    for cell, count in zip(shown, cells, strict=True):
        assert cell == count or (cell == FEW and count < MIN_COUNT) or (cell == MANY and count >= MIN_COUNT)
    small = [index for index, count in enumerate(cells) if 0 < count < MIN_COUNT]
    if not small:
        assert shown == cells
        return
    tables = possible(shown, sum(cells))
    assert tuple(cells) in tables
    everything = all(cell in {FEW, MANY} for cell in shown)
    for index in small:
        values = {table[index] for table in tables}
        assert len(values) > 1 or everything, (cells, shown)


@given(st.lists(st.integers(3, 50), max_size=5))
def test_large_counts_are_never_withheld_without_a_small_one(cells: list[int]) -> None:
    assert list(withhold_cells(dict(enumerate(cells))).values()) == cells
