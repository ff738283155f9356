"""Members of a known export that its format does not read are searched all the same, and nothing is yielded twice."""

from typing import Any

import pytest

from tests.readers.posts.exports.made import codes, reading

MESSAGE = {"id": 1, "type": "message", "date": "2026-11-16T08:30:00", "from": "Ali", "text": "at the gate"}
MEMORY = {"Date": "2026-11-02 15:12:09 UTC", "Media Type": "Image", "Location": "Latitude, Longitude: 33.1, 44.2"}
VIDEO = {"Date": "2026-11-16 08:30:00", "Link": "https://www.tiktok.example/@a/video/7", "Title": "at the gate"}
CHAT = {"name": "Boys", "type": "private_group", "messages": [MESSAGE]}


MEDIUM: dict[str, Any] = {"uri": "media/posts/202611/7.jpg", "creation_timestamp": 1794817800, "title": "at the gate"}
META_CHAT: dict[str, Any] = {
    "participants": [{"name": "Ali"}],
    "messages": [{"sender_name": "Ali", "timestamp_ms": 1794817800123, "content": "at the gate"}],
    "title": "Boys",
}
BIO = {"string_map_data": {"Bio": {"href": "", "value": "Falcon Camp", "timestamp": 0}}}


def _twice(text: str) -> str:
    """Each byte of UTF-8 as if it were a letter, as Meta writes it."""
    return text.encode().decode("latin-1")


def _texts(data: Any) -> list[str]:
    found = reading(data)
    rows = [text for row in found.posts for text in (row.post.caption, *(hint.text for hint in row.hints)) if text]
    rows += [hint.text for hint in found.hints if hint.text]
    assert (found.status, codes(found)) == ("read", [])
    return [text for text in rows if any(map(str.isalpha, text))]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"personal_information": {"bio": "Falcon Camp, north tower"}, "chats": {"list": [CHAT]}}, "Falcon Camp"),
        ({"chats": {"list": [CHAT]}, "contacts": {"list": [{"first_name": "Falcon Camp guard"}]}}, "Falcon Camp"),
        ({**CHAT, "description": "معسكر الصقر"}, "معسكر الصقر"),
        ({"Saved Media": [MEMORY], "Bio": "Falcon Camp"}, "Falcon Camp"),
        ({"Saved Media": [MEMORY], "Groups": [{"Name": "Falcon Camp boys"}]}, "Falcon Camp"),
        ([{"media": [MEDIUM], "comments": [{"comment": "Falcon Camp"}]}], "Falcon Camp"),
        ({"profile_user": [{"media_map_data": {"Photo": MEDIUM}, **BIO}]}, "Falcon Camp"),
        ({"profile_user": [{"title": "", **BIO}]}, "Falcon Camp"),
        ({**META_CHAT, "title": "Falcon Camp boys"}, "Falcon Camp"),
        ({**META_CHAT, "participants": [{"name": "Falcon Camp guard"}]}, "Falcon Camp"),
        (
            {**META_CHAT, "messages": [*META_CHAT["messages"], {"share": {"link": "https://x.example/falcon-camp/"}}]},
            "falcon-camp",
        ),
        ({**META_CHAT, "messages": [*META_CHAT["messages"], {"share": {"share_text": "Falcon Camp"}}]}, "Falcon Camp"),
        ({"ig_stories": [MEDIUM | {"story_location": {"label": "Falcon Camp"}}]}, "Falcon Camp"),
        ({"ig_archived_post_media": [{"media": [MEDIUM], "note": _twice("معسكر الصقر")}]}, "معسكر الصقر"),
        ({"saved_saved_media": [{"title": "ali", **BIO}]}, "Falcon Camp"),
        (
            {
                "comments_v2": [
                    {
                        "timestamp": 1794817800,
                        "title": "Ali commented on a photo",
                        "data": [{"comment": {"comment": _twice("معسكر الصقر"), "author": "Ali"}}],
                    }
                ]
            },
            "معسكر الصقر",
        ),
        ({"Post": {"Posts": {"VideoList": [VIDEO]}}, "Profile": {"Bio": {"Text": "Falcon Camp"}}}, "Falcon Camp"),
    ],
)
def test_words_outside_the_posts_are_read(data: dict[str, Any], words: str) -> None:
    assert sum(words in text for text in _texts(data)) == 1


@pytest.mark.parametrize(
    "data",
    [
        {"chats": {"list": [CHAT]}},
        CHAT,
        {"Post": {"Posts": {"VideoList": [VIDEO]}}, "Profile": {}},
        META_CHAT,
        [{"media": [MEDIUM], "title": "at the gate"}],
        {"ig_stories": [MEDIUM]},
    ],
    ids=["account", "chat", "videos", "Meta chat", "Meta posts", "Meta stories"],
)
def test_no_text_is_yielded_twice(data: dict[str, Any]) -> None:
    assert _texts(data).count("at the gate") == 1


def test_what_an_account_searched_for_is_no_post() -> None:
    searched = {"Activity": {"Search History": {"SearchList": [{"SearchTerm": "Falcon Camp"}]}}}
    assert not any("Falcon" in text for text in _texts({"Post": {"Posts": {"VideoList": [VIDEO]}}, **searched}))


def test_a_position_of_a_medium_is_yielded_once_and_one_beside_it_is_read() -> None:
    exif = {"photo_metadata": {"exif_data": [{"latitude": 33.9812, "longitude": 43.2511}]}}
    beside = {"attached": {"coordinates": {"latitude": 34.5, "longitude": 43.5}}}
    (row,) = reading([{"media": [MEDIUM | {"media_metadata": exif}], **beside}]).posts
    assert [(hint.point.lat, hint.point.lon) for hint in row.hints if hint.point] == [(33.9812, 43.2511), (34.5, 43.5)]
