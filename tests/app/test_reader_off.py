"""Without its reader, no file of any type is passed over: it counts as not checked, alone and beside a clip."""

from pathlib import Path

import pytest

from opsec.ingest.discovery import discover_posts
from opsec.ingest.source import OpenFile, Unpacker
from opsec.model import FileKind, Reading
from opsec.model.vocabulary import IMAGE_KINDS, VIDEO_KINDS
from opsec.readers.interface import Reader
from opsec.readers.registry import READERS, read_file
from opsec.settings import Limits
from tests.ingest.made import JPEG, unpack, write_files

WORDS = b"guard duty at Falcon Camp"
FILES: dict[FileKind, tuple[str, bytes]] = {
    "info_json": ("clip.info.json", b'{"uploader": "a", "description": "guard duty"}'),
    "json": ("clip.json", b'{"caption": "guard duty", "posted_at": "2026-11-16"}'),
    "post_list_csv": ("posts.csv", b"caption,media\nguard duty,clip.jpg\n"),
    "post_list_jsonl": ("posts.jsonl", b'{"caption": "guard duty"}\n'),
    "srt": ("clip.srt", b"1\n00:00:01,000 --> 00:00:02,000\nguard duty\n"),
    "vtt": ("clip.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nguard duty\n"),
    "ass": ("clip.ass", b"[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,guard duty\n"),
    "timed_text": ("clip.ttml", b'<tt><body><div><p begin="1s" end="2s">guard duty</p></div></body></tt>'),
    "nmea": ("clip.nmea", b"$GPRMC,053000,A,3401.2000,N,04316.2000,E,0,0,161126,,*00\n"),
    "gpx": ("clip.gpx", b'<gpx><trk><trkseg><trkpt lat="34.02" lon="43.27"/></trkseg></trk></gpx>'),
    "kml": ("clip.kml", b"<kml><Placemark><Point><coordinates>43.27,34.02</coordinates></Point></Placemark></kml>"),
    "tcx": ("clip.tcx", b"<TrainingCenterDatabase/>"),
    "fit": ("clip.fit", b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT\x00\x00"),
    "xmp": ("clip.xmp", b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'),
    "html": ("messages.html", b"<!DOCTYPE html><p>guard duty</p>"),
    "xml": ("clip.xml", b"<a>guard duty</a>"),
    "text": ("clip.txt", WORDS),
}


def _without(kind: FileKind) -> tuple[Reader, ...]:
    return tuple(reader for reader in READERS if kind not in reader.kinds)


def test_every_type_that_is_read_beside_a_clip_has_a_file_here() -> None:
    beside = {kind for reader in READERS for kind in reader.kinds} - VIDEO_KINDS - IMAGE_KINDS - {"zip"}
    assert beside <= FILES.keys()


@pytest.mark.parametrize("kind", FILES)
def test_a_file_whose_reader_is_off_counts_as_not_checked(tmp_path: Path, kind: FileKind) -> None:
    name, content = FILES[kind]

    def read(opened: OpenFile) -> Reading:
        assert opened.kind == kind
        return read_file(opened.file, opened.kind, _without(kind))

    write_files(tmp_path / "alone", {name: content})
    (post,) = discover_posts([tmp_path / "alone"], Limits(), read, Unpacker(unpack)).posts
    assert (post.media, [source.name for source in post.sidecars]) == (None, [name])

    write_files(tmp_path / "beside", {name: content, "clip.jpg": JPEG})
    posts = discover_posts([tmp_path / "beside"], Limits(), read, Unpacker(unpack)).posts
    assert name in {source.name for post in posts for source in post.sidecars}
    with (tmp_path / "alone" / name).open("rb") as file:
        assert read_file(file, kind, _without(kind)).status == "unread"
