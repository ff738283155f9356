"""What a page holds beside the words that a browser shows: scripts, comments, metadata, and parts that are not read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from opsec.formats.html_page import MAX_WORDS_ATTRIBUTE_LENGTH, HtmlPage, count_embedded_images
from opsec.i18n.reasons import make_reason
from opsec.model import Hint, Post, Reason
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.post_collector import MAX_HINTS_PER_POST, PostCollector
from opsec.readers.posts.html.page_scripts import ScriptReader
from opsec.readers.posts.html.page_values import data_attributes
from opsec.readers.text.word_filter import has_words

_TECHNICAL = re.compile(
    r"viewport|robots|googlebot|generator|referrer|theme-color|color-scheme|format-detection|content-type|charset"
    r"|refresh|(?:apple|msapplication|google|twitter:card|og:type|og:locale|fb|al)\b.*|.*(?:verification|token|:type)",
    re.IGNORECASE,
)
"""Names of metadata for programs."""
_NAMES = ("property", "name", "itemprop")
_TAG = re.compile(r"<[^<>]*>")
_FRAME_TAGS = frozenset({"frame"})


@dataclass(slots=True)
class PageRest:
    """Words, hints and gaps of a page beside its visible words."""

    lines: list[str] = field(default_factory=list)
    hints: list[Hint | Reason] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def rows(self, rows: PostCollector, source: str) -> Iterator[ReaderOutput]:
        """Yield the hints as posts without a caption, because a list of posts has no hints of its own."""
        for first in range(0, len(self.hints), MAX_HINTS_PER_POST):
            yield from rows.add_post(Post(source=source), None, None, self.hints[first : first + MAX_HINTS_PER_POST])


def read_page_rest(page: HtmlPage, text: str) -> PageRest:
    """Read what the scripts, comments and metadata of a page say.

    Parameters
    ----------
    page
        The page.
    text
        Its source, in which embedded images are counted.
    """
    rest, scripts = PageRest(), ScriptReader()
    rest.lines += [line for comment in page.comments for line in _lines(_TAG.sub("\n", comment))]
    rest.lines += _metadata_lines(page)
    data = (value for number in range(len(page.nodes)) for value in data_attributes(page.nodes[number]))
    for script in (*page.scripts, *data):
        rest.hints += scripts.hints(script)
    rest.gaps += scripts.gaps()
    rest.gaps += _unread_parts(page, text)
    return rest


def _lines(words: str) -> Iterable[str]:
    lines = (" ".join(line.split()) for line in words.split("\n"))
    return [line for line in lines if has_words(line)]


def _metadata_lines(page: HtmlPage) -> Iterator[str]:
    """Contents of ``meta`` elements that are written for people."""
    for node in page.nodes:
        if node.tag == "meta":
            name = next((node.attributes[key] for key in _NAMES if key in node.attributes), "")
            content = " ".join(node.attributes.get("content", "").split())
            if name and not _TECHNICAL.fullmatch(name) and has_words(content):
                yield content


def _unread_parts(page: HtmlPage, text: str) -> Iterator[Gap]:
    frames = sum(node.tag in _FRAME_TAGS and bool(node.attributes.get("src")) for node in page.nodes)
    frames += sum(node.attributes.get("src", "").startswith("data:text") for node in page.nodes if node.tag == "iframe")
    for part, count in (("embedded images", count_embedded_images(text)), ("frames", frames)):
        if count:
            yield Gap(make_reason("parts_unread", part=part, count=count))
    if page.attributes_cut:
        yield Gap(make_reason("too_long", part="tags", limit=f"{MAX_WORDS_ATTRIBUTE_LENGTH:,}"))
