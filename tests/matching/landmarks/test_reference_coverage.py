"""Sides and hours that photos of a landmark do not cover: a wall photographed from known sides, by day and by night."""

import cv2
import numpy as np
import pytest

from opsec.i18n.messages import render
from opsec.matching.landmarks.enrolment import enrol
from opsec.matching.landmarks.reference_coverage import PhotoView, find_sides, suggest_photos
from tests.matching.landmarks.drawn import Bytes, wall


def from_aside(image: Bytes, share: float) -> Bytes:
    """The wall in perspective: its left end larger than its right for a positive ``share``, the reverse else."""
    height, width = image.shape
    left, right = (max(0.0, -share) * height / 2, max(0.0, share) * height / 2)
    there = np.array([(0, left), (width, right), (width, height - right), (0, height - left)], np.float32)
    here = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    return np.asarray(cv2.warpPerspective(image, cv2.getPerspectiveTransform(here, there), (width, height)), np.uint8)


def view(image: Bytes, light: float = 120.0, hour: float | None = 12.0) -> PhotoView:
    return PhotoView(enrol(image, views=False).features, light, hour)


FRONT = view(wall(1))
LEFT, RIGHT = view(from_aside(wall(1), 0.35)), view(from_aside(wall(1), -0.35))


@pytest.mark.parametrize(
    ("photos", "sides"),
    [
        ([], set()),
        ([FRONT], {"front"}),
        ([FRONT, LEFT], {"front", "left"}),
        ([FRONT, RIGHT], {"front", "right"}),
        ([FRONT, view(from_aside(wall(1), 0.05))], {"front"}),
        ([LEFT, FRONT, RIGHT], {"front", "left", "right"}),
        ([FRONT, view(wall(7))], {"front"}),
    ],
    ids=["none", "one", "left", "right", "nearly the front", "all", "another place"],
)
def test_the_side_of_a_photo_follows_from_what_it_shares(photos: list[PhotoView], sides: set[str]) -> None:
    if len(photos) == 3:  # any of three may share most with the others
        assert len(find_sides(photos)) >= 2
    else:
        assert find_sides(photos) == sides


@pytest.mark.parametrize(
    ("photos", "named"),
    [
        ([FRONT], {"left", "right", "night"}),
        ([FRONT, LEFT], {"right", "night"}),
        ([FRONT, RIGHT, PhotoView(FRONT.features, 40.0, None)], {"left"}),
        ([FRONT, PhotoView(FRONT.features, 120.0, 22.5)], {"left", "right"}),
        ([FRONT, PhotoView(FRONT.features, 120.0, 19.0)], {"left", "right", "night"}),
    ],
)
def test_what_is_missing_is_named_in_both_languages(photos: list[PhotoView], named: set[str]) -> None:
    found = suggest_photos("camp/landmarks/gate", photos)
    assert found is not None
    text = render(found, "en")
    assert {word for word in ("left", "right", "night") if f"the {word}" in text or f"at {word}" in text} == named
    arabic = render(found, "ar")
    words = {"left": "اليسار", "right": "اليمين", "night": "ليلًا"}
    assert {name for name, word in words.items() if word in arabic} == named


def test_photos_that_cover_all_and_no_photos_need_no_suggestion() -> None:
    assert suggest_photos("gate", []) is None
    assert suggest_photos("gate", [FRONT, LEFT, RIGHT, PhotoView(FRONT.features, 30.0, None)]) is None
