"""Positions and tracks of a scan as GeoJSON (RFC 7946: WGS 84, longitude first), for the officer's own map."""

from typing import Any

from opsec.model import Hint, Match, Result, Scan
from opsec.reports.evidence import sort_by_strength
from opsec.reports.json_writer import encode_document


def render_geojson(scan: Scan) -> bytes:
    """Return one feature for each position (a point) and each track (a line)."""
    features = [
        _feature(result, hint, geometry)
        for result in scan.results
        for hint in result.clip.hints
        if (geometry := _geometry(hint)) is not None
    ]
    return encode_document({"type": "FeatureCollection", "features": features})


def _geometry(hint: Hint) -> dict[str, Any] | None:
    """Return the geometry of a hint: a point for a track of one fix, None for a hint without a position."""
    line = [_lon_lat(fix.point.lat, fix.point.lon) for fix in hint.fixes]
    if len(line) > 1:
        return {"type": "LineString", "coordinates": line}
    if hint.point is not None:
        return {"type": "Point", "coordinates": _lon_lat(hint.point.lat, hint.point.lon)}
    return {"type": "Point", "coordinates": line[0]} if line else None


def _lon_lat(lat: float, lon: float) -> list[float]:
    return [round(lon, 7) + 0.0, round(lat, 7) + 0.0]


def _feature(result: Result, hint: Hint, geometry: dict[str, Any]) -> dict[str, Any]:
    """Return the feature of a hint, with its clip and its strongest match, if any."""
    best = next(iter(sort_by_strength(match for match in result.matches if hint.id in match.hint_ids)), None)
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {
            "path": result.clip.path,
            "sha256": result.clip.sha256,
            "action": result.verdict.action,
            "hint": hint.id,
            "kind": hint.kind,
            "field": hint.field,
            "accuracy_m": None if hint.accuracy_m is None else round(hint.accuracy_m, 1),
            **_match_properties(best),
        },
    }


def _match_properties(match: Match | None) -> dict[str, Any]:
    if match is None:
        return {"rule": None, "site": None, "grade": None, "distance_m": None}
    distance_m = None if match.distance_m is None else round(match.distance_m, 1)
    return {"rule": match.rule, "site": match.site, "grade": match.grade, "distance_m": distance_m}
