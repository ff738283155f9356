"""Tables of bytes are restored exactly, come close to their entropy, and damage is an error."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from opsec.casefile.column_coder import decode_columns, encode_columns

FEW = settings(max_examples=60, deadline=None)
SHAPES = st.tuples(st.integers(0, 300), st.integers(0, 5))
TABLES = SHAPES.flatmap(lambda shape: arrays.arrays(np.uint8, shape))


def a_table(rows: int, columns: int) -> np.ndarray:
    """Levels around 128, some columns wider than others."""
    rng = np.random.default_rng(1)
    levels = rng.laplace(0, np.linspace(0.1, 4, columns), (rows, columns))
    return np.asarray(np.clip(np.rint(levels) + 128, 0, 255), np.uint8)


def entropy_bytes(table: np.ndarray) -> float:
    shares = [np.unique(column, return_counts=True)[1] / len(table) for column in table.T]
    return sum(float(-(share * np.log2(share)).sum()) for share in shares) * len(table) / 8


@FEW
@given(TABLES)
def test_a_table_round_trips(table: np.ndarray) -> None:
    coded = encode_columns(table)
    assert (decode_columns(coded, *table.shape) == table).all()
    assert encode_columns(table.copy()) == coded


@pytest.mark.parametrize("rows", [1, 511, 512, 513, 3_000])
def test_long_tables_round_trip(rows: int) -> None:
    every_byte = np.arange(rows * 3, dtype=np.uint64).reshape(rows, 3).astype(np.uint8)
    for table in (a_table(rows, 9), every_byte, np.zeros((rows, 2), np.uint8)):
        assert (decode_columns(encode_columns(table), *table.shape) == table).all()


def test_a_long_table_comes_close_to_the_entropy_of_its_columns() -> None:
    table = a_table(20_000, 12)
    assert len(encode_columns(table)) < 1.02 * entropy_bytes(table) + 1_500


def test_a_rare_byte_among_many_is_kept() -> None:
    table = np.full((30_000, 1), 7, np.uint8)
    table[12_345] = 200
    assert (decode_columns(encode_columns(table), *table.shape) == table).all()


@pytest.mark.parametrize("cut", [0, 1, 4, 20, -1, -2, -400])
def test_cut_bytes_are_an_error(cut: int) -> None:
    coded = encode_columns(a_table(700, 6))
    with pytest.raises(ValueError, match=r".+"):
        decode_columns(coded[:cut], 700, 6)


@pytest.mark.parametrize("shape", [(701, 6), (699, 6), (700, 5), (700, 7), (1, 6)])
def test_another_shape_is_an_error(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_columns(encode_columns(a_table(700, 6)), *shape)


@FEW
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_changed_bytes_are_an_error_or_another_table_never_a_crash(at: int, by: int) -> None:
    coded = bytearray(encode_columns(a_table(300, 4)))
    coded[at % len(coded)] ^= by
    try:
        table = decode_columns(bytes(coded), 300, 4)
    except ValueError:
        return
    assert table.shape == (300, 4)


@FEW
@given(st.binary(max_size=200))
def test_any_bytes_are_an_error_or_a_table(data: bytes) -> None:
    try:
        assert decode_columns(data, 3, 2).shape == (3, 2)
    except ValueError:
        return
