"""Shot measurements: figures of one motion fit together, and too few points are not measured."""

import pytest

from opsec.vision.camera_motion.shot_measurements import MIN_MEDIAN_POINTS, measure_shot, tracked_shares
from tests.vision.camera_motion.synthetic_points import SIZE, scene, standing, track_points, turning

FAR = scene(near_m=30, far_m=60, count=900, wide=4.0)


def test_a_turn_is_measured_in_all_its_parts() -> None:
    shot = measure_shot(track_points(FAR, turning(2.5), frames=20), 0.1, SIZE)
    assert shot is not None
    assert shot.headings.range_deg == pytest.approx(19 * 2.5, rel=0.03)
    assert shot.fov.short_fov_deg == pytest.approx(45.0, rel=0.03)
    assert shot.statistics.rotation_share > 0.95
    assert shot.static_edge_share == 0.1


def test_a_shot_with_hardly_any_points_is_not_measured() -> None:
    few = track_points(scene(count=MIN_MEDIAN_POINTS - 1, wide=0.3), standing)
    assert measure_shot(few, 0.0, SIZE) is None


def test_tracked_shares_of_border_and_center() -> None:
    still, fast = track_points(FAR, standing, frames=4), track_points(FAR, turning(30.0), frames=4)
    border_share, center_share = tracked_shares(still, SIZE)
    assert min(border_share, center_share) > 0.95
    assert max(tracked_shares(fast, SIZE)) < 0.6
    assert tracked_shares(still[:1], SIZE) == (0.0, 0.0)
