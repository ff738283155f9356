"""Evidence strips of a shot: a cylindrical panorama of a turn, and a film strip of any other motion.

Joining the frames of a turn is the first thing that an analyst, or an adversary, would do. The frames are warped onto a
cylinder (Szeliski 2006, section 2.3) at their measured headings and blended towards their edges.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.pinhole_camera import focal_length_px

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.arrays import Floats, GrayImage

MAX_WIDTH_PX = 1_400
MAX_HEIGHT_PX = 300
MIN_SIDE_PX = 8
MAX_PANORAMA_FRAMES = 60
MAX_FILM_STRIP_FRAMES = 4
FRAMES_PER_FOV = 8
"""Frames per field of view that are drawn into a panorama, at most."""
MAX_COVERED_DEG = 420.0
"""Angle that a panorama shows: a full circle and some overlap."""
_MIN_WEIGHT, _EDGE_WEIGHT = 1e-6, 1e-4
"""Weight of a pixel that no frame covers, and of one at the very edge of a frame."""


def render_panorama(frames: "Sequence[GrayImage | None]", heading_deg: "Floats", short_fov_deg: float) -> "GrayImage":
    """Render the panorama of a turn, left to right by heading.

    Parameters
    ----------
    frames
        The frames that were kept, one place for every heading; None for a dropped one.
    heading_deg
        Heading of every frame, shape (frames,).
    short_fov_deg
        Field of view of the shorter side.
    """
    kept = _select_frames(frames, heading_deg, short_fov_deg / FRAMES_PER_FOV)
    leftmost_deg, rightmost_deg = min(heading for heading, _ in kept), max(heading for heading, _ in kept)
    height, width = kept[0][1].shape
    focal_px = focal_length_px(short_fov_deg, min(height, width))
    half_fov_deg = float(np.degrees(np.arctan(width / 2 / focal_px)))
    covered_deg = min(rightmost_deg - leftmost_deg + 2 * half_fov_deg, MAX_COVERED_DEG)
    scale = min(MAX_HEIGHT_PX / height, MAX_WIDTH_PX / (np.radians(covered_deg) * focal_px))
    size = (
        max(MIN_SIDE_PX, round(height * scale)),
        max(MIN_SIDE_PX, round(np.radians(covered_deg) * focal_px * scale)),
    )
    total, weight = np.zeros(size, np.float32), np.full(size, _MIN_WEIGHT, np.float32)
    for heading, frame in kept:
        warped, fade = _warp_to_cylinder(frame, focal_px, scale)
        left = round(np.radians(heading - leftmost_deg + half_fov_deg) * focal_px * scale - warped.shape[1] / 2)
        begin, end = max(0, left), min(size[1], left + warped.shape[1])
        rows = min(size[0], warped.shape[0])
        if begin < end:
            part = slice(begin - left, end - left)
            total[:rows, begin:end] += (warped * fade)[:rows, part]
            weight[:rows, begin:end] += fade[:rows, part]
    return np.clip(total / weight, 0, 255).astype(np.uint8)


def _select_frames(
    frames: "Sequence[GrayImage | None]", heading_deg: "Floats", step_deg: float
) -> "list[tuple[float, GrayImage]]":
    """Select frames about ``step_deg`` apart, at most about ``MAX_PANORAMA_FRAMES``, with their headings."""
    span_deg = float(np.ptp(heading_deg)) or 1.0
    step_deg = max(step_deg, span_deg / MAX_PANORAMA_FRAMES)
    selected: dict[int, tuple[float, GrayImage]] = {}
    for heading, frame in zip(heading_deg, frames, strict=True):
        if frame is not None:
            slot = int((float(heading) - float(heading_deg.min())) // step_deg)
            selected.setdefault(slot, (float(heading), frame))
    return [selected[slot] for slot in sorted(selected)]


def _warp_to_cylinder(
    frame: "GrayImage", focal_px: float, scale: float
) -> "tuple[NDArray[np.float32], NDArray[np.float32]]":
    """Warp a frame onto the cylinder at a smaller scale; return it and the weight of each of its pixels."""
    import cv2

    height, width = frame.shape
    half_fov = np.arctan(width / 2 / focal_px)
    columns = np.arange(max(1, round(2 * half_fov * focal_px * scale)), dtype=np.float32)
    rows = np.arange(max(1, round(height * scale)), dtype=np.float32)
    angle = (columns + 0.5) / (focal_px * scale) - half_fov
    x = np.tan(angle) * focal_px + (width - 1) / 2
    y = ((rows[:, None] + 0.5) / scale - height / 2) / np.cos(angle)[None, :] + (height - 1) / 2
    warped = cv2.remap(
        frame, np.broadcast_to(x, y.shape).astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
    )  # fmt: skip
    inside = ((y >= 0) & (y <= height - 1)).astype(np.float32)
    fade = (1 - np.abs(angle) / (half_fov + 1e-6)).astype(np.float32)[None, :] * inside + _EDGE_WEIGHT * inside
    return warped.astype(np.float32), fade


def render_film_strip(frames: "Sequence[GrayImage]") -> "GrayImage":
    """Render a few frames of a shot side by side, first to last, all of one height."""
    import cv2

    picked = sorted({round(number) for number in np.linspace(0, len(frames) - 1, MAX_FILM_STRIP_FRAMES)})
    small: list[GrayImage] = []
    for number in picked:
        height, width = frames[number].shape
        scale = min(1.0, MAX_HEIGHT_PX / height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small.append(cv2.resize(frames[number], size, interpolation=cv2.INTER_AREA).astype(np.uint8))
    return np.hstack(small)
