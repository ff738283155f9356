"""What the officer protects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from opsec.model.hint import Point
from opsec.model.vocabulary import SiteKind, ZoneClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Geofence:
    """An outline drawn by the officer: a site's perimeter, a zone inside it, or a building's footprint."""

    role: Literal["perimeter", "zone", "building"]
    rings: tuple[tuple[tuple[Point, ...], ...], ...]
    """Polygons; of each its outer ring first, then its holes. Rings are closed."""
    name: str | None = None
    zone_class: ZoneClass | None = None
    sensitivity: float | None = None
    """0 to 1; none: the site's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """Something of the site that a camera can recognise, with the officer's photos of it."""

    id: str
    photos: tuple[str, ...]
    """File names inside the landmark's folder."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    position: Point | None = None
    heading_deg: float | None = None
    """Direction in which the landmark's photographed side faces."""
    zone: str | None = None
    sensitivity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One of *our* places: what the process that opens hostile media must never hold."""

    id: str
    kind: SiteKind
    names: Mapping[str, tuple[str, ...]]
    """Language tag → names in that language."""
    weak_names: tuple[str, ...] = ()
    """Names that are also everyday words: they count only beside a military word."""
    unit_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Language tag → units stationed here."""
    code: str
    """What shared reports call the site; never its name."""
    unit: str | None = None
    sensitivity: float = 0.5
    alert_radius_m: float = 500.0
    prior: float = 0.10
    """Share of the scanned posts that truly show one of our sites."""
    time_zone: str | None = None
    quiet_hours: tuple[str, str] | None = None
    fences: tuple[Geofence, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
