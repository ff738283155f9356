"""Subtitles of drones: three notations, and the order of two numbers."""

import pytest

from opsec.model.notes import note_text
from tests.fixtures.media import tracks
from tests.readers.telemetry.routes import FILM, hints


def read(*texts: str) -> list[tuple[str, list[tuple[float, float]]]]:
    found = hints(tracks.with_subtitles(FILM, texts))
    return [
        (hint.field.partition(" text ")[2], [(fix.point.lat, fix.point.lon) for fix in hint.fixes]) for hint in found
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("GPS(43.25,33.98,16) BAROMETER:1.9", (33.98, 43.25)),
        ("GPS (43.25, 33.98, 0), D 2m", (33.98, 43.25)),
        ("GPS(33.98,43.25,0.0M) BAROMETER:0.3M", (33.98, 43.25)),
        ("GPS(33.98,43.25,-12.5 m)", (33.98, 43.25)),
        ("GPS(-121.7458,48.0771,17.5)", (48.0771, -121.7458)),  # 121 is no latitude, whatever follows
        ("GPS(48.0771,-121.7458)", (48.0771, -121.7458)),
        ("GPS(121.7458,48.0771,31.2M)", (48.0771, 121.7458)),
        ("GPS(E: 43.25, N: 33.98, 716.50m)", (33.98, 43.25)),
        ("GPS(W: 43.25, S: 33.98, 716.50m)", (-33.98, -43.25)),
        ("HOME(1,2)\n[latitude: 33.98] [longitude: 43.25]", (33.98, 43.25)),
        ("[latitude : 33.98] [longtitude : 43.25] [altitude: 213.98]", (33.98, 43.25)),
    ],
)  # fmt: skip
def test_the_order_follows_from_the_labels_and_from_the_range(text: str, place: tuple[float, float]) -> None:
    assert [places for _, places in read(text)] == [[place]]


@pytest.mark.parametrize("text", ["GPS(33.98,43.25)", "GPS(33.98,43.25,31.2)"])
def test_an_undecided_order_is_read_both_ways_and_reported(text: str) -> None:
    found = hints(tracks.with_subtitles(FILM, [text]))
    assert [(hint.fixes[0].point.lat, hint.fixes[0].point.lon) for hint in found] == [
        (33.98, 43.25),
        (43.25, 33.98),
    ]
    assert all("the order of the two numbers is unknown" in (note_text(hint.notes) or "") for hint in found)


def test_one_line_that_decides_decides_for_the_whole_track() -> None:
    assert read("GPS(33.98,43.25)", "GPS(33.99,43.26,16)") == [("GPS(lon, lat)", [(43.25, 33.98), (43.26, 33.99)])]


def test_lines_that_contradict_each_other_decide_nothing() -> None:
    assert len(read("GPS(33.98,43.25,16)", "GPS(33.98,43.25,1.0M)")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "", "GPS", "GPS()", "GPS(a,b,c)", "GPS(0.0000,0.0000,16)", "GPS(nan,nan,1.0M)", "GPS(E: 43.25)",
        "HOME(43.25,33.98)", "[latitude: 33.98]", "[latitude: 0.000] [longitude: 0.000]",
        "[latitude: nan] [longitude: nan]", "[latitude: 1e3] [longitude: 2]", "GPS(E: 43.25, E: 43.26)",
        "the GPS (we were told) is at 33.98, 43.25",
    ],
)  # fmt: skip
def test_texts_that_are_no_position(text: str) -> None:
    assert read(text) == []


def test_the_view_of_the_gimbal() -> None:
    text = "GPS (43.25, 33.98, 15), H 85.80m, F.PRY (2.7°, -7.0°, 110.1°), G.PRY (-24.4°, 0.0°, -110.4°)"
    (found,) = hints(tracks.with_subtitles(FILM, [text]))
    assert found.fixes[0].pitch_deg == -24.4
    assert found.fixes[0].heading_deg == pytest.approx(249.6)


def test_a_long_text_of_traps_takes_no_time() -> None:
    assert read("GPS(" * 5_000, "[latitude: " + "1" * 9_000, "GPS(1" + "," * 9_000) == []
