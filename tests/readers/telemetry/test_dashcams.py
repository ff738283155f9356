"""Dash cameras: blocks by index, as boxes and hidden; sentences; records."""

import struct

import pytest

from opsec.demo.media_boxes import box
from opsec.readers.telemetry import dashcam_freegps
from tests.fixtures.media import dashcams as dash
from tests.readers.telemetry.routes import FILM, WAY, hints, points, remarks


def block(**fields: bytes) -> bytes:
    raw = bytearray(dash.freegps_block(WAY[0], 0x100))
    for at, data in fields.items():
        raw[int(at[1:], 16) : int(at[1:], 16) + len(data)] = data
    return bytes(raw)


def read(*blocks: bytes) -> list[tuple[float, float]]:
    return [
        (round(lat, 4), round(lon, 4)) for lat, lon in points(FILM + b"".join(box("free", one[4:]) for one in blocks))
    ]


def test_blocks_as_boxes() -> None:
    assert read(block(), block()) == [(33.1, 43.1)] * 2


def test_a_void_block_is_no_fix_and_an_unknown_layout_is_a_gap() -> None:
    assert read(block(x48=b"V00"), block()) == [(33.1, 43.1)]
    assert remarks(FILM + box("free", block(x48=b"Q")[4:])) == ["*not_read"]


def test_encrypted_degrees_are_not_read_as_zero() -> None:
    hidden = block(x4c=bytes(4) + struct.pack("<2d", 12345.6, 6543.2))
    assert read(hidden) == []
    assert remarks(FILM + box("free", hidden[4:])) == ["*not_read"]


@pytest.mark.parametrize(
    ("name", "block"),
    [
        ("date first", bytes(4) + b"freeGPS \x2c\0\0\0" + struct.pack("<6I", 10, 0, 1, 26, 6, 2) + b"ANE\0"
         + struct.pack("<4f", 3306.0, 4306.0, 2.0, 90.0)),
        ("sides apart", bytes(4) + b"freeGPS \x60\0\0\0" + bytes(32) + struct.pack("<3I", 10, 0, 1)
         + b"A\0\0\0" + struct.pack("<f", 3306.0) + b"N\0\0\0" + struct.pack("<f", 4306.0) + b"E\0\0\0"
         + struct.pack("<2f3I", 2.0, 90.0, 2026, 6, 2)),
        ("doubles", bytes(4) + b"freeGPS \xf0\3\0\0" + struct.pack("<3I", 10, 0, 1) + b"A\0\0\0"
         + struct.pack("<d", 3306.0) + b"N\0\0\0\0\0\0\0" + struct.pack("<d", 4306.0) + b"E\0\0\0\0\0\0\0"
         + struct.pack("<2d3I", 2.0, 90.0, 26, 6, 2)),
        ("sentence", bytes(4) + b"freeGPS \xe8\0\0\0" + bytes(88)
         + b"$GNRMC,100001.000,A,3306.00000,N,04306.00000,E,2.0,90.0,020626,,,A*00\r\n"),
        ("ten-millionths", bytes(4) + b"freeGPS \xed\1\0\0\3\0\xed\1\0\0\0\x0f\0\0p\x08\0\0A"
         + struct.pack("<2i", 331_000_000, 431_000_000)),
    ],
)  # fmt: skip
def test_other_layouts(name: str, block: bytes) -> None:
    assert read(block.ljust(0x100, b"\0")) == [(33.1, 43.1)], name


def test_a_word_of_chance_in_the_pictures_is_no_block() -> None:
    raw = FILM + box("mdat", bytes(64) + b"freeGPS " + b"ANE" * 40)
    assert (points(raw), remarks(raw)) == ([], [])


def test_an_index_that_points_anywhere_finds_nothing_and_blocks_are_looked_for() -> None:
    table = b"".join(struct.pack(">II", place, 0x100) for place in (0, 7, 0xFFFFFFFF, 90))
    raw = dash.with_freegps(FILM + box("gps ", struct.pack(">II", 0x101, 4) + table), WAY, index=False)
    assert len(points(raw)) == 3


def test_blocks_across_the_edges_of_windows_are_found() -> None:
    for gap in ((1 << 20) - 12, (1 << 20) - 8, (1 << 20) - 5, (1 << 20) + 3):
        raw = FILM + box("mdat", bytes(gap) + dash.freegps_block(WAY[0], 0x100))
        assert len(points(raw)) == 1, gap


def test_the_clip_begins_with_the_first_block_even_without_a_fix() -> None:
    blocks = [dash.freegps_block(fix, 0x100, status="V" if fix.at_s < 2 else "A") for fix in WAY]
    (found,) = hints(FILM + box("mdat", b"".join(blocks)))
    assert [fix.at_s for fix in found.fixes] == [2.0]


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("$GPRMC,101500.00,V,,,,,,,060226,,,N*52\r\n", 0),
        ("$GPRMC,101500.00,A,0000.0000,N,00000.0000,E,0,0,060226,,,A*52\r\n", 0),
        ("$GPRMC,101500.00,A,9100.0000,N,04306.0000,E,0,0,060226,,,A*52\r\n", 0),
        ("$GPRMC,101500.00,A,3306.0000,X,04306.0000,E,0,0,060226,,,A*52\r\n", 0),
        ("$GPRMC,101500.00,A,33x6.0000,N,04306.0000,E,0,0,060226,,,A*52\r\n", 0),
        ("$GPRMC,,,,,,,,,\r\n$GPRMC\r\n$", 0),
        ("$GPGGA,101500,3306.0000,N,04306.0000,E,0,12,0.5,123.4,M,46.0,M,,*4C\r\n", 0),
        ("$GPGGA,101500,3306.0000,N,04306.0000,E,1,12,0.5,123.4,M,46.0,M,,*4C\r\n", 1),
        ("$GPRMC,101500.00,A,3306.0000,N,04306.0000,E,0,0,060226,,,A\r\n", 1),
        ("$GPRMC,101500,A,3306,N,04306,E,0,0,060226,,,A$GPGGA,101500,3306,N,04306,E,1,1,1,9,M,,M,,\r\n", 1),
    ],
)  # fmt: skip
def test_sentences(text: str, many: int) -> None:
    assert len(points(dash.with_nmea(FILM, text))) == many


def test_two_sentences_of_one_moment_are_one_fix_with_the_measures_of_both() -> None:
    text = (
        "$GPRMC,101500.00,A,3306.0000,N,04306.0000,E,010.0,084.4,060226,,,A*52\r\n"
        "$GPGGA,101500.00,3306.0000,N,04306.0000,E,1,12,0.5,123.4,M,46.0,M,,*4C\r\n"
    )
    (fix,) = hints(dash.with_nmea(FILM, text))[0].fixes
    assert (fix.altitude_m, fix.heading_deg) == (123.4, 84.4)
    assert fix.speed_mps == pytest.approx(5.1444, abs=1e-3)


def test_records_of_thousandths_with_their_marks() -> None:
    def record(mark: int, lock: int, second: int) -> bytes:
        return struct.pack("<4IcIcI10x", mark, lock, second, 3_000, b"N", 3_306_000, b"W", 4_306_000)

    raw = FILM + box("GPS ", record(1, 1, 0) + record(1, 0, 1) + record(0, 0, 2) + record(1, 1, 3) + b"rest")
    (found,) = hints(raw)
    assert [(fix.at_s, fix.point.lat, fix.point.lon) for fix in found.fixes] == [(0, 33.1, -43.1), (3, 33.1, -43.1)]


def test_a_fix_without_a_date_counts_seconds() -> None:
    bad = bytearray(dash.with_gps0(FILM, WAY))
    at = bad.index(b"gps0") + 4
    for number in range(3):
        bad[at + 32 * number + 22 : at + 32 * number + 28] = bytes(6)
    assert [fix.at_s for fix in hints(bytes(bad))[0].fixes] == [0, 1, 2]


def test_words_without_end_cost_no_more_than_a_few_and_what_was_found_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashcam_freegps, "MAX_MARKERS", 5)
    raw = FILM + box("mdat", dash.freegps_block(WAY[0], 0x100) + b"freeGPS " * 40)
    assert (len(points(raw)), remarks(raw)) == (1, ["*too_many"])


def test_words_in_all_that_is_searched_do_not_hide_a_block() -> None:
    words = b"freeGPS " * ((dashcam_freegps.SEARCHED_BYTES - 0x200) // 8)
    assert len(points(FILM + box("mdat", words + dash.freegps_block(WAY[0], 0x100)))) == 1
