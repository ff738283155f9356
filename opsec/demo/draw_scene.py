"""Render textured quadrilaterals in space from any camera position."""

from dataclasses import dataclass
from math import radians, tan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Numbers = NDArray[np.float64]

ScenePoint = tuple[float, float, float]
WIDTH_PX, HEIGHT_PX = 640, 480
GROUND_PX_A_M = 20
_SUPERSAMPLING = 2
"""Supersampling factor, against aliasing."""


@dataclass(frozen=True, eq=False)
class TexturedQuad:
    """A planar quadrilateral with an image on one side; its back is invisible."""

    corners: tuple[ScenePoint, ScenePoint, ScenePoint, ScenePoint]
    """Where the picture's top left, top right, bottom right and bottom left corners are."""
    picture: "Picture"


@dataclass(frozen=True)
class CameraView:
    """Position of the camera and its target."""

    eye: ScenePoint
    target: ScenePoint
    field_deg: float = 60.0
    """Across the width of the photo."""
    light: float = 1.0


@dataclass(frozen=True, eq=False)
class Scene:
    """The ground and the quadrilaterals on it."""

    ground: "Picture"
    """Seen from above, north up, ``GROUND_PX_A_M`` pixels a metre, its middle at the origin."""
    pieces: list[TexturedQuad]


def render_photo(
    scene: Scene, view: CameraView, seed: int, size_px: tuple[int, int] = (WIDTH_PX, HEIGHT_PX)
) -> "Picture":
    """Render a scene as a camera would take it, with slight grain.

    Parameters
    ----------
    scene
        Surfaces and ground.
    view
        Position, direction and lens of the camera, and the light.
    seed
        Of the grain: the same seed gives the same photo.
    size_px
        Width and height.

    Returns
    -------
    array
        Shape (height, width, 3), 8 bits, in OpenCV's order blue, green, red.
    """
    import cv2
    import numpy as np

    wide, high = size_px[0] * _SUPERSAMPLING, size_px[1] * _SUPERSAMPLING
    canvas = _backdrop(scene.ground, view, wide, high)
    for piece in sorted(scene.pieces, key=lambda piece: -_distance(piece, view.eye)):
        _draw_quad(canvas, piece, view)
    small = cv2.resize(canvas, size_px, interpolation=cv2.INTER_AREA).astype(np.float64)
    grain = np.random.default_rng(seed).normal(0, 2.5, (*size_px[::-1], 1))
    return np.clip(small * view.light + grain, 0, 255).astype(np.uint8)


def _backdrop(ground: "Picture", view: CameraView, wide: int, high: int) -> "Picture":
    """Render sky above the horizon and ground below, by intersecting each pixel's ray with the ground."""
    import cv2
    import numpy as np

    right, up, ahead = _axes(view)
    columns, rows = np.meshgrid(np.arange(wide) - wide / 2, high / 2 - np.arange(high))
    rays = columns[..., None] * right + rows[..., None] * up + _focal_px(view, wide) * ahead
    down = np.where(rays[..., 2] < -1e-3, -rays[..., 2], np.nan)
    middle = ground.shape[0] / 2
    east = view.eye[0] + rays[..., 0] * view.eye[2] / down
    north = view.eye[1] + rays[..., 1] * view.eye[2] / down
    x, y = (np.nan_to_num(middle + along * GROUND_PX_A_M).astype(np.float32) for along in (east, -north))
    share = np.linspace(0, 1, high)[:, None, None]
    sky = np.array([205.0, 160.0, 105.0]) + np.array([10.0, 62.0, 123.0]) * share
    floor = cv2.remap(ground, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.where(np.isnan(down)[..., None], np.broadcast_to(sky, (high, wide, 3)), floor).astype(np.uint8)


def _distance(piece: TexturedQuad, eye: ScenePoint) -> float:
    import numpy as np

    return float(np.linalg.norm(np.mean(np.array(piece.corners), axis=0) - np.array(eye)))


def _draw_quad(canvas: "Picture", piece: TexturedQuad, view: CameraView) -> None:
    """Draw one quadrilateral if the camera is on its painted side."""
    import cv2
    import numpy as np

    high, wide = canvas.shape[:2]
    seen = _project(np.array(piece.corners, dtype=np.float64), view, wide, high)
    if seen is None or cv2.contourArea(seen.astype(np.float32), oriented=True) <= 0:
        return
    left, top = np.maximum(np.floor(seen.min(axis=0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(seen.max(axis=0)).astype(int) + 1, (wide, high))
    if left >= right or top >= bottom:
        return
    seen -= (left, top)  # only the box around the piece is worked on
    rows, columns = piece.picture.shape[:2]
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], dtype=np.float32)
    warp = cv2.getPerspectiveTransform(flat, seen.astype(np.float32))
    size = (int(right - left), int(bottom - top))
    there = cv2.warpPerspective(piece.picture, warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros(size[::-1], np.uint8)
    cv2.fillConvexPoly(mask, np.rint(seen * 16).astype(np.int32), 255, lineType=cv2.LINE_8, shift=4)
    canvas[top:bottom, left:right][mask > 0] = there[mask > 0]


def _project(corners: "Numbers", view: CameraView, wide: int, high: int) -> "Numbers | None":
    """Project points to pixels; None when a point is behind the camera."""
    import numpy as np

    right, up, ahead = _axes(view)
    moved = corners - np.array(view.eye)
    depth = moved @ ahead
    if depth.min() < 0.5:
        return None
    focal_px = _focal_px(view, wide)
    x = wide / 2 + focal_px * (moved @ right) / depth
    y = high / 2 - focal_px * (moved @ up) / depth
    return np.stack([x, y], axis=1)


def _axes(view: CameraView) -> tuple["Numbers", "Numbers", "Numbers"]:
    """Axes of the level camera: right, up, ahead."""
    import numpy as np

    ahead = np.array(view.target) - np.array(view.eye)
    ahead /= np.linalg.norm(ahead)
    right = np.cross(ahead, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    return right, np.cross(right, ahead), ahead


def _focal_px(view: CameraView, wide: int) -> float:
    return wide / 2 / tan(radians(view.field_deg) / 2)
