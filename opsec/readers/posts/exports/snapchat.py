"""Read Snapchat's "My Data": ``memories_history.json`` and ``chat_history.json``.

Keys as in real exports: ``Saved Media`` holds a list of memories with ``Date``, ``Media Type`` and
``Location: "Latitude, Longitude: 33.1, 44.2"``; 0, 0 means that there is none. A memory does not name its file,
``memories/DATE_UUID-main.jpg``; ``opsec.ingest.post_grouping`` finds it by its date. A chat holds lists of messages
with ``From``, ``Created`` and ``Content`` (``Text`` in older exports), under the name of the friend or of the list.
"""

import re
from collections.abc import Iterator

from opsec.formats.json_stream import InvalidJsonError, JsonValue, NestedValue, TruncatedJsonError
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.records import ReaderOutput
from opsec.readers.posts.exports.json_pairs import text_positions
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonObject, JsonShape, find_lists, first_objects
from opsec.readers.posts.exports.json_values import first_text, parse_timestamp, text_value
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.coordinates import text_hints

PART = "Snapchat"
_MEMORIES = "Saved Media"
_MESSAGE_KEYS = frozenset({"From", "Media Type", "Created"})
_LABEL = re.compile(r"\s*latitude\s*,\s*longitude\s*:", re.IGNORECASE)
_ZEROS = re.compile(r"[\s,+-]*0(?:\.0*)?\s*,\s*[+-]?0(?:\.0*)?\s*")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?: UTC)?", re.ASCII)
MEDIA_FOLDER = "memories"


def recognises(outline: JsonShape) -> bool:
    """Whether the file has the list of memories, or a list of chat messages of Snapchat."""
    if isinstance(outline.members.get(_MEMORIES), NestedValue):
        return True
    lists = [value for value in outline.members.values() if isinstance(value, NestedValue) and value.is_list]
    try:
        return any(_is_message(record) for value in lists[:20] for record in first_objects(outline.text, value))
    except (TruncatedJsonError, InvalidJsonError):
        return False  # reading the file reports it


def _is_message(record: JsonObject) -> bool:
    return record.keys() >= _MESSAGE_KEYS or {"From", "Text", "Created"} <= record.keys()


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield a post for each memory with a place or a medium, and for each message with words."""
    rows = PostCollector()
    for path, array in find_lists(outline, depth=1):
        chat = path[0]
        for record in rows.records(outline.text, array):
            if path[0] == _MEMORIES:
                yield from _memory(record, rows)
            elif found := list(_message(record, rows, chat)):
                yield from found
                chat = ""  # one post with the name of the list is enough to see it
    yield from rows.remarks()


def _memory(record: JsonObject, rows: PostCollector) -> Iterator[ReaderOutput]:
    day, moment = _moment(record.get("Date"))
    extension = "mp4" if (text_value(record.get("Media Type")) or "").casefold() == "video" else "jpg"
    media = f"{MEDIA_FOLDER}/{day}_*-main.{extension}" if day else None
    yield from rows.add_post(Post(recorded_at=moment, source=PART), None, media, list(_place(record)))


def _message(record: JsonObject, rows: PostCollector, chat: str) -> Iterator[ReaderOutput]:
    words = first_text(record.get("Content"), record.get("Text"))
    if words:
        post = Post(
            author=short_text(text_value(record.get("From"))),
            caption=words[:MAX_TEXT_LENGTH],
            posted_at=_moment(record.get("Created"))[1],
            source=PART,
        )
        titles = dict.fromkeys((text_value(record.get("Conversation Title")) or "", chat))
        hints = [hint for title in titles for hint in text_hints(title[:MAX_TEXT_LENGTH], "chat")]
        yield from rows.add_post(post, words, None, hints)


def _place(record: JsonObject) -> Iterator[Hint | Reason]:
    """Position of a memory; none for 0, 0 and for words."""
    written = _LABEL.sub("", text_value(record.get("Location")) or "")
    if not _ZEROS.fullmatch(written):
        yield from text_positions(written, f"{PART}.Location", order="lat")


def _moment(value: JsonValue) -> tuple[str | None, str | None]:
    """Date, and time in UTC, of ``2026-11-02 15:12:09 UTC``."""
    found = _TIME.fullmatch(text_value(value) or "")
    return (found[1], parse_timestamp(f"{found[1]}T{found[2]}+00:00")) if found else (None, None)


PLATFORM = ExportFormat(recognises, read, frozenset({_MEMORIES, "Media Type"}))
