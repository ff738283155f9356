"""GeoJSON: every position once, longitude first, with its clip and match."""

import json
from dataclasses import replace
from typing import Any

from opsec.model import Fix, Hint, Point
from opsec.reports.geojson import render_geojson
from tests.reports.made import clean_clip, flagged_clip, made_scan


def features(*results: Any) -> list[dict[str, Any]]:
    collection = json.loads(render_geojson(replace(made_scan(), results=tuple(results))))
    assert collection["type"] == "FeatureCollection"
    made: list[dict[str, Any]] = collection["features"]
    return made


def test_longitude_comes_first() -> None:
    point, track = features(flagged_clip())
    assert point["geometry"] == {"type": "Point", "coordinates": [42.0049877, 31.0051235]}
    assert track["geometry"] == {"type": "LineString", "coordinates": [[42.005, 31.005], [42.0051, 31.0051]]}


def test_a_position_has_its_clip_and_its_match() -> None:
    properties = features(flagged_clip())[0]["properties"]
    assert properties == {
        "path": "inbox/2026-11-18/حفلة الليلة.mp4", "sha256": "3f" * 32, "action": "act_now", "hint": "h1",
        "kind": "position", "field": "moov/udta/©xyz", "accuracy_m": 8.0, "rule": "GPS-IN-FENCE",
        "site": "falcon-camp", "grade": "strong", "distance_m": 0.0,
    }  # fmt: skip


def test_an_unmatched_position_is_on_the_map_too() -> None:
    track = features(flagged_clip())[1]["properties"]
    assert (track["kind"], track["rule"], track["site"], track["grade"]) == ("track", None, None, None)


def test_text_has_no_position() -> None:
    assert features(clean_clip()) == []


def test_a_track_of_one_fix_is_a_point() -> None:
    base = clean_clip()
    lone = Hint(id="h1", kind="track", family="META", reader="x", field="gps0", fixes=(Fix(0.0, Point(1.0, 2.0)),))
    clip = replace(base.clip, hints=(lone,))
    assert features(replace(base, clip=clip))[0]["geometry"] == {"type": "Point", "coordinates": [2.0, 1.0]}
