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

from opsec.i18n.messages import reason
from opsec.model import FileKind, Reason
from opsec.model.records import Found, Gap
from opsec.model.resources import Kit
from opsec.readers.video import ocr_resources
from opsec.readers.video.analyser import Viewer, ViewerKind
from opsec.readers.video.sign_crop import picture_of, to_hide
from opsec.readers.video.sign_hints import READER, Size, told
from opsec.vision.decoding.frame import Frame
from opsec.vision.decoding.photo import FORMATS
from opsec.vision.decoding.video import DEMUXERS
from opsec.vision.ocr.burnt_in_text import SMALL_PX, SceneMoves
from opsec.vision.ocr.frame_sampling import Pace
from opsec.vision.ocr.line_recogniser import LineNetwork
from opsec.vision.ocr.recognition import LineReader
from opsec.vision.ocr.tesseract import TONGUES, Tesseract, Tongue
from opsec.vision.ocr.text_cleanup import arabic_share
from opsec.vision.ocr.text_detection import ModelError, lines, load_detector
from opsec.vision.ocr.text_line import Line
from opsec.vision.ocr.text_track import Followed, Sighting, looks_of
from opsec.vision.ocr.track_association import Crowd

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.ocr.text_detection import Detector

    Pixels = NDArray[np.uint8]

VERSION = 4
MOST_LOOKS = 2_000
"""Pictures of one clip that are searched; a clip decoded in full has fewer."""
MOST_LINES = 60
"""Of one picture, those likeliest to be read."""
SEARCHED_SHARE, SEARCHED_PX = 0.61, (624, 1600)
"""The detector looks at so much of the longer side, within these bounds: below, small letters are lost. It works in
steps of 32 pixels; the usual 576 x 1024 become 351 x 625, which fill them almost without rest."""
CLOSER_SHARE, _WORTH_IT = 1.0, 1.2
"""A photo in which no words are found is searched once more, this large, when that is so much larger."""
READ_PX = 4_096
PASSING_LOOKS = 8
"""A line still at the edge after so many is a caption as wide as the picture."""
_EDGE = 0.012
_MISSING: dict[Tongue, str] = {"ara": "no_arabic_data", "eng": "no_english_data"}


class Signs:
    """Looks for words in one clip."""

    def __init__(self, detect: "Detector", reader: LineReader) -> None:
        self._detect, self._reader = detect, reader
        self._pace, self._moves, self._crowd = Pace(), SceneMoves(), Crowd()
        self._sizes: list[Size] = []
        """Of each picture that was searched."""
        self._seen_now: list[Followed] = []
        self._frames = 0
        self._only: Frame | None = None
        """The one picture of a photo, which has no other in which its words stand larger."""
        self._left_out = False

    def see(self, frame: Frame) -> None:
        """Search the picture when one is due and this one is not blurred."""
        self._frames += 1
        self._only = frame if self._frames == 1 else None
        self._moves.see(frame.grey(SMALL_PX))
        match self._pace.turn(frame):
            case "still":
                for one in self._seen_now:
                    one.see(replace(one.last, at_s=frame.at_s), one.looks)
            case "due" if len(self._sizes) < MOST_LOOKS:
                self._look(frame)
            case "due":
                self._left_out = True

    def found(self) -> Iterator[Found]:
        """A hint for each board; what could not be read, and what was left out, is said."""
        lines = self._crowd.without_parts()
        if self._only is not None and not any(one.is_clear for one in lines):
            self._look_closer(self._only)
            lines = self._crowd.without_parts()
        yield from told(lines, self._moves, self._sizes, is_film=self._frames > 1)
        yield from (reason(_MISSING[tongue]) for tongue in self._read_alone(lines))
        if self._left_out or self._crowd.left_out or self._reader.spent:
            yield Gap(reason("signs_left_out"))

    def _look_closer(self, photo: Frame) -> None:
        """Search a photo again where that shows it larger than the first time."""
        longest_px = max(photo.width_px, photo.height_px)
        if searched_px(longest_px, CLOSER_SHARE) >= _WORTH_IT * searched_px(longest_px, SEARCHED_SHARE):
            self._look(photo, CLOSER_SHARE)

    def _read_alone(self, lines: Sequence[Followed]) -> Iterator[Tongue]:
        """Tongues of words that were read here without the language data of that tongue."""
        texts = [reading.text for one in lines if one.is_clear and (reading := one.reading())]
        seen: set[Tongue] = {"ara" if arabic_share(text) > 0.5 else "eng" for text in texts}
        yield from (tongue for tongue in TONGUES if tongue in seen and tongue not in self._reader.tesseract.tongues)

    def _look(self, frame: Frame, share: float = SEARCHED_SHARE) -> None:
        """Search one picture, know again what was seen before, and read what is new."""
        picture = frame.colour(READ_PX)
        found = self._lines(frame, max(picture.shape[:2]), share)
        owners = self._recognised(frame, found)
        seen = [(one, line) for one, line in zip(owners, found, strict=True) if one is not None]
        better = [(one, line) for one, line in seen if one.worth_reading() and self._read(one, picture, line)]
        for one, line in better:
            one.picture = picture_of(picture, line, to_hide(line, found, seen))
        read_now = {id(one) for one, _ in better}
        self._pace.hurried = any(not one.last.whole and len(one.seen) < PASSING_LOOKS for one, _ in seen)
        self._seen_now = [self._crowd.known_by_words(one) if id(one) in read_now else one for one, _ in seen]

    def _lines(self, frame: Frame, longest_px: int, share: float) -> list[Line]:
        """The lines of a picture in its full pixels, the likeliest to be read first."""
        searched = enlarged(frame.colour(searched_px(longest_px, share)), SEARCHED_PX[0])
        found, cut = lines(searched, self._detect)
        self._left_out = self._left_out or cut or len(found) > MOST_LINES
        best = sorted(found, key=lambda line: -line.height_px * line.likelihood)[:MOST_LINES]
        return [line.times(longest_px / max(searched.shape[:2])) for line in best]

    def _recognised(self, frame: Frame, found: Sequence[Line]) -> list[Followed | None]:
        """For each line of a picture the one it continues."""
        grey = frame.grey(READ_PX)
        longest_px = max(grey.shape)
        size = grey.shape[1] / longest_px, grey.shape[0] / longest_px
        shares = [line.times(1 / longest_px) for line in found]
        number, sharp = len(self._sizes), self._pace.sharpness
        sightings = [Sighting(frame.at_s, line, sharp, number, is_whole(line, size)) for line in shares]
        self._sizes.append(size)
        self._moves.search()
        return self._crowd.recognise(sightings, [looks_of(grey, line) for line in found])

    def _read(self, one: Followed, picture: "Pixels", line: Line) -> bool:
        """Read a line; whether that gave its likeliest reading so far."""
        if self._reader.spent:
            self._left_out = True
            return False
        return one.read(self._reader.read(picture, line))


def searched_px(longest_px: int, share: float) -> int:
    """How large, on its longer side, a picture is searched."""
    least_px, most_px = SEARCHED_PX
    return min(most_px, max(least_px, round(share * longest_px)))


def is_whole(line: Line, size: Size) -> bool:
    """Whether a line keeps clear of the edges of its frame, both in longer sides."""
    width, height = size
    return all(_EDGE <= x <= width - _EDGE and _EDGE <= y <= height - _EDGE for x, y in line.corners())


def enlarged(picture: "Pixels", least_px: int) -> "Pixels":
    """A small picture made as large as the detector needs it."""
    import cv2
    import numpy as np

    longest_px = max(picture.shape[:2])
    if longest_px >= least_px:
        return picture
    scale = least_px / longest_px
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)


# ── as one kind of viewer ─────────────────────────────────────────────────────────────────────
def new(kit: Kit) -> Viewer | Reason:
    """A viewer for one clip; a reason when something that it needs is not installed here, or is damaged."""
    lacking = ocr_resources.missing(kit)
    if lacking is not None:
        return lacking
    model = ocr_resources.detector_model()
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
KIND = ViewerKind(
    name=READER, version=VERSION, check="signage", kinds=KINDS, new=new, equipment=ocr_resources.equipment
)
