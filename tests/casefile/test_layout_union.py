"""Combined coverage of all clips of one base: a union, whatever they have in common."""

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
    """A clip that resolved these cells."""
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
        ([seen(*range(20), surely=128), seen(*range(20), surely=128)], 0.10),  # the same half twice, as by a repost
        ([seen(*range(20), plan="of before"), seen(*range(50, 60))], 0.10),  # assessed with an outdated fence
    ],
)
def test_visible_ground_is_united_and_never_summed(clips: list[SiteCoverage], share: float) -> None:
    union = unite_coverage("F-07", dict(enumerate_names(clips)))
    assert union.ground_share == pytest.approx(share, abs=0.002)


def test_clips_assessed_with_an_outdated_fence_are_counted() -> None:
    clips = [
        seen(1, plan="of before"),
        seen(2, plan="of before"),
        seen(3),
        None,
        SiteCoverage(site="falcon-camp", score=0.2),
    ]
    union = unite_coverage("F-07", {str(number): clip for number, clip in enumerate(clips)})
    assert union.outdated == 2
    assert union.ground_share == pytest.approx(0.01)


def test_reposts_of_one_view_do_not_enlarge_the_visible_ground() -> None:
    rim = [seen(*range(100), surely=128)] * 20
    assert unite_coverage("F-07", dict(enumerate_names(rim))).ground_share == pytest.approx(0.5, abs=0.01)
    whole = replace(seen(*range(110)), cells=100)
    assert unite_coverage("F-07", {"a": whole}).ground_share == 1.0


def enumerate_names(clips: list[SiteCoverage]) -> Iterator[tuple[str, SiteCoverage | None]]:
    return ((str(number), clip) for number, clip in enumerate(clips))


def test_the_union_lies_between_the_largest_clip_and_the_sum() -> None:
    clips = [seen(*range(start, start + 25), surely=200) for start in (0, 10, 40)]
    alone = [unite_coverage("F-07", {"a": one}).ground_share or 0.0 for one in clips]
    share = unite_coverage("F-07", dict(enumerate_names(clips))).ground_share
    assert share is not None
    assert max(alone) <= share <= sum(alone)


@pytest.mark.parametrize(
    ("sectors", "degrees"),
    [([], 0.0), ([(10, 40), (20, 40)], 50.0), ([(350, 20), (0, 30)], 40.0), ([(0, 360), (90, 90)], 360.0)],
)
def test_headings_are_united_around_the_compass(sectors: list[tuple[float, float]], degrees: float) -> None:
    assert covered_deg(sectors) == degrees


def test_unassessed_values_stay_unassessed() -> None:
    union = unite_coverage("F-07", {"a": None, "b": SiteCoverage(site="falcon-camp")})
    assert (union.clips, union.assessed) == (2, 0)
    assert (union.zones, union.ground_share, union.sectors_deg, union.sweep_deg, union.score) == (None,) * 5


def test_zones_are_united_and_the_widest_sweep_is_kept() -> None:
    one = SiteCoverage(site="falcon-camp", score=0.3, sweep_deg=200.0, zones=("Gate", "Store"))
    other = SiteCoverage(site="falcon-camp", score=0.2, sweep_deg=90.0, zones=("Gate",))
    union = unite_coverage("F-07", {"a": one, "b": other})
    assert (union.zones, union.score, union.sweep_deg) == (2, 0.3, 200.0)


def test_the_case_file_stores_the_coverage_of_earlier_weeks(case: CaseFile) -> None:
    early, late = seen(*range(20), score=0.1), seen(*range(50, 70), score=0.2)
    keep(case, a_post("a"), Judged(findings=[a_finding("a")], shown=(early,)), at=AT - timedelta(days=21))
    keep(case, a_post("b"), Judged(findings=[a_finding("b")], shown=(late,)), at=AT)
    keep(case, a_post("again.mp4", content="b"), Judged(findings=[a_finding("b")], shown=(late,)), at=AT)
    keep(case, a_post("c"), Judged(findings=[a_finding("c")], shown=(seen(99),)), at=AT + timedelta(days=7))
    (union,) = case.exposure(WEEK).site_coverage
    assert (union.site_code, union.clips, union.assessed) == ("F-07", 2, 2)
    assert union.ground_share == pytest.approx(0.40)
    assert union.score == pytest.approx(0.40)
    (before,) = case.exposure(WEEK.before()).site_coverage
    assert before.ground_share == pytest.approx(0.20)


def test_a_reposted_clip_uses_the_current_fence_once_matched_again(case: CaseFile) -> None:
    old, new = seen(1, plan="of before"), seen(2, 3, plan="today's")
    keep(case, a_post("a"), Judged(findings=[a_finding("a")], shown=(old,)), at=AT - timedelta(days=2))
    keep(case, a_post("b"), Judged(findings=[a_finding("b")], shown=(old,)), at=AT - timedelta(days=1))
    keep(case, a_post("again.mp4", content="a"), Judged(findings=[a_finding("a")], shown=(new,)), at=AT)
    (union,) = case.exposure(WEEK).site_coverage
    assert (union.clips, union.outdated) == (2, 1)
    assert union.ground_share == pytest.approx(0.02)


def test_a_clip_without_an_action_is_not_counted(case: CaseFile) -> None:
    keep(case, a_post("a"), Judged(findings=[a_finding("a", "watch")], shown=(seen(1),)))
    assert case.exposure(WEEK).site_coverage == ()


def test_a_damaged_row_contributes_no_ground() -> None:
    assert unite_coverage("F-07", {"a": replace(seen(1), ground="%%%")}).ground_share == 0.0
