"""Frame analyser for text in frames: gate boards, street plates, shelter signs, burnt-in captions.

A few frames a second are searched for lines; a line is read when it is new or better seen than before, and all its
recognitions vote. The lines of one board give one hint, with its time span, its box in the best frame and a small
picture. Text that keeps its place while the scene moves is burnt in (family TEXT); all other text belongs to the
scene (family SIGN), also where the difference cannot be measured, as in a photo.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from opsec.i18n.reasons import make_reason
from opsec.model import FileKind, Reason
from opsec.model.records import Gap, ReaderOutput
from opsec.model.resources import ReaderResources
from opsec.model.vocabulary import MOVING_IMAGE_KINDS, STILL_IMAGE_KINDS
from opsec.readers.video import ocr_resources
from opsec.readers.video.analyser import AnalyserSpec, FrameAnalyser
from opsec.readers.video.sign_crop import crop_sign, lines_to_redact
from opsec.readers.video.sign_hints import READER, FrameSize, sign_hints
from opsec.vision.decoding.frame import Frame
from opsec.vision.ocr.burnt_in_text import SMALL_FRAME_PX, SceneMotion
from opsec.vision.ocr.frame_sampling import FrameSampler
from opsec.vision.ocr.line_recogniser import LineRecogniser
from opsec.vision.ocr.onnx_session import ModelError
from opsec.vision.ocr.recognition import EnsembleRecogniser
from opsec.vision.ocr.scene_change import Box
from opsec.vision.ocr.tesseract import OCR_LANGUAGES, OcrLanguage, Tesseract, language_of
from opsec.vision.ocr.text_detection import detect_in_box, detect_lines, load_detector
from opsec.vision.ocr.text_line import TextLine
from opsec.vision.ocr.text_track import LineObservation, TextTrack, appearance_of
from opsec.vision.ocr.track_association import TrackAssociator
from opsec.vision.ocr.word_captions import follows, is_short_caption

if TYPE_CHECKING:
    from opsec.vision.arrays import ColorImage
    from opsec.vision.ocr.text_detection import Detector

VERSION = 7
MAX_SEARCHED_FRAMES = 2_000
"""Frames of one clip that are searched; a clip decoded in full has fewer."""
MAX_LINES_PER_FRAME = 60
"""Lines used of one frame, those that are likeliest to be legible."""
SEARCH_SCALE, SEARCH_SIDE_PX = 0.61, (624, 1600)
"""The detector sees the frame at this scale, its longer side within these bounds: below, small letters are lost. It
works in steps of 32 pixels; the usual 576 x 1024 become 351 x 625, which fill them almost without rest."""
CLOSE_SEARCH_SCALE, _MIN_ENLARGEMENT = 1.0, 1.2
"""A photo without legible text is searched once more at this scale, if that enlarges it by this factor."""
RECOGNITION_SIDE_PX = 4_096
"""Longer side of the frame that lines are read in, at most."""
MAX_BORDER_OBSERVATIONS = 8
"""A line still at the edge of the frame after so many observations is a caption as wide as the frame."""
MIN_AWAITED_CONFIDENCE = 0.6
"""Confidence in the text of a line at the edge, from which on the rest of it is waited for: the edges of windows and
fences are read as letters too, but with less."""
MAX_CAPTION_PAUSE_S = 2.0
"""So long after one short caption took the place of another the search stays dense: words may change every moment."""
_MARGIN_HEIGHTS = 0.5
_BORDER_SHARE = 0.012
"""Width of the frame's border, as a share of its longer side."""
_MAX_DETAIL = 200
"""Characters of an error message that are kept."""
_NO_LANGUAGE_DATA: dict[OcrLanguage, str] = {"ara": "no_arabic_data", "eng": "no_english_data"}


class SignAnalyser:
    """Finds and reads the text in the frames of one clip."""

    def __init__(self, detect: "Detector", recogniser: EnsembleRecogniser, *, every_frame: bool = False) -> None:
        """Start a clip.

        Parameters
        ----------
        detect, recogniser
            The models.
        every_frame
            Search frames at the usual interval although every text in view was read and nothing new is seen.
        """
        self._detect, self._recogniser, self._every_frame = detect, recogniser, every_frame
        self._sampler, self._motion, self._associator = FrameSampler(), SceneMotion(), TrackAssociator()
        self._frame_sizes: list[FrameSize] = []
        """Of each searched frame."""
        self._visible_tracks: list[TextTrack] = []
        """Tracks in the frame searched last."""
        self._caption_changed_at_s = -MAX_CAPTION_PAUSE_S
        """When one short caption took the place of another last."""
        self._caption_boxes: tuple[Box, ...] = ()
        """The places of the two."""
        self._n_frames = 0
        self._single_frame: Frame | None = None
        """The frame of a photo; None for a video, where other frames may show the text larger."""
        self._incomplete = False

    def process_frame(self, frame: Frame) -> None:
        """Search the frame if one is due and this one is not blurred."""
        self._n_frames += 1
        self._single_frame = frame if self._n_frames == 1 else None
        self._motion.add_frame(frame.gray(SMALL_FRAME_PX))
        match self._sampler.decide(frame, self._motion.shift_since_whole(), self._motion.shift_since_search()):
            case "unchanged":
                for track in self._visible_tracks:
                    track.add(replace(track.last, at_s=frame.at_s), track.appearance)
            case "search" if len(self._frame_sizes) < MAX_SEARCHED_FRAMES:
                self._search_frame(frame, parts=None if self._every_frame else self._sampler.parts)
            case "search":
                self._incomplete = True

    def finish(self) -> Iterator[ReaderOutput]:
        """Yield a hint for each board, reasons for text that could not be read, and a gap for what was left out."""
        tracks = self._associator.merged_tracks()
        if self._single_frame is not None and not any(track.is_legible for track in tracks):
            self._search_enlarged(self._single_frame)
            tracks = self._associator.merged_tracks()
        yield from sign_hints(tracks, self._motion, self._frame_sizes, is_film=self._n_frames > 1)
        yield from (make_reason(_NO_LANGUAGE_DATA[language]) for language in self._missing_languages(tracks))
        if self._incomplete or self._associator.overflowed or self._recogniser.exhausted:
            yield Gap(make_reason("signs_left_out"))

    def _search_enlarged(self, photo: Frame) -> None:
        """Search a photo again if that shows it larger than the first time."""
        longest_px = max(photo.width_px, photo.height_px)
        enlarged_px = search_side_px(longest_px, CLOSE_SEARCH_SCALE)
        if enlarged_px >= _MIN_ENLARGEMENT * search_side_px(longest_px, SEARCH_SCALE):
            self._search_frame(photo, CLOSE_SEARCH_SCALE)

    def _missing_languages(self, tracks: Sequence[TextTrack]) -> Iterator[OcrLanguage]:
        """Yield the languages of legible texts that tesseract has no data of."""
        found = {language_of(voted.text) for track in tracks if track.is_legible and (voted := track.voted())}
        available = self._recogniser.tesseract.languages
        yield from (language for language in OCR_LANGUAGES if language in found and language not in available)

    def _search_frame(self, frame: Frame, scale: float = SEARCH_SCALE, parts: Sequence[Box] | None = None) -> None:
        """Detect the lines of a frame or of parts of it, assign them to tracks, and read those that need it."""
        picture = frame.color(RECOGNITION_SIDE_PX)
        lines = self._detect_lines(frame, max(picture.shape[:2]), scale, parts)
        owners = self._associate(frame, lines, whole=parts is None)
        tracked = [(track, line) for track, line in zip(owners, lines, strict=True) if track is not None]
        improved = [
            (track, line)
            for track, line in tracked
            if track.needs_recognition() and self._recognise(track, picture, line)
        ]
        for track, line in improved:
            track.evidence = crop_sign(picture, line, lines_to_redact(line, lines, tracked))
        improved_ids = {id(track) for track, _ in improved}
        if self._is_caption_change([track for track, _ in improved]):
            self._caption_changed_at_s = frame.at_s
            shown = [*(track for track, _ in improved), *self._visible_tracks]
            self._caption_boxes = tuple(_surroundings(one.last.line) for one in shown if is_short_caption(one))
        has_captions = frame.at_s - self._caption_changed_at_s < MAX_CAPTION_PAUSE_S
        visible = [
            self._associator.match_by_text(track) if id(track) in improved_ids else track for track, _ in tracked
        ]
        if parts is None:
            self._sampler.text_boxes = tuple(_surroundings(track.last.line) for track in visible if track.is_legible)
        else:
            visible += [one for one in self._visible_tracks if one not in visible and not _is_in(one.last.line, parts)]
        self._visible_tracks = visible
        self._sampler.dense = has_captions or any(map(_is_at_border, visible))
        may_rest = not self._every_frame and not self._sampler.dense
        self._sampler.settled = may_rest and not any(track.may_improve() for track in visible)
        awaited = [track for track in visible if track.may_improve() or _is_at_border(track)]
        captions = self._caption_boxes if has_captions else ()
        self._sampler.watched_boxes = (*(_surroundings(track.last.line) for track in awaited), *captions)

    def _detect_lines(self, frame: Frame, longest_px: int, scale: float, parts: Sequence[Box] | None) -> list[TextLine]:
        """Return the lines of a frame, the likeliest legible first, scaled to a frame ``longest_px`` long."""
        searched = upscale(frame.color(search_side_px(longest_px, scale)), SEARCH_SIDE_PX[0])
        found, is_cut = self._detect_in_parts(searched, parts)
        self._incomplete = self._incomplete or is_cut or len(found) > MAX_LINES_PER_FRAME
        best = sorted(found, key=lambda line: -line.height_px * line.score)[:MAX_LINES_PER_FRAME]
        return [line.scaled(longest_px / max(searched.shape[:2])) for line in best]

    def _detect_in_parts(self, searched: "ColorImage", parts: Sequence[Box] | None) -> tuple[list[TextLine], bool]:
        """Return the lines of a frame or of parts of it, and whether regions were left out.

        Where the edge of a part cuts a line, the whole frame is searched after all.
        """
        if parts is None:
            return detect_lines(searched, self._detect)
        found: list[TextLine] = []
        is_cut = False
        for box in parts:
            lines, is_part_cut = detect_in_box(searched, box, self._detect)
            if lines is None:
                return detect_lines(searched, self._detect)
            found, is_cut = found + lines, is_cut or is_part_cut
        return found, is_cut

    def _associate(self, frame: Frame, lines: Sequence[TextLine], *, whole: bool) -> list[TextTrack | None]:
        """Return for each line of a frame the track that it belongs to."""
        gray = frame.gray(RECOGNITION_SIDE_PX)
        longest_px = max(gray.shape)
        size = gray.shape[1] / longest_px, gray.shape[0] / longest_px
        index, sharpness = len(self._frame_sizes), self._sampler.sharpness
        observations = [
            LineObservation(frame.at_s, line, sharpness, index, is_inside_frame(line, size))
            for line in (line.scaled(1 / longest_px) for line in lines)
        ]
        self._frame_sizes.append(size)
        self._motion.mark_searched(whole=whole)
        return self._associator.associate(observations, [appearance_of(gray, line) for line in lines])

    def _is_caption_change(self, read: Sequence[TextTrack]) -> bool:
        """Return whether a short caption read now took the place of one in the frame searched before."""
        new = [one for one in read if len(one.observations) == 1 and one.is_certain and is_short_caption(one)]
        old = [one for one in self._visible_tracks if new and one.is_certain and is_short_caption(one)]
        return any(follows(before, after) for before in old for after in new)

    def _recognise(self, track: TextTrack, picture: "ColorImage", line: TextLine) -> bool:
        """Read a line; return whether that gave the most confident text of its track so far."""
        if self._recogniser.exhausted:
            self._incomplete = True
            return False
        return track.add_recognition(self._recogniser.recognise(picture, line))


def _surroundings(line: TextLine) -> Box:
    """Return the place of a line that is watched: with a margin, so that a longer text is seen to be another one."""
    return line.padded(_MARGIN_HEIGHTS * line.height_px).bounds()


def _is_in(line: TextLine, parts: Sequence[Box]) -> bool:
    """Return whether the centre of a line is in one of these parts of the frame."""
    return any(left <= line.x_px <= right and top <= line.y_px <= bottom for left, top, right, bottom in parts)


def _is_at_border(track: TextTrack) -> bool:
    """Return whether a line of text is entering or leaving the frame."""
    is_awaited = track.max_confidence >= MIN_AWAITED_CONFIDENCE and len(track.observations) < MAX_BORDER_OBSERVATIONS
    return is_awaited and not track.last.inside_frame


def search_side_px(longest_px: int, scale: float) -> int:
    """Return the longer side, in pixels, at which a frame is searched."""
    min_px, max_px = SEARCH_SIDE_PX
    return min(max_px, max(min_px, round(scale * longest_px)))


def is_inside_frame(line: TextLine, size: FrameSize) -> bool:
    """Return whether a line keeps clear of the frame's border, both in shares of the longer side."""
    width, height = size
    return all(
        _BORDER_SHARE <= x <= width - _BORDER_SHARE and _BORDER_SHARE <= y <= height - _BORDER_SHARE
        for x, y in line.corners()
    )


def upscale(picture: "ColorImage", min_side_px: int) -> "ColorImage":
    """Enlarge a picture whose longer side is under ``min_side_px`` to that size."""
    import cv2
    import numpy as np

    longest_px = max(picture.shape[:2])
    if longest_px >= min_side_px:
        return picture
    scale = min_side_px / longest_px
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)


def create(resources: ReaderResources) -> FrameAnalyser | Reason:
    """Make an analyser for one clip; return a reason if a resource is missing or damaged."""
    models = load_models(resources)
    if isinstance(models, Reason):
        return models
    detect, line_recogniser, tesseract = models
    recogniser = EnsembleRecogniser(line_recogniser, tesseract)
    return SignAnalyser(detect, recogniser, every_frame=resources.depth == "full")


@cache
def load_models(resources: ReaderResources) -> "tuple[Detector, LineRecogniser, Tesseract] | Reason":
    """Load the models once for each process; they keep nothing of one clip for the next.

    A locked process cannot look for files any more, so the outcome is kept whatever it is.
    """
    missing = ocr_resources.missing_resource(resources)
    if missing is not None:
        return missing
    model = ocr_resources.find_detector_model()
    assert model is not None
    try:
        detect, line_recogniser, tesseract = load_detector(model), LineRecogniser.load(), Tesseract(resources.tessdata)
    except (ModelError, RuntimeError) as fault:
        return make_reason("signs_broken", detail=str(fault)[:_MAX_DETAIL])
    return line_recogniser if isinstance(line_recogniser, Reason) else (detect, line_recogniser, tesseract)


FILE_KINDS: frozenset[FileKind] = MOVING_IMAGE_KINDS | STILL_IMAGE_KINDS
ANALYSER = AnalyserSpec(
    name=READER,
    version=VERSION,
    check="signage",
    file_kinds=FILE_KINDS,
    create=create,
    resource_fingerprint=ocr_resources.describe_resources,
)
