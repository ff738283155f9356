"""Coverage records of several clips can be united."""

import pytest

from opsec.matching.layout.assessment import assess_layout
from opsec.matching.layout.coverage_record import build_coverage_record
from opsec.model import Layout, SiteCoverage
from opsec.model.ground_grid import union_share
from tests.fixtures.records import make_clip, position_hint
from tests.matching.layout.camp import CAMP, project, projected, tying_match


def coverage(heading_deg: float) -> tuple[Layout, SiteCoverage]:
    clip = make_clip(position_hint(31.0050, 42.0050, heading_deg=heading_deg))
    layout, _matches, (record,) = assess_layout(clip, [tying_match()], [CAMP])
    return layout, record


def test_records_of_different_views_add_up() -> None:
    shares = []
    for heading_deg in (0.0, 90.0):
        layout, record = coverage(heading_deg)
        share = union_share([record.ground], record.cells)
        assert record.zones == layout.zones_seen
        assert share == pytest.approx(layout.share_of_base, rel=0.25)
        shares.append(share)
    north, east = coverage(0.0)[1], coverage(90.0)[1]
    assert union_share([north.ground, east.ground], north.cells) == pytest.approx(sum(shares), rel=0.05)
    assert sum(extent for _start, extent in (*north.sectors, *east.sectors)) == pytest.approx(90.0, abs=2)


def test_the_same_view_twice_is_one_sector() -> None:
    assert coverage(0.0)[1].sectors == ((338.0, 45.0),)


def test_without_a_known_view_only_the_layout_is_kept() -> None:
    record = build_coverage_record("camp", Layout(score=0.3, sweep_deg=90.0), project(CAMP), [])
    assert (record.score, record.sweep_deg, record.sectors, record.plan, record.ground) == (0.3, 90.0, (), "", "")
    assert build_coverage_record("camp", Layout(), None, []).cells == 0.0


def test_the_fence_hash_depends_on_the_shape_alone() -> None:
    from opsec.matching.layout.camera_pose import CameraPose

    camera = CameraPose(east_m=0.0, north_m=0.0, heading_deg=0.0, hfov_deg=60.0)
    plans = {build_coverage_record("camp", Layout(), site, [camera]).plan for site in (projected(), project(CAMP))}
    assert len(plans) == 2
