"""How much of a site's layout a clip shows."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from opsec.model.bounds import Degrees, Share, ShortText, TurnDegrees
from opsec.model.ground_grid import GROUND_GRID
from opsec.model.vocabulary import CameraMotion


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A polyline of the plan that shows what was in view."""

    kind: Literal["fence", "zone", "zone_seen", "building", "view", "walk"]
    corners: tuple[tuple[float, float], ...]
    """Metres east and north of the middle of the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How much of a site's layout a clip shows: the measurements, then one score. None: not assessed, never 0."""

    motion: CameraMotion = "unknown"
    sweep_deg: float | None = None
    """Range of headings plus the field of view, at least; 360 is all around."""
    heading_deg: float | None = None
    """Range of headings, at least."""
    hfov_deg: float | None = None
    views: int | None = None
    overhead_s: float | None = None
    at_least: bool = False
    """The figures are lower bounds."""
    site: str | None = None
    """The site that the next three fields refer to: other evidence connects the clip with it."""
    zones_seen: tuple[str, ...] | None = None
    """Names (or classes) of the zones that were in view."""
    share_of_base: float | None = None
    """Share of the ground inside the fence that was in view, 0 to 1."""
    walked_m: float | None = None
    """Length of the track inside the fence: where somebody was, not what was shown."""
    bearing_deg: float | None = None
    """Heading of the camera, clockwise from north, derived from two recognised landmarks."""
    basis: str = "not_assessed"
    """``pixels``, ``telemetry``, ``landmarks``, or several joined by ``+``."""
    score: float | None = None
    """0 to 1."""
    drawing: tuple[PlanLine, ...] = ()
    """For the officer's own page; never in a record that is shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCoverage:
    """What one clip shows of one site, stored so that it can be united with what other clips show."""

    site: Annotated[str, MaxLen(200)]
    score: Share | None = None
    """Score of the clip, as in ``Layout``."""
    sweep_deg: TurnDegrees | None = None
    """Widest turn, in any direction."""
    sectors: Annotated[tuple[tuple[Degrees, Degrees], ...], MaxLen(400)] = ()
    """Sectors in view according to telemetry or landmarks: start, clockwise from north, and extent."""
    zones: Annotated[tuple[ShortText, ...], MaxLen(2_000)] | None = None
    """Names (or classes) of the zones in view; None when not assessed."""
    plan: Annotated[str, MaxLen(64)] = ""
    """Identifies the fence that the next two fields were computed with; empty when no ground in view is known."""
    ground: Annotated[str, MaxLen(2_000)] = ""
    """``GROUND_GRID`` squared bytes in base64, row by row from the south-west: detection probabilities."""
    cells: Annotated[float, Ge(0), Le(GROUND_GRID**2)] = 0.0
    """Number of cells inside the fence; cells on the fence count in part."""
    view: Annotated[str, MaxLen(2_000)] = ""
    """``VIEW_GRID`` squared bits in base64 over the same box: ground inside the fence that was in view at all."""
    zone_count: Annotated[int, Ge(0), Le(100_000)] | None = None
    """Zones drawn on the site, in view or not."""
    words: Annotated[tuple[Annotated[str, MaxLen(40)], ...], MaxLen(10)] = ()
    """Codes of the notes on its words: ``presence``, ``strength``."""
    at: Annotated[str, MaxLen(40)] = ""
    """When it was recorded, else posted: RFC 3339 with the offset of the site at that time; empty when unknown."""
    time_zone: Annotated[str, MaxLen(100)] = ""
    """Zone of that time in the IANA database."""
