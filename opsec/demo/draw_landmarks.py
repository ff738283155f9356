"""Draw the four landmarks of the example sites, each photographed from three sides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from math import cos, pi, radians, sin
from typing import TYPE_CHECKING

from opsec.demo.draw_scene import CameraView, Scene, ScenePoint, TexturedQuad, render_photo
from opsec.demo.draw_surfaces import (
    BLUE,
    CONCRETE,
    DARK,
    OLIVE,
    PLASTER,
    RUST,
    WHITE,
    Colour,
    badge,
    block_wall,
    ground,
    mural,
    plain_wall,
    ribbed_metal,
    sign,
    striped,
)

if TYPE_CHECKING:
    from opsec.demo.draw_surfaces import Picture

GroundPoint = tuple[float, float]
"""A point on the ground: metres east, metres north."""
BuiltPlace = Callable[[int], Scene]
JPEG_QUALITY = 82


def reference_photos(name: str, seed: int) -> list[bytes]:
    """Render three JPEG photos of a place in ``PLACES``; the same bytes for the same seed and library."""
    import cv2

    built, views = PLACES[name]
    scene = built(seed)
    found: list[bytes] = []
    for number, view in enumerate(views):
        done, coded = cv2.imencode(
            ".jpg", render_photo(scene, view, seed + number), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        )
        assert done
        found.append(coded.tobytes())
    return found


def render_pan(
    name: str, seed: int, *, eye: ScenePoint, headings_deg: Iterable[float], size_px: tuple[int, int]
) -> Iterator[Picture]:
    """Render frames (BGR) of a camera that stands at one point and turns; heading 0 is north."""
    scene = PLACES[name][0](seed)
    for number, heading_deg in enumerate(headings_deg):
        towards = (eye[0] + sin(radians(heading_deg)), eye[1] + cos(radians(heading_deg)), eye[2] + 0.12)
        yield render_photo(scene, CameraView(eye, towards, field_deg=52), seed + number, size_px)


def _vertical_quad(
    left: tuple[float, float], right: tuple[float, float], bottom_m: float, top_m: float, picture: Picture
) -> TexturedQuad:
    """A vertical wall between two ground points, seen with ``left`` on the left."""
    return TexturedQuad(((*left, top_m), (*right, top_m), (*right, bottom_m), (*left, bottom_m)), picture)


def _horizontal_quad(south_west: GroundPoint, north_east: GroundPoint, z_m: float, picture: Picture) -> TexturedQuad:
    (west, south), (east, north) = south_west, north_east
    return TexturedQuad(((west, north, z_m), (east, north, z_m), (east, south, z_m), (west, south, z_m)), picture)


def _box(at: GroundPoint, size_m: tuple[float, float, float], colour: Colour, seed: int) -> list[TexturedQuad]:
    """A house (front, two sides, roof) with front windows, from its near left corner, width, depth and height."""
    import cv2

    (x, y), (wide, deep, tall) = at, size_m

    front = plain_wall(int(wide * 60), int(tall * 60), colour, seed)
    for left in range(40, front.shape[1] - 80, 130):
        cv2.rectangle(front, (left, 50), (left + 60, 120), DARK, -1)
        cv2.rectangle(front, (left, 50), (left + 60, 120), WHITE, 3)
    side = plain_wall(int(deep * 60), int(tall * 60), _shade(colour), seed + 1)
    roof = plain_wall(200, 200, CONCRETE, seed + 2)
    return [
        _vertical_quad((x, y), (x + wide, y), 0, tall, front),
        _vertical_quad((x, y + deep), (x, y), 0, tall, side),
        _vertical_quad((x + wide, y), (x + wide, y + deep), 0, tall, side),
        _horizontal_quad((x, y), (x + wide, y + deep), tall, roof),
    ]


def _shade(colour: Colour) -> Colour:
    blue, green, red = colour
    return int(blue * 0.8), int(green * 0.8), int(red * 0.8)


def _drum(at: GroundPoint, radius: float, heights: tuple[float, float], around: Picture) -> list[TexturedQuad]:
    """A vertical cylinder of flat strips with one image wrapped around it."""
    (x, y), (bottom, top), strips = at, heights, 28
    pieces: list[TexturedQuad] = []
    step = around.shape[1] // strips
    for number in range(strips):
        one, other = (2 * pi * edge / strips for edge in (number, number + 1))
        left, right = ((x + radius * sin(a), y - radius * cos(a)) for a in (one, other))
        light = 0.72 + 0.28 * cos(one - 0.9)
        picture = (around[:, number * step : (number + 1) * step] * light).astype(around.dtype)
        pieces.append(_vertical_quad(left, right, bottom, top, picture))
    return [*pieces, *_disc(at, radius, bottom, upward=False), *_disc(at, radius, top, upward=True)]


def _disc(at: GroundPoint, radius: float, z_m: float, upward: bool) -> list[TexturedQuad]:
    """Top or bottom of a cylinder, in slices from south to north."""
    shade = plain_wall(40, 40, CONCRETE if upward else DARK, 1)
    turns = [pi * edge / 14 for edge in range(15)]
    slices: list[TexturedQuad] = []
    for one, other in pairwise(turns):
        (half1, y1), (half2, y2) = ((radius * sin(turn), at[1] - radius * cos(turn)) for turn in (one, other))
        west, east = (-1, 1) if upward else (1, -1)  # seen from below, the other way round
        corners = ((at[0] + west * half2, y2, z_m), (at[0] + east * half2, y2, z_m),
                   (at[0] + east * half1, y1, z_m), (at[0] + west * half1, y1, z_m))  # fmt: skip
        slices.append(TexturedQuad(corners, shade))
    return slices


def _main_gate(seed: int) -> Scene:
    pillar = block_wall(180, 360, PLASTER, seed)
    wall = block_wall(1200, 180, PLASTER, seed + 3)
    pieces = [
        *_box((9, 12), (9, 7, 4), PLASTER, seed + 7),
        *_box((-22, 16), (12, 7, 3.5), OLIVE, seed + 9),
    ]
    for left in (-7.0, 4.0):
        pieces += [
            _vertical_quad((left, 0), (left + 3, 0), 0, 6, pillar),
            _vertical_quad((left, 3), (left, 0), 0, 6, (pillar * 0.75).astype(pillar.dtype)),
            _vertical_quad((left + 3, 0), (left + 3, 3), 0, 6, (pillar * 0.75).astype(pillar.dtype)),
            _vertical_quad((left + 0.4, -0.3), (left + 2.6, -0.3), 2.6, 4.8, badge(220, seed + 11)),
        ]
    pieces += [
        _vertical_quad((-7, -0.1), (7, -0.1), 6, 8, sign(1120, 160, "FALCON CAMP", (60, 104, 52), WHITE)),
        _vertical_quad((-4, -1.0), (4, -1.0), 1.0, 1.35, striped(640, 28, (40, 40, 200), WHITE, 40)),
        _vertical_quad((-30, 1.5), (-7, 1.5), 0, 3, wall),
        _vertical_quad((7, 1.5), (30, 1.5), 0, 3, wall),
    ]
    return Scene(ground(2400, 2400, seed + 5, road=True), pieces)


def _water_tower(seed: int) -> Scene:
    import numpy as np

    tank = ribbed_metal(1680, 300, RUST, seed, rib_px=30)
    number = sign(240, 160, "F-07", WHITE, (60, 40, 150))
    for left in (60, 760, 1300):
        tank[70:230, left : left + 240] = number
    leg = plain_wall(30, 500, DARK, seed + 1)
    pieces = [*_box((8, 10), (10, 6, 3.5), PLASTER, seed + 3)]
    pieces += [*_box((-20, 14), (12, 7, 4), CONCRETE, seed + 4), *_drum((0, 0), 3.2, (9, 13.5), tank)]
    for x, y in ((-2.4, -2.4), (2.4, -2.4), (2.4, 2.4), (-2.4, 2.4)):
        pieces.append(_vertical_quad((x - 0.25, y), (x + 0.25, y), 0, 9, leg))
    beam = np.ascontiguousarray(np.rot90(leg))
    pieces += [_vertical_quad((-2.4, -2.4), (2.4, -2.4), z, z + 0.3, beam) for z in (3.0, 6.0, 8.7)]
    return Scene(ground(2400, 2400, seed + 5, road=False), pieces)


def _hangar(seed: int) -> Scene:
    import cv2
    import numpy as np

    wide, high = 1440, 600
    front = ribbed_metal(wide, high, OLIVE, seed, rib_px=24)
    cv2.rectangle(front, (260, 200), (wide - 260, high), (64, 70, 76), -1)
    for left in range(260, wide - 260, 115):
        cv2.line(front, (left, 200), (left, high), (40, 44, 50), 5)
    for row in range(240, high, 90):
        cv2.line(front, (260, row), (wide - 260, row), (88, 94, 100), 2)
    front[60:160, 520:920] = sign(400, 100, "HANGAR 3", (40, 70, 66), (90, 220, 235))
    front[300:420, 300:420] = badge(120, seed + 1)
    roof = ribbed_metal(600, 120, CONCRETE, seed + 2)
    pieces = [_vertical_quad((-12, 0), (12, 0), 0, 7, front)]
    arch = [(-12 * cos(pi * k / 10), 7 + 3.2 * sin(pi * k / 10)) for k in range(11)]
    for (x1, z1), (x2, z2) in pairwise(arch):
        corners: tuple[ScenePoint, ScenePoint, ScenePoint, ScenePoint]
        corners = ((x1, 26, z1), (x2, 26, z2), (x2, 0, z2), (x1, 0, z1))
        pieces.append(TexturedQuad(corners, (roof * (0.8 + 0.2 * (x1 < 0))).astype(np.uint8)))
        pieces.append(TexturedQuad(((x1, 0, z1), (x2, 0, z2), (x2, 0, 6.9), (x1, 0, 6.9)), front[20:50, 20:200]))
    side = ribbed_metal(1200, 320, OLIVE, seed + 4)
    pieces += [_vertical_quad((-12, 26), (-12, 0), 0, 7, side), _vertical_quad((12, 0), (12, 26), 0, 7, side)]
    pieces += [
        *_box((18, 8), (9, 8, 4), PLASTER, seed + 5),
        *_drum((-19, 6), 1.8, (0, 6), ribbed_metal(840, 240, BLUE, seed + 6)),
    ]
    return Scene(ground(2400, 2400, seed + 3, road=True), pieces)


def _mural_wall(seed: int) -> Scene:
    side = block_wall(120, 240, PLASTER, seed + 1)
    pieces = [*_box((12, 10), (10, 6, 4), CONCRETE, seed + 3)]
    pieces += [
        *_box((-24, 12), (12, 7, 5), PLASTER, seed + 4),
        _vertical_quad((-8, 0), (8, 0), 0.4, 5.4, mural(1400, 440, seed)),
    ]
    pieces += [
        _vertical_quad((-8.2, -0.1), (8.2, -0.1), 0, 0.4, block_wall(1400, 40, CONCRETE, seed + 5)),
        _vertical_quad((-9.2, -0.2), (-8, -0.2), 0, 5.8, side),
        _vertical_quad((8, -0.2), (9.2, -0.2), 0, 5.8, side),
        _vertical_quad((8, 0), (8, 1), 0, 5.4, side),
        *_drum((-5, -2.5), 0.5, (0, 1.1), striped(560, 60, (40, 40, 190), WHITE, 20)),
        *_drum((5, -2.5), 0.5, (0, 1.1), striped(560, 60, (40, 40, 190), WHITE, 20)),
    ]
    return Scene(ground(2400, 2400, seed + 2, road=False), pieces)


PLACES: dict[str, tuple[BuiltPlace, tuple[CameraView, CameraView, CameraView]]] = {
    "main-gate": (
        _main_gate,
        (
            CameraView((0.5, -17, 1.8), (0, 2, 3.6)),
            CameraView((-9, -15, 1.7), (0, 2, 3.2), light=0.92),
            CameraView((8, -19, 3.2), (0, 2, 3.4), field_deg=54, light=1.05),
        ),
    ),
    "water-tower": (
        _water_tower,
        (
            CameraView((1, -19, 1.8), (0, 0, 7.5)),
            CameraView((-10, -17, 2.2), (0, 0, 7.6), light=0.94),
            CameraView((8, -21, 2.0), (0, 0, 7.2), light=1.06),
        ),
    ),
    "hangar": (
        _hangar,
        (
            CameraView((0, -27, 2.0), (0, 4, 4.5)),
            CameraView((-17, -23, 2.2), (-1, 4, 4.2), light=0.92),
            CameraView((15, -25, 4.0), (1, 4, 4.0), light=1.05),
        ),
    ),
    "mural": (
        _mural_wall,
        (
            CameraView((0, -17, 1.8), (0, 1, 3.2)),
            CameraView((-8, -11, 1.7), (-0.5, 1, 2.6), light=0.94),
            CameraView((7, -14, 2.4), (0.5, 1, 2.6), light=1.06),
        ),
    ),
}
"""For each name, how the place is built and the points it was photographed from."""
