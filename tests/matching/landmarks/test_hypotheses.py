"""Single- and two-match hypotheses: which matches agree, and how many agree by chance."""

import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.matching.landmarks.geometric_verification import verify_geometry
from opsec.matching.landmarks.hypotheses import (
    MAX_ROTATION_RAD,
    chance_inliers,
    rotations_agree,
    rotations_rad,
    single_match_hypotheses,
    two_match_hypotheses,
)
from opsec.vision.features.local_features import LocalFeatures

SIDE_PX = 600.0
TWO_MATCH_SIDE_PX = 480
Floats = NDArray[np.float64]


def oriented_keypoints(count: int = 8) -> Floats:
    """Keypoints (x, y, size, angle) spread over an image."""
    rng = np.random.default_rng(3)
    sizes, angles = rng.uniform(4, 12, count), rng.uniform(0, 360, count)
    return np.column_stack([rng.uniform(50, 550, (count, 2)), sizes, angles])


def transformed(here: Floats, rotation_deg: float = 0.0, scale: float = 1.0) -> Floats:
    """The same keypoints in an image that is rotated, scaled and shifted."""
    rotation = np.deg2rad(rotation_deg)
    linear = scale * np.array([[np.cos(rotation), np.sin(rotation)], [-np.sin(rotation), np.cos(rotation)]])
    return np.column_stack([here[:, :2] @ linear + (30, -20), here[:, 2] * scale, (here[:, 3] + rotation_deg) % 360])


@pytest.mark.parametrize("rotation_deg", [0, 90, 179, 181, 270, 359])
@pytest.mark.parametrize("scale", [1.0, 0.3, 3.0])
def test_matches_of_one_view_all_agree_at_any_rotation(rotation_deg: float, scale: float) -> None:
    best = single_match_hypotheses(
        oriented_keypoints(), transformed(oriented_keypoints(), rotation_deg, scale), SIDE_PX
    )[0]
    assert best.all()


@pytest.mark.parametrize(("rotation_deg", "off_deg", "agrees"), [(0, 34, True), (0, 36, False), (0, -36, False),
                                                             (170, 34, True), (170, 36, False)])  # fmt: skip
def test_a_match_of_another_rotation_does_not_agree(rotation_deg: float, off_deg: float, agrees: bool) -> None:
    """Seven matches rotate alike, the last, at its right position, by more: across half a rotation too."""
    there = transformed(oriented_keypoints(), rotation_deg)
    there[-1, 3] = (there[-1, 3] + off_deg) % 360
    assert single_match_hypotheses(oriented_keypoints(), there, SIDE_PX)[0].tolist() == [*[True] * 7, agrees]


@pytest.mark.parametrize(("scale", "agrees"), [(1.9, True), (2.1, False), (0.48, False)])
def test_a_match_of_another_scale_does_not_agree(scale: float, agrees: bool) -> None:
    there = transformed(oriented_keypoints())
    there[-1, 2] *= scale
    assert single_match_hypotheses(oriented_keypoints(), there, SIDE_PX)[0].tolist() == [*[True] * 7, agrees]


@pytest.mark.parametrize(("off_px", "agrees"), [(29.0, True), (31.0, False)])
def test_a_match_at_another_position_does_not_agree(off_px: float, agrees: bool) -> None:
    there = transformed(oriented_keypoints())
    there[-1, 0] += off_px
    assert single_match_hypotheses(oriented_keypoints(), there, SIDE_PX)[0].tolist() == [*[True] * 7, agrees]


def test_scales_beyond_six_times_are_not_proposed() -> None:
    assert single_match_hypotheses(oriented_keypoints(), transformed(oriented_keypoints(), scale=5.9), SIDE_PX)
    assert not single_match_hypotheses(oriented_keypoints(), transformed(oriented_keypoints(), scale=6.1), SIDE_PX)
    assert single_match_hypotheses(oriented_keypoints(), transformed(oriented_keypoints(), scale=1 / 5.9), SIDE_PX)
    assert not single_match_hypotheses(oriented_keypoints(), transformed(oriented_keypoints(), scale=1 / 6.1), SIDE_PX)


def test_unambiguous_matches_count_twice() -> None:
    """Four unambiguous matches come before five ambiguous ones."""
    here = oriented_keypoints(9)
    there = np.vstack([transformed(here[:4]), transformed(here[4:], 120)])
    assert single_match_hypotheses(here, there, SIDE_PX, n_unambiguous=4)[0].tolist() == [True] * 4 + [False] * 5
    assert single_match_hypotheses(here, there, SIDE_PX, n_unambiguous=0)[0].tolist() == [False] * 4 + [True] * 5


def test_two_matches_propose_no_single_match_hypothesis() -> None:
    assert single_match_hypotheses(oriented_keypoints(2), transformed(oriented_keypoints(2)), SIDE_PX) == []
    assert single_match_hypotheses(oriented_keypoints(0), transformed(oriented_keypoints(0)), SIDE_PX) == []


def test_angles_are_compared_the_short_way_round() -> None:
    """Compared with the cosine of their difference, which has no discontinuity."""
    angles = np.linspace(-np.pi, np.pi, 301)
    apart = np.cos(angles[:, None] - angles)
    near = np.abs(apart - np.cos(MAX_ROTATION_RAD)) < 1e-9
    assert ((rotations_agree(angles[:, None], angles) == (apart > np.cos(MAX_ROTATION_RAD))) | near).all()
    assert rotations_rad(np.array([[0, 0, 1, 350.0]]), np.array([[0, 0, 1, 20.0]])) == pytest.approx(np.deg2rad(30))


def random_points(count: int, seed: int) -> Floats:
    """Keypoints without a size and an angle of their own."""
    points = np.random.default_rng(seed).uniform(0, TWO_MATCH_SIDE_PX, (count, 2))
    return np.asarray(np.c_[points, np.ones(count), np.zeros(count)], np.float64)


def rotated_and_scaled(keypoints: Floats, scale: float, rotation_deg: float) -> Floats:
    """Their positions in an image rotated and scaled about its middle."""
    angle, result = np.deg2rad(rotation_deg), keypoints.copy()
    linear = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    result[:, :2] = (keypoints[:, :2] - TWO_MATCH_SIDE_PX / 2) @ linear.T + TWO_MATCH_SIDE_PX / 2
    return result


def count_inliers(frame: Floats, photo: Floats) -> int:
    """Inliers of the best map between features of a learned model."""
    rows = np.zeros((len(frame), 64), np.uint8)
    here, there = (
        LocalFeatures(TWO_MATCH_SIDE_PX, TWO_MATCH_SIDE_PX, one.astype(np.float32), rows, "aliked")
        for one in (frame, photo)
    )
    fit = verify_geometry(here, there, np.stack([np.arange(len(frame))] * 2, axis=1))
    return fit.inliers if fit else 0


@pytest.mark.parametrize(("scale", "rotation_deg"), [(1.0, 0), (1.8, 0), (0.6, 0), (1.0, 30), (1.6, -25)])
def test_two_matches_propose_rotation_and_scale(scale: float, rotation_deg: float) -> None:
    frame = random_points(60, 1)
    photo = rotated_and_scaled(frame, scale, rotation_deg)
    photo[30:, :2] = random_points(30, 2)[:, :2]  # half of the matches are wrong
    best = two_match_hypotheses(frame, photo, TWO_MATCH_SIDE_PX)[0]
    assert best[:30].all()
    assert best[30:].sum() < 4
    assert count_inliers(frame, photo) >= 28


@pytest.mark.parametrize(("scale", "rotation_deg"), [(2.4, 0), (0.4, 0), (1.0, 50), (1.0, 180)])
def test_rotations_and_scales_beyond_the_learned_model_are_not_proposed(scale: float, rotation_deg: float) -> None:
    frame = random_points(40, 1)
    assert count_inliers(frame, rotated_and_scaled(frame, scale, rotation_deg)) == 0


def test_the_scale_of_a_simulated_view_is_taken_into_account() -> None:
    """A feature found in the photo enlarged twice has half the size in the photo as it is."""
    frame = random_points(40, 1)
    photo = rotated_and_scaled(frame, 0.4, 0)
    photo[:, 2] = 0.5
    assert count_inliers(frame, photo) >= 38


@pytest.mark.parametrize("n_pairs", [0, 1, 2])
def test_too_few_matches_propose_no_two_match_hypothesis(n_pairs: int) -> None:
    assert two_match_hypotheses(random_points(n_pairs, 1), random_points(n_pairs, 1), TWO_MATCH_SIDE_PX) == []


@pytest.mark.parametrize("n_pairs", [8, 40, 200, 500])
def test_random_matches_hardly_ever_reach_the_reporting_threshold(n_pairs: int) -> None:
    """Six inliers are needed."""
    counted = [count_inliers(random_points(n_pairs, seed), random_points(n_pairs, seed + 1_000)) for seed in range(40)]
    assert sum(count >= 6 for count in counted) <= 1


def test_chance_inliers_grow_with_the_matches_and_with_the_area() -> None:
    by_count = [chance_inliers(n_pairs, 7e-4) for n_pairs in (2, 10, 50, 100, 200, 500)]
    assert by_count == sorted(by_count)
    assert by_count[-1] > by_count[0] > 0
    assert chance_inliers(200, 7e-3) > chance_inliers(200, 7e-4)
    assert chance_inliers(4, 0.9) == 4
