"""What Telegram Desktop exports as ``result.json``: one chat, or all chats of an account.

Keys as the program writes them (tdesktop, ``export_output_json.cpp``). A text is a string, or a list of
strings and of objects with a ``text``; media are names of files under the folder of ``result.json``.
"""

from collections.abc import Iterator

from opsec.formats.json_stream import Built, Nested, elements, members
from opsec.model import MAX_TEXT, Hint, Post, Reason
from opsec.model.records import Found
from opsec.readers.posts.exports.json_positions import names_in, positions_in
from opsec.readers.posts.exports.json_shape import Object, Outline, Platform, lists_in
from opsec.readers.posts.exports.json_values import first_count, first_moment, first_words, objects, words
from opsec.readers.posts.exports.post_collector import Rows
from opsec.readers.posts.post_fields import short
from opsec.readers.text.coordinates import written_hints

PART = "result.json"
_NO_PICTURE = ("sticker", "voice_message", "audio_file")
_PLACE_KEYS = ("place_name", "address")
_MOST_LINKS = 20


def tells(outline: Outline) -> bool:
    """A chat has messages, an account has chats; Facebook's chats have participants besides."""
    messages, chats = outline.members.get("messages"), outline.members.get("chats")
    has_messages = isinstance(messages, Nested) and messages.is_list and "participants" not in outline.members
    return has_messages or (isinstance(chats, Nested) and not chats.is_list)


def read(outline: Outline) -> Iterator[Found]:
    """A post for each message with words, a picture, a film or a place."""
    rows = Rows()
    for chat in _chats(outline):
        for message in rows.records(outline.text, chat):
            if message.get("type", "message") == "message":
                yield from _message(message, rows)
    yield from rows.remarks()


def _chats(outline: Outline) -> Iterator[Nested]:
    """The lists of messages: of this chat, or of each chat in the account's list."""
    for path, nested in lists_in(outline, depth=2):
        if path == ("messages",):
            yield nested
        elif path[0] in ("chats", "left_chats") and path[1:] == ("list",):
            for chat in elements(outline.text, MAX_TEXT, nested):
                if isinstance(chat, Nested) and not chat.is_list:
                    inner = Outline(outline.text, dict(members(outline.text, MAX_TEXT, chat)))
                    yield from (list_ for name, list_ in lists_in(inner, depth=1) if name == ("messages",))


def _message(message: Object, rows: Rows) -> Iterator[Found]:
    caption = _flat(message.get("text")) or _flat(message.get("text_entities"))
    media = _media(message)
    told = [*_places(message), *_links(message)]
    if caption or media or told:
        post = Post(
            author=short(first_words(message.get("from"), message.get("actor"), message.get("forwarded_from"))),
            caption=caption[:MAX_TEXT] if caption else None,
            posted_at=first_moment(message.get("date_unixtime"), message.get("date")),
            source="Telegram",
            likes=_reactions(message.get("reactions")),
        )
        yield from rows.give(post, caption, media, told)


def _flat(text: Built) -> str | None:
    parts = text if isinstance(text, list) else [text]
    pieces = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return words("".join(piece for piece in pieces if isinstance(piece, str)))


def _media(message: Object) -> str | None:
    """The name of the picture or film; of other files none, for there is nothing in them that this program reads."""
    mime = words(message.get("mime_type")) or "video/"
    if message.get("media_type") in _NO_PICTURE or not mime.startswith(("video/", "image/")):
        return None
    return first_words(message.get("file"), message.get("photo"))


def _places(message: Object) -> Iterator[Hint | Reason]:
    for key in _PLACE_KEYS:
        yield from names_in(message.get(key), f"{PART}:{key}")
    yield from positions_in(message.get("location_information"), f"{PART}:location_information")


def _links(message: Object) -> Iterator[Hint]:
    """Addresses behind words: a link to a map may hold a place that the words do not."""
    entities = [*objects(message.get("text")), *objects(message.get("text_entities"))]
    addresses = dict.fromkeys(words(one.get("href")) for one in entities)
    for address in [one for one in addresses if one][:_MOST_LINKS]:
        yield from written_hints(address[:1_000], "link")


def _reactions(value: Built) -> int | None:
    counts = [number for one in objects(value) if (number := first_count(one.get("count"))) is not None]
    return min(sum(counts), 10**13) if counts else None


PLATFORM = Platform(tells, read)
