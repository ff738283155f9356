"""Names of records and the media files that they describe: Google Takeout, instaloader, Sony, Snapchat."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from opsec.ingest.discovery import DiscoveredPosts
from opsec.ingest.file_names import cut_name, described_names, original_name
from tests.ingest.made import INFO, JPEG, MP4, find, listed_posts, write_files

RECORD = b'{"title": "x", "description": "at the gate", "photoTakenTime": {"timestamp": "1794817800"}}'
LONG = "a-photo-of-the-north-gate-on-a-sunday-morning-in-november"
CUT = LONG[:46]
GOOGLE = "supplemental-metadata"


def _pairs(inbox: DiscoveredPosts, under: Path) -> dict[str, list[str]]:
    return dict(listed_posts(inbox, under))


@pytest.mark.parametrize(
    ("medium", "record"),
    [
        ("gate.jpg", "gate.jpg.supplemental-metadata.json"),
        ("gate.jpg", "gate.jpg.supplemental-meta.json"),
        ("gate.jpg", "gate.jpg.s.json"),
        ("gate.jpg", "gate.jpg..json"),
        ("gate.jpg", "gate.jpg.json"),
        ("gate.jpg", "gate.json"),
        ("gate.JPG", "gate.jpg.supplemental-metadata.json"),
        ("gate(2).jpg", "gate.jpg.supplemental-metadata(2).json"),
        ("gate(2).jpg", "gate.jpg.suppl(2).json"),
        ("gate(2).jpg", "gate.jpg(2).json"),
        ("gate(2).jpg", "gate(2).jpg.json"),
        ("صورة.jpg", "صورة.jpg.supplemental-metadata.json"),
        (f"{LONG}.jpg", f"{CUT}.json"),
        (f"{LONG}(1).jpg", f"{CUT}(1).json"),
        (f"{LONG[:44]}.jpg", f"{LONG[:44]}.j.json"),
        (f"{LONG[:42]}.jpg", f"{LONG[:42]}.jpg.json"),
        ("gate-edited.jpg", "gate.jpg.supplemental-metadata.json"),
        ("gate_1.jpg", "gate_1_location.txt"),
        ("C0001.MP4", "C0001M01.XML"),
        ("gate.mp4", "gate.mp4.xmp"),
        ("gate.mp4", "gate.xmp"),
        ("gate [a1].mp4", "gate [a1].description"),
    ],
)
def test_a_record_is_paired_with_its_media_file(tmp_path: Path, medium: str, record: str) -> None:
    content = b"at the gate, 33.98, 43.25" if record.endswith((".txt", ".description")) else RECORD
    write_files(tmp_path, {medium: MP4 if medium.lower().endswith("mp4") else JPEG, record: content})
    assert _pairs(find(tmp_path), tmp_path) == {medium: [record]}
    assert _pairs(find(tmp_path / medium), tmp_path) == {medium: [record]}


@pytest.mark.parametrize(
    ("media", "records"),
    [
        (["gate.jpg", "gate(2).jpg"], [f"gate.jpg.{GOOGLE}.json", f"gate.jpg.{GOOGLE}(2).json"]),
        (["gate.jpg", "gate(2).jpg"], ["gate.jpg.json", "gate.jpg(2).json"]),
        (["gate.jpg", "gate.mp4"], ["gate.jpg.json", "gate.mp4.json"]),
        (["2026-11-04-14-26-50-947.jpg", "2026-11-04-14-26-50-948.jpg"],
         [f"2026-11-04-14-26-50-94{last}.jpg.{GOOGLE[:18]}.json" for last in (7, 8)]),
    ],
)  # fmt: skip
def test_records_are_not_swapped(tmp_path: Path, media: Sequence[str], records: Sequence[str]) -> None:
    write_files(
        tmp_path, {name: MP4 if name.endswith("mp4") else JPEG for name in media} | dict.fromkeys(records, RECORD)
    )
    assert _pairs(find(tmp_path), tmp_path) == {medium: [record] for medium, record in zip(media, records, strict=True)}


def test_an_ambiguous_truncated_name_is_a_separate_post(tmp_path: Path) -> None:
    one, other, record = f"{LONG}-1.jpg", f"{LONG}-2.jpg", f"{CUT}.json"
    write_files(tmp_path, {one: JPEG, other: JPEG, record: RECORD})
    assert _pairs(find(tmp_path), tmp_path) == {one: [], other: [], record: [record]}
    assert _pairs(find(tmp_path / one), tmp_path) == {one: []}


def test_a_changed_copy_shares_the_record(tmp_path: Path) -> None:
    record = "gate.jpg.supplemental-metadata.json"
    write_files(tmp_path, {"gate.jpg": JPEG, "gate-edited.jpg": JPEG, record: RECORD})
    assert _pairs(find(tmp_path), tmp_path) == {"gate.jpg": [record], "gate-edited.jpg": [record]}


@pytest.mark.parametrize(
    "name", ["gate.mp4.json", "gate.info.json", "a.JSON", ".json", "a.txt", "M01.xml", "_location.txt"]
)
def test_every_name_is_handled(name: str) -> None:
    assert all(isinstance(one, str) for one in described_names(name))
    assert original_name(name)
    assert cut_name(name) is None


# ── lists ─────────────────────────────────────────────────────────────────────────────────────
def test_a_playlist_is_a_list_of_posts(tmp_path: Path) -> None:
    entries = [{"_type": "url", "title": "tea"}, {"_type": "url", "title": "night shift"}]
    playlist = {"_type": "playlist", "title": "Clips", "entries": entries}
    write_files(tmp_path, {"channel [P1].info.json": json.dumps(playlist).encode(), "gate.info.json": INFO})
    assert [path for path, _ in listed_posts(find(tmp_path), tmp_path)] == [
        *(f"channel [P1].info.json#{number}" for number in (1, 2, 3)),
        "gate.info.json",
    ]


def _memories(*days: str) -> bytes:
    memories = [{"Date": f"{day} 08:30:00 UTC", "Media Type": "Image", "Location": "N/A"} for day in days]
    return json.dumps({"Saved Media": memories}).encode()


@pytest.mark.parametrize("folder", ["", "json/"])
def test_a_memory_is_paired_with_the_only_media_file_of_its_day(tmp_path: Path, folder: str) -> None:
    medium = "memories/2026-11-16_aa00-main.jpg"
    write_files(tmp_path, {f"{folder}memories_history.json": _memories("2026-11-16", "2026-11-17"), medium: JPEG})
    inbox = find(tmp_path)
    by_path = {post.path.removeprefix(f"{tmp_path}/"): post for post in inbox.posts}
    assert by_path[medium].listed is not None
    missing = by_path[f"{folder}memories_history.json#2"]
    assert [why.code for why in missing.reasons] == ["media_missing"]


@pytest.mark.parametrize(
    ("days", "media"),
    [
        (["2026-11-16", "2026-11-16"], ["2026-11-16_a-main.jpg"]),
        (["2026-11-16"], ["2026-11-16_a-main.jpg", "2026-11-16_b-main.jpg"]),
    ],
)
def test_several_memories_of_one_day_give_separate_rows(tmp_path: Path, days: list[str], media: list[str]) -> None:
    write_files(tmp_path, {"memories_history.json": _memories(*days)} | {f"memories/{name}": JPEG for name in media})
    rows = [post for post in find(tmp_path).posts if "#" in post.path]
    assert len(rows) == len(days)
    assert all(not post.reasons for post in rows)


def test_a_list_cannot_name_media_by_a_pattern(tmp_path: Path) -> None:
    write_files(tmp_path, {"posts.csv": b"caption,media\nx,*\ny,memories/*-main.jpg\n", "memories/a-main.jpg": JPEG})
    rows = [post for post in find(tmp_path).posts if "#" in post.path]
    assert [[why.code for why in post.reasons] for post in rows] == [["media_missing"], ["media_missing"]]
