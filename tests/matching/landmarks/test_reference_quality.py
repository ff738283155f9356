"""Warnings of ``sites check`` about reference photos."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image

from opsec.i18n.messages import render
from opsec.matching.landmarks import reference_lookalikes, reference_quality
from opsec.matching.landmarks.reference_quality import check_reference_photos
from opsec.model import Landmark, Site
from tests.matching.landmarks.drawn import Bytes, film_wall, wall, write_photos

SITE = Site(id="lake-camp", kind="base", code="L-1", names={"en": ("Lake Camp",)})


def warnings_about(tmp_path: Path, walls: dict[str, list[Bytes]]) -> str:
    site, _photos = write_photos(tmp_path, SITE, walls)
    return "\n".join(
        render(one.message, "en").replace(str(tmp_path), "")
        for one in check_reference_photos([site], tmp_path)
        if one.level != "note"
    )


def barred(image: Bytes) -> Bytes:
    return np.asarray(cv2.copyMakeBorder(image, 150, 150, 0, 0, cv2.BORDER_CONSTANT, value=0), np.uint8)


def stamped(image: Bytes) -> Bytes:
    stamp = wall(7, 200, 100)
    return np.vstack([image[:-100], np.hstack([image[-100:, :-200], stamp])])


@pytest.mark.parametrize(
    ("walls", "words"),
    [
        ({"gate": [np.full((480, 640), 120, np.uint8)]}, "has only 0 distinctive details"),
        ({"gate": [wall(1)[:2, :2]]}, "2 × 2 pixels is too small"),
        ({"gate": [barred(wall(1))]}, "has bars around the picture"),
        ({"gate": [wall(1), wall(1)]}, "all photos were taken from the same side"),
        ({"gate": [wall(1), film_wall(wall(1), slant=2)]}, "all photos show the same light"),
        ({"gate": [stamped(wall(number)) for number in (1, 2, 3)]}, "all photos carry the same overlay"),
        ({"north-block": [wall(1)], "south-block": [film_wall(wall(1))]}, "look alike"),
    ],
    ids=["nothing in it", "2 pixels", "bars", "one side", "one light", "watermark", "one plan"],
)
def test_weak_photos_are_reported(tmp_path: Path, walls: dict[str, list[Bytes]], words: str) -> None:
    assert words in warnings_about(tmp_path, walls)


def test_good_photos_give_no_warning(tmp_path: Path) -> None:
    dark = np.asarray(film_wall(wall(1), slant=2.0) * 0.6, np.uint8)
    assert warnings_about(tmp_path, {"gate": [wall(1), dark], "tower": [wall(2)]}) == ""


def test_a_clear_sky_above_a_straight_wall_is_not_a_bar(tmp_path: Path) -> None:
    under_sky = wall(1).copy()
    under_sky[:90] = 205
    assert "bars" not in warnings_about(tmp_path, {"gate": [under_sky]})


def test_photos_that_cannot_be_opened_are_reported(tmp_path: Path) -> None:
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    Path(photos[0].path).write_bytes(b"\xff\xd8\xff\xe0 and no more")
    missing = replace(site.landmarks[0], photos=("0.jpg", "1.jpg"))
    warnings = [
        render(one.message, "en") for one in check_reference_photos([replace(site, landmarks=(missing,))], tmp_path)
    ]
    assert len(warnings) == 2
    assert all("cannot be used" in line for line in warnings)


def test_a_photo_that_is_cut_off_is_reported_although_it_can_be_used(tmp_path: Path) -> None:
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1)]})
    whole = Path(photos[0].path).read_bytes()
    Path(photos[0].path).write_bytes(whole[: len(whole) * 3 // 4])
    found = check_reference_photos([site], tmp_path)
    warnings = [render(one.message, "en") for one in found if one.level != "note"]
    assert len(warnings) == 1
    assert "0.jpg: partly read: the file is cut off (its picture data is incomplete)" in warnings[0]


def test_a_photo_of_a_hundred_megapixels_can_be_checked(tmp_path: Path) -> None:
    """A JPEG is decoded no larger than it must be; the number of its features is bounded."""
    (tmp_path / SITE.id / "landmarks" / "gate").mkdir(parents=True)
    huge = cv2.resize(wall(1), (11_600, 8_700), interpolation=cv2.INTER_NEAREST)
    assert cv2.imwrite(str(tmp_path / SITE.id / "landmarks" / "gate" / "0.jpg"), huge)
    site = replace(SITE, landmarks=(Landmark(id="gate", photos=("0.jpg",)),))
    found = [render(one.message, "en") for one in check_reference_photos([site], tmp_path) if one.level != "note"]
    assert found == []


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        (("08:10", "08:50"), "at about 8:00"),
        (("23:40", "00:30"), "at about 0:00"),  # across midnight
        (("08:10", "19:00"), ""),
        (("08:10", None), ""),
    ],
)
def test_photos_all_taken_at_the_same_hour_are_reported(
    tmp_path: Path, clocks: tuple[str | None, ...], expected: str
) -> None:
    dark = np.asarray(film_wall(wall(1), slant=2.0) * 0.6, np.uint8)
    site, photos = write_photos(tmp_path, SITE, {"gate": [wall(1), dark]})
    for photo, clock in zip(photos, clocks, strict=True):
        if clock is not None:
            with_exif = Image.open(photo.path)
            exif = with_exif.getexif()
            exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"2026:05:01 {clock}:00"
            with_exif.save(photo.path, exif=exif)
    found = check_reference_photos([site], tmp_path)
    warnings = "\n".join(render(one.message, "en") for one in found if one.level != "note")
    assert (expected in warnings) if expected else warnings == ""


def test_broken_exif_gives_no_warning_about_the_hour(tmp_path: Path) -> None:
    site, photos = write_photos(
        tmp_path, SITE, {"gate": [wall(1), np.asarray(film_wall(wall(1), slant=2.0) * 0.6, np.uint8)]}
    )
    for photo in photos:
        whole = Path(photo.path).read_bytes()
        Path(photo.path).write_bytes(whole[:2] + b"\xff\xe1\x00\x10Exif\x00\x00" + bytes(8) + whole[2:])
    assert [one for one in check_reference_photos([site], tmp_path) if "clock" in render(one.message, "en")] == []


def test_photos_beyond_the_compared_ones_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two blocks look alike, but the second is not compared with the first: unchecked photos are reported."""
    monkeypatch.setattr(reference_lookalikes, "_MAX_PHOTOS", 1)
    warnings = warnings_about(
        tmp_path, {"north-block": [wall(1)], "south-block": [film_wall(wall(1))], "tower": [wall(2)]}
    )
    assert "look alike" not in warnings
    assert "2 more photos were not compared with the others: only the first 1 are compared" in warnings


def test_with_very_many_photos_the_warnings_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_quality, "_MAX_IMAGES_PER_LANDMARK", 3)
    monkeypatch.setattr(reference_lookalikes, "_MAX_FEATURES", 0)  # 300 features a photo
    walls = {
        "gate": [stamped(wall(number)) for number in range(1, 6)],
        "copy": [film_wall(wall(9))],
        "block": [wall(9)],
    }
    warnings = warnings_about(tmp_path, walls)
    assert "all photos carry the same overlay" in warnings
    assert "look alike" in warnings
    assert "not compared" not in warnings
