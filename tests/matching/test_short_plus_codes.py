"""Short Plus Codes: resolved near each site, never elsewhere, and never strong evidence."""

import pytest

from opsec.geo.notations.plus_codes import decode, recover_nearest
from opsec.matching.matcher import build_site_index, match
from opsec.matching.short_plus_codes import perimeter_centre
from opsec.model import Hint, Point
from opsec.readers.text.coordinates import text_hints
from tests.fixtures.records import make_clip, make_site, square_fence
from tests.geo.notations.writers import plus_code

INSIDE = plus_code(Point(31.0057, 42.0068))
OTHER_TOWN = plus_code(Point(31.205, 42.205))
FAR_SITE = make_site(
    "far-camp", code="F-08", names={"en": ("Far Camp",)}, fences=(square_fence(35.20, 43.30, 35.21, 43.31),)
)


def short(code: str) -> Hint:
    _text, found = text_hints(f"{code[4:]} قرب المدينة", "caption")
    return found


def test_short_code_inside_a_fence_is_probable_and_has_its_span() -> None:
    (found,) = match(make_clip(short(INSIDE)), build_site_index([FAR_SITE, make_site()])).matches
    assert (found.site, found.rule, found.grade) == ("falcon-camp", "COORDINATES-WRITTEN", "probable")
    assert found.distance_m == 0
    assert found.span == (0, len(INSIDE) - 4)


@pytest.mark.parametrize(
    "code", [OTHER_TOWN, plus_code(Point(31.6012, 42.6034))], ids=["another town", "half a degree away"]
)
def test_short_code_elsewhere_does_not_match(code: str) -> None:
    assert match(make_clip(short(code)), build_site_index([FAR_SITE, make_site()])).matches == ()


def test_site_without_fence_matches_no_code() -> None:
    assert match(make_clip(short(INSIDE)), build_site_index([make_site(fences=())])).matches == ()
    assert perimeter_centre(make_site(fences=())) is None


@pytest.mark.parametrize("reference", [Point(30.6, 41.6), Point(31.4, 42.4), Point(31.005, 41.52)])
@pytest.mark.parametrize("missing", [2, 4])
def test_code_is_recovered_across_cell_edges(reference: Point, missing: int) -> None:
    expected = decode(INSIDE)
    cell = recover_nearest(INSIDE[missing:], reference)
    assert cell.centre.lat == pytest.approx(expected.centre.lat, abs=1e-9)
    assert cell.centre.lon == pytest.approx(expected.centre.lon, abs=1e-9)


def test_code_is_recovered_across_the_antimeridian() -> None:
    code = plus_code(Point(-17.5, 179.9995))
    assert recover_nearest(code[4:], Point(-17.45, -179.9)).centre.lon == pytest.approx(
        decode(code).centre.lon, abs=1e-9
    )
