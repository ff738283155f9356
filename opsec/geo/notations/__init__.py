"""Notations of coordinates, one module a family: each takes a text in plain form and gives the places in it.

A new notation is one function in ``FAMILIES``. What one has read, the next ones do not see.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from opsec.geo.notations.coordinate_match import Notation, Written
from opsec.geo.notations.decimal_degrees import decimal_degrees
from opsec.geo.notations.degrees_minutes_seconds import sexagesimal
from opsec.geo.notations.geohash import geohashes
from opsec.geo.notations.map_links import links, spans
from opsec.geo.notations.mgrs_utm import mgrs_references, utm_references
from opsec.geo.notations.normalised_text import Plain, plain
from opsec.geo.notations.plus_codes import plus_codes

__all__ = ["FAMILIES", "MOST_PLACES", "Notation", "Written", "places_written"]

FAMILIES: tuple[Callable[[Plain], Iterator[Written]], ...] = (
    plus_codes,
    geohashes,
    mgrs_references,
    utm_references,
    sexagesimal,
    decimal_degrees,
)
"""The more telling a notation, the earlier its turn. Links come before them all."""
MOST_PLACES = 500
"""Of one text; a longer list is a table, not a post."""


def places_written(text: str) -> list[Written]:
    """Every place written in a text, in reading order, at most ``MOST_PLACES``. Never raises; linear in its length."""
    whole = left = plain(text)
    found = list(islice(links(left), MOST_PLACES))
    left_out = spans(left)
    for family in FAMILIES:
        left = left.without(left_out)
        read = _apart(islice(family(left), MOST_PLACES))
        left_out = [(place.start, place.end) for place in read]
        found += read
    return [_in_text(place, whole) for place in sorted(found, key=lambda place: place.start)[:MOST_PLACES]]


def _apart(read: Iterator[Written]) -> list[Written]:
    """In reading order, without those that begin inside the one before."""
    kept: list[Written] = []
    for place in sorted(read, key=lambda place: (place.start, -place.end)):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


def _in_text(place: Written, text: Plain) -> Written:
    start, end = text.span(place.start, place.end)
    return Written(start, end, place.notation, place.point, place.accuracy_m)
