"""Read the ``.info.json`` that yt-dlp writes beside a clip: author, time, URL, position and text.

Fields as in yt-dlp's README, "Output template". Only the top level of the object and the lists of hashtags, comments,
chapters and entries of a playlist are read; no path or address in it is opened.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO

from opsec.formats.json_stream import (
    InvalidJsonError,
    JsonValue,
    NestedValue,
    Numeral,
    ScalarOrNested,
    TruncatedJsonError,
    decode_json_text,
    iter_object,
    iter_parsed_array,
    parse_nested,
)
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, FileKind, Hint, Post, Reason
from opsec.model.records import Gap, ReaderOutput, UnreadableError
from opsec.readers.field_values import MAX_NAME_LENGTH, format_utc
from opsec.readers.interface import Reader
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.post_fields import (
    parse_count,
    parse_post_time,
    position_hint,
    replace_lone_surrogates,
    short_text,
)
from opsec.readers.posts.ytdlp_entries import MAX_ENTRIES, chapter_hints, iter_entries
from opsec.readers.text.post_text import comment_hints, sound_title_hints

MAX_SIDECAR_BYTES = 16 * 1024 * 1024
"""Limit for one sidecar; real ones have some hundred kilobytes, with all comments some megabytes."""

_AUTHORS = ("uploader", "channel", "uploader_id", "channel_id", "creator")
_URLS = ("webpage_url", "original_url")
_TEXTS = frozenset({*_AUTHORS, *_URLS, "title", "description", "location", "upload_date", "_type", "url"})
_REACH = ("view_count", "like_count", "repost_count")
_NUMBERS = frozenset({"timestamp", "latitude", "longitude", *_REACH})
_NESTED = frozenset({"comments", "tags", "chapters", "entries"})
_SOUNDS = ("track", "music", "sound")
_MAX_TAGS = 500
_PART = "info.json"

SidecarFacts = dict[str, str | Numeral | NestedValue]


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield the post; for a damaged sidecar, the facts before the damage."""
    data = file.read(MAX_SIDECAR_BYTES + 1)
    try:
        yield from parse_info_json(decode_json_text(data[:MAX_SIDECAR_BYTES]))
    except UnreadableError:
        if len(data) <= MAX_SIDECAR_BYTES:
            raise
    if len(data) > MAX_SIDECAR_BYTES:
        yield Gap(make_reason("too_long", part=_PART, limit=f"{MAX_SIDECAR_BYTES >> 20} MiB"))


def parse_info_json(text: str) -> Iterator[ReaderOutput]:
    """Parse the text of a sidecar.

    Raises
    ------
    UnreadableError
        After all facts before the damage.
    """
    facts: SidecarFacts = {}
    odd: list[str] = []
    stopped = _collect(text, facts, odd)
    records = _records(text, facts, odd)
    if isinstance(entries := facts.get("entries"), NestedValue):
        yield from _playlist(text, entries, records)
    elif facts or stopped is None:
        yield from records
    if stopped is not None:
        raise stopped


def _playlist(text: str, entries: NestedValue, own: Iterator[ReaderOutput]) -> Iterator[ReaderOutput]:
    """Yield a post for each entry, then one for the playlist itself."""
    rows = PostCollector()
    for number, entry in enumerate(iter_entries(text, entries), start=1):
        if number > MAX_ENTRIES or rows.full:
            break
        facts: SidecarFacts = {}
        odd: list[str] = []
        _collect(text, facts, odd, entry)
        if facts:
            yield from _as_row(_records(text, facts, odd), rows)
    yield from _as_row(own, rows)
    yield from rows.remarks()


def _as_row(records: Iterator[ReaderOutput], rows: PostCollector) -> Iterator[ReaderOutput]:
    """Yield one post with its hints as a row; gaps as they are."""
    found = list(records)
    post = next((one for one in found if isinstance(one, Post)), Post())
    extras = [one for one in found if isinstance(one, Hint)]
    if post.caption or extras:
        yield from rows.add_post(post, post.caption, None, extras)
    yield from (one for one in found if isinstance(one, Gap | Reason))


def _records(text: str, facts: SidecarFacts, odd: list[str]) -> Iterator[ReaderOutput]:
    """Records of the members of one object."""
    yield from _fact_records(facts)
    sounds = {key: _parse_nested(text, facts[key]) for key in _SOUNDS if key in facts}
    odd += [key for key, sound in sounds.items() if sound is None]
    yield from sound_title_hints(sounds)
    if isinstance(tags := facts.get("tags"), NestedValue):
        yield from _hashtags(_elements(text, tags), facts)
    if isinstance(comments := facts.get("comments"), NestedValue):
        yield from comment_hints(_elements(text, comments))
    if isinstance(chapters := facts.get("chapters"), NestedValue):
        yield from chapter_hints(_elements(text, chapters))
    if isinstance(clock := facts.get("timestamp"), Numeral) and _seconds(clock) is None:
        odd.append("timestamp")
    if odd:
        yield make_reason("odd_fields", fields=", ".join(sorted(odd)))


def _collect(
    text: str, facts: SidecarFacts, odd: list[str], inside: NestedValue | None = None
) -> UnreadableError | None:
    """Collect the members of the object; return the fault that ended it, if any."""
    try:
        for key, value in iter_object(text, MAX_TEXT_LENGTH + 1, inside):
            if key not in facts:
                _record_fact(key, value, facts, odd)
    except TruncatedJsonError:
        return UnreadableError(make_reason("cut_off", part=_PART))
    except InvalidJsonError as fault:
        return UnreadableError(make_reason("broken", part=_PART, detail=f"@{fault}"))
    return None


def _record_fact(key: str, value: ScalarOrNested, facts: SidecarFacts, odd: list[str]) -> None:
    known = key in _TEXTS or key in _NUMBERS
    if key in _SOUNDS:
        if isinstance(value, str | NestedValue):
            facts[key] = value
    elif key in _NESTED:
        if isinstance(value, NestedValue) and value.is_list:
            facts[key] = value
    elif (key in _TEXTS and isinstance(value, str)) or (key in _NUMBERS and isinstance(value, Numeral)):
        facts[key] = replace_lone_surrogates(value) if isinstance(value, str) else value
    elif known and value is not None and key not in odd:
        odd.append(key)


def _fact_records(facts: SidecarFacts) -> Iterator[ReaderOutput]:
    texts = {key: value for key, value in facts.items() if isinstance(value, str) and value.strip()}
    numbers = {key: value for key, value in facts.items() if isinstance(value, Numeral)}
    caption = texts.get("description") or texts.get("title")
    yield Post(
        author=short_text(_first(texts, _AUTHORS)),
        caption=caption[:MAX_TEXT_LENGTH] if caption else None,
        posted_at=_posted_at(texts, numbers),
        url=short_text(_first(texts, _URLS) or _entry_url(texts)),
        source="yt-dlp",
        views=_count_of(numbers, "view_count"),
        likes=_count_of(numbers, "like_count"),
        shares=_count_of(numbers, "repost_count"),
    )
    if caption and len(caption) > MAX_TEXT_LENGTH:
        yield Gap(make_reason("too_long", part="caption", limit=f"{MAX_TEXT_LENGTH:,}"))
    yield from _title(texts, caption or "")
    if "location" in texts:
        words = texts["location"].strip()[:MAX_NAME_LENGTH]
        yield Hint(kind="place", family="TEXT", reader=READER.name, field=f"{_PART}:location", text=words)
    yield from _position(numbers)


def _first(texts: Mapping[str, str], keys: tuple[str, ...]) -> str | None:
    return next((texts[key] for key in keys if key in texts), None)


def _entry_url(texts: Mapping[str, str]) -> str | None:
    """Address of an entry that yt-dlp did not open; elsewhere ``url`` is that of the stream."""
    is_link = texts.get("_type", "").startswith("url") and "://" in texts.get("url", "")
    return texts["url"] if is_link else None


def _count_of(numbers: Mapping[str, Numeral], key: str) -> int | None:
    return parse_count(numbers[key]) if key in numbers else None


def _posted_at(texts: Mapping[str, str], numbers: Mapping[str, Numeral]) -> str | None:
    """Time of the post in UTC, or only its date, which is all that some platforms give."""
    posted_at = _seconds(numbers["timestamp"]) if "timestamp" in numbers else None
    return posted_at or parse_post_time(texts.get("upload_date", ""))


def _seconds(clock: Numeral) -> str | None:
    value = clock.value()
    return format_utc(value) if value is not None else None


def _title(texts: Mapping[str, str], caption: str) -> Iterator[Hint]:
    """Title, unless yt-dlp derived it from the beginning of the caption."""
    title = texts.get("title", "").strip()
    beginning = title.removesuffix("...").removesuffix("…").rstrip()
    if beginning and beginning not in caption:
        yield Hint(kind="text", family="TEXT", reader=READER.name, field="title", text=title[:MAX_TEXT_LENGTH])


def _position(numbers: Mapping[str, Numeral]) -> Iterator[ReaderOutput]:
    if "latitude" not in numbers or "longitude" not in numbers:
        return
    yield position_hint(numbers["latitude"], numbers["longitude"], reader=READER.name, field=f"{_PART}:latitude")


def _hashtags(tags: Iterator[JsonValue], facts: SidecarFacts) -> Iterator[ReaderOutput]:
    """Hashtags that are not in the caption, joined to one text, because a name may span several."""
    caption = facts.get("description")
    known = caption.split() if isinstance(caption, str) else []
    listed = list(islice(tags, _MAX_TAGS + 1))
    words = (tag.lstrip("#").strip()[:MAX_NAME_LENGTH] for tag in listed[:_MAX_TAGS] if isinstance(tag, str))
    own = [f"#{word}" for word in dict.fromkeys(words) if word and f"#{word}" not in known]
    if own:
        yield Hint(
            kind="text", family="TEXT", reader=READER.name, field="hashtag", text=" ".join(own)[:MAX_TEXT_LENGTH]
        )
    if len(listed) > _MAX_TAGS:
        yield Gap(make_reason("too_many", limit=_MAX_TAGS, part="tags"))


def _parse_nested(text: str, value: str | Numeral | NestedValue) -> JsonValue:
    """Parse a nested value; None when it cannot be parsed."""
    try:
        return parse_nested(text, value) if isinstance(value, NestedValue) else value
    except (TruncatedJsonError, InvalidJsonError):
        return None


def _elements(text: str, nested: NestedValue) -> Iterator[JsonValue]:
    """Elements of a list; of a damaged one those before the damage, which the caller reports."""
    try:
        yield from iter_parsed_array(text, nested)
    except (TruncatedJsonError, InvalidJsonError):
        return


READER = Reader(name="sidecar", version=6, check="sidecar", kinds=frozenset({"info_json"}), read=read)
