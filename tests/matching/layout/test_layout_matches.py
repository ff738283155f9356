"""The layout rules: hints that must and must not fire each of them."""

import pytest

from opsec.i18n.messages import Lang
from opsec.matching.layout.layout_matches import layout_matches
from opsec.matching.layout.site_assessment import assess_site
from opsec.model import Hint, Match, Motion, Site
from opsec.verdict.rules import RULE_IDS, load_rule
from tests.fixtures.records import make_clip, position_hint
from tests.matching.layout.camp import (
    CAMP,
    CAMP_WITH_LANDMARKS,
    FIXED,
    TURN,
    motion_hint,
    track_hint,
    tying_match,
    walk_hint,
)

FLIGHT = track_hint((0.0, 31.0050, 42.0050, 35.0), (9.0, 31.0051, 42.0050, 95.0))
SHORT_WALK = track_hint(*((float(n), 31.0020 + n * 0.00009, 42.0050, 35.0) for n in range(2)))


def fired(*hints: Hint, site: Site = CAMP, matches: tuple[Match, ...] = ()) -> list[Match]:
    clip = make_clip(*hints)
    return list(layout_matches(clip, assess_site(clip, site, matches)))


@pytest.mark.parametrize(
    ("hint", "rules"),
    [
        (motion_hint(TURN), [("LAYOUT-SWEEP", "probable")]),
        (motion_hint(Motion(motion="turn", sweep_deg=119.0)), []),
        (motion_hint(Motion(motion="turn", at_least=True)), [("LAYOUT-SWEEP", "possible")]),
        (motion_hint(FIXED), []),
        (motion_hint(Motion(motion="overhead", overhead_s=0.5)), [("LAYOUT-AERIAL", "probable")]),
        (motion_hint(Motion(motion="overhead", overhead_s=0.4)), []),
        (motion_hint(Motion(motion="travel"), until_s=4.0), [("LAYOUT-WALK", "probable")]),
        (motion_hint(Motion(motion="travel"), until_s=3.9), []),
        (walk_hint(), [("LAYOUT-WALK", "strong")]),
        (SHORT_WALK, []),
        (FLIGHT, [("LAYOUT-AERIAL", "strong")]),
        (position_hint(31.0075, 42.0050, heading_deg=0.0), [("ZONE-IN-VIEW", "probable")]),
        (position_hint(31.0075, 42.0050, heading_deg=180.0), []),
        (position_hint(31.0075, 42.0050), []),
    ],
)
def test_each_rule_fires_on_its_condition(hint: Hint, rules: list[tuple[str, str]]) -> None:
    assert [(match.rule, match.grade) for match in fired(hint)] == rules


def test_a_rule_fires_once_for_the_shot_that_shows_most() -> None:
    narrow = motion_hint(Motion(motion="turn", sweep_deg=130.0), hint_id="h3")
    (match,) = fired(narrow, motion_hint(TURN))
    assert match.hint_ids == ("h2",)
    assert "240" in match.why.en


def test_a_shot_and_a_track_that_show_the_same_are_named_together() -> None:
    overhead = motion_hint(Motion(motion="overhead", overhead_s=3.0))
    assert [match.hint_ids for match in fired(overhead, FLIGHT)] == [("h1",)]
    travel = motion_hint(Motion(motion="travel"))
    assert [match.hint_ids for match in fired(travel, SHORT_WALK)] == [("h2", "h1")]


def test_a_zone_is_attributed_to_the_hint_that_shows_it() -> None:
    seen = (
        tying_match("h1"),
        tying_match("h2", rule="LANDMARK-SEEN", landmark="arch"),
        tying_match("h3", rule="LANDMARK-SEEN", landmark="bunker"),
    )
    frames = [Hint(kind="features", family="VISUAL", reader="test", field="picture", id=one) for one in ("h2", "h3")]
    matches = fired(walk_hint(), *frames, site=CAMP_WITH_LANDMARKS, matches=seen)
    zones = {match.zone: (match.hint_ids, match.zone_sensitivity) for match in matches if match.rule == "ZONE-IN-VIEW"}
    assert zones == {"Gate": (("h2",), 0.9), "Store": (("h3",), 0.5)}


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_layout_rules_that_fire_have_a_page_and_no_weight(lang: Lang) -> None:
    hints = (motion_hint(TURN), walk_hint(), position_hint(31.0075, 42.0050, heading_deg=0.0))
    for match in fired(*hints):
        assert match.rule in RULE_IDS
        assert load_rule(match.rule).title(lang)
        assert match.log_odds == 0.0
