"""Layout assessment: it never locates a clip at a site, and raises the severity of clips located by other evidence."""

import pytest

from opsec.matching.layout.assessment import MAX_SITES, assess_layout
from opsec.model import Layout, Match
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from opsec.verdict.likelihood_ratios import likelihood_table
from tests.fixtures.records import make_clip, make_match, make_site, position_hint, square_fence
from tests.matching.layout.camp import CAMP, CAMP_WITH_LANDMARKS, TURN, motion_hint, tying_match

IN_CAMP = position_hint(31.005, 42.005, heading_deg=0.0)


def test_an_unlocated_clip_has_a_layout_and_no_match() -> None:
    layout, matches, coverage = assess_layout(make_clip(motion_hint(TURN)), (), (make_site(),))
    assert (layout.motion, layout.sweep_deg, layout.basis, layout.site) == ("turn", 240.0, "pixels", None)
    assert layout.score == pytest.approx(0.39, abs=0.02)
    assert (matches, coverage) == ((), ())


@pytest.mark.parametrize("weak", [make_match(grade="possible"), make_match(log_odds=0.0)])
def test_a_possible_match_or_one_without_weight_locates_nothing(weak: Match) -> None:
    assert assess_layout(make_clip(IN_CAMP, motion_hint(TURN)), (weak,), (make_site(),))[1] == ()


def test_layout_matches_have_no_weight_and_are_numbered_after_the_others() -> None:
    clip = make_clip(position_hint(31.005, 42.005), motion_hint(TURN))
    _layout, matches, _coverage = assess_layout(clip, (make_match(),), (make_site(),))
    assert [(match.rule, match.log_odds, match.id) for match in matches] == [("LAYOUT-SWEEP", 0.0, "m2")]


def test_layout_raises_the_severity_and_never_the_likelihood() -> None:
    clip = make_clip(position_hint(31.005, 42.005), motion_hint(TURN))
    layout, worse, _coverage = assess_layout(clip, (make_match(),), (make_site(),))
    without = judge(clip, (make_match(),), (make_site(),), Thresholds())
    with_layout = judge(clip, (make_match(), *worse), (make_site(),), Thresholds(), layout)
    assert with_layout.verdict.likelihood == without.verdict.likelihood
    assert with_layout.verdict.severity > without.verdict.severity
    assert with_layout.findings[0].rule == without.findings[0].rule
    assert any("severity" in line.why.en for line in with_layout.verdict.contributions)


def test_layout_does_not_count_as_second_evidence_in_its_family() -> None:
    hints = (IN_CAMP, motion_hint(TURN, until_s=8.0))
    landmark = tying_match("h2", rule="LANDMARK-SEEN", landmark="arch")
    second_in_family = likelihood_table().second_in_family.log_odds
    for matches in ([tying_match()], [landmark], [tying_match(), landmark]):
        layout, worse, _coverage = assess_layout(make_clip(*hints), matches, [CAMP_WITH_LANDMARKS])
        bare = judge(make_clip(*hints), matches, [CAMP_WITH_LANDMARKS], Thresholds())
        full = judge(make_clip(*hints), [*matches, *worse], [CAMP_WITH_LANDMARKS], Thresholds(), layout)
        assert worse
        assert full.verdict.likelihood == bare.verdict.likelihood
        assert full.verdict.severity > bare.verdict.severity
        counts = [[line.log_odds for line in one.verdict.contributions].count(second_in_family) for one in (full, bare)]
        assert counts[0] == counts[1]


@pytest.mark.parametrize("matches", [[], [make_match(rule="NAME-IN-CAPTION", grade="possible", log_odds=1.0)]])
def test_layout_alone_opens_no_finding(matches: list[Match]) -> None:
    clip = make_clip(IN_CAMP, motion_hint(TURN, until_s=8.0))
    layout, worse, _coverage = assess_layout(clip, matches, [CAMP])
    result = judge(clip, [*matches, *worse], [CAMP], Thresholds(), layout)
    assert (worse, result.findings) == ((), ())


def test_the_visible_share_of_one_base_does_not_raise_the_severity_of_another() -> None:
    other = make_site("other-camp", fences=CAMP.fences)
    both = [tying_match(), make_match("other-camp"), make_match(rule="ZONE-IN-VIEW", log_odds=0.0)]
    both.append(make_match("other-camp", rule="ZONE-IN-VIEW", log_odds=0.0))
    clip = make_clip(position_hint(31, 42))
    bare = {one.site: one.severity for one in judge(clip, both, [CAMP, other], Thresholds()).findings}
    for layout, worse in (
        (Layout(site=CAMP.id, share_of_base=0.5, score=0.5), {CAMP.id}),
        (Layout(site=CAMP.id, share_of_base=0.1, score=0.5), {CAMP.id, "other-camp"}),
    ):
        result = judge(clip, both, [CAMP, other], Thresholds(), layout)
        assert {one.site for one in result.findings if one.severity > bare[one.site]} == worse


def test_the_most_likely_sites_come_first_and_are_bounded() -> None:
    fence = square_fence(31.00, 42.00, 31.01, 42.01)
    sites = [make_site(f"camp-{number}", fences=(fence,)) for number in range(MAX_SITES + 2)]
    matches = [make_match(site.id, log_odds=1.0 + number) for number, site in enumerate(sites)]
    layout, _matches, coverage = assess_layout(make_clip(IN_CAMP), matches, sites)
    assert layout.site == sites[-1].id
    assert [one.site for one in coverage] == [site.id for site in sites[::-1][:MAX_SITES]]


def test_the_assessment_is_deterministic() -> None:
    clip = make_clip(position_hint(31.005, 42.005, heading_deg=10.0), motion_hint(TURN))
    assert assess_layout(clip, (make_match(),), (make_site(),)) == assess_layout(clip, (make_match(),), (make_site(),))
