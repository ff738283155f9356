"""File types are detected by content: a table of file heads that must and must not be recognised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.ingest.file_type import HEAD_BYTES, detect_file_kind
from opsec.model import FileKind
from tests.ingest.made import HEIC, JPEG, MP4, PNG


def _ftyp(major: bytes, *others: bytes, size: int | None = None) -> bytes:
    body = b"ftyp" + major + bytes(4) + b"".join(others)
    return (len(body) + 4 if size is None else size).to_bytes(4, "big") + body + bytes(32)


PACKET = b"\x47" + bytes(187)
STAMPED_PACKET = bytes(4) + PACKET

DETECTED: list[tuple[str, bytes, str, FileKind]] = [
    ("mp4", MP4, "a.mp4", "mp4"),
    ("quicktime without ftyp", b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", "a.mov", "mp4"),
    ("moov first", b"\x00\x10\x00\x00moov", "a", "mp4"),
    ("a fragment", b"\x00\x00\x00\x18styp", "a.m4s", "mp4"),
    ("ftyp that claims 4 GiB", _ftyp(b"isom", b"mp42", size=0xFFFFFFFF), "a.mp4", "mp4"),
    ("ftyp that claims nothing", _ftyp(b"qt  ", size=0), "a.mov", "mp4"),
    ("ftyp cut after its brand", b"\x00\x00\x00\x18ftypisom", "a.mp4", "mp4"),
    ("iPhone photo", HEIC, "IMG_0001.HEIC", "heif"),
    ("HEIF by a compatible brand", _ftyp(b"XXXX", b"mif1"), "a", "heif"),
    ("AVIF", _ftyp(b"avif", b"mif1", b"miaf"), "a.avif", "heif"),
    ("film that also names a still brand", _ftyp(b"isom", b"mif1"), "a.mp4", "mp4"),
    ("jpeg", JPEG, "a.jpg", "jpeg"),
    ("jpeg called mp4", JPEG, "a.mp4", "jpeg"),
    ("jpeg called csv", JPEG, "a.csv", "jpeg"),
    ("png", PNG, "a.png", "png"),
    ("gif", b"GIF89a" + bytes(9), "a.gif", "gif"),
    ("webp", b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a.webp", "webp"),
    ("avi", b"RIFF\xff\xff\xff\xffAVI LIST", "a.avi", "avi"),
    ("sound", b"RIFF\x10\x00\x00\x00WAVEfmt ", "a.avi", "unknown"),
    ("tiff, Intel", b"II*\x00\x08\x00\x00\x00", "a.tif", "tiff"),
    ("tiff, Motorola", b"MM\x00*\x00\x00\x00\x08", "a.tif", "tiff"),
    ("matroska", b"\x1a\x45\xdf\xa3\x9f\x42\x86", "a.webm", "matroska"),
    ("transport stream", PACKET * 3, "a.ts", "mpegts"),
    ("stream of a camcorder", STAMPED_PACKET * 3, "a.mts", "mpegts"),
    ("two packets are too few to tell", PACKET * 2, "a.ts", "unknown"),
    ("a text that begins with G", b"G" + b"x" * 600, "a.txt", "text"),
    ("program stream", b"\0\0\1\xba\x44" + bytes(9), "a.mpg", "mpegps"),
    ("Windows Media", bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "a.wmv", "asf"),
    ("Flash video", b"FLV\1\5\0\0\0\x09", "a.flv", "flv"),
    ("MXF", bytes.fromhex("060e2b34020501010d01020101020400"), "a.mxf", "mxf"),
    ("zip", b"PK\x03\x04\x14\x00", "a.zip", "zip"),
    ("zip without members", b"PK\x05\x06" + bytes(18), "a.zip", "zip"),
    ("zip called mp4", b"PK\x03\x04\x14\x00", "a.mp4", "zip"),
    ("HLS", b"#EXTM3U\n#EXT-X-VERSION:3\n", "a.mp4", "playlist"),
    ("HLS after a byte order mark", b"\xef\xbb\xbf#EXTM3U\n", "a.m3u8", "playlist"),
    ("ffconcat", b"ffconcat version 1.0\nfile other.mp4\n", "a.mp4", "playlist"),
    ("SDP", b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", "a.mp4", "playlist"),
    ("DASH", b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">', "a.mp4", "playlist"),
    ("SVG", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">', "a.jpg", "unknown"),
    ("a text with the word free in it", b"be free of it", "a.txt", "text"),
    ("a text of four letters and skip", b"lineskip", "a.txt", "text"),
    ("sidecar", b'{"id": 1}', "a.info.json", "info_json"),
    ("sidecar in capitals", b'{"id": 1}', "A.INFO.JSON", "info_json"),
    ("some other json", b'{"id": 1}', "a.json", "json"),
    ("list", b"url,caption\n", "posts.csv", "post_list_csv"),
    ("list of lines", b'{"url": ""}\n', "posts.JSONL", "post_list_jsonl"),
    ("nothing", b"", "a.mp4", "empty"),
    ("nothing called csv", b"", "a.csv", "empty"),
    ("one byte", b"\xff", "a.jpg", "unknown"),
    ("an Arabic text", "صباح الخير".encode(), "مقطع.mp4", "unknown"),
    ("an Arabic text without a suffix", "صباح الخير".encode(), "ملاحظة", "text"),
    ("a text that ends inside a character", ("x" + "ص" * 3000).encode()[:4096], "note", "text"),
    ("a text in UTF-16", "words\n".encode("utf-16"), "note", "text"),
    ("a page without a suffix", b"\xef\xbb\xbf <!DOCTYPE html><p>", "page", "html"),
    ("a page by its name", b"<p>words", "page.HTM", "html"),
    ("a PDF in ASCII", b"%PDF-1.4\n1 0 obj\n", "a.pdf", "unknown"),
    ("a text in RTF", b"{\\rtf1 words}", "a.rtf", "unknown"),
    ("bytes without a suffix", b"\x00\x01words", "note", "unknown"),
    ("text named like an archive", b"words", "a.rar", "unknown"),
    ("a watch's log", b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT", "a.bin", "fit"),
    ("a mail in an old encoding", b"Subject: \xc7\xe1\xc8\xe6", "a.eml", "text"),
    ("a saved page in MIME", b"From: <Saved by>\r\n", "a.mhtml", "text"),
    ("an archive of Twitter", b"window.YTD.tweets.part0 = [", "tweets.js", "text"),
    ("a map", b'{"type": "FeatureCollection"}', "a.geojson", "text"),
    ("lines of JSON", b'{"url": ""}\n', "a.ndjson", "text"),
    ("a drawing", b"<svg>", "a.svg", "text"),
    ("well-known text", b"POINT (43 33)", "a.wkt", "text"),
    ("a flight log", b"AXXX\r\nHFDTE", "a.igc", "text"),
    ("a table with tabs", b"a\tb", "a.tsv", "post_list_csv"),
]


@pytest.mark.parametrize(("head", "name", "kind"), [row[1:] for row in DETECTED], ids=[row[0] for row in DETECTED])
def test_kind_by_content(head: bytes, name: str, kind: FileKind) -> None:
    assert detect_file_kind(head, name) == kind


@given(st.binary(max_size=600), st.text(max_size=20))
def test_any_bytes_have_a_kind(head: bytes, name: str) -> None:
    assert (detect_file_kind(head, name) == "empty") is (head == b"")


@given(st.binary(max_size=300))
def test_bytes_after_the_head_change_nothing(tail: bytes) -> None:
    assert detect_file_kind(MP4.ljust(HEAD_BYTES, b"\0") + tail, "a") == "mp4"
    assert detect_file_kind(JPEG + tail, "a") == "jpeg"
