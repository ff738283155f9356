"""A way that our own writer put into a film is read back, as finely as the format tells it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings

from opsec.model import Fix
from tests.fixtures.media import dashcams as dash
from tests.fixtures.media import tracks
from tests.readers.telemetry.routes import FILM, WAYS, hints
from tests.readers.telemetry.routes import way as made_way

Writer = Callable[[bytes, list[Fix]], bytes]


@dataclass(frozen=True)
class Format:
    """One kind of track, and what it can tell."""

    write: Writer
    finest_deg: float
    measures: tuple[str, ...] = ()
    """Measures of a fix that the format carries."""


def _texts(text: Callable[[Fix], str]) -> Writer:
    return lambda film, way: tracks.with_subtitles(film, [text(fix) for fix in way])


FLOAT_32_DEG = 0.001 / 60 * 1.1
"""Step of 17959.9 in 32 bits is a thousandth of a minute."""

FORMATS = {
    "gps5": Format(tracks.with_gps5, 1e-7, ("altitude_m", "speed_mps")),
    "gps9": Format(tracks.with_gps9, 1e-7, ("altitude_m", "speed_mps")),
    "camm5": Format(tracks.with_camm5, 1e-8, ("altitude_m",)),
    "camm6": Format(tracks.with_camm6, 1e-8, ("altitude_m", "accuracy_m", "speed_mps")),
    "mebx": Format(tracks.with_mebx, 1e-4, ("altitude_m",)),
    "djmd degrees": Format(tracks.with_djmd, 1e-8, ("altitude_m", "heading_deg", "pitch_deg")),
    "djmd radians": Format(lambda film, way: tracks.with_djmd(film, way, radians=True), 1e-8, ("altitude_m",)),
    "rtmd": Format(tracks.with_rtmd, 1e-6, ("altitude_m", "speed_mps")),
    "text tags": Format(_texts(tracks.tagged_text), 1e-6, ("altitude_m", "heading_deg", "pitch_deg")),
    "text lat, lon": Format(_texts(tracks.lat_first_text), 1e-4, ("altitude_m",)),
    "text lon, lat": Format(_texts(tracks.lon_first_text), 1e-4),
    "text E, N": Format(_texts(tracks.sided_text), 1e-6, ("altitude_m",)),
    "freegps index": Format(dash.with_freegps, FLOAT_32_DEG, ("speed_mps", "heading_deg")),
    "freegps hidden": Format(lambda f, way: dash.with_freegps(f, way, index=False), FLOAT_32_DEG),
    "nmea": Format(lambda f, way: dash.with_nmea(f, "".join(map(dash.rmc_text, way))), 1e-6, ("heading_deg",)),
    "gps0": Format(dash.with_gps0, 1e-8, ("heading_deg",)),
    "insta360": Format(dash.with_insta360_trailer, 1e-8, ("altitude_m", "speed_mps", "heading_deg")),
}


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=12, deadline=None)
@given(way=WAYS)
def test_a_way_is_read_back(name: str, way: list[Fix]) -> None:
    one = FORMATS[name]
    (found,) = hints(one.write(FILM, way))
    assert len(found.fixes) == len(way)
    for read, written in zip(found.fixes, way, strict=True):
        assert read.at_s == pytest.approx(written.at_s, abs=0.01)
        assert read.point.lat == pytest.approx(written.point.lat, abs=one.finest_deg)
        assert read.point.lon == pytest.approx(written.point.lon, abs=one.finest_deg)
        for measure in one.measures:
            assert getattr(read, measure) == pytest.approx(getattr(written, measure), abs=0.1), measure


@pytest.mark.parametrize("name", FORMATS)
def test_a_track_hint_says_where_and_when_and_has_no_point_of_its_own(name: str) -> None:
    (found,) = hints(FORMATS[name].write(FILM, made_way((33.1, 43.2), (33.2, 43.3), (33.3, 43.4))))
    assert (found.kind, found.family, found.reader) == ("track", "META", "telemetry")
    assert found.point is None
    assert found.at_s == 0.0
    assert found.until_s == pytest.approx(2.0)
    assert found.field


def test_two_tracks_of_one_film_are_two_hints() -> None:
    both = dash.with_insta360_trailer(
        tracks.with_camm5(tracks.with_gps5(FILM, made_way((33.1, 43.2))), made_way((34.1, 44.2))),
        made_way((35.1, 45.2)),
    )
    assert [hint.field for hint in hints(both)] == [
        "moov/trak#2 GPMF GPS5", "moov/trak#3 CAMM 5", "trailer Insta360 GPS",
    ]  # fmt: skip
