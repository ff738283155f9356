"""Pictures of one clip laid upon each other: what none shows well enough, all may; what all show counts once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.matching.landmarks.clip_verification import held, sight
from opsec.matching.landmarks.enrolment import Enrolled
from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.landmarks.frame_evidence import Sight
from opsec.matching.landmarks.frame_pooling import laid_together
from opsec.matching.landmarks.grading import FLAGGING, grade
from opsec.matching.landmarks.mirrored_features import mirrored
from opsec.matching.landmarks.pairwise_matches import Pictures
from opsec.matching.landmarks.recogniser import Landmarks
from opsec.matching.landmarks.retrieval_index import Lead
from opsec.model import Hint, Site
from opsec.vision.features.local_features import Extracted, packed
from tests.matching.landmarks.drawn import features, hint, photographed, seen, wall

EACH, PICTURES = 6, 5
GATE = features(wall(1))
STREET = features(wall(2)).only(slice(0, 300))


def standing_far_apart(count: int, apart_px: float = 45.0, of: Extracted = GATE) -> "list[int]":
    """Features of the gate, or of another, the clearest first, none near another."""
    chosen: list[int] = []
    for number, (x, y) in enumerate(of.keypoints[:, :2].tolist()):
        if all(abs(x - of.keypoints[one, 0]) + abs(y - of.keypoints[one, 1]) > apart_px for one in chosen):
            chosen.append(number)
    return chosen[:count]


def picture(of_gate: "list[int]", sway_px: float = 0.0, turned: bool = False) -> Extracted:
    """A street with so much of the gate, filmed a little further on."""
    both = replace(
        STREET,
        keypoints=np.vstack([GATE.keypoints[of_gate], STREET.keypoints]),
        descriptors=np.vstack([GATE.descriptors[of_gate], STREET.descriptors]),
    )
    both.keypoints[:, :2] += np.float32(sway_px)
    return mirrored(both) if turned else both


def told(frames: "list[Extracted]", flipped: bool = False) -> Sight | None:
    pictures = Pictures(frames, [0.1 * number for number in range(len(frames))], [Enrolled(GATE, len(GATE))])
    leads = [Lead(0, flipped, EACH, float(EACH), 0)]
    holds = held(pictures, leads)
    alone = sight(pictures, holds, leads) if holds else None
    return (laid_together(pictures, alone) or alone) if alone else None


def hints_with(frames: "list[Extracted]", more: Extracted) -> "list[Hint]":
    """What the reading process tells of these pictures, the first with more features."""
    first = replace(
        frames[0],
        keypoints=np.vstack([more.keypoints, frames[0].keypoints]),
        descriptors=np.vstack([more.descriptors, frames[0].descriptors]),
    )
    of = [first, *frames[1:]]
    return [replace(hint(wall(3), 0.1 * number, f"h{number}"), features=packed(one)) for number, one in enumerate(of)]


def in_parts() -> "list[list[int]]":
    places = standing_far_apart(EACH * PICTURES)
    return [places[number::PICTURES] for number in range(PICTURES)]


@pytest.mark.parametrize("turned", [False, True], ids=["as it is", "mirrored"])
def test_what_no_picture_shows_well_enough_all_show_together(turned: bool) -> None:
    frames = [picture(part, 3.0 * number, turned) for number, part in enumerate(in_parts())]
    alone, all_of_them = told(frames[:1], turned), told(frames, turned)
    assert alone is not None
    assert grade(alone, [0.0]) == "possible"
    assert all_of_them is not None
    assert all_of_them.together is not None
    assert grade(all_of_them, [0.1 * number for number in range(PICTURES)]) == "probable"
    assert all_of_them.mirrored == turned
    assert len(all_of_them.pictures) == PICTURES
    assert sum(count for _number, count in all_of_them.pictures) == all_of_them.best.inliers >= 0.8 * EACH * PICTURES


def test_places_in_the_wrong_sense_keep_no_pictures_from_being_laid_together(tmp_path: Path) -> None:
    """Of a façade that is nearly its own mirror image the first picture shows seven places mirrored too."""
    ours, photos = photographed(tmp_path, Site(id="camp", kind="base", code="C-1", names={}), {"gate": [wall(1)]})
    frames = [picture(part, 3.0 * number) for number, part in enumerate(in_parts())]
    wrong = mirrored(GATE.only(np.array(standing_far_apart(60)[-7:], np.intp)))
    met = Landmarks([ours], photos, Shelf(None)).meet(hints_with(frames, wrong))
    assert [(one.grade, one.sighting.mirrored) for one in met] == [("probable", False)]


@pytest.mark.parametrize("by_chance", [0, 8])
def test_a_landmark_that_holds_by_chance_silences_no_other(tmp_path: Path, by_chance: int) -> None:
    """Eight places of a tower, close together in one picture, hold and are graded nothing."""
    ours, photos = photographed(
        tmp_path, Site(id="camp", kind="base", code="C-1", names={}), {"gate": [wall(1)], "tower": [wall(7)]}
    )
    tower = features(wall(7))
    strip = tower.only(tower.keypoints[:, 1] < 120)
    some = strip.only(np.array(standing_far_apart(by_chance, 9.0, strip), np.intp))
    frames = [picture(part, 3.0 * number) for number, part in enumerate(in_parts())]
    met = Landmarks([ours], photos, Shelf(None)).meet(hints_with(frames, some))
    assert [(one.landmark.id, one.grade) for one in met if one.grade in FLAGGING] == [("gate", "probable")]


def test_the_same_places_in_every_picture_are_one_picture_s_worth() -> None:
    """Five times the same six places of a poster are six places."""
    part = in_parts()[0]
    one = told([picture(part, 3.0 * number) for number in range(PICTURES)])
    assert one is not None
    assert one.together is None
    assert grade(one, [0.1 * number for number in range(PICTURES)]) == "possible"


def test_a_place_found_again_counts_once_where_it_is_laid() -> None:
    places = standing_far_apart(12)
    frames = [picture(places, 3.0 * number) for number in range(PICTURES)]
    pictures = Pictures(frames, [0.0] * PICTURES, [Enrolled(GATE, len(GATE))])
    together, of = pictures.together(0, range(1, PICTURES), 0, flipped=False)
    fit, single = together.fitted(), pictures.compared(0, 0, flipped=False)
    assert fit is not None
    assert fit.inliers == len(places)
    assert len(of) == len(together.frame) == sum(map(len, frames))
    assert len(together.paired.pairs) <= single.paired.sure + 5


def test_pictures_of_one_scene_are_laid_upon_each_other_and_others_are_not() -> None:
    first, turned, elsewhere = features(seen(wall(3))), features(seen(wall(3), turn_deg=4, zoom=1.1)), features(wall(4))
    pictures = Pictures([turned, first, elsewhere], [0.0, 0.3, 0.6], [])
    laid = pictures.laid(0, 1)
    assert laid is not None
    middle = np.array([first.width_px / 2, first.height_px / 2])
    assert np.abs(middle @ laid[:2] + laid[2] - middle).max() < 3  # both turn and grow around the middle
    assert np.sqrt(np.linalg.det(laid[:2])) == pytest.approx(1 / 1.1, abs=0.02)
    assert pictures.laid(2, 1) is None


def test_the_same_pictures_give_the_same_answer() -> None:
    frames = [picture(part, 3.0 * number) for number, part in enumerate(in_parts())]
    assert told(frames) == told(frames)


@pytest.mark.parametrize(
    ("times_s", "pictures"), [([0.0, 0.4, 1.2, 3.0], [0, 2]), ([0.0, 0.3, 0.5], [0, 2]), ([0.0], [0])]
)
def test_a_clear_landmark_is_borne_out_by_the_nearest_picture_of_another_moment(
    times_s: "list[float]", pictures: "list[int]"
) -> None:
    frame = features(seen(wall(1), slant=1.2))
    looked = Pictures([frame] * len(times_s), times_s, [Enrolled(GATE, len(GATE))])
    leads = [Lead(0, False, 40, 40.0, 0)]
    found = sight(looked, held(looked, leads), leads)
    assert found is not None
    assert [number for number, _count in found.pictures] == pictures
    assert grade(found, times_s) == "strong"


def test_lines_of_pictures_laid_together_lie_in_the_picture_that_is_shown() -> None:
    parts = in_parts()
    frames = [picture(part, 40.0 * number) for number, part in enumerate(parts)]
    found = told(frames)
    assert found is not None
    assert found.together is not None
    carried: NDArray[np.float64] = np.array([here for here, _there in found.together.lines])
    assert ((carried >= 0) & (carried <= 1)).all()
    known: NDArray[np.float64] = np.array([there for _here, there in found.together.lines])
    shift = (carried - known) * [GATE.width_px, GATE.height_px]
    assert np.abs(shift - shift[0]).max() < 4  # all are drawn where the one picture shows them
