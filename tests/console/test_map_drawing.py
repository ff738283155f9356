"""Features of maps and their drawing on the plan of a site: positions are where they belong, whatever is in a clip."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.console.map_drawing import MAX_RADIUS_PX, ground_overlay, ground_shape, overlay, runs
from opsec.console.map_features import MapFeature, ground_features, own_name, site_features, thin
from opsec.model import Landmark, Point
from opsec.model.ground_grid import VIEW_GRID
from opsec.reports.site_plan_drawing import plan_frame
from tests.fixtures.records import make_site, square_fence

SITE = make_site()
FRAME = plan_frame(SITE)
assert FRAME is not None
FENCE = FRAME.fence


def a_position(lat: float, lon: float, accuracy_m: float | None = None, *, matched: bool = True) -> MapFeature:
    return MapFeature("position", {"type": "Point", "coordinates": [lon, lat]}, "h1", accuracy_m, matched)


@given(st.lists(st.integers(), max_size=60), st.integers(2, 40))
def test_thinning_keeps_the_ends_the_order_and_the_bound(items: list[int], most: int) -> None:
    numbered = list(enumerate(items))
    kept = list(thin(numbered, most))
    assert len(kept) <= most
    assert kept == sorted(kept)
    assert kept[:1] == numbered[:1]
    assert kept[-1:] == numbered[-1:]


@given(st.lists(st.booleans(), max_size=200))
def test_runs_are_the_true_values(seen: list[bool]) -> None:
    rebuilt = [False] * len(seen)
    for begin, end in runs(seen):
        assert begin < end
        rebuilt[begin:end] = [True] * (end - begin)
    assert rebuilt == seen


def test_a_position_is_drawn_in_proportion_to_the_fence() -> None:
    assert FRAME is not None
    drawn = overlay([a_position(31.005, 42.005, 50.0), a_position(31.01, 42.01)], FRAME, "en")
    middle, corner = drawn.dots
    assert (middle.x, middle.y) == pytest.approx((FRAME.width_px / 2, FRAME.height_px / 2), abs=1.0)
    assert corner.x > middle.x
    assert corner.y < middle.y
    width_m = FENCE.bounds[2] - FENCE.bounds[0]
    assert middle.radius_px == pytest.approx(50.0 / width_m * 2 * (corner.x - middle.x), rel=0.02)
    assert drawn.outside == 0


def test_far_positions_are_counted_and_huge_errors_are_not_drawn() -> None:
    assert FRAME is not None
    far = [a_position(-31.0, -42.0, matched=False), a_position(90.0, 180.0), a_position(31.005, 42.005, 50_000_000.0)]
    drawn = overlay(far, FRAME, "en")
    assert drawn.outside == 2
    assert [dot.radius_px for dot in drawn.dots] == [None, None, None]
    assert FRAME.length_px(50_000_000.0) > MAX_RADIUS_PX
    assert [style for style, _label in drawn.legend] == ["matched", "other"]


def test_the_ground_in_view_keeps_its_area_and_its_place() -> None:
    assert FRAME is not None
    in_view = np.zeros((VIEW_GRID, VIEW_GRID), bool)
    in_view[:24, 48:] = True  # the southern quarter, its eastern half
    ground = ground_shape(in_view.ravel(), FRAME)
    assert ground.area == pytest.approx(FENCE.area / 8, rel=1e-6)
    west, south, _east, _north = ground.bounds
    assert (west, south) == pytest.approx(((FENCE.bounds[0] + FENCE.bounds[2]) / 2, FENCE.bounds[1]))
    assert [line.style for line in ground_overlay(ground, FRAME, "ar").lines] == ["view"]
    (feature,) = ground_features(ground, FRAME)
    assert min(lat for _lon, lat in feature.geometry["coordinates"][0]) == pytest.approx(31.0, abs=1e-5)


def test_ground_in_several_pieces_with_a_hole_is_drawn_whole() -> None:
    assert FRAME is not None
    in_view = np.zeros((VIEW_GRID, VIEW_GRID), bool)
    in_view[10:20, 10:20] = True
    in_view[14:16, 14:16] = False
    in_view[50:55, 50:55] = True
    found = list(ground_features(ground_shape(in_view.ravel(), FRAME), FRAME))
    assert sorted(len(one.geometry["coordinates"]) for one in found) == [1, 2]
    assert list(ground_features(ground_shape(np.zeros(VIEW_GRID**2, bool), FRAME), FRAME)) == []


def test_names_are_those_of_the_language_else_another_else_the_id() -> None:
    gate = Landmark(id="gate", photos=(), names={"ar": ("البوابة",), "ckb": ("دەروازە",)}, position=Point(31.0, 42.0))
    assert own_name(gate, "ar") == "البوابة"
    assert own_name(gate, "en") == "البوابة"
    assert own_name(replace(gate, names={}), "en") == "gate"
    assert own_name(SITE, "en") == "Falcon Camp"


def test_outlines_are_closed_longitude_first_and_bounded() -> None:
    corners = tuple(Point(31.0 + 0.01 * np.sin(n / 800), 42.0 + 0.01 * np.cos(n / 800)) for n in range(5_000))
    round_fence = replace(square_fence(31, 42, 31.01, 42.01), rings=(((*corners, corners[0]),),))
    (fence,) = site_features(replace(SITE, fences=(round_fence,)), "en")
    (ring,) = fence.geometry["coordinates"][0]
    assert len(ring) <= 2_001
    assert ring[0] == ring[-1] == [42.01, 31.0]
    assert fence.as_geojson()["properties"] == {"kind": "fence", "label": "Falcon Camp", "matched": False}
