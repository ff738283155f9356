"""Hints from text tracks: one for each board, with its time span, its box and its picture."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsec.i18n.reasons import make_reason
from opsec.model import Hint
from opsec.model.fields import ON_SCREEN, SIGN
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.text.coordinates import text_hints
from opsec.vision.ocr.burnt_in_text import SceneMotion, is_burnt_in
from opsec.vision.ocr.line_grouping import group_lines
from opsec.vision.ocr.text_track import LineObservation, TextTrack

READER = "signs"
MAX_SIGN_HINTS = 150
"""Boards of one clip that give hints."""

FrameSize = tuple[float, float]
"""Width and height of a frame, in shares of its longer side."""


def sign_hints(
    tracks: Sequence[TextTrack], motion: SceneMotion, sizes: Sequence[FrameSize], *, is_film: bool
) -> Iterator[ReaderOutput]:
    """Make the hints of one clip.

    Parameters
    ----------
    tracks
        The lines of the clip.
    motion
        Shift of the scene over the clip.
    sizes
        Size of each searched frame; ``LineObservation.frame_index`` counts them.
    is_film
        False for a photo, whose hints have no time.

    Yields
    ------
    Hint, Reason or Gap
        A text hint for each board and a hint for each position written on it; a reason with the number of lines that
        could not be read; a gap if boards were left out.
    """
    legible = [track for track in tracks if track.is_legible]
    boards = group_lines(legible)
    for board in boards[:MAX_SIGN_HINTS]:
        yield from _board_hints(board, motion, sizes, is_film=is_film)
    if len(legible) < len(tracks):
        yield make_reason("signs_unclear", count=len(tracks) - len(legible))
    if len(boards) > MAX_SIGN_HINTS:
        yield Gap(make_reason("signs_left_out"))


def _board_hints(
    board: Sequence[TextTrack], motion: SceneMotion, sizes: Sequence[FrameSize], *, is_film: bool
) -> Iterator[Hint]:
    """Yield the text of a board, and each position written on it."""
    best = max(board, key=lambda track: track.max_confidence)
    is_overlay = any(is_burnt_in(track.observations, motion) for track in board)
    text = "\n".join(voted.text for track in board if (voted := track.voted()))
    for hint in text_hints(text, ON_SCREEN if is_overlay else SIGN, "TEXT" if is_overlay else "SIGN"):
        yield replace(
            hint,
            reader=READER,
            at_s=min(track.observations[0].at_s for track in board) if is_film else None,
            until_s=max(track.last.at_s for track in board) if is_film else None,
            box=_board_box(best.best_observation or best.last, board, sizes),
            picture=best.evidence if hint.kind == "text" else None,
        )


def _board_box(
    at: LineObservation, board: Sequence[TextTrack], sizes: Sequence[FrameSize]
) -> tuple[float, float, float, float]:
    """Return left, top, width, height of the box around a board in the frame of ``at``, as shares of that frame."""
    in_frame = [one.line for track in board for one in track.observations if one.frame_index == at.frame_index]
    corners = [corner for line in (in_frame or [at.line]) for corner in line.corners()]
    width, height = sizes[at.frame_index]
    left, right = (_clamp_to_unit(pick(x for x, _ in corners) / width) for pick in (min, max))
    top, bottom = (_clamp_to_unit(pick(y for _, y in corners) / height) for pick in (min, max))
    return left, top, right - left, bottom - top


def _clamp_to_unit(value: float) -> float:
    return min(1.0, max(0.0, value))
