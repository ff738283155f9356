"""Read ``fence.geojson``: one perimeter, and any number of zones and buildings (RFC 7946, WGS 84, longitude first)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from opsec.errors import SitesError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.suggestions import closest_match
from opsec.model import Geofence, Point
from opsec.sites.bounded_files import display_path, parse_json, read_bounded
from opsec.sites.faults import Faults
from opsec.sites.packed_tree import SitePath
from opsec.sites.ring_validation import MAX_VERTICES, HomeRegion, RingLocation, distance_km, validate_polygons
from opsec.sites.site_file import OutlineProperties, parse_model, validate_text, without_nulls

FENCE_MIB = 64
_FAR_KM, _NEAR_KM = 1_000, 400


def read_fence(path: SitePath, home: HomeRegion, faults: Faults | None = None) -> tuple[Geofence, ...]:
    """Read the outlines of a fence file, in file order.

    Parameters
    ----------
    path
        The file.
    home
        Region of the sites, to detect swapped coordinates.
    faults
        Collects the faults of the outlines; without it the first is raised.

    Raises
    ------
    SitesError
        The file is not supported GeoJSON, an outline is not valid, or there is not exactly one perimeter.
    """
    file, faults = display_path(path), faults or Faults()
    features = parse_features(parse_json(read_bounded(path, FENCE_MIB), file), file)
    parsed = {
        number: faults.attempt(partial(_parse_outline, feature, RingLocation(file, number), home), None)
        for number, feature in enumerate(features, 1)
    }
    fences = {number: fence for number, fence in parsed.items() if fence is not None}
    perimeters = [number for number, fence in fences.items() if fence.role == "perimeter"]
    if not perimeters and len(fences) == len(features):
        raise SitesError(_('{file} has no perimeter; set "role": "perimeter" on one feature', file=file))
    for second in perimeters[1:]:
        faults.add(
            SitesError(
                _(
                    "{file}: feature {feature} is a second perimeter; merge it with the first "
                    "(MultiPolygon) or make it a separate site",
                    file=file,
                    feature=second,
                )
            )
        )
    if perimeters:
        _refuse_swapped_outlines(fences, perimeters[0], file, faults)
    return tuple(fences.values())


def parse_features(document: object, file: str) -> list[dict[str, object]]:
    """Extract the features of a GeoJSON document, after bounding its number of positions.

    Raises
    ------
    SitesError
        The document is not a FeatureCollection or Feature, is empty, too long, or not in WGS 84.
    """
    kind = document.get("type") if isinstance(document, dict) else None
    if not isinstance(document, dict) or kind not in ("FeatureCollection", "Feature"):
        raise SitesError(_("{file} is not a GeoJSON FeatureCollection; export it again as GeoJSON", file=file))
    if "CRS84" not in str(crs := document.get("crs") or "CRS84") and "4326" not in str(crs):
        raise SitesError(_("{file} is not in WGS 84; export it again with the CRS EPSG:4326", file=file))
    found = document.get("features") if kind == "FeatureCollection" else [document]
    if not isinstance(found, list) or not found:
        raise SitesError(_("{file} has no features; draw the fence and save it again", file=file))
    for number, feature in enumerate(found, 1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise SitesError(
                _("{file}: feature {feature} is not a GeoJSON Feature; export it again", file=file, feature=number)
            )
    _check_vertex_count(found, file)
    return found


def _check_vertex_count(features: list[dict[str, object]], file: str) -> None:
    """Count positions (lists that do not begin with a list), without recursion, and refuse too many."""
    vertices = 0
    waiting: list[object] = [geometry.get("coordinates") for geometry in map(_geometry, features)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list) and item and isinstance(item[0], list):
            waiting += item
        else:
            vertices += 1
    if vertices > MAX_VERTICES:
        raise SitesError(
            _(
                "{file} has {count} positions, more than the limit of {limit}; simplify it",
                file=file,
                count=vertices,
                limit=MAX_VERTICES,
            )
        )


def _geometry(feature: dict[str, object]) -> dict[str, object]:
    found = feature.get("geometry")
    return found if isinstance(found, dict) else {}


def raw_polygons(feature: dict[str, object], where: RingLocation) -> Sequence[Sequence[object]]:
    """Extract the raw rings of a Polygon or MultiPolygon.

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
                type=escape_unsafe(str(geometry.get("type")), limit=40),
            )
        )
    if not isinstance(polygons, list) or not all(isinstance(polygon, list) for polygon in polygons):
        raise SitesError(
            _("{file}: feature {feature} has no ring; draw it again", file=where.file, feature=where.feature)
        )
    return polygons


def _parse_outline(feature: dict[str, object], where: RingLocation, home: HomeRegion) -> Geofence:
    label = f"{where.file}#{where.feature}"
    raw = feature.get("properties")
    if not isinstance(raw, dict) or "role" not in raw:  # as every drawing program leaves it
        raise SitesError(
            _(
                '{file}: the role of this outline is missing; add "role": "perimeter" (or "zone", '
                '"building") to its properties',
                file=label,
            )
        )
    properties = parse_model(without_nulls(raw), OutlineProperties, label)
    name = properties.name
    return Geofence(
        role=properties.role,
        rings=validate_polygons(raw_polygons(feature, where), where, home),
        name=None if name is None else validate_text(name, "name", label),
        zone_class=properties.zone_class,
        sensitivity=properties.sensitivity,
    )


def _refuse_swapped_outlines(fences: Mapping[int, Geofence], perimeter: int, file: str, faults: Faults) -> None:
    heart = fences[perimeter].rings[0][0][0]
    for number, fence in fences.items():
        if is_swapped_against(fence.rings[0][0][0], heart):
            faults.add(
                SitesError(
                    _(
                        "{file}: feature {feature}: latitude and longitude look swapped compared with the "
                        "perimeter; GeoJSON puts longitude first",
                        file=file,
                        feature=number,
                    )
                )
            )


def is_swapped_against(place: Point, other: Point) -> bool:
    """Whether two points of one site are far apart but close once the coordinates of the first are swapped."""
    if abs(place.lon) > 90 or abs(place.lat - other.lat) + abs(place.lon - other.lon) < 5:  # the quick way out
        return False
    if distance_km(place, other) <= _FAR_KM:
        return False
    return distance_km(Point(place.lon, place.lat), other) < _NEAR_KM


def find_zone(name: str, fences: Iterable[Geofence], file: str) -> str:
    """Find a zone by name; other parts of a site refer to zones by name.

    Raises
    ------
    SitesError
        The fence has no zone of that name.
    """
    known = [fence.name for fence in fences if fence.role == "zone" and fence.name]
    if name in known:
        return name
    raise SitesError(_unknown_zone(escape_unsafe(name, limit=80), closest_match(name[:80], known), file))


def _unknown_zone(name: str, near: str | None, file: str) -> Message:
    if near is None:
        return _(
            "{file}: the fence has no zone named {name}; draw the zone or remove the key zone", file=file, name=name
        )
    return _("{file}: the fence has no zone named {name}; did you mean {near}?", file=file, name=name, near=near)
