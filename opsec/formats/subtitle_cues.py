"""Parse subtitle files: SubRip and WebVTT (W3C Candidate Recommendation, section 4).

Both write ``begin --> end`` above the lines of a cue. WebVTT may omit the hours; text between an empty line and the
next times is an identifier, a note or a style. SubRip numbers its cues, and some writers leave empty lines inside one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsec.formats.bounded_text import BoundedText
from opsec.formats.text_lines import LineTooLongError, TextLines
from opsec.model import Reason
from opsec.model.records import Gap

MAX_CUE_LENGTH = 10_000
"""Limit in code points for one cue; two lines on a screen hold about a hundred."""


@dataclass(frozen=True, slots=True)
class SubtitleCue:
    """Text shown or spoken during one interval."""

    at_s: float
    until_s: float
    lines: Sequence[str]


_TIME = r"(?:([0-9]{1,3}):)?([0-9]{1,2}):([0-9]{2})[,.]([0-9]{1,3})"
_TIME_RANGE = re.compile(rf"[ \t\ufeff]{{0,4}}{_TIME}[ \t]{{0,4}}-->[ \t]{{0,4}}(?:{_TIME})?")
_NUMBER = re.compile(r"[0-9]{1,9}")


class SubtitleParser:
    """Iterator over the cues of a file, in file order."""

    def __init__(self, text: BoundedText, *, web: bool) -> None:
        self._lines = TextLines(text.data)
        self._web = web
        self.too_long = False
        """Whether a line exceeded the limit and was skipped."""

    def __iter__(self) -> Iterator[SubtitleCue]:
        times: tuple[float, float] | None = None
        lines: list[str] = []
        room = 0
        for line in self._each():
            begins = _TIME_RANGE.match(line)
            if begins:
                if times is not None:
                    yield SubtitleCue(*times, self._without_number(lines))
                times, lines, room = _parse_time_range(begins), [], MAX_CUE_LENGTH + 1
            elif self._web and not line.strip():
                room = 0
            elif times is not None and room > 0:
                lines.append(line[:room].strip())
                room -= len(line)
        if times is not None:
            yield SubtitleCue(*times, lines)

    def remarks(self) -> Iterator[Reason | Gap]:
        """Remarks about the text encoding, and a gap when it is damaged."""
        return self._lines.remarks()

    def _without_number(self, lines: list[str]) -> list[str]:
        """Lines of a cue without the number of the next cue."""
        return lines[:-1] if not self._web and lines and _NUMBER.fullmatch(lines[-1]) else lines

    def _each(self) -> Iterator[str]:
        while True:
            try:
                yield next(self._lines)
            except LineTooLongError:
                self.too_long = True
            except StopIteration:
                return


def _parse_time_range(found: re.Match[str]) -> tuple[float, float]:
    """Start and end in seconds; a cue with an unreadable end ends at its start."""
    begin_s = _to_seconds(*found.groups()[:4])
    return begin_s, max(begin_s, _to_seconds(*found.groups()[4:])) if found[6] else begin_s


def _to_seconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000
