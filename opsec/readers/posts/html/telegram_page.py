"""Read ``messages.html`` of Telegram Desktop, the usual form of its exports.

Classes as the program writes them (tdesktop, ``export_output_html.cpp``): a ``div.message`` for each message, with
``from_name``, ``date`` (the time is in its ``title``), ``text``, and links to media relative to the page. All other
words of a message are read as well. A remark that gives the chat a name becomes a post of its own, once for each name;
other remarks, and the words outside the messages, become one more post.
"""

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import unquote

from opsec.formats.html_page import HtmlNode, HtmlPage
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.fields import CHAT, FORWARDED_FROM
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.json_positions import place_tag_hint
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.html.page_dates import is_only_date, parse_page_date
from opsec.readers.posts.html.page_rest import PageRest
from opsec.readers.posts.html.page_values import MAX_LINKS, link_hints, links_inside, media_reference, spoken_texts
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.coordinates import text_hints
from opsec.readers.text.word_filter import has_words

PART = "messages.html"
_MESSAGE_ID = re.compile(r"message-?\d+")
_QUOTED = re.compile('[«“"]([^«»“”"\n]{1,150})[»”"]')
_NOT_MEDIA = frozenset({"sticker_wrap", "userpic_wrap", "media_voice_message", "media_audio_file"})
_PLACE_MEDIA = frozenset({"media_venue", "media_location", "media_live_location"})
_PARTS = _NOT_MEDIA | _PLACE_MEDIA | frozenset("from_name date title status forwarded initials".split())
_COUNTERS = frozenset({"date", "video_duration", "initials", "count", "reactions"})
"""Classes of parts that hold numbers and signs; words in them are read."""
_FIXED_TEXTS = frozenset({"Exported Data", "In reply to this message", "In reply to a message in another chat"})
"""Texts that the program writes in every language, which say nothing."""
_OWN_FILE = re.compile(
    r"(?:photo|video|audio|sticker|animatedsticker|file|story|round_video)[\w@ ().-]*", re.IGNORECASE
)
"""File names that the program gives."""
_HAS_LETTERS = re.compile(r"[^\W\d_]")
_INITIALS_LENGTH = 3
_MAX_PARTS = 40
"""Limit of parts of one class in a message."""
_MAX_NAMES = 3


def is_telegram_page(page: HtmlPage) -> bool:
    """Whether the page has a message as Telegram Desktop writes them."""
    return any(_is_message(node) for node in page.nodes)


def _is_message(node: HtmlNode) -> bool:
    return "message" in node.classes and _MESSAGE_ID.fullmatch(node.attributes.get("id", "")) is not None


def read_telegram_page(page: HtmlPage, rest: PageRest) -> Iterator[ReaderOutput]:
    """Yield a post for each message with words, media or a place, each name of the chat, and all other words."""
    chat = _Chat(page, rest)
    number = 0
    while number < len(page.nodes) and not chat.rows.full:
        if _is_message(page.nodes[number]):
            yield from chat.read(_Message(page, number))
            number = max(page.nodes[number].end, number + 1)
        else:
            number += 1
    yield from chat.read_rest()


class _Chat:
    """What the messages so far say about the chat."""

    def __init__(self, page: HtmlPage, rest: PageRest) -> None:
        self.rows = PostCollector()
        self._page, self._rest = page, rest
        self._header_at = next((n for n, node in enumerate(page.nodes) if "page_header" in node.classes), None)
        name = _header(page, self._header_at)
        self._names = deque([name] if name else [], _MAX_NAMES)
        self._known_names = set(self._names)
        self._remarks: dict[str, None] = {}
        self._messages: list[int] = []
        self._author: str | None = None
        self._has_named = False
        self._left_out: dict[tuple[str, int], None] = {}

    def read(self, message: "_Message") -> Iterator[ReaderOutput]:
        """Yield the post of a message; remember a remark of the program."""
        self._messages.append(message.number)
        if message.is_service:
            yield from self._read_remark(message)
            return
        self._author = message.author or self._author
        media = message.media
        extras = list(message.hints(media))
        if media or not self._has_named:
            extras += [hint for name in self._names for hint in text_hints(name[:1_000], CHAT)]
            self._has_named = self._has_named or bool(self._names)
        caption = message.caption
        self._left_out |= message.left_out
        if caption or media or extras:
            yield from self._add(message, caption, media, extras)

    def read_rest(self) -> Iterator[ReaderOutput]:
        """Yield the words outside the messages and the remarks as one post, then what the page holds beside them."""
        outside = frozenset([*self._messages, *([self._header_at] if self._header_at is not None else [])])
        lines = self._page.words(0, outside).split("\n")
        if self._header_at is not None:
            lines += self._page.words(self._header_at).split("\n")
        kept = dict.fromkeys([*lines, *self._remarks, *self._rest.lines, *self._spoken_outside()])
        named = self._names if self._has_named else ()
        words = "\n".join(line for line in kept if line and line not in _FIXED_TEXTS and line not in named)
        if _HAS_LETTERS.search(words):
            post = Post(caption=words[:MAX_TEXT_LENGTH], source=_SOURCE)
            hints = [] if self._has_named else [hint for name in self._names for hint in text_hints(name, CHAT)]
            yield from self.rows.add_post(post, words, None, hints)
        yield from self._rest.rows(self.rows, _SOURCE)
        yield from self.rows.remarks()
        yield from (Gap(make_reason("too_many", limit=limit, part=part)) for part, limit in self._left_out)

    def _spoken_outside(self) -> Iterator[str]:
        """Texts of attributes outside the messages."""
        at = 0
        for number in [*self._messages, len(self._page.nodes)]:
            yield from spoken_texts(self._page, range(at, number))
            at = self._page.nodes[number].end if number < len(self._page.nodes) else number

    def _read_remark(self, message: "_Message") -> Iterator[ReaderOutput]:
        """Yield a remark with a new name of the chat as a post; keep any other one for the end."""
        words = message.caption
        names = [name.strip() for name in _QUOTED.findall(words)]
        for name in names:
            if name in self._names:
                self._names.remove(name)
            self._names.append(name)
        media, extras = message.media, list(message.hints(message.media))
        if media or extras or not self._known_names.issuperset(names):
            self._known_names.update(names)
            yield from self._add(message, words, media, extras)
        elif words and not is_only_date(words):
            self._remarks[words] = None

    def _add(
        self, message: "_Message", caption: str, media: str | None, extras: list[Hint | Reason]
    ) -> Iterator[ReaderOutput]:
        post = Post(
            author=None if message.is_service else short_text(self._author),
            caption=caption[:MAX_TEXT_LENGTH] or None,
            posted_at=message.posted_at,
            source=_SOURCE,
        )
        yield from self.rows.add_post(post, caption, media, extras)


def _header(page: HtmlPage, header: int | None) -> str | None:
    """Name of the chat, at the top of the page."""
    if header is None:
        return None
    title = next((n for n in page.inside(header) if {"text", "bold"} <= page.nodes[n].classes), header)
    return short_text(page.words(title))


_SOURCE = "Telegram"


class _Message:
    """One message: its parts by their classes."""

    def __init__(self, page: HtmlPage, number: int) -> None:
        self.number = number
        self.is_service = "service" in page.nodes[number].classes
        self.left_out: dict[tuple[str, int], None] = {}
        """Parts of which there are more than the limit."""
        self._page = page
        self._numbers = page.inside(number)
        self._with_class: dict[str, list[int]] = {}
        for inner in self._numbers:
            for name in page.nodes[inner].classes & _PARTS:
                found = self._with_class.setdefault(name, [])
                is_outermost = not found or inner >= page.nodes[found[-1]].end
                if is_outermost and len(found) < _MAX_PARTS:
                    found.append(inner)
                elif is_outermost:
                    self.left_out["tags", _MAX_PARTS] = None

    def _name(self, inner: int) -> str:
        """Name without the details behind it, such as the time of a forwarded message."""
        details = frozenset(n for n in self._page.inside(inner) if "details" in self._page.nodes[n].classes)
        return self._page.words(inner, details)

    def _is_inside(self, inner: int, *names: str) -> bool:
        return any(inner in self._page.inside(outer) for name in names for outer in self._with_class.get(name, []))

    @property
    def author(self) -> str | None:
        """Name of the sender; None when the message continues those of the same sender."""
        names = self._with_class.get("from_name", [])
        return next((self._name(inner) for inner in names if not self._is_inside(inner, "forwarded")), None)

    @property
    def posted_at(self) -> str | None:
        """Time of the message, not of the one that it forwards."""
        dates = (self._page.nodes[inner].attributes.get("title", "") for inner in self._with_class.get("date", []))
        return next((parsed for date in dates if (parsed := parse_page_date(date))), None)

    @property
    def caption(self) -> str:
        """All words of the message except names, dates and numbers that are read as such."""
        named = [
            inner
            for name in ("from_name", "title", "status")
            for inner in self._with_class.get(name, [])
            if "text" not in self._page.nodes[inner].classes
        ]
        counters = (inner for inner in self._numbers if self._page.nodes[inner].classes & _COUNTERS)
        without = frozenset([*named, *filter(self._is_counter, counters)])
        lines = self._page.words(self.number, without).split("\n")
        return "\n".join(line for line in lines if line not in _FIXED_TEXTS)

    def _is_counter(self, inner: int) -> bool:
        """Whether a part holds only a date, a number or the initials of a name."""
        words = self._page.words(inner)
        is_initials = "initials" in self._page.nodes[inner].classes and len(words) <= _INITIALS_LENGTH
        return is_initials or is_only_date(words) or not _HAS_LETTERS.search(words)

    @property
    def media(self) -> str | None:
        """First photo or video, not its thumbnail."""
        for inner in self._numbers:
            node = self._page.nodes[inner]
            name = media_reference(node) if node.attributes and not node.classes & _NOT_MEDIA else None
            if name and "_thumb." not in name and not self._is_inside(inner, *_NOT_MEDIA):
                return name
        return None

    def hints(self, media: str | None) -> Iterator[Hint | Reason]:
        """Yield where it was forwarded from, named places, contacts, texts of attributes, links and files."""
        for inner in self._with_class.get("from_name", []):
            if self._is_inside(inner, "forwarded"):
                yield from text_hints(self._name(inner)[:1_000], FORWARDED_FROM)
        for inner in [*self._with_class.get("title", []), *self._with_class.get("status", [])]:
            words = self._page.words(inner)
            if words and self._is_inside(inner, *_PLACE_MEDIA):
                yield place_tag_hint(words, f"{PART}:place")
            yield from text_hints(words[:1_000], "media title")
        for text in dict.fromkeys(spoken_texts(self._page, self._numbers)):
            if not is_only_date(text) and has_words(text):
                yield from text_hints(text, "alternate text")
        for name in dict.fromkeys(self._file_names(media)):
            yield from text_hints(name, "link")
        links = links_inside(self._page, self._numbers)
        if len(links) > MAX_LINKS:
            self.left_out["links", MAX_LINKS] = None
        yield from link_hints(links)

    def _file_names(self, media: str | None) -> Iterator[str]:
        """Names that people gave to files, which may be named after a place."""
        for inner in self._numbers:
            written = self._page.nodes[inner].attributes.get("href", "").partition("#")[0].partition("?")[0]
            if written and ":" not in written[:12] and not written.startswith(("//", "messages")):
                path = unquote(written)
                name = path.rpartition("/")[2]
                if path != media and has_words(name.rpartition(".")[0] or name) and not _OWN_FILE.fullmatch(name):
                    yield name[:300]
