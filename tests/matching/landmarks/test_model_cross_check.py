"""Second witnesses: a true view is borne out by both models and by nothing else; a row of windows has a rival."""

import cv2
import numpy as np
import pytest

from opsec.matching.landmarks.clip_verification import held, sight
from opsec.matching.landmarks.enrolment import Enrolled
from opsec.matching.landmarks.geometric_verification import verified
from opsec.matching.landmarks.grading import grade
from opsec.matching.landmarks.model_cross_check import Witnesses, witnesses
from opsec.matching.landmarks.pairwise_matches import Pictures
from opsec.matching.landmarks.putative_matches import Paired, paired
from opsec.matching.landmarks.retrieval_index import Lead
from opsec.vision.features.local_features import Extracted
from tests.matching.landmarks.drawn import Bytes, features, seen, wall


def asked(picture: Bytes, photo: Bytes, ratio: float = 0.8) -> tuple[int, Witnesses]:
    frame, known = features(picture), features(photo)
    pairs = paired(frame, known, ratio).pairs
    fit = verified(frame, known, pairs)
    assert fit is not None
    return fit.inliers, witnesses(frame, known, Paired(pairs, len(pairs)), fit)


def row_of_windows(first: int, count: int) -> Bytes:
    """Some of the same windows on a flat wall, each with a stain of its own."""
    row = np.full((400, 700), 150, np.uint8)
    for number in range(count):
        window = wall(77, 210, 270)[:90, :70].copy()
        stain = wall(first + number, 210, 270)[:20, :20]
        window[30:50, 20:40] = stain
        row[150:240, 20 + 110 * number : 90 + 110 * number] = window
    return np.asarray(cv2.GaussianBlur(row, (0, 0), 0.7), np.uint8)


def test_a_true_view_is_borne_out_and_has_no_rival() -> None:
    inliers, told = asked(seen(wall(1), slant=1.4, turn_deg=6), wall(1))
    assert told.homography >= 0.7 * inliers
    assert told.fundamental == 0  # nobody needs it
    assert told.rival < 0.25 * inliers


def test_windows_that_are_all_the_same_fit_one_window_further_too() -> None:
    """Without the ratio that throws out what looks alike, as between photos of two blocks with worn windows."""
    _inliers, told = asked(row_of_windows(300, 3), row_of_windows(400, 6), ratio=1.01)
    assert told.rival >= 4


def test_pairs_too_few_for_a_model_are_no_fault() -> None:
    frame, known = features(seen(wall(1))), features(wall(1))
    few = Paired(paired(frame, known).pairs[:6], 6)
    fit = verified(frame, known, few.pairs)
    assert fit is not None
    told = witnesses(frame, known, few, fit)
    assert told.fundamental == 0
    assert told == witnesses(frame, known, few, fit)


@pytest.mark.parametrize("spread_px", [0.0, 2.0, 30.0], ids=["one place", "one letter", "a row"])
def test_places_that_hardly_stand_apart_are_judged_and_no_fault(spread_px: float) -> None:
    """Left without its outermost pair, and all beside it, nothing may be left to measure."""
    rng = np.random.default_rng(5)
    keypoints = np.c_[rng.uniform(200, 200.5 + spread_px, (8, 2)), np.full(8, 5.0), np.full(8, 40.0)].astype(np.float32)
    descriptors = rng.integers(0, 200, (8, 128)).astype(np.uint8)
    frame = Extracted(400, 600, keypoints, descriptors)
    far = Extracted(400, 600, keypoints + np.array([7, 0, 0, 0], np.float32), descriptors)
    pictures, leads = Pictures([frame], [0.0], [Enrolled(far, 8)]), [Lead(0, False, 8, 8.0, 0)]
    holds = held(pictures, leads)
    one = sight(pictures, holds, leads) if holds else None
    assert one is None or grade(one, [0.0]) in (None, "possible")
