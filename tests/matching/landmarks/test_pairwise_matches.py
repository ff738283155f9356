"""Frames of one clip pooled: what no frame shows well enough, all may; what all show counts once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.frame_evidence import ClipMatch
from opsec.matching.landmarks.frame_pooling import pool_frames
from opsec.matching.landmarks.grading import FLAGGING_GRADES, grade
from opsec.matching.landmarks.mirrored_features import mirror_features
from opsec.matching.landmarks.pairwise_matches import PairwiseMatcher
from opsec.matching.landmarks.recogniser import LandmarkRecogniser
from opsec.matching.landmarks.retrieval_index import Candidate
from opsec.model import Hint, Site
from opsec.vision.features.feature_packing import pack_features
from opsec.vision.features.local_features import LocalFeatures
from tests.matching.landmarks.drawn import (
    best_clip_match,
    extract_features,
    film_wall,
    frame_hint,
    spread_out,
    wall,
    write_photos,
)

EACH, FRAMES = 6, 5
GATE = extract_features(wall(1))
STREET = extract_features(wall(2)).select(slice(0, 300))


def frame_with(of_gate: "list[int]", sway_px: float = 0.0, mirrored: bool = False) -> LocalFeatures:
    """Features of a street and some of the gate, filmed a little further on."""
    both = replace(
        STREET,
        keypoints=np.vstack([GATE.keypoints[of_gate], STREET.keypoints]),
        descriptors=np.vstack([GATE.descriptors[of_gate], STREET.descriptors]),
    )
    both.keypoints[:, :2] += np.float32(sway_px)
    return mirror_features(both) if mirrored else both


def recognise(frames: "list[LocalFeatures]", mirrored: bool = False) -> ClipMatch | None:
    """The match of the gate in these frames, pooled where that shows more."""
    times_s = [0.1 * number for number in range(len(frames))]
    matcher = PairwiseMatcher(frames, times_s, [ReferenceFeatures(GATE, len(GATE))])
    match = best_clip_match(matcher, [Candidate(0, mirrored, EACH, float(EACH), 0)])
    return (pool_frames(matcher, match) or match) if match else None


def hints_with(frames: "list[LocalFeatures]", more: LocalFeatures) -> "list[Hint]":
    """Hints as the reading process gives them for these frames, the first with more features."""
    first = replace(
        frames[0],
        keypoints=np.vstack([more.keypoints, frames[0].keypoints]),
        descriptors=np.vstack([more.descriptors, frames[0].descriptors]),
    )
    features = [first, *frames[1:]]
    return [
        replace(frame_hint(wall(3), 0.1 * number, f"h{number}"), features=pack_features(one))
        for number, one in enumerate(features)
    ]


def in_parts() -> "list[list[int]]":
    points = spread_out(GATE, EACH * FRAMES)
    return [points[number::FRAMES] for number in range(FRAMES)]


@pytest.mark.parametrize("mirrored", [False, True], ids=["original", "mirrored"])
def test_frames_that_are_insufficient_alone_are_recognised_when_pooled(mirrored: bool) -> None:
    frames = [frame_with(part, 3.0 * number, mirrored) for number, part in enumerate(in_parts())]
    single, pooled = recognise(frames[:1], mirrored), recognise(frames, mirrored)
    assert single is not None
    assert grade(single, [0.0]) == "possible"
    assert pooled is not None
    assert pooled.pooled_match is not None
    assert grade(pooled, [0.1 * number for number in range(FRAMES)]) == "probable"
    assert pooled.mirrored == mirrored
    assert len(pooled.inliers_per_frame) == FRAMES
    assert sum(count for _number, count in pooled.inliers_per_frame) == pooled.best.inliers >= 0.8 * EACH * FRAMES


def test_inliers_in_the_wrong_orientation_do_not_prevent_pooling(tmp_path: Path) -> None:
    """Of a façade that is nearly its own mirror image the first frame also shows seven points mirrored."""
    site, photos = write_photos(tmp_path, Site(id="camp", kind="base", code="C-1", names={}), {"gate": [wall(1)]})
    frames = [frame_with(part, 3.0 * number) for number, part in enumerate(in_parts())]
    wrong = mirror_features(GATE.select(np.array(spread_out(GATE, 60)[-7:], np.intp)))
    matches, _state = LandmarkRecogniser([site], photos, FeatureCache(None)).recognise(hints_with(frames, wrong), "ran")
    assert [(one.grade, one.sighting.mirrored) for one in matches] == [("probable", False)]


@pytest.mark.parametrize("by_chance", [0, 8])
def test_a_landmark_that_passes_by_chance_hides_no_other(tmp_path: Path, by_chance: int) -> None:
    """Eight features of a tower, close pooled in one frame, pass the first pass and get no grade."""
    site, photos = write_photos(
        tmp_path, Site(id="camp", kind="base", code="C-1", names={}), {"gate": [wall(1)], "tower": [wall(7)]}
    )
    tower = extract_features(wall(7))
    strip = tower.select(tower.keypoints[:, 1] < 120)
    some = strip.select(np.array(spread_out(strip, by_chance, 9.0), np.intp))
    frames = [frame_with(part, 3.0 * number) for number, part in enumerate(in_parts())]
    matches, _state = LandmarkRecogniser([site], photos, FeatureCache(None)).recognise(hints_with(frames, some), "ran")
    assert [(one.landmark.id, one.grade) for one in matches if one.grade in FLAGGING_GRADES] == [("gate", "probable")]


def test_the_same_points_in_every_frame_count_as_one_frame() -> None:
    """Five times the same six points of a poster are six points."""
    part = in_parts()[0]
    one = recognise([frame_with(part, 3.0 * number) for number in range(FRAMES)])
    assert one is not None
    assert one.pooled_match is None
    assert grade(one, [0.1 * number for number in range(FRAMES)]) == "possible"


def test_a_point_found_again_counts_once_in_the_pool() -> None:
    points = spread_out(GATE, 12)
    frames = [frame_with(points, 3.0 * number) for number in range(FRAMES)]
    matcher = PairwiseMatcher(frames, [0.0] * FRAMES, [ReferenceFeatures(GATE, len(GATE))])
    pooled, frame_of_feature = matcher.pool(0, range(1, FRAMES), 0, mirrored=False)
    fit, single = pooled.verify(), matcher.match_full(0, 0, mirrored=False)
    assert fit is not None
    assert fit.inliers == len(points)
    assert len(frame_of_feature) == len(pooled.frame) == sum(map(len, frames))
    assert len(pooled.correspondences.pairs) <= single.correspondences.n_unambiguous + 5


def test_frames_of_one_scene_are_registered_and_others_are_not() -> None:
    first, rotated, elsewhere = (
        extract_features(film_wall(wall(3))),
        extract_features(film_wall(wall(3), turn_deg=4, zoom=1.1)),
        extract_features(wall(4)),
    )
    matcher = PairwiseMatcher([rotated, first, elsewhere], [0.0, 0.3, 0.6], [])
    registration = matcher.register(0, 1)
    assert registration is not None
    middle = np.array([first.width_px / 2, first.height_px / 2])
    moved_px = np.abs(middle @ registration[:2] + registration[2] - middle).max()
    assert moved_px < 3  # both rotate and scale about the middle
    assert np.sqrt(np.linalg.det(registration[:2])) == pytest.approx(1 / 1.1, abs=0.02)
    assert matcher.register(2, 1) is None


def test_the_same_frames_give_the_same_result() -> None:
    frames = [frame_with(part, 3.0 * number) for number, part in enumerate(in_parts())]
    assert recognise(frames) == recognise(frames)


@pytest.mark.parametrize(
    ("times_s", "frames"), [([0.0, 0.4, 1.2, 3.0], [0, 2]), ([0.0, 0.3, 0.5], [0, 2]), ([0.0], [0])]
)
def test_a_clear_landmark_is_confirmed_by_the_nearest_frame_of_another_moment(
    times_s: "list[float]", frames: "list[int]"
) -> None:
    frame = extract_features(film_wall(wall(1), slant=1.2))
    matcher = PairwiseMatcher([frame] * len(times_s), times_s, [ReferenceFeatures(GATE, len(GATE))])
    match = best_clip_match(matcher, [Candidate(0, False, 40, 40.0, 0)])
    assert match is not None
    assert [number for number, _count in match.inliers_per_frame] == frames
    assert grade(match, times_s) == "strong"


def test_lines_of_pooled_frames_lie_in_the_frame_that_is_shown() -> None:
    parts = in_parts()
    frames = [frame_with(part, 40.0 * number) for number, part in enumerate(parts)]
    found = recognise(frames)
    assert found is not None
    assert found.pooled_match is not None
    here: NDArray[np.float64] = np.array([point for point, _photo_point in found.pooled_match.lines])
    assert ((here >= 0) & (here <= 1)).all()
    there: NDArray[np.float64] = np.array([point for _frame_point, point in found.pooled_match.lines])
    shift = (here - there) * [GATE.width_px, GATE.height_px]
    assert np.abs(shift - shift[0]).max() < 4  # all are drawn where that frame shows them
