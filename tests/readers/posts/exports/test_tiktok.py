"""TikTok: the account's own data, and the record of one post as download programs store it."""

from typing import Any

import pytest

from opsec.model import Post
from opsec.model.notes import note_text
from tests.readers.posts.exports.made import codes, names, places, reading, texts

VIDEO = {
    "Date": "2026-11-16 08:30:00",
    "Link": "https://www.tiktok.example/@salim/video/7",
    "Likes": "1204",
    "WhoCanView": "Everyone",
    "Location": "Falcon Camp",
    "Title": "at the gate",
}
WATCHED = {"Date": "2026-11-15 20:00:00", "Link": "https://www.tiktok.example/@other/video/8"}


@pytest.mark.parametrize(
    "data",
    [
        {"Post": {"Posts": {"VideoList": [VIDEO]}}},
        {"Video": {"Videos": {"VideoList": [VIDEO]}}},
        {"Activity": {"Video": {"Videos": {"VideoList": [VIDEO]}}}, "Profile": {}},
        {"Your Activity": {"Watch History": {"VideoList": [WATCHED]}}, "Post": {"Posts": {"VideoList": [VIDEO]}}},
    ],
)
def test_own_posts(data: dict[str, Any]) -> None:
    found = reading(data | {"Profile And Settings": {"Profile Info": {"ProfileMap": {"userName": "salim"}}}})
    (row,) = found.posts
    assert row.post == Post(
        author="salim",
        caption="at the gate",
        posted_at="2026-11-16T08:30:00",
        url="https://www.tiktok.example/@salim/video/7",
        source="TikTok export",
        likes=1204,
    )
    assert names(row.hints) == [("user_data.json:Location", "Falcon Camp")]
    assert (found.status, row.media) == ("read", None)


@pytest.mark.parametrize("empty", [{}, {"Location": ""}, {"Location": "N/A", "Title": None}, {"Location": 7}])
def test_a_post_with_few_fields(empty: dict[str, Any]) -> None:
    found = reading({"Post": {"Posts": {"VideoList": [WATCHED | empty, 7, None, []]}}})
    assert [(row.post.url, row.hints) for row in found.posts] == [(WATCHED["Link"], ())]


def test_watched_videos_are_not_posts() -> None:
    data = {"Your Activity": {"Watch History": {"VideoList": [WATCHED]}}, "Profile": {"x": {}}}
    assert (reading(data).status, reading(data).posts) == ("read", ())


ITEM: dict[str, Any] = {
    "id": "7001",
    "desc": "عند البوابة #falcon",
    "createTime": "1794817800",
    "author": {"uniqueId": "salim", "nickname": "S"},
    "stats": {"playCount": 9000, "diggCount": 120, "shareCount": 7},
    "poi": {"id": "1", "name": "Falcon Camp", "address": "Ring Road 4", "city": ""},
    "contentLocation": {"address": {"addressLocality": "Ramla", "streetAddress": "Gate Street"}},
    "locationCreated": "IQ",
    "stickersOnItem": [{"stickerText": ["النوبة الأولى", ""], "stickerType": 4}, {"stickerText": None}, 7],
    "comments": [{"text": "location 33.98123, 43.25112", "user": {"uniqueId": "other"}}],
}


@pytest.mark.parametrize(
    "wrapped",
    [
        ITEM,
        {"itemStruct": ITEM},
        {"itemInfo": {"itemStruct": ITEM}},
        ITEM | {"category": "tiktok", "subcategory": "post"},
    ],
)
def test_one_post(wrapped: dict[str, Any]) -> None:
    found = reading(wrapped)
    assert found.post == Post(
        author="salim",
        caption="عند البوابة #falcon",
        posted_at="2026-11-16T08:30:00Z",
        url="https://www.tiktok.com/@salim/video/7001",
        source="tiktok",
        views=9000,
        likes=120,
        shares=7,
    )
    assert names(found.hints) == [
        ("poi.name", "Falcon Camp"),
        ("poi.address", "Ring Road 4"),
        ("contentLocation.address.streetAddress", "Gate Street"),
        ("contentLocation.address.addressLocality", "Ramla"),
        ("locationCreated", "IQ"),
    ]
    assert texts(found.hints) == [("sticker", "النوبة الأولى"), ("comment", "location 33.98123, 43.25112")]
    assert places(found.hints) == [("comment", 33.98123, 43.25112)]
    assert {note_text(hint.notes) for hint in found.hints if hint.field == "comment"} == {"other"}
    assert (found.status, found.posts, found.checks) == ("read", (), {"sidecar": "ran"})


def test_instagram_through_gallery_dl() -> None:
    facts = {
        "category": "instagram",
        "subcategory": "posts",
        "username": "salim",
        "description": "at the gate",
        "date": "2026-11-16 08:30:00",
        "post_url": "https://www.instagram.example/p/x/",
        "likes": 12,
        "location_id": 5,
        "location_slug": "falcon-camp",
        "location": {"name": "Falcon Camp", "lat": 33.9812, "lng": 43.2511},
    }
    found = reading(facts)
    assert found.post == Post(
        author="salim",
        caption="at the gate",
        posted_at="2026-11-16T08:30:00",
        url="https://www.instagram.example/p/x/",
        source="instagram",
        likes=12,
    )
    assert names(found.hints) == [("location.name", "Falcon Camp"), ("location_slug", "falcon-camp")]
    assert places(found.hints) == [("location", 33.9812, 43.2511)]


def test_a_truncated_record_keeps_its_outer_fields() -> None:
    found = reading(b'{"category": "tiktok", "subcategory": "post", "desc": "at the gate", "author": {"uniqueId": "sal')
    assert found.post is not None
    assert (found.post.caption, found.status, codes(found)) == ("at the gate", "partly", ["cut_off"])


def test_a_record_of_yt_dlp_under_a_shorter_name() -> None:
    found = reading({"extractor": "TikTok", "webpage_url": "https://x.example/7", "description": "x", "view_count": 5})
    assert found.post == Post(caption="x", url="https://x.example/7", source="yt-dlp", views=5)


def test_coordinates_written_as_text_are_read() -> None:
    post = {"category": "tiktok", "subcategory": "post", "desc": "x"}
    address = {"address_info": {"lat": "33.980", "lng": " 43.250"}}
    assert places(reading(post | {"poi": address}).hints) == [("poi.address_info", 33.98, 43.25)]
    assert places(reading(post | {"poi": {"lat": "33", "lng": "43"}}).hints) == [("poi", 33.0, 43.0)]


def test_the_flat_location_fields_of_instagram_are_a_position() -> None:
    post = {
        "category": "instagram", "subcategory": "post", "description": "x", "location_id": "71",
        "location_slug": "gate-n",
        "location_url": "https://www.instagram.example/explore/locations/71/", "location_short_name": "Falcon Camp",
        "location_address": "Camp Road", "location_lat": 33.98, "location_lng": 43.25,
    }  # fmt: skip
    found = reading(post)
    assert names(found.hints) == [
        ("location_slug", "gate-n"), ("location_short_name", "Falcon Camp"), ("location_address", "Camp Road"),
    ]  # fmt: skip
    assert places(found.hints) == [("location_lat", 33.98, 43.25)]
