"""Read an exported chat: every message with its author and time, and the media file that it attaches.

Short messages of one author within two minutes become one post, because people split a name or a pair of coordinates
over several. The name of the chat goes to the posts with media, which often have no other words. A remark that gives it
is a post of its own.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Hint, Post
from opsec.model.fields import CHAT
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.plain_digits import MARKS
from opsec.readers.posts.post_fields import short_text
from opsec.readers.posts.text_files.attachments import take_attachment
from opsec.readers.posts.text_files.chat_dates import DateOrder, OrderVotes, Stamp
from opsec.readers.posts.text_files.chat_lines import MAX_AUTHOR, MAY_BEGIN, ChatLine, parse_chat_line
from opsec.readers.text.coordinates import text_hints

_FIRST_LINES, _FIRST_CHARACTERS = 30, 20_000
"""Lines, and characters, among which the first message must begin."""
MAX_MESSAGES = 200_000
"""Limit for one file; WhatsApp exports forty thousand at most."""
_MARKS = frozenset(map(chr, MARKS))
JOIN_WITHIN_S = 120
MAX_JOINED_LENGTH = 4_000
"""Limit in code points for a post that consists of several messages."""
_MAX_MEDIA = 50
"""Limit for one message."""
_MAX_NAMES = 3
"""Limit of names of a chat that one post gets, the latest ones."""


def is_chat(text: str) -> bool:
    """Whether one of the first lines begins a message with an author, or two begin a message."""
    start = re.match(r"\s*", text)
    first = text[start.end() if start else 0 :][:_FIRST_CHARACTERS].split("\n")[:_FIRST_LINES]
    begun = [message for line in first if (message := parse_chat_line(line))]
    return len(begun) > 1 or any(message.author for message in begun)


def read_chat(text: str) -> Iterator[ReaderOutput]:
    """Yield a post for each message, for each media file that it attaches, or for several messages in a row.

    The lines of the text end with ``\\n``.
    """
    chat = _ChatPosts(_date_order(text))
    for number, (begins, more) in enumerate(_messages(text)):
        if number == MAX_MESSAGES:
            yield Gap(make_reason("too_many", limit=MAX_MESSAGES, part="rows"))
            break
        message = _Message(begins)
        message.add_lines(more)
        yield from chat.add(message)
        if chat.rows.full:
            break
    yield from chat.finish()
    yield from chat.rows.remarks()
    if chat.media_left_out:
        yield Gap(make_reason("too_many", limit=_MAX_MEDIA, part="attachments"))


def _first_lines(text: str) -> Iterator[tuple[int, int, ChatLine]]:
    """Yield the first line of each message, with its start and end in the text."""
    for found in MAY_BEGIN.finditer(text):
        end = text.find("\n", found.end())
        end = len(text) if end < 0 else end
        begins = parse_chat_line(text[found.start() : min(end, found.start() + MAX_TEXT_LENGTH + 2 * MAX_AUTHOR)])
        if begins:
            yield found.start(), end, begins


def _messages(text: str) -> Iterator[tuple[ChatLine | None, str]]:
    """Yield each message and the text behind its first line, cut a little above the limit of a caption."""
    last: ChatLine | None = None
    last_end = 0
    for start, end, begins in _first_lines(text):
        if last or text[last_end:start].strip():
            yield last, text[last_end : min(start, last_end + MAX_TEXT_LENGTH + 2)]
        last, last_end = begins, end
    if last or text[last_end:].strip():
        yield last, text[last_end : last_end + MAX_TEXT_LENGTH + 2]


def _date_order(text: str) -> DateOrder | None:
    votes = OrderVotes()
    for _start, _end, message in islice(_first_lines(text), MAX_MESSAGES):
        votes.add(message.stamp, message.words[:300])
    return votes.decide()


@dataclass(slots=True)
class _Message:
    """One message while its lines are read."""

    begins: ChatLine | None
    """None for lines before the first message."""
    words: list[str] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    caption: str = ""
    media_left_out: bool = False

    def add_lines(self, more: str) -> None:
        """Add the words of the first line and the lines behind it."""
        lines = [self.begins.words, *more[1:].split("\n")] if self.begins else more.split("\n")
        for line in lines:
            media, words = take_attachment(line)
            if media and len(self.media) < _MAX_MEDIA:
                self.media.append(media)
            elif media:
                self.media_left_out, words = True, line
            self.words.append(words)
        self.caption = "\n".join(self.words).strip().lstrip("".join(_MARKS)).replace("\0", "\ufffd")

    @property
    def author(self) -> str | None:
        return self.begins.author if self.begins else None

    @property
    def stamp(self) -> Stamp | None:
        return self.begins.stamp if self.begins else None


@dataclass(slots=True)
class _ChatPosts:
    """Posts of the chat, with messages that may still be joined."""

    order: DateOrder | None
    rows: PostCollector = field(default_factory=PostCollector)
    media_left_out: bool = False
    """Whether a message attaches more media than the limit."""
    _names: deque[str] = field(default_factory=lambda: deque(maxlen=_MAX_NAMES))
    _remarks: set[str] = field(default_factory=set)
    """Remarks with names that were yielded."""
    _waiting: list[_Message] = field(default_factory=list)
    _length: int = 0
    _is_first: bool = True
    _has_begun: bool = False

    def add(self, message: _Message) -> Iterator[ReaderOutput]:
        """Yield what is complete before this message, and the message itself if it attaches media."""
        self.media_left_out |= message.media_left_out
        begins = message.begins
        if begins and begins.author and not self._has_begun and not message.media and begins.words[:1] in _MARKS:
            # WhatsApp for iOS begins with a remark of its own in the name of the chat, behind a direction mark
            self._add_name(begins.author)
        self._has_begun = True
        if begins and begins.names and not message.media:
            yield from self._add_remark(message, begins.names)
            return
        if message.media or not self._continues(message):
            yield from self.finish()
        if message.media:
            for name in message.media:
                yield from self._post(message, message.caption, name)
        else:
            self._waiting.append(message)
            self._length += len(message.caption)

    def _add_remark(self, message: _Message, names: tuple[str, ...]) -> Iterator[ReaderOutput]:
        """Take the names in a remark, and yield it as a post unless the same words were."""
        for name in names:
            self._add_name(name)
        if message.caption not in self._remarks:
            self._remarks.add(message.caption)
            yield from self.finish()
            yield from self._post(message, message.caption, None, is_remark=True)

    def _add_name(self, name: str) -> None:
        if name in self._names:
            self._names.remove(name)
        self._names.append(name)

    def finish(self) -> Iterator[ReaderOutput]:
        """Yield the messages that wait to be joined."""
        caption = "\n".join(words for message in self._waiting if (words := message.caption))
        if caption:
            yield from self._post(self._waiting[0], caption, None)
        self._waiting, self._length = [], 0

    def _continues(self, message: _Message) -> bool:
        if not self._waiting or self._length + len(message.caption) > MAX_JOINED_LENGTH:
            return False
        last = self._waiting[-1]
        if last.stamp is None or message.stamp is None or last.author != message.author:
            return False
        after_s = message.stamp.seconds_after(last.stamp)
        return after_s is not None and 0 <= after_s <= JOIN_WITHIN_S

    def _post(
        self, message: _Message, caption: str, media: str | None, *, is_remark: bool = False
    ) -> Iterator[ReaderOutput]:
        post = Post(
            author=short_text(message.author),
            caption=caption[:MAX_TEXT_LENGTH] or None,
            posted_at=message.stamp.to_iso(self.order) if message.stamp else None,
            source=message.begins.form if message.begins else "WhatsApp",
        )
        hints: list[Hint] = []
        if media or (self._is_first and not is_remark):
            hints = [hint for name in self._names for hint in text_hints(name, CHAT)]
            self._is_first = self._is_first and not self._names
        yield from self.rows.add_post(post, caption, media, hints)
