"""Read Instagram and Facebook exports ("Download your information", JSON): posts, stories, albums, chats with media.

There are a dozen layouts, and they change. All name a media file under ``uri`` (older ones ``path``), with its times
and the camera's metadata beside it, so every media object in a record is found wherever it is. All other words and
positions of a record (a shared link, a profile, a comment) become hints of its first post, those outside the lists
hints of the file. Texts are UTF-8 decoded as Latin-1; unambiguous cases are repaired.
"""

from collections.abc import Iterator, Sequence

from opsec.formats.json_stream import InvalidJsonError, JsonValue, NestedValue, TruncatedJsonError
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.records import ReaderOutput
from opsec.readers.posts.exports.generic_json import read_other_members
from opsec.readers.posts.exports.json_positions import MAX_VALUES, find_positions, place_names
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonObject, JsonShape, first_objects
from opsec.readers.posts.exports.json_values import first_text, first_timestamp, fix_value, object_list, text_value
from opsec.readers.posts.exports.json_walk import JsonWalk
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.coordinates import text_hints

PART = "posts.json"
_MEDIUM_KEYS = frozenset({"creation_timestamp", "media_metadata", "taken_at", "cross_post_source"})
_TIMES = ("creation_timestamp", "taken_at", "timestamp", "timestamp_ms")
_MAX_MEDIA = 200
"""Limit for one record."""
_READ_KEYS = frozenset({"uri", "backup_uri", "path", "place", "media_metadata", "thumbnail", "reactions"})
"""Keys in a record that are read by their meaning, or name people who liked it; any other is read as words."""
_PEOPLE = "participants"


def recognises(outline: JsonShape) -> bool:
    """Whether the file is a chat, or lists whose first records look like posts or media of these exports."""
    chat = {_PEOPLE, "messages"} <= outline.members.keys()
    return chat or any(_medium_in(dict(record)) or _is_status_post(record) for record in _first_records(outline))


def _first_records(outline: JsonShape) -> Iterator[JsonObject]:
    yield from outline.first
    for value in outline.members.values():
        if isinstance(value, NestedValue) and value.is_list:
            try:
                yield from first_objects(outline.text, value)
            except (TruncatedJsonError, InvalidJsonError):
                continue  # reading the file reports it


def _is_status_post(record: JsonObject) -> bool:
    """Whether a record is a Facebook post without media."""
    return "timestamp" in record and any("post" in one for one in object_list(record.get("data")))


def _medium_in(record: JsonValue) -> bool:
    return next(_media(record), None) is not None


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield a post for each media file; a record without media is a post when it has text or a place."""
    rows = PostCollector()
    lists = {
        key: value
        for key, value in outline.members.items()
        if isinstance(value, NestedValue) and value.is_list and key != _PEOPLE
    }
    for array in lists.values() if outline.members else [None]:
        for record in rows.records(outline.text, array):
            yield from _read_record(_fix_record(record), rows)
    yield from rows.remarks()
    if outline.members:
        yield from read_other_members(outline, (), (), frozenset((key,) for key in lists))


def _read_record(record: JsonObject, rows: PostCollector) -> Iterator[ReaderOutput]:
    own = _caption(record)
    common = list(_places(record))
    media = list(_media(dict(record)))
    walk = JsonWalk(skip=_READ_KEYS, with_keys=False)
    if not media:
        common += _other_words(record, walk, own, common)
        if own or common:
            yield from rows.add_post(_post(record, {}, own), own, None, common)
    for number, medium in enumerate(media):
        caption = own or first_text(medium.get("description"), medium.get("title"), medium.get("caption"))
        extras = [
            *common,
            *_titles(record, medium, caption),
            *place_names(medium.get("location"), f"{PART}:location"),
        ]
        extras += find_positions({key: medium[key] for key in medium if key != "place"}, f"{PART}:media")
        extras += _other_words(record, walk, caption, extras) if number == 0 else ()
        yield from rows.add_post(
            _post(record, medium, caption), caption, first_text(medium.get("uri"), medium.get("path")), extras
        )
    yield from walk.gaps()


def _other_words(
    record: JsonObject, walk: JsonWalk, caption: str | None, known: Sequence[Hint | Reason]
) -> list[Hint | Reason]:
    """Words and positions under the keys of a record that are not read by their meaning."""
    hints = [one for one in known if isinstance(one, Hint)]
    points = {hint.point for hint in hints if hint.point is not None}
    texts = (caption, _author(record), *(hint.text for hint in hints))
    walk.known = {text for text in texts if text}
    return [one for one in walk.hints(dict(record)) if isinstance(one, Reason) or one.point not in points]


def _author(record: JsonObject) -> str | None:
    return first_text(record.get("sender_name"), record.get("author"))


def _post(record: JsonObject, medium: JsonObject, caption: str | None) -> Post:
    return Post(
        author=short_text(_author(record)),
        caption=caption[:MAX_TEXT_LENGTH] if caption else None,
        posted_at=first_timestamp(*(one.get(key) for one in (record, medium) for key in _TIMES)),
        source="Meta export",
    )


def _caption(record: JsonObject) -> str | None:
    """Text of the author: ``data`` for Facebook, ``content`` for a chat, ``title`` for Instagram."""
    written = [one.get("post") for one in object_list(record.get("data"))]
    own_title = record.get("title") if "media" in record else None
    return first_text(*written, record.get("content"), own_title)


def _titles(record: JsonObject, medium: JsonObject, caption: str | None) -> Iterator[Hint]:
    """Titles and descriptions beside the caption, such as "… was at …"."""
    known = {caption}
    for one in (record, medium):
        for key in ("title", "description"):
            text = text_value(one.get(key))
            if text not in known:
                known.add(text)
                yield from text_hints((text or "")[:MAX_TEXT_LENGTH], key)


def _places(record: JsonObject) -> Iterator[Hint | Reason]:
    """Places in the record: check-ins and tags."""
    for place in _under(dict(record), "place"):
        yield from place_names(place, f"{PART}:place")
        yield from find_positions(place, f"{PART}:place")


def _media(record: JsonValue) -> Iterator[dict[str, JsonValue]]:
    found = 0
    for one in _all_objects(record):
        name = one.get("uri") or one.get("path")
        if isinstance(name, str) and "://" not in name and _MEDIUM_KEYS & one.keys():
            found += 1
            yield one
        if found == _MAX_MEDIA:
            return


def _under(record: JsonValue, key: str) -> Iterator[JsonValue]:
    return (one[key] for one in _all_objects(record) if key in one)


def _all_objects(record: JsonValue) -> Iterator[dict[str, JsonValue]]:
    """Yield every object in a value, in reading order; thumbnails are not media of their own."""
    waiting, looked_at = [record], 0
    while waiting and looked_at < MAX_VALUES:
        one = waiting.pop()
        looked_at += 1
        if isinstance(one, dict):
            yield one
            waiting += reversed([part for key, part in one.items() if key != "thumbnail"])
        elif isinstance(one, list):
            waiting += reversed(one)


def _fix_record(record: JsonObject) -> dict[str, JsonValue]:
    """Repair every text in a record."""
    return {key: fix_value(value) for key, value in record.items()}


PLATFORM = ExportFormat(recognises, read)
