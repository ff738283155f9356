"""Read a page saved from the web, or any other page, as one post: its title, description, words and links to maps.

Metadata as in the Open Graph protocol (ogp.me) and in HTML ("Standard metadata names", ``time``).
"""

from collections.abc import Iterator
from itertools import islice

from opsec.formats.html_page import HtmlPage
from opsec.i18n.reasons import make_reason
from opsec.model import Post
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.json_positions import find_positions
from opsec.readers.posts.html.page_dates import parse_page_date
from opsec.readers.posts.html.page_rest import PageRest
from opsec.readers.posts.html.page_values import labelled_positions, link_hints, links_inside, spoken_texts
from opsec.readers.posts.long_text import cut_caption, further_texts
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.coordinates import text_hints

PART = "page"
_DESCRIPTIONS = ("og:title", "twitter:title", "description", "og:description", "twitter:description", "keywords")
_AUTHORS = ("author", "article:author", "twitter:creator", "og:site_name")
_TIMES = ("article:published_time", "og:published_time", "date", "pubdate", "uploadDate", "datePublished")
_ADDRESSES = ("og:url", "twitter:url")
_POSITIONS = ("geo.position", "icbm", "geo.placename", "geo.region")
_COORDINATES = {
    "place:location:latitude": "latitude", "place:location:longitude": "longitude",
    "og:latitude": "latitude", "og:longitude": "longitude", "latitude": "latitude", "longitude": "longitude",
}  # fmt: skip
_MAX_SPOKEN = 5_000
MAX_LINKS = 5_000
"""Limit of distinct links that are searched for positions; searching them takes some seconds."""


def read_saved_page(page: HtmlPage, rest: PageRest) -> Iterator[ReaderOutput]:
    """Yield the post and the positions in links, labels and metadata; nothing for a page without words."""
    metadata = _metadata(page)
    numbers = range(len(page.nodes))
    visible = page.words(0).split("\n") if page.nodes else []
    lines = [*(metadata[name] for name in _DESCRIPTIONS if name in metadata), *visible]
    spoken = list(islice(spoken_texts(page, numbers), _MAX_SPOKEN + 1))
    author = short_text(_first(metadata, _AUTHORS))
    lines += [*spoken[:_MAX_SPOKEN], *(line for line in rest.lines if line != author)]
    text = "\n".join(dict.fromkeys(line for line in lines if line))
    links = links_inside(page, numbers)
    found = [*labelled_positions(page, numbers, PART), *link_hints(links[:MAX_LINKS], max_words=0)]
    found += find_positions(
        {_COORDINATES[name]: metadata[name] for name in metadata.keys() & _COORDINATES.keys()}, PART
    )
    for name in _POSITIONS:
        found += text_hints(metadata.get(name, "").replace(";", ", "), name)
    found += rest.hints
    if not text and not found:
        return
    yield Post(
        author=author,
        caption=cut_caption(text),
        posted_at=_posted_at(page, metadata),
        url=short_text(_first(metadata, _ADDRESSES) or _canonical(page)),
        source="web page",
    )
    yield from found
    yield from further_texts(text, PART)
    if len(spoken) > _MAX_SPOKEN:
        yield Gap(make_reason("too_many", limit=_MAX_SPOKEN, part="texts"))
    if len(links) > MAX_LINKS:
        yield Gap(make_reason("too_many", limit=MAX_LINKS, part="links"))


def _metadata(page: HtmlPage) -> dict[str, str]:
    """Contents of ``meta`` elements by name, the first of each."""
    found: dict[str, str] = {}
    for node in page.nodes:
        if node.tag == "meta":
            for key in ("property", "name", "itemprop"):
                name, content = node.attributes.get(key, "").strip(), node.attributes.get("content", "").strip()
                if name and content:
                    found.setdefault(name if name in _TIMES else name.lower(), content)
    return found


def _first(metadata: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((metadata[name] for name in names if name in metadata), None)


def _posted_at(page: HtmlPage, metadata: dict[str, str]) -> str | None:
    """Time of publication from the metadata, else the first ``time`` element."""
    written = [metadata[name] for name in _TIMES if name in metadata]
    written += islice((node.attributes["datetime"] for node in page.nodes if node.attributes.get("datetime")), 20)
    return next((parsed for text in written if (parsed := parse_page_date(text))), None)


def _canonical(page: HtmlPage) -> str | None:
    links = (node.attributes.get("href") for node in page.nodes if node.attributes.get("rel") == "canonical")
    return next((link for link in links if link), None)
