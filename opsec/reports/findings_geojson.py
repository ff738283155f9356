"""Findings of a case file as GeoJSON (RFC 7946), for the officer's own map."""

from collections.abc import Sequence
from typing import Any

from opsec.model import ListedFinding
from opsec.reports.finding_records import finding_record
from opsec.reports.json_writer import encode_document


def render_findings_geojson(found: Sequence[ListedFinding]) -> bytes:
    """Return one feature for each finding; its geometry is null where its evidence has no position."""
    features = [{"type": "Feature", "geometry": _geometry(one), "properties": finding_record(one)} for one in found]
    return encode_document({"type": "FeatureCollection", "features": features})


def _geometry(one: ListedFinding) -> dict[str, Any] | None:
    """Return a point, or the outermost positions of a track."""
    places = [[round(lon, 7) + 0.0, round(lat, 7) + 0.0] for lat, lon in one.positions]
    if not places:
        return None
    if len(places) == 1:
        return {"type": "Point", "coordinates": places[0]}
    return {"type": "MultiPoint", "coordinates": places}
