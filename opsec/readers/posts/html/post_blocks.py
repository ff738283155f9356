"""Read pages of exports that list posts, such as ``posts_1.html`` of Instagram and Facebook.

Their CSS classes change with every version, so posts are found by structure: the elements of one list, each of which
has a date or refers to a media file in the export.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from opsec.formats.html_page import HtmlPage
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.post_collector import PostCollector
from opsec.readers.posts.html.page_dates import is_only_date, looks_like_date, parse_page_date
from opsec.readers.posts.html.page_rest import PageRest
from opsec.readers.posts.html.page_values import (
    MAX_LINKS,
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
        self._left_out: dict[tuple[str, int], None] = {}
        """Parts of which some post has more than the limit."""

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
    def read(self, rest: PageRest) -> Iterator[ReaderOutput]:
        """Yield a post for each media file, or for a block without one; then one for everything outside the blocks."""
        collector = PostCollector()
        for row in self.rows:
            yield from self._read_row(row, collector)
            if collector.full:
                break
        words = self._words_outside(rest)
        if words and not collector.full:
            yield from collector.add_post(Post(caption=words[:MAX_TEXT_LENGTH], source=_SOURCE), words, None, ())
        yield from rest.rows(collector, _SOURCE)
        yield from collector.remarks()
        yield from (Gap(make_reason("too_many", limit=limit, part=part)) for part, limit in self._left_out)

    def _read_row(self, row: int, collector: PostCollector) -> Iterator[ReaderOutput]:
        numbers = range(row, self.page.nodes[row].end)
        dates = [number for number in numbers if self._counts.dates[number + 1] > self._counts.dates[number]]
        written = [self.page.nodes[number].text.strip() for number in dates]
        only_dates = frozenset(number for number, text in zip(dates, written, strict=True) if is_only_date(text))
        caption = self.page.words(row, only_dates)
        post = Post(
            caption=caption[:MAX_TEXT_LENGTH] or None,
            posted_at=next((parsed for text in written if (parsed := parse_page_date(text))), None),
            source=_SOURCE,
        )
        extras = list(self._extras(numbers, caption))
        media = self._first(list(dict.fromkeys(name for name in self._media[row : numbers.stop] if name)), _MAX_MEDIA)
        if caption or extras or media:
            for name in (*media,) or (None,):
                yield from collector.add_post(post, caption, name, extras)

    def _first(self, texts: list[str], limit: int, part: str = "files") -> list[str]:
        """The first texts, up to a limit; that there are more is reported at the end."""
        if len(texts) > limit:
            self._left_out[part, limit] = None
        return texts[:limit]

    def _extras(self, numbers: range, caption: str) -> Iterator[Hint | Reason]:
        yield from labelled_positions(self.page, numbers, PART)
        spoken = dict.fromkeys(text for text in spoken_texts(self.page, numbers) if text not in caption)
        for text in self._first(list(spoken), _MAX_SPOKEN, "texts"):
            yield from text_hints(text, "alternate text")
        links = links_inside(self.page, numbers)
        self._first(links, MAX_LINKS, "links")
        yield from link_hints(links)

    def _words_outside(self, rest: PageRest) -> str:
        """Words outside the posts, unless they only repeat the title of the page."""
        words = self.page.words(0, frozenset(self.rows))
        lines = dict.fromkeys([*words.split("\n"), *rest.lines, *self._spoken_outside()])
        return "" if set(lines) <= {"", self._title()} else "\n".join(lines)

    def _spoken_outside(self) -> Iterator[str]:
        at = 0
        for row in [*self.rows, len(self.page.nodes)]:
            yield from spoken_texts(self.page, range(at, row))
            at = self.page.nodes[row].end if row < len(self.page.nodes) else row

    def _title(self) -> str:
        """Title of the page if it is one word, such as ``Posts``; a longer one may name a place."""
        title = next((number for number, node in enumerate(self.page.nodes) if node.tag == "title"), None)
        words = self.page.words(title) if title is not None else ""
        return "" if " " in words else words


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
