"""instaloader: Instagram's own node."""

from typing import Any

import pytest

from opsec.model import Post
from tests.readers.posts.exports.made import names, places, reading, texts

NODE: dict[str, Any] = {
    "__typename": "GraphImage",
    "id": "3200000000000000001",
    "shortcode": "Cabc123",
    "display_url": "https://x.example/a/b.jpg",
    "taken_at_timestamp": 1794817800,
    "owner": {"id": "1", "username": "salim"},
    "edge_media_to_caption": {"edges": [{"node": {"text": "at the gate"}}]},
    "edge_media_preview_like": {"count": 12},
    "location": {"id": "5", "name": "Falcon Camp", "lat": 33.981204, "lng": 43.251107, "slug": "falcon-camp"},
    "edge_media_to_tagged_user": {"edges": [{"node": {"user": {"full_name": "Salim Haddad"}}}]},
    "accessibility_caption": "A gate with a flag",
}
ABOUT = {"version": "4.14", "node_type": "Post"}


def test_a_post() -> None:
    found = reading({"node": NODE, "instaloader": ABOUT})
    assert found.post == Post(
        author="salim",
        caption="at the gate",
        posted_at="2026-11-16T08:30:00Z",
        url="https://www.instagram.com/p/Cabc123/",
        source="instaloader",
        likes=12,
    )
    assert names(found.hints) == [("location.name", "Falcon Camp")]
    assert places(found.hints) == [("location", 33.981204, 43.251107)]
    assert texts(found.hints) == [("accessibility_caption", "A gate with a flag")]
    assert "Haddad" not in str(found)


@pytest.mark.parametrize(
    ("node", "caption"),
    [
        ({"caption": "at the gate"}, "at the gate"),
        ({"caption": {"text": "at the gate"}}, "at the gate"),
        ({"iphone_struct": {"caption": {"text": "at the gate"}}}, "at the gate"),
        ({"biography": "third platoon", "username": "salim"}, "third platoon"),
        ({"edge_media_to_caption": {"edges": []}}, None),
        ({}, None),
    ],
)
def test_captions_of_other_nodes(node: dict[str, Any], caption: str | None) -> None:
    post = reading({"node": node, "instaloader": ABOUT}).post
    assert post is not None
    assert post.caption == caption


def test_the_phone_position_and_the_comments() -> None:
    node = {
        "iphone_struct": {"location": {"lat": 33.981204, "lng": 43.251107, "name": "Falcon Camp"}},
        "edge_media_to_comment": {"edges": [{"node": {"text": "nice gate", "owner": {"username": "other"}}}]},
    }
    found = reading({"node": node, "instaloader": ABOUT})
    assert set(places(found.hints)) >= {("location", 33.981204, 43.251107)}
    assert names(found.hints)[0] == ("location.name", "Falcon Camp")
    assert ("comment", "nice gate") in texts(found.hints)
