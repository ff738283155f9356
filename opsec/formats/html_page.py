"""Parse HTML into a flat list of elements and texts in reading order, with lxml (libxml2).

libxml2 was chosen for linear time on malformed markup: 10 MB of unclosed comments, tags or attributes take it below a
second, where ``html.parser`` of the standard library needs minutes. It reports events, so no tree of it is kept.
Nothing is loaded and no script runs; the content of ``script`` elements and comments is kept apart, because it may
hold data and words, and that of ``style`` is dropped.
"""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from opsec.formats.text_lines import LEGACY_ENCODING, count_damaged, detect_encoding, encoding_remarks
from opsec.model import Reason
from opsec.model.records import Gap

MAX_NODES = 250_000
"""Limit of elements and texts of one page; a thousand messages of a chat have thirty thousand."""
MAX_ATTRIBUTE_LENGTH = 4_000
MAX_WORDS_ATTRIBUTE_LENGTH = 200_000
"""Limit in characters for attributes that hold words or data."""
MAX_ATTRIBUTES = 50
_LAYOUT_ATTRIBUTES = re.compile(r"style|class|d|srcset|sizes|points|transform|integrity|nonce|on[a-z]+")
"""Attributes that hold no words, however long they are."""
_WORDS_ATTRIBUTES = re.compile(r"alt|title|value|content|placeholder|label|summary|srcdoc|data-.+|aria-.+")
_EMBEDDED_IMAGE = re.compile(r"data:image\\?/[^\s\"')>]{1000}")
"""A picture inside an address, larger than icons are; scripts may escape the solidus."""
_MAX_TAGS_A_NODE, _FEW_NODES = 50, 20
"""Opening brackets for each node, beyond which markup was swallowed; scripts of real pages have some of their own."""
_CHUNK = 1 << 16
_NOT_SHOWN = frozenset({"script", "style"})
_BLOCKS = frozenset(
    "address article aside audio blockquote body br button caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input legend li "
    "listing main menu nav noframes noscript object ol optgroup option p plaintext pre search section select summary "
    "table tbody td template textarea tfoot th thead title tr ul video xmp".split()
)
"""Elements that begin and end a line."""
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_PAGE_CHARSETS = re.compile(
    r"(?:windows|cp|iso|iso-8859|koi8)[-_]?[\w-]{1,12}|gb\w+|big5|euc[-_]\w+|shift[-_]jis|mac\w+"
)


@dataclass(slots=True)
class HtmlNode:
    """An element, or a text if it has no tag."""

    tag: str
    attributes: dict[str, str]
    text: str
    end: int = 0
    """Number of the first node after this one and everything in it."""

    @property
    def classes(self) -> frozenset[str]:
        """Its CSS classes."""
        return _split_classes(self.attributes.get("class", ""))


@lru_cache(maxsize=512)
def _split_classes(written: str) -> frozenset[str]:
    return frozenset(written.split())


@dataclass(slots=True)
class HtmlPage:
    """The nodes of a page in reading order; everything inside node ``n`` is at ``n + 1`` to ``nodes[n].end - 1``."""

    nodes: list[HtmlNode] = field(default_factory=list)
    cut: bool = False
    """Whether the page has more than ``MAX_NODES``."""
    attributes_cut: bool = False
    """Whether an attribute was longer, or an element had more of them, than the limit."""
    scripts: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def inside(self, number: int) -> range:
        """Numbers of all nodes inside a node."""
        return range(number + 1, self.nodes[number].end)

    def children(self, number: int) -> Iterator[int]:
        """Numbers of the nodes directly inside a node."""
        at, end = number + 1, self.nodes[number].end
        while at < end:
            yield at
            at = self.nodes[at].end

    def words(self, number: int, without: frozenset[int] = frozenset()) -> str:
        """Text inside a node as a browser shows it: one line for each block, white space collapsed.

        ``without`` are the nodes to leave out with everything in them.
        """
        pieces: list[str] = []
        open_blocks: list[int] = []
        at, end = number, self.nodes[number].end
        while at < end:
            node = self.nodes[at]
            while open_blocks and at >= open_blocks[-1]:
                open_blocks.pop()
                pieces.append("\n")
            if at in without:
                pieces.append("\n")
                at = node.end
                continue
            if node.tag in _BLOCKS:
                pieces.append("\n")
                open_blocks.append(node.end)
            else:
                pieces.append(re.sub(r"\s+", " ", node.text))
            at += 1
        lines = ("".join(pieces)).split("\n")
        return "\n".join(words for line in lines if (words := re.sub(r" {2,}", " ", line).strip()))


class _FullError(Exception):
    """The page has more nodes than the limit."""


class _Target:
    """Receiver of the parser's events (``lxml.etree``, "The target parser interface")."""

    def __init__(self) -> None:
        self.page = HtmlPage()
        self._open: list[int] = []
        self._text: list[str] = []
        self._hidden = 0
        self._script: list[str] | None = None
        self._comments_room = MAX_NODES

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag if isinstance(tag, str) else ""
        self._add_text()
        self._add(HtmlNode(name, self._attributes(attributes), ""))
        self._hidden += name in _NOT_SHOWN
        if name == "script":
            self._script = []
        self._open.append(len(self.page.nodes) - 1)

    def _attributes(self, attributes: dict[str, str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for key, value in attributes.items():
            if len(kept) == MAX_ATTRIBUTES:
                self.page.attributes_cut = True
                break
            longest = MAX_WORDS_ATTRIBUTE_LENGTH if _WORDS_ATTRIBUTES.fullmatch(key) else MAX_ATTRIBUTE_LENGTH
            kept[str(key)] = str(value)[:longest]
            if len(value) > longest and not value.startswith("data:") and not _LAYOUT_ATTRIBUTES.fullmatch(key):
                self.page.attributes_cut = True
        return kept

    def comment(self, text: str) -> None:
        self._comments_room -= 1
        if self._comments_room < 0:
            self.page.cut = True
        elif text.strip():
            self.page.comments.append(text)

    def end(self, tag: str) -> None:
        self._add_text()
        if tag == "script" and self._script is not None:
            self._end_script()
        if self._open:
            self.page.nodes[self._open.pop()].end = len(self.page.nodes)
            self._hidden -= self._hidden > 0 and tag in _NOT_SHOWN

    def data(self, text: str) -> None:
        if not self._hidden:
            self._text.append(text)
        elif self._script is not None:
            self._script.append(text)

    def _end_script(self) -> None:
        text, self._script = "".join(self._script or ()), None
        if text.strip():
            self.page.scripts.append(text)

    def close(self) -> None:
        self._end_script()
        if not self.page.cut:
            self._add_text()
        for number in self._open:
            self.page.nodes[number].end = len(self.page.nodes)
        self._open = []

    def _add_text(self) -> None:
        """Add the pieces of text since the last tag as one node; the parser splits at every reference."""
        if self._text:
            text, self._text = "".join(self._text), []
            self._add(HtmlNode("", {}, text, len(self.page.nodes) + 1))

    def _add(self, node: HtmlNode) -> None:
        if len(self.page.nodes) >= MAX_NODES:
            self.page.cut = True
            raise _FullError
        self.page.nodes.append(node)


def parse_html(data: bytes) -> HtmlPage:
    """Parse a page, or as much of a damaged one as there is. An empty page has no nodes."""
    from lxml import etree

    target = _Target()
    parser = etree.HTMLParser(target=target, huge_tree=True, recover=True, encoding="utf-8", no_network=True)
    text = decode_html(data)
    try:
        for start in range(0, len(text), _CHUNK):
            parser.feed(text[start : start + _CHUNK].encode("utf-8", "replace"))
        parser.close()
    except (_FullError, etree.ParserError, etree.XMLSyntaxError):
        pass  # recovery is on: only a page without any element raises the others
    with suppress(_FullError):
        target.close()
    return target.page


def decode_html(data: bytes) -> str:
    """Decode a page: UTF-8 or UTF-16 where the bytes show it, else in the encoding that its ``meta`` element names."""
    return data.decode(_page_encoding(data), "replace").replace("\0", "\ufffd")


def _page_encoding(data: bytes) -> str:
    encoding = detect_encoding(data)
    declared = _CHARSET.search(data[:4096]) if encoding == LEGACY_ENCODING else None
    if declared and _PAGE_CHARSETS.fullmatch(name := declared[1].decode().lower()):
        try:
            return codecs.lookup(name).name
        except LookupError:
            return LEGACY_ENCODING
    return encoding


def page_encoding_remarks(data: bytes) -> Iterator[Reason | Gap]:
    """Yield a gap when some bytes of a page could not be decoded; another encoding is no remark, as a page names it."""
    encoding = _page_encoding(data)
    yield from encoding_remarks("", count_damaged(data, encoding))


def count_embedded_images(text: str) -> int:
    """Number of images that are written into a page instead of being files beside it."""
    return sum(1 for _found in _EMBEDDED_IMAGE.finditer(text))


def hides_markup(data: bytes, page: HtmlPage) -> bool:
    """Whether much of a page never became a node: an unclosed comment or quote swallows everything after it.

    Parameters
    ----------
    data
        The page.
    page
        What was parsed of it.
    """
    comment = data.rfind(b"<!--")
    if comment >= 0 and data.find(b"-->", comment) < 0:
        return True
    return data.count(b"<") > _MAX_TAGS_A_NODE * (len(page.nodes) + _FEW_NODES)
