"""``fence.geojson``: one perimeter, and any zones and buildings inside it (RFC 7946, WGS 84, longitude first)."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from opsec.errors import SitesError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import plain
from opsec.i18n.suggestions import nearest
from opsec.model import Geofence, Point
from opsec.sites.bounded_files import json_of, read_bounded, shown
from opsec.sites.ring_validation import MOST_VERTICES, Home, Where, checked_polygons, distance_km
from opsec.sites.site_file import OutlineProperties, checked_text, raw_mapping, understood

FENCE_MIB = 64
_FAR_KM, _NEAR_KM = 1_000, 400


def read_fence(path: Path, home: Home) -> tuple[Geofence, ...]:
    """Every outline of a fence file, in its order.

    Raises
    ------
    SitesError
        The file is no GeoJSON that this program knows, an outline is not what it should be, or there is not
        exactly one perimeter.
    """
    file = shown(path)
    features = features_of(json_of(read_bounded(path, FENCE_MIB), file), file)
    fences = tuple(_outline(feature, Where(file, number), home) for number, feature in enumerate(features, 1))
    perimeters = [number for number, fence in enumerate(fences, 1) if fence.role == "perimeter"]
    if not perimeters:
        raise SitesError(_('{file} holds no perimeter; give one feature "role": "perimeter"', file=file))
    if len(perimeters) > 1:
        raise SitesError(
            _(
                "{file}: feature {feature} is a second perimeter; make it part of the first (MultiPolygon) or a site",
                file=file,
                feature=perimeters[1],
            )
        )
    _not_swapped_among(fences, perimeters[0] - 1, file)
    return fences


def features_of(document: object, file: str) -> list[dict[str, object]]:
    """The features of a GeoJSON document, their number of positions bounded before any of it is used.

    Raises
    ------
    SitesError
        It is no FeatureCollection or Feature, is empty, too long, or not in WGS 84.
    """
    kind = document.get("type") if isinstance(document, dict) else None
    if not isinstance(document, dict) or kind not in ("FeatureCollection", "Feature"):
        raise SitesError(_("{file} is no GeoJSON FeatureCollection; export it again as GeoJSON", file=file))
    if "CRS84" not in str(crs := document.get("crs") or "CRS84") and "4326" not in str(crs):
        raise SitesError(_("{file} is not in WGS 84; export it again with the CRS EPSG:4326", file=file))
    found = document.get("features") if kind == "FeatureCollection" else [document]
    if not isinstance(found, list) or not found:
        raise SitesError(_("{file} holds no feature; draw the fence and save it again", file=file))
    for number, feature in enumerate(found, 1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise SitesError(_("{file}: feature {feature} is no Feature; export it again", file=file, feature=number))
    _bounded(found, file)
    return found


def _bounded(features: list[dict[str, object]], file: str) -> None:
    """Count positions (lists that begin with no list) without recursion."""
    vertices = 0
    waiting: list[object] = [geometry.get("coordinates") for geometry in map(_geometry, features)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list) and item and isinstance(item[0], list):
            waiting += item
        else:
            vertices += 1
    if vertices > MOST_VERTICES:
        raise SitesError(
            _(
                "{file} holds {count} positions, more than the limit of {limit}; simplify it",
                file=file,
                count=vertices,
                limit=MOST_VERTICES,
            )
        )


def _geometry(feature: dict[str, object]) -> dict[str, object]:
    found = feature.get("geometry")
    return found if isinstance(found, dict) else {}


def polygons_of(feature: dict[str, object], where: Where) -> Sequence[Sequence[object]]:
    """The raw rings of a Polygon or MultiPolygon.

    Raises
    ------
    SitesError
        The geometry is of another type.
    """
    geometry = _geometry(feature)
    if not geometry:
        raise SitesError(
            _("{file}: feature {feature} has no outline; draw one", file=where.file, feature=where.feature)
        )
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry.get("type") == "Polygon" else coordinates
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise SitesError(
            _(
                "{file}: feature {feature} is a {type}; draw it as a Polygon",
                file=where.file,
                feature=where.feature,
                type=plain(str(geometry.get("type")), limit=40),
            )
        )
    if not isinstance(polygons, list) or not all(isinstance(polygon, list) for polygon in polygons):
        raise SitesError(
            _("{file}: feature {feature} holds no ring; draw it anew", file=where.file, feature=where.feature)
        )
    return polygons


def _outline(feature: dict[str, object], where: Where, home: Home) -> Geofence:
    label = f"{where.file}#{where.feature}"
    raw = feature.get("properties")
    if not isinstance(raw, dict) or "role" not in raw:  # as every drawing program leaves it
        raise SitesError(
            _(
                '{file}: say what this outline is: add "role": "perimeter" (or "zone", "building") to its properties',
                file=label,
            )
        )
    properties = understood(raw_mapping(raw), OutlineProperties, label)
    name = properties.name
    return Geofence(
        role=properties.role,
        rings=checked_polygons(polygons_of(feature, where), where, home),
        name=None if name is None else checked_text(name, "name", label),
        zone_class=properties.zone_class,
        sensitivity=properties.sensitivity,
    )


def _not_swapped_among(fences: tuple[Geofence, ...], perimeter: int, file: str) -> None:
    heart = fences[perimeter].rings[0][0][0]
    for number, fence in enumerate(fences, 1):
        if swapped_against(fence.rings[0][0][0], heart):
            raise SitesError(
                _(
                    "{file}: feature {feature}: latitude and longitude look swapped against the perimeter; "
                    "GeoJSON wants longitude first",
                    file=file,
                    feature=number,
                )
            )


def swapped_against(place: Point, other: Point) -> bool:
    """Whether two places of one site lie far apart, and close by once the numbers of the first are swapped."""
    if abs(place.lon) > 90 or abs(place.lat - other.lat) + abs(place.lon - other.lon) < 5:  # the quick way out
        return False
    if distance_km(place, other) <= _FAR_KM:
        return False
    return distance_km(Point(place.lon, place.lat), other) < _NEAR_KM


def zone_named(name: str, fences: Iterable[Geofence], file: str) -> str:
    """A zone of the fence that something else of the site speaks of.

    Raises
    ------
    SitesError
        The fence has no zone of that name.
    """
    known = [fence.name for fence in fences if fence.role == "zone" and fence.name]
    if name in known:
        return name
    raise SitesError(_no_zone(plain(name, limit=80), nearest(name[:80], known), file))


def _no_zone(name: str, near: str | None, file: str) -> Message:
    if near is None:
        return _("{file}: the fence has no zone named {name}; draw it or take the key zone out", file=file, name=name)
    return _("{file}: the fence has no zone named {name}; did you mean {near}?", file=file, name=name, near=near)
