"""Read the lists inside a record of yt-dlp: the entries of a playlist, and the chapters of a video.

yt-dlp writes a playlist as one object with ``entries``; an entry may be a playlist itself, such as a tab of a channel.
"""

from collections.abc import Iterator
from dataclasses import replace

from opsec.formats.json_stream import (
    InvalidJsonError,
    JsonValue,
    NestedValue,
    Numeral,
    TruncatedJsonError,
    iter_array,
    iter_object,
)
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Hint
from opsec.model.fields import CHAPTER
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.post_fields import replace_lone_surrogates
from opsec.readers.text.coordinates import text_hints

MAX_CHAPTERS = 1_000
"""Limit for one video; podcasts have some dozen."""
MAX_CHAPTER_LENGTH = 10_000
MAX_ENTRIES = 100_000
_MAX_SECONDS = 1e7


def chapter_hints(chapters: Iterator[JsonValue]) -> Iterator[ReaderOutput]:
    """Yield the titles of chapters with their time, and the coordinates in them."""
    for number, chapter in enumerate(chapters, start=1):
        if number > MAX_CHAPTERS:
            yield Gap(make_reason("too_many", limit=MAX_CHAPTERS, part="chapters"))
            return
        title = chapter.get("title") if isinstance(chapter, dict) else None
        if isinstance(chapter, dict) and isinstance(title, str):
            start_s, end_s = _seconds(chapter.get("start_time")), _seconds(chapter.get("end_time"))
            yield from chapter_title_hints(replace_lone_surrogates(title), start_s, end_s)


def chapter_title_hints(title: str, start_s: float | None, end_s: float | None) -> Iterator[Hint]:
    """Yield one title of a chapter; an end before the start counts as unknown."""
    until_s = end_s if end_s is not None and start_s is not None and end_s >= start_s else None
    for hint in text_hints(title[:MAX_CHAPTER_LENGTH], CHAPTER):
        yield replace(hint, at_s=start_s, until_s=until_s)


def _seconds(value: JsonValue) -> float | None:
    seconds = value.value() if isinstance(value, Numeral) else None
    return seconds if seconds is not None and 0 <= seconds <= _MAX_SECONDS else None


def iter_entries(text: str, entries: NestedValue, *, nested: bool = True) -> Iterator[NestedValue]:
    """Yield the objects of a playlist, and those of playlists inside it; of a damaged list those before the damage."""
    try:
        for entry in iter_array(text, 0, entries):
            if not isinstance(entry, NestedValue) or entry.is_list:
                continue
            yield entry
            inner = _inner_entries(text, entry) if nested else None
            if inner is not None:
                yield from iter_entries(text, inner, nested=False)
    except (TruncatedJsonError, InvalidJsonError):
        return  # the caller meets the fault, too


def _inner_entries(text: str, entry: NestedValue) -> NestedValue | None:
    members = iter_object(text, MAX_TEXT_LENGTH, entry)
    return next(
        (value for key, value in members if key == "entries" and isinstance(value, NestedValue) and value.is_list), None
    )
