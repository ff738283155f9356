"""Coordinate notations, one module per family: each parser finds its positions in a normalised text.

A new notation is one function in ``NOTATION_PARSERS``. Text that one parser has used is masked for the next ones.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from opsec.geo.notations.base import CoordinateMatch, CoordinateText, Notation, normalise_coordinate_text
from opsec.geo.notations.decimal_degrees import parse_decimal_degrees
from opsec.geo.notations.degrees_minutes_seconds import parse_degrees_minutes_seconds
from opsec.geo.notations.geohash import parse_geohashes
from opsec.geo.notations.geometries import parse_geometries
from opsec.geo.notations.map_links import find_link_spans, parse_map_links, parse_three_words
from opsec.geo.notations.mgrs_references import parse_mgrs, parse_short_mgrs
from opsec.geo.notations.plus_codes import parse_plus_codes
from opsec.geo.notations.record_notations import parse_iso6709_strings, parse_nmea
from opsec.geo.notations.utm import parse_utm

__all__ = ["MAX_COORDINATES", "NOTATION_PARSERS", "CoordinateMatch", "Notation", "parse_coordinates"]

NOTATION_PARSERS: tuple[Callable[[CoordinateText], Iterator[CoordinateMatch]], ...] = (
    parse_three_words,
    parse_geometries,
    parse_nmea,
    parse_iso6709_strings,
    parse_plus_codes,
    parse_geohashes,
    parse_mgrs,
    parse_utm,
    parse_short_mgrs,
    parse_degrees_minutes_seconds,
    parse_decimal_degrees,
)
"""Most distinctive notation first. Links are parsed before all of them."""
MAX_COORDINATES = 500
"""Per text; a longer list is a table, not a post."""


def parse_coordinates(text: str) -> list[CoordinateMatch]:
    """Find every position written in a text, in any notation.

    Returns at most ``MAX_COORDINATES`` matches in reading order, with spans of the original text. Never raises; takes
    time linear in the length of the text.
    """
    original = rest = normalise_coordinate_text(text)
    matches = list(islice(parse_map_links(rest), MAX_COORDINATES))
    parsed_spans = find_link_spans(rest)
    for parse in NOTATION_PARSERS:
        rest = rest.masked(parsed_spans)
        found = _without_overlaps(islice(parse(rest), MAX_COORDINATES))
        parsed_spans = [(match.start, match.end) for match in found]
        matches += found
    in_order = sorted(matches, key=lambda match: match.start)[:MAX_COORDINATES]
    return [_to_original_offsets(match, original) for match in in_order]


def _without_overlaps(matches: Iterator[CoordinateMatch]) -> list[CoordinateMatch]:
    """Sort in reading order and drop matches that start inside the one before."""
    kept: list[CoordinateMatch] = []
    for match in sorted(matches, key=lambda match: (match.start, -match.end)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept


def _to_original_offsets(match: CoordinateMatch, text: CoordinateText) -> CoordinateMatch:
    start, end = text.original_span(match.start, match.end)
    return replace(match, start=start, end=end)
