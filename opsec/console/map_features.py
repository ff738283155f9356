"""Features of the map of a clip, as GeoJSON (RFC 7946: WGS 84, longitude first) and as shapes of the site plan.

The map shows full coordinates: it never leaves the officer's machine.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from opsec.i18n.messages import Lang, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.matching.layout.local_projection import LocalProjection, project_site
from opsec.model import Geofence, Hint, Landmark, Point, Result, Site
from opsec.reports.evidence import display_field
from opsec.reports.site_map import PART_ROLE, ZONE_CLASS
from opsec.reports.site_plan_drawing import PlanFrame
from opsec.reports.value_format import format_clock, join_list

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MAX_POSITIONS = 400
"""Positions on the map; those that match a site come first."""
MAX_TRACKS = 20
MAX_TRACK_POINTS = 400
"""Points of one track; a longer one is thinned evenly."""
MAX_CORNERS = 2_000
"""Corners of one outline; a longer one is thinned evenly."""
MAX_PARTS = 1_000
"""Zones, buildings and landmarks of one site."""
MAX_LABEL_LENGTH = 120
HEADING_M = 60.0
"""Length of the line that shows the direction of a camera."""

LonLat = list[float]


@dataclass(frozen=True, slots=True)
class MapFeature:
    """One feature of the map."""

    kind: str
    """``fence``, ``zone``, ``building``, ``landmark``, ``position``, ``track``, ``heading`` or ``view``."""
    geometry: dict[str, Any]
    label: str = ""
    """Plain text, escaped for a person; the page inserts it as text."""
    accuracy_m: float | None = None
    """Error radius of a position."""
    matched: bool = False
    """Whether a position or track is evidence of one of our sites."""
    zone_class: str = ""
    """Class of a zone."""

    def as_geojson(self) -> dict[str, Any]:
        """Return the feature as GeoJSON."""
        properties: dict[str, Any] = {"kind": self.kind, "label": self.label, "matched": self.matched}
        if self.accuracy_m is not None:
            properties["accuracy_m"] = round(self.accuracy_m, 1)
        if self.zone_class:
            properties["zone"] = self.zone_class
        return {"type": "Feature", "geometry": self.geometry, "properties": properties}


@dataclass(frozen=True, slots=True)
class ClipFeatures:
    """What a clip contributes to the map."""

    features: list[MapFeature]
    left_out: int
    """Positions and tracks beyond the bounds."""


def feature_collection(features: Iterable[MapFeature], layers: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return a GeoJSON object with these features, and the basemaps as a foreign member (RFC 7946, section 6.1)."""
    found = {"type": "FeatureCollection", "features": [one.as_geojson() for one in features]}
    return found | ({"basemaps": list(layers)} if layers else {})


# ── of a site ─────────────────────────────────────────────────────────────────────────────────
def site_features(site: Site, lang: Lang) -> Iterator[MapFeature]:
    """Yield the fence, zones, buildings and landmarks of a site, the largest kinds first."""
    for fence in sorted(site.fences, key=lambda one: ("perimeter", "zone", "building").index(one.role))[:MAX_PARTS]:
        kind = "fence" if fence.role == "perimeter" else fence.role
        zone_class = (fence.zone_class or "other") if fence.role == "zone" else ""
        yield MapFeature(kind, _polygons(fence), _fence_label(fence, site, lang), zone_class=zone_class)
    for landmark in site.landmarks[:MAX_PARTS]:
        if landmark.position is not None:
            yield MapFeature("landmark", _point(landmark.position), landmark_label(landmark, lang))


def landmark_label(landmark: Landmark, lang: Lang) -> str:
    """Return the name of a landmark in a language, else in another one, and its zone."""
    zone = escape_unsafe(landmark.zone or "", limit=MAX_LABEL_LENGTH)
    return join_list([one for one in dict.fromkeys((own_name(landmark, lang), zone)) if one], lang)


def own_name(named: Site | Landmark, lang: Lang) -> str:
    """Return the first name of a site or landmark in a language, else in another one, else its id."""
    names = chain(named.names.get(lang, ()), chain.from_iterable(named.names.values()))
    return escape_unsafe(next(names, named.id), limit=MAX_LABEL_LENGTH)


def _fence_label(fence: Geofence, site: Site, lang: Lang) -> str:
    if fence.role == "perimeter":
        return own_name(site, lang)
    kind = ZONE_CLASS[fence.zone_class or "other"] if fence.role == "zone" else PART_ROLE["building"]
    name = escape_unsafe(fence.name or "", limit=MAX_LABEL_LENGTH)
    return join_list([one for one in (name, render(kind, lang)) if one], lang)


def _polygons(fence: Geofence) -> dict[str, Any]:
    rings = [[_ring(ring) for ring in polygon] for polygon in fence.rings]
    return {"type": "MultiPolygon", "coordinates": rings}


def _ring(ring: Sequence[Point]) -> list[LonLat]:
    thinned = thin(ring[:-1], MAX_CORNERS)
    return [_lon_lat(one) for one in (*thinned, thinned[0])]


def ground_features(ground: "BaseGeometry", frame: PlanFrame) -> Iterator[MapFeature]:
    """Yield the ground that clips show together, given in metres around the middle of the site."""
    for polygon in getattr(ground, "geoms", [ground]):
        if not polygon.is_empty:
            rings = [polygon.exterior, *polygon.interiors]
            shape = [_area_ring(list(ring.coords), frame.projection) for ring in rings]
            yield MapFeature("view", {"type": "Polygon", "coordinates": shape})


# ── of a clip ─────────────────────────────────────────────────────────────────────────────────
def clip_features(result: Result, site: Site | None, lang: Lang) -> ClipFeatures:
    """Collect positions with their errors, tracks, headings and the area in view of a clip.

    Parameters
    ----------
    result
        The clip.
    site
        The site that its layout refers to; None: the area in view is left out.
    lang
        Language of the labels.
    """
    matched = {hint_id for match in result.matches for hint_id in match.hint_ids}
    found = sorted(_located(result.clip.hints), key=lambda hint: hint.id not in matched)
    tracks = [hint for hint in found if len(hint.fixes) > 1]
    positions = [hint for hint in found if len(hint.fixes) <= 1]
    shown = [*tracks[:MAX_TRACKS], *positions[:MAX_POSITIONS]]
    features = [one for hint in shown for one in _hint_features(hint, lang, matched=hint.id in matched)]
    return ClipFeatures([*_views(result, site), *features], len(found) - len(shown))


def _located(hints: Iterable[Hint]) -> Iterator[Hint]:
    return (hint for hint in hints if hint.fixes or hint.point is not None)


def _hint_features(hint: Hint, lang: Lang, *, matched: bool) -> Iterator[MapFeature]:
    label = _hint_label(hint, lang)
    if len(hint.fixes) > 1:
        line = [_lon_lat(fix.point) for fix in thin(hint.fixes, MAX_TRACK_POINTS)]
        yield MapFeature("track", {"type": "LineString", "coordinates": line}, label, matched=matched)
        return
    fix = hint.fixes[0] if hint.fixes else None
    point = fix.point if fix is not None else hint.point
    if point is None:
        return
    accuracy_m = hint.accuracy_m if hint.accuracy_m is not None else (fix.accuracy_m if fix is not None else None)
    heading_deg = hint.heading_deg if hint.heading_deg is not None else (fix.heading_deg if fix is not None else None)
    yield MapFeature("position", _point(point), label, accuracy_m, matched)
    if heading_deg is not None:
        yield MapFeature("heading", _heading_line(point, heading_deg), label, matched=matched)


def _heading_line(point: Point, heading_deg: float) -> dict[str, Any]:
    from geopy.distance import geodesic

    ahead = geodesic(meters=HEADING_M).destination((point.lat, point.lon), heading_deg)
    return {"type": "LineString", "coordinates": [_lon_lat(point), _lon_lat(Point(ahead.latitude, ahead.longitude))]}


def _hint_label(hint: Hint, lang: Lang) -> str:
    parts = [hint.id, display_field(hint.field, lang)]
    if hint.at_s is not None and not hint.fixes:
        parts.append(format_clock(hint.at_s))
    return " · ".join(escape_unsafe(one, limit=MAX_LABEL_LENGTH) for one in parts)


def _views(result: Result, site: Site | None) -> Iterator[MapFeature]:
    """Yield the ground in view and the zones seen, from the drawing of the layout."""
    projected = None if site is None or site.id != result.layout.site else project_site(site)
    if projected is None:
        return
    for line in result.layout.drawing:
        if line.kind == "view" and len(line.corners) > 2:
            yield MapFeature(
                "view", {"type": "Polygon", "coordinates": [_area_ring(line.corners, projected.projection)]}
            )


def _area_ring(corners: Sequence[tuple[float, float]], projection: LocalProjection) -> list[LonLat]:
    ring = [_lon_lat(projection.to_point(x, y)) for x, y in thin(corners, MAX_CORNERS)]
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


# ── shared ────────────────────────────────────────────────────────────────────────────────────
def thin(items: Sequence[Any], most: int) -> Sequence[Any]:
    """Return at most so many items, evenly chosen, with the first and the last one.

    >>> thin(range(10), 4)
    [0, 3, 6, 9]
    """
    if len(items) <= most:
        return items
    last = len(items) - 1
    return [items[round(number * last / (most - 1))] for number in range(most)]


def _point(point: Point) -> dict[str, Any]:
    return {"type": "Point", "coordinates": _lon_lat(point)}


def _lon_lat(point: Point) -> LonLat:
    return [round(point.lon, 7) + 0.0, round(point.lat, 7) + 0.0]
