"""``result.json``: which messages are posts, and what is read from each."""

import json
from typing import Any

import pytest

from opsec.model import ListedPost, Post
from tests.readers.posts.exports.made import codes, names, places, reading, texts

BASE: dict[str, Any] = {"id": 7, "type": "message", "date": "2026-11-16T11:30:00", "date_unixtime": "1794817800"}


def _chat(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"name": "أخبار المعسكر", "type": "public_channel", "id": 1, "messages": list(messages)}


def _posts(*messages: dict[str, Any]) -> tuple[ListedPost, ...]:
    found = reading(_chat(*messages))
    assert (found.status, found.checks, codes(found)) == ("read", {"sidecar": "ran"}, [])
    return found.posts


def test_a_video_with_text_and_a_position() -> None:
    message = BASE | {
        "from": "Salim",
        "file": "video_files/gate.mp4",
        "media_type": "video_file",
        "mime_type": "video/mp4",
        "text": ["at ", {"type": "bold", "text": "the gate"}, "\n#falcon"],
        "place_name": "Falcon Camp",
        "address": "Ring Road 4",
        "location_information": {"latitude": 33.9812, "longitude": 43.2511},
        "reactions": [{"type": "emoji", "count": 3, "emoji": "x"}, {"type": "emoji", "count": 4}],
    }
    (row,) = _posts(message)
    assert row.media == "video_files/gate.mp4"
    assert row.post == Post(
        author="Salim", caption="at the gate\n#falcon", posted_at="2026-11-16T08:30:00Z", source="Telegram", likes=7
    )
    assert names(row.hints) == [("result.json:place_name", "Falcon Camp"), ("result.json:address", "Ring Road 4")]
    assert places(row.hints) == [("result.json:location_information", 33.9812, 43.2511)]
    assert [hint.family for hint in row.hints] == ["TEXT", "TEXT", "TEXT", "META"]
    assert texts(row.hints) == [("chat", "أخبار المعسكر")]


@pytest.mark.parametrize(
    ("part", "media"),
    [
        ({"photo": "photos/a.jpg"}, "photos/a.jpg"),
        ({"file": "files/a.mov", "mime_type": "video/quicktime"}, "files/a.mov"),
        ({"photo": "(File not included. Change data exporting settings to download.)"}, "(File not included"),
        ({"text": "words", "file": "files/a.pdf", "mime_type": "application/pdf"}, None),
        ({"text": "words", "file": "v.ogg", "media_type": "voice_message"}, None),
        ({"text": "words", "file": 7, "photo": ["x"]}, None),
    ],
)
def test_media(part: dict[str, Any], media: str | None) -> None:
    (row,) = _posts(BASE | part)
    assert (row.media or "").startswith(media or "")
    assert (row.media is None) == (media is None)


@pytest.mark.parametrize(
    "part",
    [
        {"type": "service", "action": "pin_message", "text": ""},
        {"type": "service", "action": "invite_members", "members": ["Omar"]},
        {"text": ""},
        {"text": [], "file": "s.webp", "media_type": "sticker"},
        {"text": {"a": 1}},
        {"text": [1, None, [2]], "location_information": "33.98, 43.25"},
    ],
)
def test_empty_messages_are_not_posts(part: dict[str, Any]) -> None:
    assert _posts(BASE | {"text": "one"}, BASE | part, BASE | {"text": "two"})[1].post.caption == "two"


def test_all_chats_of_an_account() -> None:
    everything = {
        "about": "x",
        "personal_information": {"first_name": "x"},
        "chats": {
            "about": "y",
            "list": [_chat(BASE | {"text": "one"}), {"name": "empty"}, _chat(BASE | {"text": "two"})],
        },
        "left_chats": {"list": [_chat(BASE | {"text": "three"})]},
    }
    *chats, others = reading(everything).posts
    assert [row.post.caption for row in chats] == ["one", "two", "three"]
    assert texts(others.hints) == [("chats.list.name", "empty")]


def test_a_link_behind_text_is_kept_and_searched() -> None:
    text = ["the ", {"type": "text_link", "text": "place", "href": "https://maps.example/?q=33.98123,43.25112"}]
    (row,) = _posts(BASE | {"text": text})
    assert texts(row.hints)[1:] == [("link", "https://maps.example/?q=33.98123,43.25112")]
    assert places(row.hints) == [("link", 33.98123, 43.25112)]


def test_zero_coordinates_are_not_a_position_and_are_reported() -> None:
    nowhere = {"latitude": 0.0, "longitude": 0.0}
    found = reading(_chat(BASE | {"text": "x", "location_information": nowhere}))
    assert (found.status, codes(found), places(found.posts[0].hints)) == ("read", ["bad_place"], [])


def test_messages_before_the_cut_are_kept() -> None:
    whole = json.dumps(_chat(*(BASE | {"text": f"word {n}"} for n in range(20)))).encode()
    for end in range(150, len(whole) - 1, 97):
        found = reading(whole[:end])
        assert (found.status, codes(found)) in (("partly", ["cut_off"]), ("unread", ["cut_off"]))
        assert [row.post.caption for row in found.posts] == [f"word {n}" for n in range(len(found.posts))]
    assert len(reading(whole[:-30]).posts) >= 18


def test_a_too_deeply_nested_message_hides_no_other() -> None:
    bottom = b'{"type":"message","text":' + b"[" * 5_000 + b"]" * 5_000 + b"},"
    whole = json.dumps(_chat(BASE | {"text": "one"}, BASE | {"text": "two"})).encode()
    found = reading(whole.replace(b'"messages": [', b'"messages": [' + bottom))
    assert [row.post.caption for row in found.posts] == ["one", "two"]
    assert (found.status, codes(found)) == ("partly", ["bad_records"])


# ── the chat around a message ─────────────────────────────────────────────────────────────────
def test_the_name_of_the_chat_goes_to_media_and_to_the_first_message() -> None:
    rows = _posts(BASE | {"text": "a"}, BASE | {"text": "b"}, BASE | {"photo": "photos/a.jpg"})
    assert [texts(row.hints) for row in rows] == [[("chat", "أخبار المعسكر")], [], [("chat", "أخبار المعسكر")]]


def test_each_chat_of_an_account_has_its_own_name() -> None:
    chats = [{"name": name, "messages": [BASE | {"photo": "photos/a.jpg"}]} for name in ("one", "two")]
    found = reading({"chats": {"list": [*chats, {"messages": [BASE | {"photo": "photos/b.jpg"}]}]}})
    assert [texts(row.hints) for row in found.posts] == [[("chat", "one")], [("chat", "two")], []]


def test_a_message_belongs_to_the_topic_that_it_replies_to() -> None:
    topic = {"id": 2, "type": "service", "action": "topic_created", "title": "night shift"}
    renamed = {"id": 5, "type": "service", "action": "topic_edit", "new_title": "day shift", "reply_to_message_id": 2}
    rows = _posts(
        topic,
        BASE | {"id": 3, "photo": "photos/a.jpg", "reply_to_message_id": 2},
        BASE | {"id": 4, "photo": "photos/b.jpg", "reply_to_message_id": 3},
        renamed,
        BASE | {"id": 6, "photo": "photos/c.jpg", "reply_to_message_id": 2},
        BASE | {"id": 7, "photo": "photos/d.jpg", "reply_to_message_id": 99},
    )
    assert [row.post.caption for row in rows if not row.media] == ["night shift", "day shift"]
    topics = [[text for _field, text in texts(row.hints)[1:]] for row in rows if row.media]
    assert topics == [["night shift"], ["night shift"], ["day shift"], []]


def test_a_new_group_name_applies_to_later_messages() -> None:
    renamed = {"id": 2, "type": "service", "action": "edit_group_title", "title": "eastern gate"}
    rows = _posts(BASE | {"photo": "photos/a.jpg"}, renamed, BASE | {"photo": "photos/b.jpg"})
    assert [(row.post.caption, len(row.hints)) for row in rows] == [(None, 1), ("eastern gate", 0), (None, 2)]
    assert texts(rows[2].hints)[1] == ("chat", "eastern gate")


def test_each_name_of_a_chat_is_a_post_once_also_after_the_last_message() -> None:
    title = {"id": 2, "type": "service", "action": "edit_group_title", "title": "eastern gate", "actor": "Ali"}
    rows = _posts(BASE | {"text": "a"}, title, title, {**title, "title": "Falcon Camp"})
    assert [row.post.caption for row in rows] == ["a", "eastern gate", "Falcon Camp"]


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ({"file": "files/Falcon Camp.pdf", "mime_type": "application/pdf"}, [("link", "Falcon Camp.pdf")]),
        ({"file": "voice/audio 1.ogg", "media_type": "voice_message"}, []),
        ({"author": "Falcon Camp"}, [("author", "Falcon Camp")]),
        (
            {"inline_bot_buttons": [[{"type": "url", "text": "to Falcon Camp"}]]},
            [("inline_bot_buttons.text", "to Falcon Camp")],
        ),
        ({"via_bot": "@gif", "edited": "2026-11-16T11:30:00", "duration_seconds": 7}, []),
    ],
)
def test_words_under_other_keys_are_read(part: dict[str, Any], found: list[tuple[str, str]]) -> None:
    (row,) = _posts(BASE | {"text": "x"} | part)
    assert texts(row.hints)[1:] == found


@pytest.mark.parametrize(("count", "reasons"), [(20, []), (21, ["too_many"])])
def test_more_links_than_the_limit_are_reported(count: int, reasons: list[str]) -> None:
    text = [{"type": "text_link", "text": "x", "href": f"https://a.example/{number}"} for number in range(count)]
    found = reading(_chat(BASE | {"text": text}))
    assert codes(found) == reasons


@pytest.mark.parametrize("question", ["who is at the gate?", ["who is at ", {"type": "bold", "text": "the gate?"}]])
def test_a_poll_is_its_question_and_answers(question: object) -> None:
    poll = {"question": question, "answers": [{"text": "me", "voters": 1}, {"text": ["not me"]}, 7]}
    (row,) = _posts(BASE | {"text": "", "poll": poll})
    assert texts(row.hints)[1:] == [("poll", "who is at the gate?\nme\nnot me")]


def test_the_source_of_a_forwarded_message_is_kept_beside_its_sender() -> None:
    (row,) = _posts(BASE | {"from": "Ali", "forwarded_from": "Camp News", "photo": "photos/a.jpg"})
    assert row.post.author == "Ali"
    assert texts(row.hints)[1:] == [("forwarded from", "Camp News")]


@pytest.mark.parametrize(
    "odd", [7, None, [], {}, "", "\ud800", {"question": 7, "answers": 3}, {"question": {"text": "x"}}]
)
def test_unexpected_values_around_a_message_are_ignored(odd: object) -> None:
    message = BASE | {"text": "x", "poll": odd, "forwarded_from": odd, "contact_information": odd}
    found = reading({"name": odd, "messages": [{"id": odd, "action": "topic_created", "title": odd}, message]})
    assert found.status == "read"
    assert len(found.posts) == 1
