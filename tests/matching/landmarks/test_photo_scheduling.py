"""Which pictures and photos of a landmark are compared after the first: what is followed, and what that costs."""

import numpy as np
import pytest

from opsec.matching.landmarks.clip_verification import TELLING, Held, held, sight
from opsec.matching.landmarks.enrolment import Enrolled
from opsec.matching.landmarks.frame_evidence import Sight
from opsec.matching.landmarks.grading import grade
from opsec.matching.landmarks.pairwise_matches import Pictures
from opsec.matching.landmarks.putative_matches import Paired
from opsec.matching.landmarks.retrieval_index import Lead
from opsec.model import Grade
from opsec.vision.features.local_features import Extracted
from tests.matching.landmarks.test_pairwise_matches import GATE, standing_far_apart

SPOTS = standing_far_apart(20)
REST = [number for number in range(len(GATE)) if number not in SPOTS]
A, B, C = range(3)
"""Photos of one landmark."""

Shows = list[list[int]]
"""Of each picture, how many places of each photo it shows."""


def numbered(number: int) -> Extracted:
    """Twenty places all over a gate, and so many features more, by which a picture or a photo is known again."""
    return GATE.only(np.array([*SPOTS, *REST[:number]]))


class Pairing:
    """Pairs so many places of a picture and a photo, and counts what it was asked."""

    def __init__(self, shows: Shows) -> None:
        self.asked: list[tuple[int, int]] = []
        self._shows = shows

    def __call__(self, frame: Extracted, photo: Extracted, /, *, own: int, flipped: bool) -> Paired:
        asked = len(frame) - len(SPOTS), len(photo) - len(SPOTS)
        self.asked.append(asked)
        count = self._shows[asked[0]][asked[1]]
        return Paired(np.stack([np.arange(count)] * 2, axis=1), count)


def lead(photo: int, support: int, frame: int = 0) -> Lead:
    return Lead(photo, False, support, float(support), frame)


def clip(shows: Shows) -> tuple[Pictures, Pairing]:
    """Pictures a second apart that show so much of three photos."""
    pairing = Pairing(shows)
    frames = [numbered(number) for number in range(len(shows))]
    photos = [numbered(number) for number in range(len(shows[0]))]
    return Pictures(frames, times_s(shows), [Enrolled(one, len(one)) for one in photos], pairing), pairing


def times_s(shows: Shows) -> list[float]:
    return [float(number) for number in range(len(shows))]


def looked(shows: Shows, leads: "list[Lead]", *, alone: bool = True) -> "tuple[Sight | None, list[tuple[int, int]]]":
    """What is told, and which pictures and photos were compared as wholes for it."""
    pictures, pairing = clip(shows)
    hold = Held(leads[0], pictures.tried(leads[0].frame, leads[0].photo, flipped=False), None)
    pairing.asked.clear()
    return sight(pictures, [hold], leads, alone=alone), pairing.asked


@pytest.mark.parametrize(
    ("shows", "leads", "expected"),
    [
        ([[7, 4, 0], [0, 4, 0], [15, 0, 0], [15, 0, 0], [15, 0, 0]], [lead(A, 9), lead(B, 8)], "strong"),
        ([[9, 5, 0], [0, 5, 0], [13, 0, 0], [13, 0, 0], [13, 0, 0]], [lead(A, 9), lead(B, 8)], "strong"),
        ([[15, 9, 0], [0, 5, 0], [15, 0, 0], [15, 0, 0], [15, 0, 0]], [lead(A, 9), lead(B, 8)], "strong"),
        ([[9, 0, 0], [0, 9, 0], [0, 15, 0], [0, 15, 0], [0, 15, 0]], [lead(A, 9), lead(B, 8, 1)], "strong"),
        ([[0, 9, 0], [0, 15, 0], [0, 15, 0], [0, 15, 0]], [lead(A, 9), lead(B, 8, 1)], "strong"),
        ([[0, 0, 0], [0, 0, 15], [0, 0, 15], [0, 0, 15]], [lead(A, 9), lead(B, 8, 1), lead(C, 7, 1)], "strong"),
        *(
            ([[15, k, 0], [0, 15, 0], [0, 15, 0], [0, 15, 0]], [lead(A, 9), lead(B, 8, 1)], "strong")
            for k in (0, 4, 7, 8)
        ),
        ([[9, 4, 0], [0, 15, 0], [0, 15, 0], [0, 15, 0]], [lead(A, 9), lead(B, 8)], "strong"),
        ([[9, 4, 0], [5, 15, 0], [5, 15, 0], [5, 15, 0]], [lead(A, 9), lead(B, 8, 1)], "strong"),
        ([[15, 9, 0], [0, 5, 0], [15, 5, 0], [15, 5, 0]], [lead(A, 9), lead(B, 8)], "strong"),
        ([[9, 0, 0], [9, 0, 0], [9, 0, 0], [9, 0, 0]], [lead(A, 9)], "possible"),  # the same places each time
    ],
)
def test_a_photo_that_was_telling_is_compared_again(shows: Shows, leads: "list[Lead]", expected: Grade | None) -> None:
    seen, _asked = looked(shows, leads)
    assert (grade(seen, times_s(shows)) if seen else None) == expected


@pytest.mark.parametrize(("of_other", "asked_of_other"), [(6, 1), (7, 3)])
def test_a_photo_that_shows_less_than_half_of_the_best_is_left(of_other: int, asked_of_other: int) -> None:
    seen, asked = looked([[13, of_other]] * 3, [lead(A, 9), lead(B, 8)], alone=False)
    assert seen is not None
    assert [one.inliers for one in seen.seen] == [13, 13, 13]
    assert [photo for _picture, photo in asked].count(B) == asked_of_other


def test_the_fifth_photo_is_compared_with_the_picture_that_its_lead_names() -> None:
    shows = [[0] * 5, *[[0, 0, 0, 0, 15]] * 3]
    seen, _asked = looked(shows, [*(lead(photo, 9) for photo in range(4)), lead(4, 8, 1)])
    assert seen is not None
    assert grade(seen, times_s(shows)) == "strong"


def test_no_more_than_four_photos_are_compared_with_a_picture_that_none_names() -> None:
    shows = [[13] * 6] * 3
    _seen, asked = looked(shows, [lead(photo, 9) for photo in range(6)], alone=False)
    counts = [[picture for picture, _photo in asked].count(number) for number in range(3)]
    assert counts == [4, 2, 2]


@pytest.mark.parametrize(("shows", "pictures"), [([[5, 0]] * 5, 2), ([[6, 0]] * 5, 5)])
def test_few_votes_and_next_to_nothing_in_two_pictures_are_given_up(shows: Shows, pictures: int) -> None:
    _seen, asked = looked(shows, [lead(A, TELLING - 1)])
    assert len(asked) == pictures


def test_pictures_that_leads_of_the_other_sense_name_come_no_sooner() -> None:
    leads = [lead(A, 9, 2), Lead(B, True, 8, 8.0, 1)]
    _seen, asked = looked([[13, 0]] * 4, leads, alone=False)
    assert [picture for picture, _photo in asked] == [2, 0, 1, 3]


def test_photos_that_no_lead_names_are_not_compared() -> None:
    _seen, asked = looked([[13, 13, 13]] * 3, [lead(B, 9)], alone=False)
    assert {photo for _picture, photo in asked} == {B}


@pytest.mark.parametrize(("support", "compared"), [(TELLING - 1, 1), (TELLING, 3)])
def test_a_lead_that_shows_nothing_as_a_whole_costs_no_more_photos(support: int, compared: int) -> None:
    seen, asked = looked([[0, 0, 0]] * 5, [lead(A, support), lead(B, 4, 1), lead(C, 4, 2)])
    assert seen is None
    assert len(asked) == compared


def test_a_landmark_whose_best_lead_does_not_hold_is_given_up_at_once() -> None:
    pictures, pairing = clip([[0, 13]])
    assert held(pictures, [lead(A, TELLING - 1), lead(B, TELLING - 2)]) == []
    assert pairing.asked == [(0, A)]
