"""One line over many frames: when it is read, what is kept of it, and how its appearance is compared."""

import cv2
import numpy as np
import pytest

from opsec.vision.ocr.rover_voting import Recognition
from opsec.vision.ocr.text_line import TextLine
from opsec.vision.ocr.text_track import appearance_of, correlation, legibility
from tests.fixtures.images import Pixels, blank, draw_text, observe, text_line, text_track


def read(text: str, confidence: float) -> Recognition:
    return Recognition(text, confidence, "eng")


def gray_with(text: str, x_px: int = 60, *, dark: bool = False) -> tuple[Pixels, TextLine]:
    """A gray frame with a text, and the line around it."""
    image = draw_text(blank(480, 200), text, x_px, 80, dark=dark)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8), TextLine(x_px + 100, 94, 220, 36, 0.0, 0.9)


# ── when a line is read ───────────────────────────────────────────────────────────────────────
def test_a_line_is_read_twice_and_again_only_where_it_is_clearly_more_legible() -> None:
    track = text_track(observe(0))
    attempts = 0
    for index in range(1, 20):
        if track.needs_recognition():
            track.add_recognition(read("Falcon", 0.4))
            attempts += 1
        track.add(observe(index), track.appearance)
    assert attempts == 2
    track.add(observe(20, sharpness=5.5), track.appearance)
    assert not track.needs_recognition(), "hardly sharper"
    track.add(observe(21, sharpness=9.0), track.appearance)
    assert track.needs_recognition()


def test_attempts_are_bounded() -> None:
    track = text_track(observe(0))
    for index in range(1, 12):
        if track.needs_recognition():
            track.add_recognition(None)
        track.add(observe(index, sharpness=5.0 * 2**index), track.appearance)
    assert track.attempts == 5
    assert not track.needs_recognition()


def test_a_line_with_a_confident_text_is_not_read_again() -> None:
    track = text_track(observe(0), text="Falcon", confidence=0.9)
    track.add(observe(1, sharpness=50.0), track.appearance)
    assert not track.needs_recognition()


def test_what_was_read_at_the_edge_is_dropped_once_the_line_is_inside_the_frame() -> None:
    track = text_track(observe(0, inside_frame=False))
    assert track.needs_recognition()
    track.add_recognition(read("con Camp", 0.95))
    track.add(observe(1), track.appearance)
    assert track.needs_recognition()
    track.add_recognition(read("Falcon Camp", 0.6))
    assert [one.text for one in track.recognitions] == ["Falcon Camp"]
    track.add(observe(2, inside_frame=False), track.appearance)
    assert not track.needs_recognition()


# ── what is kept ──────────────────────────────────────────────────────────────────────────────
def test_the_observation_of_the_most_confident_text_is_the_best() -> None:
    track = text_track(observe(0))
    results = []
    for index, confidence in enumerate([0.4, 0.6, 0.5]):
        track.add(observe(index + 1), track.appearance)
        results.append(track.add_recognition(read("Falcon", confidence)))
    assert results == [True, True, False]
    assert track.best_observation == observe(2)
    assert track.max_confidence == 0.6
    assert not track.add_recognition(None)


def test_observations_are_bounded_and_the_ends_are_kept() -> None:
    track = text_track(observe(0))
    for index in range(1, 700):
        track.add(observe(index), track.appearance)
    assert len(track.observations) == 600
    assert (track.observations[0].frame_index, track.last.frame_index) == (0, 699)


@pytest.mark.parametrize(
    ("text", "confidence", "legible"),
    [
        ("Falcon Camp", 0.31, True),
        ("Falcon Camp", 0.29, False),
        ("لواء ١٤٧", 0.4, True),
        ("x4!", 0.7, False),
        ("x4!", 0.81, True),
        ("7", 0.99, False),
        ("?!", 0.99, False),
    ],
)
def test_short_texts_need_more_confidence_to_be_legible(text: str, confidence: float, legible: bool) -> None:
    assert text_track(text=text, confidence=confidence).is_legible is legible


def test_a_line_that_was_not_read_is_not_legible() -> None:
    assert text_track().voted() is None
    assert not text_track().is_legible
    assert text_track().max_confidence == 0.0


def test_legibility_grows_with_height_and_sharpness() -> None:
    plain = legibility(observe(0))
    assert legibility(observe(0, text_line(height=0.08))) == pytest.approx(2 * plain)
    assert legibility(observe(0, sharpness=10.0)) == pytest.approx(2 * plain)


# ── merging ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("later_confidence", "best_index"), [(0.7, 1), (0.3, 0)])
def test_merged_tracks_keep_the_better_observation_and_all_texts(later_confidence: float, best_index: int) -> None:
    track = text_track(observe(0), text="Falcon Camp", confidence=0.5)
    track.merge(text_track(observe(1), text="Falcon Camp", confidence=later_confidence))
    assert [one.frame_index for one in track.observations] == [0, 1]
    assert track.best_observation is not None
    assert track.best_observation.frame_index == best_index
    assert (len(track.recognitions), track.attempts) == (2, 2)


def test_a_complete_track_replaces_the_text_of_one_seen_at_the_edge() -> None:
    track = text_track(observe(0, inside_frame=False), text="con Camp", confidence=0.95)
    track.merge(text_track(observe(1), text="Falcon Camp", confidence=0.6))
    assert track.is_complete
    assert [one.text for one in track.recognitions] == ["Falcon Camp"]


def test_of_two_tracks_at_the_edge_the_longer_text_stays() -> None:
    track = text_track(observe(0, inside_frame=False), text="Camp")
    track.merge(text_track(observe(1, inside_frame=False), text="Falcon Ca"))
    assert [one.text for one in track.recognitions] == ["Falcon Ca"]


# ── appearance ────────────────────────────────────────────────────────────────────────────────
def test_the_same_text_correlates_elsewhere_and_on_another_board() -> None:
    here = appearance_of(*gray_with("FALCON CAMP", 40))
    there = appearance_of(*gray_with("FALCON CAMP", 200))
    assert correlation(here, here) == pytest.approx(1.0, abs=1e-3)
    assert correlation(here, there) > 0.9


@pytest.mark.parametrize("other", ["PHARMACY 24", "FALCON 1234", "NORTH GATE"])
def test_another_text_does_not_even_if_a_part_is_the_same(other: str) -> None:
    assert correlation(appearance_of(*gray_with("FALCON CAMP")), appearance_of(*gray_with(other))) < 0.6


def test_the_shade_of_the_board_does_not_matter() -> None:
    gray, line = gray_with("FALCON CAMP")
    brighter = np.clip(gray.astype(int) // 2 + 100, 0, 255).astype(np.uint8)
    assert correlation(appearance_of(gray, line), appearance_of(brighter, line)) > 0.95


def test_a_line_without_strokes_correlates_with_nothing() -> None:
    flat = np.zeros((24, 96), np.float32)
    assert correlation(appearance_of(*gray_with("FALCON CAMP")), flat) == 0.0


# ── gibberish ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "confidence", "legible"),
    [
        ("رهشةا ليلقتلاا", 0.84, False),
        ("رهشةا ليلقتلاا", 0.95, True),
        ("Fal٤٢on", 0.6, False),
        ("Falcon", 0.6, True),
        ("ىفطصم ةسردم", 0.84, True),
    ],
)
def test_a_text_that_breaks_the_rules_of_spelling_is_not_legible_unless_engines_agree_or_its_letters_are_set_apart(
    text: str, confidence: float, legible: bool
) -> None:
    assert text_track(text=text, confidence=confidence).is_legible is legible
