"""Parse SubStation Alpha scripts (``.ass``, ``.ssa``): the events that are shown.

The ``Format`` line of ``[Events]`` names the fields of the lines below it; ``Text`` is the last one and may contain
commas. Overrides are in braces; text after ``\\p1`` is a drawing.
"""

import re
from collections.abc import Iterator

from opsec.formats.bounded_text import BoundedText
from opsec.formats.subtitle_cues import MAX_CUE_LENGTH, SubtitleCue
from opsec.formats.text_lines import LineTooLongError, TextLines
from opsec.model import Reason
from opsec.model.records import Gap

_DEFAULT_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_MAX_FIELDS = 40
_TIME = re.compile(r"([0-9]{1,4}):([0-9]{1,2}):([0-9]{1,2})(?:[.:,]([0-9]{1,3}))?")
_DRAWING = re.compile(r"\\p([0-9])")
_OVERRIDE = re.compile(r"\{[^{}]*\}")
_BREAK = re.compile(r"\\[Nn]")


class AssParser:
    """Iterator over the cues of a script in order of time. Iterating fills in ``title``."""

    def __init__(self, text: BoundedText, most_cues: int) -> None:
        self._lines = TextLines(text.data)
        self._most_cues = most_cues
        self.title = ""
        """Title in ``[Script Info]``."""
        self.too_long = False
        """Whether a line exceeded the limit and was skipped."""
        self.full = False
        """Whether the limit of cues was reached."""

    def __iter__(self) -> Iterator[SubtitleCue]:
        """Scripts list events by style or layer, so they are sorted."""
        yield from sorted(self._cues(), key=lambda cue: cue.at_s)

    def remarks(self) -> Iterator[Reason | Gap]:
        """Remarks about the text encoding, and a gap when it is damaged."""
        return self._lines.remarks()

    def _cues(self) -> Iterator[SubtitleCue]:
        fields: tuple[str, ...] = _DEFAULT_FIELDS
        count = 0
        is_in_events = False
        for line in self._each():
            name, _, value = line.strip().partition(":")
            match name.strip().lower():
                case "title":
                    self.title = self.title or value.strip()
                case "format" if is_in_events:
                    named = tuple(field.strip().lower() for field in value.split(",")[:_MAX_FIELDS])
                    fields = named if "text" in named else _DEFAULT_FIELDS
                case "dialogue":
                    count += 1
                    if count > self._most_cues:
                        self.full = True
                        return
                    yield _parse_event(value, fields)
                case section if section.startswith("["):
                    is_in_events = section.startswith("[events")

    def _each(self) -> Iterator[str]:
        while True:
            try:
                yield next(self._lines)
            except LineTooLongError:
                self.too_long = True
            except StopIteration:
                return


def _parse_event(value: str, fields: tuple[str, ...]) -> SubtitleCue:
    parts = dict(zip(fields, value.strip().split(",", len(fields) - 1), strict=False))
    at_s = _to_seconds(parts.get("start", ""))
    text = parts.get("text", "")[: 4 * MAX_CUE_LENGTH]
    lines = _BREAK.split(_shown_text(text).replace("\\h", " "))
    return SubtitleCue(at_s, max(at_s, _to_seconds(parts.get("end", ""))), lines)


def _shown_text(text: str) -> str:
    """Text without overrides and without what is drawn between ``\\p1`` and ``\\p0``."""
    parts, at, is_drawing = [], 0, False
    for override in _OVERRIDE.finditer(text):
        parts.append("" if is_drawing else text[at : override.start()])
        modes = _DRAWING.findall(override[0])
        is_drawing = modes[-1] != "0" if modes else is_drawing
        at = override.end()
    return "".join([*parts, "" if is_drawing else text[at:]])


def _to_seconds(text: str) -> float:
    """Parse ``0:00:07.50``; 0 for anything else."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return 0.0
    fraction = int((found[4] or "0").ljust(3, "0")) / 1000
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) + fraction
