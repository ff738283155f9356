"""Cross-checks: a true view is confirmed by the other models and by nothing else; a row of windows has a rival."""

import cv2
import numpy as np
import pytest

from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.geometric_verification import verify_geometry
from opsec.matching.landmarks.grading import grade
from opsec.matching.landmarks.model_cross_check import CrossChecks, cross_check
from opsec.matching.landmarks.pairwise_matches import PairwiseMatcher
from opsec.matching.landmarks.putative_matches import Correspondences, match_descriptors
from opsec.matching.landmarks.retrieval_index import Candidate
from opsec.vision.features.local_features import LocalFeatures
from tests.matching.landmarks.drawn import Bytes, best_clip_match, extract_features, film_wall, wall


def cross_checked(frame_image: Bytes, photo: Bytes, ratio: float = 0.8) -> tuple[int, CrossChecks]:
    frame, reference = extract_features(frame_image), extract_features(photo)
    pairs = match_descriptors(frame, reference, ratio).pairs
    fit = verify_geometry(frame, reference, pairs)
    assert fit is not None
    return fit.inliers, cross_check(frame, reference, Correspondences(pairs, len(pairs)), fit)


def row_of_windows(first: int, count: int) -> Bytes:
    """Some of the same windows on a flat wall, each with a stain of its own."""
    row = np.full((400, 700), 150, np.uint8)
    for number in range(count):
        window = wall(77, 210, 270)[:90, :70].copy()
        stain = wall(first + number, 210, 270)[:20, :20]
        window[30:50, 20:40] = stain
        row[150:240, 20 + 110 * number : 90 + 110 * number] = window
    return np.asarray(cv2.GaussianBlur(row, (0, 0), 0.7), np.uint8)


def test_a_true_view_is_confirmed_and_has_no_rival() -> None:
    inliers, checks = cross_checked(film_wall(wall(1), slant=1.4, turn_deg=6), wall(1))
    assert checks.homography >= 0.7 * inliers
    assert checks.fundamental == 0  # not needed
    assert checks.rival < 0.25 * inliers


def test_identical_windows_also_fit_one_window_further() -> None:
    """Without the ratio test, as between photos of two blocks with worn windows."""
    _inliers, checks = cross_checked(row_of_windows(300, 3), row_of_windows(400, 6), ratio=1.01)
    assert checks.rival >= 4


def test_too_few_matches_for_a_model_give_zero() -> None:
    frame, known = extract_features(film_wall(wall(1))), extract_features(wall(1))
    few = Correspondences(match_descriptors(frame, known).pairs[:6], 6)
    fit = verify_geometry(frame, known, few.pairs)
    assert fit is not None
    checks = cross_check(frame, known, few, fit)
    assert checks.fundamental == 0
    assert checks == cross_check(frame, known, few, fit)


@pytest.mark.parametrize("spread_px", [0.0, 2.0, 30.0], ids=["one place", "one letter", "a row"])
def test_points_that_nearly_coincide_can_be_measured(spread_px: float) -> None:
    """Without the outermost match and all beside it, nothing may remain to measure."""
    rng = np.random.default_rng(5)
    keypoints = np.c_[rng.uniform(200, 200.5 + spread_px, (8, 2)), np.full(8, 5.0), np.full(8, 40.0)].astype(np.float32)
    descriptors = rng.integers(0, 200, (8, 128)).astype(np.uint8)
    frame = LocalFeatures(400, 600, keypoints, descriptors)
    far = LocalFeatures(400, 600, keypoints + np.array([7, 0, 0, 0], np.float32), descriptors)
    matcher, candidates = PairwiseMatcher([frame], [0.0], [ReferenceFeatures(far, 8)]), [Candidate(0, False, 8, 8.0, 0)]
    one = best_clip_match(matcher, candidates)
    assert one is None or grade(one, [0.0]) in (None, "possible")
