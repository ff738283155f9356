"""Iteration over boxes: well-formed, malformed and hostile files."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.formats.isobmff.boxes import MAX_BOX_DEPTH, MAX_BOXES, Box, iter_boxes
from tests.fixtures.media.boxes import box, film, keys, nested, xyz

OPENED = frozenset({"moov", "trak", "udta", "meta", "ilst"})


def boxes(raw: bytes) -> list[Box]:
    return list(iter_boxes(io.BytesIO(raw), OPENED))


def paths(raw: bytes) -> list[str]:
    return [one.path for one in boxes(raw)]


def test_boxes_are_yielded_before_their_children_in_file_order() -> None:
    raw = film(box("udta", xyz("+1+2/"))) + box("mdat", b"pictures")
    assert paths(raw) == [
        "ftyp", "moov", "moov/mvhd", "moov/trak", "moov/trak/tkhd", "moov/udta", "moov/udta/©xyz", "mdat",
    ]  # fmt: skip


def test_a_box_has_the_range_of_its_payload() -> None:
    raw = box("ftyp", b"isom") + box("mdat", b"pictures", wide=24)
    mdat = boxes(raw)[1]
    assert (mdat.start, mdat.payload, mdat.end) == (12, 28, 36)
    assert mdat.read(io.BytesIO(raw), 4) == b"pict"
    assert mdat.read(io.BytesIO(raw), 4_000) == b"pictures"


@pytest.mark.parametrize("full", [False, True])
def test_meta_is_opened_with_and_without_version_and_flags(full: bool) -> None:
    found = paths(box("moov", keys(("a.b", b"c"), full=full)))
    assert found[1:] == [
        "moov/meta", "moov/meta/hdlr", "moov/meta/keys",
        "moov/meta/ilst", "moov/meta/ilst/#1", "moov/meta/ilst/#1/data",
    ]  # fmt: skip


def test_size_zero_extends_to_the_end() -> None:
    assert paths(box("moov", box("udta", xyz("+1+2/")), size=0))[-1] == "moov/udta/©xyz"


def test_quicktime_ends_user_data_with_four_zero_bytes() -> None:
    raw = box("moov", box("udta", xyz("+1+2/") + bytes(4)) + box("free"))
    assert paths(raw) == ["moov", "moov/udta", "moov/udta/©xyz", "moov/free"]


def test_padding_zeros_are_not_boxes() -> None:
    assert paths(box("ftyp", b"isom") + bytes(4_096)) == ["ftyp"]


def test_a_box_past_its_parents_end_ends_with_it() -> None:
    raw = box("moov", box("udta", b"abc", size=9_000)) + box("mdat", b"x")
    udta, mdat = boxes(raw)[1:]
    assert (udta.flaw, udta.end) == ("cut_off", 8 + 11)
    assert mdat.path == "mdat"
    assert mdat.flaw is None


def test_a_too_small_size_inside_a_box_hides_nothing() -> None:
    raw = box("moov", box("udta", box("free", size=3) + xyz("+1+2/")))
    assert [(one.path, one.flaw) for one in boxes(raw)[2:]] == [
        ("moov/udta/free", "bad_size"),
        ("moov/udta/©xyz", None),
    ]


def test_a_too_small_size_at_top_level_ends_the_walk() -> None:
    assert [(one.path, one.flaw) for one in boxes(box("free", size=3) + film())] == [("free", "bad_size")]


@pytest.mark.parametrize("wide", [0, 8, 15])
def test_a_64_bit_size_smaller_than_its_header_cannot_loop(wide: int) -> None:
    raw = box("moov", box("free", wide=wide) * 50 + box("udta"))
    assert paths(raw)[-1] == "moov/udta"


def test_an_oversized_box_extends_to_the_end() -> None:
    last = boxes(box("ftyp", b"isom") + box("mdat", b"x" * 10, wide=1 << 63))[-1]
    assert (last.path, last.flaw, last.end) == ("mdat", "cut_off", 38)


def test_five_thousand_nested_boxes_are_not_followed() -> None:
    found = boxes(nested("moov", 5_000))
    assert len(found) == MAX_BOX_DEPTH
    assert found[-1].flaw == "too_deep"


def test_too_many_boxes_end_the_walk() -> None:
    found = boxes(box("moov", box("free") * (MAX_BOXES + 10)))
    assert len(found) == MAX_BOXES
    assert found[-1].flaw == "too_many"


def test_one_box_can_be_walked_alone() -> None:
    raw = film(box("udta", xyz("+1+2/")))
    udta = next(one for one in boxes(raw) if one.path == "moov/udta")
    assert [one.path for one in iter_boxes(io.BytesIO(raw), OPENED, udta)] == ["moov/udta/©xyz"]


@given(st.binary(max_size=400))
def test_any_bytes_give_boxes_inside_the_file(raw: bytes) -> None:
    for one in boxes(raw):
        assert 0 <= one.start < one.payload <= one.end <= len(raw)


@given(st.lists(st.tuples(st.sampled_from([b"moov", b"udta", b"free", b"ilst"]), st.integers(0, 80)), max_size=40))
def test_any_sizes_terminate(headers: list[tuple[bytes, int]]) -> None:
    raw = b"".join(struct.pack(">I4s", size, kind) for kind, size in headers)
    assert len(boxes(raw)) <= len(raw)
