"""Text track: one line of text over the frames of a clip, with its appearance and everything read of it.

A track keeps a small rectified image of its line. That image hardly changes while the camera turns, so the same
words are found again wherever they stand; other words in the same place are not taken for them.
All measures are shares of the longer side of the frame, so that a line keeps its shape.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.vision.ocr.letter_order import restore_letter_order
from opsec.vision.ocr.line_rectification import CropSpec, rectify
from opsec.vision.ocr.plausibility import is_implausible
from opsec.vision.ocr.rover_voting import CONSENSUS_CONFIDENCE, Recognition, vote
from opsec.vision.ocr.text_cleanup import count_alphanumerics
from opsec.vision.ocr.text_line import TextLine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.model import Picture
    from opsec.vision.arrays import GrayImage

    Appearance = NDArray[np.float32]
    """High-pass filtered image of a line, shape (24, 96), gray levels about 0."""

_MIN_CONFIDENCE, _MIN_LETTERS = 0.30, 2
"""Least confidence and number of letters of a legible text."""
_MIN_SHORT_CONFIDENCE, _SHORT_LETTERS = 0.80, 4
"""Texts under this number of letters need this confidence: leaves, fences and bricks are read as two or three
letters, seldom with any certainty."""
_APPEARANCE_PX = (96, 24)
"""Width and height of the appearance."""
_SEARCH_MARGIN_PX = (6, 3)
"""Largest shift right or left, and up or down, when two appearances are compared."""
_HIGH_PASS_SIGMA_PX = 4.0
_N_PARTS, _MIN_INK_STD = 3, 2.0
"""Parts along a line that are compared; one of a smaller standard deviation (gray levels) has no strokes."""
_APPEARANCE_CROP = CropSpec(24, 0.0, 0.0)
_INITIAL_ATTEMPTS, _MAX_ATTEMPTS, _MIN_LEGIBILITY_GAIN = 2, 5, 1.2
"""A line is read this often at first, and again, up to the maximum, only where its legibility grows by this factor."""
_MIN_ILLEGIBLE_GAIN = 1.5
"""The same for a line of which the first readings gave nothing: few such are text."""
_MIN_LIKELY_CONFIDENCE = 0.5
"""Confidence of a first reading from which on the line is most likely text."""
_SUFFICIENT_CONFIDENCE = 0.85
"""A line with a text this confident is not read again."""
_MAX_OBSERVATIONS = 600


@dataclass(frozen=True, slots=True)
class LineObservation:
    """One line in one frame."""

    at_s: float
    """Time of the frame."""
    line: TextLine
    """In shares of the longer side of the frame."""
    sharpness: float
    """Sharpness of the frame, as ``frame_sampling.measure_sharpness`` defines it."""
    frame_index: int
    """Number of the searched frame: lines with the same index were in view together."""
    inside_frame: bool = True
    """False for a line at the edge of the frame, which may continue outside."""


@dataclass(slots=True, eq=False)
class TextTrack:
    """One line of text over the frames that show it.

    Once the line was read where it is wholly inside the frame, what was read of it at the edge is dropped.
    """

    appearance: "Appearance"
    """Of the latest observation."""
    observations: list[LineObservation]
    """In order of time, at least one."""
    recognitions: list[Recognition] = field(default_factory=list)
    """Everything read of the line."""
    attempts: int = 0
    """Number of times the line was read, with or without result."""
    best_legibility: float = 0.0
    """Highest ``legibility`` of the observations that were read."""
    best_observation: LineObservation | None = None
    """The observation that gave the most confident recognition."""
    evidence: "Picture | None" = None
    """Picture of that observation for the report."""
    is_complete: bool = False
    """Whether the line was read where it is wholly inside the frame."""

    @property
    def last(self) -> LineObservation:
        """The latest observation."""
        return self.observations[-1]

    def voted(self) -> Recognition | None:
        """Return the vote of all recognitions; None without any."""
        return vote(self.recognitions)

    @property
    def max_confidence(self) -> float:
        """Confidence of the most confident recognition; 0 without any."""
        return max((one.confidence for one in self.recognitions), default=0.0)

    @property
    def is_legible(self) -> bool:
        """Whether the voted text is probably what is written there."""
        voted = self.voted()
        if voted is None or count_alphanumerics(voted.text) < _MIN_LETTERS:
            return False
        if is_gibberish(voted):
            return False
        is_short = count_alphanumerics(voted.text) < _SHORT_LETTERS
        return voted.confidence >= (_MIN_SHORT_CONFIDENCE if is_short else _MIN_CONFIDENCE)

    def add(self, observation: LineObservation, appearance: "Appearance") -> None:
        """Add an observation; of more than ``_MAX_OBSERVATIONS`` the middle one is dropped."""
        self.appearance = appearance
        if len(self.observations) >= _MAX_OBSERVATIONS:
            del self.observations[_MAX_OBSERVATIONS // 2]
        self.observations.append(observation)

    def needs_recognition(self) -> bool:
        """Return whether reading the latest observation may improve the text."""
        if self.last.inside_frame != self.is_complete or self.attempts == 0:
            return self.last.inside_frame or self.attempts == 0
        if self.attempts >= _MAX_ATTEMPTS or self.max_confidence >= _SUFFICIENT_CONFIDENCE:
            return False
        if self.attempts < _INITIAL_ATTEMPTS:
            return True
        gain = _MIN_LEGIBILITY_GAIN if self.max_confidence >= _MIN_CONFIDENCE else _MIN_ILLEGIBLE_GAIN
        return legibility(self.last) > gain * self.best_legibility

    def may_improve(self) -> bool:
        """Return whether the next frame may give a better text: later ones do so only where they show it larger."""
        is_likely_text = self.max_confidence >= _MIN_LIKELY_CONFIDENCE
        return self.attempts < _INITIAL_ATTEMPTS and is_likely_text and not self.is_certain

    @property
    def is_certain(self) -> bool:
        """Whether a text was read with confidence."""
        return self.max_confidence >= _SUFFICIENT_CONFIDENCE

    def add_recognition(self, recognition: Recognition | None) -> bool:
        """Add the result of reading the latest observation; return whether it is the most confident so far.

        None stands for an attempt without result.
        """
        if self.last.inside_frame and not self.is_complete:
            self.is_complete, self.attempts, self.best_legibility, self.recognitions = True, 0, 0.0, []
        self.attempts += 1
        self.best_legibility = max(self.best_legibility, legibility(self.last))
        if recognition is None:
            return False
        is_best = all(recognition.confidence > other.confidence for other in self.recognitions)
        self.recognitions.append(recognition)
        if is_best:
            self.best_observation = self.last
        return is_best

    def merge(self, later: "TextTrack") -> None:
        """Merge a later track of the same line into this one, with the better text and picture of the two."""
        voted, later_voted = self.voted(), later.voted()
        self.observations += later.observations
        self.appearance = later.appearance
        if voted is None or later_voted is None:
            return
        equally_complete = self.is_complete == later.is_complete
        is_better = later_voted.confidence > voted.confidence if equally_complete else later.is_complete
        if is_better:
            self.best_observation, self.evidence = later.best_observation, later.evidence
        if equally_complete and voted.is_same_text(later_voted):
            self.recognitions += later.recognitions
            self.attempts += later.attempts
        elif later.is_complete or (not self.is_complete and len(later_voted.text) > len(voted.text)):
            self.recognitions, self.attempts = later.recognitions, later.attempts
            self.is_complete = later.is_complete


def is_gibberish(recognition: Recognition) -> bool:
    """Return whether a text that engines or crops do not agree on cannot be what is written there."""
    if recognition.confidence >= CONSENSUS_CONFIDENCE or not is_implausible(recognition.text, by_case=False):
        return False
    return restore_letter_order(recognition.text) is None


def legibility(observation: LineObservation) -> float:
    """Return how well a line can be read, to compare its observations: height times sharpness."""
    return observation.line.height_px * observation.sharpness


def appearance_of(gray: "GrayImage", line: TextLine) -> "Appearance":
    """Return the appearance of a line: its rectified image, high-pass filtered so that only strokes remain.

    The background and the light of the board are removed. ``gray`` is the frame, shape (height, width), in whose
    pixels the line is given.
    """
    import cv2
    import numpy as np

    crop = rectify(gray, line, _APPEARANCE_CROP)
    level = cv2.resize(crop, _APPEARANCE_PX, interpolation=cv2.INTER_AREA).astype(np.float32)
    return (level - cv2.GaussianBlur(level, (0, 0), _HIGH_PASS_SIGMA_PX)).astype(np.float32, copy=False)


def correlation(one: "Appearance", other: "Appearance") -> float:
    """Return the normalised cross-correlation of two appearances at their best shift, -1 to 1.

    A box is never detected twice at exactly the same place, hence the shift. Each third of the line is compared by
    itself and the worst counts: a caption of which one word changes is another line.
    """
    import cv2
    import numpy as np

    margin_x, margin_y = _SEARCH_MARGIN_PX
    peaks = []
    for part in np.array_split(np.arange(margin_x, _APPEARANCE_PX[0] - margin_x), _N_PARTS):
        first, last = int(part[0]), int(part[-1]) + 1
        template = other[margin_y:-margin_y, first:last]
        if float(template.std()) > _MIN_INK_STD:
            region = one[:, first - margin_x : last + margin_x]
            peaks.append(float(cv2.matchTemplate(region, template, cv2.TM_CCOEFF_NORMED).max()))
    return min(peaks, default=0.0)
