"""All formats together: trouble of one hides no other, and no bytes break the reader."""

import io
import math
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.demo.media_boxes import box, with_moov_compressed
from opsec.model import Hint
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.telemetry.reader import READER
from opsec.readers.telemetry.track_source import TrackFormat
from tests.fixtures.media import dashcams as dash
from tests.fixtures.media import tracks
from tests.readers.telemetry.routes import FILM, PLACES, WAY, points, remarks


def test_trouble_in_one_format_is_a_gap_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from opsec.readers.telemetry import reader

    def broken(_: object) -> Iterator[ReaderOutput]:
        raise ZeroDivisionError

    monkeypatch.setattr(reader, "FORMATS", {**reader.FORMATS, "camm": TrackFormat(broken)})
    raw = tracks.with_gps5(tracks.with_camm5(FILM, WAY), WAY)
    assert points(raw) == PLACES
    assert remarks(raw) == ["*not_read"]


def test_memory_that_runs_out_is_the_supervisors_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    from opsec.readers.telemetry import reader

    def hungry(_: object) -> Iterator[ReaderOutput]:
        raise MemoryError

    monkeypatch.setattr(reader, "FORMATS", {"camm": TrackFormat(hungry)})
    with pytest.raises(MemoryError):
        points(tracks.with_camm5(FILM, WAY))


def test_a_track_in_fragments_is_reported_as_unread() -> None:
    assert remarks(tracks.with_camm5(FILM, []) + box("moof", b"")) == ["*unsupported"]
    assert remarks(FILM + box("moof", b"")) == []


def test_a_track_behind_a_compressed_description_is_reported_as_unread() -> None:
    assert remarks(with_moov_compressed(tracks.with_gps5(FILM, WAY))) == ["*unsupported"]
    assert remarks(with_moov_compressed(FILM)) == []


_FILMS = [
    tracks.with_gps5(FILM, WAY), tracks.with_gps9(FILM, WAY), tracks.with_camm6(FILM, WAY),
    tracks.with_mebx(FILM, WAY), tracks.with_djmd(FILM, WAY), tracks.with_rtmd(FILM, WAY),
    tracks.with_subtitles(FILM, [tracks.tagged_text(fix) + tracks.lon_first_text(fix) for fix in WAY]),
    dash.with_insta360_trailer(FILM, WAY), dash.with_freegps(FILM, WAY, padded_to=0x100), dash.with_gps0(FILM, WAY),
    dash.with_nmea(FILM, "".join(map(dash.rmc_text, WAY))),
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(film=st.sampled_from(_FILMS), seed=st.integers(0, 2**32), cut=st.booleans())
def test_no_damage_breaks_the_reader_or_leads_it_off_the_earth(film: bytes, seed: int, cut: bool) -> None:
    random = Random(seed)
    raw = bytearray(film[: random.randrange(len(film))] if cut else film)
    for _ in range(random.randrange(1, 9)):
        if raw:
            raw[random.randrange(len(raw))] = random.choice((0, 1, 0x7F, 0x80, 0xFF, random.randrange(256)))
    found = list(READER.read(io.BytesIO(bytes(raw)), "mp4"))
    assert "not_read" not in [one.reason.code for one in found if isinstance(one, Gap)] or b"freeGPS" in film
    for one in found:
        for fix in one.fixes if isinstance(one, Hint) else ():
            assert abs(fix.point.lat) <= 90
            assert abs(fix.point.lon) <= 180
            assert (fix.point.lat, fix.point.lon) != (0, 0)
            assert all(value is None or math.isfinite(value) for value in (fix.at_s, fix.altitude_m, fix.heading_deg))
