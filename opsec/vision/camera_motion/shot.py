"""Analyse one shot: track its points frame by frame, and summarise the camera motion at its end."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from opsec.model import CameraMotion, Motion
from opsec.vision.camera_motion.correspondences import index_of
from opsec.vision.camera_motion.loop_closure import MIN_RANGE_DEG, loop_closure_scale
from opsec.vision.camera_motion.motion_classifier import (
    MIN_MEASURED_SHARE,
    MIN_TURN_DEG,
    MIN_TURN_FOV_DEG,
    classify_motion,
    is_selfie_pan,
)
from opsec.vision.camera_motion.panorama import render_film_strip, render_panorama
from opsec.vision.camera_motion.pinhole_camera import horizontal_fov_deg
from opsec.vision.camera_motion.point_tracker import PointTracker
from opsec.vision.camera_motion.self_calibration import FovEstimate
from opsec.vision.camera_motion.shot_measurements import ShotMeasurements, measure_shot
from opsec.vision.camera_motion.still_view import Anchors
from opsec.vision.camera_motion.turn_bounds import CAREFUL_FOV_DEG

if TYPE_CHECKING:
    from opsec.vision.arrays import GrayImage

MAX_FRAMES = 960
"""Two minutes at eight frames a second: a longer shot is analysed in parts."""
MIN_FRAMES = 3
MAX_KEPT_FRAMES = 128
"""Frames of a shot that are kept for its strip; of more, every second one is dropped."""
TRIPOD_STATIC_EDGES = 0.45
"""Share of the edges outside the centre that stand still on a tripod, at least."""
EXACT_MEASURED_SHARE = 0.95
"""Share of the steps that must have been measured for the figures not to be lower bounds."""
SKIP_S, MIN_SKIP_DISPLACEMENT = 0.24, 0.02
"""A frame is skipped when the points would move less than this displacement, as a share of the shorter side, in that
time."""
SELFIE_ROTATION_SHARE, SELFIE_BORDER_LEAD = 0.85, 0.08
"""In a selfie turn one rotation explains fewer of all points than this, and more of the border's by this lead."""
MAX_FOV_MISFIT, MIN_FOV_PAIRS, MIN_FIXED_HFOV_DEG = 0.25, 12, 30
"""A shot without a turn determines its field of view by shake alone: only when the fit is this good, on this many pairs
of frames, and the result no narrower than this."""


@dataclass(slots=True)
class ShotAnalyser:
    """Analyses a shot while it lasts."""

    tracker: PointTracker = field(default_factory=PointTracker)
    anchors: Anchors = field(default_factory=Anchors)
    kept: "dict[int, GrayImage]" = field(default_factory=dict)
    """Frames kept for the strip, by their number in the shot."""
    _keep_every: int = 1

    def add_frame(self, gray: "GrayImage", at_s: float) -> bool:
        """Add a frame. Return False, and add nothing, when another shot begins with it."""
        number = len(self.tracker.frames)
        if number >= MAX_FRAMES or not self.tracker.track(gray, at_s):
            return False
        if number == 1:  # what is not found even in the second frame is noise
            first, second = self.tracker.frames[:2]
            self.anchors.start(self.kept[0], first.points[index_of(first.ids, second.ids) >= 0])
        self.anchors.update(gray)
        if number % self._keep_every == 0:
            self.kept[number] = gray
        if len(self.kept) > MAX_KEPT_FRAMES:
            self._keep_every *= 2
            self.kept = {one: frame for one, frame in self.kept.items() if one % self._keep_every == 0}
        return True

    @property
    def next_due_s(self) -> float:
        """Time of the next frame worth analysing: a camera that moves slowly shows little new in the meantime."""
        frames = self.tracker.frames
        if len(frames) < 2 or self.tracker.overlay.mask is None:  # an unknown overlay would look like a slow camera
            return self.end_s
        speed = self.tracker.last_step / max(1e-3, frames[-1].at_s - frames[-2].at_s)
        return self.end_s + (SKIP_S if speed * SKIP_S < MIN_SKIP_DISPLACEMENT else 0.0)

    @property
    def start_s(self) -> float:
        """Time of the first frame."""
        return self.tracker.frames[0].at_s

    @property
    def end_s(self) -> float:
        """Time of the last frame."""
        return self.tracker.frames[-1].at_s

    def summarise(self) -> "tuple[Motion, GrayImage | None]":
        """Summarise the camera motion, with an image by which a person can check it."""
        kept = [self.kept[number] for number in sorted(self.kept)]
        frames = self.tracker.frames_without_overlay()
        if len(frames) < MIN_FRAMES:
            return Motion(motion="unknown", views=1), _film_strip(kept[:1])
        size = (kept[0].shape[1], kept[0].shape[0])
        static_edge_share = self.tracker.overlay.static_edge_share
        still = self.anchors.measure(size)
        shot = measure_shot(frames, static_edge_share, size, still)
        if shot is None:
            on_tripod = static_edge_share > TRIPOD_STATIC_EDGES or still.is_still
            motion = Motion(motion="fixed" if on_tripod else "unknown", views=1 if on_tripod else None)
            return motion, _film_strip(kept[:1])
        kind = classify_motion(replace(shot, static_reach=self.tracker.overlay.reach))
        if kind == "turn":
            return self._summarise_turn(shot, size)
        shown = kept[:1] if kind == "fixed" else kept
        return _summarise_other(kind, shot, size, self.end_s - self.start_s), _film_strip(shown)

    def _summarise_turn(self, shot: ShotMeasurements, size: tuple[int, int]) -> "tuple[Motion, GrayImage | None]":
        """Summarise a turn, scaled to 360° where it closes, with its panorama."""
        frames = [self.kept.get(number) for number in range(len(self.tracker.frames))]
        strip = _film_strip([frame for frame in frames if frame is not None])
        selfie, headings = _is_selfie_turn(shot), shot.headings
        if headings.measured_share < MIN_MEASURED_SHARE:
            return Motion(motion="turn", selfie=selfie, at_least=True), strip
        fov_deg = shot.fov.short_fov_deg if shot.fov.is_reliable else None
        if fov_deg is None or fov_deg < MIN_TURN_FOV_DEG:
            return _summarise_careful_turn(shot, size, selfie=selfie), strip
        if headings.range_deg > MIN_RANGE_DEG and shot.fov.wide_lens_fov_deg is None:
            scale = loop_closure_scale(frames, headings.heading_deg, fov_deg) or 1.0
            headings, fov_deg = replace(headings, heading_deg=headings.heading_deg * scale), fov_deg * scale
        hfov_deg = _horizontal_fov_deg(shot.fov, fov_deg, size)
        range_deg = min(360.0, headings.range_deg)
        sweep_deg = min(360.0, range_deg + hfov_deg)
        motion = Motion(
            motion="turn", heading_deg=range_deg, hfov_deg=hfov_deg, sweep_deg=sweep_deg,
            views=max(1, round(sweep_deg / hfov_deg)), selfie=selfie,
            at_least=headings.measured_share < EXACT_MEASURED_SHARE,
        )  # fmt: skip
        if shot.fov.wide_lens_fov_deg is not None:
            return motion, strip
        return motion, render_panorama(frames, headings.heading_deg, fov_deg)


def _horizontal_fov_deg(fov: FovEstimate, short_fov_deg: float, size: tuple[int, int]) -> float:
    """Horizontal field of view; of an equidistant lens the angles are in proportion to the sides."""
    if fov.wide_lens_fov_deg is not None:
        return fov.wide_lens_fov_deg * size[0] / min(size)
    return horizontal_fov_deg(short_fov_deg, size)


def _summarise_careful_turn(shot: ShotMeasurements, size: tuple[int, int], *, selfie: bool) -> Motion:
    """Summarise a turn through an unknown lens: lower bounds, under the narrowest field of view of ordinary lenses."""
    headings = shot.careful_headings
    if headings is None or headings.range_deg < MIN_TURN_DEG:
        return Motion(motion="turn", selfie=selfie, at_least=True)
    range_deg = min(360.0, headings.range_deg)
    sweep_deg = min(360.0, range_deg + horizontal_fov_deg(CAREFUL_FOV_DEG, size))
    return Motion(motion="turn", heading_deg=range_deg, sweep_deg=sweep_deg, selfie=selfie, at_least=True)


def _is_selfie_turn(shot: ShotMeasurements) -> bool:
    """Whether a person in the centre moves differently from the border."""
    flow = shot.statistics
    border_leads = flow.border_rotation_share > flow.rotation_share + SELFIE_BORDER_LEAD
    return is_selfie_pan(shot) or (flow.rotation_share < SELFIE_ROTATION_SHARE and border_leads)


def _summarise_other(kind: CameraMotion, shot: ShotMeasurements, size: tuple[int, int], duration_s: float) -> Motion:
    """Summarise any motion but a turn; the range of headings of a travel is a lower bound."""
    hfov_deg = None
    if shot.fov.short_fov_deg is not None and kind != "zoom":
        hfov_deg = horizontal_fov_deg(shot.fov.short_fov_deg, size)
    flow, range_deg = shot.statistics, min(360.0, shot.headings.range_deg)
    turned_deg = min(360.0, shot.turned_at_least_deg)
    match kind:
        case "unknown":
            return Motion(motion="unknown")
        case "overhead":
            return Motion(motion="overhead", views=1 + int(flow.total_shift), overhead_s=duration_s)
        case "travel":
            turned = turned_deg > MIN_TURN_DEG
            return Motion(
                motion="travel", heading_deg=turned_deg if turned else None, pace=flow.passing_speed, at_least=True
            )
        case "zoom":
            return Motion(motion="zoom", views=1)
    hfov_deg = hfov_deg if _is_fov_reliable(hfov_deg, shot) else None
    return Motion(motion="fixed", heading_deg=None if hfov_deg is None else range_deg, hfov_deg=hfov_deg, views=1)


def _is_fov_reliable(hfov_deg: float | None, shot: ShotMeasurements) -> bool:
    """Whether the shake of a shot without a turn determines its field of view."""
    fits = shot.fov.misfit < MAX_FOV_MISFIT and shot.fov.pairs >= MIN_FOV_PAIRS
    return hfov_deg is not None and fits and hfov_deg > MIN_FIXED_HFOV_DEG


def _film_strip(frames: "Sequence[GrayImage]") -> "GrayImage | None":
    return render_film_strip(frames) if frames else None
