"""Read tracks, places and names from FIT files of watches and bicycle computers (Garmin FIT protocol, profile 21).

The records of an activity are its track. Where a watch trims the track for privacy, the starts and ends of sessions and
laps often stay in the file, so they are a track of their own. Angles are semicircles: 2³¹ of them are 180 degrees.
"""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from opsec.formats.bounded_text import read_bounded_text
from opsec.formats.fit_messages import FIT_EPOCH_S, MAX_MESSAGES, TIMESTAMP, FitMessage, FitParser, FitValue
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import FreeText, Gap, ReaderOutput
from opsec.readers.field_values import format_utc, parse_device, parse_time
from opsec.readers.interface import Reader
from opsec.readers.telemetry.track_builder import ClipClock, TrackBuilder
from opsec.readers.text.free_text import MAX_TEXTS, to_free_text

NAME = "activity_log"
PART = ".fit"
MAX_FIT_MIB = 8
"""A watch writes one or two MiB a day."""
MIN_DATE = 0x10000000
"""Smaller times count seconds since the device was switched on ("date_time")."""

_DEGREES_PER_SEMICIRCLE = 180 / 2**31
_FILE_ID, _SESSION, _LAP, _RECORD, _LOCATION, _COURSE, _COURSE_POINT, _GPS_METADATA = 0, 18, 19, 20, 29, 31, 32, 160
_POSITIONS: Mapping[int, tuple[str, tuple[tuple[int, int], ...]]] = {
    _RECORD: ("record", ((0, 1),)),
    _GPS_METADATA: ("gps_metadata", ((1, 2),)),
    _SESSION: ("session", ((3, 4), (38, 39))),
    _LAP: ("lap", ((3, 4), (5, 6))),
    _COURSE_POINT: ("course_point", ((2, 3),)),
    _LOCATION: ("location", ((1, 2),)),
}
"""Name of each message with positions, and the fields of latitude and longitude."""
_WORDS: Mapping[int, tuple[str, int]] = {
    _COURSE: ("course", 5),
    _COURSE_POINT: ("course_point", 6),
    _LOCATION: ("location", 0),
    _SESSION: ("session", 110),
}
"""Name of each message with words, and their field."""
_PRODUCT_NAME = 8
_SCALES: Mapping[tuple[int, str], tuple[tuple[int, float, float], ...]] = {
    (_RECORD, "altitude_m"): ((78, 5, 500), (2, 5, 500)),
    (_RECORD, "speed_mps"): ((73, 1000, 0), (6, 1000, 0)),
    (_RECORD, "accuracy_m"): ((31, 1, 0),),
    (_GPS_METADATA, "altitude_m"): ((3, 5, 500),),
    (_GPS_METADATA, "speed_mps"): ((4, 1000, 0),),
    (_GPS_METADATA, "heading_deg"): ((5, 100, 0),),
}
"""Fields of each measure with their scale and offset, the more precise field first."""


def _wanted_fields() -> dict[int, frozenset[int]]:
    wanted = {number: {part for pair in pairs for part in pair} for number, (_, pairs) in _POSITIONS.items()}
    for number, (_, word_field) in _WORDS.items():
        wanted.setdefault(number, set()).add(word_field)
    for (number, _), choices in _SCALES.items():
        wanted[number] |= {choice[0] for choice in choices}
    wanted[_FILE_ID] = {_PRODUCT_NAME}
    return {number: frozenset(fields) for number, fields in wanted.items()}


_WANTED = _wanted_fields()


class _Activity:
    """Tracks and words of one file."""

    def __init__(self) -> None:
        self.trails = {number: TrackBuilder(f"{PART}/{name}") for number, (name, _) in _POSITIONS.items()}
        self.texts: list[FreeText] = []
        self.product = ""
        self.began_s: int | None = None
        self._clocks = {number: ClipClock() for number in _POSITIONS}

    def add(self, message: FitMessage) -> None:
        if message.number in _WORDS and len(self.texts) <= MAX_TEXTS:
            name, number = _WORDS[message.number]
            self.texts += to_free_text(str(message.values.get(number, "")), f"{PART}/{name}")
        if message.number in _POSITIONS:
            self._add_positions(message)
        else:
            self.product = self.product or str(message.values.get(_PRODUCT_NAME, ""))

    def _add_positions(self, message: FitMessage) -> None:
        trail, values = self.trails[message.number], message.values
        time = values.get(TIMESTAMP)
        time_s = int(time) if isinstance(time, int | float) else None
        if trail.full:
            return
        for lat_field, lon_field in _POSITIONS[message.number][1]:
            lat, lon = values.get(lat_field), values.get(lon_field)
            if isinstance(lat, int) and isinstance(lon, int):
                if self.began_s is None and time_s is not None and time_s >= MIN_DATE:
                    self.began_s = time_s
                trail.add(
                    self._clocks[message.number].at_s(time_s),
                    lat * _DEGREES_PER_SEMICIRCLE, lon * _DEGREES_PER_SEMICIRCLE, **_measures(message.number, values),
                )  # fmt: skip


def _measures(number: int, values: Mapping[int, FitValue]) -> dict[str, float]:
    measures = {}
    for (owner, name), choices in _SCALES.items():
        known = (
            float(value) / scale - offset
            for part, scale, offset in choices
            if owner == number and isinstance(value := values.get(part), int | float)
        )
        if (measure := next(known, None)) is not None:
            measures[name] = measure
    return measures


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield the tracks, then names of courses and places, start time and device."""
    content = read_bounded_text(file, PART, MAX_FIT_MIB)
    activity, messages = _Activity(), FitParser(content.data, _WANTED)
    for message in messages:
        activity.add(message)
    for trail in activity.trails.values():
        yield from trail.hint_records()
    yield from activity.texts
    if activity.began_s is not None:
        yield from parse_time(format_utc(activity.began_s + FIT_EPOCH_S) or "", reader=NAME, field=f"{PART}/timestamp")
    yield from parse_device(activity.product, reader=NAME, field=f"{PART}/file_id")
    yield from content.gaps()
    if messages.full:
        yield Gap(make_reason("too_many", limit=MAX_MESSAGES, part="messages"))
    for flaw in messages.flaws:
        if not (content.cut and flaw == "cut off"):
            yield Gap(make_reason("broken", part=PART, detail=flaw))


READER = Reader(name=NAME, version=1, check="sidecar", kinds=frozenset({"fit"}), read=read)
