"""Titles of sounds: where downloaders and exports store them, and malformed ones."""

import io
import json

import pytest

from opsec.model import FileKind, Reading
from opsec.readers.registry import read_file

TITLE = "أغنية معسكر الصقر"


def titles(reading: Reading) -> list[str | None]:
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
def test_title_is_found(kind: FileKind, record: object) -> None:
    assert titles(read_file(io.BytesIO(json.dumps(record).encode()), kind)) == [TITLE]


@pytest.mark.parametrize(
    "sound", [None, "", "  ", 7, {}, [], {"title": None}, {"title": {"title": "deeper"}}, {"id": "x"}]
)
def test_malformed_sound_has_no_title(sound: object) -> None:
    reading = read_file(io.BytesIO(json.dumps({**INFO, "music": sound}).encode()), "info_json")
    assert (titles(reading), reading.status) == ([], "read")


def test_duplicate_titles_count_once_and_a_broken_sound_is_reported() -> None:
    twice = {**INFO, "track": TITLE, "music": {"title": TITLE}}
    assert titles(read_file(io.BytesIO(json.dumps(twice).encode()), "info_json")) == [TITLE]
    deep = json.dumps({**INFO, "music": "X"}).replace('"X"', "[" * 200 + "]" * 200)
    broken = read_file(io.BytesIO(deep.encode()), "info_json")
    assert [why.code for why in broken.reasons] == ["odd_fields"]
