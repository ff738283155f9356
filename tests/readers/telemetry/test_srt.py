"""Subtitles beside a film: which numbers are a drone's way, in which order, and which words are people's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.model.notes import note_text
from tests.readers.telemetry.files.made import places, reading, srt, tracks

WAY = [(33.9812, 43.2511), (33.9813, 43.2512)]

NOTATIONS: list[tuple[str, str, str]] = [
    ("names", "[latitude: {lat}] [longitude: {lon}] [rel_alt: 1.3 abs_alt: 42.8]", ".srt/tags"),
    ("names with spaces", "[latitude : {lat}] [longtitude : {lon}]", ".srt/tags"),
    ("a height in metres behind", "GPS({lat},{lon},31.2M) BAROMETER:12.4M HOME(1.5,2.5)", ".srt/GPS(lat, lon)"),
    ("a count of satellites behind", "HOME(2.5,1.5) 2026.06.25\nGPS({lon},{lat},16)", ".srt/GPS(lon, lat)"),
    ("labelled", "GPS(E: {lon}, N: {lat}, 60.5m)", ".srt/GPS(E, N)"),
]


@pytest.mark.parametrize(("line", "field"), [row[1:] for row in NOTATIONS], ids=[row[0] for row in NOTATIONS])
def test_notations(line: str, field: str) -> None:
    found = reading("clip.SRT", srt([line.format(lat=lat, lon=lon) for lat, lon in WAY]))
    (track,) = tracks(found)
    assert (track.field, track.family, places(track)) == (field, "META", WAY)
    assert [fix.at_s for fix in track.fixes] == [1.0, 2.0]
    assert (found.status, found.checks) == ("read", {"sidecar": "ran"})


def test_an_order_that_nothing_tells_is_read_both_ways() -> None:
    both = tracks(reading("clip.srt", srt([f"GPS({lat},{lon},31.2)" for lat, lon in WAY])))
    assert [places(track) for track in both] == [WAY, [(lon, lat) for lat, lon in WAY]]
    assert all("order" in (note_text(track.notes) or "") for track in both)


def test_what_is_over_ninety_is_a_longitude() -> None:
    (track,) = tracks(reading("clip.srt", srt([f"GPS({lon + 90:.4f},{lat},31.2)" for lat, lon in WAY])))
    assert places(track) == [(lat, round(lon + 90, 6)) for lat, lon in WAY]


def test_view_height_and_clock() -> None:
    line = (
        "2026-11-16 08:30:05.015\n[latitude: 33.98] [longitude: 43.25] [abs_alt: 42.8] [gb_yaw: -162.8 gb_pitch: -90.0]"
    )
    found = reading("clip.srt", srt([line]))
    fix = tracks(found)[0].fixes[0]
    assert (fix.altitude_m, round(fix.heading_deg or 0, 3), fix.pitch_deg) == (42.8, 197.2, -90.0)
    times = [(hint.text, note_text(hint.notes)) for hint in found.hints if hint.kind == "time"]
    assert times == [("2026-11-16T08:30:05", "no zone is recorded")]


def test_zeros_before_the_first_fix_are_dropped() -> None:
    lines = [f"[latitude: {lat}] [longitude: {lon}]" for lat, lon in [(0.0, 0.0), (0.0, 0.0), *WAY]]
    (track,) = tracks(reading("clip.srt", srt(lines)))
    assert places(track) == WAY
    assert [fix.at_s for fix in track.fixes] == [3.0, 4.0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "words of a film",
        "[latitude: nan] [longitude: inf]",
        "[latitude: 91.0] [longitude: 43.25]",
        "[latitude: 33.98]",
        "[latitude: 33.98.1] [longitude: 43.25.1]",
        "GPS(33.98)",
        "we meet at GPS (the usual)",
        "[latitude: " + "1" * 50_000 + "] [longitude: 43.25]",
        "GPS(" * 2_000,
    ],
)
def test_other_texts_give_no_track(text: str) -> None:
    found = reading("clip.srt", srt([text] * 3))
    assert (found.status, tracks(found)) == ("read", [])


def test_a_line_without_end_is_reported_and_the_rest_is_read() -> None:
    good = srt([f"[latitude: {lat}] [longitude: {lon}]" for lat, lon in WAY])
    found = reading("clip.srt", "1\n00:00:00,000 --> 00:00:01,000\n" + "x" * 1_500_000 + "\n\n" + good)
    assert (found.status, [why.code for why in found.reasons]) == ("partly", ["too_long"])
    assert places(tracks(found)[0]) == WAY


@pytest.mark.parametrize("letters", ["utf-8-sig", "utf-16", "windows-1256"])
def test_letters(letters: str) -> None:
    text = srt([f"ارتفاع [latitude: {lat}] [longitude: {lon}]" for lat, lon in WAY]).replace("\n", "\r\n")
    assert places(tracks(reading("clip.srt", text.encode(letters)))[0]) == WAY


@given(
    st.lists(
        st.tuples(
            st.floats(-90, 90).map(lambda x: round(x, 6)), st.floats(-180, 180).map(lambda x: round(x, 6))
        ).filter(lambda place: place != (0, 0)),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read_back(way: list[tuple[float, float]]) -> None:
    text = srt([f"[latitude: {lat:.6f}] [longitude: {lon:.6f}]" for lat, lon in way])
    (track,) = tracks(reading("clip.srt", text))
    assert places(track) == way


@given(st.text("[]latiudeong:GPS(),.-0123456789\n> ", max_size=300))
@settings(max_examples=50, deadline=None)
def test_no_letters_are_a_fault(words: str) -> None:
    assert reading("clip.srt", srt([words])).status == "read"
