"""Site assessment: what telemetry shows of a site, and what a position alone does not."""

import pytest

from opsec.matching.layout.site_assessment import assess_site
from opsec.model import Fix, Hint, Motion, Point
from tests.fixtures.records import make_clip, make_site, position_hint, square_fence
from tests.matching.layout.camp import CAMP, motion_hint, tying_match, walk_hint


def test_two_tracks_of_one_walk_are_not_summed() -> None:
    one = assess_site(make_clip(walk_hint()), CAMP, [tying_match()])
    two = assess_site(make_clip(walk_hint(), walk_hint("h2")), CAMP, [tying_match()])
    assert one.evidence.walked_m == pytest.approx(60, abs=2)
    assert two.evidence.walked_m == one.evidence.walked_m
    assert two.walk is not None and two.walk.id == "h1"


def test_a_track_without_headings_gives_a_path_and_no_view() -> None:
    fixes = tuple(Fix(float(second), Point(31.004 + second * 2e-5, 42.005)) for second in range(20))
    hint = Hint(id="h1", kind="track", family="META", reader="t", field="moov", fixes=fixes)
    found = assess_site(make_clip(hint), CAMP, [tying_match()])
    assert found.evidence.viewshed is None
    assert found.zone_hints == {}
    assert found.evidence.walked_m == pytest.approx(42.0, abs=8.0)
    assert {line.kind for line in found.evidence.plan} == {"fence", "zone", "walk"}


def test_a_position_without_a_heading_draws_no_plan() -> None:
    unknown = assess_site(make_clip(position_hint(31.0050, 42.0050)), CAMP, [tying_match()])
    looking = assess_site(make_clip(position_hint(31.0075, 42.0050, heading_deg=0.0)), CAMP, [tying_match()])
    assert (unknown.evidence.viewshed, unknown.evidence.plan) == (None, ())
    assert looking.zone_hints == {"Gate": "h1"}
    assert {line.kind for line in looking.evidence.plan} >= {"fence", "view", "zone_seen", "zone"}


def test_a_full_turn_in_one_place_sees_all_around() -> None:
    full_turn = Motion(motion="turn", heading_deg=350.0, hfov_deg=40.0, sweep_deg=360.0)
    zone = square_fence(
        31.0052, 42.0048, 31.0056, 42.0052, role="zone", name="gate", zone_class="gate", sensitivity=0.9
    )
    site = make_site(fences=(*make_site().fences, zone))
    found = assess_site(make_clip(position_hint(31.005, 42.005), motion_hint(full_turn)), site, [])
    assert found.evidence.viewshed is not None
    assert found.evidence.viewshed.zones == ("gate",)
    assert found.evidence.by_telemetry


def test_a_site_without_a_fence_has_no_geometry() -> None:
    found = assess_site(make_clip(position_hint(31.005, 42.005, heading_deg=0.0)), make_site(fences=()), [])
    assert (found.projected, found.cameras, found.walk) == (None, [], None)
    assert not found.evidence.by_telemetry
