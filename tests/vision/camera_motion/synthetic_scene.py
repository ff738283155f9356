"""Render a small three-dimensional world with true parallax: houses, a road with traffic, people, walls, the sea.

Every surface is a textured rectangle in space (a panel), drawn from far to near; the ground is drawn by the ray of each
pixel. Frames are drawn at twice their size and averaged, as a sensor does. Axes: x east, y north, z up, in metres.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

GrayImage = NDArray[np.uint8]
Vector = tuple[float, float, float]
FRAMES_PER_S = 8.0
GROUND_PX_PER_M = 16.0
_NEAR_M = 0.15
_OVERSAMPLING = 2
_FAR_GROUND_M = 400.0
_SKY_SHADE = 205.0


@dataclass(frozen=True, slots=True)
class View:
    """Position and direction of the camera; angles in degrees, heading clockwise from north."""

    x: float = 0.0
    y: float = 0.0
    z: float = 1.6
    heading_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    hfov_deg: float = 60.0

    def rotation(self) -> NDArray[np.float64]:
        """Matrix from the world to the camera (x right, y down, z ahead)."""
        heading, pitch, roll = (math.radians(one) for one in (self.heading_deg, self.pitch_deg, self.roll_deg))
        ahead = np.array([math.sin(heading) * math.cos(pitch), math.cos(heading) * math.cos(pitch), math.sin(pitch)])
        right = np.array([math.cos(heading), -math.sin(heading), 0.0])
        down = np.cross(ahead, right)
        rolled = math.cos(roll) * right + math.sin(roll) * down, math.cos(roll) * down - math.sin(roll) * right
        return np.stack([*rolled, ahead])


@dataclass(frozen=True, slots=True)
class Panel:
    """A textured rectangle: its upper left, upper right, lower right and lower left corner, shape (4, 3)."""

    corners: NDArray[np.float64]
    texture: GrayImage
    is_oval: bool = False

    def moved(self, x: float, y: float, z: float = 0.0) -> "Panel":
        """Return the panel at another place."""
        return replace(self, corners=self.corners + np.array([x, y, z]))


Actors = Callable[[float], Sequence[Panel]]
"""Time in seconds → the panels of everything that moves by itself."""


@dataclass(frozen=True)
class Scene:
    """A world: what stands, what moves, the ground (None for a room without one) and the sky."""

    panels: list[Panel]
    ground: GrayImage | None
    actors: Actors = field(default=lambda _at_s: ())
    sky: float = _SKY_SHADE
    moving_ground: Callable[[float], GrayImage] | None = None
    """Texture of the ground by time: waves."""

    def render(self, view: View, at_s: float, size: tuple[int, int]) -> GrayImage:
        """Render what the camera sees at a time, in a size (width, height)."""
        big = (size[0] * _OVERSAMPLING, size[1] * _OVERSAMPLING)
        focal = big[0] / 2 / math.tan(math.radians(view.hfov_deg) / 2)
        rotation, place = view.rotation(), np.array([view.x, view.y, view.z])
        canvas = np.full((big[1], big[0]), self.sky, np.float32)
        canvas += np.linspace(-20, 20, big[1], dtype=np.float32)[:, None]
        ground = self.moving_ground(at_s) if self.moving_ground else self.ground
        if ground is not None:
            _draw_ground(canvas, ground, rotation, view, focal)
        panels = [*self.panels, *self.actors(at_s)]
        for panel in sorted(panels, key=lambda one: -float(np.linalg.norm(one.corners.mean(axis=0) - place))):
            _draw_panel(canvas, panel, (panel.corners - place) @ rotation.T, focal)
        return np.clip(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), 0, 255).astype(np.uint8)


def _draw_ground(
    canvas: NDArray[np.float32], texture: GrayImage, rotation: NDArray[np.float64], view: View, focal: float
) -> None:
    height, width = canvas.shape
    x, y = np.meshgrid((np.arange(width) - (width - 1) / 2) / focal, (np.arange(height) - (height - 1) / 2) / focal)
    east, north, up = (rotation[0, k] * x + rotation[1, k] * y + rotation[2, k] for k in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = np.where(up < 0, -view.z / up, np.inf)
    seen = depth < _FAR_GROUND_M
    far = np.where(seen, depth, 0.0)
    u, v = (view.x + east * far) * GROUND_PX_PER_M, (view.y + north * far) * GROUND_PX_PER_M
    footprint_px = far * far / max(0.5, view.z) / focal * GROUND_PX_PER_M  # of a pixel, along the line of sight
    level = np.clip(np.log2(np.maximum(footprint_px, 1.0)), 0, 5).astype(int)
    for number in np.unique(level[seen]):
        side = max(8, texture.shape[0] >> int(number))
        small = cv2.resize(texture, (side, side), interpolation=cv2.INTER_AREA)
        scale = side / texture.shape[0]
        drawn = cv2.remap(
            small, ((u * scale) % side).astype(np.float32), ((v * scale) % side).astype(np.float32),
            cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP,
        )  # fmt: skip
        members = seen & (level == number)
        canvas[members] = drawn[members]


def _draw_panel(canvas: NDArray[np.float32], panel: Panel, corners: NDArray[np.float64], focal: float) -> None:
    if (corners[:, 2] < _NEAR_M).any():
        return
    height, width = canvas.shape
    points = corners[:, :2] / corners[:, 2:] * focal + np.array([(width - 1) / 2, (height - 1) / 2])
    left, top = np.floor(np.maximum(points.min(axis=0), 0)).astype(int)
    right, bottom = np.ceil(np.minimum(points.max(axis=0) + 1, [width, height])).astype(int)
    if right - left < 1 or bottom - top < 1:
        return
    extent = max(2.0, float(np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1).max()))
    texture: NDArray[Any] = panel.texture
    while min(texture.shape) >= 16 and max(texture.shape) > 1.5 * extent:
        texture = cv2.resize(texture, (texture.shape[1] // 2, texture.shape[0] // 2), interpolation=cv2.INTER_AREA)
    rows, columns = texture.shape
    source = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32) - np.float32(0.5)
    matrix = cv2.getPerspectiveTransform(source, (points - [left, top]).astype(np.float32))
    size = int(right - left), int(bottom - top)
    drawn = cv2.warpPerspective(texture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask: NDArray[Any] = np.zeros((size[1], size[0]), np.uint8)
    if panel.is_oval:
        shape = np.zeros(texture.shape, np.uint8)
        cv2.ellipse(shape, (columns // 2, rows // 2), (columns // 2, rows // 2), 0, 0, 360, 255, -1)
        mask = cv2.warpPerspective(shape, matrix, size)
    else:
        cv2.fillConvexPoly(mask, np.round(points - [left, top]).astype(np.int32), 255)
    window = canvas[top:bottom, left:right]
    window[mask > 127] = drawn[mask > 127]


def wall(start: tuple[float, float], end: tuple[float, float], height: float, texture: GrayImage, z: float = 0.0
         ) -> Panel:  # fmt: skip
    """An upright panel from one point of the ground to another, left to right."""
    (x0, y0), (x1, y1) = start, end
    return Panel(np.array([[x0, y0, z + height], [x1, y1, z + height], [x1, y1, z], [x0, y0, z]], np.float64), texture)


def box(center: tuple[float, float], size: Vector, textures: Sequence[GrayImage], z: float = 0.0) -> list[Panel]:
    """The four sides and the roof of a box whose length, width and height run along the axes."""
    (x, y), (wide, long, high) = center, size
    corners = [(x - wide / 2, y - long / 2), (x + wide / 2, y - long / 2),
               (x + wide / 2, y + long / 2), (x - wide / 2, y + long / 2)]  # fmt: skip
    sides = [
        wall(a, b, high, textures[number % len(textures)], z)
        for number, (a, b) in enumerate(pairwise([*corners, corners[0]]))
    ]
    top = np.array([[px, py, z + high] for px, py in (corners[3], corners[2], corners[1], corners[0])])
    return [*sides, Panel(top, textures[-1])]


def noise_texture(rng: np.random.Generator, contrast: float = 1.0, shade: float = 120.0, side: int = 512) -> GrayImage:
    """Tileable noise of all scales with patches; ``contrast`` 0 is plain."""
    paint = np.full((side, side), shade, np.float32)
    for size, strength in ((4, 18.0), (16, 16.0), (64, 13.0), (side // 2, 9.0)):
        coarse = np.tile(rng.normal(0, strength * contrast, (size, size)).astype(np.float32), (3, 3))
        paint += cv2.resize(coarse, (3 * side, 3 * side))[side : 2 * side, side : 2 * side]
    for _ in range(40):
        left, top = rng.integers(0, side - 40, 2)
        wide, high = rng.integers(4, 36, 2)
        paint[top : top + high, left : left + wide] += rng.uniform(-70, 70) * contrast
    return np.clip(paint, 0, 255).astype(np.uint8)


def facade_texture(rng: np.random.Generator) -> GrayImage:
    """A plastered front with windows, doors and stains."""
    paint = noise_texture(rng, 0.25, float(rng.uniform(110, 200)), 256)
    columns, rows = rng.integers(2, 6), rng.integers(2, 5)
    for column in range(columns):
        for row in range(rows):
            x, y = int((column + 0.3) * 256 / columns), int((row + 0.3) * 256 / rows)
            wide, high = int(256 / columns * rng.uniform(0.3, 0.5)), int(256 / rows * rng.uniform(0.35, 0.55))
            cv2.rectangle(paint, (x, y), (x + wide, y + high), int(rng.uniform(15, 90)), -1)
            cv2.line(paint, (x + wide // 2, y), (x + wide // 2, y + high), int(rng.uniform(150, 240)), 2)
    return paint


def road_texture(rng: np.random.Generator, contrast: float = 0.35) -> GrayImage:
    """Ground with a road along y in its middle: smooth asphalt, dashes, kerbs; 64 m a side, tileable."""
    side = 1024
    paint = cv2.resize(noise_texture(rng, contrast, float(rng.uniform(90, 140))), (side, side)).astype(np.uint8)
    middle, half = side // 2, int(4 * GROUND_PX_PER_M)
    asphalt = noise_texture(rng, 0.10, 95.0, side)
    paint[:, middle - half : middle + half] = asphalt[:, middle - half : middle + half]
    for edge in (-half, half - 6):
        paint[:, middle + edge : middle + edge + 6] = 185
    for start in range(0, side, 128):
        paint[start : start + 56, middle - 2 : middle + 3] = 210
    return paint


def person(
    x: float, y: float, textures: Sequence[GrayImage], height: float = 1.75, facing_deg: float = 180.0
) -> list[Panel]:
    """A person as two upright ovals, head and body, that face a direction."""
    across = np.array([math.cos(math.radians(facing_deg)), -math.sin(math.radians(facing_deg))])
    panels = []
    for texture, wide, top, bottom in ((textures[0], 0.30, 1.0, 0.80), (textures[1], 0.62, 0.83, 0.0)):
        (x0, y0), (x1, y1) = (np.array([x, y]) + side * wide / 2 * across for side in (1, -1))
        upright = wall((x0, y0), (x1, y1), height * (top - bottom), texture, height * bottom)
        panels.append(replace(upright, is_oval=True))
    return panels


def fisheye(frame: GrayImage, hfov_deg: float, distorted_hfov_deg: float) -> GrayImage:
    """Bend a pinhole image into that of an equidistant lens (action cameras), with a narrower field of view."""
    height, width = frame.shape
    focal = width / 2 / math.tan(math.radians(hfov_deg) / 2)
    bent = width / 2 / (math.radians(distorted_hfov_deg) / 2)
    x, y = np.meshgrid(np.arange(width) - (width - 1) / 2, np.arange(height) - (height - 1) / 2)
    radius = np.maximum(1e-6, np.hypot(x, y))
    straight = focal * np.tan(np.minimum(radius / bent, 1.5)) / radius
    map_x, map_y = x * straight + (width - 1) / 2, y * straight + (height - 1) / 2
    return cv2.remap(frame, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR).astype(np.uint8)
