"""What telemetry and landmarks tell of a site's layout, and what they never tell."""

from typing import Any

import pytest

from opsec.casefile.layout_union import united
from opsec.matching.layout.assessment import assess
from opsec.matching.layout.camera_pose import Camera
from opsec.matching.layout.local_projection import ground_of
from opsec.matching.layout.telemetry_poses import MOST_PLACES, cameras_of
from opsec.matching.layout.visible_area import seen_from
from opsec.model import Fix, Hint, Landmark, Layout, Match, Motion, Point, Site
from opsec.reports.layout_view import layout_view
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from opsec.verdict.likelihood_ratios import table
from tests.fixtures.records import clip, met, place, site, square

GATE = square(31.0080, 42.0040, 31.0090, 42.0060, role="zone", name="Gate", zone_class="gate", sensitivity=0.9)
STORE = square(31.0010, 42.0040, 31.0020, 42.0060, role="zone", name="Store", zone_class="armoury", sensitivity=0.5)
CAMP = site(fences=(square(31.00, 42.00, 31.01, 42.01), GATE, STORE))
TURN = Motion(motion="turn", heading_deg=200.0, hfov_deg=40.0, sweep_deg=240.0)


def track(*fixes: tuple[float, float, float, float | None], hint_id: str = "h1") -> Hint:
    """A track of (at_s, lat, lon, altitude_m)."""
    samples = tuple(Fix(at_s, Point(lat, lon), altitude_m=height_m) for at_s, lat, lon, height_m in fixes)
    return Hint(kind="track", family="META", reader="test", field="clip.gpx", id=hint_id, fixes=samples)


def moved(motion: Motion, hint_id: str = "h2") -> Hint:
    return Hint(
        kind="motion", family="VISUAL", reader="camera", field="pictures", id=hint_id, at_s=0.0, until_s=8.0,
        motion=motion,
    )  # fmt: skip


def tied(hint_id: str = "h1", **more: Any) -> Match:
    return met(hint_ids=(hint_id,), **more)


def walk(hint_id: str = "h1") -> Hint:
    """Sixty metres northward, a level way."""
    return track(*((float(n), 31.0020 + n * 0.00009, 42.0050, 35.0) for n in range(7)), hint_id=hint_id)


def test_two_tracks_of_one_walk_are_not_added() -> None:
    one, _, _shown = assess(clip(walk()), [tied()], [CAMP])
    two, _, _shown = assess(clip(walk(), walk("h2")), [tied()], [CAMP])
    assert one.walked_m == pytest.approx(60, abs=2)
    assert two.walked_m == one.walked_m


@pytest.mark.parametrize(
    ("climb_m", "lats", "flies"),
    [
        (60.0, (31.0050, 31.0051), True),  # up from the ground
        (60.0, (31.0050, 31.0062), True),  # and on, a way off
        (20.0, (31.0010, 31.0090), False),  # a road up a hill, over 900 m
        (8.0, (31.0050, 31.0050), False),  # a receiver on foot errs
    ],
)
def test_a_road_up_a_hill_is_no_flight(climb_m: float, lats: tuple[float, float], flies: bool) -> None:
    ground = ground_of(CAMP)
    assert ground is not None
    told = track((0.0, lats[0], 42.0050, 35.0), (9.0, lats[1], 42.0050, 35.0 + climb_m))
    assert any(camera.high for _hint, camera in cameras_of(clip(told), ground)) is flies


def test_a_camera_that_looks_down_aslant_with_no_heading_shows_nothing_known() -> None:
    ground = ground_of(CAMP)
    assert ground is not None
    aslant = Camera(east_m=0, north_m=0, heading_deg=None, hfov_deg=45, height_m=60, pitch_deg=-65)
    straight = Camera(east_m=0, north_m=0, heading_deg=None, hfov_deg=45, height_m=60, pitch_deg=-90)
    assert seen_from(aslant, ground) is None
    assert seen_from(straight, ground) is not None


def with_landmarks() -> Site:
    marks = (
        Landmark(id="arch", names={}, photos=(), zone="Gate"),
        Landmark(id="bunker", names={}, photos=(), zone="Store"),
    )
    return site(fences=CAMP.fences, landmarks=marks)


def test_a_zone_is_told_by_the_hint_that_shows_it_and_not_by_where_somebody_was() -> None:
    seen = [
        tied("h1"),
        tied("h2", rule="LANDMARK-SEEN", landmark="arch"),
        tied("h3", rule="LANDMARK-SEEN", landmark="bunker"),
    ]
    pictures = [Hint(kind="features", family="VISUAL", reader="test", field="picture", id=one) for one in ("h2", "h3")]
    _layout, worse, _shown = assess(clip(walk(), *pictures), seen, [with_landmarks()])
    told = {match.zone: match.hint_ids for match in worse if match.rule == "ZONE-IN-VIEW"}
    assert told == {"Gate": ("h2",), "Store": ("h3",)}


def test_where_no_view_is_known_no_plan_says_that_nothing_was_in_view() -> None:
    unknown, _, _shown = assess(clip(place(31.0050, 42.0050)), [tied()], [CAMP])
    looking, _, _shown = assess(clip(place(31.0075, 42.0050, heading_deg=0.0)), [tied()], [CAMP])
    assert (unknown.zones_seen, unknown.share_of_base, unknown.drawing) == (None, None, ())
    assert looking.zones_seen == ("Gate",)
    assert {outline.sort for outline in looking.drawing} >= {"fence", "view", "zone_seen", "zone"}


def test_layout_moves_no_likelihood_and_adds_no_second_kind() -> None:
    hints = (place(31.0050, 42.0050, heading_deg=0.0), moved(TURN))
    landmark = tied("h2", rule="LANDMARK-SEEN", landmark="arch")
    for matches in ([tied()], [landmark], [tied(), landmark]):
        layout, worse, _shown = assess(clip(*hints), matches, [with_landmarks()])
        bare = judge(clip(*hints), matches, [with_landmarks()], Thresholds())
        full = judge(clip(*hints), [*matches, *worse], [with_landmarks()], Thresholds(), layout)
        assert worse
        assert full.verdict.likelihood == bare.verdict.likelihood
        assert full.verdict.severity > bare.verdict.severity
        second = [line.log_odds for line in full.verdict.contributions].count(table().second_in_family.log_odds)
        assert second == [line.log_odds for line in bare.verdict.contributions].count(table().second_in_family.log_odds)


@pytest.mark.parametrize("matches", [[], [met(rule="NAME-IN-CAPTION", grade="possible", log_odds=1.0)]])
def test_layout_alone_or_beside_a_mere_possibility_opens_nothing(matches: list[Match]) -> None:
    said = clip(place(31.0050, 42.0050, heading_deg=0.0), moved(TURN))
    layout, worse, _shown = assess(said, matches, [CAMP])
    done = judge(said, [*matches, *worse], [CAMP], Thresholds(), layout)
    assert (worse, done.findings) == ((), ())


def test_only_lower_bounds_are_shown_as_such() -> None:
    known = Layout(
        motion="turn", sweep_deg=240.0, heading_deg=200.0, hfov_deg=40.0, at_least=True, bearing_deg=45.0,
        share_of_base=0.2, basis="pixels+landmarks", score=0.3,
    )  # fmt: skip
    done = judge(clip(), [], [CAMP], Thresholds(), known)
    view = layout_view(done, "en")
    assert view is not None
    assert dict(view.figures) == {
        "headings and field of view together": "≥ 240°",
        "range of headings": "≥ 200°",
        "field of view": "40°",
        "share of the ground inside the fence in view": "20%",
        "direction of view by landmarks": "45°",
    }


def test_a_file_with_thousands_of_places_costs_no_more_than_one_with_some() -> None:
    ground = ground_of(CAMP)
    assert ground is not None
    many = clip(*(walk(f"h{number}") for number in range(400)))
    assert len(list(cameras_of(many, ground))) == MOST_PLACES


def test_the_share_of_one_base_in_view_makes_another_no_worse() -> None:
    other = site("other-camp", fences=CAMP.fences)
    both = [tied(), met("other-camp"), met(rule="ZONE-IN-VIEW", log_odds=0.0)]
    both.append(met("other-camp", rule="ZONE-IN-VIEW", log_odds=0.0))
    for known, worse in (
        (Layout(site=CAMP.id, share_of_base=0.5, score=0.5), {CAMP.id}),
        (Layout(site=CAMP.id, share_of_base=0.1, score=0.5), {CAMP.id, "other-camp"}),
    ):
        bare = {
            one.site: one.severity for one in judge(clip(place(31, 42)), both, [CAMP, other], Thresholds()).findings
        }
        done = judge(clip(place(31, 42)), both, [CAMP, other], Thresholds(), known)
        assert {one.site for one in done.findings if one.severity > bare[one.site]} == worse


def test_what_a_clip_shows_can_be_united_with_what_others_show() -> None:
    north = place(31.0050, 42.0050, heading_deg=0.0)
    east = place(31.0050, 42.0050, heading_deg=90.0)
    shares = {}
    for name, hints in {"north": [north], "east": [east]}.items():
        layout, _matches, shown = assess(clip(*hints), [tied()], [CAMP])
        shares[name] = united("F-07", {name: shown[0]}).ground_share or 0.0
        assert shown[0].zones == layout.zones_seen
        assert shares[name] == pytest.approx(layout.share_of_base, rel=0.25)
    both = [assess(clip(one), [tied()], [CAMP])[2][0] for one in (north, east)]
    together = united("F-07", {"a": both[0], "b": both[1]})
    assert together.ground_share == pytest.approx(sum(shares.values()), rel=0.05)
    assert together.sectors_deg == pytest.approx(90.0, abs=2)


def test_the_plan_says_how_large_it_is_and_where_the_camera_stood() -> None:
    layout, matches, _shown = assess(clip(walk()), [tied()], [CAMP])
    view = layout_view(judge(clip(walk()), [tied(), *matches], [CAMP], Thresholds(), layout), "en")
    assert view is not None and view.plan is not None
    assert view.plan.bar == "the bar is 200 m long"
    assert view.plan.bar_px == pytest.approx(view.plan.width_px * 200 / (955 * 1.12), rel=0.06)
    assert view.plan.stood is not None
    assert view.plan.stood[1] > view.plan.height_px / 2  # the walk begins in the south
