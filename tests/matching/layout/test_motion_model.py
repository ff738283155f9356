"""How much a shot is taken to show: an order that no fitting may turn round, and nothing made of what was not told."""

import pytest

from opsec.matching.layout.motion_model import of_shot, of_shots, of_sweep
from opsec.model import Motion

FIXED = Motion(motion="fixed", views=1)
SLOW, FAST = (Motion(motion="travel", pace=pace, at_least=True) for pace in (0.01, 0.12))
TURN = Motion(motion="turn", heading_deg=90.0, hfov_deg=42.0, sweep_deg=132.0)
ROUND = Motion(motion="turn", heading_deg=360.0, hfov_deg=42.0, sweep_deg=360.0)
ABOVE = Motion(motion="overhead", overhead_s=4.0)


def test_more_is_shown_by_a_walk_than_by_a_view_and_by_a_turn_than_by_a_walk() -> None:
    shares = [of_shot(one) or 0.0 for one in (FIXED, SLOW, FAST, TURN, ABOVE, ROUND)]
    assert shares == sorted(shares)
    assert len(set(shares)) == len(shares)
    assert shares[0] > 0.05
    assert shares[-1] < 0.7


def test_a_hand_that_shakes_shows_no_more_than_a_tripod() -> None:
    shaken, still = (Motion(motion="fixed", heading_deg=deg, hfov_deg=42.0, views=1) for deg in (6.0, 0.0))
    assert of_shot(shaken) == of_shot(still)


def test_a_sweep_never_shows_less_than_a_narrower_one() -> None:
    shares = [of_sweep(float(degrees)) for degrees in range(0, 720, 15)]
    assert shares == sorted(shares)
    assert of_sweep(360.0) == of_sweep(700.0)


@pytest.mark.parametrize(
    "motion",
    [
        Motion(motion="unknown"),
        Motion(motion="turn", selfie=True, at_least=True),
        Motion(motion="turn", heading_deg=30.0, hfov_deg=40.0, sweep_deg=70.0, selfie=True, at_least=True),
    ],
    ids=["unknown", "no degrees", "a bound behind a person"],
)
def test_what_was_not_told_is_not_assessed(motion: Motion) -> None:
    assert of_shot(motion) is None
    assert of_shots([motion]) is None
    assert of_shots([motion, TURN]) == of_shot(TURN)


def test_shots_are_never_added() -> None:
    assert of_shots([TURN, TURN, FIXED]) == of_shot(TURN)
