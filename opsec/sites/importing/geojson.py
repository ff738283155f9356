"""Read places from GeoJSON (RFC 7946) and from the maps of uMap, which hold GeoJSON in layers."""

from collections.abc import Iterator

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.sites.fence_file import parse_features
from opsec.sites.importing.raw_place import MapEntry, MapLink, Positions, RawPlace, SkippedEntry, invalid_coordinates
from opsec.sites.ring_validation import RingLocation

_NAME_KEYS = ("name", "title", "label", "name:en", "name_en", "name:ar", "name_ar", "name:ckb", "اسم", "الاسم")
_OWN_KEYS = ("role", "class", "sensitivity")
"""Properties of the fence files of this program."""
_GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
_MAX_NESTED = 1_000


def geojson_places(document: object, file: str) -> Iterator[MapEntry]:
    """Yield each feature of a document, in file order.

    Raises
    ------
    SitesError
        The document is not GeoJSON in WGS 84, or a geometry is malformed.
    """
    if isinstance(document, dict) and document.get("type") in (*_GEOMETRIES, "GeometryCollection"):
        document = {"type": "Feature", "properties": {}, "geometry": document}
    name = document.get("name") if isinstance(document, dict) else None
    folders = (name,) if isinstance(name, str) and name.strip() else ()
    for number, feature in enumerate(parse_features(document, file), 1):
        yield _place(feature, number, folders, file)


def is_umap(document: object) -> bool:
    """Whether a document is a map exported by uMap."""
    return isinstance(document, dict) and document.get("type") == "umap"


def umap_places(document: object, file: str) -> Iterator[MapEntry]:
    """Yield each feature of each layer, in file order.

    Raises
    ------
    SitesError
        A layer is not GeoJSON.
    """
    layers = document.get("layers") if isinstance(document, dict) else None
    title = _layer_options(document).get("name")
    number = 0
    for layer in layers if isinstance(layers, list) else ():
        options = _layer_options(layer)
        folders = tuple(name for name in (title, options.get("name")) if isinstance(name, str) and name.strip())
        remote = options.get("remoteData")
        if isinstance(remote, dict) and remote.get("url"):
            number += 1
            yield MapLink(str(remote["url"]), number)
        if isinstance(layer, dict) and layer.get("features"):
            for feature in parse_features({"type": "FeatureCollection", **layer}, file):
                number += 1
                yield _place(feature, number, folders, file)


def _layer_options(layer: object) -> dict[str, object]:
    """Options of a layer or map; the versions of uMap name them differently."""
    known = layer if isinstance(layer, dict) else {}
    found = [known.get(key) for key in ("_umap_options", "_storage", "properties")]
    return next((options for options in found if isinstance(options, dict)), {})


def _place(feature: dict[str, object], number: int, folders: tuple[str, ...], file: str) -> MapEntry:
    raw = feature.get("properties")
    properties = raw if isinstance(raw, dict) else {}
    own = {key: properties[key] for key in _OWN_KEYS if properties.get(key) is not None}
    place = RawPlace(number, tuple(_names(properties)), folders=folders, properties=own)
    for geometry in _geometries(feature.get("geometry"), place.location(file)):
        kind = geometry.get("type")
        if kind not in _GEOMETRIES:
            kind_shown = escape_unsafe(str(kind), limit=40)
            return SkippedEntry(
                _("{name} is a {type}, not an outline or a point: skipped", name=place.label(), type=kind_shown)
            )
        _add_geometry(place, str(kind), geometry.get("coordinates"), place.location(file))
    return place


def _names(properties: dict[str, object]) -> Iterator[str]:
    """Yield the names of a feature, the main one first, whatever the case of the key."""
    by_key = {key.casefold(): value for key, value in properties.items()}
    for key in _NAME_KEYS:
        value = by_key.get(key)
        if isinstance(value, float) and value.is_integer():
            value = str(int(value))
        if isinstance(value, str) and value.strip():
            yield value


def _geometries(geometry: object, where: RingLocation) -> Iterator[dict[str, object]]:
    """Yield a geometry, or the members of a collection; nothing for an empty or missing one.

    Raises
    ------
    SitesError
        The collection has more members than the limit.
    """
    waiting, seen = [geometry], 0
    while waiting:
        if seen == _MAX_NESTED:
            raise SitesError(
                _(
                    "{file}: feature {feature} has more than {limit} geometries; split it",
                    file=where.file,
                    feature=where.feature,
                    limit=_MAX_NESTED,
                )
            )
        found = waiting.pop()
        seen += 1
        if isinstance(found, dict) and found.get("type") == "GeometryCollection":
            members = found.get("geometries")
            waiting += members[::-1] if isinstance(members, list) else []
        elif isinstance(found, dict) and (found.get("coordinates") or found.get("type") not in _GEOMETRIES):
            yield found


def _add_geometry(place: RawPlace, kind: str, coordinates: object, where: RingLocation) -> None:
    parts = coordinates if isinstance(coordinates, list) else []
    if not parts:
        raise SitesError(
            _("{file}: feature {feature} has no coordinates; draw it again", file=where.file, feature=where.feature)
        )
    if kind.endswith("Polygon"):
        polygons = [parts] if kind == "Polygon" else parts
        if not all(isinstance(polygon, list) for polygon in polygons):
            raise SitesError(
                _("{file}: feature {feature} has no ring; draw it again", file=where.file, feature=where.feature)
            )
        place.polygons.extend(polygons)
    elif kind.endswith("LineString"):
        place.lines.extend(_positions(line, where) for line in ([parts] if kind == "LineString" else parts))
    else:
        place.points.extend(_positions([parts] if kind == "Point" else parts, where))


def _positions(line: object, where: RingLocation) -> Positions:
    """Check that a line is a list of positions; an altitude is dropped."""
    positions = line if isinstance(line, list) else [None]
    if not all(
        isinstance(position, list) and len(position) > 1 and all(isinstance(part, float) for part in position[:2])
        for position in positions
    ):
        raise invalid_coordinates(where)
    return [list(position[:2]) for position in positions if position]
