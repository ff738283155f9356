"""Facts of a clip on a page: which links open, and which time is shown."""

from dataclasses import replace

import pytest

from opsec.model import Post
from opsec.reports.clip_facts import clip_facts, local_time
from tests.reports.made import flagged_clip


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://clips.example/v/1?a=b&c=%20", True),
        ("HTTP://clips.example/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("https://clips.example/a b", False),
        ("https://clips.example/\u202egpj.exe", False),
        ("https://كليب.example/", False),
        ("https://maps.example/@33.980123,43.250456", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_a_web_address_shown_in_full_is_a_link(url: str, opens: bool) -> None:
    result = flagged_clip()
    result = replace(result, clip=replace(result.clip, post=Post(url=url)))
    (link,) = (fact for fact in clip_facts(result, "en", None) if fact.name == "link")
    assert link.href == (url if opens else None)
    assert "33.98" not in link.value
    assert (link.value == url) or not opens


@pytest.mark.parametrize(
    ("written", "zone", "shown"),
    [
        ("2026-11-16T05:30:00Z", "Asia/Baghdad", "2026-11-16 08:30:00 (Asia/Baghdad)"),
        ("2026-11-16T23:30:00+01:00", "Asia/Baghdad", "2026-11-17 01:30:00 (Asia/Baghdad)"),
        ("2026-11-16T05:30:00", "Asia/Baghdad", "2026-11-16T05:30:00"),
        ("2026-11-16", "Asia/Baghdad", "2026-11-16"),
        ("2026-11-16T05:30:00Z", None, "2026-11-16T05:30:00Z"),
        ("2026-11-16T05:30:00Z", "Mars/Olympus", "2026-11-16T05:30:00Z"),
        ("0001-01-01T00:00:00+14:00", "America/New_York", "0001-01-01T00:00:00+14:00"),
        (None, "Asia/Baghdad", None),
    ],
)
def test_times_are_those_of_the_site(written: str | None, zone: str | None, shown: str | None) -> None:
    assert local_time(written, zone) == shown


@pytest.mark.parametrize(
    ("recorded", "posted", "said"),
    [
        ("2026-11-16T12:00:00Z", "2026-11-16T11:00:00Z", "the camera has the wrong time"),
        ("2026-11-16T12:00:00", "2026-11-16T12:05:00Z", "no time zone"),
        ("2026-11-16T12:00:00Z", "2026-11-16T12:05:00Z", None),
        ("2026-11-16T12:00:00Z", None, None),
        (None, "2026-11-16T12:05:00Z", None),
    ],
)
def test_doubtful_times_are_said(recorded: str | None, posted: str | None, said: str | None) -> None:
    result = flagged_clip()
    post = Post(posted_at=posted, recorded_at=recorded)
    hints = tuple(hint for hint in result.clip.hints if hint.kind != "time")
    result = replace(result, clip=replace(result.clip, post=post, hints=hints))
    doubts = [fact.value for fact in clip_facts(result, "en", None) if fact.name == "times"]
    assert len(doubts) == (said is not None)
    assert all(said in doubt for doubt in doubts if said)
