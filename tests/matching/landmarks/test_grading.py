"""What a sighting is worth: its pictures decide the grade, and the number of landmarks compared bounds the weight."""

import math
import sys
from dataclasses import replace

import pytest

from opsec.matching.landmarks.frame_evidence import Seen, Sight
from opsec.matching.landmarks.grading import grade, overlap, weight
from opsec.matching.landmarks.model_cross_check import Witnesses
from opsec.model import Grade
from opsec.verdict.likelihood_ratios import Ratio, table

SQUARE = ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.5))


def seen(frame: int, inliers: int, extent: float = 0.3, share: float = 0.5, asked: Witnesses | None = None) -> Seen:
    """A picture that shows so many pairs, which both other models find again unless ``asked`` says otherwise."""
    return Seen(frame, 0, inliers, extent, share, (), SQUARE, asked or Witnesses(inliers, inliers, 0), 0.5, 6)


@pytest.mark.parametrize(
    ("counts", "pooled", "expected"),
    [
        ((5,), 5, None),
        ((6,), 6, "possible"),
        ((7,), 7, "possible"),
        ((8,), 8, "possible"),
        ((9,), 9, "possible"),
        ((10,), 10, "probable"),
        ((16,), 16, "strong"),
        ((7, 0, 7), 14, "possible"),
        ((8, 0, 8), 11, "probable"),
        ((8, 8), 11, "possible"),  # half a second apart
        ((8, 0, 8), 8, "possible"),  # the same eight places twice
        ((11, 0, 11), 16, "strong"),
    ],
)
def test_grades(counts: tuple[int, ...], pooled: int, expected: Grade | None) -> None:
    pictures = tuple(seen(frame, count) for frame, count in enumerate(counts) if count)
    assert grade(Sight(False, pictures, pooled), [0.0, 0.5, 1.0]) == expected


@pytest.mark.parametrize(("inliers", "expected"), [(11, None), (12, "probable"), (60, "probable")])
def test_pictures_laid_together_flag_from_more_pairs_and_are_never_strong(inliers: int, expected: Grade | None) -> None:
    together = replace(seen(1, inliers), parts=((0, 4), (1, inliers - 4)))
    assert grade(Sight(False, (), 0, together), [0.0, 0.2]) == expected
    assert grade(Sight(False, (seen(1, 5),), 5, replace(together, extent=0.02)), [0.0, 0.2]) is None
    rows = replace(together, witnesses=Witnesses(round(0.7 * inliers), 2 * inliers, 0))
    assert grade(Sight(False, (), 0, rows), [0.0, 0.2]) is None  # rows of windows that happen to fit


def test_a_lead_that_no_picture_bears_out_is_no_sighting() -> None:
    assert grade(Sight(False, (), 0), [0.0]) is None


@pytest.mark.parametrize(
    ("inliers", "asked", "expected"),
    [
        (12, Witnesses(12, 12, 6), "probable"),
        (12, Witnesses(12, 12, 7), None),  # the next window fits more than half as well
        (40, Witnesses(40, 40, 25), "possible"),
        (12, Witnesses(3, 5, 0), None),  # neither model finds it
        (20, Witnesses(3, 15, 0), "strong"),  # in depth: no plane, but two views of one scene
        (20, Witnesses(3, 9, 0), "possible"),
    ],
)
def test_second_witnesses_lower_a_grade_and_never_raise_one(
    inliers: int, asked: Witnesses, expected: Grade | None
) -> None:
    assert grade(Sight(False, (seen(0, inliers, asked=asked),), inliers), [0.0]) == expected


@pytest.mark.parametrize(("spots", "expected"), [(3, "possible"), (4, "strong")])
def test_many_pairs_at_three_spots_are_letters(spots: int, expected: Grade) -> None:
    """Two letters of one alphabet and a third thing: any three spots lie as any other three."""
    assert grade(Sight(False, (replace(seen(0, 20), spots=spots),), 20), [0.0]) == expected


@pytest.mark.parametrize(("extent", "share"), [(0.02, 0.5), (0.3, 0.01)], ids=["a letter", "a patch"])
def test_what_is_small_never_flags_however_much_of_it_agrees(extent: float, share: float) -> None:
    assert grade(Sight(False, (seen(0, 90, extent, share),), 90), [0.0]) == "possible"
    assert grade(Sight(False, (seen(0, 12, extent, share),), 12), [0.0]) is None


@pytest.mark.parametrize("graded", ["possible", "probable", "strong"])
def test_more_landmarks_and_more_sites_weigh_less_and_never_speak_against(graded: Grade) -> None:
    weights = [weight(graded, compared) for compared in (1, 10, 1_000, 100_000)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] >= 0
    assert weight(graded, 10, 2) < weight(graded, 10)


@pytest.mark.parametrize(("graded", "compared"), [("possible", 15), ("probable", 1_000), ("strong", 4_000)])
def test_twice_as_many_landmarks_halve_the_odds(graded: Grade, compared: int) -> None:
    """Of fewer landmarks the most that the rule counts hides it."""
    assert weight(graded, 1) > weight(graded, compared)
    assert weight(graded, compared) - weight(graded, 2 * compared) == pytest.approx(math.log(2))


def test_a_grade_that_landmarks_seldom_get_says_less_at_the_same_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """One chance of a mistake in ten thousand; of landmarks that are shown half are strong and one in ten probable."""
    measured = replace(
        table(),
        landmark_shown={"strong": Ratio(0.5, "made up", 1), "probable": Ratio(0.1, "made up", 1)},
        landmark_chance=dict.fromkeys(("strong", "probable"), Ratio(0.0001, "made up", 1)),
    )
    monkeypatch.setattr(sys.modules["opsec.matching.landmarks.grading"], "table", lambda: measured)
    assert math.exp(weight("strong", 100)) == pytest.approx(50)
    assert math.exp(weight("probable", 100)) == pytest.approx(10)
    assert math.exp(weight("probable", 10, 4)) == pytest.approx(15)  # 60 at most, of which each of four has a quarter


def test_outlines_overlap_by_the_smaller_one() -> None:
    inside = replace(seen(0, 9), outline=((0.2, 0.2), (0.3, 0.2), (0.3, 0.3), (0.2, 0.3)))
    beside = replace(seen(0, 9), outline=((0.6, 0.6), (0.9, 0.6), (0.9, 0.9), (0.6, 0.9)))
    assert overlap(seen(0, 9), inside) == pytest.approx(1.0)
    assert overlap(seen(0, 9), beside) == 0.0
