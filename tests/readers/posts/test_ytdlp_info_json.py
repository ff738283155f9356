"""The sidecar of yt-dlp: what is read from it, and malformed and hostile sidecars."""

import io
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.formats.json_stream import (
    InvalidJsonError,
    JsonValue,
    NestedValue,
    Numeral,
    TruncatedJsonError,
    decode_json_text,
    iter_array,
    iter_object,
    parse_nested,
)
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reading
from opsec.model.notes import note_text
from opsec.readers.posts.ytdlp_info_json import MAX_SIDECAR_BYTES, READER
from opsec.readers.registry import read_file
from opsec.readers.text.post_text import MAX_COMMENTS


def _read(data: bytes) -> Reading:
    return read_file(io.BytesIO(data), "info_json", (READER,))


def _of(**facts: object) -> Reading:
    return _read(json.dumps(facts).encode())


def _codes(reading: Reading) -> list[str]:
    return [why.code for why in reading.reasons]


FULL = {
    "id": "7",
    "title": "At the gate",
    "description": "صباح الخير من البوابة",
    "uploader": "someone",
    "channel": "other",
    "timestamp": 1790000000,
    "upload_date": "20260921",
    "webpage_url": "https://example.org/v/7",
    "formats": [{"url": "x", "title": "not this one"}],
}


def test_a_full_sidecar() -> None:
    reading = _of(**FULL)
    assert reading.status == "read"
    assert reading.reasons == ()
    assert reading.post == Post(
        author="someone",
        caption="صباح الخير من البوابة",
        posted_at="2026-09-21T14:13:20Z",
        url="https://example.org/v/7",
        source="yt-dlp",
    )
    (title,) = reading.hints
    assert (title.kind, title.family, title.field, title.text) == ("text", "TEXT", "title", "At the gate")


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_letters(letters: str) -> None:
    reading = _read(json.dumps(FULL, ensure_ascii=False).encode(letters))
    assert reading.post is not None
    assert reading.post.caption == FULL["description"]


@pytest.mark.parametrize(
    ("facts", "field", "value"),
    [
        ({"channel": "c", "uploader_id": "i"}, "author", "c"),
        ({"uploader": None, "creator": "c"}, "author", "c"),
        ({"uploader": " ", "uploader_id": "i"}, "author", "i"),
        ({"uploader": "x" * 5000}, "author", "x" * 1000),
        ({"title": "only a title"}, "caption", "only a title"),
        ({"description": "", "title": "only a title"}, "caption", "only a title"),
        ({"description": "a\ud800b"}, "caption", "a\ufffdb"),
        ({"description": "a\0b"}, "caption", "a\0b"),
        ({"timestamp": 0.5}, "posted_at", None),
        ({"timestamp": 1790000000.7}, "posted_at", "2026-09-21T14:13:20Z"),
        ({"timestamp": 10**18, "upload_date": "20260921"}, "posted_at", "2026-09-21"),
        ({"timestamp": True}, "posted_at", None),
        ({"timestamp": "soon"}, "posted_at", None),
        ({"upload_date": "20261341"}, "posted_at", None),
        ({"original_url": "u"}, "url", "u"),
        ({"webpage_url": ["u"]}, "url", None),
    ],
)
def test_facts_are_read(facts: dict[str, object], field: str, value: str | None) -> None:
    post = _of(**facts).post
    assert post is not None
    assert getattr(post, field) == value


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({"description": ["a"], "title": True, "tags": 7, "location": [1]}, "description, location, title"),
        ({"latitude": "33.98; DROP TABLE", "longitude": "abc"}, "latitude, longitude"),
        ({"latitude": float("nan"), "longitude": float("inf")}, "latitude, longitude"),
        ({"timestamp": 10**18}, "timestamp"),
        ({"timestamp": int("9" * 4000)}, "timestamp"),
    ],
)
def test_values_of_another_type_are_ignored_and_reported_once(facts: dict[str, object], fields: str) -> None:
    reading = _of(description2="x", **facts)
    assert [(why.code, dict(why.blanks)) for why in reading.reasons] == [("odd_fields", {"fields": fields})]
    assert reading.status == "read"
    assert reading.hints == ()


@pytest.mark.parametrize(
    ("title", "description", "hint"),
    [
        ("At the gate", "At the gate with friends", False),
        ("At the gate with…", "At the gate with friends", False),
        ("At the gate with...", "At the gate with friends", False),
        ("Falcon", "At the gate", True),
        ("", "At the gate", False),
        ("...", "At the gate", False),
    ],
)
def test_a_title_counts_once(title: str, description: str, hint: bool) -> None:
    assert bool(_of(title=title, description=description).hints) is hint


def _position(lat: object, lon: object) -> list[Hint]:
    return [hint for hint in _of(latitude=lat, longitude=lon).hints if hint.kind == "position"]


def test_a_position_has_the_accuracy_of_its_digits() -> None:
    (hint,) = _position(33.98, 43.25)
    assert hint.point is not None
    assert (hint.point.lat, hint.point.lon, hint.family) == (33.98, 43.25, "META")
    assert hint.field == "info.json:latitude"
    assert hint.accuracy_m == pytest.approx(1450, rel=0.05)
    (finer,) = _position(33.980012, 43.250012)
    assert finer.accuracy_m == pytest.approx(0.145, rel=0.05)


@pytest.mark.parametrize("pair", [(91, 0), (0, 181), (0, 0), (None, 43.25), ("33", "44"), (True, True), (1e400, 1)])
def test_other_values_are_not_a_position(pair: tuple[object, object]) -> None:
    assert _position(*pair) == []


def test_the_first_of_two_equal_fields_counts() -> None:
    post = _read(b'{"uploader": "first", "uploader": "second", "description": ["x"], "description": "y"}').post
    assert post == Post(author="first", caption="y", source="yt-dlp")


def test_a_named_place() -> None:
    (hint,) = _of(location="Falcon Camp").hints
    assert (hint.kind, hint.family, hint.text) == ("place", "TEXT", "Falcon Camp")


def test_reach_counts_are_read() -> None:
    post = _of(view_count=9_000, like_count=120, repost_count=7, comment_count=3).post
    assert post is not None
    assert (post.views, post.likes, post.shares) == (9_000, 120, 7)
    post = _of(view_count=-1, like_count=1.5, repost_count=10**30).post
    assert post is not None
    assert (post.views, post.likes, post.shares) == (None, None, None)


def test_comments_with_their_authors() -> None:
    comments = [
        {"text": "is the camp at 33.98123, 43.25112?", "author": "Salim", "like_count": 3},
        {"text": "yes", "author": {"name": "Huda"}},
        {"text": ["x"]},
        {"author": "nobody"},
        7,
        None,
    ]
    hints = _of(description="x", comments=comments).hints
    assert [(hint.kind, hint.field, note_text(hint.notes)) for hint in hints] == [
        ("text", "comment", "Salim"),
        ("position", "comment", "Salim"),
        ("text", "comment", "Huda"),
    ]


def test_too_many_comments_are_reported() -> None:
    found = _of(description="x", comments=[{"text": "word", "author": "y"}] * (MAX_COMMENTS + 1))
    assert (len(found.hints), found.status, _codes(found)) == (MAX_COMMENTS, "partly", ["too_many"])


def test_comments_before_a_cut_are_kept() -> None:
    found = _read(b'{"description": "x", "comments": [{"text": "one"}, {"text": "two"}, {"te')
    assert [hint.text for hint in found.hints] == ["one", "two"]
    assert (found.status, _codes(found)) == ("partly", ["cut_off"])


# ── damage ────────────────────────────────────────────────────────────────────────────────────
def test_fields_before_the_cut_are_kept() -> None:
    reading = _read(b'{"uploader": "someone", "description": "at the ga')
    assert reading.status == "partly"
    assert _codes(reading) == ["cut_off"]
    assert reading.post == Post(author="someone", caption="at the ga", source="yt-dlp")


@pytest.mark.parametrize(
    "cut", [b'{"description": "\\u06', b'{"description": "\\', b'{"description": "ab\\ud83d\\ude0']
)
def test_a_cut_through_an_escape(cut: bytes) -> None:
    assert _codes(_read(cut)) == ["cut_off"]


def test_a_truncated_number_is_not_read() -> None:
    reading = _read(b'{"longitude": 43.25, "latitude": 33.9')
    assert _codes(reading) == ["cut_off"]
    assert reading.hints == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "cut_off"),
        (b"[1, 2]", "broken"),
        (b'"text"', "broken"),
        (b"{", "cut_off"),
        (b'{"a"', "cut_off"),
        (b'{"a":', "cut_off"),
        (b'{"a":tru', "cut_off"),
        (b'{"a":tru}', "broken"),
        (b"{a: 1}", "broken"),
        (b'{"a": 1,, "b": 2}', "broken"),
        (b'{"a": [1', "cut_off"),
        (b'{"a": 1} more', "broken"),
        (b"\xff\xd8\xff", "broken"),
    ],
)
def test_other_json_is_refused(data: bytes, code: str) -> None:
    reading = _read(data)
    assert (reading.status, _codes(reading)) == ("unread", [code])


def test_depth_and_length_take_little_time() -> None:
    began_s = time.process_time()
    deep = _read(b'{"description": "x", "a": ' + b"[" * 200_000 + b"]" * 200_000 + b', "uploader": "y"}')
    assert deep.post == Post(author="y", caption="x", source="yt-dlp")
    endless = _read(b'{"uploader": "y", "description": "' + b"x" * (MAX_SIDECAR_BYTES + 5) + b'"}')
    assert endless.post is not None
    assert endless.post.caption == "x" * MAX_TEXT_LENGTH
    assert (endless.status, _codes(endless)) == ("partly", ["too_long", "too_long"])
    keys = _read(b"{" + b'"":0,' * 100_000 + b'"a":1}')
    assert _codes(keys) == ["broken"]
    assert time.process_time() - began_s < 10


def test_brackets_and_quotes_inside_strings_are_text() -> None:
    facts = {"formats": ['}]"\\', {"a": '\\"]}'}], "description": "x"}
    assert _of(**facts).post == Post(caption="x", source="yt-dlp")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON, max_size=6), st.booleans(), st.sampled_from([None, 1]))
def test_the_members_are_those_that_the_json_module_finds(
    facts: dict[str, object], ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(facts, ensure_ascii=ascii_only, indent=indent)
    found = dict(iter_object(text, MAX_TEXT_LENGTH))
    assert list(found) == list(facts)
    for key, value in facts.items():
        parsed = found[key]
        assert isinstance(parsed, NestedValue) is isinstance(value, list | dict)
        assert _as_json(parse_nested(text, parsed) if isinstance(parsed, NestedValue) else parsed) == json.dumps(value)
        if isinstance(parsed, NestedValue) and isinstance(value, list):
            inner = [
                parse_nested(text, one) if isinstance(one, NestedValue) else one
                for one in iter_array(text, MAX_TEXT_LENGTH, parsed)
            ]
            assert _as_json(inner) == json.dumps(value)


def _as_json(value: JsonValue) -> str:
    """Written again; a number as it was written."""
    if isinstance(value, list):
        return "[" + ", ".join(_as_json(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {_as_json(one)}" for key, one in value.items()) + "}"
    return value.text if isinstance(value, Numeral) else json.dumps(value)


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,\\ute1 \n').map(str.encode))
def test_any_bytes_raise_only_our_errors(data: bytes) -> None:
    reading = _read(data)
    assert all(why.code != "not_read" for why in reading.reasons)
    try:
        list(iter_object(decode_json_text(data), 10))
    except (TruncatedJsonError, InvalidJsonError):
        assert reading.status != "read"


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("title", "description", "timestamp", "latitude"), JSON)))
def test_any_values_raise_only_our_errors(facts: dict[str, object]) -> None:
    reading = _of(**facts)
    assert {why.code for why in reading.reasons} <= {"odd_fields", "bad_place"}
    assert reading.status == "read"


@pytest.mark.parametrize(
    ("tags", "caption", "expected"),
    [
        (["falconcamp", "#fyp", "falconcamp"], "", ["#falconcamp #fyp"]),
        (["معسكر_الصقر"], "at home #معسكر_الصقر", []),
        (["fyp", "camp"], "#fyp day", ["#camp"]),
        ([7, None, "", "#", {"a": 1}, "gate"], "x", ["#gate"]),
        ([], "x", []),
        ("camp", "x", []),
    ],
)
def test_hashtags_missing_from_the_caption_are_added(tags: object, caption: str, expected: list[str]) -> None:
    assert [hint.text for hint in _of(tags=tags, description=caption).hints if hint.field == "hashtag"] == expected


def test_hashtags_are_bounded_and_the_excess_is_reported() -> None:
    reading = _of(tags=["x" * 5_000 + str(n) for n in range(500)] + ["gate"], title="t")
    assert [len(hint.text or "") <= MAX_TEXT_LENGTH for hint in reading.hints if hint.field == "hashtag"] == [True]
    assert (reading.status, _codes(reading)) == ("partly", ["too_many"])
