"""What a clip shows of the layout of a site, for a page: panoramas, the directions covered, and the site plan.

The plan is drawn to scale without coordinates or names. It belongs on the officer's own page of a scan; reports that
leave the machine never use this module.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from opsec.i18n.messages import Lang, Message, _, isolate, render
from opsec.i18n.terms import CAMERA_MOTION, exposure_label
from opsec.model import Hint, Layout, PlanLine, Result
from opsec.reports.sign_view import BASE64_JPEG
from opsec.reports.value_format import format_clock, format_lower_bound, join_list

MAX_PANORAMAS = 6
SECTOR_PX = 120
"""Side of the square in which the directions covered are drawn."""
PLAN_PX = 360
"""Longer side of the site plan."""
PLAN_MARGIN = 0.06
"""Margin around the plan, as a share of its longer side."""


@dataclass(frozen=True, slots=True)
class PanoramaImage:
    """The panorama of one shot."""

    source: str
    """A ``data:`` URL (RFC 2397): nothing is fetched."""
    width_px: int
    height_px: int
    caption: str


@dataclass(frozen=True, slots=True)
class PlanShape:
    """A polygon or polyline of the plan, in pixels of the plan."""

    kind: str
    points: str


@dataclass(frozen=True, slots=True)
class SitePlanView:
    """A site plan to scale, north up."""

    width_px: int
    height_px: int
    shapes: list[PlanShape]
    start: tuple[float, float] | None
    """Start of the walk, drawn as a dot, since a short walk would be invisible; None without a walk."""
    scale_bar_px: float
    """Length of the scale bar."""
    scale_caption: str


@dataclass(frozen=True, slots=True)
class LayoutView:
    """Everything that a page shows of a clip's layout."""

    summary: str
    figures: list[tuple[str, str]]
    """Names and values of what was measured."""
    panoramas: list[PanoramaImage]
    sector_path: str | None
    """SVG path of the directions covered, in a square of ``SECTOR_PX``; None when no sweep was measured."""
    plan: SitePlanView | None


def build_layout_view(result: Result, lang: Lang, *, plan: bool = False) -> LayoutView | None:
    """Build the view of a result's layout, with the site plan if asked; None when the layout was not assessed."""
    layout = result.layout
    if layout.basis == "not_assessed":
        return None
    return LayoutView(
        summary=render(_summary_message(layout), lang),
        figures=[(render(name, lang), value) for name, value in _figures(layout, lang)],
        panoramas=list(_panoramas(result, lang)),
        sector_path=None if layout.sweep_deg is None else _sector_path(layout.sweep_deg),
        plan=_site_plan(layout.drawing, lang) if plan and layout.drawing else None,
    )


def _summary_message(layout: Layout) -> Message:
    motion = CAMERA_MOTION[layout.motion]
    if layout.score is None:
        return _("{motion}; how much of the surroundings it shows was not assessed", motion=motion)
    words = exposure_label(layout.score)
    if layout.score != layout.share_of_base:
        return _("{motion}; judging by the motion alone, the clip shows {words}", motion=motion, words=words)
    share = f"{layout.score:.0%}"
    return _("{motion}; about {share} of the ground inside the fence was in view", motion=motion, share=share)


def _figures(layout: Layout, lang: Lang) -> Iterator[tuple[Message, str]]:
    """Yield names and values of what was measured. Lower bounds are marked; what was not measured is omitted."""
    at_least = layout.at_least
    known: tuple[tuple[Message, float | None, str, bool], ...] = (
        (_("total angle in view"), layout.sweep_deg, "{:.0f}°", at_least),
        (_("range of headings"), layout.heading_deg, "{:.0f}°", at_least),
        (_("field of view"), layout.hfov_deg, "{:.0f}°", False),
        (_("distinct views"), layout.views, "{:.0f}", at_least),
        (_("seconds of overhead view"), layout.overhead_s, "{:.1f}", False),
        (_("share of the fenced area in view"), _percent(layout.share_of_base), "{:.0f}%", False),
        (_("metres of track inside the fence"), layout.walked_m, "{:,.0f}", False),
        (_("viewing direction from landmarks"), layout.bearing_deg, "{:.0f}°", False),
    )
    for name, value, form, is_lower_bound in known:
        if value is not None:
            figure = form.format(value)
            yield name, format_lower_bound(figure, lang) if is_lower_bound else isolate(figure, lang)
    if layout.zones_seen is not None:
        yield _("zones in view"), str(len(layout.zones_seen))


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _panoramas(result: Result, lang: Lang) -> Iterator[PanoramaImage]:
    """Yield the panoramas of the widest shots, in the order of the clip."""
    shots = [hint for hint in result.clip.hints if hint.motion is not None and _has_picture(hint)]
    widest = sorted(shots, key=lambda hint: (-(hint.motion.sweep_deg or 0.0 if hint.motion else 0.0), hint.at_s or 0.0))
    for hint in sorted(widest[:MAX_PANORAMAS], key=lambda hint: hint.at_s or 0.0):
        picture, motion = hint.picture, hint.motion
        assert picture is not None and motion is not None
        times = isolate(f"{format_clock(hint.at_s or 0.0)}–{format_clock(hint.until_s or 0.0)}", lang)
        if motion.sweep_deg is not None:
            sweep = f"{motion.sweep_deg:.0f}°"
            times = join_list(
                [times, format_lower_bound(sweep, lang) if motion.at_least else isolate(sweep, lang)], lang
            )
        caption = render(_("{motion}, {times}", motion=CAMERA_MOTION[motion.motion], times=times), lang)
        source = f"data:image/jpeg;base64,{picture.jpeg_base64}"
        yield PanoramaImage(source, picture.width_px, picture.height_px, caption)


def _has_picture(hint: Hint) -> bool:
    return hint.picture is not None and BASE64_JPEG.fullmatch(hint.picture.jpeg_base64) is not None


def _sector_path(sweep_deg: float) -> str:
    """Return the swept sector as an SVG path, clockwise from straight up: the direction of north is unknown."""
    middle, radius = SECTOR_PX / 2, SECTOR_PX / 2 - 6
    if sweep_deg >= 359.0:
        return f"M {middle} {middle - radius} A {radius} {radius} 0 1 1 {middle - 0.01} {middle - radius} Z"
    angle = math.radians(sweep_deg)
    x, y = middle + radius * math.sin(angle), middle - radius * math.cos(angle)
    large = int(sweep_deg > 180)
    return f"M {middle} {middle} L {middle} {middle - radius} A {radius} {radius} 0 {large} 1 {x:.1f} {y:.1f} Z"


def _site_plan(drawing: tuple[PlanLine, ...], lang: Lang) -> SitePlanView:
    """Scale the lines of a plan to ``PLAN_PX`` pixels, north up."""
    corners = [corner for outline in drawing if outline.kind == "fence" for corner in outline.corners]
    corners = corners or [corner for outline in drawing for corner in outline.corners]
    east = [x for x, _y in corners]
    north = [y for _x, y in corners]
    margin = PLAN_MARGIN * max(max(east) - min(east), max(north) - min(north), 1.0)
    left, top = min(east) - margin, max(north) + margin
    width, height = max(east) - min(east) + 2 * margin, max(north) - min(north) + 2 * margin
    scale = PLAN_PX / max(width, height)
    start = next((line.corners[0] for line in drawing if line.kind == "walk" and line.corners), None)
    bar_m = _round_length_m(width / 4)
    return SitePlanView(
        width_px=max(1, round(width * scale)),
        height_px=max(1, round(height * scale)),
        shapes=[
            PlanShape(line.kind, " ".join(f"{(x - left) * scale:.1f},{(top - y) * scale:.1f}" for x, y in line.corners))
            for line in drawing
        ],
        start=None if start is None else (round((start[0] - left) * scale, 1), round((top - start[1]) * scale, 1)),
        scale_bar_px=round(bar_m * scale, 1),
        scale_caption=render(_("scale bar: {metres} m", metres=f"{bar_m:g}"), lang),
    )


def _round_length_m(max_m: float) -> float:
    """Return the longest of 1, 2, 5, 10, 20 … metres that does not exceed a length.

    >>> _round_length_m(180.0)
    100.0
    """
    power = 10.0 ** math.floor(math.log10(max(max_m, 1.0)))
    return max(power * step for step in (1, 2, 5) if power * step <= max(max_m, 1.0))
