"""Hints from text tracks: one for each board, with its time span, its box and its picture."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsec.i18n.reasons import make_reason
from opsec.model import Family, Hint
from opsec.model.fields import ON_SCREEN, SIGN
from opsec.model.notes import Note, make_note
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.text.coordinates import text_hints
from opsec.readers.video.stamp_repair import find_stamp_positions
from opsec.vision.ocr.burnt_in_text import SceneMotion, is_burnt_in
from opsec.vision.ocr.letter_order import restore_letter_order
from opsec.vision.ocr.line_grouping import group_lines, view_of
from opsec.vision.ocr.rover_voting import View
from opsec.vision.ocr.text_track import LineObservation, TextTrack
from opsec.vision.ocr.word_captions import join_captions, passage_text

READER = "signs"
MAX_SIGN_HINTS = 150
"""Boards of one clip that give hints."""

_VIEW_NOTES: dict[View, str] = {"mirrored": "mirrored", "turned": "upside_down", "stacked": "letters_stacked"}
"""Codes of notes, by the view in which a line was read; other views need none."""

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
        A text hint for each passage of captions shown word by word, for each board, and a hint for each position
        written on it; a reason with the number of lines that could not be read; a gap if boards were left out.
    """
    legible = [track for track in tracks if track.is_legible]
    passages = join_captions(legible) if is_film else []
    yield from (_passage_hint(passage, sizes) for passage in passages)
    boards = group_lines(legible)
    for board in boards[:MAX_SIGN_HINTS]:
        yield from _board_hints(board, motion, sizes, is_film=is_film)
    if len(legible) < len(tracks):
        yield make_reason("signs_unclear", count=len(tracks) - len(legible))
    joined = {id(track) for passage in passages for track in passage}
    if any(id(track) not in joined for board in boards[MAX_SIGN_HINTS:] for track in board):
        yield Gap(make_reason("signs_left_out"))


def _passage_hint(passage: Sequence[TextTrack], sizes: Sequence[FrameSize]) -> Hint:
    """Return the text of captions that follow one another in one place, over the time and the box of all of them."""
    boxes = [_board_box(track.best_observation or track.last, [track], sizes) for track in passage]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    (text, *_) = text_hints(passage_text(passage), ON_SCREEN)
    return replace(
        text,
        reader=READER,
        at_s=passage[0].observations[0].at_s,
        until_s=passage[-1].last.at_s,
        box=(left, top, right - left, bottom - top),
        box_at_s=passage[0].observations[0].at_s,
        notes=(*text.notes, make_note("captions_joined", count=len(passage))),
    )


def _board_hints(
    board: Sequence[TextTrack], motion: SceneMotion, sizes: Sequence[FrameSize], *, is_film: bool
) -> Iterator[Hint]:
    """Yield the text of a board, and each position written on it."""
    best = max(board, key=lambda track: track.max_confidence)
    shown = best.best_observation or best.last
    is_overlay = any(is_burnt_in(track.observations, motion) for track in board)
    field = ON_SCREEN if is_overlay else SIGN
    family: Family = "TEXT" if is_overlay else "SIGN"
    lines, notes = _board_text(board)
    for hint in (*text_hints("\n".join(lines), field, family), *_stamp_hints(lines, field, family)):
        yield replace(
            hint,
            reader=READER,
            at_s=min(track.observations[0].at_s for track in board) if is_film else None,
            until_s=max(track.last.at_s for track in board) if is_film else None,
            box=_board_box(shown, board, sizes),
            box_at_s=shown.at_s if is_film else None,
            picture=best.evidence if hint.kind == "text" else None,
            notes=(*hint.notes, *notes),
        )


def _board_text(board: Sequence[TextTrack]) -> tuple[list[str], list[Note]]:
    """Return the lines of a board as they are read, and notes on those that do not stand as usual."""
    read = [voted.text for track in board if (voted := track.voted())]
    restored = [restore_letter_order(text) for text in read]
    codes = [_VIEW_NOTES[view] for view in dict.fromkeys(map(view_of, board)) if view in _VIEW_NOTES]
    codes += ["letters_apart"] if any(restored) else []
    return [new or text for text, new in zip(read, restored, strict=True)], [make_note(code) for code in codes]


def _stamp_hints(lines: Sequence[str], field: str, family: Family) -> Iterator[Hint]:
    """Yield the positions of misread stamps; their text is what was read."""
    for line, match in find_stamp_positions(lines):
        yield Hint(
            kind="position", family=family, reader=READER, field=field, point=match.point,
            accuracy_m=match.accuracy_m, text=line, notes=(make_note("stamp_repaired"),),
        )  # fmt: skip


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
