"""Positions in map URLs: the pins, else the search, else the centre of the viewport.

Formats: Google "Maps URLs" and the ``!3d…!4d…`` of its pages, Apple "Map Links", OpenStreetMap
("Browsing", "Shortlink"), Bing "Create a Custom Map URL", Waze "Deep Links", RFC 5870 for ``geo:``.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsec.geo.notations import geohash
from opsec.geo.notations.base import normalise_coordinate_text
from opsec.geo.notations.decimal_degrees import parse_decimal_degrees
from opsec.geo.notations.degrees_minutes_seconds import parse_degrees_minutes_seconds
from opsec.geo.notations.map_hosts import (
    LATITUDE_FIRST_PARAMETER,
    LONGITUDE_FIRST,
    SHIFTED_DATUM,
    SHIFTED_DATUM_RADIUS_M,
)
from opsec.geo.notations.mgrs_references import parse_mgrs
from opsec.geo.notations.plus_codes import parse_full_code, parse_plus_codes
from opsec.geo.positions import precision_radius_m, valid_point
from opsec.model import Point

VIEW_RADIUS_PX = 200
"""From the centre of a phone's map to its edge; the position that was meant is in view."""
_EQUATOR_M_PER_PX = 156_543.03
"""Ground resolution of a web map at zoom 0 (256-pixel tiles)."""
_MAX_ZOOM = 22

_DECIMAL = r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?"
_PINS = (
    (re.compile(rf"!3d({_DECIMAL})!4d({_DECIMAL})"), False),
    (re.compile(rf"!2d({_DECIMAL})!3d({_DECIMAL})"), True),
    (re.compile(rf"!1d({_DECIMAL})!2d({_DECIMAL})"), True),
)
"""Fields of Google's ``data`` parameter, most reliable first, and whether longitude comes first."""
_FIELD_START = r"[?&#;/{,][\"']?(?P<prefix>[a-z0-9_.-]{0,24}?)[\[._-]?"
_LATITUDE = re.compile(rf"{_FIELD_START}lat(?:itude)?[\]\"']?[=:]({_DECIMAL})(?![0-9.])")
_LONGITUDE = re.compile(rf"{_FIELD_START}(?:lon|lng|long|longitude)[\]\"']?[=:]({_DECIMAL})(?![0-9.])")
"""``lat=``, ``mlat=``, ``dropoff[latitude]=``, ``destination.latitude=``, ``{"latitude":…``."""
_QUERY_PARAMETER = re.compile(
    r"[?&#;](?:amp;)?(?:q|query|ll|sll|dll|cll|saddr|daddr|destination|origin|waypoints|viewpoint|cbll|center|coordinates?"
    r"|coords?|loc|location|to|from|near|address|at|point|pt|sp|rtp|rtext|c|pin|pins|latlng|latlon|latlong|navigate_to|where1"
    r"|text|position|pos|start|end|dest|via|geo|markers?|[a-z]{2,12}\[point\])=([^&#]{1,200})"
)
_GEOHACK_PARAMETER = re.compile(r"[?&]params=([0-9ensw_.;+-]{3,100})")
_LONGITUDE_FIRST_FIELDS = (
    re.compile(rf"[?&]x=({_DECIMAL})&y=({_DECIMAL})(?![0-9.])"),
    re.compile(rf"[?&]id=({_DECIMAL}),({_DECIMAL})(?![0-9.])"),
    re.compile(rf"coordinate\|({_DECIMAL})\|({_DECIMAL})(?![0-9.])"),
)
"""Of Mapy and Sygic."""
_COMMA_DECIMALS = re.compile(
    r"(?<![0-9.,])([+-]?[0-9]{1,3}),([0-9]{4,15})([,;~+ |]{1,2})([+-]?[0-9]{1,3}),([0-9]{4,15})(?![0-9]|[.,][0-9])"
)
_COMMA_FIELD = re.compile(r"((?:lat|lon|lng|long|latitude|longitude)\]?=[+-]?[0-9]{1,3}),([0-9]{3,15})(?![0-9.,])")
"""Decimal commas, where the program formatted numbers in the language of the phone."""
_NAVIGATION_QUERY = re.compile(r"google\.navigation:q=([^&#]{1,200})")
_PAIR = re.compile(rf"(?:loc:|ll\.|point\.|pos\.)? ?({_DECIMAL})[,;~_| +/]{{1,3}}({_DECIMAL})(?![0-9.])")
_STOPS = re.compile(r"[~|]")
"""Between the stops of a route, each of which is a pair."""
_PATH_SEGMENT = re.compile(rf"/({_DECIMAL}),[ +]?({_DECIMAL})(?=[/?#,&|]|\Z)")
_VIEWPORTS = (
    re.compile(rf"@({_DECIMAL}),({_DECIMAL})(?:,({_DECIMAL}|[0-9]{{4,8}}(?:\.[0-9]{{1,9}})?)([zma]))?"),
    re.compile(rf"#(?:map=)?(?P<zoom>[0-9]{{1,2}}(?:\.[0-9]{{1,4}})?)/(?P<lat>{_DECIMAL})/(?P<lon>{_DECIMAL})"),
    re.compile(rf"[?&#](?:cp|map|view|m|v|cam)=({_DECIMAL})[,~]({_DECIMAL})(?:[,/]({_DECIMAL})(z?)(?![0-9.a-z]))?"),
)
_ZOOM_PARAMETER = re.compile(r"[?&](?:lvl|z|zoom)=([0-9]{1,2})(?![0-9])")
_UNKNOWN_SITE_DECIMALS = 4
"""From this ``min_decimals`` on, the URL is not one of a map service and only decimal degrees are parsed."""
_WAZE = re.compile(rf"waze\.com/ul/h({geohash.GEOHASH_PATTERN})(?![^\W_])")
_GEOHASH = re.compile(rf"geohash\.org/({geohash.GEOHASH_PATTERN})(?![^\W_])")
_GEO_URI = re.compile(rf"geo:({_DECIMAL})[,;]({_DECIMAL})(?:,{_DECIMAL})?((?:;[^;?]{{0,40}}){{0,8}})(?:\?|\Z)")
_GEO_UNCERTAINTY = re.compile(r";u=([0-9]{1,8}(?:\.[0-9]{1,9})?)(?=;|\Z)")


@dataclass(frozen=True, slots=True)
class UrlPosition:
    """A position in a URL."""

    point: Point
    accuracy_m: float


def parse_map_url(address: str, min_decimals: int, *, plus_escaped: bool = False) -> list[UrlPosition]:
    """Parse the positions of a map URL, from the most reliable kind of field that has any.

    Parameters
    ----------
    address
        Percent-decoded and normalised.
    min_decimals
        Decimals that a number needs to count as a coordinate.
    plus_escaped
        Whether a plus in the query was escaped as ``%2B``, so that it is a plus and not a space.

    Returns
    -------
    list of UrlPosition
        In the order of the URL, without duplicates.
    """
    address = _with_decimal_points(address)
    swapped = LONGITUDE_FIRST.match(address) is not None
    forms = (
        _google_pins(address, min_decimals),
        _lat_lon_parameters(address, min_decimals),
        _longitude_first_fields(address, min_decimals),
        _query_parameters(address, min_decimals, swapped=swapped, plus_escaped=plus_escaped),
        _geohack_parameter(address),
        _path_segments(address, min_decimals, swapped=swapped),
        _geohash_segments(address),
        _viewports(address, min_decimals, swapped=swapped),
    )
    least_m = SHIFTED_DATUM_RADIUS_M if SHIFTED_DATUM.match(address) else 0.0
    for form in forms:
        positions = list(dict.fromkeys(position for position in form if position))
        if positions:
            return [replace(position, accuracy_m=max(position.accuracy_m, least_m)) for position in positions]
    return []


def _with_decimal_points(address: str) -> str:
    """Write decimal commas as points: ``q=31,4128,42,6379``, ``lat=31,4128``."""
    address = _COMMA_DECIMALS.sub(r"\1.\2,\4.\5", address)
    return _COMMA_FIELD.sub(r"\1.\2", address)


def parse_geo_uri(address: str) -> list[UrlPosition]:
    """Parse a ``geo:`` URI with its uncertainty; Android writes 0,0 and puts the position in ``?q=``."""
    address = _with_decimal_points(address)
    match = _GEO_URI.match(address)
    if match is None or (";crs=" in match[3] and ";crs=wgs84" not in match[3]):
        return []
    queried = list(dict.fromkeys(position for position in _query_parameters(address, 1, swapped=False) if position))
    position = to_position(match[1], match[2], min_decimals=1)
    if queried or position is None:
        return queried
    uncertainty = _GEO_UNCERTAINTY.search(match[3])
    return [UrlPosition(position.point, max(position.accuracy_m, float(uncertainty[1]) if uncertainty else 0.0))]


def _google_pins(address: str, min_decimals: int) -> Iterator[UrlPosition | None]:
    for pattern, swapped in _PINS:
        pins = pattern.finditer(address)
        positions = [to_position(pin[1], pin[2], min_decimals=min_decimals, swapped=swapped) for pin in pins]
        if any(positions):
            yield from positions
            return


def _lat_lon_parameters(address: str, min_decimals: int) -> Iterator[UrlPosition | None]:
    """Yield a position for every latitude and longitude whose names begin alike: ``pickup[latitude]`` and so on."""
    longitudes = {field["prefix"]: field[2] for field in _LONGITUDE.finditer(address)}
    for field in _LATITUDE.finditer(address):
        if field["prefix"] in longitudes:
            yield to_position(field[2], longitudes[field["prefix"]], min_decimals=min_decimals)


def _longitude_first_fields(address: str, min_decimals: int) -> Iterator[UrlPosition | None]:
    if LONGITUDE_FIRST.match(address):
        for pattern in _LONGITUDE_FIRST_FIELDS:
            for pair in pattern.finditer(address):
                yield to_position(pair[1], pair[2], min_decimals=min_decimals, swapped=True)


def _query_parameters(
    address: str, min_decimals: int, *, swapped: bool, plus_escaped: bool = False
) -> Iterator[UrlPosition | None]:
    for parameter in (*_NAVIGATION_QUERY.finditer(address), *_QUERY_PARAMETER.finditer(address)):
        value = parameter[1]
        pairs = [pair for stop in _STOPS.split(value) if (pair := _PAIR.match(stop))]
        if pairs or (pairs := [pair for pair in [_PAIR.match(value)] if pair]):
            is_swapped = swapped and not LATITUDE_FIRST_PARAMETER.match(parameter.group())
            for pair in pairs:
                yield to_position(pair[1], pair[2], min_decimals=min_decimals, swapped=is_swapped)
        elif min_decimals < _UNKNOWN_SITE_DECIMALS and plus_escaped and (code := parse_full_code(value)):
            yield UrlPosition(code.centre, code.radius_m)
        elif min_decimals < _UNKNOWN_SITE_DECIMALS:
            yield from _other_notations(value)


def _geohack_parameter(address: str) -> Iterator[UrlPosition | None]:
    """Yield the position of Wikipedia's map page: ``params=31_24_46_N_42_38_16_E_type:…``."""
    for parameter in _GEOHACK_PARAMETER.finditer(address):
        if pair := re.match(rf"({_DECIMAL});({_DECIMAL})(?![0-9.])", parameter[1]):
            yield to_position(pair[1], pair[2], min_decimals=2)
            continue
        text = normalise_coordinate_text(parameter[1].replace("_", " "))
        for match in (*parse_degrees_minutes_seconds(text), *parse_decimal_degrees(text)):
            if match.point and match.accuracy_m is not None:
                yield UrlPosition(match.point, match.accuracy_m)


def _path_segments(address: str, min_decimals: int, *, swapped: bool) -> Iterator[UrlPosition | None]:
    pairs = list(_PATH_SEGMENT.finditer(address))
    yield from (to_position(pair[1], pair[2], min_decimals=min_decimals, swapped=swapped) for pair in pairs)
    if not pairs and min_decimals < _UNKNOWN_SITE_DECIMALS:
        path = re.split(r"[@?#]", address, maxsplit=1)[0]
        codes = [code for part in path.split("/") if (code := parse_full_code(part))]
        yield from (UrlPosition(code.centre, code.radius_m) for code in codes)
        if not codes:
            yield from _other_notations(path.replace("/", " / "))


def _other_notations(value: str) -> Iterator[UrlPosition]:
    """Yield positions in other notations inside a URL, where a plus may stand for a space."""
    text, spaced = normalise_coordinate_text(value), normalise_coordinate_text(value.replace("+", " "))
    for match in (*parse_plus_codes(text), *parse_mgrs(spaced), *parse_degrees_minutes_seconds(spaced)):
        if match.point and match.accuracy_m is not None:
            yield UrlPosition(match.point, match.accuracy_m)


def _geohash_segments(address: str) -> Iterator[UrlPosition]:
    for pattern in (_WAZE, _GEOHASH):
        if match := pattern.search(address):
            yield UrlPosition(*geohash.decode(match[1]))


def _viewports(address: str, min_decimals: int, *, swapped: bool) -> Iterator[UrlPosition | None]:
    zoom_parameter = _ZOOM_PARAMETER.search(address)
    for pattern in _VIEWPORTS:
        match = pattern.search(address)
        if match is None:
            continue
        if "zoom" in pattern.groupindex:
            lat, lon, size, unit = match["lat"], match["lon"], match["zoom"], "z"
        else:
            lat, lon, size, unit = match.groups()
        position = to_position(lat, lon, min_decimals=min_decimals, swapped=swapped)
        if position:
            size, unit = (size, unit or "z") if size else (zoom_parameter[1] if zoom_parameter else "", "z")
            radius_m = _viewport_radius_m(position.point.lat, size, unit)
            yield UrlPosition(position.point, max(position.accuracy_m, radius_m))
            return


def view_radius_m(lat: float, zoom: float) -> float:
    """Distance in metres on the ground from the centre of a phone's map to its edge at a zoom level."""
    m_per_px = _EQUATOR_M_PER_PX * math.cos(math.radians(lat)) / 2 ** min(max(zoom, 0.0), _MAX_ZOOM)
    return VIEW_RADIUS_PX * m_per_px


def _viewport_radius_m(lat: float, size: str, unit: str) -> float:
    """Radius of a viewport given as zoom (``17z``) or height in metres (``500m``); 0 for street imagery (``3a``)."""
    if not size or unit == "a":
        return 0.0
    return float(size) / 2 if unit == "m" else view_radius_m(lat, float(size))


def to_position(first: str, second: str, *, min_decimals: int, swapped: bool = False) -> UrlPosition | None:
    """Convert a pair of numbers; None when one is too coarse or the position is not valid."""
    lat, lon = (second, first) if swapped else (first, second)
    decimals = min(len(number.partition(".")[2]) for number in (lat, lon))
    point = valid_point(float(lat), float(lon))
    return (
        UrlPosition(point, precision_radius_m(point.lat, 10.0**-decimals))
        if point and decimals >= min_decimals
        else None
    )
