"""Generated videos and photos: they play, are reproducible, and contain the metadata written to them."""

import io
from collections.abc import Callable

import pytest

from opsec.demo.media import HEIGHT_PX, WIDTH_PX, FilmKind, PhotoKind, clip, photo
from opsec.demo.media_boxes import (
    with_apple_place,
    with_item_xyz,
    with_loci,
    with_moov_first,
    with_xyz,
)
from opsec.demo.media_exif import Shot
from opsec.model import FileKind, Hint
from opsec.readers.registry import read_file
from opsec.vision.decoding.av_input import open_input

DEMUXERS: dict[FilmKind, str] = {
    "mp4": "mov", "mov": "mov", "matroska": "matroska", "webm": "matroska", "avi": "avi", "mpegts": "mpegts",
}  # fmt: skip
SHOT = Shot(lat=33.98, lon=43.25, altitude_m=12.5, accuracy_m=65.0, taken_at="2026:11:16 14:02:58", offset="+03:00")

WRITERS: dict[str, Callable[[bytes], bytes]] = {
    "moov/udta/©xyz": lambda film: with_xyz(film, 33.98, 43.25, 12.5),
    "moov/trak/udta/©xyz": lambda film: with_xyz(film, 33.98, 43.25, 12.5, in_track=True),
    "moov/udta/loci": lambda film: with_loci(film, 33.98, 43.25, 12.5, name="بحيرة"),
    "moov/meta/com.apple.quicktime.location.ISO6709": lambda film: with_apple_place(film, SHOT),
    "moov/udta/meta/©xyz": lambda film: with_item_xyz(film, 33.98, 43.25, 12.5),
}


def places(raw: bytes, kind: FileKind) -> list[Hint]:
    return [hint for hint in read_file(io.BytesIO(raw), kind).hints if hint.kind == "position"]


def frames(film: bytes, kind: FilmKind = "mp4") -> int:
    """Frames that FFmpeg decodes, each of the right size."""
    with open_input(io.BytesIO(film), DEMUXERS[kind], ("mpeg4", "mpeg2video", "vp8")) as opened:
        sizes = [(frame.width, frame.height) for frame in opened.decode(video=0)]
    assert set(sizes) == {(WIDTH_PX, HEIGHT_PX)}
    return len(sizes)


@pytest.mark.parametrize("kind", ["mp4", "mov", "matroska", "webm", "avi", "mpegts"])
def test_a_video_plays_and_is_the_same_on_every_run(kind: FilmKind) -> None:
    film = clip(7, 1.0, kind=kind)
    assert frames(film, kind) == 10
    assert film == clip(7, 1.0, kind=kind)
    assert film != clip(8, 1.0, kind=kind)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_a_photo_opens_and_is_the_same_on_every_run(kind: PhotoKind) -> None:
    import cv2
    import numpy as np

    raw = photo(7, SHOT, kind=kind)
    picture = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (HEIGHT_PX, WIDTH_PX, 3)
    assert raw == photo(7, SHOT, kind=kind)
    assert len(places(raw, kind)) == 1
    assert places(photo(7, kind=kind), kind) == []


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("field", WRITERS)
def test_written_metadata_is_read_back_and_the_video_still_plays(field: str, first: bool) -> None:
    plain = with_moov_first(clip(7)) if first else clip(7)
    film = WRITERS[field](plain)
    assert frames(film) == 10
    (found,) = places(film, "mp4")
    assert found.field == field
    assert found.point is not None
    assert abs(found.point.lat - 33.98) < 1e-5
    assert abs(found.point.lon - 43.25) < 1e-5
    assert abs((found.altitude_m or 0) - 12.5) < 1e-3


def test_positions_can_be_added_in_sequence() -> None:
    film = with_moov_first(clip(7))
    for write in WRITERS.values():
        film = write(film)
    assert {hint.field for hint in places(film, "mp4")} == set(WRITERS)
    assert frames(film) == 10


def test_a_video_without_a_position_has_none() -> None:
    assert read_file(io.BytesIO(clip(7)), "mp4").hints == ()


def test_the_description_can_come_first() -> None:
    film = with_moov_first(clip(7))
    assert film.index(b"moov") < film.index(b"mdat")
    assert with_moov_first(film) == film
    assert frames(film) == 10


def test_an_iphone_video_has_its_accuracy_and_time_zone() -> None:
    film = with_apple_place(clip(7), SHOT)
    (found,) = places(film, "mp4")
    assert found.accuracy_m == 65.0
    times = [hint.text for hint in read_file(io.BytesIO(film), "mp4").hints if hint.kind == "time"]
    assert times == ["2026-11-16T14:02:58+03:00"]
