"""Words that come with a time: the cues of subtitles and of speech, put together into passages that can be searched.

A name is often broken over two cues, so cues that follow one another are searched as one text. What rolls
up the screen is shown twice and counts once. What a camera writes into subtitles is no words.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsec.formats.subtitle_cues import LONGEST_CUE, Cue
from opsec.i18n.messages import reason
from opsec.model.records import Found, Gap
from opsec.readers.text.coordinates import written_hints

MOST_PASSAGES = 1_000
"""Of one file; a film of an hour, spoken without a pause, has three hundred."""
MOST_LETTERS = 200_000
"""Of all passages of one file: to search so many takes a third of a second."""
LONGEST = 400
LONGEST_S = 15.0
"""A passage ends here at the latest, so that its time still tells where to look."""
PAUSE_S = 2.0
"""After so much silence nobody goes on with a name."""

_MARKUP = re.compile(r"<[^<>]{0,200}>|\{[^{}]{0,200}\}")
"""Tags of SubRip and WebVTT (section 4.2.2), overrides of Advanced SubStation Alpha."""
_ASS_BREAK = re.compile(r"\\[Nnh]")
_ENDS = (".", "!", "?", "؟", "۔", "…")
_BY_A_CAMERA = re.compile(
    r"\[ ?(?:iso|shutter|fnum|ev|ct|focal_len|dzoom\w{0,9}|latitude|longt?itude|rel_alt|abs_alt|altitude|gb_\w{1,5}) ?:"
    r"|\b(?:GPS|HOME|G\.PRY) ?\( ?(?:[NSEW] ?: ?)?[+-]?[0-9.]|\b(?:SrtCnt|FrameCnt|DiffTime|BAROMETER) ?:"
    r"|\bISO ?:? ?[0-9]{2,6}\b.{0,60}\b(?:EV|SS|Shutter|Fnum|F)\b|\b(?:SS|F/)[ /]?[0-9.]{1,9}, .{0,60}\bISO\b",
    re.I | re.S,
)
"""Exposure, height and place as DJI, Autel and their like write them; no person speaks so."""


def by_a_camera(text: str) -> bool:
    """Whether a camera wrote this and no person.

    >>> by_a_camera("[iso : 110] [shutter : 1/200.0]"), by_a_camera("at the gate")
    (True, False)
    """
    return _BY_A_CAMERA.search(text) is not None


class Passages:
    """Takes the cues of one file in their order and gives texts of a few seconds, with the places written in them."""

    def __init__(self, field: str, reader: str) -> None:
        self._field, self._reader = field, reader
        self._open: list[Cue] = []
        self._told_already: list[Cue] = []
        """A cue that ended a long passage and begins the next one, for a name may begin in it."""
        self._shown: Sequence[str] = ()
        self._until_s = 0.0
        self._passages = self._letters = 0
        self._full = self._cut = False

    def take(self, cue: Cue) -> Iterator[Found]:
        """One more cue; gives the passage before it, if that has ended."""
        if self._full or by_a_camera("\n".join(cue.lines)[:LONGEST_CUE]):
            return
        if cue.at_s - self._until_s > PAUSE_S:
            yield from self._told()
            self._open, self._shown = [], ()
        self._until_s = cue.until_s
        lines = self._new_lines(cue)
        if not lines:
            return
        fresh = replace(cue, lines=lines)
        self._open.append(fresh)
        if lines[-1].endswith(_ENDS):
            yield from self._told()
            self._open = []
        elif _letters(self._open) > LONGEST or fresh.until_s - self._open[0].at_s > LONGEST_S:
            yield from self._told()
            self._told_already = [fresh] if len(self._open) > 1 and _letters([fresh]) < LONGEST else []
            self._open = [*self._told_already]

    def rest(self) -> Iterator[Found]:
        """The last passage, and what has to be said of what was left out."""
        yield from self._told()
        if self._cut:
            yield Gap(reason("too_long", part="subtitles", limit=f"{LONGEST_CUE:,}"))

    def _new_lines(self, cue: Cue) -> list[str]:
        """The lines of a cue, as a person reads them, without those that were on the screen already."""
        whole = "\n".join(cue.lines)
        self._cut |= len(whole) > LONGEST_CUE
        shown = [line for line in _read(whole[:LONGEST_CUE]) if line]
        fresh = [line for line in shown if line not in self._shown[-4:]]
        self._shown = shown or self._shown
        return fresh

    def _told(self) -> Iterator[Found]:
        if self._full or not self._open or self._open == self._told_already:
            return
        text = " ".join(line for cue in self._open for line in cue.lines)
        self._passages += 1
        self._letters += len(text)
        if self._passages > MOST_PASSAGES or self._letters > MOST_LETTERS:
            self._full = True
            yield Gap(reason("too_many", limit=self._passages - 1, part="subtitles"))
            return
        at_s, until_s = self._open[0].at_s, max(cue.until_s for cue in self._open)
        for hint in written_hints(text, self._field):
            yield replace(hint, reader=self._reader, at_s=at_s, until_s=max(at_s, until_s))


def _letters(cues: Sequence[Cue]) -> int:
    return sum(len(line) for cue in cues for line in cue.lines)


def _read(text: str) -> Iterator[str]:
    """Lines without markup; character references spelled out (HTML, section 13.5)."""
    spelled = html.unescape(_MARKUP.sub("", _ASS_BREAK.sub("\n", text)))
    yield from (" ".join(line.split()) for line in spelled.split("\n"))
