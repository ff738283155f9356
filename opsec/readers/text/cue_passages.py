"""Timed text: cues of subtitles and of speech, merged into passages that are searched.

A name is often split over two cues, so consecutive cues are searched as one text. Lines that roll up the screen are
shown twice and count once. Telemetry that a camera writes into subtitles is not text.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsec.formats.subtitle_cues import MAX_CUE_LENGTH, SubtitleCue
from opsec.i18n.reasons import make_reason
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.text.coordinates import text_hints

MAX_PASSAGES = 1_000
"""Per file; an hour of speech without a pause has three hundred."""
MAX_LETTERS = 200_000
"""Over all passages of one file; searching that many takes a third of a second."""
MAX_PASSAGE_LETTERS = 400
MAX_PASSAGE_S = 15.0
"""Longest passage, so that its time still shows where to look."""
PAUSE_S = 2.0
"""Silence across which no name continues."""
ROLL_UP_LINES = 4
"""Lines of the cues before that may still be on the screen."""

_MARKUP = re.compile(r"<[^<>]{0,200}>|\{[^{}]{0,200}\}")
"""Tags of SubRip and WebVTT (section 4.2.2), and overrides of Advanced SubStation Alpha."""
_ASS_BREAK = re.compile(r"\\[Nnh]")
_SENTENCE_ENDS = (".", "!", "?", "؟", "۔", "…")
_CAMERA_TELEMETRY = re.compile(
    r"\[ ?(?:iso|shutter|fnum|ev|ct|focal_len|dzoom\w{0,9}|latitude|longt?itude|rel_alt|abs_alt|altitude|gb_\w{1,5}) ?:"
    r"|\b(?:GPS|HOME|G\.PRY) ?\( ?(?:[NSEW] ?: ?)?[+-]?[0-9.]|\b(?:SrtCnt|FrameCnt|DiffTime|BAROMETER) ?:"
    r"|\bISO ?:? ?[0-9]{2,6}\b.{0,60}\b(?:EV|SS|Shutter|Fnum|F)\b|\b(?:SS|F/)[ /]?[0-9.]{1,9}, .{0,60}\bISO\b",
    re.I | re.S,
)
"""Exposure, height and position as DJI, Autel and similar cameras write them."""


def is_camera_telemetry(text: str) -> bool:
    """Whether a camera wrote this text, and not a person.

    >>> is_camera_telemetry("[iso : 110] [shutter : 1/200.0]"), is_camera_telemetry("at the gate")
    (True, False)
    """
    return _CAMERA_TELEMETRY.search(text) is not None


class PassageBuilder:
    """Merges the cues of one file, in order, into passages of a few seconds, and finds the coordinates in them."""

    def __init__(self, field: str, reader: str) -> None:
        self._field, self._reader = field, reader
        self._open: list[SubtitleCue] = []
        self._overlap: list[SubtitleCue] = []
        """A cue that ended a long passage and also begins the next one, because a name may begin in it."""
        self._previous_lines: Sequence[str] = ()
        self._until_s = 0.0
        self._passage_count = self._letter_count = 0
        self._full = self._cut = False

    def add(self, cue: SubtitleCue) -> Iterator[ReaderOutput]:
        """Add a cue, and yield the passage that it ends, if any."""
        if self._full or is_camera_telemetry("\n".join(cue.lines)[:MAX_CUE_LENGTH]):
            return
        if cue.at_s - self._until_s > PAUSE_S:
            yield from self._flush()
            self._open, self._previous_lines = [], ()
        self._until_s = cue.until_s
        lines = self._new_lines(cue)
        if not lines:
            return
        new_cue = replace(cue, lines=lines)
        self._open.append(new_cue)
        if lines[-1].endswith(_SENTENCE_ENDS):
            yield from self._flush()
            self._open = []
        elif _count_letters(self._open) > MAX_PASSAGE_LETTERS or new_cue.until_s - self._open[0].at_s > MAX_PASSAGE_S:
            yield from self._flush()
            may_overlap = len(self._open) > 1 and _count_letters([new_cue]) < MAX_PASSAGE_LETTERS
            self._overlap = [new_cue] if may_overlap else []
            self._open = [*self._overlap]

    def finish(self) -> Iterator[ReaderOutput]:
        """Yield the last passage, and a gap for text that was cut."""
        yield from self._flush()
        if self._cut:
            yield Gap(make_reason("too_long", part="subtitles", limit=f"{MAX_CUE_LENGTH:,}"))

    def _new_lines(self, cue: SubtitleCue) -> list[str]:
        """Lines of a cue without markup and without those already on the screen."""
        text = "\n".join(cue.lines)
        self._cut |= len(text) > MAX_CUE_LENGTH
        shown = [line for line in _strip_markup(text[:MAX_CUE_LENGTH]) if line]
        new = [line for line in shown if line not in self._previous_lines[-ROLL_UP_LINES:]]
        self._previous_lines = shown or self._previous_lines
        return new

    def _flush(self) -> Iterator[ReaderOutput]:
        if self._full or not self._open or self._open == self._overlap:
            return
        text = " ".join(line for cue in self._open for line in cue.lines)
        self._passage_count += 1
        self._letter_count += len(text)
        if self._passage_count > MAX_PASSAGES or self._letter_count > MAX_LETTERS:
            self._full = True
            yield Gap(make_reason("too_many", limit=self._passage_count - 1, part="subtitles"))
            return
        at_s, until_s = self._open[0].at_s, max(cue.until_s for cue in self._open)
        for hint in text_hints(text, self._field):
            yield replace(hint, reader=self._reader, at_s=at_s, until_s=max(at_s, until_s))


def _count_letters(cues: Sequence[SubtitleCue]) -> int:
    return sum(len(line) for cue in cues for line in cue.lines)


def _strip_markup(text: str) -> Iterator[str]:
    """Yield the lines without markup, with character references decoded (HTML, section 13.5)."""
    decoded = html.unescape(_MARKUP.sub("", _ASS_BREAK.sub("\n", text)))
    yield from (" ".join(line.split()) for line in decoded.split("\n"))
