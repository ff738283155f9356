"""Instagram and Facebook: every structure with a media file, positions beside it, and doubly encoded text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.readers.posts.exports.json_values import fix_mojibake
from tests.readers.posts.exports.made import names, places, reading, texts

EXIF = {"photo_metadata": {"exif_data": [{"device_id": "x"}, {"latitude": 33.9812, "longitude": 43.2511}]}}
MEDIUM: dict[str, Any] = {"uri": "media/posts/202611/gate.jpg", "creation_timestamp": 1794817800, "title": ""}


def _twice(text: str) -> str:
    """Each byte of UTF-8 as if it were a letter."""
    return text.encode().decode("latin-1")


SHAPES: list[tuple[str, Any]] = [
    ("Instagram posts", [{"media": [MEDIUM], "title": _twice("عند البوابة"), "creation_timestamp": 1794817800}]),
    ("Instagram, one medium", [{"media": [MEDIUM | {"title": _twice("عند البوابة")}]}]),
    ("Instagram stories", {"ig_stories": [MEDIUM | {"title": _twice("عند البوابة")}]}),
    (
        "Facebook posts",
        [
            {
                "timestamp": 1794817800,
                "data": [{"post": _twice("عند البوابة")}],
                "attachments": [{"data": [{"media": MEDIUM}]}],
            }
        ],
    ),
    ("Facebook videos", {"videos_v2": [MEDIUM | {"description": _twice("عند البوابة")}]}),
    ("an album", {"name": "x", "photos": [MEDIUM | {"description": _twice("عند البوابة")}], "cover_photo": {}}),
    (
        "a chat",
        {"participants": [{"name": "x"}], "messages": [{"timestamp_ms": 1794817800123, "content": _twice("عند البوابة"),
                                                        "photos": [MEDIUM]}]},
    ),
    (
        "older Instagram",
        {"photos": [{"path": MEDIUM["uri"], "caption": "عند البوابة", "taken_at": "2026-11-16T08:30:00Z"}]},
    ),
]  # fmt: skip


@pytest.mark.parametrize("content", [row[1] for row in SHAPES], ids=[row[0] for row in SHAPES])
def test_every_export_shape_is_read(content: Any) -> None:
    found = reading(content)
    (row,) = found.posts
    assert (row.media, row.post.caption) == ("media/posts/202611/gate.jpg", "عند البوابة")
    assert (row.post.posted_at, row.post.source, found.status) == ("2026-11-16T08:30:00Z", "Meta export", "read")


def test_camera_positions_are_read() -> None:
    (row,) = reading([{"media": [MEDIUM | {"media_metadata": EXIF}], "title": "x"}]).posts
    field = "posts.json:media.media_metadata.photo_metadata.exif_data[1]"
    assert places(row.hints) == [(field, 33.9812, 43.2511)]


def test_a_check_in() -> None:
    place = {
        "name": _twice("معسكر الصقر"),
        "coordinate": {"latitude": 33.98, "longitude": 43.25},
        "address": "Ring Road 4",
        "url": "https://x.example",
    }
    record = {
        "timestamp": 1794817800,
        "title": "Salim was at Falcon Camp.",
        "data": [{"post": "here"}],
        "attachments": [{"data": [{"place": place}]}],
    }
    (row,) = reading([record]).posts
    assert (row.media, row.post.caption) == (None, "here")
    assert names(row.hints) == [("posts.json:place.name", "معسكر الصقر"), ("posts.json:place.address", "Ring Road 4")]
    assert places(row.hints) == [("posts.json:place.coordinate", 33.98, 43.25)]
    (row,) = reading([record | {"attachments": [{"data": [{"place": place}, {"media": MEDIUM}]}]}]).posts
    assert texts(row.hints) == [("title", "Salim was at Falcon Camp.")]


def test_every_media_file_of_a_post_has_its_text_and_its_own_position() -> None:
    media = [MEDIUM | {"uri": f"media/{n}.jpg"} for n in range(3)]
    media[1]["media_metadata"] = EXIF
    rows = reading([{"media": media, "title": "at the gate"}]).posts
    assert [(row.media, row.post.caption, len(places(row.hints))) for row in rows] == [
        ("media/0.jpg", "at the gate", 0),
        ("media/1.jpg", "at the gate", 1),
        ("media/2.jpg", "at the gate", 0),
    ]


@pytest.mark.parametrize(
    "content",
    [
        [{"uri": "https://x.example/a.jpg", "creation_timestamp": 1}],
        [{"uri": "a.jpg"}],
        {"media": 7},
        [[MEDIUM | {"uri": "7.jpg"}]],
        {"name": "x", "files": ["a", "b"], "version": 1},
        [],
        {},
        [1, "x", None],
    ],
)
def test_other_json_is_not_an_export(content: Any) -> None:
    found = reading(content)
    assert (found.status, found.post, found.posts, found.hints) == ("read", None, (), ())


@given(st.text())
def test_doubly_encoded_text_is_repaired(text: str) -> None:
    whole = text.encode("utf-8", "replace").decode()
    assert fix_mojibake(_twice(whole)) == whole


@pytest.mark.parametrize("text", ["café", "Straße 7", "عند البوابة", "Ù", "naïve Ã", "x\u0085y", "gate", "Ù…"])
def test_intended_letters_are_unchanged(text: str) -> None:
    assert fix_mojibake(text) == text
