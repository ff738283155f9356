"""JSON of an unknown format: its posts, texts and positions, and bounds on all of them."""

import json
import random
import string
from typing import Any

import pytest

from opsec.matching.names.matcher import NameMatcher
from opsec.matching.pair_order import exchange_order
from opsec.model import Point
from opsec.model.notes import ORDER_UNCLEAR
from opsec.readers.posts.exports import json_tokens, json_walk
from tests.fixtures.records import make_site
from tests.readers.posts.exports.made import codes, names, places, reading, texts

NAMES = NameMatcher([make_site()])


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"latitude": 33.9812, "longitude": 43.2511}, ("JSON", 33.9812, 43.2511)),
        ({"a": {"Latitude": "33.9812", "Longitude": "43.2511"}}, ("a.Latitude", 33.9812, 43.2511)),
        ({"a": [{"lat": 33.9812, "lng": 43.2511}]}, ("a", 33.9812, 43.2511)),
        ({"gpsLatitude": 33.9812, "gpsLongitude": 43.2511}, ("gpsLatitude", 33.9812, 43.2511)),
        ({"start_lat": 33.9812, "start_lon": 43.2511}, ("start_lat", 33.9812, 43.2511)),
        ({"latitudeE7": 339812000, "longitudeE7": 432511000}, ("latitudeE7", 33.9812, 43.2511)),
        ({"place": {"type": "Point", "coordinates": [43.2511, 33.9812]}}, ("place.coordinates", 33.9812, 43.2511)),
        (
            {"geometry": {"type": "Point", "coordinates": [43.2511, 33.9812, 41]}},
            ("geometry.coordinates", 33.9812, 43.2511),
        ),
        ({"latLng": "33.9812°, 43.2511°"}, ("latLng", 33.9812, 43.2511)),
        ({"coordinates": "33.9812,43.2511"}, ("coordinates", 33.9812, 43.2511)),
        ({"coords": [33.9812, 43.2511]}, ("coords", 33.9812, 43.2511)),
        ({"lng_lat": [43.2511, 33.9812]}, ("lng_lat", 33.9812, 43.2511)),
        ({"a": {"b": "geo:33.9812,43.2511"}}, ("a.b", 33.9812, 43.2511)),
        ({"map": "https://www.google.com/maps?q=33.9812,43.2511"}, ("map", 33.9812, 43.2511)),
        ({"position": {"coords": {"lat": 33.9812, "lon": 43.2511}}}, ("position.coords", 33.9812, 43.2511)),
    ],
)
def test_positions(content: Any, place: tuple[str, float, float]) -> None:
    found = reading(content)
    assert (found.status, codes(found)) == ("read", [])
    assert set(places(found.hints)) == {place}


@pytest.mark.parametrize(
    ("beside", "numbers"),
    [({"id_str": "7"}, [33.9812, 43.2511]), ({"coordinates": None}, [33.9812, 43.2511]), ({}, [43.2511, 33.9812])],
)
def test_the_order_of_the_key_geo(beside: dict[str, Any], numbers: list[float]) -> None:
    """Twitter writes the latitude first, GeoJSON the longitude."""
    content = {"geo": {"type": "Point", "coordinates": numbers}, **beside}
    assert [place[1:] for place in places(reading(content).hints)] == [(33.9812, 43.2511)]


@pytest.mark.parametrize(
    ("content", "points"),
    [
        ({"latitude": 33.98, "longitude": 43.25, "latRef": "S", "lonRef": "W"}, [(-33.98, -43.25)]),
        ({"lat": 33.98, "lon": 43.25, "lat_ref": "S"}, [(-33.98, 43.25)]),
        ({"GPSLatitude": 33.98, "GPSLatitudeRef": "South", "GPSLongitude": 43.25}, [(-33.98, 43.25)]),
        ({"EXIF:GPSLatitude": 33.98, "EXIF:GPSLongitude": 43.25, "EXIF:GPSLongitudeRef": "W"}, [(33.98, -43.25)]),
        ({"GPSLatitude": [33, 58, 48], "GPSLongitude": [43, 15, 0], "GPSLatitudeRef": "S"}, [(-33.98, 43.25)]),
        ({"lat": -33.98, "lon": 43.25, "latRef": "S"}, [(-33.98, 43.25)]),
        ({"lat": -33.98, "lon": 43.25, "latRef": "N"}, [(33.98, 43.25), (-33.98, 43.25)]),
        ({"lat": 33.98, "lon": 43.25, "latRef": "?"}, [(33.98, 43.25), (-33.98, 43.25)]),
        ({"lat": 33.98, "lon": 43.25, "ns": "a namespace"}, [(33.98, 43.25)]),
        ({"lat": "33.98 S", "lon": "W43.25"}, [(-33.98, -43.25)]),
        ({"lat": "33,98", "lon": "43,25"}, [(33.98, 43.25)]),
        ({"lat": "\u221233.98", "lon": "43.25"}, [(-33.98, 43.25)]),
        ({"GPSLatitude": "33 deg 58' 48.00\" S", "GPSLongitude": "43 deg 15' 0.00\" E"}, [(-33.98, 43.25)]),
        ({"lat": "33°58'48\"N", "lon": "43°15'00\"E"}, [(33.98, 43.25)]),
        ({"coords": "33.98 43.25"}, [(33.98, 43.25)]),
        ({"coords": "[33.98,43.25]"}, [(33.98, 43.25)]),
        ({"coords": "33.98S, 43.25E"}, [(-33.98, 43.25)]),
        ({"coords": [[33.98, 43.25], [34.98, 43.25]]}, [(33.98, 43.25), (34.98, 43.25)]),
        ({"center": [33.9812, 43.2511]}, [(33.9812, 43.2511)]),
        ({"coords": [133.9812, 43.2511]}, [(43.2511, 133.9812)]),  # by its range
        (
            {"type": "Polygon", "coordinates": [[[43.25, 33.98], [43.26, 33.98], [43.26, 33.99]]]},
            [(33.98, 43.25), (33.98, 43.26), (33.99, 43.26)],
        ),
    ],
)
def test_notations_and_hemispheres(content: Any, points: list[tuple[float, float]]) -> None:
    found = reading(content)
    assert [place[1:] for place in places(found.hints)] == points
    assert [hint.find_note("hemisphere_unclear") is not None for hint in found.hints if hint.point] == [
        len(points) > 1 and "coords" not in content and "type" not in content
    ] * len(points)


@pytest.mark.parametrize(
    ("content", "is_open"),
    [
        ({"coords": [43.2511, 33.9812]}, True),
        ({"location": {"coordinates": "43.2511, 33.9812"}}, True),
        ({"points": [{"gps": [[43.2511, 33.9812]]}]}, True),
        ({"latLng": [43.2511, 33.9812]}, False),
        ({"lng_lat": [33.9812, 43.2511]}, False),
        ({"coords": ["43.2511N", "33.9812E"]}, False),
        ({"coords": [133.9812, 43.2511]}, False),
        ({"place": {"type": "Point", "coordinates": [33.9812, 43.2511]}}, False),
        ({"lat": 43.2511, "lon": 33.9812}, False),
    ],
)
def test_matching_may_exchange_two_numbers_whose_order_nothing_states(content: Any, is_open: bool) -> None:
    (hint,) = (one for one in reading(content).hints if one.point)
    exchanged = exchange_order(hint)
    if is_open:
        assert exchanged is not None
        assert exchanged.point == Point(33.9812, 43.2511)
        assert exchanged.find_note(ORDER_UNCLEAR)
    else:
        assert exchanged is None


@pytest.mark.parametrize(
    "content",
    [{"coords": "34,02"}, {"lat": "33.98.1", "lon": "43"}, {"lat": 95.2, "lon": 43}, {"gps": [133.9812, 93.2511]}],
)
def test_coordinates_that_are_none_are_remarked(content: Any) -> None:
    found = reading(content)
    assert (places(found.hints), codes(found)) == ([], ["bad_place"])


@pytest.mark.parametrize("kind", ["LineString", "MultiLineString"])
def test_lines_of_geojson_are_tracks(kind: str) -> None:
    line = [[43.25, 33.98 + n / 1000] for n in range(100)]
    found = reading(
        {
            "type": "GeometryCollection",
            "geometries": [{"type": kind, "coordinates": line if kind == "LineString" else [line, line[:2]]}],
        }
    )
    assert (found.hints[0].kind, len(found.hints[0].fixes)) == ("track", 100)
    assert found.hints[0].fixes[-1].point.lat == pytest.approx(34.079)


@pytest.mark.parametrize("encoding", ["windows-1256", "utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
def test_encodings(encoding: str) -> None:
    found = reading(json.dumps({"note": "عند البوابة"}, ensure_ascii=False).encode(encoding))
    assert texts(found.hints) == [("note", "عند البوابة")]
    assert codes(found) == (["old_letters"] if encoding == "windows-1256" else [])


def test_damaged_bytes_are_reported() -> None:
    found = reading('{"note": "عند البوابة الشمالية '.encode() + b'\xff"}')
    assert (found.status, codes(found)) == ("partly", ["damaged_letters"])


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        [1, None, True, "x"],
        {"lat": "north", "lon": "east"},
        {"flat": 33.98, "flon": 43.25},
        {"coords": [1, 2, 3, 4]},
        {"coords": "n/a"},
        {"type": "collection", "features": []},
        {"window": {"center": [34.02, 43.27]}},
        {"point": [34.02, 43.27]},
        {"geo": [34, 43]},
        {"position": [120, 44]},
        {"position": "120 44"},
        {"location": [640.1234, 360.1234]},
        {"id": "5f0c1d2e-11aa-4c6b-9d01-aa00bb11cc22", "etag": "9b74c9897bac770ffc029102a200c5de"},
        {
            "photo": "https://x.example/5f/a.jpg?oe=6A2B11C0",
            "path": "3/2026/a.jpg",
            "date": "2026-11-16T08:30:00Z",
        },
        {"lang": "english", "type": "Image", "size": 7},
    ],
)
def test_files_without_text_and_positions(content: Any) -> None:
    found = reading(content)
    assert (found.status, found.post, found.posts, found.hints, found.reasons) == ("read", None, (), (), ())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"a": {"note": "night shift at the gate"}}, [("a.note", "night shift at the gate")]),
        (["at the gate", "at the gate"], [("JSON", "at the gate")]),
        ({"tags": ["Falcon", "#FalconCamp"]}, [("tags", "Falcon"), ("tags", "#FalconCamp")]),
        ({"الوصف": "عند البوابة"}, [("JSON", "الوصف"), ("الوصف", "عند البوابة")]),
        ({"Falcon Camp": [1, 2]}, [("JSON", "Falcon Camp")]),
        ({"a": {"b": {"c": [{"d": "at the gate"}]}}}, [("a.b.c.d", "at the gate")]),
        ({"x": "a\ud800b at the gate"}, [("x", "a\ufffdb at the gate")]),
    ],
)
def test_text_fields_are_read(content: Any, words: list[tuple[str, str]]) -> None:
    found = reading(content)
    assert (found.status, texts(found.hints)) == ("read", words)


def test_names_of_places() -> None:
    assert names(reading({"venue": "Falcon Camp", "trip": {"city": "Ramla"}}).hints) == [
        ("venue", "Falcon Camp"),
        ("trip.city", "Ramla"),
    ]


POST = {
    "text": "at the gate",
    "created_at": "2026-11-16T08:30:00Z",
    "user": {"screen_name": "salim"},
    "link": "https://x.example/7",
    "geo": {"lat": 33.9812, "lon": 43.2511},
    "alt_text": "a gate with a flag",
}


@pytest.mark.parametrize("content", [[POST], {"items": [POST]}, {"data": {"timeline": [7, POST, None]}}])
def test_an_array_of_posts(content: Any) -> None:
    (row,) = reading(content).posts
    assert (row.post.author, row.post.caption, row.post.posted_at, row.post.url) == (
        "salim",
        "at the gate",
        "2026-11-16T08:30:00Z",
        "https://x.example/7",
    )
    assert places(row.hints) == [("geo", 33.9812, 43.2511)]
    assert texts(row.hints) == [("alt_text", "a gate with a flag")]


def test_text_beside_the_posts_is_a_separate_post() -> None:
    found = reading({"profile": {"bio": "third platoon"}, "posts": [POST, POST]})
    assert [row.post.caption for row in found.posts] == ["at the gate", "at the gate", None]
    assert texts(found.posts[-1].hints) == [("profile.bio", "third platoon")]


def test_posts_with_a_position_and_a_time_are_not_a_track() -> None:
    content = [{"text": f"tea number {n}", "date": n, "lat": 33.98, "lon": 43.25} for n in range(3)]
    assert len(reading(content).posts) == 3


def test_a_media_name_in_a_post() -> None:
    rows = reading(
        [POST | {"file": "a.mp4"}, POST | {"file": "https://x.example/a.mp4"}, POST | {"file": "none"}]
    ).posts
    assert [row.media for row in rows] == ["a.mp4", None, None]


@pytest.mark.parametrize(
    "content",
    [
        {"participants": [{"name": "x"}], "messages": [], "title": "Third platoon"},
        {"Saved Media": [], "title": "Third platoon"},
    ],
)
def test_a_known_format_without_posts_is_read_as_text(content: Any) -> None:
    found = reading(content)
    hints = (*found.hints, *(hint for row in found.posts for hint in row.hints))
    assert texts(hints)[-1:] == [("title", "Third platoon")]


# ── links, paths and codes ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "content",
    [
        {"link": "https://x.example/falcon-camp/7"},
        {"link": "https://falcon-camp.example/"},
        {"link": "https://x.example/?q=falcon+camp&n=20"},
        {"link": "https://x.example/%D9%85%D8%B9%D8%B3%D9%83%D8%B1-%D8%A7%D9%84%D8%B5%D9%82%D8%B1/7"},
        {"file": "media/Falcon_Camp_20261116.jpg"},
        {"file": "D:\\clips\\FalconCamp.mp4"},
        {"file": "IMG-20261116-FalconCamp-WA0007.jpg"},
        {"status": "FalconCamp"},
        {"type": "falcon_camp"},
        {"tags": "gate,falcon-camp,flag"},
        {"a": [{"b": {"c": "(falconcamp)"}}]},
        {"venue": "https://x.example/places/falcon-camp"},
        {"state": {"code": "loc:falcon_camp"}},
        {"timeline": [POST | {"photo": "img/falcon-camp/7.jpg"}]},
        {"x": ["https://x.example/camp/7", "https://x.example/falcon/7", "https://x.example/falcon/camp"]},
    ],
)
def test_a_name_in_a_link_a_path_or_a_code_is_found(content: Any) -> None:
    found = reading(content)
    hints = [*found.hints, *(hint for row in found.posts for hint in row.hints)]
    matches = [one for hint in hints for one in NAMES.find(hint.text or "")]
    assert (found.status, len(matches)) == ("read", 1)


@pytest.mark.parametrize(
    "content",
    [
        {"mime_type": "image/jpeg", "content_type": "text/html;charset=utf-8"},
        {"id": "5f0c1d2e-11aa-4c6b-9d01-aa00bb11cc22", "sha": "9B74C9897BAC770FFC029102A200C5DE9B74C989"},
        {"n": "1794817800", "price": "12,500.75", "size": "1280x720", "at": "2026-11-16T08:30:00+03:00"},
        {"preview": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"},
        {"thumb": "https://x.example/9b74c9897bac/20261116_083000.jpg?oh=00_5f0c1d2e"},
        {"type": "message", "lang": "english", "version": "v2.1"},
    ],
)
def test_identifiers_and_media_types_are_no_words(content: Any) -> None:
    assert reading(content).hints == ()


def test_thousands_of_links_and_identifiers_become_few_texts() -> None:
    rng = random.Random(7)
    letters = string.ascii_letters + string.digits
    records = [
        {"n": str(n), "shortcode_": "".join(rng.choices(letters, k=11)), "src": f"https://cdn.example/photos/{n}.jpg"}
        for n in range(5_000)
    ]
    found = reading({"photos": records})
    assert (found.status, codes(found)) == ("read", [])
    assert len(found.hints) < 40


def test_links_that_differ_in_a_short_number_are_kept() -> None:
    (hint,) = reading([f"https://x.example/brigade-{n}/" for n in (53, 54)]).hints
    assert "brigade-53" in (hint.text or "")
    assert "brigade-54" in (hint.text or "")


def test_tokens_side_by_side_do_not_form_a_name() -> None:
    found = reading([{"file": "media/falcon"}, {"file": "camp/7.jpg"}])
    assert [one for hint in found.hints for one in NAMES.find(hint.text or "")] == []


def test_too_many_tokens_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_tokens, "MAX_TOKEN_LETTERS", 100)
    found = reading([f"clips/{word * 4}/a.jpg" for word in ("gate", "tower", "wall", "road", "flag")])
    assert (codes(found), dict(found.reasons[0].blanks)) == (["too_many"], {"limit": "3", "part": "texts"})
    assert "tower" in (found.hints[0].text or "")


def test_a_long_token_is_cut_and_reported() -> None:
    found = reading({"link": "https://x.example/" + "gate/" * 400})
    assert (found.status, codes(found)) == ("partly", ["too_long"])


# ── bounds ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("data", [b"[" * 10**5 + b"]" * 10**5, b'{"a":' * 10**5 + b"1" + b"}" * 10**5])
def test_deep_nesting_is_reported(data: bytes) -> None:
    found = reading(data)
    assert (found.status, codes(found)) == ("partly", ["too_deep"])


def test_text_before_deep_nesting_is_kept() -> None:
    found = reading(b'{"note": "at the gate", "a": ' + b"[" * 10**4 + b"]" * 10**4 + b', "b": "night shift"}')
    assert [text for _, text in texts(found.hints)] == ["at the gate", "night shift"]
    assert codes(found) == ["too_deep"]


def test_a_long_text_is_cut_and_reported() -> None:
    found = reading({"note": "at the gate " * 10**5})
    assert (found.status, codes(found), len(found.hints)) == ("partly", ["too_long"], 1)


def test_not_a_number() -> None:
    found = reading(b'{"lat": NaN, "lon": -Infinity, "note": "at the gate"}')
    assert (found.status, texts(found.hints), places(found.hints)) == ("read", [("note", "at the gate")], [])


def test_too_many_texts_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_walk, "MAX_TEXTS", 5)
    found = reading([f"words number {'abcdefgh'[n]}" for n in range(8)])
    assert (len(found.hints), codes(found)) == (5, ["too_many"])


def test_too_many_positions_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_walk, "MAX_PLACES", 3)
    found = reading([{"lat": 33.98, "lon": 43 + n / 10} for n in range(5)])
    assert (len(found.hints), codes(found)) == (3, ["too_many"])


def test_a_post_with_too_many_hints_is_reported() -> None:
    words = [f"note {'ab' * n} here" for n in range(150)]
    found = reading([POST | {"notes": words}])
    assert (len(found.posts[0].hints), codes(found)) == (100, ["too_many"])


def test_a_file_longer_than_one_value_is_read_member_by_member(monkeypatch: pytest.MonkeyPatch) -> None:
    padding = ["z" * 1000] * 1200
    found = reading({"a": {"note": "at the gate", "padding": padding}, "b": [{"note": "night shift"}]})
    assert [text for _, text in texts(found.hints)] == ["at the gate", "night shift"]
    assert found.status == "read"


@pytest.mark.parametrize(("cut", "words"), [(10, 0), (30, 1), (45, 2)])
def test_a_cut_file_keeps_what_is_before_the_cut(cut: int, words: int) -> None:
    data = json.dumps({"note": "at the gate", "b": {"c": "night shift", "d": [1, 2, 3]}}).encode()
    found = reading(data[:cut])
    assert found.status != "read"
    assert codes(found) == ["cut_off"]
    assert len(found.hints) == words


# ── data in addresses ─────────────────────────────────────────────────────────────────────────
IMAGE = "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ=="


@pytest.mark.parametrize(
    "content",
    [
        {"note": "at the gate", "preview": IMAGE},
        {"a": [{"b": {"c": IMAGE}}]},
        [POST | {"picture": IMAGE}],
        {"name": "Boys", "type": "private_group", "messages": [{"id": 1, "type": "message", "text": "x", "p": IMAGE}]},
    ],
    ids=["a flat record", "a nested value", "a post", "a chat"],
)
def test_an_embedded_image_is_reported(content: Any) -> None:
    found = reading(content)
    assert (found.status, codes(found)) == ("partly", ["parts_unread"])
    assert dict(found.reasons[0].blanks) == {"part": "embedded images", "count": "1"}


def test_embedded_images_of_many_posts_are_counted_once() -> None:
    found = reading([POST | {"picture": IMAGE}] * 7)
    assert [dict(why.blanks)["count"] for why in found.reasons] == ["7"]


@pytest.mark.parametrize("value", ["data:text/plain;base64,RmFsY29uIENhbXA=", "data:text/plain,Falcon%20Camp"])
def test_an_embedded_text_is_read(value: str) -> None:
    found = reading({"note": value})
    assert (found.status, texts(found.hints)) == ("read", [("note", "Falcon Camp")])


def test_a_word_after_data_is_read() -> None:
    assert "data:FalconCamp" in (reading({"note": "data:FalconCamp"}).hints[0].text or "")


def test_the_words_of_a_post_are_no_hints_of_their_own() -> None:
    (row,) = reading([POST | {"text": "meet at 34.5123, 43.2511", "title": "a flag"}]).posts
    assert places(row.hints) == [("geo", 33.9812, 43.2511)]
    assert texts(row.hints) == [("alt_text", "a gate with a flag"), ("title", "a flag")]
