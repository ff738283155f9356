"""Draw the plan of a site to scale, north up: fence, alert radius, zones, buildings and landmarks.

Positions are projected to metres around the middle of the site; the drawing contains no coordinates.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.matching.layout.local_projection import LocalProjection, project_site
from opsec.model import Geofence, Landmark, Point, Site

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

PLAN_PX = 640
"""Longer side of the drawing."""
MARGIN = 0.05
"""Margin around the drawing, as a share of its longer side."""
MAX_RING_SHARE = 2.0
"""An alert radius larger than this many times the site is not drawn: the site would be a dot."""
MIN_EXTENT_M = 100.0
ARROW_PX = 26.0
MIN_LABELLED_PX, LABEL_OFFSET_PX = 20.0, 9.0
"""Smaller outlines have their number beside them, this far away."""
LABEL_DISTANCE_PX = 15.0
"""Numbers are at least this far from one another, where there is room."""
_DETAIL_PX = 0.4
"""Corners that change an outline by less are dropped."""


@dataclass(frozen=True, slots=True)
class PlanOutline:
    """An outline in pixels."""

    style: str
    """Name of the style: ``fence``, ``alert``, ``building`` or ``zone-CLASS``."""
    path: str
    """SVG path; holes are cut out by the rule ``evenodd``."""
    number: int | None = None
    """Number in the list beside the drawing."""
    label: tuple[float, float] = (0.0, 0.0)
    """Where the number stands."""


@dataclass(frozen=True, slots=True)
class PlanMark:
    """A landmark in pixels."""

    number: int
    x: float
    y: float
    arrow: str | None
    """SVG path of an arrow in the direction that the landmark faces; None without a heading."""


@dataclass(frozen=True, slots=True)
class SiteDrawing:
    """The plan of one site."""

    width_px: int
    height_px: int
    outlines: list[PlanOutline]
    marks: list[PlanMark]
    outside: frozenset[int]
    """Numbers of what lies outside the drawing."""
    bar_px: float
    bar_m: float
    width_m: float
    """Size of the fence from west to east."""
    height_m: float
    area_m2: float
    shows_alert: bool
    """Whether the alert radius is drawn."""


@dataclass(frozen=True, slots=True)
class _Canvas:
    """From metres to pixels."""

    left_m: float
    top_m: float
    scale: float
    """Pixels in a metre."""

    def place(self, x_m: float, y_m: float) -> tuple[float, float]:
        return round((x_m - self.left_m) * self.scale, 1), round((self.top_m - y_m) * self.scale, 1)

    def metres(self, x_px: float, y_px: float) -> tuple[float, float]:
        return x_px / self.scale + self.left_m, self.top_m - y_px / self.scale

    def path(self, shape: "BaseGeometry") -> str:
        """SVG path of the outlines and holes of a shape, without details that nobody can see."""
        plain = shape.simplify(_DETAIL_PX / self.scale)
        return " ".join(self._ring(ring) for polygon in _polygons(plain) for ring in _rings(polygon))

    def _ring(self, corners: Iterable[tuple[float, float]]) -> str:
        return "M " + " L ".join("{} {}".format(*self.place(x, y)) for x, y in corners) + " Z"


@dataclass(frozen=True, slots=True)
class PlanFrame:
    """Where the positions of a site are on its plan."""

    projection: LocalProjection
    canvas: _Canvas
    width_px: int
    height_px: int
    fence: "BaseGeometry"
    """In metres."""
    alert: "BaseGeometry | None"
    """The alert radius in metres; None when there is none or it is not drawn."""
    shows_alert: bool
    """Whether the alert radius is small enough to be drawn."""

    def place(self, point: Point) -> tuple[float, float]:
        """Pixels from the left and from the top; outside the drawing for a distant position."""
        return self.canvas.place(*self.projection.to_xy(point))

    def point(self, x_px: float, y_px: float) -> Point:
        """Position of a pixel: the inverse of ``place``."""
        return self.projection.to_point(*self.canvas.metres(x_px, y_px))

    def length_px(self, length_m: float) -> float:
        """Length on the plan."""
        return round(length_m * self.canvas.scale, 1)

    def outline_path(self, shape: "BaseGeometry") -> str:
        """SVG path of a shape in metres around the middle of the site."""
        return self.canvas.path(shape)


def plan_frame(site: Site) -> PlanFrame | None:
    """Return where the plan of a site puts positions; None when it has no fence."""
    projected = project_site(site)
    if projected is None:
        return None
    fence = projected.fence
    west, south, east, north = fence.bounds
    longest = max(east - west, north - south, MIN_EXTENT_M)
    shows_alert = site.alert_radius_m <= MAX_RING_SHARE * longest
    alert = fence.buffer(site.alert_radius_m) if shows_alert and site.alert_radius_m > 0 else None
    canvas, width_px, height_px = _fit(fence if alert is None else alert)
    return PlanFrame(projected.projection, canvas, width_px, height_px, fence, alert, shows_alert)


def draw_site(site: Site, numbered: Sequence[Geofence | Landmark]) -> SiteDrawing | None:
    """Draw a site; None when it has no fence.

    Parameters
    ----------
    site
        The site.
    numbered
        Its zones, buildings and landmarks, in the order of the list beside the drawing.
    """
    frame = plan_frame(site)
    if frame is None:
        return None
    projection, canvas, fence, alert = frame.projection, frame.canvas, frame.fence, frame.alert
    width_px, height_px = frame.width_px, frame.height_px
    west, south, east, north = fence.bounds
    marks = list(_marks(numbered, projection, canvas))
    outlines = list(_outlines(numbered, projection, canvas, marks))
    spots = [(one.number, one.label) for one in outlines] + [(mark.number, (mark.x, mark.y)) for mark in marks]
    bar_m = scale_bar_length_m(width_px / canvas.scale / 4)
    return SiteDrawing(
        width_px=width_px,
        height_px=height_px,
        outlines=[
            *([] if alert is None else [PlanOutline("alert", canvas.path(alert))]),
            PlanOutline("fence", canvas.path(fence)),
            *outlines,
        ],
        marks=marks,
        outside=frozenset(
            number for number, (x, y) in spots if number and not (0 <= x <= width_px and 0 <= y <= height_px)
        ),
        bar_px=round(bar_m * canvas.scale, 1),
        bar_m=bar_m,
        width_m=east - west,
        height_m=north - south,
        area_m2=fence.area,
        shows_alert=frame.shows_alert,
    )


def _fit(shape: "BaseGeometry") -> tuple[_Canvas, int, int]:
    """Fit a shape into the drawing; return also width and height in pixels."""
    west, south, east, north = shape.bounds
    longest = max(east - west, north - south, MIN_EXTENT_M)
    margin = MARGIN * longest
    width, height = max(east - west, longest / 2) + 2 * margin, max(north - south, longest / 2) + 2 * margin
    scale = PLAN_PX / max(width, height)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    canvas = _Canvas(middle_x - width / 2, middle_y + height / 2, scale)
    return canvas, round(width * scale), round(height * scale)


def _outlines(
    numbered: Sequence[Geofence | Landmark], projection: LocalProjection, canvas: _Canvas, marks: Sequence[PlanMark]
) -> Iterator[PlanOutline]:
    """Yield zones and buildings, the largest first, so that none hides a smaller one."""
    drawn = [
        (_project(one, projection), one, number) for number, one in enumerate(numbered, 1) if isinstance(one, Geofence)
    ]
    taken = [(mark.x, mark.y) for mark in marks]
    for shape, fence, number in sorted(drawn, key=lambda one: -one[0].area):
        style = "building" if fence.role == "building" else f"zone-{fence.zone_class or 'other'}"
        if not is_numbered(fence):
            yield PlanOutline(style, canvas.path(shape))
            continue
        places = list(_label_places(shape, canvas))
        free = (place for place in places if all(math.dist(place, other) >= LABEL_DISTANCE_PX for other in taken))
        taken.append(next(free, places[0]))
        yield PlanOutline(style, canvas.path(shape), number, taken[-1])


def is_numbered(part: Geofence | Landmark) -> bool:
    """Whether a part has a number on the plan: all but buildings without a name, of which there are often many."""
    return isinstance(part, Landmark) or part.role != "building" or part.name is not None


def _label_places(shape: "BaseGeometry", canvas: _Canvas) -> Iterator[tuple[float, float]]:
    """Yield places for a number: inside its outline unless it would hide it, then around it."""
    west, south, east, north = shape.bounds
    if min(east - west, north - south) * canvas.scale >= MIN_LABELLED_PX:
        middle = shape.representative_point()
        yield canvas.place(middle.x, middle.y)
    (left, top), (right, bottom) = canvas.place(west, north), canvas.place(east, south)
    across, down = (left + right) / 2, (top + bottom) / 2
    yield right + LABEL_OFFSET_PX, down
    yield left - LABEL_OFFSET_PX, down
    yield across, top - LABEL_OFFSET_PX
    yield across, bottom + LABEL_OFFSET_PX


def _marks(numbered: Sequence[Geofence | Landmark], projection: LocalProjection, canvas: _Canvas) -> Iterator[PlanMark]:
    for number, one in enumerate(numbered, 1):
        if isinstance(one, Landmark) and one.position is not None:
            x, y = canvas.place(*projection.to_xy(one.position))
            yield PlanMark(number, x, y, None if one.heading_deg is None else _arrow(x, y, one.heading_deg))


def _arrow(x: float, y: float, heading_deg: float) -> str:
    """Arrow from a mark in a direction, clockwise from north."""

    def at(length: float, turn_deg: float = 0.0) -> str:
        angle = math.radians(heading_deg + turn_deg)
        return f"{x + length * math.sin(angle):.1f} {y - length * math.cos(angle):.1f}"

    return f"M {at(9)} L {at(ARROW_PX - 7)} M {at(ARROW_PX - 9, 14)} L {at(ARROW_PX)} L {at(ARROW_PX - 9, -14)} Z"


def _project(fence: Geofence, projection: LocalProjection) -> "BaseGeometry":
    from shapely import make_valid
    from shapely.geometry import MultiPolygon, Polygon

    def metres(ring: Iterable[Point]) -> list[tuple[float, float]]:
        return [projection.to_xy(point) for point in ring]

    shape = MultiPolygon([Polygon(metres(rings[0]), [metres(hole) for hole in rings[1:]]) for rings in fence.rings])
    return shape if shape.is_valid else make_valid(shape, method="structure", keep_collapsed=False)


def _polygons(shape: "BaseGeometry") -> Iterator["BaseGeometry"]:
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type == "Polygon" and not part.is_empty:
            yield part


def _rings(polygon: "BaseGeometry") -> Iterator[Iterable[tuple[float, float]]]:
    boundary = polygon.boundary
    for line in getattr(boundary, "geoms", [boundary]):
        yield line.coords


def scale_bar_length_m(max_m: float) -> float:
    """Return the longest of 1, 2, 5, 10, 20 … metres that does not exceed a length.

    >>> scale_bar_length_m(180.0)
    100.0
    """
    power = 10.0 ** math.floor(math.log10(max(max_m, 1.0)))
    return max(power * step for step in (1, 2, 5) if power * step <= max(max_m, 1.0))
