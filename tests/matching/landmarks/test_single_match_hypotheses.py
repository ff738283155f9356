"""Which pairs agree with what one pair proposes: by place, by growth, and by turn, also across half a turn."""

import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.matching.landmarks.single_match_hypotheses import MOST_TURN_RAD, proposed, turned_alike, turns

SIDE = 600.0
Numbers = NDArray[np.float64]


def seen(count: int = 8) -> Numbers:
    """Keypoints (x, y, size, angle) all over a picture."""
    rng = np.random.default_rng(3)
    sizes, angles = rng.uniform(4, 12, count), rng.uniform(0, 360, count)
    return np.column_stack([rng.uniform(50, 550, (count, 2)), sizes, angles])


def moved(here: Numbers, turn_deg: float = 0.0, growth: float = 1.0) -> Numbers:
    """The same keypoints in a picture that is turned, grown and shifted."""
    turn = np.deg2rad(turn_deg)
    around = growth * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.column_stack([here[:, :2] @ around + (30, -20), here[:, 2] * growth, (here[:, 3] + turn_deg) % 360])


@pytest.mark.parametrize("turn_deg", [0, 90, 179, 181, 270, 359])
@pytest.mark.parametrize("growth", [1.0, 0.3, 3.0])
def test_pairs_of_one_view_all_agree_however_it_is_turned(turn_deg: float, growth: float) -> None:
    best = proposed(seen(), moved(seen(), turn_deg, growth), SIDE)[0]
    assert best.all()


@pytest.mark.parametrize(("turn_deg", "off_deg", "agrees"), [(0, 34, True), (0, 36, False), (0, -36, False),
                                                             (170, 34, True), (170, 36, False)])  # fmt: skip
def test_a_pair_that_turns_otherwise_does_not_agree(turn_deg: float, off_deg: float, agrees: bool) -> None:
    """Seven pairs turn alike and the last, at its right place, by so much more: across half a turn too."""
    there = moved(seen(), turn_deg)
    there[-1, 3] = (there[-1, 3] + off_deg) % 360
    assert proposed(seen(), there, SIDE)[0].tolist() == [*[True] * 7, agrees]


@pytest.mark.parametrize(("growth", "agrees"), [(1.9, True), (2.1, False), (0.48, False)])
def test_a_pair_that_grows_otherwise_does_not_agree(growth: float, agrees: bool) -> None:
    there = moved(seen())
    there[-1, 2] *= growth
    assert proposed(seen(), there, SIDE)[0].tolist() == [*[True] * 7, agrees]


@pytest.mark.parametrize(("off_px", "agrees"), [(29.0, True), (31.0, False)])
def test_a_pair_that_lies_elsewhere_does_not_agree(off_px: float, agrees: bool) -> None:
    there = moved(seen())
    there[-1, 0] += off_px
    assert proposed(seen(), there, SIDE)[0].tolist() == [*[True] * 7, agrees]


def test_no_photo_of_ours_is_shown_more_than_six_times_as_large_or_as_small() -> None:
    assert proposed(seen(), moved(seen(), growth=5.9), SIDE)
    assert not proposed(seen(), moved(seen(), growth=6.1), SIDE)
    assert proposed(seen(), moved(seen(), growth=1 / 5.9), SIDE)
    assert not proposed(seen(), moved(seen(), growth=1 / 6.1), SIDE)


def test_sure_pairs_count_twice() -> None:
    """Four pairs that are sure come before five that are not."""
    here = seen(9)
    there = np.vstack([moved(here[:4]), moved(here[4:], 120)])
    assert proposed(here, there, SIDE, sure=4)[0].tolist() == [True] * 4 + [False] * 5
    assert proposed(here, there, SIDE, sure=0)[0].tolist() == [False] * 4 + [True] * 5


def test_two_pairs_propose_nothing() -> None:
    assert proposed(seen(2), moved(seen(2)), SIDE) == []
    assert proposed(seen(0), moved(seen(0)), SIDE) == []


def test_angles_are_compared_the_short_way_round() -> None:
    """Against the cosine of their difference, which knows no beginning of the circle."""
    angles = np.linspace(-np.pi, np.pi, 301)
    apart = np.cos(angles[:, None] - angles)
    near = np.abs(apart - np.cos(MOST_TURN_RAD)) < 1e-9
    assert ((turned_alike(angles[:, None], angles) == (apart > np.cos(MOST_TURN_RAD))) | near).all()
    assert turns(np.array([[0, 0, 1, 350.0]]), np.array([[0, 0, 1, 20.0]])) == pytest.approx(np.deg2rad(30))
