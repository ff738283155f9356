"""The officer's sites: what is to be protected."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from opsec.model.hint import Point
from opsec.model.vocabulary import SiteKind, ZoneClass

Derived = TypeVar("Derived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Geofence:
    """An outline drawn by the officer: a site's perimeter, a zone inside it, or a building's footprint."""

    role: Literal["perimeter", "zone", "building"]
    rings: tuple[tuple[tuple[Point, ...], ...], ...]
    """Polygons: for each the outer ring, then the holes. Rings are closed."""
    name: str | None = None
    zone_class: ZoneClass | None = None
    sensitivity: float | None = None
    """0 to 1; None: that of the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """Something on the site that can be recognised in a picture, with the officer's reference photos."""

    id: str
    photos: tuple[str, ...]
    """File names inside the landmark's folder."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    position: Point | None = None
    heading_deg: float | None = None
    """Direction that the photographed side of the landmark faces."""
    zone: str | None = None
    sensitivity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One of our sites. The process that opens hostile media must never have access to it."""

    id: str
    kind: SiteKind
    names: Mapping[str, tuple[str, ...]]
    """Language tag → names in that language."""
    weak_names: tuple[str, ...] = ()
    """Names that are also everyday words: they count only near a military word."""
    not_ours: tuple[str, ...] = ()
    """Names of other places and people that resemble these names."""
    unit_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Language tag → units stationed here."""
    code: str
    """Name of the site in shared reports; never its real name."""
    unit: str | None = None
    sensitivity: float = 0.5
    alert_radius_m: float = 500.0
    prior: float = 0.10
    """Share of the scanned posts that truly show one of our sites."""
    time_zone: str | None = None
    quiet_hours: tuple[str, str] | None = None
    fences: tuple[Geofence, ...] = ()
    landmarks: tuple[Landmark, ...] = ()


class SiteTuple(tuple[Site, ...]):
    """The sites of a scan, with what was computed from all of them.

    A clip concerns few of a thousand sites, so no step of its scan may pass over all of them.
    """

    _derived: dict[Callable[..., Any], Any]


def derive(sites: Sequence[Site], compute: Callable[[Sequence[Site]], Derived]) -> Derived:
    """Return what a function computes from all sites: once for a ``SiteTuple``, each time for another sequence.

    Parameters
    ----------
    sites
        All sites.
    compute
        A function of a module: it is the key under which its result is kept.
    """
    if not isinstance(sites, SiteTuple):
        return compute(sites)
    known = sites.__dict__.setdefault("_derived", {})
    if compute not in known:
        known[compute] = compute(sites)
    found: Derived = known[compute]
    return found


def sites_by_id(sites: Sequence[Site]) -> Mapping[str, Site]:
    """Return the sites by their ids."""
    return derive(sites, _index_by_id)


def _index_by_id(sites: Sequence[Site]) -> Mapping[str, Site]:
    return {site.id: site for site in sites}
