"""What the clips of each base reveal together, from the case file: periods, copies, decisions, routines, masking."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from opsec.casefile.accumulated import accumulated
from opsec.casefile.base_history import pseudonym
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.iso_week import Week
from opsec.casefile.purging import purge
from opsec.casefile.scan_marks import number_secret
from opsec.model import Mosaic, Post, Routine, SiteCoverage, UntimedPosts
from opsec.model.ground_grid import VIEW_GRID, encode_view
from opsec.reports.weekly_json import weekly_document
from tests.casefile.made import AT, SITE_CODES, Judged, a_finding, a_post, a_result, digest, keep

END = Week.parse("2026-W47").ends
GROUND = encode_view([n % 8 == 0 for n in range(VIEW_GRID**2)])


@pytest.fixture
def case() -> Iterator[CaseFile]:
    with open_case(":memory:") as opened:
        yield opened


def store(
    case: CaseFile,
    name: str,
    at: str = "2026-11-17T18:00:00+03:00",
    *,
    content: str | None = None,
    account: str | None = "@Salim_17",
    site: str = "falcon-camp",
    zone: str = "Asia/Baghdad",
    seen: datetime = AT,
    severity: float = 0.4,
    **shown: object,
) -> str:
    """Store one clip of a base as a scan does; return the fingerprint of its finding."""
    post = a_post(f"{name}.mp4", content=content or name)
    finding = a_finding(content or name, site=site, severity=severity)
    coverage = SiteCoverage(site=site, at=at, time_zone=zone if at else "", **shown)  # type: ignore[arg-type]
    result = a_result(post, Judged(findings=[finding], shown=(coverage,)))
    result = replace(result, clip=replace(result.clip, post=Post(author=account)))
    case.save(
        post,
        result,
        readers_version="readers-1",
        site_codes=SITE_CODES,
        settings_sha256=digest("settings"),
        sites_sha256=digest("sites"),
        at=seen,
    )
    return finding.fingerprint


def of_case(
    case: CaseFile, until: datetime = END
) -> tuple[tuple[Mosaic, ...], tuple[Routine, ...], tuple[UntimedPosts, ...]]:
    with case.transactions.read() as connection:
        return accumulated(connection, until, "2026-11-18", number_secret(connection))


def mosaic_of(case: CaseFile, days: int) -> Mosaic:
    return next(one for one in of_case(case)[0] if one.days == days)


def three_sides(case: CaseFile, **more: str) -> None:
    for number in range(3):
        store(
            case,
            f"side {number}",
            sectors=((120.0 * number, 110.0),),
            zones=(f"zone {number}",),
            zone_count=4,
            **more,  # type: ignore[arg-type]
        )


# ── mosaics ───────────────────────────────────────────────────────────────────────────────────
def test_an_empty_case_has_no_mosaic(case: CaseFile) -> None:
    assert of_case(case) == ((), (), ())


def test_weak_clips_of_one_base_are_a_finding_together(case: CaseFile) -> None:
    three_sides(case)
    found = mosaic_of(case, 30)
    assert (found.site_code, found.clips, found.action, found.is_finding) == ("F-07", 3, "review", True)
    assert (found.shown.zones, found.zones_drawn) == (3, 4)
    assert found.shown.headings_deg == pytest.approx(330)
    assert found.shown.exposure == pytest.approx(0.25 * 3 / 4 + 0.15 * 330 / 360)
    assert found.best_clip == pytest.approx(0.25 / 4 + 0.15 * 110 / 360)
    assert found.severity == pytest.approx(1 - 0.6 * (1 - found.shown.exposure))
    assert sum(clip.adds.exposure for clip in found.cover) == pytest.approx(found.shown.exposure)
    assert len(found.take_down) == 2
    assert found.left == pytest.approx(found.best_clip)


def test_a_grave_mosaic_asks_for_action_today(case: CaseFile) -> None:
    store(case, "gate", severity=0.5, zones=("gate",), zone_count=2, sectors=((0.0, 180.0),))
    store(case, "store", severity=0.2, zones=("store",), zone_count=2, sectors=((180.0, 180.0),))
    assert mosaic_of(case, 7).action == "act_today"


def test_clips_of_two_bases_are_two_mosaics(case: CaseFile) -> None:
    three_sides(case)
    store(case, "elsewhere", site="heron-depot", zones=("dock",))
    found = [one for one in of_case(case)[0] if one.days == 90]
    assert [(one.site_code, one.clips, one.is_finding) for one in found] == [("F-07", 3, True), ("H-02", 1, False)]
    assert len({one.number for one in of_case(case)[0]}) == 6


def test_periods_end_with_the_week_and_go_by_the_time_of_the_post(case: CaseFile) -> None:
    for days_ago in (1, 6, 8, 29, 31, 89, 91):
        store(case, f"clip {days_ago}", (END - timedelta(days=days_ago)).isoformat(timespec="seconds"))
    assert [(one.days, one.clips) for one in of_case(case)[0]] == [(7, 2), (30, 4), (90, 6)]


def test_a_clip_of_unknown_time_counts_by_its_first_scan(case: CaseFile) -> None:
    store(case, "long ago", "", seen=AT - timedelta(days=40))
    store(case, "today", "", seen=AT)
    assert [(one.days, one.clips) for one in of_case(case)[0]] == [(7, 1), (30, 1), (90, 2)]


def test_the_same_clip_posted_again_is_one_clip_with_two_posts(case: CaseFile) -> None:
    three_sides(case)
    once = mosaic_of(case, 30)
    store(case, "again", content="side 0", sectors=((0.0, 110.0),), zones=("zone 0",), zone_count=4)
    twice = mosaic_of(case, 30)
    assert (twice.clips, twice.shown) == (once.clips, once.shown)
    assert sorted(clip.posts for clip in twice.cover) == [1, 1, 2]


def test_hidden_clips_are_left_out_and_removed_ones_counted_apart(case: CaseFile) -> None:
    three_sides(case)
    dismissed = store(case, "a training film", zones=("zone 3",), zone_count=4)
    removed = store(case, "removed", zones=("zone 4",), zone_count=5)
    case.decisions.decide([dismissed], NewDecision(state="dismissed", by="N.", why="ours"), AT)
    case.decisions.decide([removed], NewDecision(state="confirmed", by="N."), AT)
    case.decisions.decide([removed], NewDecision(state="takedown_requested", by="N."), AT)
    case.decisions.decide([removed], NewDecision(state="removed", by="N."), AT)
    found = mosaic_of(case, 30)
    assert (found.clips, found.removed, found.shown.zones, found.zones_drawn) == (3, 1, 3, 4)


def test_ground_of_a_fence_that_was_redrawn_is_left_out(case: CaseFile) -> None:
    store(case, "before", plan="old", cells=1024.0, view=GROUND, seen=AT - timedelta(days=1))
    store(case, "after", plan="new", cells=1024.0, view=GROUND)
    found = mosaic_of(case, 30)
    assert found.outdated == 1
    assert found.shown.ground == pytest.approx(1 / 8)


# ── routines ──────────────────────────────────────────────────────────────────────────────────
TUESDAYS = ("2026-11-03T18:05:00+03:00", "2026-11-10T17:50:00+03:00", "2026-11-17T18:20:00+03:00")


def test_the_routine_of_an_account_is_found_and_named_by_a_pseudonym(case: CaseFile) -> None:
    for number, at in enumerate(TUESDAYS):
        store(case, f"clip {number}", at)
    routines = of_case(case)[1]
    assert [(one.site_code, one.weekday, one.starts, one.time_zone, one.periods) for one in routines] == [
        ("F-07", 1, "17:50", "Asia/Baghdad", 3)
    ] * 2
    with case.transactions.read() as connection:
        secret = number_secret(connection)
    assert [one.account for one in routines] == [pseudonym(secret, "salim_17"), None]
    assert len(routines[0].findings) == 3
    assert pseudonym(secret, "salim_17") != pseudonym(bytes(32), "salim_17")


def test_accounts_that_share_an_hour_are_a_routine_of_the_base_alone(case: CaseFile) -> None:
    for number, at in enumerate(TUESDAYS):
        store(case, f"clip {number}", at, account=f"account {number}")
    assert [one.account for one in of_case(case)[1]] == [None]


def store_elsewhere(case: CaseFile, name: str, at: str, account: str = "@Salim_17") -> None:
    """Store a post in which nothing was found."""
    post = a_post(f"{name}.mp4", content=name)
    keep(case, post, Judged(post=Post(author=account, posted_at=at)), at=AT)


@pytest.mark.parametrize(
    ("elsewhere", "found"),
    [
        ((), 2),
        (("2026-10-06T18:00:00+03:00", "2026-10-13T15:10:00Z", "2026-10-20T18:20:00+03:00"), 0),  # so it always posts
        (("2026-10-07T11:00:00+03:00", "2026-10-09T08:10:00Z", "2026-10-19T13:20:00+03:00"), 2),
        (("2026-10-06T18:00:00", "yesterday", "2026-06-20T18:20:00+03:00"), 2),  # without a zone, or long ago
    ],
)
def test_an_account_that_posts_at_that_hour_wherever_it_is_has_no_routine(
    case: CaseFile, elsewhere: tuple[str, ...], found: int
) -> None:
    for number, at in enumerate(TUESDAYS):
        store(case, f"clip {number}", at)
    for number, at in enumerate(elsewhere):
        store_elsewhere(case, f"elsewhere {number}", at)
        store_elsewhere(case, f"other account {number}", TUESDAYS[0], "@Noor")
    assert len(of_case(case)[1]) == found


def test_the_stored_routines_follow_the_other_posts_of_an_account(case: CaseFile) -> None:
    for number, at in enumerate(TUESDAYS):
        store(case, f"clip {number}", at)
    assert len(case.exposure(Week.parse("2026-W47"), AT).routines) == 2
    for number, day in enumerate(("06", "13", "20", "27")):
        store_elsewhere(case, f"elsewhere {number}", f"2026-10-{day}T18:10:00+03:00")
    assert case.exposure(Week.parse("2026-W47"), AT).routines == ()
    for number, day in enumerate(("06", "13", "20", "27")):  # read again, they are of somebody else
        store_elsewhere(case, f"elsewhere {number}", f"2026-10-{day}T18:10:00+03:00", "@Noor")
    assert len(case.exposure(Week.parse("2026-W47"), AT).routines) == 2


def test_the_stored_routines_follow_a_purge_of_the_other_posts(case: CaseFile) -> None:
    for number, at in enumerate(TUESDAYS):
        store(case, f"clip {number}", at)
    for number, day in enumerate(("06", "13", "20", "27")):
        store_elsewhere(case, f"elsewhere {number}", f"2026-10-{day}T18:10:00+03:00")
    assert case.exposure(Week.parse("2026-W47"), AT).routines == ()
    purged = purge(case.transactions, AT + timedelta(seconds=1), at=AT)  # those at the base are open, and stay
    assert purged.posts == 4
    assert len(case.exposure(Week.parse("2026-W47"), AT).routines) == 2


@pytest.mark.parametrize(
    ("times", "accounts"),
    [
        (("2026-11-03T18:05:00", *TUESDAYS[1:]), 0),  # without a zone
        (("", *TUESDAYS[1:]), 0),
        (TUESDAYS[1:], 0),
        ((*TUESDAYS[:2], "2026-11-18T18:20:00+03:00"), 0),
        (("2026-10-13T18:05:00+03:00", "2026-10-27T18:00:00+03:00", *TUESDAYS[1:]), 2),
        (("2026-07-07T18:05:00+03:00", *TUESDAYS[1:]), 0),  # longer ago than ninety days
    ],
)
def test_only_known_times_count(case: CaseFile, times: tuple[str, ...], accounts: int) -> None:
    for number, at in enumerate(times):
        store(case, f"clip {number}", at)
    assert len(of_case(case)[1]) == accounts


def test_a_clip_that_is_posted_every_week_is_no_routine(case: CaseFile) -> None:
    for number, at in enumerate(TUESDAYS):
        store(case, f"copy {number}", at, content="the same")
    assert of_case(case)[1] == ()


def test_clips_at_another_base_are_no_routine_of_this_one(case: CaseFile) -> None:
    for number, at in enumerate(TUESDAYS):
        store(case, f"clip {number}", at, site="heron-depot" if number else "falcon-camp")
    assert of_case(case)[1] == ()


def test_an_hour_follows_the_clock_of_the_site_through_daylight_saving_time(case: CaseFile) -> None:
    berlin = ("2026-10-13T18:05:00+02:00", "2026-10-20T18:05:00+02:00", "2026-10-27T18:05:00+01:00")
    for number, at in enumerate(berlin):
        store(case, f"clip {number}", at, zone="Europe/Berlin")
    assert {(one.weekday, one.starts, one.time_zone) for one in of_case(case)[1]} == {(1, "18:05", "Europe/Berlin")}


def test_posts_of_unknown_time_are_counted(case: CaseFile) -> None:
    store(case, "known")
    store(case, "unknown", "")
    assert of_case(case)[2] == (UntimedPosts(site_code="F-07", posts=1, of=2),)


# ── the week ──────────────────────────────────────────────────────────────────────────────────
def test_the_week_names_no_account_base_or_zone(case: CaseFile) -> None:
    three_sides(case)
    for number, at in enumerate(TUESDAYS):
        store(case, f"clip {number}", at, zones=("secret north store",))
    exposure = case.exposure(Week.parse("2026-W47"), AT)
    assert exposure.mosaics
    assert exposure.routines
    text = json.dumps(weekly_document(exposure)).casefold()
    assert [word for word in ("salim", "falcon", "secret", "zone 1", ".mp4") if word in text] == []
