"""The turn as one strip: what an analyst would lay side by side first, and so would whoever means us harm.

Pictures are drawn onto a cylinder (Szeliski 2006, section 2.3) at the headings that were measured, each
fading out towards its edges.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.rotation_geometry import focal_px

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.camera_motion.rotation_geometry import Array

    Grey = NDArray[np.uint8]

WIDEST_PX = 1_400
TALLEST_PX = 300
MOST_PICTURES = 60
MOST_SIDE_BY_SIDE = 4


def panorama(pictures: "Sequence[Grey | None]", heading_deg: "Array", short_fov_deg: float) -> "Grey":
    """The strip of a turn, (h, w), left to right by heading. ``pictures`` has a place for every heading."""
    kept = _spaced(pictures, heading_deg, short_fov_deg / 8)
    least, most = min(heading for heading, _ in kept), max(heading for heading, _ in kept)
    height, width = kept[0][1].shape
    focal = focal_px(short_fov_deg, min(height, width))
    half_deg = float(np.degrees(np.arctan(width / 2 / focal)))
    covered = min(most - least + 2 * half_deg, 420.0)
    scale = min(TALLEST_PX / height, WIDEST_PX / (np.radians(covered) * focal))
    size = max(8, round(height * scale)), max(8, round(np.radians(covered) * focal * scale))
    drawn, weight = np.zeros(size, np.float32), np.full(size, 1e-6, np.float32)
    for heading, picture in kept:
        bent, fade = _on_cylinder(picture, focal, scale)
        left = round(np.radians(heading - least + half_deg) * focal * scale - bent.shape[1] / 2)
        begin, end = max(0, left), min(size[1], left + bent.shape[1])
        rows = min(size[0], bent.shape[0])
        if begin < end:
            part = slice(begin - left, end - left)
            drawn[:rows, begin:end] += (bent * fade)[:rows, part]
            weight[:rows, begin:end] += fade[:rows, part]
    return np.clip(drawn / weight, 0, 255).astype(np.uint8)


def _spaced(pictures: "Sequence[Grey | None]", heading_deg: "Array", step_deg: float) -> "list[tuple[float, Grey]]":
    """Of the pictures those that lie at least a step apart, and not too many."""
    span = float(np.ptp(heading_deg)) or 1.0
    step = max(step_deg, span / MOST_PICTURES)
    taken: dict[int, tuple[float, Grey]] = {}
    for heading, picture in zip(heading_deg, pictures, strict=True):
        if picture is not None:
            taken.setdefault(int((float(heading) - float(heading_deg.min())) // step), (float(heading), picture))
    return [taken[number] for number in sorted(taken)]


def _on_cylinder(picture: "Grey", focal: float, scale: float) -> "tuple[NDArray[np.float32], NDArray[np.float32]]":
    """One picture bent onto the cylinder and made smaller; and how much each of its pixels counts."""
    import cv2

    height, width = picture.shape
    half = np.arctan(width / 2 / focal)
    columns = np.arange(max(1, round(2 * half * focal * scale)), dtype=np.float32)
    rows = np.arange(max(1, round(height * scale)), dtype=np.float32)
    angle = (columns + 0.5) / (focal * scale) - half
    x = np.tan(angle) * focal + (width - 1) / 2
    y = ((rows[:, None] + 0.5) / scale - height / 2) / np.cos(angle)[None, :] + (height - 1) / 2
    bent = cv2.remap(
        picture, np.broadcast_to(x, y.shape).astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
    )  # fmt: skip
    seen = ((y >= 0) & (y <= height - 1)).astype(np.float32)
    fade = (1 - np.abs(angle) / (half + 1e-6)).astype(np.float32)[None, :] * seen + 1e-4 * seen
    return bent.astype(np.float32), fade


def side_by_side(pictures: "Sequence[Grey]") -> "Grey":
    """A few pictures of a shot beside each other, first to last, all of one height."""
    import cv2

    picked = sorted({round(number) for number in np.linspace(0, len(pictures) - 1, MOST_SIDE_BY_SIDE)})
    small: list[NDArray[np.uint8]] = []
    for number in picked:
        height, width = pictures[number].shape
        scale = min(1.0, TALLEST_PX / height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small.append(cv2.resize(pictures[number], size, interpolation=cv2.INTER_AREA).astype(np.uint8))
    return np.hstack(small)
