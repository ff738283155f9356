"""Values in a page that tell of a post: media references, links to maps, texts in attributes, labelled coordinates."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from opsec.formats.html_page import HtmlNode, HtmlPage
from opsec.formats.json_stream import JsonValue
from opsec.model import Hint, Reason
from opsec.readers.posts.exports.json_positions import find_positions
from opsec.readers.text.coordinates import text_hints

MAX_LINKS = 20
"""Limit of links of one post whose words count; every link with a position counts."""
MAX_LINK_LENGTH = 1_000
_MAX_SEARCHED_LINKS = 2_000
_SOURCES = ("href", "src", "data-src", "poster")
_SPOKEN = ("alt", "title", "aria-label")
_MEDIA = re.compile(
    r"[^?#]{1,500}\.(?:jpe?g|png|webp|gif|heic|heif|avif|mp4|m4v|mov|3gpp?|mkv|webm|avi)", re.IGNORECASE
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_LATITUDE = re.compile(
    r"\s*(?:latitude|lat|خط العرض|دائرة العرض|عرض جغرافیایی|latitud|latitudine|breitengrad|enlem|широта)\s*:?\s*",
    re.IGNORECASE,
)
_LONGITUDE = re.compile(
    r"\s*(?:longitude|lon|lng|خط الطول|طول جغرافیایی|longitud|longitudine|längengrad|boylam|долгота)\s*:?\s*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?\d{1,3}[.,٫]\d{1,20}")


def media_reference(node: HtmlNode) -> str | None:
    """Path of a media file that an element refers to, relative to the page; None for an address elsewhere."""
    for name in _SOURCES:
        written = node.attributes.get(name, "").strip()
        path = written.partition("?")[0].partition("#")[0]
        if path and not _SCHEME.match(path) and _MEDIA.fullmatch(path):
            return unquote(path).replace("\\", "/").removeprefix("./")
    return None


def external_link(node: HtmlNode) -> str | None:
    """Address that an element links to or shows: a map may be a link, a frame or an image."""
    for name in _SOURCES:
        written = node.attributes.get(name, "").strip()
        if written.lower().startswith(("http://", "https://", "geo:", "//")):
            return written[:MAX_LINK_LENGTH]
    return None


def links_inside(page: HtmlPage, numbers: Iterable[int]) -> list[str]:
    """Distinct addresses among nodes, in reading order."""
    found: dict[str, None] = {}
    for number in numbers:
        link = external_link(page.nodes[number])
        if link:
            found[link] = None
            if len(found) == _MAX_SEARCHED_LINKS:
                break
    return list(found)


def link_hints(links: Iterable[str], max_words: int = MAX_LINKS) -> Iterator[Hint]:
    """Yield the words of the first links, and every position in any of them."""
    for count, link in enumerate(links):
        found = list(text_hints(link, "link"))
        if count < max_words or len(found) > 1:
            yield from found


def spoken_texts(page: HtmlPage, numbers: Iterable[int]) -> Iterator[str]:
    """Texts of attributes that a browser shows or reads aloud."""
    for number in numbers:
        attributes = page.nodes[number].attributes
        for name in _SPOKEN:
            text = attributes.get(name, "").strip() if attributes else ""
            if text:
                yield text


def labelled_positions(page: HtmlPage, numbers: Iterable[int], field: str) -> Iterator[Hint | Reason]:
    """Yield positions that a page gives as two labels, each with a number in the same or the next text."""
    pair: dict[str, JsonValue] = {}
    waiting_for = ""
    for number in numbers:
        text = page.nodes[number].text.strip()
        if not text or len(text) > 100:
            waiting_for = "" if text else waiting_for
            continue
        for name, label in (("latitude", _LATITUDE), ("longitude", _LONGITUDE)):
            found = label.match(text)
            if found:
                waiting_for, text = name, text[found.end() :]
                break
        value = _NUMBER.fullmatch(text.translate(_DIGITS)) if waiting_for and text else None
        if value:
            pair[waiting_for] = value[0].replace(",", ".").replace("٫", ".")
        waiting_for = "" if text else waiting_for
        if len(pair) == 2:
            yield from find_positions(pair, field)
            pair = {}


_DIGITS = {ord(zero) + number: str(number) for zero in "٠۰" for number in range(10)}
