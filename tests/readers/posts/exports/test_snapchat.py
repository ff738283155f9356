"""Snapchat's own data: memories with a place, and chats."""

import pytest

from opsec.model import Post
from tests.readers.posts.exports.made import codes, places, reading, texts


def _memories(**facts: str) -> dict[str, object]:
    memory = {
        "Date": "2026-11-16 08:30:00 UTC",
        "Media Type": "Image",
        "Location": "N/A",
        "Download Link": "https://x.example",
    }
    return {"Saved Media": [memory | facts]}


@pytest.mark.parametrize(
    "written", ["Latitude, Longitude: 33.981204, 43.251107", "latitude,longitude:33.981204,43.251107"]
)
def test_a_memory_with_a_position(written: str) -> None:
    (row,) = reading(_memories(Location=written)).posts
    assert row.post == Post(recorded_at="2026-11-16T08:30:00Z", source="Snapchat")
    assert places(row.hints) == [("Snapchat.Location", 33.981204, 43.251107)]
    assert row.media == "memories/2026-11-16_*-main.jpg"


@pytest.mark.parametrize(
    "written", ["Latitude, Longitude: 0.0, 0.0", "Latitude, Longitude: 0, 0", "N/A", "", "Unknown"]
)
def test_a_memory_without_a_position(written: str) -> None:
    found = reading(_memories(Location=written))
    assert ([row.hints for row in found.posts], found.status, codes(found)) == ([()], "read", [])


def test_a_memory_with_impossible_coordinates_is_reported() -> None:
    assert codes(reading(_memories(Location="Latitude, Longitude: 91.5, 43.25"))) == ["bad_place"]


def test_a_video_and_a_memory_without_a_date() -> None:
    assert reading(_memories(**{"Media Type": "Video"})).posts[0].media == "memories/2026-11-16_*-main.mp4"
    assert reading(_memories(Date="")).posts[0].media is None


@pytest.mark.parametrize("key", ["Content", "Text"])
@pytest.mark.parametrize("name", ["a_friend", "Received Saved Chat History"])
def test_a_chat(key: str, name: str) -> None:
    message = {
        "From": "salim",
        "Media Type": "TEXT",
        "Created": "2026-11-16 08:30:00 UTC",
        key: "at the gate",
        "Conversation Title": "Third platoon",
    }
    silent = {"From": "salim", "Media Type": "MEDIA", "Created": "2026-11-16 08:31:00 UTC", key: None}
    (row,) = reading({name: [message, silent]}).posts
    assert row.post == Post(author="salim", caption="at the gate", posted_at="2026-11-16T08:30:00Z", source="Snapchat")
    assert texts(row.hints) == [("chat", "Third platoon"), ("chat", name)]
