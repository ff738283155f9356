"""yt-dlp: playlists and chapters."""

import io
import json
from typing import Any

import pytest

from opsec.model import Reading
from opsec.model.fields import CHAPTER
from opsec.readers.posts import ytdlp_entries
from opsec.readers.posts.ytdlp_info_json import READER
from opsec.readers.registry import read_file

CLIP = {"_type": "url", "id": "a1", "title": "night shift", "url": "https://x.example/a1", "timestamp": 1794817800}
LIST = {"extractor": "x:tab", "webpage_url": "https://x.example/list", "title": "Clips", "_type": "playlist"}


def _read(content: Any) -> Reading:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_file(io.BytesIO(data), "info_json", (READER,))


def _captions(reading: Reading) -> list[str | None]:
    return [row.post.caption for row in reading.posts]


def _codes(reading: Reading) -> list[str]:
    return [why.code for why in reading.reasons]


def test_each_entry_is_a_post_and_so_is_the_playlist() -> None:
    reading = _read(LIST | {"entries": [CLIP, CLIP | {"title": "tea", "url": "a2", "description": "at the gate"}]})
    assert _captions(reading) == ["night shift", "at the gate", "Clips"]
    first, second, _own = reading.posts
    assert (first.post.url, first.post.posted_at) == ("https://x.example/a1", "2026-11-16T08:30:00Z")
    assert (second.post.url, [hint.text for hint in second.hints]) == (None, ["tea"])
    assert (reading.status, reading.post, reading.reasons) == ("read", None, ())


def test_the_same_in_a_json_file() -> None:
    reading = read_file(io.BytesIO(json.dumps(LIST | {"entries": [CLIP]}).encode()), "json")
    assert _captions(reading) == ["night shift", "Clips"]


def test_a_playlist_inside_a_playlist() -> None:
    inner = {"_type": "playlist", "title": "Shorts", "entries": [CLIP | {"title": "inner"}]}
    deeper = {"_type": "playlist", "title": "Deep", "entries": [inner]}
    assert _captions(_read(LIST | {"entries": [inner]})) == ["Shorts", "inner", "Clips"]
    assert _captions(_read(LIST | {"entries": [deeper]})) == ["Deep", "Shorts", "Clips"]


@pytest.mark.parametrize("entries", [[], [None, 7, "x", []], [{}], [{"id": "a"}]])
def test_a_playlist_without_text(entries: list[Any]) -> None:
    assert _captions(_read(LIST | {"entries": entries})) == ["Clips"]


def test_positions_and_chapters_of_entries() -> None:
    entry = CLIP | {"latitude": 33.9812, "longitude": 43.2511, "chapters": [{"title": "The gate", "start_time": 5}]}
    row = _read(LIST | {"entries": [entry]}).posts[0]
    assert [(hint.kind, hint.field) for hint in row.hints] == [("position", "info.json:latitude"), ("text", CHAPTER)]


def test_a_truncated_playlist_keeps_the_entries_before_the_cut() -> None:
    data = json.dumps({"entries": [CLIP, CLIP], "title": "Clips"}).encode()
    reading = _read(data[: data.index(b"}, {") + 8])
    assert _captions(reading) == ["night shift"]
    assert (reading.status, _codes(reading)) == ("partly", ["cut_off"])


def test_deeply_nested_lists_are_bounded() -> None:
    assert _codes(_read(b'{"entries":[' * 10_000)) == ["cut_off"]


# ── chapters ──────────────────────────────────────────────────────────────────────────────────
def test_titles_of_chapters_with_their_times() -> None:
    chapters = [
        {"title": "Intro", "start_time": 0, "end_time": 5.5},
        {"title": "Falcon Camp 33.9812, 43.2511", "start_time": 5.5, "end_time": 3},
        {"title": "", "start_time": 9},
        {"title": 7},
        {"title": "End", "start_time": "soon", "end_time": -1},
        None,
    ]
    hints = _read({"description": "x", "chapters": chapters}).hints
    assert [(hint.field, hint.kind, hint.text, hint.at_s, hint.until_s) for hint in hints] == [
        ("chapter", "text", "Intro", 0.0, 5.5),
        ("chapter", "text", "Falcon Camp 33.9812, 43.2511", 5.5, None),
        ("chapter", "position", "33.9812, 43.2511", 5.5, None),
        ("chapter", "text", "End", None, None),
    ]


def test_too_many_chapters_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ytdlp_entries, "MAX_CHAPTERS", 2)
    reading = _read({"description": "x", "chapters": [{"title": f"part {n}"} for n in range(3)]})
    assert (len(reading.hints), _codes(reading)) == (2, ["too_many"])
