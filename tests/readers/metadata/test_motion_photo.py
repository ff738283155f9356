"""Motion photos: the video behind a photo is found, read as a video, and kept apart from the photo."""

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.demo.media import clip, photo
from opsec.demo.media_boxes import with_xyz
from opsec.demo.media_exif import Shot
from opsec.model import FileKind, Fix, Hint, Point, Reading
from opsec.readers.registry import read_file
from tests.fixtures.media.boxes import box, film, xyz
from tests.fixtures.media.tracks import with_gps5
from tests.fixtures.media.xmp import motion_photo, packet, xmp_in_film
from tests.readers.metadata.test_image_header import heif, jpeg

PICTURE = jpeg(64, 96) + bytes(range(200)) + b"\xff\xd9"
FILM = film(box("udta", xyz("+33.9800+043.2500/")))
HERE = Point(33.98, 43.25)
FIELD = "motion photo/moov/udta/©xyz"


def reading(raw: bytes, kind: FileKind = "jpeg") -> Reading:
    return read_file(io.BytesIO(raw), kind)


def places(raw: bytes, kind: FileKind = "jpeg") -> list[tuple[str, Point | None]]:
    return [(hint.field, hint.point) for hint in reading(raw, kind).hints if hint.kind == "position"]


FOUND = {
    "announced in XMP": motion_photo(PICTURE, FILM),
    "as Samsung writes it": motion_photo(PICTURE, FILM, "samsung"),
    "announced nowhere": PICTURE + FILM,
    "behind padding": PICTURE + bytes(5_000) + FILM,
    "behind another picture": PICTURE + PICTURE + FILM,
    "at the edge of what is searched at once": PICTURE.ljust(len(jpeg(64, 96)) + (1 << 20) - 2, b"\0") + FILM,
    "across that edge": PICTURE.ljust(len(jpeg(64, 96)) + (1 << 20) + 2, b"\0") + FILM,
    "behind a first box that is none": PICTURE + b"\0\0\0\x18ftypqt  " + bytes(40) + FILM,
    "behind the words alone": PICTURE + b"ftyp" * 400 + FILM,
}


@pytest.mark.parametrize("name", FOUND)
def test_the_film_is_found(name: str) -> None:
    assert places(FOUND[name]) == [(FIELD, HERE)]


def test_it_is_found_in_the_box_of_a_heic() -> None:
    assert places(heif() + box("mpvd", FILM), "heif") == [(FIELD, HERE)]


def test_every_thing_that_films_tell_is_read() -> None:
    way = [Fix(at_s=number, point=Point(33.98 + number / 1_000, 43.25)) for number in range(3)]
    whole = xmp_in_film(with_gps5(clip(1, 0.5), way), packet({"photoshop:City": "Qasr"}))
    found = {hint.kind: hint for hint in reading(motion_photo(photo(1), whole)).hints}
    assert found["place"].field == "motion photo/moov/udta/XMP_/photoshop:City"
    assert found["track"].field.startswith("motion photo/moov/trak#")
    assert [fix.point.lat for fix in found["track"].fixes] == pytest.approx([33.98, 33.981, 33.982])


def test_photo_and_video_that_disagree_are_both_kept_and_reported() -> None:
    found = reading(motion_photo(photo(1, Shot(lat=34.5, lon=44.5)), FILM))
    assert [hint.point for hint in found.hints if hint.kind == "position"] == [Point(34.5, 44.5), HERE]
    (why,) = found.reasons
    assert why.code == "places_disagree"
    assert dict(why.blanks) == {"field": "EXIF GPS", "other": FIELD, "distance_km": "128.6"}
    assert found.status == "read"


def test_the_claim_stays_that_of_the_photo() -> None:
    found = reading(motion_photo(PICTURE, FILM))
    assert found.claim is not None
    assert (found.claim.width_px, found.claim.height_px, found.claim.duration_s) == (96, 64, None)


def test_a_film_that_is_cut_makes_the_photo_partly_read() -> None:
    found = reading(PICTURE + FILM[:-60])
    assert found.status == "partly"
    assert dict(found.reasons[0].blanks) == {"part": "motion photo/moov"}


@pytest.mark.parametrize(
    "raw", [PICTURE, PICTURE + b"ftyp", PICTURE + b"\0\0\0\x08ftyp", PICTURE + b"\xff\xff\xff\xffftypisom", jpeg(4, 4)]
)
def test_a_photo_without_a_film_is_whole(raw: bytes) -> None:
    found = reading(raw)
    assert (found.status, found.hints) == ("read", ())


def test_false_beginnings_cost_little() -> None:
    began = time.process_time()
    found = reading(PICTURE + b"\0\0\0\x10ftypisom" * 100_000)
    assert time.process_time() - began < 10
    assert found.status == "partly"


@settings(max_examples=30, deadline=None)
@given(lat=st.floats(-89, 89).filter(lambda deg: abs(deg) > 1e-3), lon=st.floats(-179, 179))
def test_a_place_written_is_read_back(lat: float, lon: float) -> None:
    raw = motion_photo(PICTURE, with_xyz(film(), lat, lon))
    ((_, point),) = places(raw)
    assert point is not None
    assert abs(point.lat - lat) <= 5.1e-5
    assert abs(point.lon - lon) <= 5.1e-5


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_changed_byte_breaks_nothing(at: int, value: int) -> None:
    raw = bytearray(motion_photo(PICTURE, FILM, "samsung"))
    raw[at % len(raw)] = value
    found = reading(bytes(raw))
    assert "not_read" not in {reason.code for reason in found.reasons}
    assert all(isinstance(hint, Hint) for hint in found.hints)
