"""Short Plus Codes: read beside each site, never anywhere else, and never as strong evidence."""

import pytest

from opsec.geo.notations.plus_codes import decoded, nearest
from opsec.matching.matcher import match, prepare
from opsec.matching.short_plus_codes import middle
from opsec.model import Hint, Point
from opsec.readers.text.coordinates import written_hints
from tests.fixtures.records import clip, site, square
from tests.geo.notations.writer import plus_code

INSIDE = plus_code(Point(31.0057, 42.0068))
OTHER_TOWN = plus_code(Point(31.205, 42.205))
FAR_SITE = site("far-camp", code="F-08", names={"en": ("Far Camp",)}, fences=(square(35.20, 43.30, 35.21, 43.31),))


def short(code: str) -> Hint:
    _text, found = written_hints(f"{code[4:]} قرب المدينة", "caption")
    return found


def test_a_short_code_inside_a_fence_is_probable_and_points_at_its_own_words() -> None:
    (found,) = match(clip(short(INSIDE)), prepare([FAR_SITE, site()]))
    assert (found.site, found.rule, found.grade) == ("falcon-camp", "COORDINATES-WRITTEN", "probable")
    assert found.distance_m == 0
    assert found.span == (0, len(INSIDE) - 4)


@pytest.mark.parametrize(
    "code", [OTHER_TOWN, plus_code(Point(31.6012, 42.6034))], ids=["another town", "half a degree away"]
)
def test_a_short_code_elsewhere_meets_nothing(code: str) -> None:
    assert match(clip(short(code)), prepare([FAR_SITE, site()])) == ()


def test_a_site_without_a_fence_reads_no_code() -> None:
    assert match(clip(short(INSIDE)), prepare([site(fences=())])) == ()
    assert middle(site(fences=())) is None


@pytest.mark.parametrize("around", [Point(30.6, 41.6), Point(31.4, 42.4), Point(31.005, 41.52)])
@pytest.mark.parametrize("missing", [2, 4])
def test_a_code_is_recovered_across_the_edges_of_the_big_cells(around: Point, missing: int) -> None:
    whole = decoded(INSIDE)
    cell = nearest(INSIDE[missing:], around)
    assert cell.centre.lat == pytest.approx(whole.centre.lat, abs=1e-9)
    assert cell.centre.lon == pytest.approx(whole.centre.lon, abs=1e-9)


def test_a_code_is_recovered_across_the_date_line() -> None:
    code = plus_code(Point(-17.5, 179.9995))
    assert nearest(code[4:], Point(-17.45, -179.9)).centre.lon == pytest.approx(decoded(code).centre.lon, abs=1e-9)
