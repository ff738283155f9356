"""The cues of subtitles in a file of their own: SubRip, and WebVTT (W3C Candidate Recommendation, section 4).

Both write ``begin --> end`` over the lines of a cue; WebVTT may leave out the hours, and what stands after an
empty line and before the next times is a name, a note or a style. SubRip numbers its cues instead, and some
writers leave empty lines inside a cue.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsec.formats.bounded_text import Bounded
from opsec.formats.text_lines import Lines, LineTooLongError
from opsec.model import Reason

LONGEST_CUE = 10_000
"""Code points of one cue; two lines of a screen hold a hundred."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown or spoken at one time."""

    at_s: float
    until_s: float
    lines: Sequence[str]


_TIME = r"(?:([0-9]{1,3}):)?([0-9]{1,2}):([0-9]{2})[,.]([0-9]{1,3})"
_TIMES = re.compile(rf"[ \t\ufeff]{{0,4}}{_TIME}[ \t]{{0,4}}-->[ \t]{{0,4}}(?:{_TIME})?")
_NUMBER = re.compile(r"[0-9]{1,9}")


class Cues:
    """The cues of a file in their order."""

    def __init__(self, text: Bounded, *, web: bool) -> None:
        self._lines = Lines(text.data)
        self._web = web
        self.too_long = False
        """A line was longer than any that is read; it was passed over."""

    def __iter__(self) -> Iterator[Cue]:
        times: tuple[float, float] | None = None
        lines: list[str] = []
        room = 0
        for line in self._each():
            begins = _TIMES.match(line)
            if begins:
                if times is not None:
                    yield Cue(*times, self._without_number(lines))
                times, lines, room = _seconds(begins), [], LONGEST_CUE + 1
            elif self._web and not line.strip():
                room = 0
            elif times is not None and room > 0:
                lines.append(line[:room].strip())
                room -= len(line)
        if times is not None:
            yield Cue(*times, lines)

    def remarks(self) -> Iterator[Reason]:
        """What the officer should know of the letters."""
        return self._lines.remarks()

    def _without_number(self, lines: list[str]) -> list[str]:
        """The lines of a cue without the number of the next one."""
        return lines[:-1] if not self._web and lines and _NUMBER.fullmatch(lines[-1]) else lines

    def _each(self) -> Iterator[str]:
        while True:
            try:
                yield next(self._lines)
            except LineTooLongError:
                self.too_long = True
            except StopIteration:
                return


def _seconds(found: re.Match[str]) -> tuple[float, float]:
    """Begin and end; a cue whose end cannot be read ends where it begins."""
    begin_s = _of(*found.groups()[:4])
    return begin_s, max(begin_s, _of(*found.groups()[4:])) if found[6] else begin_s


def _of(hours: str | None, minutes: str, seconds: str, fraction: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000
