"""Subtitle tracks of videos: text with its times, and gaps for tracks that are not read."""

import io
import struct
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.demo.media import clip
from opsec.model import FileKind, Reading
from opsec.readers.registry import read_file
from opsec.readers.text import subtitle_tracks
from tests.fixtures.media.boxes import box
from tests.fixtures.media.tracks import with_track

LINES = ("صباح الخير من معسكر", "الصقر 31.0050, 42.0050")


def reading(raw: bytes, kind: FileKind = "mp4") -> Reading:
    return read_file(io.BytesIO(raw), kind, (subtitle_tracks.READER,))


def rows(found: Reading) -> list[tuple[str, float | None, float | None, str | None]]:
    return [(hint.kind, hint.at_s, hint.until_s, hint.text) for hint in found.hints]


EXPECTED_ROWS = [
    ("text", 0.0, 2.0, "صباح الخير من معسكر الصقر 31.0050, 42.0050"),
    ("position", 0.0, 2.0, "31.0050, 42.0050"),
]


# ── MP4 and QuickTime ─────────────────────────────────────────────────────────────────────────
def tx3g_sample(text: str) -> bytes:
    """Build a sample of ``tx3g`` with a style box after its text."""
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw + box("styl", bytes(14))


def webvtt_sample(text: str) -> bytes:
    return box("vttc", box("iden", b"1") + box("payl", text.encode())) + box("vtte")


VIDEO = clip(2)


@pytest.mark.parametrize(("code", "sample"), [("tx3g", tx3g_sample), ("text", tx3g_sample), ("wvtt", webvtt_sample)])
@pytest.mark.parametrize("handler", ["sbtl", "text", "meta"])
def test_text_tracks(code: str, sample: object, handler: str) -> None:
    assert callable(sample)
    found = reading(with_track(VIDEO, code, [sample(line) for line in LINES], handler=handler))
    assert rows(found) == EXPECTED_ROWS
    assert (found.status, found.checks) == ("read", {"caption": "ran"})


@pytest.mark.parametrize(("code", "handler"), [("c608", "clcp"), ("mp4s", "subp"), ("stpp", "subt")])
def test_tracks_without_text_are_reported(code: str, handler: str) -> None:
    found = reading(with_track(VIDEO, code, [b"\0\1\2\3"], handler=handler))
    assert (found.status, [why.code for why in found.reasons]) == ("partly", ["unsupported"])


def test_fragmented_text_is_reported_as_unread() -> None:
    video = with_track(VIDEO, "wvtt", [webvtt_sample("x")], handler="text") + box("moof", box("mfhd", bytes(8)))
    assert [why.code for why in reading(video).reasons] == ["unsupported"]


def test_drone_track_has_no_text() -> None:
    line = "[iso: 100] [latitude: 33.98] [longitude: 43.25]"
    assert rows(reading(with_track(VIDEO, "tx3g", [tx3g_sample(line)] * 3, handler="sbtl"))) == []


def test_long_drone_track_is_not_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subtitle_tracks, "MAX_CUES", 150)
    line = tx3g_sample("[iso: 100] [latitude: 33.98] [longitude: 43.25]")
    assert reading(with_track(VIDEO, "tx3g", [line] * 200, handler="sbtl")).status == "read"
    people = reading(with_track(VIDEO, "tx3g", [tx3g_sample(f"word {n}") for n in range(200)], handler="sbtl"))
    assert (people.status, [why.code for why in people.reasons]) == ("partly", ["too_many"])


def test_video_without_subtitles() -> None:
    found = reading(VIDEO)
    assert (found.status, found.hints, found.checks) == ("read", (), {"caption": "ran"})


@pytest.mark.parametrize("sample", [b"\xff", b"\xff\xff", b"\0\4\xff\xfe", bytes(50), box("vttc", size=3), b"\0" * 7])
@pytest.mark.parametrize("code", ["tx3g", "wvtt"])
def test_malformed_samples_are_safe(code: str, sample: bytes) -> None:
    assert reading(with_track(VIDEO, code, [sample], handler="sbtl")).status == "read"


def test_samples_past_the_end_are_reported() -> None:
    video = with_track(VIDEO, "tx3g", [tx3g_sample("x" * 100)] * 3, handler="sbtl")
    assert "broken" in [why.code for why in reading(video[:-250]).reasons]


# ── Matroska ──────────────────────────────────────────────────────────────────────────────────
def element(number: str, payload: bytes) -> bytes:
    """Build an EBML element (RFC 8794) with its size in eight bytes."""
    return bytes.fromhex(number) + struct.pack(">Q", 1 << 56 | len(payload)) + payload


def uint32(number: int) -> bytes:
    return struct.pack(">I", number)


def matroska(codec: str, packets: Sequence[bytes], private: bytes = b"") -> bytes:
    """Build a file with one subtitle track (type 17), with one packet per second, each one second long."""
    head = element("1a45dfa3", element("4282", b"matroska") + element("4287", uint32(4)) + element("4285", uint32(2)))
    entry = element("d7", uint32(1)) + element("73c5", uint32(1)) + element("83", uint32(17))
    entry += element("86", codec.encode()) + (element("63a2", private) if private else b"")
    info = element("1549a966", element("2ad7b1", uint32(1_000_000)))
    groups = b"".join(
        element(
            "a0", element("a1", b"\x81" + struct.pack(">hB", number * 1000, 0) + packet) + element("9b", uint32(1000))
        )
        for number, packet in enumerate(packets)
    )
    cluster = element("1f43b675", element("e7", uint32(0)) + groups)
    return head + element("18538067", info + element("1654ae6b", element("ae", entry)) + cluster)


STYLES = b"[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"


@pytest.mark.parametrize(
    ("codec", "before", "private"),
    [
        ("S_TEXT/UTF8", "", b""),
        ("S_TEXT/WEBVTT", "", b""),
        ("S_TEXT/ASS", "{n},0,Default,,0,0,0,,", STYLES),
        ("S_TEXT/SSA", "{n},0,Default,,0,0,0,,", STYLES),
    ],
)
def test_matroska_text(codec: str, before: str, private: bytes) -> None:
    packets = [(before.format(n=number) + line).encode() for number, line in enumerate(LINES)]
    found = reading(matroska(codec, packets, private), "matroska")
    assert rows(found) == EXPECTED_ROWS
    assert (found.status, found.checks) == ("read", {"caption": "ran"})


@pytest.mark.parametrize("codec", ["S_HDMV/PGS", "S_VOBSUB", "S_DVBSUB", "S_UNHEARD"])
def test_image_subtitles_are_reported(codec: str) -> None:
    found = reading(matroska(codec, [b"\0" * 40]), "matroska")
    assert (found.status, [why.code for why in found.reasons]) == ("partly", ["unsupported"])


def test_truncated_file_keeps_its_beginning() -> None:
    video = matroska("S_TEXT/UTF8", [b"Falcon Camp.", b"second", b"third" * 30])
    assert "Falcon Camp." in [hint.text for hint in reading(video[:-100], "matroska").hints]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=6))
def test_any_bytes_are_safe(at: int, put: bytes) -> None:
    video = bytearray(matroska("S_TEXT/UTF8", [line.encode() for line in LINES]))
    video[at : at + len(put)] = put
    assert reading(bytes(video), "matroska").checks == {"caption": "ran"}
