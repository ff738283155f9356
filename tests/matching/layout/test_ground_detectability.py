"""Ground detectability: distance, focal length, height and number of looks."""

from dataclasses import replace

import numpy as np
import pytest
from shapely import Polygon, box

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.ground_detectability import (
    detection_probability,
    grid_centers,
    resolved_share,
    single_view_probability,
)

CAMERA = CameraPose(east_m=0.0, north_m=0.0, heading_deg=0.0, hfov_deg=60.0)
FIELD = box(-50, 0, 50, 100)


def probability(camera: CameraPose, distance_m: float) -> float:
    return float(single_view_probability(camera, np.array([distance_m]))[0])


def test_distant_ground_is_resolved_with_lower_probability() -> None:
    near, far, farther = (probability(CAMERA, distance_m) for distance_m in (10.0, 60.0, 90.0))
    assert 1.0 == near > far > farther > 0.0


def test_a_longer_lens_and_a_higher_camera_resolve_more() -> None:
    assert probability(replace(CAMERA, hfov_deg=30.0), 60.0) > probability(CAMERA, 60.0)
    assert probability(replace(CAMERA, height_m=60.0), 60.0) == 1.0
    assert probability(replace(CAMERA, height_m=60.0, pitch_deg=-90.0), 400.0) == 1.0


def test_probability_grows_with_the_number_of_looks_and_cameras() -> None:
    x, y = np.array([0.0]), np.array([60.0])
    once = detection_probability([(CAMERA, FIELD)], x, y)[0]
    twice = detection_probability([(CAMERA, FIELD)] * 2, x, y)[0]
    assert twice == pytest.approx(1 - (1 - once) ** 2)
    assert detection_probability([(replace(CAMERA, view_count=2.0), FIELD)], x, y)[0] == pytest.approx(twice)
    assert detection_probability([(CAMERA, FIELD)], x, -y)[0] == 0.0


def test_grid_centers_run_row_by_row_from_the_south_west() -> None:
    x, y = grid_centers(box(0, 0, 4, 2), 2, 2)
    assert x.tolist() == [1.0, 3.0, 1.0, 3.0]
    assert y.tolist() == [0.5, 0.5, 1.5, 1.5]


def test_the_resolved_share_of_an_area() -> None:
    assert resolved_share([(replace(CAMERA, height_m=60.0), FIELD)], FIELD) == 1.0
    assert 0.0 < resolved_share([(CAMERA, FIELD)], FIELD) < 0.8
    assert resolved_share([(CAMERA, FIELD)], Polygon()) == 0.0
