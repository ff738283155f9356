"""Values in a page that describe a post: media references, links to maps, texts in attributes, labelled coordinates."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from opsec.formats.html_page import HtmlNode, HtmlPage, parse_html
from opsec.formats.json_stream import JsonValue
from opsec.model import Hint, Reason
from opsec.readers.coordinate_values import is_ref_name, parse_coordinate, plain_name
from opsec.readers.posts.exports.json_positions import find_positions
from opsec.readers.text.coordinates import text_hints
from opsec.readers.text.word_filter import has_words

MAX_LINKS = 20
"""Limit of links of one post whose words count; every link with a position counts."""
MAX_LINK_LENGTH = 1_000
_SOURCES = ("href", "src", "data-src", "poster")
_SPOKEN = ("alt", "title", "aria-label", "placeholder", "label", "summary")
_WITH_VALUE = frozenset({"input", "button", "option", "data", "param"})
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
_AXES = ("latitude", "longitude")
_SIDE = re.compile(r"[^\W\d_]{1,20}(?: [Ll]atitude| [Ll]ongitude)?")
_MAX_LABEL_LENGTH = 40


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
    found = (external_link(page.nodes[number]) for number in numbers)
    return list(dict.fromkeys(link for link in found if link))


def link_hints(links: Iterable[str], max_words: int = MAX_LINKS) -> Iterator[Hint]:
    """Yield the words of the first links, and every position in any of them."""
    for count, link in enumerate(links):
        found = list(text_hints(link, "link"))
        if count < max_words or len(found) > 1:
            yield from found


def spoken_texts(page: HtmlPage, numbers: Iterable[int]) -> Iterator[str]:
    """Texts of attributes: those that a browser shows or reads aloud, values of fields, pages inside the page, data."""
    for number in numbers:
        node = page.nodes[number]
        if not node.attributes:
            continue
        for name in _SPOKEN:
            text = node.attributes.get(name, "").strip()
            if text:
                yield text
        value = node.attributes.get("value", "").strip() if node.tag in _WITH_VALUE else ""
        if value and has_words(value):
            yield value
        inner = node.attributes.get("srcdoc", "")
        if inner.strip():
            yield from _page_texts(inner)
        for name, text in node.attributes.items():
            if name.startswith("data-") and not _is_data(text) and _is_phrase(text):
                yield text.strip()


def data_attributes(node: HtmlNode) -> Iterator[str]:
    """JSON in the attributes of an element."""
    for name, text in node.attributes.items():
        if name.startswith("data-") and _is_data(text):
            yield text


def _is_data(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")


def _is_phrase(text: str) -> bool:
    return (any(map(str.isspace, text.strip())) or not text.isascii()) and has_words(text)


def _page_texts(source: str) -> Iterator[str]:
    """Words and links of a page that is the value of an attribute."""
    page = parse_html(source.encode("utf-8", "replace"))
    if page.nodes:
        yield from page.words(0).split("\n")
    yield from links_inside(page, range(len(page.nodes)))


def labelled_positions(page: HtmlPage, numbers: Iterable[int], field: str) -> Iterator[Hint | Reason]:
    """Yield positions that a page gives as two labels, each with a number in the same or the next text."""
    values: dict[str, JsonValue] = {}
    waiting_for = ""
    for number in numbers:
        text = page.nodes[number].text.strip()
        if not text or len(text) > 100:
            waiting_for = "" if text else waiting_for
            continue
        label, rest = _label(text)
        if label:
            if label in values and len(values) >= len(_AXES):
                yield from find_positions(values, field)
                values = {}
            waiting_for, text = label, rest
        if waiting_for and text:
            is_value = bool(_SIDE.fullmatch(text)) if waiting_for not in _AXES else parse_coordinate(text) is not None
            if is_value and (waiting_for not in _AXES or any(map(str.isdecimal, text))):
                values[waiting_for] = text
        waiting_for = "" if text else waiting_for
    yield from find_positions(values, field)


def _label(text: str) -> tuple[str, str]:
    """Name of the value that a text announces, and what follows the label; empty for any other text."""
    name, separator, rest = text.partition(":")
    if len(name) <= _MAX_LABEL_LENGTH and is_ref_name(name):
        return ("latitudeRef" if _is_latitude(name) else "longitudeRef"), rest.strip() if separator else ""
    for axis, label in zip(_AXES, (_LATITUDE, _LONGITUDE), strict=True):
        found = label.match(text)
        if found:
            return axis, text[found.end() :]
    return "", text


def _is_latitude(name: str) -> bool:
    plain = plain_name(name)
    return "lat" in plain or plain in ("ns", "northsouth", "nors")
