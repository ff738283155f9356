"""The layout of a clip: the parts first, then one figure.

Over shots the figure is that of the best shot and over cameras the union of what they saw: two views may show the
same side, so nothing is ever added up.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from opsec.matching.layout.camera_pose import Camera
from opsec.matching.layout.motion_model import of_shots
from opsec.matching.layout.viewshed import InView
from opsec.model import CameraMotion, Hint, Layout, Motion, Outline

MOSTLY = 0.8
"""Share of a clip's seconds that one motion must fill to stand for the clip."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What telemetry and landmarks tell of one site."""

    in_view: InView | None
    zones: tuple[str, ...]
    walked_m: float | None
    bearing_deg: float | None
    by_telemetry: bool
    by_landmarks: bool
    drawing: tuple[Outline, ...] = ()


def shots_of(hints: Sequence[Hint]) -> list[tuple[Motion, float]]:
    """Every shot's motion and how long it lasts, in seconds."""
    return [
        (hint.motion, max(0.0, (hint.until_s or 0.0) - (hint.at_s or 0.0)))
        for hint in hints
        if hint.kind == "motion" and hint.motion is not None
    ]


def layout_of(shots: Sequence[tuple[Motion, float]], site: str | None, told: Evidence | None) -> Layout:
    """The layout of a clip whose shots moved like this, with what is known of the site it shows."""
    motions = [motion for motion, _lasts_s in shots]
    sweeps = [one for one in motions if one.sweep_deg is not None]
    widest = max(sweeps, key=lambda one: one.sweep_deg or 0.0, default=None)
    overhead = [one.overhead_s for one in motions if one.overhead_s is not None]
    share = told.in_view.share if told and told.in_view else None
    by_pixels = of_shots(motions)
    figures = [figure for figure in (by_pixels, share) if figure is not None]
    return Layout(
        motion=main_motion(shots),
        sweep_deg=widest.sweep_deg if widest else None,
        heading_deg=max((one.heading_deg for one in motions if one.heading_deg is not None), default=None),
        hfov_deg=next((one.hfov_deg for one in motions if one.hfov_deg is not None), None),
        views=max((one.views for one in motions if one.views is not None), default=None),
        overhead_s=sum(overhead) if overhead else None,
        at_least=len(motions) > 1 or any(one.at_least for one in motions),
        site=site,
        zones_seen=_zones(told),
        share_of_base=share,
        walked_m=told.walked_m if told else None,
        bearing_deg=told.bearing_deg if told else None,
        basis=_basis(by_pixels is not None or bool(motions), told),
        score=max(figures, default=None),
        drawing=told.drawing if told else (),
    )


def main_motion(shots: Sequence[tuple[Motion, float]]) -> CameraMotion:
    """The motion that fills most of the clip; mixed when none does."""
    lasts: dict[CameraMotion, float] = {}
    for motion, lasts_s in shots:
        if motion.motion != "unknown":
            lasts[motion.motion] = lasts.get(motion.motion, 0.0) + max(lasts_s, 1e-3)
    if not lasts:
        return "unknown"
    longest = max(lasts, key=lambda one: lasts[one])
    return longest if lasts[longest] >= MOSTLY * sum(lasts.values()) else "mixed"


def _zones(told: Evidence | None) -> tuple[str, ...] | None:
    """None when nothing tells which zones lay in view: that is not the same as none of them."""
    if told is None or (told.in_view is None and not told.by_landmarks):
        return None
    return tuple(dict.fromkeys([*(told.in_view.zones if told.in_view else ()), *told.zones]))


def _basis(pixels: bool, told: Evidence | None) -> str:
    parts = [
        name
        for name, there in (
            ("pixels", pixels),
            ("telemetry", bool(told and told.by_telemetry)),
            ("landmarks", bool(told and told.by_landmarks)),
        )
        if there
    ]
    return "+".join(parts) or "not_assessed"


def walked_m(cameras: Sequence[Camera]) -> float:
    """Length of the way from place to place; the margin of a receiver that stands still is no way."""
    length, here = 0.0, cameras[0]
    for there in cameras[1:]:
        step = _apart_m(here, there)
        if step > max(3.0, min(here.accuracy_m, 15.0)):
            length, here = length + step, there
    return length + _apart_m(here, cameras[-1]) if length else 0.0


def _apart_m(one: Camera, other: Camera) -> float:
    return math.hypot(one.east_m - other.east_m, one.north_m - other.north_m)
