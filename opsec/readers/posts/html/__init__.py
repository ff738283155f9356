"""Read pages in HTML: exports of Telegram, Instagram and Facebook, and pages saved from the web.

The structure decides. No address in a page is opened; a media reference is compared with the files that were found.
"""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.bounded_text import read_bounded_text
from opsec.formats.html_page import MAX_NODES, HtmlPage, decode_html, hides_markup, page_encoding_remarks, parse_html
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import Gap, ReaderOutput, UnreadableError
from opsec.readers.interface import Reader
from opsec.readers.posts.exports.json_values import fix_mojibake
from opsec.readers.posts.html.page_rest import read_page_rest
from opsec.readers.posts.html.post_blocks import PostBlocks
from opsec.readers.posts.html.saved_page import read_saved_page
from opsec.readers.posts.html.telegram_page import is_telegram_page, read_telegram_page
from opsec.readers.posts.long_text import is_junk

_PART = "HTML"
MAX_HTML_MIB = 12
"""Limit of what is read; Telegram writes a thousand messages to a page, about one MiB."""

_SAMPLE_BYTES = 64 * 1024


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield the posts of an export, or the page as one post."""
    content = read_bounded_text(file, _PART, MAX_HTML_MIB)
    if is_junk(decode_html(content.data[:_SAMPLE_BYTES])):
        raise UnreadableError(make_reason("unknown_type"))
    page = parse_html(content.data)
    _repair_letters(page)
    rest = read_page_rest(page, decode_html(content.data))
    if is_telegram_page(page):
        yield from read_telegram_page(page, rest)
    elif (blocks := PostBlocks(page)).are_posts:
        yield from blocks.read(rest)
    elif page.nodes or rest.hints or rest.lines:
        yield from read_saved_page(page, rest)
    yield from rest.gaps
    yield from page_encoding_remarks(content.data)
    if page.cut:
        yield Gap(make_reason("too_many", limit=MAX_NODES, part="elements"))
    elif hides_markup(content.data, page):
        yield Gap(make_reason("cut_off", part=_PART))
    yield from content.gaps()


def _repair_letters(page: HtmlPage) -> None:
    """Repair texts and attributes whose UTF-8 was written as Latin-1, as in the exports of Instagram and Facebook."""
    for node in page.nodes:
        node.text = fix_mojibake(node.text)
        for name, written in node.attributes.items():
            node.attributes[name] = fix_mojibake(written)


READER = Reader(name="html", version=5, check="sidecar", kinds=frozenset({"html"}), read=read)
