"""What the address of a map shows: its pins, else its search, else the middle of its view.

Forms: Google "Maps URLs" and the ``!3d…!4d…`` of its pages, Apple "Map Links", OpenStreetMap
("Browsing", "Shortlink"), Bing "Create a Custom Map URL", Waze "Deep Links", RFC 5870 for ``geo:``.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsec.geo.notations import geohash
from opsec.geo.notations.degrees_minutes_seconds import sexagesimal
from opsec.geo.notations.mgrs_utm import mgrs_references
from opsec.geo.notations.normalised_text import plain
from opsec.geo.notations.plus_codes import alone, plus_codes
from opsec.geo.positions import place, step_m
from opsec.model import Point

VIEW_PX = 200
"""From the middle of a telephone's map to its edge: what was meant lies in view."""
_EQUATOR_M_PER_PX = 156_543.03
"""Of a web map at zoom 0 (256-pixel tiles)."""
_FINEST_ZOOM = 22

_N = r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?"
_PINS = (
    (re.compile(rf"!3d({_N})!4d({_N})"), False),
    (re.compile(rf"!2d({_N})!3d({_N})"), True),
    (re.compile(rf"!1d({_N})!2d({_N})"), True),
)
"""Google's own fields, the surest first; and whether longitude comes first."""
_LATITUDE = re.compile(rf"[?&#;/](?:m|amp;|point)?lat(?:itude)?=({_N})(?![0-9.])")
_LONGITUDE = re.compile(rf"[?&#;/](?:m|amp;|point)?(?:lon|lng|long|longitude)=({_N})(?![0-9.])")
_VALUE = re.compile(
    r"[?&#;](?:amp;)?(?:q|query|ll|sll|saddr|daddr|destination|origin|waypoints|viewpoint|cbll|center|coordinate|coordinates|"
    r"loc|location|to|from|near|address|at|point|pt|sp|rtp|rtext|c|pin|latlng|latlon|navigate_to|where1|text)=([^&#]{1,200})"
)
_SEARCH = re.compile(r"google\.navigation:q=([^&#]{1,200})")
_PAIR = re.compile(rf"(?:loc:|ll\.|point\.|pos\.)? ?({_N})[,;~_| +/]{{1,3}}({_N})(?![0-9.])")
_STEP = re.compile(rf"/({_N}),[ +]?({_N})(?=[/?#,&|]|\Z)")
_VIEWS = (
    re.compile(rf"@({_N}),({_N})(?:,({_N}|[0-9]{{4,8}}(?:\.[0-9]{{1,9}})?)([zma]))?"),
    re.compile(rf"#(?:map=)?(?P<zoom>[0-9]{{1,2}}(?:\.[0-9]{{1,4}})?)/(?P<lat>{_N})/(?P<lon>{_N})"),
    re.compile(rf"[?&#](?:cp|map|view|m|v|cam)=({_N})[,~]({_N})(?:[,/]({_N})(z?)(?![0-9.a-z]))?"),
)
_LEVEL = re.compile(r"[?&](?:lvl|z|zoom)=([0-9]{1,2})(?![0-9])")
_LONGITUDE_FIRST = re.compile(r"[^/]{0,9}//(?:[a-z0-9-]{1,40}\.){0,2}(?:yandex|2gis)\.")
_WAZE = re.compile(rf"waze\.com/ul/h({geohash.HASH})(?![^\W_])")
_GEOHASH = re.compile(rf"geohash\.org/({geohash.HASH})(?![^\W_])")
_GEO = re.compile(rf"geo:({_N}),({_N})(?:,{_N})?((?:;[^;?]{{0,40}}){{0,8}})(?:\?|\Z)")
_UNCERTAIN = re.compile(r";u=([0-9]{1,8}(?:\.[0-9]{1,9})?)(?=;|\Z)")


@dataclass(frozen=True, slots=True)
class Shown:
    """A place that an address shows."""

    point: Point
    accuracy_m: float


def shown_by(address: str, fewest: int, *, plus_escaped: bool = False) -> list[Shown]:
    """The places of an address (decoded, in plain form), the surest kind alone, in the order they stand.

    ``fewest``: decimals that a number needs to be a coordinate here; ``plus_escaped``: a plus in a query was written
    ``%2B`` and is one, not a blank.
    """
    swapped = _LONGITUDE_FIRST.match(address) is not None
    forms = (
        _pins(address, fewest),
        _fields(address, fewest),
        _values(address, fewest, swapped=swapped, plus_escaped=plus_escaped),
        _steps(address, fewest, swapped=swapped),
        _codes(address),
        _views(address, fewest, swapped=swapped),
    )
    for form in forms:
        found = list(dict.fromkeys(shown for shown in form if shown))
        if found:
            return found
    return []


def geo_uri(address: str) -> list[Shown]:
    """The place of a ``geo:`` address, with its uncertainty; Android writes 0,0 and puts the place behind ``?q=``."""
    found = _GEO.match(address)
    if found is None or (";crs=" in found[3] and ";crs=wgs84" not in found[3]):
        return []
    searched = list(dict.fromkeys(shown for shown in _values(address, 1, swapped=False) if shown))
    shown = _shown(found[1], found[2], fewest=1)
    if searched or shown is None:
        return searched
    told = _UNCERTAIN.search(found[3])
    return [Shown(shown.point, max(shown.accuracy_m, float(told[1]) if told else 0.0))]


def _pins(address: str, fewest: int) -> Iterator[Shown | None]:
    for pattern, swapped in _PINS:
        found = [_shown(pin[1], pin[2], fewest=fewest, swapped=swapped) for pin in pattern.finditer(address)]
        if any(found):
            yield from found
            return


def _fields(address: str, fewest: int) -> Iterator[Shown | None]:
    lat, lon = _LATITUDE.search(address), _LONGITUDE.search(address)
    if lat and lon:
        yield _shown(lat[1], lon[1], fewest=fewest)


def _values(address: str, fewest: int, *, swapped: bool, plus_escaped: bool = False) -> Iterator[Shown | None]:
    for found in (*_SEARCH.finditer(address), *_VALUE.finditer(address)):
        value = found[1]
        pair = _PAIR.match(value)
        if pair:
            yield _shown(pair[1], pair[2], fewest=fewest, swapped=swapped and "rtext=" not in found.group())
        elif fewest < 4 and plus_escaped and (code := alone(value)):
            yield Shown(code.centre, code.radius_m)
        elif fewest < 4:
            yield from _in_words(value)


def _steps(address: str, fewest: int, *, swapped: bool) -> Iterator[Shown | None]:
    steps = list(_STEP.finditer(address))
    yield from (_shown(step[1], step[2], fewest=fewest, swapped=swapped) for step in steps)
    if not steps and fewest < 4:
        path = re.split(r"[@?#]", address, maxsplit=1)[0]
        codes = [code for part in path.split("/") if (code := alone(part))]
        yield from (Shown(code.centre, code.radius_m) for code in codes)
        if not codes:
            yield from _in_words(path.replace("/", " / "))


def _in_words(value: str) -> Iterator[Shown]:
    """Other notations inside an address, where a plus may be a blank."""
    text, spaced = plain(value), plain(value.replace("+", " "))
    for found in (*plus_codes(text), *mgrs_references(spaced), *sexagesimal(spaced)):
        if found.point and found.accuracy_m is not None:
            yield Shown(found.point, found.accuracy_m)


def _codes(address: str) -> Iterator[Shown]:
    for pattern in (_WAZE, _GEOHASH):
        if found := pattern.search(address):
            yield Shown(*geohash.decoded(found[1]))


def _views(address: str, fewest: int, *, swapped: bool) -> Iterator[Shown | None]:
    level = _LEVEL.search(address)
    for pattern in _VIEWS:
        found = pattern.search(address)
        if found is None:
            continue
        if "zoom" in pattern.groupindex:
            lat, lon, size, unit = found["lat"], found["lon"], found["zoom"], "z"
        else:
            lat, lon, size, unit = found.groups()
        shown = _shown(lat, lon, fewest=fewest, swapped=swapped)
        if shown:
            zoom, unit = (size, unit or "z") if size else (level[1] if level else "", "z")
            yield Shown(shown.point, max(shown.accuracy_m, _view_radius_m(shown.point.lat, zoom, unit)))
            return


def view_radius_m(lat: float, zoom: float) -> float:
    """How far from its middle a telephone's map shows the ground at this zoom."""
    m_per_px = _EQUATOR_M_PER_PX * math.cos(math.radians(lat)) / 2 ** min(max(zoom, 0.0), _FINEST_ZOOM)
    return VIEW_PX * m_per_px


def _view_radius_m(lat: float, size: str, unit: str) -> float:
    """From a zoom (``17z``) or a height in metres (``500m``); the view of a street camera (``3a``) is its own place."""
    if not size or unit == "a":
        return 0.0
    return float(size) / 2 if unit == "m" else view_radius_m(lat, float(size))


def _shown(first: str, second: str, *, fewest: int, swapped: bool = False) -> Shown | None:
    """A pair of numbers as a place; none when one is too coarse or they lie nowhere on Earth."""
    lat, lon = (second, first) if swapped else (first, second)
    decimals = min(len(number.partition(".")[2]) for number in (lat, lon))
    point = place(float(lat), float(lon))
    return Shown(point, step_m(point.lat, 10.0**-decimals)) if point and decimals >= fewest else None
