"""Exports and route files in a folder: which media they describe, and which lone files are skipped."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.made import JPEG, MP4, find, listed_posts, skipped_files, write_files

WAY = b"1\n00:00:01,000 --> 00:00:02,000\n[latitude: 33.98] [longitude: 43.25]\n"
SONG = b"1\n00:00:01,000 --> 00:00:02,000\nla la la\n"
POST = b'{"category": "tiktok", "subcategory": "post", "desc": "at the gate"}'


def _telegram(*media: str) -> bytes:
    messages = [{"type": "message", "text": f"word {n}", "file": name} for n, name in enumerate(media, 1)]
    return json.dumps({"name": "x", "messages": messages}).encode()


def _instagram(*uris: str) -> bytes:
    posts: list[dict[str, Any]] = [{"uri": uri, "creation_timestamp": 1794817800, "title": uri} for uri in uris]
    return json.dumps({"ig_stories": posts}).encode()


def test_an_export_row_is_paired_with_its_media_file_and_others_stay_posts(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"result.json": _telegram("video_files/a.mp4", "video_files/gone.mp4"), "video_files/a.mp4": MP4}
    )
    inbox = find(tmp_path)
    assert [path for path, _ in listed_posts(inbox, tmp_path)] == ["result.json#2", "video_files/a.mp4"]
    missing, paired = inbox.posts
    assert [why.code for why in missing.reasons] == ["media_missing"]
    assert missing.listed is not None
    assert missing.listed.post.caption == "word 2"
    assert paired.listed is not None
    assert paired.listed.post.caption == "word 1"


@pytest.mark.parametrize("depth", ["", "content/", "your_activity/content/"])
def test_media_named_relative_to_the_export_root(tmp_path: Path, depth: str) -> None:
    write_files(tmp_path, {f"{depth}stories.json": _instagram("media/a.jpg"), "media/a.jpg": JPEG})
    for inbox in (find(tmp_path), find(tmp_path / f"{depth}stories.json")):
        (post,) = inbox.posts
        assert (post.path, post.reasons) == (f"{tmp_path}/media/a.jpg", ())
        assert post.listed is not None


def test_an_export_in_an_archive(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content/stories.json", _instagram("media/a.jpg", "../../etc/passwd"))
        archive.writestr("media/a.jpg", JPEG)
        archive.writestr("clip.mp4", MP4)
        archive.writestr("clip.SRT", WAY)
        archive.writestr("settings.json", b"{}")
    write_files(tmp_path, {"export.zip": out.getvalue()})
    inbox = find(tmp_path)
    assert listed_posts(inbox, tmp_path) == [
        ("export.zip!/content/stories.json#2", []),
        ("export.zip!/media/a.jpg", []),
        ("export.zip!/clip.mp4", ["clip.SRT"]),
    ]
    assert skipped_files(inbox, tmp_path) == {"export.zip!/settings.json": "no_posts"}


def test_a_lone_sidecar_is_a_post_only_when_it_has_content(tmp_path: Path) -> None:
    files = {
        "way.srt": WAY,
        "song.srt": SONG,
        "none.nmea": b"",
        "none.json": b"",
        "post.json": POST,
        "package.json": b'{"name": "x"}',
    }
    write_files(
        tmp_path,
        files
        | {
            "map.kml": b"<kml/>",
            "bad.gpx": b"<gpx",
            "cut.json": b'{"a": [',
            "list.json": b"[1, 2]",
            "other.gps": b"\0",
        },
    )
    inbox = find(tmp_path)
    assert listed_posts(inbox, tmp_path) == [
        (name, [name]) for name in ("bad.gpx", "cut.json", "other.gps", "post.json", "song.srt", "way.srt")
    ]
    assert skipped_files(inbox, tmp_path) == {
        **dict.fromkeys(("package.json", "map.kml", "list.json"), "no_posts"),
        **dict.fromkeys(("none.nmea", "none.json"), "empty"),
    }


def test_files_beside_a_clip_belong_to_it_whatever_they_contain(tmp_path: Path) -> None:
    beside = {"a.srt": SONG, "a.gpx": b"<gpx", "a.mp4.json": POST, "a.json": b'{"cut": ['}
    write_files(tmp_path, {"a.mp4": MP4, **beside})
    for inbox in (find(tmp_path), find(tmp_path / "a.mp4")):
        (post,) = inbox.posts
        assert sorted(source.name for source in post.sidecars) == sorted(beside)


def test_an_export_named_like_the_requested_clip_adds_no_other_posts(tmp_path: Path) -> None:
    write_files(tmp_path, {"result.mp4": MP4, "result.json": _telegram("other.mp4"), "other.mp4": MP4})
    assert listed_posts(find(tmp_path / "result.mp4"), tmp_path) == [("result.mp4", [])]
    assert [path for path, _ in listed_posts(find(tmp_path), tmp_path)] == ["other.mp4", "result.mp4"]


def test_an_export_cannot_refer_outside_its_folders(tmp_path: Path) -> None:
    write_files(tmp_path / "secret", {"b.jpg": JPEG})
    write_files(
        tmp_path, {"e/content/stories.json": _instagram("../secret/b.jpg", "/secret/b.jpg", "e/./../secret/b.jpg")}
    )
    inbox = find(tmp_path / "e" / "content" / "stories.json")
    assert all(post.media is None for post in inbox.posts)
