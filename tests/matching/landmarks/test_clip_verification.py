"""How far a landmark is looked for: in either sense, and past a picture that shows little of it."""

from dataclasses import replace

import numpy as np
import pytest

from opsec.matching.landmarks.clip_verification import TELLING, held, sight
from opsec.matching.landmarks.enrolment import Enrolled
from opsec.matching.landmarks.frame_evidence import Sight
from opsec.matching.landmarks.grading import grade
from opsec.matching.landmarks.mirrored_features import mirrored
from opsec.matching.landmarks.pairwise_matches import Pictures
from opsec.matching.landmarks.putative_matches import Paired
from opsec.matching.landmarks.retrieval_index import Lead
from opsec.vision.features.local_features import Extracted
from tests.matching.landmarks.drawn import features, wall
from tests.matching.landmarks.test_pairwise_matches import standing_far_apart

GATE = features(wall(1))
STREET = features(wall(2)).only(slice(0, 300))
WIDE = GATE.only(np.array(standing_far_apart(13), np.intp))
"""Places all over the gate: enough to flag."""


def shown(*parts: Extracted) -> Extracted:
    """A street with these features in it."""
    whole = (*parts, STREET)
    return replace(
        STREET,
        keypoints=np.vstack([one.keypoints for one in whole]),
        descriptors=np.vstack([one.descriptors for one in whole]),
    )


def told(frames: "list[Extracted]", leads: "list[Lead]") -> Sight | None:
    pictures = Pictures(frames, [0.1 * number for number in range(len(frames))], [Enrolled(GATE, len(GATE))])
    holds = held(pictures, leads)
    return sight(pictures, holds, leads) if holds else None


@pytest.mark.parametrize("mirror", [False, True])
def test_where_both_senses_hold_the_one_that_shows_a_place_is_told(mirror: bool) -> None:
    """A strip that is its own mirror image gives more pairs in the wrong sense, and in it nothing that is a place."""
    strip = GATE.only(GATE.keypoints[:, 1] < 60)
    more = strip.only(np.array(standing_far_apart(16, 9.0, strip), np.intp))
    frame = shown(mirrored(WIDE), more) if mirror else shown(WIDE, mirrored(more))
    one = told([frame], [Lead(0, not mirror, TELLING + 1, 9.0, 0), Lead(0, mirror, TELLING, 8.0, 0)])
    assert one is not None
    assert one.mirrored == mirror
    assert grade(one, [0.0]) == "probable"


@pytest.mark.parametrize(("support", "expected"), [(TELLING, "probable"), (TELLING - 1, None)])
def test_many_votes_are_looked_into_past_a_picture_that_shows_nothing(support: int, expected: str | None) -> None:
    frames = [shown(), shown(), shown(WIDE)]
    one = told(frames, [Lead(0, False, support, float(support), 0)])
    assert (grade(one, [0.0, 0.1, 0.2]) if one else None) == expected


def test_four_pairs_of_one_picture_are_worth_comparing_the_others() -> None:
    little = WIDE.only(slice(0, 4))
    one = told([shown(little), shown(WIDE)], [Lead(0, False, 4, 4.0, 0)])
    assert one is not None
    assert one.best.frame == 1
    assert grade(one, [0.0, 0.1]) == "probable"


@pytest.mark.parametrize("places", [16, 22])
def test_a_strip_that_is_clear_in_the_wrong_sense_silences_no_place(places: int) -> None:
    strip = GATE.only(GATE.keypoints[:, 1] < 40)
    more = strip.only(np.array(standing_far_apart(places, 7.0, strip), np.intp))
    leads = [Lead(0, True, TELLING + 1, 9.0, 0), Lead(0, False, TELLING, 8.0, 0)]
    one = told([shown(WIDE, mirrored(more))], leads)
    assert one is not None
    assert not one.mirrored
    assert grade(one, [0.0]) == "probable"


def test_the_photo_that_shows_a_place_speaks_before_one_with_more_pairs() -> None:
    """A strip of 16 places of one photo, and 13 places all over another."""
    other = features(wall(5))
    strip = other.only(other.keypoints[:, 1] < 40)
    more = strip.only(np.array(standing_far_apart(16, 7.0, strip), np.intp))
    pictures = Pictures([shown(WIDE, more)], [0.0], [Enrolled(other, len(other)), Enrolled(GATE, len(GATE))])
    leads = [Lead(0, False, 12, 12.0, 0), Lead(1, False, 11, 11.0, 0)]
    one = sight(pictures, held(pictures, leads), leads)
    assert one is not None
    assert one.best.photo == 1
    assert grade(one, [0.0]) == "probable"


@pytest.mark.parametrize(("sure", "inliers", "pooled"), [(13, 13, 13), (7, 10, 10), (0, 6, 6)])
def test_places_seen_twice_are_pooled_once_and_those_like_others_half(sure: int, inliers: int, pooled: int) -> None:
    pairs = np.stack([np.arange(13), np.array(standing_far_apart(13))], axis=1)

    def pairing(*_two: Extracted, **_of: object) -> Paired:
        return Paired(pairs, sure)

    pictures = Pictures([WIDE, WIDE], [0.0, 2.0], [Enrolled(GATE, len(GATE))], pairing)
    leads = [Lead(0, False, TELLING, 8.0, 0)]
    one = sight(pictures, held(pictures, leads), leads, alone=False)
    assert one is not None
    assert [seen.inliers for seen in one.seen] == [inliers, inliers]
    assert one.pooled == pooled
