"""Read YouTube's subtitles in JSON (``.json3``, as yt-dlp saves them): events with times and segments of text."""

from collections.abc import Iterator

from opsec.formats.json_stream import JsonValue, NestedValue, Numeral, iter_parsed_array
from opsec.formats.subtitle_cues import MAX_CUE_LENGTH, SubtitleCue
from opsec.i18n.reasons import make_reason
from opsec.model.fields import SUBTITLE
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.json_pairs import NAME
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonObject, JsonShape, first_objects
from opsec.readers.text.cue_passages import PassageBuilder

MAX_EVENTS = 100_000
MAX_SEGMENTS = 1_000
"""Limit of segments of one event; automatic captions have one per word."""
MAX_TIME_S = 1e6
_FORMAT_KEYS = frozenset({"tStartMs", "segs", "wpWinPosId", "wsWinStyleId"})


def recognises(outline: JsonShape) -> bool:
    """Whether the file has a list of events with segments or start times."""
    events = outline.members.get("events")
    if not isinstance(events, NestedValue) or not events.is_list:
        return False
    return any(_FORMAT_KEYS & event.keys() for event in first_objects(outline.text, events))


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield the passages with their times."""
    events = outline.members["events"]
    passages = PassageBuilder(SUBTITLE, NAME)
    for count, event in enumerate(iter_parsed_array(outline.text, events if isinstance(events, NestedValue) else None)):
        if count == MAX_EVENTS:
            yield Gap(make_reason("too_many", limit=MAX_EVENTS, part="subtitles"))
            break
        if isinstance(event, dict):
            yield from passages.add(_to_cue(event))
    yield from passages.finish()


def _to_cue(event: JsonObject) -> SubtitleCue:
    at_s = min(_milliseconds(event.get("tStartMs")), MAX_TIME_S)
    until_s = min(at_s + _milliseconds(event.get("dDurationMs")), MAX_TIME_S)
    segments = event.get("segs")
    texts = [_text(segment) for segment in segments[:MAX_SEGMENTS]] if isinstance(segments, list) else []
    return SubtitleCue(at_s, until_s, "".join(texts)[: MAX_CUE_LENGTH + 1].split("\n"))


def _text(segment: JsonValue) -> str:
    text = segment.get("utf8") if isinstance(segment, dict) else None
    return text if isinstance(text, str) else ""


def _milliseconds(value: JsonValue) -> float:
    """Seconds of a count of milliseconds; 0 for anything else."""
    number = value.value() if isinstance(value, Numeral) else None
    return max(0.0, number / 1000) if number is not None else 0.0


PLATFORM = ExportFormat(recognises, read)
