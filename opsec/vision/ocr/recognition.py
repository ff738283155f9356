"""Recognition of one line by an ensemble: the line recogniser on two crops, and tesseract where they differ.

A line that can be read gives the same text in a closer and a wider crop: two crops with the same letters are the
result. Otherwise the line recogniser reads a third crop, and tesseract reads the line in the language that the line
recogniser's text suggests. If both engines read the same letters, that is the result; if not, all texts vote.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.vision.ocr.line_rectification import (
    CLOSE_CROP,
    INNER_CROP,
    TIGHT_CROP,
    WIDE_CROP,
    CropSpec,
    extract_white_text,
    rectify,
    remove_edge_strokes,
    to_dark_on_light,
)
from opsec.vision.ocr.rover_voting import (
    OWN_ENGINE,
    Recognition,
    consensus_of_crops,
    consensus_of_engines,
    vote,
)
from opsec.vision.ocr.tesseract import language_of
from opsec.vision.ocr.text_cleanup import clean_ocr_text
from opsec.vision.ocr.text_line import TextLine

if TYPE_CHECKING:
    from opsec.vision.arrays import ColorImage, GrayImage
    from opsec.vision.ocr.line_recogniser import LineRecogniser
    from opsec.vision.ocr.tesseract import OcrLanguage, Tesseract

MAX_WORK = 6_000
"""Budget of one clip, in line lengths divided by heights, once for each crop and language: some ten seconds.
A clip full of print is cut off there, and the gap is reported."""
FIRST_CROPS, FALLBACK_CROP = (CLOSE_CROP, INNER_CROP), TIGHT_CROP
_MIN_WHITE_LEVEL = 220
_SUFFICIENT_CONFIDENCE = 0.9
"""A text of tesseract this confident needs no other input."""
_MIN_LANGUAGE_CONFIDENCE = 0.6
"""A text of the line recogniser this confident decides tesseract's language."""


@dataclass(slots=True)
class EnsembleRecogniser:
    """Recognises lines until the budget of a clip is used up."""

    line_recogniser: "LineRecogniser"
    tesseract: "Tesseract"
    work_left: float = MAX_WORK
    """Budget left, in the unit of ``MAX_WORK``."""
    exhausted: bool = False
    """Whether a crop was not read for want of budget."""

    def recognise(self, frame: "ColorImage", line: TextLine) -> Recognition | None:
        """Recognise one line.

        Parameters
        ----------
        frame
            Colour frame in whose pixels the line is given, shape (height, width, 3), uint8.
        line
            The line.

        Returns
        -------
        Recognition or None
            None if no engine reads a letter, or if the budget does not suffice for the first crops.
        """
        if not self._reserve_work(line, len(FIRST_CROPS)):
            return None
        found = [one for crop in FIRST_CROPS for one in self._recognise_crop(frame, line, crop)]
        if same := consensus_of_crops(found, len(FIRST_CROPS)):
            return same
        if self._reserve_work(line, 1):
            found += self._recognise_crop(frame, line, FALLBACK_CROP)
        languages = _likely_languages(found)
        for image in _tesseract_inputs(frame, line):
            if not self._reserve_work(line, len(languages)):
                break
            found += self.tesseract.recognise(image, languages)
            if both := consensus_of_engines(found):
                return both
            if any(one.confidence >= _SUFFICIENT_CONFIDENCE for one in found if one.engine != OWN_ENGINE):
                break
        return vote(found)

    def _reserve_work(self, line: TextLine, times: int) -> bool:
        """Take the cost of reading a line this often from the budget; False if the budget does not suffice."""
        work = times * line.length_px / max(1.0, line.height_px)
        self.exhausted = self.exhausted or self.work_left < work
        if not self.exhausted:
            self.work_left -= work
        return not self.exhausted

    def _recognise_crop(self, frame: "ColorImage", line: TextLine, crop: CropSpec) -> Iterator[Recognition]:
        """Yield what the line recogniser reads in one crop, if anything."""
        decoded = self.line_recogniser.recognise(_to_gray(rectify(frame, line, crop)))
        text = clean_ocr_text(decoded.text, keep_single_strokes=True)
        if text:
            yield Recognition(text, decoded.confidence, OWN_ENGINE)


def _likely_languages(recognitions: list[Recognition]) -> "tuple[OcrLanguage, ...]":
    """Return the language of the most confident text, or both languages if none is confident."""
    best = max(recognitions, key=lambda one: one.confidence, default=None)
    if best is None or best.confidence < _MIN_LANGUAGE_CONFIDENCE:
        return ("ara", "eng")
    return (language_of(best.text),)


def _tesseract_inputs(frame: "ColorImage", line: TextLine) -> "Iterator[GrayImage]":
    """Yield the line as tesseract expects lines: dark on light without edges, then the white letters of a caption."""
    color = rectify(frame, line, WIDE_CROP)
    yield remove_edge_strokes(to_dark_on_light(_to_gray(color)))
    yield extract_white_text(color, _MIN_WHITE_LEVEL)


def _to_gray(color: "ColorImage") -> "GrayImage":
    import cv2
    import numpy as np

    return cv2.cvtColor(color, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
