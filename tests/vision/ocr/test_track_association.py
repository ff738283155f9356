"""Lines of a new frame continue the tracks that look the same, or that read the same."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.vision.ocr.rover_voting import Recognition
from opsec.vision.ocr.text_line import TextLine
from opsec.vision.ocr.text_track import TextTrack, appearance_of
from opsec.vision.ocr.track_association import MAX_GAP_S, MAX_TRACKS, TrackAssociator, is_fragment_of, is_same_text
from tests.fixtures.images import blank, draw_text, observe, text_line, text_track

WIDTH_PX = 480


def sign(text: str, x_px: int = 60) -> tuple[TextLine, NDArray[np.float32]]:
    """A line in shares of the frame's longer side, and its appearance."""
    gray = np.asarray(cv2.cvtColor(draw_text(blank(WIDTH_PX, 200), text, x_px, 80), cv2.COLOR_BGR2GRAY), np.uint8)
    line = TextLine(x_px + 100, 94, 220, 36, 0.0, 0.9)
    return line.scaled(1 / WIDTH_PX), appearance_of(gray, line)


def associate(
    associator: TrackAssociator, frame_index: int, *signs: tuple[TextLine, NDArray[np.float32]]
) -> list[TextTrack]:
    found = associator.associate([observe(frame_index, line) for line, _ in signs], [look for _, look in signs])
    assert None not in found
    return [track for track in found if track is not None]


# ── by appearance ─────────────────────────────────────────────────────────────────────────────
def test_the_same_text_continues_its_track_elsewhere_and_another_text_in_its_place_does_not() -> None:
    associator = TrackAssociator()
    (first,) = associate(associator, 0, sign("FALCON CAMP", 40))
    (again,) = associate(associator, 1, sign("FALCON CAMP", 200))
    (new,) = associate(associator, 2, sign("PHARMACY 24", 40))
    assert first is again
    assert new is not first
    assert [len(track.observations) for track in associator.tracks] == [2, 1]


def test_two_lines_of_one_frame_keep_their_tracks_in_any_order() -> None:
    associator = TrackAssociator()
    camp, gate = associate(associator, 0, sign("FALCON CAMP", 40), sign("NORTH GATE", 60))
    assert associate(associator, 1, sign("NORTH GATE", 70), sign("FALCON CAMP", 50)) == [gate, camp]


def test_one_track_takes_one_line_of_a_frame() -> None:
    associator = TrackAssociator()
    associate(associator, 0, sign("FALCON CAMP", 40))
    first, second = associate(associator, 1, sign("FALCON CAMP", 40), sign("FALCON CAMP", 200))
    assert first is not second


def test_a_line_that_was_out_of_view_for_long_starts_a_new_track() -> None:
    associator = TrackAssociator()
    associate(associator, 0, sign("FALCON CAMP"))
    associate(associator, int(MAX_GAP_S * 2) + 2, sign("FALCON CAMP"))
    assert len(associator.tracks) == 2


@pytest.mark.parametrize("size", [(0.5, 1.0), (3.0, 3.0)], ids=["another shape", "another height"])
def test_another_shape_or_height_is_another_line(size: tuple[float, float]) -> None:
    associator = TrackAssociator()
    line, look = sign("FALCON CAMP")
    associate(associator, 0, (line, look))
    other = text_line(line.x_px, line.y_px, line.length_px * size[0], line.height_px * size[1])
    associate(associator, 1, (other, look))
    assert len(associator.tracks) == 2


def test_a_frame_without_lines_changes_nothing() -> None:
    assert TrackAssociator().associate([], []) == []


def test_tracks_are_bounded_and_the_overflow_is_recorded() -> None:
    associator, noise = TrackAssociator(), np.random.default_rng(3)
    observations = [observe(0) for _ in range(MAX_TRACKS + 5)]
    looks = [noise.standard_normal((24, 96)).astype(np.float32) for _ in observations]
    found = associator.associate(observations, looks)
    assert len(associator.tracks) == MAX_TRACKS
    assert found[-1] is None
    assert associator.overflowed


# ── by text ───────────────────────────────────────────────────────────────────────────────────
def test_tracks_that_read_the_same_are_merged_although_they_look_different() -> None:
    associator = TrackAssociator()
    for index, text in enumerate(("FALCON CAMP", "PHARMACY 24")):
        (track,) = associate(associator, index, sign(text))
        track.add_recognition(Recognition("Falcon Camp", 0.5 + index / 10, "eng"))
    merged = associator.match_by_text(associator.tracks[1])
    assert associator.tracks == [merged]
    assert [one.frame_index for one in merged.observations] == [0, 1]
    assert merged.best_observation is not None
    assert merged.best_observation.frame_index == 1, "the more confident text"


@pytest.mark.parametrize(
    ("earlier", "new", "why"),
    [
        (text_track(observe(0), text="Falcon Camp"), text_track(observe(1), text="Heron Camp"), "another text"),
        (text_track(observe(0), text="Cam"), text_track(observe(1), text="Cam"), "too short to tell"),
        (text_track(observe(1), text="Falcon Camp"), text_track(observe(1), text="Falcon Camp"), "in one frame"),
        (text_track(observe(0), text="Falcon Camp"), text_track(observe(30), text="Falcon Camp"), "much later"),
        (text_track(observe(0)), text_track(observe(1), text="Falcon Camp"), "never read"),
        (text_track(observe(0), text="Falcon Camp"), text_track(observe(1)), "not read yet"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_tracks_that_are_not_merged(earlier: TextTrack, new: TextTrack, why: str) -> None:
    associator = TrackAssociator()
    associator.tracks = [earlier, new]
    assert associator.match_by_text(new) is new, why
    assert associator.tracks == [earlier, new]


def test_fragments_of_a_complete_line_are_left_out() -> None:
    associator = TrackAssociator()
    associator.tracks = [
        text_track(observe(index, inside_frame=inside), text=text)
        for index, (text, inside) in enumerate(
            [("con Camp", False), ("Falcon Camp", True), ("MP", False), ("Bakery", False)]
        )
    ]
    assert [track.recognitions[0].text for track in associator.merged_tracks()] == ["Falcon Camp", "Bakery"]


def test_a_fragment_long_before_is_not_of_that_line() -> None:
    associator = TrackAssociator()
    associator.tracks = [
        text_track(observe(0, inside_frame=False), text="con Camp"),
        text_track(observe(40), text="Falcon Camp"),
    ]
    assert len(associator.merged_tracks()) == 2


@pytest.mark.parametrize(
    ("part", "whole", "fragment"),
    [
        ("con Camp", "Falcon Camp", True),
        ("Falcon Canp", "Falcon Camp", True),
        ("Falcon Camp North", "Falcon Camp", False),
        ("Bakery", "Falcon Camp", False),
    ],
)
def test_a_fragment_is_never_longer_than_its_line(part: str, whole: str, fragment: bool) -> None:
    assert is_fragment_of(text_track(observe(0, inside_frame=False), text=part), text_track(text=whole)) is fragment


def test_nothing_is_a_fragment_of_an_illegible_line() -> None:
    illegible = text_track(text="Falcon Camp", confidence=0.1)
    assert not is_fragment_of(text_track(observe(0, inside_frame=False), text="Camp"), illegible)


@pytest.mark.parametrize(("inside_frame", "same"), [(True, False), (False, True)])
def test_a_part_is_the_same_text_only_while_a_line_is_not_complete(inside_frame: bool, same: bool) -> None:
    part = text_track(observe(0, inside_frame=inside_frame), text="con Camp")
    assert is_same_text(part, text_track(text="Falcon Camp North Gate")) is same
