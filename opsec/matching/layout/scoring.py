"""Score the layout of a clip: the parts first, then one figure.

Over shots the figure is that of the best shot, and over cameras the union of what they saw: two views may show the
same side, so nothing is ever added up.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.matching.layout.motion_model import best_shot_share
from opsec.model import CameraMotion, Hint, Layout, Motion, PlanLine

if TYPE_CHECKING:
    from opsec.matching.layout.camera_pose import CameraPose
    from opsec.matching.layout.viewshed import Viewshed

DOMINANT_SHARE = 0.8
"""Share of a clip's seconds that one motion must fill to stand for the clip."""
MIN_STEP_M, MAX_ACCURACY_M = 3.0, 15.0
"""A step of a path counts from its accuracy on, which is taken within these bounds."""
_MIN_SHOT_S = 1e-3


@dataclass(frozen=True, slots=True)
class SiteEvidence:
    """What telemetry and landmarks say of one site."""

    viewshed: "Viewshed | None"
    """None when no camera's view is known."""
    zones: tuple[str, ...]
    """Zones with a recognised landmark."""
    walked_m: float | None
    """Length of the longest path inside the fence."""
    bearing_deg: float | None
    """Heading of the camera, by landmarks."""
    by_telemetry: bool
    by_landmarks: bool
    plan: tuple[PlanLine, ...] = ()


def shot_motions(hints: Sequence[Hint]) -> list[tuple[Motion, float]]:
    """Motion and duration in seconds of every shot."""
    return [
        (hint.motion, max(0.0, (hint.until_s or 0.0) - (hint.at_s or 0.0)))
        for hint in hints
        if hint.kind == "motion" and hint.motion is not None
    ]


def build_layout(shots: Sequence[tuple[Motion, float]], site: str | None, evidence: SiteEvidence | None) -> Layout:
    """Build the layout of a clip.

    Parameters
    ----------
    shots
        Motion and duration in seconds of every shot.
    site
        Id of the site that other evidence ties to the clip; None for none.
    evidence
        What telemetry and landmarks say of that site.
    """
    motions = [motion for motion, _duration_s in shots]
    sweeps = [one for one in motions if one.sweep_deg is not None]
    widest = max(sweeps, key=lambda one: one.sweep_deg or 0.0, default=None)
    overhead_s = [one.overhead_s for one in motions if one.overhead_s is not None]
    ground_share = evidence.viewshed.share if evidence and evidence.viewshed else None
    motion_share = best_shot_share(motions)
    return Layout(
        motion=dominant_motion(shots),
        sweep_deg=widest.sweep_deg if widest else None,
        heading_deg=max((one.heading_deg for one in motions if one.heading_deg is not None), default=None),
        hfov_deg=next((one.hfov_deg for one in motions if one.hfov_deg is not None), None),
        views=max((one.views for one in motions if one.views is not None), default=None),
        overhead_s=sum(overhead_s) if overhead_s else None,
        at_least=len(motions) > 1 or any(one.at_least for one in motions),
        site=site,
        zones_seen=_zones_seen(evidence),
        share_of_base=ground_share,
        walked_m=evidence.walked_m if evidence else None,
        bearing_deg=evidence.bearing_deg if evidence else None,
        basis=_basis(bool(motions), evidence),
        score=max((share for share in (motion_share, ground_share) if share is not None), default=None),
        drawing=evidence.plan if evidence else (),
    )


def dominant_motion(shots: Sequence[tuple[Motion, float]]) -> CameraMotion:
    """The motion that fills most of the clip's seconds; mixed when none does."""
    seconds: dict[CameraMotion, float] = {}
    for motion, duration_s in shots:
        if motion.motion != "unknown":
            seconds[motion.motion] = seconds.get(motion.motion, 0.0) + max(duration_s, _MIN_SHOT_S)
    if not seconds:
        return "unknown"
    longest = max(seconds, key=lambda one: seconds[one])
    return longest if seconds[longest] >= DOMINANT_SHARE * sum(seconds.values()) else "mixed"


def _zones_seen(evidence: SiteEvidence | None) -> tuple[str, ...] | None:
    """Zones in view; None where nothing says which were, which differs from no zone."""
    if evidence is None or (evidence.viewshed is None and not evidence.by_landmarks):
        return None
    visible = evidence.viewshed.zones if evidence.viewshed else ()
    return tuple(dict.fromkeys([*visible, *evidence.zones]))


def _basis(by_pixels: bool, evidence: SiteEvidence | None) -> str:
    sources = {
        "pixels": by_pixels,
        "telemetry": bool(evidence and evidence.by_telemetry),
        "landmarks": bool(evidence and evidence.by_landmarks),
    }
    return "+".join(name for name, used in sources.items() if used) or "not_assessed"


def path_length_m(cameras: "Sequence[CameraPose]") -> float:
    """Length of a path from pose to pose, without the jitter of a receiver that stands still."""
    length_m, last = 0.0, cameras[0]
    for camera in cameras[1:]:
        step_m = _distance_m(last, camera)
        if step_m > max(MIN_STEP_M, min(last.accuracy_m, MAX_ACCURACY_M)):
            length_m, last = length_m + step_m, camera
    return length_m + _distance_m(last, cameras[-1]) if length_m else 0.0


def _distance_m(one: "CameraPose", other: "CameraPose") -> float:
    return math.hypot(one.east_m - other.east_m, one.north_m - other.north_m)
