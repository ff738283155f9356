"""Read pages of exports that list posts, such as ``posts_1.html`` of Instagram and Facebook.

Their CSS classes change with every version, so posts are found by structure: the elements of one list, each of which
has a date or refers to a media file in the export.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from opsec.formats.html_page import HtmlPage
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.records import ReaderOutput
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.html.page_dates import looks_like_date, parse_page_date
from opsec.readers.posts.html.page_values import (
    labelled_positions,
    link_hints,
    links_inside,
    media_reference,
    spoken_texts,
)
from opsec.readers.text.coordinates import text_hints

PART = "posts.html"
_MAX_MEDIA = 200
"""Limit for one post."""
_MAX_DESCENT = 200_000
_MAX_SPOKEN = 20


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many dates, media references and texts stand before each node, so that any part is counted at once."""

    dates: list[int]
    media: list[int]
    texts: list[int]


class PostBlocks:
    """The posts of a page, and what stands outside them."""

    def __init__(self, page: HtmlPage) -> None:
        self.page = page
        nodes = page.nodes
        is_date = [looks_like_date(node.text.strip()) if node.text else False for node in nodes]
        self._media = [media_reference(node) if node.attributes else None for node in nodes]
        self._counts = _Counts(
            list(accumulate(is_date, initial=0)),
            list(accumulate((name is not None for name in self._media), initial=0)),
            list(accumulate((bool(node.text) and not node.text.isspace() for node in nodes), initial=0)),
        )
        self.rows = self._find_rows() if nodes else []

    @property
    def are_posts(self) -> bool:
        """Whether the page looks like a list of posts: dated blocks of an export, which is not a page of the web."""
        if not self.rows or is_web_page(self.page):
            return False
        media = sum(self._media_count(row) for row in self.rows)
        dated = sum(self._date_count(row) > 0 for row in self.rows)
        return dated > 0 and (media > 0 or dated > 1 or self._main() is not None)

    # ── structure ─────────────────────────────────────────────────────────────────────────────
    def _date_count(self, number: int) -> int:
        return self._counts.dates[self.page.nodes[number].end] - self._counts.dates[number]

    def _media_count(self, number: int) -> int:
        return self._counts.media[self.page.nodes[number].end] - self._counts.media[number]

    def _has_content(self, number: int) -> bool:
        end = self.page.nodes[number].end
        return self._media_count(number) > 0 or self._counts.texts[end] > self._counts.texts[number]

    def _parts(self, number: int) -> list[int]:
        return [inner for inner in self.page.children(number) if self._has_content(inner)]

    def _main(self) -> int | None:
        return next(
            (
                number
                for number, node in enumerate(self.page.nodes)
                if node.tag == "main" or node.attributes.get("role") == "main"
            ),
            None,
        )

    def _find_rows(self) -> list[int]:
        """Descend from the main part to the list of posts."""
        main = self._main()
        here = 0 if main is None else main
        for _step in range(_MAX_DESCENT):
            parts = self._parts(here)
            dated = [part for part in parts if self._date_count(part)]
            if len(parts) == 1 and (here != main or self._is_list(parts[0])):
                here = parts[0]
            elif (here == main and len(parts) == 1) or len(dated) > 1 or self._are_albums(parts):
                return parts
            elif len(dated) == 1 and self._date_count(dated[0]) > 1:
                here = dated[0]
            else:
                break
        return [here] if self._has_content(here) else []

    def _is_list(self, number: int) -> bool:
        parts = self._parts(number)
        return len(parts) == 1 or (len(parts) > 1 and all(map(self._date_count, parts)))

    def _are_albums(self, parts: list[int]) -> bool:
        with_media = [part for part in parts if self._media_count(part)]
        return len(with_media) > 1 and any(map(self._date_count, with_media))

    # ── posts ─────────────────────────────────────────────────────────────────────────────────
    def read(self) -> Iterator[ReaderOutput]:
        """Yield a post for each media file, or for a block without one; then one for the words outside the blocks."""
        collector = PostCollector()
        for row in self.rows:
            yield from self._read_row(row, collector)
            if collector.full:
                break
        rest = self._words_outside()
        if rest and not collector.full:
            yield from collector.add_post(Post(caption=rest[:MAX_TEXT_LENGTH], source=_SOURCE), rest, None, ())
        yield from collector.remarks()

    def _read_row(self, row: int, collector: PostCollector) -> Iterator[ReaderOutput]:
        numbers = range(row, self.page.nodes[row].end)
        dates = [number for number in numbers if self._counts.dates[number + 1] > self._counts.dates[number]]
        caption = self.page.words(row, frozenset(dates))
        written = (self.page.nodes[number].text.strip() for number in dates)
        post = Post(
            caption=caption[:MAX_TEXT_LENGTH] or None,
            posted_at=next((parsed for text in written if (parsed := parse_page_date(text))), None),
            source=_SOURCE,
        )
        extras = list(self._extras(numbers, caption))
        media = list(dict.fromkeys(name for name in self._media[row : numbers.stop] if name))[:_MAX_MEDIA]
        if caption or extras or media:
            for name in (*media,) or (None,):
                yield from collector.add_post(post, caption, name, extras)

    def _extras(self, numbers: range, caption: str) -> Iterator[Hint | Reason]:
        yield from labelled_positions(self.page, numbers, PART)
        spoken = dict.fromkeys(text for text in spoken_texts(self.page, numbers) if text not in caption)
        for text in list(spoken)[:_MAX_SPOKEN]:
            yield from text_hints(text, "alternate text")
        yield from link_hints(links_inside(self.page, numbers))

    def _words_outside(self) -> str:
        """Words outside the posts, unless they only repeat the title of the page."""
        words = self.page.words(0, frozenset(self.rows))
        lines = list(dict.fromkeys(words.split("\n")))
        return "\n".join(lines) if len(lines) > 1 else ""


_SOURCE = "HTML export"


def is_web_page(page: HtmlPage) -> bool:
    """Whether the page was saved from the web: it says for search engines what it is."""
    for node in page.nodes:
        if node.tag == "meta" and node.attributes.get("property", "").startswith(("og:", "article:")):
            return True
        if node.tag == "link" and node.attributes.get("rel") == "canonical":
            return True
        if node.tag == "body":
            return False
    return False
