"""What all clips of one base show together: a union, whatever they have in common."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.layout_union import covered_deg, unite_coverage
from opsec.model import GROUND_GRID, SiteCoverage
from tests.casefile.made import AT, Judged, a_finding, a_post, keep

WEEK = Week.parse("2026-W47")


def seen(*cells: int, surely: int = 255, plan: str = "fence", **more: Any) -> SiteCoverage:
    """A clip that made out these cells."""
    ground = bytearray(GROUND_GRID**2)
    for cell in cells:
        ground[cell] = surely
    packed = base64.b64encode(bytes(ground)).decode("ascii")
    return replace(SiteCoverage(site="falcon-camp", plan=plan, ground=packed, cells=100), **more)


@pytest.fixture
def case() -> Iterator[CaseFile]:
    with open_case(":memory:") as opened:
        yield opened


@pytest.mark.parametrize(
    ("clips", "share"),
    [
        ([seen(*range(20)), seen(*range(20))], 0.20),  # the same side twice
        ([seen(*range(20)), seen(*range(10, 30))], 0.30),  # half of it the same
        ([seen(*range(20)), seen(*range(50, 70))], 0.40),
        ([seen(*range(20), surely=128), seen(*range(20), surely=128)], 0.10),  # the same half twice, a repost say
        ([seen(*range(20), plan="of before"), seen(*range(50, 60))], 0.10),  # reckoned with a fence that is no more
    ],
)
def test_ground_is_united_and_never_added(clips: list[SiteCoverage], share: float) -> None:
    told = unite_coverage("F-07", dict(enumerate_names(clips)))
    assert told.ground_share == pytest.approx(share, abs=0.002)


def test_clips_reckoned_with_a_fence_of_before_are_counted() -> None:
    clips = [
        seen(1, plan="of before"),
        seen(2, plan="of before"),
        seen(3),
        None,
        SiteCoverage(site="falcon-camp", score=0.2),
    ]
    told = unite_coverage("F-07", {str(number): clip for number, clip in enumerate(clips)})
    assert told.outdated == 2
    assert told.ground_share == pytest.approx(0.01)


def test_one_view_in_many_reposts_shows_what_one_shows_and_never_more_than_all() -> None:
    rim = [seen(*range(100), surely=128)] * 20
    assert unite_coverage("F-07", dict(enumerate_names(rim))).ground_share == pytest.approx(0.5, abs=0.01)
    whole = replace(seen(*range(110)), cells=100)
    assert unite_coverage("F-07", {"a": whole}).ground_share == 1.0


def enumerate_names(clips: list[SiteCoverage]) -> Iterator[tuple[str, SiteCoverage | None]]:
    return ((str(number), clip) for number, clip in enumerate(clips))


def test_the_union_is_no_less_than_any_clip_and_no_more_than_their_sum() -> None:
    clips = [seen(*range(start, start + 25), surely=200) for start in (0, 10, 40)]
    alone = [unite_coverage("F-07", {"a": one}).ground_share or 0.0 for one in clips]
    share = unite_coverage("F-07", dict(enumerate_names(clips))).ground_share
    assert share is not None
    assert max(alone) <= share <= sum(alone)


@pytest.mark.parametrize(
    ("sectors", "degrees"),
    [([], 0.0), ([(10, 40), (20, 40)], 50.0), ([(350, 20), (0, 30)], 40.0), ([(0, 360), (90, 90)], 360.0)],
)
def test_headings_are_united_round_the_compass(sectors: list[tuple[float, float]], degrees: float) -> None:
    assert covered_deg(sectors) == degrees


def test_what_nobody_assessed_stays_so() -> None:
    told = unite_coverage("F-07", {"a": None, "b": SiteCoverage(site="falcon-camp")})
    assert (told.clips, told.assessed) == (2, 0)
    assert (told.zones, told.ground_share, told.sectors_deg, told.sweep_deg, told.score) == (None,) * 5


def test_zones_are_united_and_the_widest_clip_stands_for_those_without_a_place() -> None:
    one = SiteCoverage(site="falcon-camp", score=0.3, sweep_deg=200.0, zones=("Gate", "Store"))
    other = SiteCoverage(site="falcon-camp", score=0.2, sweep_deg=90.0, zones=("Gate",))
    told = unite_coverage("F-07", {"a": one, "b": other})
    assert (told.zones, told.score, told.sweep_deg) == (2, 0.3, 200.0)


def test_the_case_file_remembers_what_earlier_weeks_showed(case: CaseFile) -> None:
    early, late = seen(*range(20), score=0.1), seen(*range(50, 70), score=0.2)
    keep(case, a_post("a"), Judged(findings=[a_finding("a")], shown=(early,)), at=AT - timedelta(days=21))
    keep(case, a_post("b"), Judged(findings=[a_finding("b")], shown=(late,)), at=AT)
    keep(case, a_post("again.mp4", content="b"), Judged(findings=[a_finding("b")], shown=(late,)), at=AT)
    keep(case, a_post("c"), Judged(findings=[a_finding("c")], shown=(seen(99),)), at=AT + timedelta(days=7))
    (told,) = case.exposure(WEEK).site_coverage
    assert (told.site_code, told.clips, told.assessed) == ("F-07", 2, 2)
    assert told.ground_share == pytest.approx(0.40)
    assert told.score == pytest.approx(0.40)
    (before,) = case.exposure(WEEK.before()).site_coverage
    assert before.ground_share == pytest.approx(0.20)


def test_a_clip_posted_again_and_matched_anew_tells_todays_fence(case: CaseFile) -> None:
    old, new = seen(1, plan="of before"), seen(2, 3, plan="today's")
    keep(case, a_post("a"), Judged(findings=[a_finding("a")], shown=(old,)), at=AT - timedelta(days=2))
    keep(case, a_post("b"), Judged(findings=[a_finding("b")], shown=(old,)), at=AT - timedelta(days=1))
    keep(case, a_post("again.mp4", content="a"), Judged(findings=[a_finding("a")], shown=(new,)), at=AT)
    (told,) = case.exposure(WEEK).site_coverage
    assert (told.clips, told.outdated) == (2, 1)
    assert told.ground_share == pytest.approx(0.02)


def test_a_clip_that_asks_for_nothing_is_not_counted(case: CaseFile) -> None:
    keep(case, a_post("a"), Judged(findings=[a_finding("a", "watch")], shown=(seen(1),)))
    assert case.exposure(WEEK).site_coverage == ()


def test_a_damaged_row_shows_no_ground() -> None:
    assert unite_coverage("F-07", {"a": replace(seen(1), ground="%%%")}).ground_share == 0.0
