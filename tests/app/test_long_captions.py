"""Any caption of a megabyte is read, escaped and judged within a second of processor time."""

import io
import json
import time

import pytest

from opsec.app.scan_clip import scan_clip
from opsec.matching.matcher import build_site_index
from opsec.model import MAX_TEXT_LENGTH, PostFile, ReadPost, Result
from opsec.readers.registry import read_file
from opsec.reports.check_text import caption_report_lines
from opsec.reports.scan_json import clip_record
from opsec.settings import Settings
from tests.fixtures.records import make_site

MEGABYTE = 1_000_000
SLOW = 3.0
"""Allowed slowdown relative to the machine on which the limit was measured."""
OURS = build_site_index([make_site()])
MADE_OF = {
    "the name": "Falcon Camp ",
    "the name in Arabic": "معسكر الصقر ",
    "the name in Arabizi": "m3askar alsaqr ",
    "nearly the name": "Flacon Camp ",
    "coordinates": "31°0'18\" ",
    "digits": "12 ",
    "halves of surrogate pairs": "\ud800",
    "mixed overrides": "\u202e\u2066معسكر abc\u2069\u202d",
    "marks": "a\u0301",
}


def judged(caption: str) -> Result:
    record = {
        "description": caption,
        "uploader": "someone",
        "extractor": "TikTok",
        "webpage_url": "https://x.example/7",
    }
    reading = read_file(io.BytesIO(json.dumps(record).encode()), "info_json")
    part = PostFile(role="sidecar", path="a.info.json", sha256="ab" * 32, kind="info_json", reading=reading)
    return scan_clip(ReadPost(path="a.info.json", parts=(part,)), OURS, Settings())


@pytest.mark.parametrize("words", MADE_OF.values(), ids=MADE_OF)
def test_a_caption_of_a_megabyte_is_scanned(words: str) -> None:
    caption = words * (MEGABYTE // len(words.encode("utf-8", "surrogatepass")))
    began_s = time.process_time()
    result = judged(caption)
    took_s = time.process_time() - began_s
    assert took_s < SLOW
    assert len(result.clip.post.caption or "") == min(len(caption), MAX_TEXT_LENGTH)
    assert ("too_long" in {why.code for why in result.clip.coverage.reasons}) == (len(caption) > MAX_TEXT_LENGTH)
    json.dumps(clip_record(result), ensure_ascii=False).encode()  # raises for half a surrogate pair
    shown = "".join(say for message in caption_report_lines(result, "en") for say in map(str, message.blanks.values()))
    assert not set(shown) & set("\u202d\u202e\ud800")


def test_text_beyond_the_cut_is_reported_as_unread() -> None:
    result = judged("x " * MEGABYTE + "Falcon Camp")
    assert result.matches == ()
    assert result.clip.coverage.status == "partly"
