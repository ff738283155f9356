"""What ``sites check`` says of photos that will not serve."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from opsec.i18n.messages import say
from opsec.matching.landmarks import reference_quality
from opsec.matching.landmarks.reference_quality import weak_landmarks
from opsec.model import Landmark, Site
from tests.matching.landmarks.drawn import Bytes, photographed, seen, wall

SITE = Site(id="lake-camp", kind="base", code="L-1", names={"en": ("Lake Camp",)})


def complaints(tmp_path: Path, walls: dict[str, list[Bytes]]) -> str:
    ours, _photos = photographed(tmp_path, SITE, walls)
    return "\n".join(say(one.message, "en").replace(str(tmp_path), "") for one in weak_landmarks([ours], tmp_path))


def barred(picture: Bytes) -> Bytes:
    return np.asarray(cv2.copyMakeBorder(picture, 150, 150, 0, 0, cv2.BORDER_CONSTANT, value=0), np.uint8)


def stamped(picture: Bytes) -> Bytes:
    stamp = wall(7, 200, 100)
    return np.vstack([picture[:-100], np.hstack([picture[-100:, :-200], stamp])])


@pytest.mark.parametrize(
    ("walls", "words"),
    [
        ({"gate": [np.full((480, 640), 120, np.uint8)]}, "shows only 0 details"),
        ({"gate": [wall(1)[:2, :2]]}, "2 × 2 pixels is too small"),
        ({"gate": [barred(wall(1))]}, "has bars around the picture"),
        ({"gate": [wall(1), wall(1)]}, "all photos are taken from one side"),
        ({"gate": [wall(1), seen(wall(1), slant=2)]}, "all photos show the same light"),
        ({"gate": [stamped(wall(number)) for number in (1, 2, 3)]}, "something is laid over all photos"),
        ({"north-block": [wall(1)], "south-block": [seen(wall(1))]}, "look alike"),
    ],
    ids=["nothing in it", "2 pixels", "bars", "one side", "one light", "watermark", "one plan"],
)
def test_what_is_weak_is_said(tmp_path: Path, walls: dict[str, list[Bytes]], words: str) -> None:
    assert words in complaints(tmp_path, walls)


def test_good_photos_are_passed_over(tmp_path: Path) -> None:
    dark = np.asarray(seen(wall(1), slant=2.0) * 0.6, np.uint8)
    assert complaints(tmp_path, {"gate": [wall(1), dark], "tower": [wall(2)]}) == ""


def test_a_clear_sky_above_a_straight_wall_is_no_bar(tmp_path: Path) -> None:
    under_sky = wall(1).copy()
    under_sky[:90] = 205
    assert "bars" not in complaints(tmp_path, {"gate": [under_sky]})


def test_a_photo_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    photos[0].path.write_bytes(b"\xff\xd8\xff\xe0 and no more")
    missing = replace(ours.landmarks[0], photos=("0.jpg", "1.jpg"))
    said = [say(one.message, "en") for one in weak_landmarks([replace(ours, landmarks=(missing,))], tmp_path)]
    assert len(said) == 2
    assert all("cannot be used" in line for line in said)


def test_a_photo_that_is_cut_off_is_said_although_its_half_serves(tmp_path: Path) -> None:
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1)]})
    whole = photos[0].path.read_bytes()
    photos[0].path.write_bytes(whole[: len(whole) * 3 // 4])
    said = [say(one.message, "en") for one in weak_landmarks([ours], tmp_path)]
    assert len(said) == 1
    assert "0.jpg: partly read: the file ends before its picture data does" in said[0]


def test_a_photo_of_a_hundred_megapixels_costs_what_any_other_costs(tmp_path: Path) -> None:
    """A JPEG is unpacked no larger than it must be; what is found in it is bounded."""
    (tmp_path / SITE.id / "landmarks" / "gate").mkdir(parents=True)
    huge = cv2.resize(wall(1), (11_600, 8_700), interpolation=cv2.INTER_NEAREST)
    assert cv2.imwrite(str(tmp_path / SITE.id / "landmarks" / "gate" / "0.jpg"), huge)
    ours = replace(SITE, landmarks=(Landmark(id="gate", photos=("0.jpg",)),))
    assert [say(one.message, "en") for one in weak_landmarks([ours], tmp_path)] == []


@pytest.mark.parametrize(
    ("clocks", "told"),
    [
        (("08:10", "08:50"), "at about 8:00"),
        (("23:40", "00:30"), "at about 0:00"),  # midnight is no border
        (("08:10", "19:00"), ""),
        (("08:10", None), ""),
    ],
)
def test_photos_all_of_one_hour_are_said(tmp_path: Path, clocks: tuple[str | None, ...], told: str) -> None:
    dark = np.asarray(seen(wall(1), slant=2.0) * 0.6, np.uint8)
    ours, photos = photographed(tmp_path, SITE, {"gate": [wall(1), dark]})
    for photo, clock in zip(photos, clocks, strict=True):
        if clock is not None:
            with_exif = Image.open(photo.path)
            exif = with_exif.getexif()
            exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"2026:05:01 {clock}:00"
            with_exif.save(photo.path, exif=exif)
    said = "\n".join(say(one.message, "en") for one in weak_landmarks([ours], tmp_path))
    assert (told in said) if told else said == ""


def test_exif_that_is_broken_says_nothing_of_the_hour(tmp_path: Path) -> None:
    ours, photos = photographed(
        tmp_path, SITE, {"gate": [wall(1), np.asarray(seen(wall(1), slant=2.0) * 0.6, np.uint8)]}
    )
    for photo in photos:
        whole = photo.path.read_bytes()
        photo.path.write_bytes(whole[:2] + b"\xff\xe1\x00\x10Exif\x00\x00" + bytes(8) + whole[2:])
    assert [one for one in weak_landmarks([ours], tmp_path) if "hour" in say(one.message, "en")] == []


def test_photos_beyond_those_that_are_compared_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two blocks look alike, but the second is not held against the first: not checked is not nothing found."""
    monkeypatch.setattr(reference_quality, "_MOST_COMPARED", 1)
    said = complaints(tmp_path, {"north-block": [wall(1)], "south-block": [seen(wall(1))], "tower": [wall(2)]})
    assert "look alike" not in said
    assert "2 more photos were not held against the others: only the first 1 are" in said


def test_of_very_many_photos_a_landmark_keeps_a_few_pictures_and_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_quality, "_MOST_OF_LANDMARK", 3)
    monkeypatch.setattr(reference_quality, "_MOST_IN_ALL", 0)  # 300 features a photo
    walls = {"gate": [stamped(wall(number)) for number in range(1, 6)], "copy": [seen(wall(9))], "block": [wall(9)]}
    said = complaints(tmp_path, walls)
    assert "something is laid over all photos" in said
    assert "look alike" in said
    assert "not held against" not in said
