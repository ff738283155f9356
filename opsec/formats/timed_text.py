"""Parse subtitles in XML: TTML and YouTube's three forms.

TTML (W3C Timed Text Markup Language 2, sections 8.1.5 and 10.3.1), also as ``.dfxp``: a ``p`` has ``begin`` and ``end``
or ``dur`` as clock times or offsets, counted from the begin of the element around it. YouTube: ``text`` with ``start``
and ``dur`` in seconds (srv1); ``text`` or ``p`` with ``t`` and ``d`` in milliseconds (srv2, srv3).
"""

import re
from collections.abc import Mapping

from opsec.formats.subtitle_cues import MAX_CUE_LENGTH, SubtitleCue

MAX_CUES = 100_000
"""Limit for one file; a day of speech has forty thousand."""
MAX_TIME_S = 1e6

_CUES = frozenset({"p", "text"})
_TITLES = frozenset({"title", "desc"})
_CLOCK = re.compile(r"([0-9]{1,4}):([0-9]{1,2}):([0-9]{1,2}(?:\.[0-9]{1,9})?)(?::([0-9]{1,3}))?")
_OFFSET = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)(ms|h|m|s|f|t)?")
_UNITS_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, None: 1.0}
_DEFAULT_FRAME_RATE = 30.0


class TimedTextHandler:
    """Collect the cues of a file from XML events (``opsec.formats.xml_events``)."""

    def __init__(self) -> None:
        self.cues: list[SubtitleCue] = []
        self.titles: list[str] = []
        self.full = False
        """Whether the limit of cues was reached."""
        self._rates = {"f": 1 / _DEFAULT_FRAME_RATE, "t": 0.0}
        """Seconds of a frame and of a tick."""
        self._begins_s: list[float] = []
        """Begin of every open element."""
        self._cue: _OpenCue | None = None
        self._depth_of_cue = 0

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if name == "tt":
            self._read_rates(plain)
        above_s = self._begins_s[-1] if self._begins_s else 0.0
        begin_s, duration_s = self._times(plain, above_s)
        self._begins_s.append(above_s if begin_s is None else begin_s)
        if self._cue is None and name in _CUES:
            self._cue, self._depth_of_cue = _OpenCue(begin_s, duration_s), len(self._begins_s)
        elif self._cue is not None:
            if self._cue.begin_s is None:  # the times stand on the span inside
                self._cue.begin_s, self._cue.duration_s = begin_s, duration_s
            if name == "br":
                self._cue.add("\n")

    def interrupted(self, text: str) -> None:
        if self._cue is not None:
            self._cue.add(text)

    def ends(self, name: str, text: str) -> None:
        depth = len(self._begins_s)
        begin_s = self._begins_s.pop()
        if self._cue is not None:
            self._cue.add(text)
            if depth == self._depth_of_cue:
                self._close(self._cue, begin_s)
        elif name in _TITLES and text.strip() and len(self.titles) < MAX_CUES:
            self.titles.append(text)

    def _close(self, cue: "_OpenCue", begin_s: float) -> None:
        self._cue = None
        if len(self.cues) == MAX_CUES:
            self.full = True
            return
        at_s = min(max(0.0, begin_s if cue.begin_s is None else cue.begin_s), MAX_TIME_S)
        until_s = min(at_s + max(0.0, cue.duration_s or 0.0), MAX_TIME_S)
        lines = [" ".join(line.split()) for line in "".join(cue.parts).split("\n")]
        self.cues.append(SubtitleCue(at_s, until_s, [line for line in lines if line]))

    def _times(self, attributes: Mapping[str, str], above_s: float) -> tuple[float | None, float | None]:
        """Begin and duration of an element in seconds; None for what it does not say."""
        if "t" in attributes:
            return _scaled(attributes["t"], 0.001), _scaled(attributes.get("d", ""), 0.001)
        if "start" in attributes:
            return _scaled(attributes["start"], 1.0), _scaled(attributes.get("dur", ""), 1.0)
        begin_s = self._parse_time(attributes.get("begin", ""))
        end_s, duration_s = self._parse_time(attributes.get("end", "")), self._parse_time(attributes.get("dur", ""))
        if duration_s is None and end_s is not None:
            duration_s = end_s - (begin_s or 0.0)
        return (None if begin_s is None else above_s + begin_s), duration_s

    def _parse_time(self, text: str) -> float | None:
        """Parse a time expression (TTML2, section 12.3.1): ``00:00:07.500``, ``00:00:07:12``, ``7.5s``, ``75000t``."""
        if clock := _CLOCK.fullmatch(text.strip()):
            frames_s = int(clock[4] or 0) * self._rates["f"]
            return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3]) + frames_s
        offset = _OFFSET.fullmatch(text.strip())
        if offset is None:
            return None
        unit_s = self._rates.get(offset[2]) if offset[2] in self._rates else _UNITS_S[offset[2]]
        return float(offset[1]) * (unit_s or 0.0)

    def _read_rates(self, attributes: Mapping[str, str]) -> None:
        """Read ``ttp:frameRate`` and ``ttp:tickRate``; without a tick rate, a tick is a frame (TTML2, 7.2.9)."""
        frames, ticks = _scaled(attributes.get("frameRate", ""), 1.0), _scaled(attributes.get("tickRate", ""), 1.0)
        frame_s = 1 / frames if frames else 1 / _DEFAULT_FRAME_RATE
        self._rates = {"f": frame_s, "t": 1 / ticks if ticks else frame_s if frames else 1.0}


class _OpenCue:
    """A cue whose element has not ended."""

    def __init__(self, begin_s: float | None, duration_s: float | None) -> None:
        self.begin_s, self.duration_s = begin_s, duration_s
        self.parts: list[str] = []
        self._room = MAX_CUE_LENGTH + 1

    def add(self, text: str) -> None:
        """Add text; a line break in the file is a blank, only ``br`` ends a line."""
        if self._room > 0:
            self.parts.append(text[: self._room] if text == "\n" else text[: self._room].replace("\n", " "))
            self._room -= len(text)


def _scaled(text: str, unit: float) -> float | None:
    found = _OFFSET.fullmatch(text.strip())
    return float(found[1]) * unit if found and found[2] is None else None
