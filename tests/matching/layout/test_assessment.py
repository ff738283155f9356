"""Layout never ties a clip to a site; it makes worse what other evidence ties."""

import pytest

from opsec.matching.layout.assessment import assess
from opsec.matching.layout.motion_model import of_shot, of_shots
from opsec.model import Fix, Hint, Landmark, Layout, Match, Motion, Point, Site
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from tests.fixtures.records import clip, met, place, site, square

TURN = Motion(motion="turn", heading_deg=200.0, hfov_deg=40.0, sweep_deg=240.0, views=6)
STAND = Motion(motion="fixed", views=1)


def shot(motion: Motion, at_s: float = 0.0, until_s: float = 6.0, hint_id: str = "h2") -> Hint:
    return Hint(
        id=hint_id, kind="motion", family="VISUAL", reader="camera", field="pictures", at_s=at_s, until_s=until_s,
        motion=motion,
    )  # fmt: skip


def assessed(*hints: Hint, matches: tuple[Match, ...] = (), sites: tuple[Site, ...] = ()) -> tuple[Layout, list[str]]:
    layout, found, _shown = assess(clip(*hints), matches, sites or (site(),))
    return layout, [match.rule for match in found]


def test_a_clip_that_nothing_ties_to_a_site_has_a_layout_and_no_match() -> None:
    layout, rules = assessed(shot(TURN))
    assert (layout.motion, layout.sweep_deg, layout.basis, layout.site) == ("turn", 240.0, "pixels", None)
    assert layout.score == pytest.approx(0.39, abs=0.02)
    assert rules == []


def test_a_possible_match_ties_nothing() -> None:
    assert assessed(place(31.005, 42.005), shot(TURN), matches=(met(grade="possible"),))[1] == []


def test_a_tied_site_gets_the_evidence_without_weight() -> None:
    _layout, found, _shown = assess(clip(place(31.005, 42.005), shot(TURN)), (met(),), (site(),))
    assert [(match.rule, match.log_odds, match.id) for match in found] == [("LAYOUT-SWEEP", 0.0, "m2")]


def test_it_raises_the_severity_and_never_the_likelihood() -> None:
    seen = clip(place(31.005, 42.005), shot(TURN))
    layout, worse, _shown = assess(seen, (met(),), (site(),))
    plain = judge(seen, (met(),), (site(),), Thresholds())
    told = judge(seen, (met(), *worse), (site(),), Thresholds(), layout)
    assert told.verdict.likelihood == plain.verdict.likelihood
    assert told.verdict.severity > plain.verdict.severity
    assert told.findings[0].rule == plain.findings[0].rule
    assert any("severity" in line.why.en for line in told.verdict.contributions)


def test_shots_are_joined_and_never_added_up() -> None:
    once, twice = of_shots([TURN, STAND]), of_shots([TURN, TURN, TURN, STAND])
    assert once == twice == of_shot(TURN)


@pytest.mark.parametrize(
    "motion",
    [
        Motion(motion="unknown"),
        Motion(motion="turn"),
        Motion(motion="turn", sweep_deg=90.0, heading_deg=50.0, selfie=True, at_least=True),
    ],
)
def test_what_was_not_measured_is_not_assessed_and_never_little(motion: Motion) -> None:
    assert of_shot(motion) is None


def test_motions_that_share_a_clip_are_mixed() -> None:
    layout, _rules = assessed(shot(TURN, 0.0, 4.0), shot(STAND, 4.0, 8.0, "h3"))
    assert layout.motion == "mixed"
    assert layout.at_least


def test_a_track_without_headings_tells_where_somebody_was_and_not_what_was_shown() -> None:
    fixes = tuple(Fix(float(second), Point(31.004 + second * 2e-5, 42.005)) for second in range(20))
    layout, rules = assessed(
        Hint(id="h1", kind="track", family="META", reader="t", field="moov", fixes=fixes), matches=(met(),)
    )
    assert (layout.zones_seen, layout.share_of_base) == (None, None)
    assert layout.walked_m == pytest.approx(42.0, abs=8.0)
    assert rules == ["LAYOUT-WALK"]


def test_a_place_with_a_full_turn_has_seen_all_around() -> None:
    round_about = Motion(motion="turn", heading_deg=350.0, hfov_deg=40.0, sweep_deg=360.0)
    zone = square(31.0052, 42.0048, 31.0056, 42.0052, role="zone", name="gate", zone_class="gate", sensitivity=0.9)
    ours = site(fences=(*site().fences, zone))
    layout, rules = assessed(place(31.005, 42.005), shot(round_about), matches=(met(),), sites=(ours,))
    assert layout.zones_seen == ("gate",)
    assert layout.basis == "pixels+telemetry"
    assert "ZONE-IN-VIEW" in rules


def test_two_placed_landmarks_tell_where_the_camera_looked() -> None:
    """The camera stands where the lines ahead of both photographed sides cross: 100 m off either."""
    north = Landmark(id="tower", photos=(), position=Point(31.0059, 42.005), heading_deg=180.0, zone="yard")
    east = Landmark(id="mast", photos=(), position=Point(31.005, 42.00605), heading_deg=270.0)
    ours = site(landmarks=(north, east))
    seen = tuple(met(rule="LANDMARK-SEEN", landmark=name, id=f"m{i}") for i, name in enumerate(("tower", "mast"), 1))
    layout, _found, _shown = assess(clip(shot(STAND, hint_id="h1")), seen, (ours,))
    assert layout.bearing_deg == pytest.approx(45.0, abs=3.0)
    assert layout.zones_seen is not None and "yard" in layout.zones_seen
    assert layout.basis == "pixels+landmarks"


def test_the_same_clip_gives_the_same_layout() -> None:
    seen = clip(place(31.005, 42.005, heading_deg=10.0), shot(TURN))
    assert assess(seen, (met(),), (site(),)) == assess(seen, (met(),), (site(),))
