"""Map links, as apps share them, and ``geo:`` URIs, parsed from the address alone.

Nothing is ever requested over a network. A short link that only a network could resolve is reported as such,
because it shows that somebody posted a position. ``map_url_parsers`` has the formats of the addresses.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from opsec.geo.notations import map_url_parsers
from opsec.geo.notations.base import CoordinateMatch, CoordinateText, Notation, normalise_coordinate_text
from opsec.geo.notations.context_words import has_place_word_near
from opsec.geo.notations.decimal_degrees import parse_decimal_degrees
from opsec.geo.notations.ge0 import parse_ge0
from opsec.geo.notations.here_links import parse_here_share
from opsec.geo.notations.map_hosts import FRONT_PAGE, MAP_URL, SHORT_LINK
from opsec.geo.notations.map_url_parsers import UrlPosition
from opsec.geo.notations.osm_shortlink import parse_osm_shortlink

MAX_COORDINATES_PER_LINK = 10
"""Per link: the stops of a route."""
MIN_DECIMALS_MAP_URL, MIN_DECIMALS_OTHER_URL = 2, 4
"""Decimals of a coordinate in the address of a map service, and in any other address."""

_LINK = re.compile(
    r"(?<![a-z0-9.@/-])(?:[a-z][a-z0-9+.-]{1,30}://|google\.navigation:|geo:(?=[+0-9-])"
    r"|(?:bingmaps|ms-(?:drive|walk)-to|maps|here\.location):(?=\?|[0-9-])"
    r"|(?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,10}(?::[0-9]{2,5})?[/?#])[^\s<>\"]{1,2000}"
)
_TRAILING_PUNCTUATION = ".,;:!?)]}'»…*"
"""Characters that end the sentence rather than the link."""

_MAY_HAVE_COORDINATES = re.compile(r"[0-9][.,][0-9]|%|\+|/ul/h|/go/|geohash\.org/|params=")
_EMBEDDED_TEXT = re.compile(r"[?&](?:text|url|u|link|body)=([^&#]{1,2000})")


def parse_map_links(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every link with a position, and every map link whose position only a network could resolve."""
    for start, end in find_link_spans(text):
        yield from _parse_link(text, start, end)


def find_link_spans(text: CoordinateText) -> list[tuple[int, int]]:
    """Spans of all links, map or not: the numbers in them are not part of the sentence."""
    spans = [
        (link.start(), link.start() + len(link.group().rstrip(_TRAILING_PUNCTUATION)))
        for link in _LINK.finditer(text.normalised)
    ]
    return [(start, end) for start, end in spans if end > start]


def _parse_link(text: CoordinateText, start: int, end: int) -> Iterator[CoordinateMatch]:
    address = text.normalised[start:end]
    is_map = MAP_URL.match(address) is not None
    positions: list[UrlPosition] = []
    coded = _coded_position(text.in_original_case(start, end)) if is_map else None
    if coded:
        positions = [coded]
    elif _MAY_HAVE_COORDINATES.search(address):
        positions = _positions_in_url(address, is_map=is_map)
    notation: Notation = "geo uri" if address.startswith("geo:") else "link"
    for position in positions[:MAX_COORDINATES_PER_LINK]:
        yield CoordinateMatch(start, end, notation, position.point, position.accuracy_m)
    if not positions and (_leads_to_a_place(address) if is_map else _is_short_link_to_a_place(text, start, end)):
        yield CoordinateMatch(start, end, "unresolved link")


def _coded_position(address: str) -> UrlPosition | None:
    """Decode a link whose path is a code, given in its original case."""
    decoded = unquote(address)
    return parse_osm_shortlink(decoded) or parse_ge0(decoded) or parse_here_share(decoded)


def _leads_to_a_place(address: str) -> bool:
    """Whether the address of a map service is more than its front page."""
    return not FRONT_PAGE.match(address)


def _is_short_link_to_a_place(text: CoordinateText, start: int, end: int) -> bool:
    """Whether words beside a short link of any kind say that it leads to a place."""
    return SHORT_LINK.match(text.normalised[start:end]) is not None and has_place_word_near(text, start, end)


def _positions_in_url(escaped: str, *, is_map: bool) -> list[UrlPosition]:
    """Parse the positions of one address, else those of the address or message that it embeds as a parameter."""
    address = normalise_coordinate_text(unquote(unquote(escaped))).normalised
    if address.startswith("geo:"):
        return map_url_parsers.parse_geo_uri(address)
    min_decimals = MIN_DECIMALS_MAP_URL if is_map else MIN_DECIMALS_OTHER_URL
    own = map_url_parsers.parse_map_url(address, min_decimals, plus_escaped="%2b" in escaped)
    return own or [
        position
        for parameter in _EMBEDDED_TEXT.finditer(address)
        for position in _positions_in_embedded_text(parameter[1])
    ]


def _positions_in_embedded_text(message: str) -> Iterator[UrlPosition]:
    """Parse the links and decimal degrees of a message embedded in a link; links inside those are not followed."""
    text = normalise_coordinate_text(message.replace("+", " "))
    links = find_link_spans(text)
    for start, end in links:
        address = text.normalised[start:end]
        is_map = MAP_URL.match(address) is not None
        yield from (
            map_url_parsers.parse_geo_uri(address) if address.startswith("geo:")
            else map_url_parsers.parse_map_url(address, MIN_DECIMALS_MAP_URL if is_map else MIN_DECIMALS_OTHER_URL)
        )  # fmt: skip
    for match in parse_decimal_degrees(text.masked(links)):
        if match.point and match.accuracy_m is not None:
            yield UrlPosition(match.point, match.accuracy_m)


_WORD = r"[^\W\d_]{2,24}"
_THREE_WORDS = re.compile(rf"(?<![^\s(\"'])///{_WORD}\.{_WORD}\.{_WORD}(?![^\W_]|[./][^\W_])")
"""``///table.lamp.river``: only the service that owns the words knows the place. The path of a file is none."""


def parse_three_words(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every address of three words, which has no position of its own."""
    for found in _THREE_WORDS.finditer(text.normalised):
        yield CoordinateMatch(*found.span(), "three words")
