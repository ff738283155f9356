"""Members of a known export that its format does not read are searched all the same, and nothing is yielded twice."""

from typing import Any

import pytest

from tests.readers.posts.exports.made import codes, reading

MESSAGE = {"id": 1, "type": "message", "date": "2026-11-16T08:30:00", "from": "Ali", "text": "at the gate"}
MEMORY = {"Date": "2026-11-02 15:12:09 UTC", "Media Type": "Image", "Location": "Latitude, Longitude: 33.1, 44.2"}
VIDEO = {"Date": "2026-11-16 08:30:00", "Link": "https://www.tiktok.example/@a/video/7", "Title": "at the gate"}
CHAT = {"name": "Boys", "type": "private_group", "messages": [MESSAGE]}


def _texts(data: Any) -> list[str]:
    found = reading(data)
    rows = [text for row in found.posts for text in (row.post.caption, *(hint.text for hint in row.hints)) if text]
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
        ({"Post": {"Posts": {"VideoList": [VIDEO]}}, "Profile": {"Bio": {"Text": "Falcon Camp"}}}, "Falcon Camp"),
    ],
)
def test_words_outside_the_posts_are_read(data: dict[str, Any], words: str) -> None:
    assert sum(words in text for text in _texts(data)) == 1


@pytest.mark.parametrize(
    "data",
    [{"chats": {"list": [CHAT]}}, CHAT, {"Post": {"Posts": {"VideoList": [VIDEO]}}, "Profile": {}}],
    ids=["account", "chat", "videos"],
)
def test_no_text_is_yielded_twice(data: dict[str, Any]) -> None:
    assert _texts(data).count("at the gate") == 1


def test_what_an_account_searched_for_is_no_post() -> None:
    searched = {"Activity": {"Search History": {"SearchList": [{"SearchTerm": "Falcon Camp"}]}}}
    assert not any("Falcon" in text for text in _texts({"Post": {"Posts": {"VideoList": [VIDEO]}}, **searched}))
