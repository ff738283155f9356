"""What a clip gives away of the layout, for a page: the strip of the turn, the headings covered, and the plan.

The plan is drawn to scale without a coordinate, a name or a compass fix. It belongs on the officer's own page of a
scan; reports that travel never call this module.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsec.i18n.messages import Lang, Message, _, say
from opsec.i18n.terms import exposure_word
from opsec.model import CameraMotion, Hint, Layout, Outline, Result
from opsec.reports.evidence import clock

MOST_PICTURES = 6
ROSE_PX = 120
_BASE64_JPEG = re.compile(r"/9j/[A-Za-z0-9+/]+={0,2}")
MOTION: dict[CameraMotion, Message] = {
    "fixed": _("the camera stands still"),
    "turn": _("the camera turns on the spot"),
    "travel": _("the camera travels"),
    "overhead": _("the camera looks down from above"),
    "zoom": _("the camera zooms"),
    "mixed": _("the camera moves in several ways"),
    "unknown": _("how the camera moved could not be told"),
}


@dataclass(frozen=True, slots=True)
class Strip:
    """The pictures of one shot."""

    source: str
    """A ``data:`` address: nothing is fetched."""
    width_px: int
    height_px: int
    caption: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One line of the plan, in the plan's own pixels."""

    sort: str
    points: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The site to scale, north up."""

    width_px: int
    height_px: int
    shapes: list[Shape]
    stood: tuple[float, float] | None
    """Where the way begins: a dot, for a short way is too short to be seen."""
    bar_px: float
    """Length of the bar that tells how large it all is."""
    bar: str


@dataclass(frozen=True, slots=True)
class LayoutView:
    """Everything a page shows of a clip's layout."""

    lead: str
    figures: list[tuple[str, str]]
    strips: list[Strip]
    rose: str | None
    """Path of the sector that was swept, in a square of ``ROSE_PX``; none where no sweep was measured."""
    plan: Plan | None


def layout_view(result: Result, lang: Lang) -> LayoutView | None:
    """None when nothing is known of the layout."""
    layout = result.layout
    if layout.basis == "not_assessed":
        return None
    return LayoutView(
        lead=say(_lead(layout), lang),
        figures=[(say(name, lang), value) for name, value in _figures(layout)],
        strips=list(_strips(result, lang)),
        rose=None if layout.sweep_deg is None else _sector(layout.sweep_deg),
        plan=_plan(layout.drawing, lang) if layout.drawing else None,
    )


def _lead(layout: Layout) -> Message:
    motion = MOTION[layout.motion]
    if layout.score is None:
        return _("{motion}; how much of its surroundings it shows was not assessed", motion=motion)
    share = f"{layout.score:.0%}"
    words = exposure_word(layout.score)
    return _(
        "{motion}; of a camp of some 150 m it shows about {share}: {words}", motion=motion, share=share, words=words
    )


def _figures(layout: Layout) -> Iterator[tuple[Message, str]]:
    """What was measured, lower bounds as such; what was not is left out here and named as not assessed in the JSON."""
    least = "≥ " if layout.at_least else ""
    known: tuple[tuple[Message, float | None, str], ...] = (
        (_("headings and field of view together"), layout.sweep_deg, least + "{:.0f}°"),
        (_("range of headings"), layout.heading_deg, least + "{:.0f}°"),
        (_("field of view"), layout.hfov_deg, "{:.0f}°"),
        (_("different views"), layout.views, least + "{:.0f}"),
        (_("seconds from above"), layout.overhead_s, "{:.1f}"),
        (_("share of the ground inside the fence in view"), _percent(layout.share_of_base), "{:.0f}%"),
        (_("metres of track inside the fence"), layout.walked_m, "{:,.0f}"),
        (_("direction of view by landmarks"), layout.bearing_deg, "{:.0f}°"),
    )
    for name, value, form in known:
        if value is not None:
            yield name, form.format(value)
    if layout.zones_seen is not None:
        yield _("zones in view"), str(len(layout.zones_seen))


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _strips(result: Result, lang: Lang) -> Iterator[Strip]:
    """The pictures of the shots that show most, in the order of the clip."""
    shots = [hint for hint in result.clip.hints if hint.motion is not None and _has_picture(hint)]
    widest = sorted(shots, key=lambda hint: (-(hint.motion.sweep_deg or 0.0 if hint.motion else 0.0), hint.at_s or 0.0))
    for hint in sorted(widest[:MOST_PICTURES], key=lambda hint: hint.at_s or 0.0):
        picture, motion = hint.picture, hint.motion
        assert picture is not None and motion is not None
        times = f"{clock(hint.at_s or 0.0)}–{clock(hint.until_s or 0.0)}"
        if motion.sweep_deg is not None:
            times += f", {'≥ ' if motion.at_least else ''}{motion.sweep_deg:.0f}°"
        caption = say(_("{motion}, {times}", motion=MOTION[motion.motion], times=times), lang)
        source = f"data:image/jpeg;base64,{picture.jpeg_base64}"
        yield Strip(source, picture.width_px, picture.height_px, caption)


def _has_picture(hint: Hint) -> bool:
    return hint.picture is not None and _BASE64_JPEG.fullmatch(hint.picture.jpeg_base64) is not None


def _sector(sweep_deg: float) -> str:
    """The swept sector as an SVG path, from straight up, clockwise: which way north lies is not known."""
    middle, radius = ROSE_PX / 2, ROSE_PX / 2 - 6
    if sweep_deg >= 359.0:
        return f"M {middle} {middle - radius} A {radius} {radius} 0 1 1 {middle - 0.01} {middle - radius} Z"
    angle = math.radians(sweep_deg)
    x, y = middle + radius * math.sin(angle), middle - radius * math.cos(angle)
    large = int(sweep_deg > 180)
    return f"M {middle} {middle} L {middle} {middle - radius} A {radius} {radius} 0 {large} 1 {x:.1f} {y:.1f} Z"


PLAN_PX = 360


def _plan(drawing: tuple[Outline, ...], lang: Lang) -> Plan:
    """Everything scaled into one picture, north up."""
    corners = [corner for outline in drawing if outline.sort == "fence" for corner in outline.corners]
    corners = corners or [corner for outline in drawing for corner in outline.corners]
    east = [x for x, _y in corners]
    north = [y for _x, y in corners]
    margin = 0.06 * max(max(east) - min(east), max(north) - min(north), 1.0)
    left, top = min(east) - margin, max(north) + margin
    wide, high = max(east) - min(east) + 2 * margin, max(north) - min(north) + 2 * margin
    scale = PLAN_PX / max(wide, high)
    way = next((one.corners[0] for one in drawing if one.sort == "walk" and one.corners), None)
    bar_m = _round_length_m(wide / 4)
    return Plan(
        width_px=max(1, round(wide * scale)),
        height_px=max(1, round(high * scale)),
        shapes=[
            Shape(one.sort, " ".join(f"{(x - left) * scale:.1f},{(top - y) * scale:.1f}" for x, y in one.corners))
            for one in drawing
        ],
        stood=None if way is None else (round((way[0] - left) * scale, 1), round((top - way[1]) * scale, 1)),
        bar_px=round(bar_m * scale, 1),
        bar=say(_("the bar is {metres} m long", metres=f"{bar_m:g}"), lang),
    )


def _round_length_m(most_m: float) -> float:
    """The longest of 1, 2, 5, 10, 20 … metres that is no longer.

    >>> _round_length_m(180.0)
    100.0
    """
    power = 10.0 ** math.floor(math.log10(max(most_m, 1.0)))
    return max(power * step for step in (1, 2, 5) if power * step <= max(most_m, 1.0))
