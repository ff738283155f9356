"""Fences: accepted and refused shapes, and messages without coordinates."""

import json
import re
from collections.abc import Callable
from math import cos, radians, sin
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.errors import SitesError
from opsec.model import Point
from opsec.sites.fence_file import read_fence
from opsec.sites.ring_validation import HomeRegion, RingLocation, validate_polygons
from tests.sites.drawing import HOME, drawn, feature, geojson, sentence, square

GLOBE: HomeRegion = (-90.0, -180.0, 90.0, 180.0)
BOWTIE = [[43.2, 33.9], [43.3, 34.0], [43.3, 33.9], [43.2, 34.0], [43.2, 33.9]]
SWAPPED = [[lat, lon] for lon, lat in square()]


def refused(tmp_path: Path, content: str | bytes, home: HomeRegion = HOME) -> str:
    path = tmp_path / "fence.geojson"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SitesError) as caught:
        read_fence(path, home)
    message = sentence(caught.value)
    assert str(path) in message
    return message.replace(str(tmp_path), "")


RINGS: dict[str, tuple[object, str]] = {
    "bowtie": (BOWTIE, "feature 2, ring 1 crosses or touches itself"),
    "on a line": ([[43.2, 33.9], [43.3, 33.9], [43.4, 33.9], [43.2, 33.9]], "ring 1 encloses no area"),
    "slanting line": ([[43.2, 33.1], [43.3, 33.2], [43.4, 33.3], [43.2, 33.1]], "ring 1 encloses no area"),
    "two corners": ([[43.2, 33.9], [43.3, 33.9], [43.2, 33.9]], "ring 1 encloses no area"),
    "one corner": ([[43.2, 33.9]] * 5, "ring 1 encloses no area"),
    "there and back": ([[43.2, 33.9], [43.3, 33.9], [43.3, 34.0], [43.3, 33.9], [43.2, 33.9]], "ring 1"),
    "outside the valid range": ([[200, 95], [201, 95], [201, 96], [200, 95]], "outside the valid range"),
    "swapped past the pole": ([[33, 143], [33, 144], [34, 144], [33, 143]], "longitude first"),
    "swapped by home": (SWAPPED, "widen home in opsec.toml"),
    "180th meridian": ([[179.9, 10], [-179.9, 10], [-179.9, 10.1], [179.9, 10.1]], "180th meridian"),
    "a country": (square(side=6), "400 km"),
    "text": ([["43.2", "33.9"], [43.3, 33.9], [43.3, 34.0], [43.2, 33.9]], "that is not two numbers"),
    "truth": ([[True, False], [43.3, 33.9], [43.3, 34.0], [43.2, 33.9]], "that is not two numbers"),
    "one number": ([[43.2], [43.3, 33.9], [43.3, 34.0], [43.2]], "that is not two numbers"),
    "null": (None, "that is not two numbers"),
    "nested": ([[[43.2, 33.9]]], "that is not two numbers"),
    "empty": ([], "ring 1"),
}


@pytest.mark.parametrize(("ring", "words"), RINGS.values(), ids=RINGS)
def test_an_invalid_ring_is_refused(tmp_path: Path, ring: object, words: str) -> None:
    message = refused(tmp_path, geojson(feature(square()), feature(ring, "zone")))
    assert words in message and "feature 2" in message
    assert re.search(r"\d\d\.\d", message) is None, "a sentence gives a coordinate away"


FILES: dict[str, tuple[str | bytes, list[str]]] = {
    "NaN": (geojson(feature([[float("nan"), 33.9], *square()])), ["NaN"]),
    "Infinity": (geojson(feature([[float("inf"), 33.9], *square()])), ["Infinity"]),
    "1e999": (geojson(feature(square())).replace("34.02", "1e999"), ["ring 1", "that is not two numbers"]),
    "huge whole number": (geojson(feature(square())).replace("34.02", "9" * 5_000), ["that is not two numbers"]),
    "key twice": ('{"type": "FeatureCollection", "type": "x", "features": []}', ["type", "twice"]),
    "deep": ("[" * 100_000, ["too deeply"]),
    "deep objects": ('{"a":' * 100_000, ["too deeply"]),
    "empty": (b"", ["JSON", "line 1"]),
    "cut off": (geojson(feature(square()))[:-9], ["JSON"]),
    "no UTF-8": (b'{"type": "\xff"}', ["UTF-8"]),
    "list": ("[]", ["FeatureCollection"]),
    "bare geometry": (json.dumps({"type": "Polygon", "coordinates": [square()]}), ["FeatureCollection"]),
    "no features": (geojson(), ["no feature"]),
    "features no list": ('{"type": "FeatureCollection", "features": {}}', ["no feature"]),
    "no Feature": (geojson({"type": "Polygon"}), ["feature 1 is not a GeoJSON Feature"]),
    "other grid": (
        geojson(feature(square())).replace('"features"', '"crs": {"properties": {"name": "EPSG:32638"}}, "features"'),
        ["WGS 84"],
    ),
    "point": (geojson(drawn({"type": "Point", "coordinates": [43, 34]}, role="perimeter")), ["feature 1 is a Point"]),
    "no geometry": (geojson(drawn(None, role="perimeter")), ["feature 1 has no outline"]),
    "no rings": (geojson(drawn({"type": "Polygon", "coordinates": []}, role="perimeter")), ["no ring"]),
    "no polygons": (geojson(drawn({"type": "MultiPolygon", "coordinates": []}, role="perimeter")), ["no ring"]),
    "coordinates missing": (geojson(drawn({"type": "Polygon"}, role="perimeter")), ["no ring"]),
    "no role": (geojson(drawn({"type": "Polygon", "coordinates": [square()]})), ["#1", 'add "role": "perimeter"']),
    "wrong role": (geojson(feature(square(), "perimiter")), ["#1", "perimiter", "perimeter?"]),
    "wrong class": (geojson(feature(square(), "zone", **{"class": "armory"})), ["#1", "class", "armoury?"]),
    "wrong key": (geojson(feature(square(), raduis_m=500)), ["#1", "raduis_m"]),
    "near key": (geojson(feature(square(), sensitivty=1)), ["sensitivty", "sensitivity?"]),
    "too sensitive": (geojson(feature(square(), sensitivity=2)), ["sensitivity", "1 or less"]),
    "turned name": (geojson(feature(square(), name="a\u202eb")), ["#1", "name", "\\u202e"]),
    "half a surrogate": (geojson(feature(square(), name="X")).replace('"X"', '"a\\ud800"'), ["#1", "name"]),
    "no perimeter": (geojson(feature(square(), "zone")), ["no perimeter"]),
    "two perimeters": (geojson(feature(square()), feature(square(44))), ["feature 2", "second perimeter"]),
    "hole outside": (
        geojson(drawn({"type": "Polygon", "coordinates": [square(), square(45)]}, role="perimeter")),
        ["rings of feature 1", "Hole lies outside shell"],
    ),
    "bad second ring": (
        geojson(drawn({"type": "MultiPolygon", "coordinates": [[square()], [square(45), BOWTIE]]}, role="perimeter")),
        ["feature 1, ring 3 crosses"],
    ),
    "parts far apart": (
        geojson(drawn({"type": "MultiPolygon", "coordinates": [[square(39)], [square(48)]]}, role="perimeter")),
        ["parts of feature 1", "400 km"],
    ),
}


@pytest.mark.parametrize(("content", "words"), FILES.values(), ids=FILES)
def test_an_unusable_fence_file_is_refused(tmp_path: Path, content: str | bytes, words: list[str]) -> None:
    message = refused(tmp_path, content)
    assert [word for word in words if word not in message] == [], message
    assert re.search(r"\d\d\.\d", message) is None, "a sentence gives a coordinate away"


def test_swapped_coordinates_are_detected_wherever_home_is(tmp_path: Path) -> None:
    message = refused(tmp_path, geojson(feature(square()), feature(SWAPPED, "zone")), GLOBE)
    assert "feature 2" in message and "swapped compared with the perimeter" in message


def test_home_as_the_whole_globe_disables_its_test(tmp_path: Path) -> None:
    path = tmp_path / "fence.geojson"
    path.write_text(geojson(feature(SWAPPED)))
    (fence,) = read_fence(path, GLOBE)
    assert fence.rings[0][0][0] == Point(43.2, 34.0)


def test_too_many_positions_are_refused_with_the_limit(tmp_path: Path) -> None:
    ring = [
        [round(43.2 + 0.1 * cos(radians(k / 1_000)), 6), round(34 + 0.1 * sin(radians(k / 1_000)), 6)]
        for k in range(0, 210_000)
    ]
    assert "200,000" in refused(tmp_path, geojson(feature(ring)))


def test_output_of_map_programs_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "fence.geojson"
    hole = square(43.205, 34.005, 0.002)
    shapes = {"type": "MultiPolygon", "coordinates": [[square(), hole], [square(43.3)]]}
    document = {
        "type": "FeatureCollection",
        "name": "fence",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "features": [{"id": 3, "bbox": [], **drawn(shapes, role="perimeter", name=None, **{"class": None})}],
    }
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(document).encode())
    (fence,) = read_fence(path, HOME)
    assert [len(rings) for rings in fence.rings] == [2, 1]
    assert fence.name is None and fence.zone_class is None


def test_an_open_ring_is_closed_and_heights_are_dropped() -> None:
    raw = [[lon, lat, 120.0] for lon, lat in square()[:-1]]
    ((ring,),) = validate_polygons([[raw]], RingLocation("f", 1), HOME)
    assert ring == tuple(Point(float(lat), float(lon)) for lon, lat in square())  # type: ignore[arg-type]


numbers = st.floats(-400, 400) | st.floats() | st.integers(-400, 400).map(float)
anything = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=3), lambda inner: st.lists(inner, max_size=4), max_leaves=12
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(anything | st.lists(st.tuples(numbers, numbers), min_size=3, max_size=7), max_size=3), max_size=2)
)
def test_any_numbers_give_valid_rings_or_our_errors(polygons: list[list[object]]) -> None:
    from opsec.sites.ring_validation import to_shapely

    try:
        rings = validate_polygons(polygons, RingLocation("f", 1), HOME)
    except SitesError:
        return
    assert to_shapely(rings).is_valid and to_shapely(rings).area > 0
    assert all(ring[0] == ring[-1] for polygon in rings for ring in polygon)


@settings(max_examples=100, deadline=None)
@given(
    lat=st.floats(29.1, 36.0),
    lon=st.floats(38.6, 48.0),
    corners=st.integers(3, 30),
    size=st.floats(0.0005, 0.4),
    turn=st.sampled_from((lambda ring: ring, lambda ring: ring[::-1])),
)
def test_a_plain_fence_passes_and_its_swapped_copy_does_not(
    lat: float, lon: float, corners: int, size: float, turn: Callable[[list[list[float]]], list[list[float]]]
) -> None:
    angles = [radians(360 * k / corners) for k in range(corners)]
    ring = turn([[lon + size * cos(angle), lat + size * sin(angle)] for angle in angles])
    home = (28.0, 38.0, 37.6, 49.0)
    ((checked,),) = validate_polygons([[ring]], RingLocation("f", 1), home)
    assert [[p.lon, p.lat] for p in checked[:-1]] == ring
    if lon > 37.6 + size + 0.4:
        with pytest.raises(SitesError, match="swapped"):
            validate_polygons([[[position[::-1] for position in ring]]], RingLocation("f", 1), home)
