"""Motion model: an order that no fit may reverse, and no figure for what was not measured."""

import pytest

from opsec.matching.layout.motion_model import best_shot_share, shot_share, sweep_share
from opsec.model import Motion

FIXED = Motion(motion="fixed", views=1)
SLOW, FAST = (Motion(motion="travel", pace=pace, at_least=True) for pace in (0.01, 0.12))
TURN = Motion(motion="turn", heading_deg=90.0, hfov_deg=42.0, sweep_deg=132.0)
ROUND = Motion(motion="turn", heading_deg=360.0, hfov_deg=42.0, sweep_deg=360.0)
ABOVE = Motion(motion="overhead", overhead_s=4.0)


def test_the_order_of_motions_by_their_share() -> None:
    shares = [shot_share(one) or 0.0 for one in (FIXED, SLOW, FAST, TURN, ABOVE, ROUND)]
    assert shares == sorted(shares)
    assert len(set(shares)) == len(shares)
    assert shares[0] > 0.05
    assert shares[-1] < 0.7


def test_shake_shows_no_more_than_a_tripod() -> None:
    shaken, still = (Motion(motion="fixed", heading_deg=deg, hfov_deg=42.0, views=1) for deg in (6.0, 0.0))
    assert shot_share(shaken) == shot_share(still)


def test_the_share_grows_with_the_sweep() -> None:
    shares = [sweep_share(float(degrees)) for degrees in range(0, 720, 15)]
    assert shares == sorted(shares)
    assert sweep_share(360.0) == sweep_share(700.0)


@pytest.mark.parametrize(
    "motion",
    [
        Motion(motion="unknown"),
        Motion(motion="turn", selfie=True, at_least=True),
        Motion(motion="turn", heading_deg=30.0, hfov_deg=40.0, sweep_deg=70.0, selfie=True, at_least=True),
    ],
    ids=["unknown", "no degrees", "a bound behind a person"],
)
def test_unmeasured_motion_is_not_assessed(motion: Motion) -> None:
    assert shot_share(motion) is None
    assert best_shot_share([motion]) is None
    assert best_shot_share([motion, TURN]) == shot_share(TURN)


def test_shots_are_not_summed() -> None:
    assert best_shot_share([TURN, TURN, FIXED]) == shot_share(TURN)
