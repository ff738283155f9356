"""Times of a clip: live posting, quiet hours in the zone of the site, and what is kept for the case file."""

from typing import Any

import pytest

from opsec.matching.posting_time import (
    ClipTime,
    complete_coverage,
    is_within,
    posting_delay,
    recorded_time,
    time_matches,
)  # fmt: skip
from opsec.model import Clip, Hint, Match, Post, SiteCoverage
from opsec.model.notes import PRESENCE, STRENGTH, make_note
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from tests.fixtures.records import make_clip, make_match, make_site, position_hint, text_hint

BAGHDAD: dict[str, Any] = {"time_zone": "Asia/Baghdad", "quiet_hours": ("22:00", "05:30")}
BERLIN: dict[str, Any] = {"time_zone": "Europe/Berlin", "quiet_hours": ("22:00", "05:30")}


def time_hint(text: str, field: str = "EXIF DateTimeOriginal", **more: Any) -> Hint:
    return Hint(kind="time", family="META", reader="test", field=field, text=text, **{"id": "h2", **more})


def clip_of(posted: str | None, recorded: str | None = None, *hints: Hint) -> Clip:
    times = [] if recorded is None else [time_hint(recorded)]
    return make_clip(position_hint(31.005, 42.005), *times, *hints, post=Post(posted_at=posted))


def rules_of(clip: Clip, *matches: Match, live_minutes: float = 15.0, **site: Any) -> list[str]:
    beside = matches or (make_match(),)
    return [one.rule for one in time_matches(clip, beside, [make_site(**site)], live_minutes)]


# ── posted live ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("recorded", "posted", "order", "minutes"),
    [
        ("2026-11-16T12:00:00+03:00", "2026-11-16T12:10:00+03:00", "live", 10),
        ("2026-11-16T12:00:00+03:00", "2026-11-16T09:10:00Z", "live", 10),
        ("2026-11-16T12:00:00+03:00", "2026-11-16T09:00:00Z", "live", 0),  # equal times
        ("2026-11-16T23:55:00+03:00", "2026-11-17T00:05:00+03:00", "live", 10),
        ("2026-11-16T12:00:00Z", "2026-11-16T12:15:00Z", "live", 15),
        ("2026-11-16T12:00:00Z", "2026-11-16T12:15:01Z", "earlier", 15),
        ("2026-11-16T12:00:00Z", "2026-11-16T11:59:00Z", "live", 0),  # a clock a little fast
        ("2026-11-16T12:00:00Z", "2026-11-16T11:57:00Z", "clock_wrong", -3),
        ("2026-11-16T12:00:00", "2026-11-16T12:05:00Z", "no_zone", None),
        ("2026-11-16T12:00:00Z", "2026-11-16T12:05:00", "no_zone", None),
        ("2026-11-16T12:00:00Z", "2026-11-16", "unknown", None),
        (None, "2026-11-16T12:05:00Z", "unknown", None),
        ("2026-11-16T12:00:00Z", None, "unknown", None),
        ("2026-11-16T12:00:00Z", "yesterday", "unknown", None),
        ("0001-01-01T00:00:00+14:00", "2026-11-16T12:05:00Z", "unknown", None),  # no such moment in UTC
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:05:00+01:00", "earlier", 35),  # the hour that comes twice
    ],
)
def test_delay_between_recording_and_posting(
    recorded: str | None, posted: str | None, order: str, minutes: float | None
) -> None:
    delay = posting_delay(clip_of(posted, recorded), live_minutes=15.0)
    assert delay.order == order
    assert delay.minutes == pytest.approx(minutes, abs=0.1) if minutes is not None else delay.minutes is None
    assert rules_of(clip_of(posted, recorded)) == (["POSTED-LIVE"] if order == "live" else [])


def test_the_minutes_and_the_evidence_are_named() -> None:
    (live,) = time_matches(clip_of("2026-11-16T12:04:00Z", "2026-11-16T12:00:00Z"), [make_match()], [make_site()], 15.0)
    assert live.why.en == "posted 4 minutes after it was recorded, so whoever filmed it may still be there"
    assert "4" in live.why.ar
    assert live.hint_ids == ("h2",)
    assert (live.id, live.grade, live.log_odds) == ("m2", "possible", 0.0)


def test_the_limit_is_a_setting() -> None:
    clip = clip_of("2026-11-16T12:40:00Z", "2026-11-16T12:00:00Z")
    assert rules_of(clip, live_minutes=15.0) == []
    assert rules_of(clip, live_minutes=60.0) == ["POSTED-LIVE"]


@pytest.mark.parametrize(
    "beside", [make_match(grade="possible"), make_match(log_odds=0.0), make_match(site_id="another")]
)
def test_times_alone_match_no_site(beside: Match) -> None:
    clip = clip_of("2026-11-17T00:04:00+03:00", "2026-11-17T00:00:00+03:00")
    assert rules_of(clip, beside, **BAGHDAD) == []


DEVICE = Hint(kind="device", family="META", reader="test", field="moov/udta/©mod", text="Phone 5", id="h3")
BOX = "moov/mvhd"


@pytest.mark.parametrize(
    ("hints", "recorded_by"),
    [
        ([time_hint("2026-11-16T12:00:00Z", BOX)], None),  # the platform may have written it
        ([time_hint("2026-11-16T12:00:00Z", BOX), DEVICE], "h2"),
        ([time_hint("2026-11-16T12:00:00Z", BOX), DEVICE, time_hint("2026-11-16T11:00:00Z", id="h4")], "h4"),
        ([time_hint("2026-11-16T12:00:00"), time_hint("2026-11-16T11:00:00Z", "GPS", id="h4")], "h4"),
    ],
)
def test_a_container_counts_only_with_its_camera(hints: list[Hint], recorded_by: str | None) -> None:
    found = recorded_time(make_clip(*hints))
    assert (found.hint_id if found else None) == recorded_by


def test_the_record_of_the_post_gives_a_recorded_time() -> None:
    found = recorded_time(make_clip(post=Post(recorded_at="2026-11-16T12:00:00Z")))
    assert isinstance(found, ClipTime)
    assert found.hint_id is None


# ── quiet hours ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("posted", "site", "quiet"),
    [
        ("2026-11-16T19:00:00Z", BAGHDAD, True),  # 22:00 there
        ("2026-11-16T18:59:00Z", BAGHDAD, False),
        ("2026-07-16T19:00:00Z", BAGHDAD, True),  # no daylight saving time there
        ("2026-11-17T02:29:00Z", BAGHDAD, True),
        ("2026-11-17T02:30:00Z", BAGHDAD, False),
        ("2026-11-17T00:00:00+03:00", BAGHDAD, True),
        ("2026-01-16T20:30:00Z", BERLIN, False),  # 21:30 in winter
        ("2026-07-16T20:30:00Z", BERLIN, True),  # 22:30 in summer
        ("2026-10-25T03:30:00Z", BERLIN, True),  # 04:30, the clocks went back that night
        ("2026-10-24T03:30:00Z", BERLIN, False),  # 05:30 the night before
        ("2026-11-16T23:00:00", BAGHDAD, False),
        ("2026-11-16", BAGHDAD, False),
        (None, BAGHDAD, False),
        ("2026-11-16T22:30:00Z", {"quiet_hours": ("22:00", "05:30")}, False),  # a site without a zone
        ("2026-11-16T22:30:00Z", {"time_zone": "Asia/Baghdad"}, False),
        ("2026-11-16T22:30:00Z", {**BAGHDAD, "time_zone": "No/Such"}, False),
        ("2026-11-16T10:30:00Z", {"time_zone": "Asia/Baghdad", "quiet_hours": ("13:00", "15:00")}, True),
        ("2026-11-16T12:00:00Z", {"time_zone": "Asia/Baghdad", "quiet_hours": ("13:00", "15:00")}, False),
    ],
)
def test_quiet_hours_on_the_clock_of_the_site(posted: str | None, site: dict[str, Any], quiet: bool) -> None:
    assert rules_of(clip_of(posted), **site) == (["QUIET-HOURS"] if quiet else [])


def test_the_hour_of_recording_is_named_before_that_of_posting() -> None:
    clip = clip_of("2026-11-17T03:00:00+03:00", "2026-11-17T01:00:00+03:00")
    (quiet,) = time_matches(clip, [make_match()], [make_site(**BAGHDAD)], 15.0)
    assert quiet.why.en == "recorded at 01:00, within the quiet hours of F-07 (22:00 to 05:30, Asia/Baghdad)"
    assert "\u206601:00\u2069" in quiet.why.ar


@pytest.mark.parametrize(
    ("clock", "begin", "end", "within"),
    [
        ("22:00", "22:00", "05:30", True),
        ("00:00", "22:00", "05:30", True),
        ("05:30", "22:00", "05:30", False),
        ("12:00", "22:00", "05:30", False),
        ("09:00", "09:00", "17:00", True),
        ("17:00", "09:00", "17:00", False),
        ("09:00", "09:00", "09:00", False),
    ],
)
def test_hours_run_over_midnight(clock: str, begin: str, end: str, within: bool) -> None:
    assert is_within(clock, begin, end) is within


def test_the_hour_raises_the_severity_and_never_the_likelihood() -> None:
    posted = Hint(kind="time", family="CONTEXT", reader="post", field="posted_at", text="2026-11-16T20:30:00Z", id="h2")
    clip = clip_of("2026-11-16T20:30:00Z", None, posted)
    site = make_site(**BAGHDAD)
    timed = time_matches(clip, [make_match()], [site], 15.0)
    assert [(one.rule, one.hint_ids) for one in timed] == [("QUIET-HOURS", ("h2",))]
    without = judge(clip, [make_match()], [site], Thresholds()).verdict
    beside = judge(clip, [make_match(), *timed], [site], Thresholds()).verdict
    assert beside.likelihood == without.likelihood
    assert beside.severity > without.severity
    assert timed[0].why in [line.why for line in beside.contributions]


# ── for the case file ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("clip", "site", "at", "zone"),
    [
        (clip_of("2026-11-16T19:00:00Z"), BAGHDAD, "2026-11-16T22:00:00+03:00", "Asia/Baghdad"),
        (clip_of("2026-07-16T20:30:00Z"), BERLIN, "2026-07-16T22:30:00+02:00", "Europe/Berlin"),
        (clip_of("2026-11-16T19:00:00Z", "2026-11-16T12:00:00Z"), BAGHDAD, "2026-11-16T15:00:00+03:00", "Asia/Baghdad"),
        (clip_of("2026-11-16T19:00:00Z"), {}, "2026-11-16T19:00:00+00:00", "UTC"),
        (clip_of("2026-11-16"), BAGHDAD, "", ""),
        (clip_of("2026-11-16T19:00:00"), BAGHDAD, "", ""),
    ],
)
def test_the_time_on_the_clock_of_the_site_is_kept(clip: Clip, site: dict[str, Any], at: str, zone: str) -> None:
    (kept,) = complete_coverage(clip, [SiteCoverage(site="falcon-camp")], [make_site(**site)])
    assert (kept.at, kept.time_zone, kept.words) == (at, zone, ())


def test_kinds_of_words_are_kept() -> None:
    words = [text_hint("now", family="CONTEXT", notes=(make_note(code),)) for code in (STRENGTH, PRESENCE)]
    (kept,) = complete_coverage(make_clip(*words), [SiteCoverage(site="falcon-camp")], [make_site()])
    assert kept.words == (PRESENCE, STRENGTH)
