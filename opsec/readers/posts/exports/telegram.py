"""Read ``result.json`` of Telegram Desktop: one chat, or all chats of an account.

Keys as the program writes them (tdesktop, ``export_output_json.cpp``). A text is a string, or a list of strings and of
objects with a ``text``; media are file names relative to the folder of ``result.json``.

The names of the chat and of its topic go to the posts with media, which often have no other words, and to the first one
of each chat; every message would be too many. A message belongs to a topic if it replies to the topic's first message
or to a message of the topic. A remark that gives a name is a post of its own, once for each name; keys of a message
that are not known here are read as words.
"""

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from opsec.formats.json_stream import JsonValue, NestedValue, Numeral, iter_array, iter_object
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.fields import CHAT, FORWARDED_FROM, POLL
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.json_positions import find_positions, place_names
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonObject, JsonShape, find_lists
from opsec.readers.posts.exports.json_values import first_count, first_text, first_timestamp, object_list, text_value
from opsec.readers.posts.exports.json_walk import JsonWalk
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.coordinates import text_hints
from opsec.readers.text.word_filter import has_words

PART = "result.json"
_NO_MEDIA = ("sticker", "voice_message", "audio_file")
_PLACE_KEYS = ("place_name", "address")
_MAX_LINKS = 20
_MAX_ANSWERS = 40
_MAX_NAME_LENGTH = 300
_MAX_NAMES = 3
"""Limit of names of a chat that one post gets, the latest ones."""
_TITLES = ("title", "new_title")
_READ_KEYS = frozenset(
    "id type date date_unixtime edited edited_unixtime from from_id actor actor_id action text text_entities file "
    "photo thumbnail media_type mime_type width height duration duration_seconds reply_to_message_id reply_to_peer_id "
    "message_id forwarded_from forwarded_from_id saved_from saved_from_id via_bot reactions poll location_information "
    "place_name address contact_information sticker_emoji photo_file_size file_size thumbnail_file_size "
    "contact_vcard_file_size members boosts".split()
)
"""Keys of a message that are read by their meaning, or name people, or hold no words; any other is read as words."""
_LeftOut = dict[tuple[str, int], None]
"""Parts of which some message has more than the limit."""
_RENAMES = frozenset({"edit_group_title", "create_group", "create_channel", "migrate_from_group"})


def recognises(outline: JsonShape) -> bool:
    """Whether the file is a chat with messages or an account with chats; Facebook chats have participants, too."""
    messages, chats = outline.members.get("messages"), outline.members.get("chats")
    has_messages = isinstance(messages, NestedValue) and messages.is_list and "participants" not in outline.members
    return has_messages or (isinstance(chats, NestedValue) and not chats.is_list)


@dataclass(slots=True)
class _Chat:
    """One chat: its names, and the topics of its messages."""

    messages: NestedValue
    names: deque[str] = field(default_factory=lambda: deque(maxlen=_MAX_NAMES))
    _known_titles: set[str] = field(default_factory=set)
    _topics: dict[str, str] = field(default_factory=dict)
    """Names of topics by the numbers of messages."""
    _is_first: bool = True

    def observe(self, message: JsonObject) -> None:
        """Take names and topics from any message."""
        number, replied_to = _number(message.get("id")), _number(message.get("reply_to_message_id"))
        title = first_text(*(message.get(key) for key in _TITLES))
        action = text_value(message.get("action"))
        if action == "topic_created" and title and number:
            self._topics[number] = title[:_MAX_NAME_LENGTH]
        elif action == "topic_edit" and title and replied_to:
            self._topics[replied_to] = title[:_MAX_NAME_LENGTH]
        elif action in _RENAMES and title:
            self.names.append(title[:_MAX_NAME_LENGTH])
        elif number and replied_to in self._topics:
            self._topics[number] = self._topics[replied_to]

    def new_title(self, message: JsonObject) -> str | None:
        """Name that a message gives to the chat or to a topic, the first time."""
        title = first_text(*(message.get(key) for key in _TITLES))
        if title is None or title in self._known_titles:
            return None
        self._known_titles.add(title)
        return title

    def names_of(self, message: JsonObject, media: str | None) -> Iterator[Hint]:
        """Yield the names of the chat and the topic of a message with media, or of the first message."""
        topic = self._topics.get(_number(message.get("id")))
        if media or self._is_first:
            names = [*self.names, topic] if topic else self.names
            for name in dict.fromkeys(names):
                yield from text_hints(name, CHAT)
        self._is_first = False


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield a post for each message with text, a photo, a video, a poll or a place, and for each new name of a chat."""
    rows = PostCollector()
    left_out: _LeftOut = {}
    for chat in _chats(outline):
        for message in rows.records(outline.text, chat.messages):
            chat.observe(message)
            if message.get("type", "message") == "message":
                yield from _read_message(message, chat, rows, left_out)
            else:
                yield from _read_remark(message, chat, rows)
    yield from rows.remarks()
    yield from (Gap(make_reason("too_many", limit=limit, part=part)) for part, limit in left_out)


def _read_remark(message: JsonObject, chat: _Chat, rows: PostCollector) -> Iterator[ReaderOutput]:
    """Yield a post for a remark of the program that has a new name, words or a place."""
    text = _flatten_text(message.get("text")) or _flatten_text(message.get("text_entities"))
    title = chat.new_title(message)
    caption = "\n".join(words for words in (title, text) if words)
    walk = JsonWalk()
    extras = [*_places(message), *_other_words(message, walk, {*_READ_KEYS, *_TITLES})]
    if caption or extras:
        post = Post(
            author=short_text(first_text(message.get("actor"), message.get("from"))),
            caption=caption[:MAX_TEXT_LENGTH] or None,
            posted_at=first_timestamp(message.get("date_unixtime"), message.get("date")),
            source="Telegram",
        )
        yield from rows.add_post(post, caption or None, None, extras)
    yield from walk.gaps()


def _chats(outline: JsonShape) -> Iterator[_Chat]:
    """This chat, or each chat of the account."""
    for path, nested in find_lists(outline, depth=2):
        if path == ("messages",):
            yield _Chat(nested, _names(outline))
        elif path[0] in ("chats", "left_chats") and path[1:] == ("list",):
            for chat in iter_array(outline.text, MAX_TEXT_LENGTH, nested):
                if isinstance(chat, NestedValue) and not chat.is_list:
                    inner = JsonShape(outline.text, dict(iter_object(outline.text, MAX_TEXT_LENGTH, chat)))
                    for name, list_ in find_lists(inner, depth=1):
                        if name == ("messages",):
                            yield _Chat(list_, _names(inner))


def _number(value: JsonValue) -> str:
    """Number of a message, empty when it has none."""
    return value.text if isinstance(value, Numeral) else ""


def _names(chat: JsonShape) -> deque[str]:
    name = chat.members.get("name")
    text = text_value(name) if isinstance(name, str) else None
    return deque([text[:_MAX_NAME_LENGTH]] if text else [], _MAX_NAMES)


def _read_message(message: JsonObject, chat: _Chat, rows: PostCollector, left_out: _LeftOut) -> Iterator[ReaderOutput]:
    caption = _flatten_text(message.get("text")) or _flatten_text(message.get("text_entities"))
    media = _media_name(message)
    walk = JsonWalk()
    extras = [
        *_places(message),
        *_hidden_links(message, left_out),
        *_poll(message, left_out),
        *_forwarded_from(message),
        *(_file_name(message) if media is None else ()),
        *_other_words(message, walk, _READ_KEYS),
    ]
    if caption or media or extras:
        post = Post(
            author=short_text(first_text(message.get("from"), message.get("actor"), message.get("forwarded_from"))),
            caption=caption[:MAX_TEXT_LENGTH] if caption else None,
            posted_at=first_timestamp(message.get("date_unixtime"), message.get("date")),
            source="Telegram",
            likes=_reactions(message.get("reactions")),
        )
        yield from rows.add_post(post, caption, media, [*chat.names_of(message, media), *extras])
    yield from walk.gaps()


def _poll(message: JsonObject, left_out: _LeftOut) -> Iterator[Hint]:
    """Question and answers of a poll."""
    poll = message.get("poll")
    if isinstance(poll, dict):
        answers = [_flatten_text(one.get("text")) for one in object_list(poll.get("answers"))]
        if len(answers) > _MAX_ANSWERS:
            left_out["values", _MAX_ANSWERS] = None
            answers = answers[:_MAX_ANSWERS]
        words = "\n".join(text for text in (_flatten_text(poll.get("question")), *answers) if text)
        yield from text_hints(words[:MAX_TEXT_LENGTH], POLL)


def _forwarded_from(message: JsonObject) -> Iterator[Hint]:
    """Names of where a message was forwarded from and of its contact."""
    for key in ("forwarded_from", "saved_from"):
        yield from text_hints((text_value(message.get(key)) or "")[:_MAX_NAME_LENGTH], FORWARDED_FROM)
    contact = message.get("contact_information")
    if isinstance(contact, dict):
        names = [text_value(contact.get(key)) for key in ("first_name", "last_name")]
        yield from text_hints(" ".join(name for name in names if name)[:_MAX_NAME_LENGTH], "contact")


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


def _other_words(message: JsonObject, walk: JsonWalk, known: Collection[str]) -> Iterator[Hint | Reason]:
    """Words and positions under the keys of a message that are not read by their meaning."""
    others: dict[str, JsonValue] = {key: value for key, value in message.items() if key not in known}
    if others:
        yield from walk.hints(others)


def _file_name(message: JsonObject) -> Iterator[Hint]:
    """Name of a file that is no medium, which people choose."""
    name = (text_value(message.get("file")) or "").rpartition("/")[2]
    if not name.startswith("(") and message.get("media_type") not in _NO_MEDIA and has_words(name.rpartition(".")[0]):
        yield from text_hints(name[:_MAX_NAME_LENGTH], "link")


def _places(message: JsonObject) -> Iterator[Hint | Reason]:
    for key in _PLACE_KEYS:
        yield from place_names(message.get(key), f"{PART}:{key}")
    yield from find_positions(message.get("location_information"), f"{PART}:location_information")


def _hidden_links(message: JsonObject, left_out: _LeftOut) -> Iterator[Hint]:
    """Targets of links: a link to a map may contain a position that the text does not."""
    entities = [*object_list(message.get("text")), *object_list(message.get("text_entities"))]
    found = dict.fromkeys(text_value(one.get("href")) for one in entities)
    addresses = [one for one in found if one]
    if len(addresses) > _MAX_LINKS:
        left_out["links", _MAX_LINKS] = None
    for address in addresses[:_MAX_LINKS]:
        yield from text_hints(address[:1_000], "link")


def _reactions(value: JsonValue) -> int | None:
    counts = [number for one in object_list(value) if (number := first_count(one.get("count"))) is not None]
    return min(sum(counts), 10**13) if counts else None


PLATFORM = ExportFormat(recognises, read, frozenset({"messages"}))
