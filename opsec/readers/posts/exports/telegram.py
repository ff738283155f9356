"""Read ``result.json`` of Telegram Desktop: one chat, or all chats of an account.

Keys as the program writes them (tdesktop, ``export_output_json.cpp``). A text is a string, or a list of strings and of
objects with a ``text``; media are file names relative to the folder of ``result.json``.
"""

from collections.abc import Iterator

from opsec.formats.json_stream import JsonValue, NestedValue, iter_array, iter_object
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.records import ReaderOutput
from opsec.readers.posts.exports.json_positions import find_positions, place_names
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonObject, JsonShape, find_lists
from opsec.readers.posts.exports.json_values import first_count, first_text, first_timestamp, object_list, text_value
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.coordinates import text_hints

PART = "result.json"
_NO_MEDIA = ("sticker", "voice_message", "audio_file")
_PLACE_KEYS = ("place_name", "address")
_MAX_LINKS = 20


def recognises(outline: JsonShape) -> bool:
    """Whether the file is a chat with messages or an account with chats; Facebook chats have participants, too."""
    messages, chats = outline.members.get("messages"), outline.members.get("chats")
    has_messages = isinstance(messages, NestedValue) and messages.is_list and "participants" not in outline.members
    return has_messages or (isinstance(chats, NestedValue) and not chats.is_list)


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield a post for each message with text, a photo, a video or a place."""
    rows = PostCollector()
    for chat in _chats(outline):
        for message in rows.records(outline.text, chat):
            if message.get("type", "message") == "message":
                yield from _read_message(message, rows)
    yield from rows.remarks()


def _chats(outline: JsonShape) -> Iterator[NestedValue]:
    """Message lists of this chat, or of each chat of the account."""
    for path, nested in find_lists(outline, depth=2):
        if path == ("messages",):
            yield nested
        elif path[0] in ("chats", "left_chats") and path[1:] == ("list",):
            for chat in iter_array(outline.text, MAX_TEXT_LENGTH, nested):
                if isinstance(chat, NestedValue) and not chat.is_list:
                    inner = JsonShape(outline.text, dict(iter_object(outline.text, MAX_TEXT_LENGTH, chat)))
                    yield from (list_ for name, list_ in find_lists(inner, depth=1) if name == ("messages",))


def _read_message(message: JsonObject, rows: PostCollector) -> Iterator[ReaderOutput]:
    caption = _flatten_text(message.get("text")) or _flatten_text(message.get("text_entities"))
    media = _media_name(message)
    extras = [*_places(message), *_hidden_links(message)]
    if caption or media or extras:
        post = Post(
            author=short_text(first_text(message.get("from"), message.get("actor"), message.get("forwarded_from"))),
            caption=caption[:MAX_TEXT_LENGTH] if caption else None,
            posted_at=first_timestamp(message.get("date_unixtime"), message.get("date")),
            source="Telegram",
            likes=_reactions(message.get("reactions")),
        )
        yield from rows.add_post(post, caption, media, extras)


def _flatten_text(text: JsonValue) -> str | None:
    parts = text if isinstance(text, list) else [text]
    pieces = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return text_value("".join(piece for piece in pieces if isinstance(piece, str)))


def _media_name(message: JsonObject) -> str | None:
    """Name of the photo or video; other files hold nothing that is read here."""
    mime = text_value(message.get("mime_type")) or "video/"
    if message.get("media_type") in _NO_MEDIA or not mime.startswith(("video/", "image/")):
        return None
    return first_text(message.get("file"), message.get("photo"))


def _places(message: JsonObject) -> Iterator[Hint | Reason]:
    for key in _PLACE_KEYS:
        yield from place_names(message.get(key), f"{PART}:{key}")
    yield from find_positions(message.get("location_information"), f"{PART}:location_information")


def _hidden_links(message: JsonObject) -> Iterator[Hint]:
    """Targets of links: a link to a map may contain a position that the text does not."""
    entities = [*object_list(message.get("text")), *object_list(message.get("text_entities"))]
    addresses = dict.fromkeys(text_value(one.get("href")) for one in entities)
    for address in [one for one in addresses if one][:_MAX_LINKS]:
        yield from text_hints(address[:1_000], "link")


def _reactions(value: JsonValue) -> int | None:
    counts = [number for one in object_list(value) if (number := first_count(one.get("count"))) is not None]
    return min(sum(counts), 10**13) if counts else None


PLATFORM = ExportFormat(recognises, read)
