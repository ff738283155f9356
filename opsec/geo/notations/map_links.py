"""Links to maps, as apps share them, and ``geo:`` links: read from the address alone.

Nothing is ever asked over a network. A short link that only a network could resolve is a finding of
its own: somebody posted a place. What an address shows is told in ``link_forms``.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from opsec.geo.notations import map_url_parsers
from opsec.geo.notations.coordinate_match import Written
from opsec.geo.notations.decimal_degrees import decimal_degrees
from opsec.geo.notations.map_url_parsers import Shown
from opsec.geo.notations.normalised_text import Plain, plain
from opsec.geo.notations.osm_shortlink import osm_short

MOST_PLACES = 10
"""Of one link: the stops of a journey."""
FEWEST_ON_A_MAP, FEWEST_ELSEWHERE = 2, 4
"""Decimals of a coordinate in the address of a map, and in any other."""

_LINK = re.compile(
    r"(?<![a-z0-9.@/-])(?:[a-z][a-z0-9+.-]{1,30}://|google\.navigation:|geo:(?=[+0-9-])"
    r"|(?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,10}(?::[0-9]{2,5})?[/?#])[^\s<>\"]{1,2000}"
)
_NOT_OF_IT = ".,;:!?)]}'»…*"
"""Signs that end the sentence rather than the link."""

_HOST = r"(?:https?://)?(?:[a-z0-9-]{1,40}\.){0,3}?"
_MAP = re.compile(
    _HOST + r"(?:maps\.google\.[a-z.]{2,7}[/?#]|google\.[a-z.]{2,7}/maps|earth\.google\.com/|maps\.apple(?:\.com)?[/?]"
    r"|openstreetmap\.org/|osm\.org/|bing\.com/maps|waze\.(?:com|to)/|yandex\.[a-z.]{2,6}/(?:maps|navi)|2gis\.[a-z.]{2,6}/"
    r"|here\.com/|petalmaps\.com/|wikimapia\.org/|map\.snapchat\.com/|geohash\.org/|maps\.me/|organicmaps\.app/"
    r"|maps\.app\.goo\.gl/|(?:app\.)?goo\.gl/maps/|g\.co/(?:maps|kgs)|g\.page/|w3w\.co/|what3words\.com/|omaps\.app/|ge0\.me/)"
    r"|(?:google\.navigation|comgooglemaps|maps|waze|om|mapsme|ge0|here\.location|petalmaps):"
)
"""Addresses that lead to a place on a map, whichever."""
_FRONT_PAGE = re.compile(r"(?:[a-z][a-z0-9+.-]{1,30}://)?[^/?#]{1,100}(?:/maps)?[/?#]?\Z")
_WORTH_READING = re.compile(r"[0-9]\.[0-9]|%|\+|/ul/h|/go/|geohash\.org/")
_CARRIED = re.compile(r"[?&](?:text|url|u|link|body)=([^&#]{1,2000})")


def links(text: Plain) -> Iterator[Written]:
    """Every link with a place in it, and every link to a map whose place only a network could tell."""
    for start, end in spans(text):
        yield from _link(text, start, end)


def spans(text: Plain) -> list[tuple[int, int]]:
    """Where links of whatever kind stand: numbers inside them are not the writer's words."""
    ends = [
        (found.start(), found.start() + len(found.group().rstrip(_NOT_OF_IT))) for found in _LINK.finditer(text.letters)
    ]
    return [(start, end) for start, end in ends if end > start]


def _link(text: Plain, start: int, end: int) -> Iterator[Written]:
    address = text.letters[start:end]
    is_map = _MAP.match(address) is not None
    shown: list[Shown] = []
    if _WORTH_READING.search(address):
        short = osm_short(text.as_written(start, end))
        shown = [short] if short else _shown(address, is_map=is_map)
    for place in shown[:MOST_PLACES]:
        yield Written(start, end, "geo uri" if address.startswith("geo:") else "link", place.point, place.accuracy_m)
    if is_map and not shown and not _FRONT_PAGE.match(address):
        yield Written(start, end, "unresolved link")


def _shown(escaped: str, *, is_map: bool) -> list[Shown]:
    """The places of one address; of one that carries another or a whole message, those of what it carries."""
    address = plain(unquote(unquote(escaped))).letters
    if address.startswith("geo:"):
        return map_url_parsers.geo_uri(address)
    fewest = FEWEST_ON_A_MAP if is_map else FEWEST_ELSEWHERE
    own = map_url_parsers.shown_by(address, fewest, plus_escaped="%2b" in escaped)
    return own or [shown for found in _CARRIED.finditer(address) for shown in _carried(found[1])]


def _carried(message: str) -> Iterator[Shown]:
    """What stands in a message inside a link: again a link, or plain coordinates. No link is followed twice."""
    text = plain(message.replace("+", " "))
    inner = spans(text)
    for start, end in inner:
        address = text.letters[start:end]
        is_map = _MAP.match(address) is not None
        yield from (
            map_url_parsers.geo_uri(address) if address.startswith("geo:")
            else map_url_parsers.shown_by(address, FEWEST_ON_A_MAP if is_map else FEWEST_ELSEWHERE)
        )  # fmt: skip
    for found in decimal_degrees(text.without(inner)):
        if found.point and found.accuracy_m is not None:
            yield Shown(found.point, found.accuracy_m)
