"""Compare the facts in a manifest, other than positions, with the facts read: dates, cameras, tracks."""

from collections.abc import Iterator, Mapping
from typing import Any

from opsec.model import Fix, Hint, Point

FACTS = ("created", "make", "model", "altitude", "heading", "place name", "fixes", "track box")
ALTITUDE_M = 1.0
HEADING_DEG = 0.5


def facts(expected: Mapping[str, Any], hints: tuple[Hint, ...]) -> Iterator[tuple[str, bool]]:
    """Every fact that the manifest states of a file, and whether the value read agrees with it."""
    if moment := expected.get("created"):
        yield "created", any(_same_moment(moment, hint.text or "") for hint in hints if hint.kind == "time")
    for name in ("make", "model"):
        if words := expected.get(name):
            yield name, any(words.casefold() == (hint.text or "").casefold() for hint in hints if hint.kind == "device")
    if (place := expected.get("place_name")) is not None:
        yield "place name", any(place in (hint.text or "") for hint in hints if hint.kind == "place")
    if not expected["location"]:
        return
    here = [fix for fix in _fixes(hints) if same(Point(*expected["first"]), fix.point, expected["tolerance_deg"])]
    if (height_m := expected.get("altitude_m")) is not None:
        yield "altitude", any(abs(height_m - fix.altitude_m) < ALTITUDE_M for fix in here if fix.altitude_m is not None)
    if (heading := expected.get("heading_deg")) is not None:
        yield (
            "heading",
            any(abs(heading - fix.heading_deg) < HEADING_DEG for fix in here if fix.heading_deg is not None),
        )
    if (box := expected.get("bbox")) is not None:
        tracks = [hint.fixes for hint in hints if hint.kind == "track" and hint.fixes]
        yield "fixes", any(len(fixes) == expected["n_fixes"] for fixes in tracks)
        yield "track box", any(_same_box(box, fixes, expected["tolerance_deg"]) for fixes in tracks)


def places(hints: tuple[Hint, ...]) -> list[Point]:
    """Every position, and the first fix of every track."""
    return [fix.point for fix in _fixes(hints)]


def same(one: Point, other: Point, tolerance_deg: float) -> bool:
    """Whether two positions differ by at most this many degrees in either direction."""
    return abs(one.lat - other.lat) <= tolerance_deg and abs(one.lon - other.lon) <= tolerance_deg


def _fixes(hints: tuple[Hint, ...]) -> list[Fix]:
    found = [hint.fixes[0] for hint in hints if hint.kind == "track" and hint.fixes]
    return found + [
        Fix(at_s=0, point=hint.point, altitude_m=hint.altitude_m, heading_deg=hint.heading_deg)
        for hint in hints
        if hint.kind == "position" and hint.point
    ]


def _same_moment(expected: str, actual: str) -> bool:
    """The same date and time, with the zone that the file records; where it records none, any is as good."""
    return actual == expected or (len(expected) == 19 and actual[:19] == expected)


def _same_box(box: list[float], fixes: tuple[Fix, ...], tolerance_deg: float) -> bool:
    lats, lons = [fix.point.lat for fix in fixes], [fix.point.lon for fix in fixes]
    corners = zip((min(lats), min(lons), max(lats), max(lons)), box, strict=True)
    return all(abs(actual - expected) <= tolerance_deg for actual, expected in corners)
