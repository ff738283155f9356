"""Text of subtitle files: SubRip and WebVTT as written by people and downloaders."""

import pytest

from opsec.model import Hint
from tests.readers.telemetry.files.made import reading, srt, tracks

ROLLING = """WEBVTT
Kind: captions
Language: ar

NOTE made by hand at Falcon Camp

STYLE
::cue { color: red }

first
00:01.000 --> 00:02.000 align:start position:0%
صباح<00:01.300><c> الخير</c>

00:02.000 --> 00:03.500 align:start position:0%
صباح الخير
من معسكر الصقر

2
01:00:04.000 --> 01:00:05.000
<v Guard>later</v>
"""


def words(name: str, text: str | bytes) -> list[tuple[float | None, float | None, str | None]]:
    return [(hint.at_s, hint.until_s, hint.text) for hint in texts(name, text)]


def texts(name: str, text: str | bytes) -> list[Hint]:
    return [hint for hint in reading(name, text).hints if hint.kind == "text"]


def test_webvtt_without_notes_and_styles() -> None:
    found = texts("clip.ar.vtt", ROLLING)
    assert [(hint.at_s, hint.until_s, hint.text) for hint in found] == [
        (1.0, 3.5, "صباح الخير من معسكر الصقر"),
        (3604.0, 3605.0, "later"),
    ]
    assert {(hint.field, hint.family) for hint in found} == {("subtitle", "TEXT")}


def test_subrip_without_cue_numbers() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nOne\n\nstill one.\n\n"
        "2\n00:00:02,5 --> broken\n120\n\n3\n00:00:09,000 --> 00:00:10,000\n3\n"
    )
    assert words("clip.srt", text) == [(1.0, 2.0, "One still one."), (2.5, 2.5, "120"), (9.0, 10.0, "3")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_encodings(encoding: str) -> None:
    text = srt(["معسكر الصقر"]).replace("\n", "\r\n").encode(encoding)
    found = reading("clip.srt", text)
    assert [hint.text for hint in found.hints] == ["معسكر الصقر"]
    assert [why.code for why in found.reasons] == (["old_letters"] if encoding == "windows-1256" else [])


def test_drone_subtitles_are_a_track_and_not_text() -> None:
    line = "FrameCnt: 7, DiffTime: 33ms\n2026-11-16 08:30:05.015\n[iso: 100] [latitude: 33.98] [longitude: 43.25]"
    found = reading("clip.srt", srt([line] * 3))
    assert [hint.kind for hint in found.hints] == ["track", "time"]
    assert reading("clip.srt", srt(["[iso: 100] [shutter: 1/60]"])).hints == ()


def test_text_between_telemetry_is_text() -> None:
    found = reading("clip.srt", srt(["[latitude: 33.98] [longitude: 43.25]", "معسكر الصقر", "GPS(43.25,33.98,16)"]))
    assert len(tracks(found)) == 2
    assert [hint.text for hint in found.hints if hint.kind == "text"] == ["معسكر الصقر"]


@pytest.mark.parametrize("name", ["clip.srt", "clip.vtt"])
@pytest.mark.parametrize(
    "text",
    ["", "WEBVTT", "words", "-->", "00:00 -->", "99:99:99.999 --> 00:00:00.000", "\0" * 100, "1\n" * 1000, "\ufeff"],
)
def test_malformed_text_is_safe(name: str, text: str) -> None:
    found = reading(name, f"{text}\n")
    assert (found.status, found.hints) == ("read", ())


def test_truncated_file_keeps_its_beginning() -> None:
    whole = srt(["معسكر الصقر", "second line"]).encode()
    assert [hint.text for hint in reading("a.srt", whole[: whole.index(b"second")]).hints] == ["معسكر الصقر"]
