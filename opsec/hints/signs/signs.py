"""Words in the picture: gate boards, street plates, shelter signs, captions burnt in.

A few pictures a second are searched for lines; a line is read when it is new or is seen better than before, and its
readings vote. What hangs together on one board is one hint, with its time span, its box in the best frame and a
small picture. Words that stay while the scene moves were burnt in (family TEXT); all others stand in the scene
(family SIGN), and so do words of which it cannot be told, as in a photo.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.hints.frames.film import DEMUXERS
from opsec.hints.frames.frame import Frame
from opsec.hints.frames.photo import FORMATS
from opsec.hints.frames.viewer import Viewer, ViewerKind
from opsec.hints.kit import Kit
from opsec.hints.reader import Found, Gap
from opsec.hints.signs import equipment
from opsec.hints.signs.boards import boards
from opsec.hints.signs.evidence import picture_of
from opsec.hints.signs.find import Line, ModelError, lines, load_detector
from opsec.hints.signs.follow import Crowd, Followed, Sighting, looks_of
from opsec.hints.signs.line_reader import LineNetwork
from opsec.hints.signs.private import private_parts
from opsec.hints.signs.read import LineReader
from opsec.hints.signs.standing import SMALL_PX, SceneMoves, burnt_in
from opsec.hints.signs.tesseract import Tesseract
from opsec.hints.signs.told import ON_SCREEN, SIGN, letters
from opsec.hints.written import written_hints, written_spans
from opsec.language import reason
from opsec.model import FileKind, Hint, Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.hints.signs.find import Detector

    Pixels = NDArray[np.uint8]

NAME, VERSION = "signs", 1
LOOKS_APART_S = 0.5
PASSING_APART_S = 0.2
"""Between two searches; and while a line comes into the frame or leaves it, when a moment may show it whole."""
PATIENCE_S = 0.25
"""A blurred picture is passed over for so long: a sharper one may follow."""
MOST_LOOKS = 2_000
"""Pictures of one clip that are searched; a clip decoded in full has fewer."""
MOST_LINES = 60
"""Of one picture, those likeliest to be read."""
MOST_SIGNS = 150
"""Hints of one clip."""
SEARCHED_SHARE, SEARCHED_PX = 0.625, (640, 1280)
"""The detector looks at so much of the longer side, within these bounds: below, small letters are lost."""
READ_PX = 4_096
PASSING_LOOKS = 8
"""A line still at the edge after so many is a caption as wide as the picture."""
_EDGE = 0.012
_LEAST_LIKELY, _LEAST_LETTERS = 0.30, 2
_FEW_LIKELY, _FEW_LETTERS = 0.80, 4
"""Leaves, fences and bricks read as two or three letters, seldom with any certainty."""
_CHANGED = 0.04
"""Of 1: the part of a picture that changed most must have changed by so much to be searched again before long."""
_STILL_S = 4.0
_SHARP_PX = 320
_BLURRED = 0.75


class Signs:
    """Looks for words in one clip."""

    def __init__(self, detect: "Detector", reader: LineReader) -> None:
        self._detect, self._reader = detect, reader
        self._crowd = Crowd()
        self._moves = SceneMoves()
        self._sizes: list[tuple[float, float]] = []
        """Width and height of each picture that was searched, in longer sides."""
        self._seen_now: list[Followed] = []
        self._last_small: Pixels | None = None
        self._last_look_s = -LOOKS_APART_S
        self._apart_s = LOOKS_APART_S
        self._sharpest = 0.0
        self._frames = 0
        self._left_out = False

    def see(self, frame: Frame) -> None:
        """Search the picture when one is due and this one is not blurred."""
        self._frames += 1
        self._moves.see(frame.grey(SMALL_PX))
        sharpness = _sharpness(frame.grey(_SHARP_PX))
        waited_s = frame.at_s - self._last_look_s - self._apart_s
        if waited_s < 0:
            self._sharpest = max(self._sharpest, sharpness)
            return
        if sharpness < _BLURRED * self._sharpest and waited_s < PATIENCE_S:
            return
        self._sharpest = 0.0
        if self._is_still(frame):
            for one in self._seen_now:
                one.see(replace(one.last, at_s=frame.at_s), one.looks)
        elif len(self._sizes) < MOST_LOOKS:
            self._look(frame, sharpness)
        else:
            self._left_out = True

    def _is_still(self, frame: Frame) -> bool:
        """Whether nothing has changed since the last search, and that is not long ago."""
        small = frame.grey(SMALL_PX)
        before = self._last_small
        if before is not None and frame.at_s - self._last_look_s < _STILL_S and _change(before, small) < _CHANGED:
            return True
        self._last_small, self._last_look_s = small, frame.at_s
        return False

    def _look(self, frame: Frame, sharpness: float) -> None:
        """Search one picture, know again what was seen before, and read what is new."""
        picture = frame.colour(READ_PX)
        longest_px = max(picture.shape[:2])
        self._moves.search()
        found = self._lines(frame, longest_px)
        grey = frame.grey(READ_PX)
        number, at_s = len(self._sizes), frame.at_s
        size = picture.shape[1] / longest_px, picture.shape[0] / longest_px
        shares = [line.times(1 / longest_px) for line in found]
        sightings = [Sighting(at_s, line, sharpness, number, _is_whole(line, size)) for line in shares]
        self._sizes.append(size)
        owners = self._crowd.recognise(sightings, [looks_of(grey, line) for line in found])
        self._left_out = self._left_out or self._crowd.left_out
        told = [(one, line) for one, line in zip(owners, found, strict=True) if one is not None]
        likelier = [(one, line) for one, line in told if one.worth_reading() and self._read(one, picture, line)]
        for one, line in likelier:
            one.picture = picture_of(picture, line, _to_hide(line, found, told))
        passing = any(not one.last.whole and len(one.seen) < PASSING_LOOKS for one, _ in told)
        self._apart_s = PASSING_APART_S if passing else LOOKS_APART_S
        self._seen_now = [self._crowd.known_by_words(one) if one.best is one.seen[0] else one for one, _ in told]

    def _lines(self, frame: Frame, longest_px: int) -> list[Line]:
        """The lines of a picture in its full pixels, the likeliest to be read first."""
        least_px, most_px = SEARCHED_PX
        searched_px = min(most_px, max(least_px, round(SEARCHED_SHARE * longest_px)))
        searched = enlarged(frame.colour(searched_px), least_px)
        found, cut = lines(searched, self._detect)
        self._left_out = self._left_out or cut or len(found) > MOST_LINES
        best = sorted(found, key=lambda line: -line.height_px * line.likelihood)[:MOST_LINES]
        return [line.times(longest_px / max(searched.shape[:2])) for line in best]

    def _read(self, one: Followed, picture: "Pixels", line: Line) -> bool:
        """Read a line; whether that gave its likeliest reading so far."""
        if self._reader.views_left <= 0:
            self._left_out = True
            return False
        return one.read(self._reader.read(picture, line))

    # ── what was found ────────────────────────────────────────────────────────────────────────
    def found(self) -> Iterator[Found]:
        """A hint for each board with what is written on it; what could not be read, and what was left out, is said."""
        lines = self._crowd.without_parts()
        clear = [one for one in lines if _is_clear(one)]
        gathered = boards(clear)
        for board in gathered[:MOST_SIGNS]:
            yield from self._hints(board)
        unclear = len(lines) - len(clear)
        if unclear:
            yield reason("signs_unclear", count=unclear)
        if self._left_out or len(gathered) > MOST_SIGNS:
            yield Gap(reason("signs_left_out"))

    def _hints(self, board: Sequence[Followed]) -> Iterator[Hint]:
        best = max(board, key=_likelihood)
        burnt = any(burnt_in(one.seen, self._moves) for one in board)
        text = "\n".join(reading.text for one in board if (reading := one.reading()))
        is_film = self._frames > 1
        for hint in written_hints(text, ON_SCREEN if burnt else SIGN, "TEXT" if burnt else "SIGN"):
            yield replace(
                hint,
                reader=NAME,
                at_s=min(one.seen[0].at_s for one in board) if is_film else None,
                until_s=max(one.last.at_s for one in board) if is_film else None,
                box=self._box(best.best or best.last, board),
                picture=best.picture if hint.kind == "text" else None,
            )

    def _box(self, at: Sighting, board: Sequence[Followed]) -> tuple[float, float, float, float]:
        """The box around all lines of a board in the picture of its best line, as shares of that picture."""
        together = [one.line for other in board for one in other.seen if one.picture == at.picture]
        corners = [corner for line in (together or [at.line]) for corner in line.corners()]
        width, height = self._sizes[at.picture]
        left, right = (_share(pick(x for x, _ in corners) / width) for pick in (min, max))
        top, bottom = (_share(pick(y for _, y in corners) / height) for pick in (min, max))
        return left, top, right - left, bottom - top


def _is_whole(line: Line, size: tuple[float, float]) -> bool:
    """Whether a line keeps clear of the edges of its frame, both in longer sides."""
    width, height = size
    return all(_EDGE <= x <= width - _EDGE and _EDGE <= y <= height - _EDGE for x, y in line.corners())


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _likelihood(one: Followed) -> float:
    return max((reading.likelihood for reading in one.readings), default=0.0)


def _is_clear(one: Followed) -> bool:
    reading = one.reading()
    if reading is None or letters(reading.text) < _LEAST_LETTERS:
        return False
    return reading.likelihood >= (_LEAST_LIKELY if letters(reading.text) >= _FEW_LETTERS else _FEW_LIKELY)


def _to_hide(line: Line, found: Sequence[Line], told: Sequence[tuple[Followed, Line]]) -> list[Line]:
    """Lines around one that its picture must not show: numbers of people, coordinates, and what nobody has read."""
    public = {id(other) for one, other in told if _is_clear(one) and not _is_private(one)}
    private = {id(other) for one, other in told if _is_private(one)}
    return [other for other in found if id(other) in private or (id(other) not in public and other is not line)]


def _is_private(one: Followed) -> bool:
    """Whether a line tells a number of people, or a place: pages that travel show neither."""
    return any(any(private_parts(reading.text)) or any(written_spans(reading.text)) for reading in one.readings)


def enlarged(picture: "Pixels", least_px: int) -> "Pixels":
    """A small picture made as large as the detector needs it."""
    import cv2
    import numpy as np

    longest_px = max(picture.shape[:2])
    if longest_px >= least_px:
        return picture
    scale = least_px / longest_px
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)


def _sharpness(grey: "Pixels") -> float:
    """Mean strength of the finest detail: a blur takes it away."""
    import cv2
    import numpy as np

    return float(np.abs(cv2.Laplacian(grey, cv2.CV_16S)).mean())


def _change(before: "Pixels", now: "Pixels") -> float:
    """Change of the part of a picture that changed most, of 1; 1 when the size did."""
    import cv2

    if before.shape != now.shape:
        return 1.0
    return float(cv2.resize(cv2.absdiff(before, now), (16, 16), interpolation=cv2.INTER_AREA).max()) / 255.0


# ── as one kind of viewer ─────────────────────────────────────────────────────────────────────
def new(kit: Kit) -> Viewer | Reason:
    """A viewer for one clip; a reason when something that it needs is not installed here, or is damaged."""
    lacking = equipment.missing(kit)
    if lacking is not None:
        return lacking
    model = equipment.detector_model()
    assert model is not None
    try:
        detect, network, tesseract = _loaded(model, kit.tessdata)
    except (ModelError, RuntimeError) as fault:
        return reason("signs_broken", detail=str(fault)[:200])
    if isinstance(network, Reason):
        return network
    return Signs(detect, LineReader(network, tesseract))


@cache
def _loaded(model: Path, tessdata: str | None) -> "tuple[Detector, LineNetwork | Reason, Tesseract]":
    """Loaded once a process: nothing of one clip stays in them for the next."""
    return load_detector(model), LineNetwork.load(), Tesseract(tessdata)


KINDS: frozenset[FileKind] = frozenset(DEMUXERS) | frozenset(FORMATS)
KIND = ViewerKind(name=NAME, version=VERSION, check="signage", kinds=KINDS, new=new, equipment=equipment.equipment)
