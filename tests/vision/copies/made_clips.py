"""Clips that are made as they are watched: a picture for any time, so that a copy may be cut, faster or re-sampled.

Every clip shows a scene (drawn here, or one of the reference photos) through a camera that pans, walks or stands, with
things that move before it. Families are made so that different clips look as alike as they do in life: speakers before
one wall, one place filmed twice, one introduction before different films.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

Image = Any
Rng = np.random.Generator
WIDTH_PX, HEIGHT_PX = 480, 270
SCENE_PX = 1_600
"""Width of a scene, of which the camera sees a part."""


@dataclass(frozen=True)
class MadeClip:
    """One clip."""

    name: str
    length_s: float
    draw: Callable[[float], Image]
    """The picture at a time: grey, bytes, shape (height, width)."""


def drawn_scene(rng: Rng) -> Image:
    """Draw a scene of boxes, poles and lines before a sky and a ground, with fine texture."""
    height = SCENE_PX * 3 // 4
    scene = np.linspace(rng.integers(120, 230), rng.integers(60, 160), height)[:, None].repeat(SCENE_PX, 1)
    scene = scene.astype(np.float32)
    horizon = int(height * rng.uniform(0.4, 0.65))
    scene[horizon:] = rng.integers(70, 180)
    for _ in range(rng.integers(25, 60)):
        x, wide, tall = int(rng.integers(0, SCENE_PX)), int(rng.integers(20, 260)), int(rng.integers(20, 420))
        bottom = horizon + int(rng.integers(-40, 260))
        tone = float(rng.integers(20, 240))
        cv2.rectangle(scene, (x, bottom - tall), (x + wide, bottom), tone, -1)
        for row in range(bottom - tall + 8, bottom - 8, max(10, tall // 6)):
            cv2.rectangle(scene, (x + wide // 4, row), (x + wide * 3 // 4, row + 6), float(rng.integers(10, 250)), -1)
    for _ in range(rng.integers(10, 40)):
        ends = rng.integers(0, [SCENE_PX, height], (2, 2))
        cv2.line(scene, ends[0].tolist(), ends[1].tolist(), float(rng.integers(10, 250)), int(rng.integers(1, 6)))
    texture = cv2.resize(rng.normal(0, 14, (height // 4, SCENE_PX // 4)).astype(np.float32), (SCENE_PX, height))
    return np.clip(scene + texture, 0, 255).astype(np.uint8)


def photo_scenes(shared: Path | None) -> list[Image]:
    """The reference photos as scenes; none without the folder."""
    folder = shared / "corpus" / "landmarks" / "photos" if shared else None
    found = []
    for file in sorted(folder.iterdir()) if folder and folder.is_dir() else ():
        photo = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        if photo is not None:
            scale = max(SCENE_PX / photo.shape[1], SCENE_PX * 0.6 / photo.shape[0])
            found.append(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    return found


def smooth_noise(rng: Rng, length_s: float, period_s: float, size: float) -> Callable[[float], float]:
    """A function of time that wanders smoothly."""
    times = np.arange(-1, length_s / period_s + 3)
    values = rng.normal(0, size, len(times))
    return lambda at_s: float(np.interp(at_s / period_s, times, values))


def look(scene: Image, x: float, y: float, zoom: float) -> Image:
    """Return what the camera sees: its centre as shares of the scene, and the share of its width in view."""
    height, width = scene.shape
    wide = zoom * width
    tall = wide * HEIGHT_PX / WIDTH_PX
    left = np.clip(x * width - wide / 2, 0, max(0.0, width - wide))
    top = np.clip(y * height - tall / 2, 0, max(0.0, height - tall))
    scale = wide / WIDTH_PX
    matrix = np.array([[scale, 0, left], [0, scale, top]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(scene, matrix, (WIDTH_PX, HEIGHT_PX), flags=flags, borderMode=cv2.BORDER_REFLECT)


@dataclass(frozen=True)
class Walker:
    """Something that moves before the scene."""

    start_s: float
    stay_s: float
    left_to_right: bool
    y: float
    size: float
    tone: int

    def paint(self, picture: Image, at_s: float) -> None:
        """Draw it where it is at this time."""
        share = (at_s - self.start_s) / self.stay_s
        if not 0 <= share <= 1:
            return
        x = (share if self.left_to_right else 1 - share) * (1 + 2 * self.size) - self.size
        centre = int(x * WIDTH_PX), int(self.y * HEIGHT_PX)
        bob = 1 + 0.15 * np.sin(8 * at_s)
        cv2.ellipse(picture, centre, (int(self.size * 90), int(self.size * 200 * bob)), 0, 0, 360, self.tone, -1)
        cv2.circle(picture, (centre[0], int(centre[1] - self.size * 230)), int(self.size * 60), 255 - self.tone, -1)


def walkers(rng: Rng, length_s: float, often_s: float) -> list[Walker]:
    """Passers-by at random times."""
    count = int(rng.poisson(length_s / often_s)) + 1
    return [
        Walker(
            float(rng.uniform(-2, length_s)),
            float(rng.uniform(1.5, 6)),
            bool(rng.integers(2)),
            float(rng.uniform(0.55, 0.85)),
            float(rng.uniform(0.1, 0.35)),
            int(rng.integers(10, 245)),
        )
        for _ in range(count)
    ]


# ── kinds of clips ────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Path2D:
    """Where the camera looks, before its jitter."""

    x: Callable[[float], float]
    y: Callable[[float], float]
    zoom: Callable[[float], float]


def random_path(rng: Rng, length_s: float) -> Path2D:
    """A pan, a walk towards something, or both."""
    x0, x1 = rng.uniform(0.25, 0.75), rng.uniform(0.25, 0.75)
    z0, z1 = rng.uniform(0.3, 0.55), rng.uniform(0.3, 0.55)
    y0 = rng.uniform(0.4, 0.6)
    return Path2D(lambda t: x0 + (x1 - x0) * t / length_s, lambda _t: y0, lambda t: z0 + (z1 - z0) * t / length_s)


def handheld(name: str, scene: Image, path: Path2D, rng: Rng, length_s: float) -> MadeClip:
    """A clip filmed by hand along a path."""
    dx, dy = smooth_noise(rng, length_s, 0.45, 0.012), smooth_noise(rng, length_s, 0.4, 0.010)
    drift_x, drift_y = smooth_noise(rng, length_s, 2.5, 0.03), smooth_noise(rng, length_s, 3.0, 0.02)
    people = walkers(rng, length_s, 4)

    def draw(at_s: float) -> Image:
        x, y = path.x(at_s) + dx(at_s) + drift_x(at_s), path.y(at_s) + dy(at_s) + drift_y(at_s)
        picture = look(scene, x, y, path.zoom(at_s))
        for one in people:
            one.paint(picture, at_s)
        return picture

    return MadeClip(name, length_s, draw)


def smooth_pan(name: str, scene: Image, path: Path2D, length_s: float) -> MadeClip:
    """A clip from a gimbal or a drone: no jitter, nothing moves."""
    return MadeClip(name, length_s, lambda t: look(scene, path.x(t), path.y(t), path.zoom(t)))


def tripod(name: str, scene: Image, path: Path2D, rng: Rng, length_s: float) -> MadeClip:
    """A fixed camera that people pass by."""
    people = walkers(rng, length_s, 2)
    view = look(scene, path.x(0), path.y(0), path.zoom(0))

    def draw(at_s: float) -> Image:
        picture = view.copy()
        for one in people:
            one.paint(picture, at_s)
        return picture

    return MadeClip(name, length_s, draw)


def speaker(name: str, wall: Image, rng: Rng, length_s: float, *, by_hand: bool) -> MadeClip:
    """A person who talks before a wall."""
    sway_x, sway_y = smooth_noise(rng, length_s, 1.1, 9), smooth_noise(rng, length_s, 0.8, 5)
    speech, pause = smooth_noise(rng, length_s, 0.13, 1), smooth_noise(rng, length_s, 1.5, 1)
    hand = smooth_noise(rng, length_s, 0.5, 60)
    shake = smooth_noise(rng, length_s, 0.5, 0.004 if by_hand else 0.0)
    shake_y = smooth_noise(rng, length_s, 0.5, 0.004 if by_hand else 0.0)

    def draw(at_s: float) -> Image:
        picture = look(wall, 0.5 + shake(at_s), 0.5 + shake_y(at_s), 0.5)
        x, y = int(WIDTH_PX / 2 + sway_x(at_s)), int(HEIGHT_PX * 0.45 + sway_y(at_s))
        cv2.ellipse(picture, (x, y + 150), (110, 95), 0, 0, 360, 60, -1)
        cv2.ellipse(picture, (x + 120, int(y + 130 + hand(at_s))), (22, 30), 0, 0, 360, 170, -1)
        cv2.ellipse(picture, (x, y), (48, 62), 0, 0, 360, 180, -1)
        for side in (-18, 18):
            cv2.circle(picture, (x + side, y - 14), 6, 40, -1)
        opened = max(1, int(6 + 7 * speech(at_s))) if pause(at_s) > -0.8 else 2
        cv2.ellipse(picture, (x, y + 28), (16, opened), 0, 0, 360, 50, -1)
        return picture

    return MadeClip(name, length_s, draw)


def joined(name: str, parts: Sequence[tuple[MadeClip, float]]) -> MadeClip:
    """Parts of other clips in a row, each with how long it is shown."""
    ends = np.cumsum([length_s for _clip, length_s in parts])

    def draw(at_s: float) -> Image:
        number = min(int(np.searchsorted(ends, at_s, "right")), len(parts) - 1)
        return parts[number][0].draw(at_s - (ends[number - 1] if number else 0.0))

    return MadeClip(name, float(ends[-1]), draw)


FAMILY_SIZE = 10
"""Clips of one group: the same draw of kinds for each."""


def made_family(number: int, rng: Rng, scene: Image, other: Image) -> list[MadeClip]:
    """Return ten clips, of which many are as alike as different clips can be."""

    def length() -> float:
        return float(rng.uniform(9, 26))

    def name(kind: str) -> str:
        return f"{number}-{kind}"

    path = random_path(rng, 15)
    one, two, three = length(), length(), length()
    intro = handheld("", other, random_path(rng, 10), rng, 10)
    return [
        handheld(name("place-a"), scene, path, rng, one),
        handheld(name("place-b"), scene, path, rng, two),
        tripod(name("tripod-a"), scene, path, rng, two),
        tripod(name("tripod-b"), scene, path, rng, three),
        speaker(name("speaker-a"), other, rng, one, by_hand=False),
        speaker(name("speaker-b"), other, rng, two, by_hand=False),
        speaker(name("speaker-c"), other, rng, three, by_hand=True),
        joined(name("intro-a"), [(intro, 10), (handheld("", other, random_path(rng, 12), rng, 12), length())]),
        joined(name("intro-b"), [(intro, 10), (handheld("", scene, random_path(rng, 12), rng, 12), length())]),
        smooth_pan(name("pan"), scene, random_path(rng, three), three),
    ]
