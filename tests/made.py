"""Records made by hand for tests of the stages: no media, no files."""

from typing import Any

from opsec.language import _, both
from opsec.model import (
    Check,
    CheckState,
    Clip,
    Coverage,
    Geofence,
    Grade,
    Hint,
    Match,
    Point,
    Post,
    Site,
)

RAN: dict[Check, CheckState] = {
    "metadata": "ran",
    "telemetry": "not_applicable",
    "sidecar": "not_applicable",
    "caption": "ran",
    "signage": "not_configured",
    "landmarks": "not_configured",
    "layout": "not_configured",
    "speech": "not_configured",
}


def square(south: float, west: float, north: float, east: float, **more: Any) -> Geofence:
    """A fence, or a zone of it, with its sides along the compass."""
    corners = ((south, west), (south, east), (north, east), (north, west), (south, west))
    ring = tuple(Point(lat, lon) for lat, lon in corners)
    return Geofence(**{"role": "perimeter", "rings": ((ring,),), **more})


def site(site_id: str = "falcon-camp", **more: Any) -> Site:
    """A fictional camp in the open desert, with a fence of about one square kilometre."""
    standard: dict[str, Any] = {
        "kind": "base",
        "code": "F-07",
        "names": {"ar": ("معسكر الصقر",), "en": ("Falcon Camp",)},
        "weak_names": ("الصقر",),
        "unit_names": {"ar": ("الفوج الثالث",)},
        "fences": (square(31.00, 42.00, 31.01, 42.01),),
    }
    return Site(id=site_id, **{**standard, **more})


def place(lat: float, lon: float, **more: Any) -> Hint:
    """A position as metadata tell it."""
    return Hint(
        **{
            "kind": "position",
            "family": "META",
            "reader": "test",
            "field": "EXIF GPS",
            "id": "h1",
            "point": Point(lat, lon),
            **more,
        }
    )


def words(text: str, field: str = "caption", **more: Any) -> Hint:
    """A text of the post."""
    return Hint(
        **{"kind": "text", "family": "TEXT", "reader": "test", "field": field, "id": "h1", "text": text, **more}
    )


def clip(*hints: Hint, checks: dict[Check, CheckState] | None = None, **more: Any) -> Clip:
    """A clip with these hints."""
    coverage = more.pop("coverage", None) or Coverage(status="read", checks=checks or RAN)
    return Clip(
        **{"path": "clip.mp4", "sha256": "ab" * 32, "post": Post(), "coverage": coverage, "hints": hints, **more}
    )


def met(
    site_id: str = "falcon-camp",
    rule: str = "GPS-IN-FENCE",
    grade: Grade = "strong",
    log_odds: float = 6.0,
    **more: Any,
) -> Match:
    """A match."""
    return Match(
        **{
            "hint_ids": ("h1",),
            "site": site_id,
            "rule": rule,
            "grade": grade,
            "log_odds": log_odds,
            "why": both(_("because")),
            "id": "m1",
            **more,
        }
    )
