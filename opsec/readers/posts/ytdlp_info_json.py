"""The ``.info.json`` that yt-dlp writes beside a clip: who posted it, when, where it stood, and its words.

Fields as in yt-dlp's README, "Output template". Only the top level of the object is read, and the lists
of hashtags and comments; no path or address in it is ever opened.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO

from opsec.formats.json_stream import (
    BrokenError,
    Built,
    CutOffError,
    Nested,
    Numeral,
    Value,
    built,
    built_elements,
    decoded,
    members,
)
from opsec.i18n.messages import reason
from opsec.model import MAX_TEXT, FileKind, Hint, Post
from opsec.model.records import Found, Gap, UnreadableError
from opsec.readers.field_values import LONGEST_NAME, utc_text
from opsec.readers.interface import Reader
from opsec.readers.posts.post_fields import count, moment, position, short, whole
from opsec.readers.text.comments import comments_told
from opsec.readers.text.sound_title import sounds_in

MOST_BYTES = 16 * 1024 * 1024
"""Read of one sidecar; real ones have a few hundred kilobytes, with all comments some megabytes."""

_AUTHORS = ("uploader", "channel", "uploader_id", "channel_id", "creator")
_URLS = ("webpage_url", "original_url")
_TEXTS = frozenset({*_AUTHORS, *_URLS, "title", "description", "location", "upload_date"})
_REACH = ("view_count", "like_count", "repost_count")
_NUMBERS = frozenset({"timestamp", "latitude", "longitude", *_REACH})
_NESTED = frozenset({"comments", "tags"})
_SOUNDS = ("track", "music", "sound")
_MOST_TAGS = 500
_PART = "info.json"

Facts = dict[str, str | Numeral | Nested]


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - every reader is called alike
    """The post's facts; of a damaged sidecar those that stood before the damage."""
    data = file.read(MOST_BYTES + 1)
    try:
        yield from told_in(decoded(data[:MOST_BYTES]))
    except UnreadableError:
        if len(data) <= MOST_BYTES:
            raise
    if len(data) > MOST_BYTES:
        yield Gap(reason("too_long", part=_PART, limit=f"{MOST_BYTES >> 20} MiB"))


def told_in(text: str) -> Iterator[Found]:
    """What the text of a sidecar says.

    Raises
    ------
    UnreadableError
        After all that stood before the damage.
    """
    facts: Facts = {}
    odd: list[str] = []
    stopped = _collect(text, facts, odd)
    if facts or stopped is None:
        yield from _told(facts)
    sounds = {key: _built(text, facts[key]) for key in _SOUNDS if key in facts}
    odd += [key for key, sound in sounds.items() if sound is None]
    yield from sounds_in(sounds)
    if isinstance(tags := facts.get("tags"), Nested):
        yield from _hashtags(_elements(text, tags), facts)
    if isinstance(comments := facts.get("comments"), Nested):
        yield from comments_told(_elements(text, comments))
    if isinstance(clock := facts.get("timestamp"), Numeral) and _seconds(clock) is None:
        odd.append("timestamp")
    if odd:
        yield reason("odd_fields", fields=", ".join(sorted(odd)))
    if stopped is not None:
        raise stopped


def _collect(text: str, facts: Facts, odd: list[str]) -> UnreadableError | None:
    """Fill in what the object says; answers why it could not be followed to its end."""
    try:
        for key, value in members(text, MAX_TEXT + 1):
            if key not in facts:
                _keep(key, value, facts, odd)
    except CutOffError:
        return UnreadableError(reason("cut_off", part=_PART))
    except BrokenError as fault:
        return UnreadableError(reason("broken", part=_PART, detail=f"@{fault}"))
    return None


def _keep(key: str, value: Value, facts: Facts, odd: list[str]) -> None:
    known = key in _TEXTS or key in _NUMBERS
    if key in _SOUNDS:
        if isinstance(value, str | Nested):
            facts[key] = value
    elif key in _NESTED:
        if isinstance(value, Nested) and value.is_list:
            facts[key] = value
    elif (key in _TEXTS and isinstance(value, str)) or (key in _NUMBERS and isinstance(value, Numeral)):
        facts[key] = whole(value) if isinstance(value, str) else value
    elif known and value is not None and key not in odd:
        odd.append(key)


def _told(facts: Facts) -> Iterator[Found]:
    texts = {key: value for key, value in facts.items() if isinstance(value, str) and value.strip()}
    numbers = {key: value for key, value in facts.items() if isinstance(value, Numeral)}
    caption = texts.get("description") or texts.get("title")
    yield Post(
        author=short(_first(texts, _AUTHORS)),
        caption=caption[:MAX_TEXT] if caption else None,
        posted_at=_posted_at(texts, numbers),
        url=short(_first(texts, _URLS)),
        source="yt-dlp",
        views=_people(numbers, "view_count"),
        likes=_people(numbers, "like_count"),
        shares=_people(numbers, "repost_count"),
    )
    if caption and len(caption) > MAX_TEXT:
        yield Gap(reason("too_long", part="caption", limit=f"{MAX_TEXT:,}"))
    yield from _title(texts, caption or "")
    if "location" in texts:
        words = texts["location"].strip()[:LONGEST_NAME]
        yield Hint(kind="place", family="TEXT", reader=READER.name, field=f"{_PART}:location", text=words)
    yield from _position(numbers)


def _first(texts: Mapping[str, str], keys: tuple[str, ...]) -> str | None:
    return next((texts[key] for key in keys if key in texts), None)


def _people(numbers: Mapping[str, Numeral], key: str) -> int | None:
    return count(numbers[key]) if key in numbers else None


def _posted_at(texts: Mapping[str, str], numbers: Mapping[str, Numeral]) -> str | None:
    """The second it was posted, in UTC, or only the day, which is all that some platforms tell."""
    told = _seconds(numbers["timestamp"]) if "timestamp" in numbers else None
    return told or moment(texts.get("upload_date", ""))


def _seconds(clock: Numeral) -> str | None:
    value = clock.value()
    return utc_text(value) if value is not None else None


def _title(texts: Mapping[str, str], caption: str) -> Iterator[Hint]:
    """A title of its own; where platforms have none, yt-dlp makes one of the beginning of the caption."""
    title = texts.get("title", "").strip()
    beginning = title.removesuffix("...").removesuffix("…").rstrip()
    if beginning and beginning not in caption:
        yield Hint(kind="text", family="TEXT", reader=READER.name, field="title", text=title[:MAX_TEXT])


def _position(numbers: Mapping[str, Numeral]) -> Iterator[Found]:
    if "latitude" not in numbers or "longitude" not in numbers:
        return
    yield position(numbers["latitude"], numbers["longitude"], reader=READER.name, field=f"{_PART}:latitude")


def _hashtags(tags: Iterator[Built], facts: Facts) -> Iterator[Found]:
    """The hashtags that the caption does not hold already, as one text: a name may be spread over several."""
    caption = facts.get("description")
    known = caption.split() if isinstance(caption, str) else []
    listed = list(islice(tags, _MOST_TAGS + 1))
    words = (tag.lstrip("#").strip()[:LONGEST_NAME] for tag in listed[:_MOST_TAGS] if isinstance(tag, str))
    own = [f"#{word}" for word in dict.fromkeys(words) if word and f"#{word}" not in known]
    if own:
        yield Hint(kind="text", family="TEXT", reader=READER.name, field="hashtag", text=" ".join(own)[:MAX_TEXT])
    if len(listed) > _MOST_TAGS:
        yield Gap(reason("too_many", limit=_MOST_TAGS, part="tags"))


def _built(text: str, value: str | Numeral | Nested) -> Built:
    """A sound as it stands; none of one that cannot be built."""
    try:
        return built(text, value) if isinstance(value, Nested) else value
    except (CutOffError, BrokenError):
        return None


def _elements(text: str, nested: Nested) -> Iterator[Built]:
    """The elements of a list; of a damaged one those before the damage, which whoever collected the facts has met."""
    try:
        yield from built_elements(text, nested)
    except (CutOffError, BrokenError):
        return


READER = Reader(name="sidecar", version=4, check="sidecar", kinds=frozenset({"info_json"}), read=read)
