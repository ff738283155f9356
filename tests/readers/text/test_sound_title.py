"""Titles of sounds: where downloaders and exports write them, and what is none."""

import io
import json

import pytest

from opsec.model import FileKind, Reading
from opsec.readers.registry import read_file

TITLE = "أغنية معسكر الصقر"


def told(reading: Reading) -> list[str | None]:
    rows = [hint for post in reading.posts for hint in post.hints]
    return [hint.text for hint in (*reading.hints, *rows) if hint.field == "sound"]


INFO = {"title": "t", "description": "d", "extractor": "TikTok", "webpage_url": "https://example.org/v/7"}
ITEM = {"desc": "d", "createTime": 1790000000, "author": {"uniqueId": "someone"}}


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("info_json", {**INFO, "track": TITLE, "artist": "somebody"}),
        ("info_json", {**INFO, "music": {"title": TITLE, "duration": 12}}),
        ("json", {**INFO, "track": TITLE}),
        ("json", {**ITEM, "music": {"id": "7", "title": TITLE, "authorName": "somebody"}}),
        ("json", {"itemInfo": {"itemStruct": {**ITEM, "music": {"title": TITLE}}}}),
        ("json", {"aweme_detail": {**ITEM, "added_sound_music_info": {"title": TITLE}}}),
        ("json", {"category": "tiktok", "subcategory": "user", **ITEM, "music": {"title": TITLE}}),
        ("json", {"Post": {"Posts": {"VideoList": [{"Date": "2026-11-16 08:30:00", "Sound": TITLE}]}}}),
    ],
)
def test_where_it_stands(kind: FileKind, record: object) -> None:
    assert told(read_file(io.BytesIO(json.dumps(record).encode()), kind)) == [TITLE]


@pytest.mark.parametrize(
    "sound", [None, "", "  ", 7, {}, [], {"title": None}, {"title": {"title": "deeper"}}, {"id": "x"}]
)
def test_what_is_no_title(sound: object) -> None:
    reading = read_file(io.BytesIO(json.dumps({**INFO, "music": sound}).encode()), "info_json")
    assert (told(reading), reading.status) == ([], "read")


def test_the_same_title_twice_is_one_and_a_broken_sound_is_said() -> None:
    twice = {**INFO, "track": TITLE, "music": {"title": TITLE}}
    assert told(read_file(io.BytesIO(json.dumps(twice).encode()), "info_json")) == [TITLE]
    deep = json.dumps({**INFO, "music": "X"}).replace('"X"', "[" * 200 + "]" * 200)
    broken = read_file(io.BytesIO(deep.encode()), "info_json")
    assert [why.code for why in broken.reasons] == ["odd_fields"]
