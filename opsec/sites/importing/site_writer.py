"""Write the folder of an imported site. Folders have mode 700, files 600: they hold secrets."""

import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from opsec.model import Point, SiteKind
from opsec.sites.file_names import DEFAULT_RADIUS_M, FENCE_FILE, LANDMARK_FILE, LANDMARKS, SITE_FILE
from opsec.sites.importing.base_parts import BasePart
from opsec.sites.importing.folder_names import propose_id
from opsec.sites.importing.raw_place import is_arabic
from opsec.sites.ring_validation import Ring, round_fence, to_shapely


@dataclass(frozen=True, slots=True)
class ImportedSite:
    """One site that was created."""

    id: str
    names: tuple[str, ...]
    folder: Path
    kind: SiteKind
    polygons: tuple[tuple[Ring, ...], ...] = ()
    """The perimeter; empty for a site that was drawn as a point."""
    point: Point | None = None
    parts: tuple[BasePart, ...] = ()

    @property
    def name(self) -> str:
        """The main name."""
        return self.names[0]

    @property
    def shape(self) -> Literal["outline", "point"]:
        """How the site was drawn."""
        return "outline" if self.polygons else "point"


def write_site(site: ImportedSite, folder: Path) -> None:
    """Write ``site.toml``, and the fence and landmarks if there are any."""
    folder.mkdir(mode=0o700)
    outlines = [part for part in site.parts if part.role != "landmark"]
    lines = [f"id = {toml_string(site.id)}", f"kind = {toml_string(site.kind)}"]
    polygons = site.polygons
    if site.point is not None and outlines:
        polygons = ((round_fence(site.point, DEFAULT_RADIUS_M),),)
    elif site.point is not None:
        lines += [_position(site.point), f"radius_m = {DEFAULT_RADIUS_M}"]
    lines += ["", "[names]", *_names(site.names), ""]
    _write_private(folder / SITE_FILE, "\n".join(lines))
    if polygons:
        _write_private(folder / FENCE_FILE, _fence(polygons, outlines))
    _write_landmarks(site, folder / LANDMARKS)


def _write_landmarks(site: ImportedSite, folder: Path) -> None:
    taken: list[str] = []
    zones = [part for part in site.parts if part.role == "zone" and part.names]
    for number, landmark in enumerate((part for part in site.parts if part.role == "landmark"), 1):
        folder.mkdir(mode=0o700, exist_ok=True)
        taken.append(propose_id(landmark.names, f"landmark-{number}", taken))
        (folder / taken[-1]).mkdir(mode=0o700)
        lines = [_position(landmark.point)] if landmark.point else []
        zone = next((zone.name for zone in zones if landmark.point and _contains(zone, landmark.point)), None)
        lines += [] if zone is None else [f"zone = {toml_string(zone)}"]
        lines += [] if landmark.sensitivity is None else [f"sensitivity = {landmark.sensitivity!r}"]
        lines += ["", "[names]", *_names(landmark.names), ""] if landmark.names else [""]
        _write_private(folder / taken[-1] / LANDMARK_FILE, "\n".join(lines))


def _contains(zone: BasePart, point: Point) -> bool:
    from shapely import Point as ShapelyPoint

    return bool(to_shapely(zone.polygons).contains(ShapelyPoint(point.lon, point.lat)))


def _position(point: Point) -> str:
    return f"position = [{point.lat!r}, {point.lon!r}]"


def _names(names: Iterable[str]) -> list[str]:
    """Lines of a table of names: a list for each language."""
    by_language: dict[str, list[str]] = {}
    for name in names:
        by_language.setdefault(_language_of(name), []).append(toml_string(name))
    return [f"{language} = [{', '.join(found)}]" for language, found in sorted(by_language.items())]


def _language_of(name: str) -> Literal["ar", "en"]:
    """Language tag for a name, by its script."""
    return "ar" if any(map(is_arabic, name)) else "en"


def _fence(perimeter: Sequence[Sequence[Ring]], parts: Iterable[BasePart]) -> str:
    features = [_feature(perimeter, {"role": "perimeter"}), *(_part_feature(part) for part in parts)]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1) + "\n"


def _part_feature(part: BasePart) -> dict[str, object]:
    properties: dict[str, object] = {"role": part.role}
    known = (("name", part.name or None), ("class", part.zone_class), ("sensitivity", part.sensitivity))
    properties |= {key: value for key, value in known if value is not None}
    return _feature(part.polygons, properties)


def _feature(rings: Sequence[Sequence[Ring]], properties: dict[str, object]) -> dict[str, object]:
    polygons = [[[[point.lon, point.lat] for point in ring] for ring in polygon] for polygon in rings]
    geometry: dict[str, object] = {"type": "MultiPolygon", "coordinates": polygons}
    if len(polygons) == 1:
        geometry = {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)


def toml_string(text: str) -> str:
    r"""A TOML basic string (TOML 1.0, section String).

    >>> print(toml_string('a "b" \\ c'))
    "a \"b\" \\ c"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub("[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found.group()):04x}", escaped) + '"'
