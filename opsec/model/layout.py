"""How much of a site a clip gives away."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from opsec.model.bounds import Degrees, Share, ShortText, Turn
from opsec.model.vocabulary import CameraMotion


@dataclass(frozen=True, slots=True)
class Outline:
    """A line of the plan that shows what was in view: metres east and north of the middle of the site."""

    sort: Literal["fence", "zone", "zone_seen", "building", "view", "walk"]
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How much of a base's layout a clip gives away: the parts first, then one figure. None: not assessed, never 0."""

    motion: CameraMotion = "unknown"
    sweep_deg: float | None = None
    """Range of headings and the field of view together, at least; 360 is all round."""
    heading_deg: float | None = None
    """Range of headings, at least."""
    hfov_deg: float | None = None
    views: int | None = None
    overhead_s: float | None = None
    at_least: bool = False
    """The figures are lower bounds."""
    site: str | None = None
    """The site that the next three are about: other evidence ties the clip to it."""
    zones_seen: tuple[str, ...] | None = None
    """Names (or classes) of the zones that lay in view."""
    share_of_base: float | None = None
    """Share of the ground inside the fence that lay in view, 0 to 1."""
    walked_m: float | None = None
    """Length of the way walked inside the fence: where somebody was, never what was shown."""
    bearing_deg: float | None = None
    """Where the camera looked, clockwise from north, as two recognised landmarks tell it."""
    basis: str = "not_assessed"
    """``pixels``, ``telemetry``, ``landmarks``, or several joined by ``+``."""
    score: float | None = None
    """0 to 1."""
    drawing: tuple[Outline, ...] = ()
    """For the officer's own page; never in a record that travels."""


GROUND_GRID = 32
"""Cells along each side of the box around a fence, in which what was seen of its ground is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one clip shows of one site, in a form that can be united with what other clips show of it."""

    site: Annotated[str, MaxLen(200)]
    score: Share | None = None
    """Of the clip, as in ``Layout``."""
    sweep_deg: Turn | None = None
    """Of its widest turn, whichever way that looked."""
    sectors: Annotated[tuple[tuple[Degrees, Degrees], ...], MaxLen(400)] = ()
    """Where it looked, as telemetry or landmarks tell it: clockwise from north, from and how far on."""
    zones: Annotated[tuple[ShortText, ...], MaxLen(2_000)] | None = None
    """Names, or classes, of the zones in view; none where that was not assessed."""
    plan: Annotated[str, MaxLen(64)] = ""
    """Names the fence that the next two were reckoned with; empty where no ground in view is known."""
    ground: Annotated[str, MaxLen(2_000)] = ""
    """``GROUND_GRID`` squared bytes in base64, row by row from the south-west: how surely each cell was made out."""
    cells: Annotated[float, Ge(0), Le(GROUND_GRID**2)] = 0.0
    """How many of them lie inside the fence; those on the fence in part."""
