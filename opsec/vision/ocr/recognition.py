"""Recognition of one line by an ensemble: the line recogniser on two crops, and tesseract where they differ.

A line that can be read gives the same text in a closer and a wider crop: two crops with the same letters are the
result. Otherwise the line recogniser reads a third crop, and tesseract reads the line in the language that the line
recogniser's text suggests. If both engines read the same letters, that is the result; if not, all texts vote.
A line of which the line recogniser is unsure in all crops is also read as in a mirror, upside down, without its
slant and as a column of upright letters (``line_views``), before tesseract is asked.
"""

from collections.abc import Iterator, Sequence
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
from opsec.vision.ocr.line_views import apply_view, is_ambiguous, is_column, possible_views, unstack_letters
from opsec.vision.ocr.plausibility import is_implausible
from opsec.vision.ocr.rover_voting import (
    CONSENSUS_CONFIDENCE,
    OWN_ENGINE,
    Recognition,
    View,
    consensus_of_crops,
    consensus_of_engines,
    vote,
)
from opsec.vision.ocr.tesseract import language_of
from opsec.vision.ocr.text_cleanup import clean_ocr_text, count_alphanumerics
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
_SURE_CONFIDENCE = 0.95
"""A line with a crop read this confidently stands as it should; lines that do not are read so only by chance."""
_MIN_VIEW_CONFIDENCE = 0.8
"""Confidence that another view must have in each crop."""
_VIEW_CONFIDENCE_AND_GAIN = ((0.95, 0.03), (0.88, 0.25))
"""Confidence that another view must have in its best crop, and its gain over the line as it is: one of these pairs."""
_MIN_COLUMN_CONFIDENCE = 0.8
_MIN_VIEW_LETTERS = 3


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
        same = consensus_of_crops(found, len(FIRST_CROPS))
        if _may_stand_otherwise(found) and (other := self._recognise_other_views(frame, line, found)):
            return other
        if same:
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

    def _recognise_other_views(
        self, frame: "ColorImage", line: TextLine, found: Sequence[Recognition]
    ) -> Recognition | None:
        """Return what the line says in the view in which it is clearly legible; None if there is no such view."""
        as_it_is = max(one.confidence for one in found)
        min_confidence = min(max(least, as_it_is + gain) for least, gain in _VIEW_CONFIDENCE_AND_GAIN)
        candidates = [self._recognise_view(frame, line, view) for view in possible_views(line)]
        likely = [one for one in candidates if one is not None and one.confidence >= min_confidence]
        if likely:
            return max(likely, key=lambda one: one.confidence)
        return self._recognise_column(frame, line) if is_column(line) else None

    def _recognise_view(self, frame: "ColorImage", line: TextLine, view: View) -> Recognition | None:
        """Read both first crops in one view; None if they differ much or one of them is unsure."""
        read: list[Recognition] = []
        for crop in reversed(FIRST_CROPS):
            if not self._reserve_work(line, 1):
                return None
            image = apply_view(_to_gray(rectify(frame, line, crop)), view, line.angle_rad)
            decoded = self.line_recogniser.recognise(image)
            text = clean_ocr_text(decoded.text, keep_single_strokes=True)
            if decoded.confidence < _MIN_VIEW_CONFIDENCE or count_alphanumerics(text) < _MIN_VIEW_LETTERS:
                return None
            read.append(Recognition(text, decoded.confidence, OWN_ENGINE, view))
        best = max(read, key=lambda one: one.confidence)
        is_clear = read[0].is_same_text(read[1]) and not is_ambiguous(best.text, view)
        return best if is_clear and not is_implausible(best.text) else None

    def _recognise_column(self, frame: "ColorImage", line: TextLine) -> Recognition | None:
        """Read the upright letters of a column; None unless each piece of ink is a letter, but for one at its end."""
        column = unstack_letters(_to_gray(rectify(frame, line, CLOSE_CROP)), line.angle_rad)
        if column is None or not self._reserve_work(line, 1):
            return None
        image, n_letters = column
        decoded = self.line_recogniser.recognise(image)
        text = clean_ocr_text(decoded.text, keep_single_strokes=True).strip("?!'\"")
        if decoded.confidence < _MIN_COLUMN_CONFIDENCE or not 0 <= n_letters - count_alphanumerics(text) <= 1:
            return None
        return Recognition(text, CONSENSUS_CONFIDENCE, OWN_ENGINE, "stacked")

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


def _may_stand_otherwise(recognitions: Sequence[Recognition]) -> bool:
    """Return whether a line was read, but so unsurely or so oddly that it may be mirrored or turned."""
    if not recognitions:
        return False
    best = max(recognitions, key=lambda one: one.confidence)
    return best.confidence < _SURE_CONFIDENCE or is_implausible(best.text)


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
