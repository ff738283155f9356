"""Read ``messages.html`` of Telegram Desktop, the usual form of its exports.

Classes as the program writes them (tdesktop, ``export_output_html.cpp``): a ``div.message`` for each message, with
``from_name``, ``date`` (the time is in its ``title``), ``text``, and links to media relative to the page.
"""

import re
from collections.abc import Iterator

from opsec.formats.html_page import HtmlNode, HtmlPage
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.fields import CHAT, FORWARDED_FROM
from opsec.model.records import ReaderOutput
from opsec.readers.posts.exports.json_positions import place_tag_hint
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.html.page_dates import parse_page_date
from opsec.readers.posts.html.page_values import link_hints, links_inside, media_reference
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.coordinates import text_hints

PART = "messages.html"
_MESSAGE_ID = re.compile(r"message-?\d+")
_QUOTED = re.compile('[«“"]([^«»“”"\n]{1,150})[»”"]')
_NOT_MEDIA = frozenset({"sticker_wrap", "userpic_wrap", "media_voice_message", "media_audio_file"})
_PLACE_MEDIA = frozenset({"media_venue", "media_location", "media_live_location"})
_PARTS = _NOT_MEDIA | _PLACE_MEDIA | frozenset("from_name date text question answer title status forwarded".split())
_MAX_PARTS = 40
"""Limit of parts of one class in a message."""
_MAX_NAMES = 3


def is_telegram_page(page: HtmlPage) -> bool:
    """Whether the page has a message as Telegram Desktop writes them."""
    return any(_is_message(node) for node in page.nodes)


def _is_message(node: HtmlNode) -> bool:
    return "message" in node.classes and _MESSAGE_ID.fullmatch(node.attributes.get("id", "")) is not None


def read_telegram_page(page: HtmlPage) -> Iterator[ReaderOutput]:
    """Yield a post for each message with words, media or a place."""
    rows = PostCollector()
    names = [name] if (name := _header(page)) else []
    author: str | None = None
    number = 0
    is_first = True
    while number < len(page.nodes) and not rows.full:
        node = page.nodes[number]
        if not _is_message(node):
            number += 1
            continue
        message = _Message(page, number)
        number = max(node.end, number + 1)
        if "service" in node.classes:
            names += _QUOTED.findall(message.whole[:500])
            continue
        author = message.author or author
        media = message.media
        extras = list(message.hints())
        if media or is_first:
            extras += [hint for name in names[-_MAX_NAMES:] for hint in text_hints(name[:1_000], CHAT)]
            is_first = False
        caption = message.caption
        if caption or media or extras:
            post = Post(
                author=short_text(author),
                caption=caption[:MAX_TEXT_LENGTH] or None,
                posted_at=message.posted_at,
                source="Telegram",
            )
            yield from rows.add_post(post, caption, media, extras)
    yield from rows.remarks()


def _header(page: HtmlPage) -> str | None:
    """Name of the chat, at the top of the page."""
    header = next((n for n, node in enumerate(page.nodes) if "page_header" in node.classes), None)
    if header is None:
        return None
    title = next((n for n in page.inside(header) if {"text", "bold"} <= page.nodes[n].classes), header)
    return short_text(page.words(title))


class _Message:
    """One message: its parts by their classes."""

    def __init__(self, page: HtmlPage, number: int) -> None:
        self._page = page
        self._numbers = page.inside(number)
        self._with_class: dict[str, list[int]] = {}
        for inner in self._numbers:
            for name in page.nodes[inner].classes & _PARTS:
                found = self._with_class.setdefault(name, [])
                is_outermost = not found or inner >= page.nodes[found[-1]].end
                if is_outermost and len(found) < _MAX_PARTS:
                    found.append(inner)
        self.whole = page.words(number) if "text" not in self._with_class else ""

    def _texts(self, *names: str) -> list[str]:
        found = (self._page.words(inner) for name in names for inner in self._with_class.get(name, []))
        return [text for text in dict.fromkeys(found) if text]

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
        """Words of the message, and question and answers of a poll."""
        return "\n".join(self._texts("text", "question", "answer"))

    @property
    def media(self) -> str | None:
        """First photo or video, not its thumbnail."""
        for inner in self._numbers:
            node = self._page.nodes[inner]
            name = media_reference(node) if node.attributes and not node.classes & _NOT_MEDIA else None
            if name and "_thumb." not in name and not self._is_inside(inner, *_NOT_MEDIA):
                return name
        return None

    def hints(self) -> Iterator[Hint | Reason]:
        """Yield where it was forwarded from, named places, contacts and links."""
        for inner in self._with_class.get("from_name", []):
            if self._is_inside(inner, "forwarded"):
                yield from text_hints(self._name(inner)[:1_000], FORWARDED_FROM)
                break
        for inner in [*self._with_class.get("title", []), *self._with_class.get("status", [])]:
            words = self._page.words(inner)
            if words and self._is_inside(inner, *_PLACE_MEDIA):
                yield place_tag_hint(words, f"{PART}:place")
            yield from text_hints(words[:1_000], "media title")
        yield from link_hints(links_inside(self._page, self._numbers))
