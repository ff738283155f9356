"""A landmark's evidence on the page: the frame always, the reference photo only on request."""

import re
from dataclasses import replace

import pytest

from opsec.i18n.messages import LANGUAGES, Lang
from opsec.model import Bilingual, Hint, Match, Picture, Result, Scan, Sighting
from opsec.model.finding import own_photo_key, referenced_photos
from opsec.reports.landmark_view import build_landmark_view
from opsec.reports.scan_json import clip_record
from opsec.reports.scan_page import render_scan_page
from tests.reports.made import made_scan
from tests.reports.test_pages import assert_self_contained

FRAME = Picture(270, 480, "RlJBTUU=")
OWN = Picture(480, 360, "T1dO")
HINT = Hint(kind="features", family="VISUAL", reader="landmarks", field="picture", id="h90", at_s=1.5, picture=FRAME)
SIGHTING = Sighting(
    photo="gate-1.jpg",
    mirrored=True,
    inliers=31,
    pictures=((0.5, 9), (1.5, 31)),
    lines=((0.5, 0.5, 0.25, 0.75), (0.2, 0.1, 0.0, 1.0)),
    outline=((0.1, 0.1), (0.9, 0.1), (0.9, 0.8), (0.1, 0.8)),
    compared=12,
)
MATCH = Match(
    id="m90", hint_ids=("h90",), site="falcon-camp", rule="LANDMARK-SEEN", grade="strong", log_odds=5.7,
    landmark="north-gate", sighting=SIGHTING, why=Bilingual(en="a landmark is in the picture", ar="معلم في الصورة"),
)  # fmt: skip


def with_landmark(photos: dict[str, Picture]) -> Scan:
    scan = made_scan()
    first = scan.results[0]
    seen = replace(first, clip=replace(first.clip, hints=(*first.clip.hints, HINT)), matches=(*first.matches, MATCH))
    return replace(scan, results=(seen, *scan.results[1:]), own_photos=photos)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_shareable_page_shows_the_frame_and_no_reference_photo(lang: Lang) -> None:
    raw = render_scan_page(with_landmark({}), lang)
    assert_self_contained(raw)
    page = raw.decode()
    assert f"data:image/jpeg;base64,{FRAME.jpeg_base64}" in page
    assert page.count("<image ") == 1
    assert "north-gate" not in page
    assert "gate-1.jpg" not in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_private_page_shows_both_images_with_a_line_for_each_match(lang: Lang) -> None:
    page = render_scan_page(
        with_landmark({own_photo_key("falcon-camp", "north-gate", "gate-1.jpg"): OWN}), lang
    ).decode()
    assert f"data:image/jpeg;base64,{OWN.jpeg_base64}" in page
    assert page.count("<image ") == 2
    assert len(re.findall(r"<line ", page)) == 2


def test_drawn_points_scale_with_the_images() -> None:
    photos = {own_photo_key("falcon-camp", "north-gate", "gate-1.jpg"): OWN}
    view = build_landmark_view(MATCH, {"h90": HINT}, photos, "en")
    assert view is not None
    assert view.photo is not None
    assert view.frame.width == pytest.approx(420 * 270 / 480, abs=0.1)
    assert view.lines[0] == (
        f"{view.frame.width / 2:.1f}", "210.0", f"{view.photo.left + view.photo.width / 4:.1f}", "315.0"
    )  # fmt: skip


@pytest.mark.parametrize("text", ['"/><script>', "AAAA AAAA", "", "http://example.org/"])
def test_invalid_base64_is_not_put_into_a_page(text: str) -> None:
    hint = replace(HINT, picture=Picture(9, 9, text))
    assert build_landmark_view(MATCH, {"h90": hint}, {}, "en") is None


def test_the_photos_of_a_scan_are_named_once() -> None:
    assert referenced_photos(with_landmark({})) == {("falcon-camp", "north-gate", "gate-1.jpg")}


def test_the_record_explains_the_recognition_and_contains_no_image() -> None:
    result: Result = with_landmark({}).results[0]
    (match,) = (one for one in clip_record(result)["matches"] if one["rule"] == "LANDMARK-SEEN")
    assert match["landmark"] == "north-gate"
    assert match["sighting"]["pictures"] == [[0.5, 9], [1.5, 31]]
    assert match["sighting"]["one_of"] == []
    assert "jpeg" not in str(clip_record(result))
