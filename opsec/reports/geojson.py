"""Every place that a clip tells, as GeoJSON (RFC 7946: WGS 84, longitude first), for the officer's own map."""

from typing import Any

from opsec.model import Hint, Match, Result, Scan
from opsec.reports.evidence import by_strength
from opsec.reports.json_writer import json_document


def feature_collection(scan: Scan) -> bytes:
    """One feature a place: a point for a position, a line for a track."""
    features = [
        _feature(result, hint, geometry)
        for result in scan.results
        for hint in result.clip.hints
        if (geometry := _geometry(hint)) is not None
    ]
    return json_document({"type": "FeatureCollection", "features": features})


def _geometry(hint: Hint) -> dict[str, Any] | None:
    """A track of one fix is a point; a hint without a place has no geometry."""
    line = [_lon_lat(fix.point.lat, fix.point.lon) for fix in hint.fixes]
    if len(line) > 1:
        return {"type": "LineString", "coordinates": line}
    if hint.point is not None:
        return {"type": "Point", "coordinates": _lon_lat(hint.point.lat, hint.point.lon)}
    return {"type": "Point", "coordinates": line[0]} if line else None


def _lon_lat(lat: float, lon: float) -> list[float]:
    return [round(lon, 7) + 0.0, round(lat, 7) + 0.0]


def _feature(result: Result, hint: Hint, geometry: dict[str, Any]) -> dict[str, Any]:
    """The place with the clip that tells it and the strongest match it is part of, if any."""
    best = next(iter(by_strength(match for match in result.matches if hint.id in match.hint_ids)), None)
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
            **_meeting(best),
        },
    }


def _meeting(match: Match | None) -> dict[str, Any]:
    if match is None:
        return {"rule": None, "site": None, "grade": None, "distance_m": None}
    distance_m = None if match.distance_m is None else round(match.distance_m, 1)
    return {"rule": match.rule, "site": match.site, "grade": match.grade, "distance_m": distance_m}
