"""Draw what clips show over the plan of a site, for pages without script and for paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.console.map_features import LonLat, MapFeature
from opsec.i18n.messages import Lang, Message, _, ngettext, render
from opsec.model import Point
from opsec.model.ground_grid import VIEW_GRID
from opsec.reports.site_plan_drawing import PlanFrame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

MAX_RADIUS_PX = 20_000.0
"""A larger circle of error covers every plan and is not drawn; the label states the error."""


@dataclass(frozen=True, slots=True)
class OverlayLine:
    """A line or an area in pixels of the plan."""

    style: str
    """``view``, ``track`` or ``heading``."""
    path: str
    """SVG path."""
    label: str


@dataclass(frozen=True, slots=True)
class OverlayDot:
    """A position in pixels of the plan."""

    style: str
    """``matched`` or ``other``."""
    x: float
    y: float
    radius_px: float | None
    """Of the circle of its error."""
    label: str


@dataclass(frozen=True, slots=True)
class PlanOverlay:
    """What is drawn over a plan."""

    lines: list[OverlayLine]
    dots: list[OverlayDot]
    legend: list[tuple[str, str]]
    """Style and label of each kind that is drawn."""
    outside: int
    """Positions outside the drawing."""


_LEGEND: tuple[tuple[str, Message], ...] = (
    ("view", _("ground in view")),
    ("track", _("track")),
    ("heading", _("direction of the camera")),
    ("matched", _("position that matches a site; the circle is its error")),
    ("other", _("other position")),
)


def overlay(features: Iterable[MapFeature], frame: PlanFrame, lang: Lang) -> PlanOverlay:
    """Draw the features of a clip over the plan of a site.

    Parameters
    ----------
    features
        As ``clip_features`` collects them.
    frame
        Of the plan.
    lang
        Language of the legend.
    """
    lines: list[OverlayLine] = []
    dots: list[OverlayDot] = []
    for one in features:
        coordinates = one.geometry["coordinates"]
        if one.kind == "position":
            dots.append(_dot(one, coordinates, frame))
        elif one.kind == "view":
            lines.append(OverlayLine("view", _path(coordinates[0], frame) + " Z", one.label))
        else:
            lines.append(OverlayLine(one.kind, _path(coordinates, frame), one.label))
    drawn = {line.style for line in lines} | {dot.style for dot in dots}
    outside = sum(not (0 <= one.x <= frame.width_px and 0 <= one.y <= frame.height_px) for one in dots)
    return PlanOverlay(lines, dots, [(style, render(word, lang)) for style, word in _LEGEND if style in drawn], outside)


def ground_shape(in_view: "NDArray[np.bool_]", frame: PlanFrame) -> "BaseGeometry":
    """Return the ground that clips show together, in metres around the middle of the site.

    Parameters
    ----------
    in_view
        ``VIEW_GRID`` squared samples over the bounding box of the fence, row by row from the south-west.
    frame
        Of the plan.
    """
    import shapely

    west, south, east, north = frame.fence.bounds
    width, height = (east - west) / VIEW_GRID, (north - south) / VIEW_GRID
    cells = [
        shapely.box(west + begin * width, south + row * height, west + end * width, south + (row + 1) * height)
        for row in range(VIEW_GRID)
        for begin, end in runs(in_view[row * VIEW_GRID : (row + 1) * VIEW_GRID].tolist())
    ]
    return shapely.union_all(cells)


def ground_overlay(ground: "BaseGeometry", frame: PlanFrame, lang: Lang) -> PlanOverlay:
    """Draw the ground that clips show together over the plan of the site."""
    view = OverlayLine("view", frame.outline_path(ground), "")
    return PlanOverlay([view], [], [("view", render(_LEGEND[0][1], lang))], 0)


def runs(seen: Sequence[bool]) -> Iterable[tuple[int, int]]:
    """Yield begin and end of each run of true values.

    >>> list(runs([True, False, True, True]))
    [(0, 1), (2, 4)]
    """
    begin: int | None = None
    for place, is_seen in enumerate([*seen, False]):
        if is_seen and begin is None:
            begin = place
        elif not is_seen and begin is not None:
            yield begin, place
            begin = None


def outside_sentence(count: int, lang: Lang) -> str:
    """Say how many positions are outside the plan; empty for none."""
    if not count:
        return ""
    return render(ngettext("{n} position is outside this plan.", "{n} positions are outside this plan.", count), lang)


def _dot(one: MapFeature, at: LonLat, frame: PlanFrame) -> OverlayDot:
    x, y = frame.place(Point(at[1], at[0]))
    radius_px = None if one.accuracy_m is None else frame.length_px(one.accuracy_m)
    drawn = radius_px if radius_px is not None and radius_px <= MAX_RADIUS_PX else None
    return OverlayDot("matched" if one.matched else "other", x, y, drawn, one.label)


def _path(line: Sequence[LonLat], frame: PlanFrame) -> str:
    return "M " + " L ".join("{} {}".format(*frame.place(Point(lat, lon))) for lon, lat in line)
