"""What receivers say: fixes, checksums, sides, and sentences that are no fix."""

import pytest

from tests.readers.telemetry.files.made import minutes, places, reading, rmc, sentence, tracks

WAY = [(33.98, 43.25), (33.981, 43.251), (33.982, 43.252)]


@pytest.mark.parametrize("sides", [(1, 1), (-1, 1), (1, -1), (-1, -1)])
@pytest.mark.parametrize("name", ["clip.nmea", "CLIP.NMEA", "clip.gps"])
def test_a_way(name: str, sides: tuple[int, int]) -> None:
    way = [(lat * sides[0], lon * sides[1]) for lat, lon in WAY]
    found = reading(name, "".join(rmc(place, second) for second, place in enumerate(way)))
    (track,) = tracks(found)
    assert places(track) == way
    assert [fix.at_s for fix in track.fixes] == [0.0, 1.0, 2.0]
    assert track.fixes[0].speed_mps == pytest.approx(10 * 1852 / 3600)
    assert [hint.text for hint in found.hints if hint.kind == "time"] == ["2026-11-16T08:30:00Z"]


def test_a_sentence_with_a_wrong_checksum_is_passed_over_unless_most_are_wrong() -> None:
    strays = rmc((10.0, 10.0), 1, wrong=True)
    (track,) = tracks(reading("clip.nmea", rmc(WAY[0], 0) + strays + rmc(WAY[2], 2)))
    assert places(track) == [WAY[0], WAY[2]]
    wrongly = "".join(rmc(place, second, wrong=True) for second, place in enumerate(WAY))
    (track,) = tracks(reading("clip.nmea", wrongly))
    assert len(track.fixes) == 3


def test_height_comes_from_the_sentence_of_the_same_second() -> None:
    lat, lon = WAY[0]
    words = "GPGGA,083000.00,{},N,{},E,1,08,1.2,31.5,M,47.0,M,,"
    gga = sentence(words.format(minutes(lat, 2), minutes(lon, 3)))
    stray = sentence(words.format(minutes(50.0, 2), minutes(60.0, 3)).replace("083000", "083059"))
    (track,) = tracks(reading("clip.nmea", rmc(WAY[0], 0) + gga + stray))
    assert (len(track.fixes), track.fixes[0].altitude_m) == (1, 31.5)
    (track,) = tracks(reading("clip.nmea", gga))
    assert places(track) == [WAY[0]]


@pytest.mark.parametrize(
    "text",
    [
        rmc(WAY[0], 0, status="V"),
        sentence("GPRMC,083000.00,A,,,,,,,161126,,,A"),
        sentence("GPRMC,083000.00,A,3399.0000,N,04315.0000,E,0,0,161126,,,A"),
        sentence("GPGGA,083000.00,3358.8,N,04315.0,E,0,08,1.2,31.5,M,47.0,M,,"),
        "$GPGSV,1,1,00*79\r\n" * 100,
        "$" * 100_000,
        "$GPRMC," + "," * 50_000,
    ],
)
def test_no_fix(text: str) -> None:
    assert tracks(reading("clip.nmea", text)) == []


def test_a_log_of_something_else_is_unread() -> None:
    found = reading("clip.gps", b"\x00\x01" * 500)
    assert (found.status, [why.code for why in found.reasons]) == ("unread", ["unknown_type"])
