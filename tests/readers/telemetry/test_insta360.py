"""The trailer behind a film: void fixes, and lengths that lie."""

import io
import struct
import tracemalloc

import pytest

from opsec.demo.media import photo
from opsec.model import Hint
from opsec.readers.registry import read_file
from opsec.readers.telemetry import insta360
from tests.fixtures.media import dashcams as dash
from tests.readers.telemetry.routes import FILM, PLACES, WAY, hints, points, remarks, way


def test_void_fixes_are_none() -> None:
    raw = dash.with_insta360_trailer(FILM, WAY, status="V")
    assert (points(raw), remarks(raw)) == ([], ["bad_place"])


def test_the_west_is_written_in_french_by_some() -> None:
    raw = dash.with_insta360_trailer(FILM, way((33.1, -43.1)))
    assert points(raw.replace(struct.pack("<dc", 43.1, b"W"), struct.pack("<dc", 43.1, b"O"))) == [(33.1, -43.1)]


@pytest.mark.parametrize("length", [0, 71, 10**6, 0xFFFFFFFF])
def test_a_length_of_the_trailer_that_lies(length: int) -> None:
    raw = bytearray(dash.with_insta360_trailer(FILM, WAY))
    struct.pack_into("<I", raw, len(raw) - 40, length)
    assert points(bytes(raw)) in ([], PLACES)


def test_a_record_longer_than_the_file_ends_the_search() -> None:
    raw = bytearray(dash.with_insta360_trailer(FILM, WAY))
    struct.pack_into("<I", raw, len(raw) - 76, 0x7FFFFFFF)
    assert points(bytes(raw)) == []


def test_the_mark_alone_is_no_trailer() -> None:
    assert hints(b"8db42d694ccc418790edff439fe026bf") == []


def test_of_many_records_one_at_a_time_is_held() -> None:
    """A trailer may claim gigabytes of fixes: what was found before them must not be lost for want of memory."""
    void = bytes(1 << 20) + struct.pack("<HI", 0x700, 1 << 20)
    raw = dash.with_insta360_trailer(FILM, WAY)
    at = len(FILM)
    raw = raw[:at] + void * 8 + raw[at:-40] + struct.pack("<I", len(raw) - at + 8 * len(void)) + raw[-36:]
    file = io.BytesIO(raw)
    tracemalloc.start()
    found = list(insta360.read_trailer(file))
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most_bytes < 4 << 20
    assert [len(hint.fixes) for hint in found if isinstance(hint, Hint)] == [len(WAY)]


def test_a_photo_has_the_same_trailer() -> None:
    trailer = dash.with_insta360_trailer(FILM, WAY)[len(FILM) :]
    found = read_file(io.BytesIO(photo(3) + trailer), "jpeg")
    assert [(fix.point.lat, fix.point.lon) for hint in found.hints for fix in hint.fixes] == PLACES
