"""Render a street in which a camera turns, walks or flies: every frame is a function of its seed.

Ground, two rows of walls and a distant sky are painted with noise; each pixel is a ray that hits one of them.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.model import Hint, Motion
from opsec.readers.video.camera_motion import CameraMotionAnalyser
from opsec.vision.decoding.frame import Frame

GrayImage = NDArray[np.uint8]
FRAMES_PER_S = 8.0


@dataclass(frozen=True, slots=True)
class StreetPose:
    """Position and direction of the camera: metres, and degrees clockwise from along the street."""

    east_m: float = 0.0
    north_m: float = 0.0
    height_m: float = 1.6
    heading_deg: float = 0.0
    pitch_deg: float = 0.0
    hfov_deg: float = 42.0
    readout_deg: float = 0.0
    """Turn of the camera while one frame is read out, row by row."""


@dataclass(frozen=True)
class Street:
    """Textures of one street."""

    paint: NDArray[np.float32]
    sky: NDArray[np.float32]
    half_width_m: float
    ground_scale: float = 14.0
    """Of the texture, in pixels a metre: coarser for a camera high above."""

    @classmethod
    def from_seed(cls, seed: int) -> "Street":
        rng = np.random.default_rng(seed)
        return cls(_texture(rng), _texture(rng), float(rng.uniform(6, 14)))

    def render(self, pose: StreetPose, size: tuple[int, int] = (225, 400)) -> GrayImage:
        """Render what the camera sees, shape (height, width)."""
        width, height = size
        focal = width / 2 / math.tan(math.radians(pose.hfov_deg) / 2)
        x, y = np.meshgrid((np.arange(width) - (width - 1) / 2) / focal, (np.arange(height) - (height - 1) / 2) / focal)
        rows = (np.arange(height)[:, None] / height - 0.5) * pose.readout_deg
        pitch, heading = math.radians(pose.pitch_deg), np.radians(pose.heading_deg + rows)
        ahead = math.cos(pitch) + y * math.sin(pitch)
        up = math.sin(pitch) - y * math.cos(pitch)
        east = x * np.cos(heading) + ahead * np.sin(heading)
        north = ahead * np.cos(heading) - x * np.sin(heading)
        with np.errstate(divide="ignore", invalid="ignore"):
            to_ground = np.where(up < 0, -pose.height_m / up, np.inf)
            to_right = (self.half_width_m - pose.east_m) / east
            to_left = (-self.half_width_m - pose.east_m) / east
        to_wall = np.where(east > 0, to_right, np.where(east < 0, to_left, np.inf))
        wall_up = pose.height_m + up * to_wall
        wall = (wall_up > 0) & (wall_up < 7.0) & (to_wall > 0) & (to_wall < to_ground) & (to_wall < 200)
        ground = ~wall & (to_ground < 150)
        drawn = self._sky(east, north, up)
        far = np.where(ground, to_ground, 0.0)
        drawn[ground] = self._at(pose.east_m + east * far, pose.north_m + north * far, self.ground_scale)[ground]
        far = np.where(wall, to_wall, 0.0)
        drawn[wall] = self._at(pose.north_m + north * far + 31.0, wall_up + np.sign(east) * 57.0, 26.0)[wall]
        return np.clip(drawn, 0, 255).astype(np.uint8)

    def _at(self, u: NDArray[np.float64], v: NDArray[np.float64], scale: float) -> NDArray[np.float32]:
        side = self.paint.shape[0]
        return cv2.remap(
            self.paint, ((u * scale) % side).astype(np.float32), ((v * scale) % side).astype(np.float32),
            cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP,
        ).astype(np.float32)  # fmt: skip

    def _sky(
        self, east: NDArray[np.float64], north: NDArray[np.float64], up: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        side = self.sky.shape[0]
        across = (np.arctan2(east, north) / (2 * np.pi) + 1.0) % 1.0 * side
        high = np.clip(np.arctan2(up, np.hypot(east, north)) / np.pi + 0.5, 0, 0.999) * side
        return cv2.remap(
            self.sky, across.astype(np.float32), high.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
        ).astype(np.float32)


def _texture(rng: np.random.Generator) -> NDArray[np.float32]:
    """Tileable noise of all scales with dark and light patches, 1024 by 1024."""
    side = 1024
    paint = np.full((side, side), 120.0, np.float32)
    for size, strength in ((8, 30.0), (32, 24.0), (96, 18.0), (256, 14.0)):
        coarse = rng.normal(0, strength, (size, size)).astype(np.float32)
        tiled = np.tile(coarse, (3, 3))
        paint += cv2.resize(tiled, (3 * side, 3 * side), interpolation=cv2.INTER_LINEAR)[
            side : 2 * side, side : 2 * side
        ]
    for _ in range(220):
        left, top = rng.integers(0, side - 40, 2)
        wide, high = rng.integers(6, 36, 2)
        paint[top : top + high, left : left + wide] = rng.uniform(20, 235)
    return paint


def hand_tremor(seed: int, count: int, deg: float) -> NDArray[np.float64]:
    """Tremor of a hand, shape (count, 2): heading and pitch in degrees, smooth over a third of a second."""
    rough = np.random.default_rng(seed).normal(0, 1, (count + 8, 2))
    smooth = np.stack([np.convolve(rough[:, axis], np.hanning(5), "same") for axis in (0, 1)], axis=1)[4:-4]
    return np.asarray(smooth / smooth.std() * deg)


def camera_path(seed: int, kind: str, seconds: float = 4.0, **more: float) -> list[StreetPose]:
    """Poses of one kind of shot: turn, travel, overhead, zoom, or any other name for a camera that stands."""
    rng = np.random.default_rng(seed)
    count = round(seconds * FRAMES_PER_S) + 1
    along = np.linspace(0.0, 1.0, count)
    tremor = hand_tremor(seed, count, more.get("shake_deg", 0.4))
    hfov, start = more.get("hfov_deg", float(rng.choice([38, 42, 54, 66]))), float(rng.uniform(0, 360))
    still = StreetPose(heading_deg=start, hfov_deg=hfov)
    match kind:
        case "turn":
            sense = rng.choice([-1, 1])
            turned = _turn_progress(along, more) * sense * more["degrees"]
            read_out = np.gradient(turned) * FRAMES_PER_S * more.get("read_out_s", 0.0)
            path = [
                replace(still, heading_deg=start + float(deg), readout_deg=float(rolling))
                for deg, rolling in zip(turned, read_out, strict=True)
            ]
        case "travel":
            speed = more.get("speed_mps", float(rng.choice([1.4, 2.8, 5.0])))
            path = [
                StreetPose(
                    north_m=speed * seconds * share, height_m=1.6 + 0.03 * math.sin(12 * seconds * share),
                    heading_deg=more.get("look_deg", 0.0) + more.get("degrees", 0.0) * share, hfov_deg=hfov,
                )
                for share in along
            ]  # fmt: skip
        case "overhead":
            height, speed = float(rng.uniform(30, 80)), float(rng.uniform(4, 10))
            ahead = math.radians(start)
            path = [
                StreetPose(
                    speed * seconds * share * math.sin(ahead), speed * seconds * share * math.cos(ahead),
                    height, float(rng.uniform(0, 0)) + start, -89.9, hfov,
                )
                for share in along
            ]  # fmt: skip
        case "zoom":
            path = [replace(still, hfov_deg=hfov / 2 ** (more.get("octaves", 1.0) * share)) for share in along]
        case _:
            path = [still] * count
    if kind == "overhead":
        tremor = tremor * 0.2
    pairs = zip(path, tremor, strict=True)
    return [
        replace(pose, heading_deg=pose.heading_deg + a, pitch_deg=max(-89.9, pose.pitch_deg + b))
        for pose, (a, b) in pairs
    ]


def _turn_progress(along: NDArray[np.float64], more: dict[str, float]) -> NDArray[np.float64]:
    """Progress of a turn, 0 to 1: steady, there and back, or in the steps of a stabiliser."""
    if more.get("back"):
        return np.asarray(1 - np.abs(2 * along - 1))
    steps = more.get("stabiliser_steps", 0.0)
    if steps:
        return np.asarray(along - np.sin(2 * np.pi * steps * along) / (2 * np.pi * steps) * 0.9)
    return along


def render_shot(seed: int, kind: str, seconds: float = 4.0, **more: float) -> list[GrayImage]:
    """Render the frames of one shot."""
    street = Street.from_seed(seed)
    if kind == "overhead":
        street = replace(street, half_width_m=1e6, ground_scale=3.0)
    frames = [street.render(pose) for pose in camera_path(seed, kind, seconds, **more)]
    return list(add_noise(frames, seed, more.get("noise", 2.0)))


def add_noise(frames: list[GrayImage], seed: int, strength: float) -> Iterator[GrayImage]:
    """Add sensor noise."""
    rng = np.random.default_rng(seed)
    for frame in frames:
        yield np.clip(frame + rng.normal(0, strength, frame.shape), 0, 255).astype(np.uint8)


def add_person(frames: list[GrayImage], seed: int, size: float = 1.0, at: float = 0.5) -> list[GrayImage]:
    """Draw a person in front of the camera, who sways and nods."""
    rng = np.random.default_rng(seed + 1)
    phase, cloth = rng.uniform(0, 6, 4), _texture(rng)
    drawn = []
    for number, frame in enumerate(frames):
        seconds = number / FRAMES_PER_S
        height, width = frame.shape
        x = width * at + size * 10 * math.sin(1.3 * seconds + phase[0]) + size * 4 * math.sin(3.1 * seconds + phase[1])
        y = height * 0.55 + size * 6 * math.sin(1.9 * seconds + phase[2])
        mask = np.zeros_like(frame)
        cv2.ellipse(mask, (round(x), round(y)), (round(44 * size), round(62 * size)), 0, 0, 360, 255, -1)
        body = (round(x), round(y + 190 * size))
        cv2.ellipse(mask, body, (round(95 * size), round(130 * size)), 0, 0, 360, 255, -1)
        moved = np.roll(cloth, (round(y), round(x)), (0, 1))[:height, :width]
        drawn.append(np.where(mask > 0, np.clip(moved, 0, 255), frame).astype(np.uint8))
    return drawn


def add_captions(frames: list[GrayImage]) -> list[GrayImage]:
    """Burn a caption and buttons into the frames."""
    drawn = []
    for frame in frames:
        copy = frame.copy()
        cv2.rectangle(copy, (25, 40), (200, 70), 255, -1)
        cv2.putText(copy, "good morning", (35, 61), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 2)
        for button in range(4):
            cv2.circle(copy, (205, 190 + 38 * button), 11, 240, -1)
        drawn.append(copy)
    return drawn


def analyse_frames(
    frames: list[GrayImage], at_s: Callable[[int], float] = lambda number: number / FRAMES_PER_S
) -> list[Hint]:
    """Return the motion hints of these frames."""
    analyser = CameraMotionAnalyser()
    for number, gray in enumerate(frames):
        analyser.process_frame(as_frame(gray, number, at_s(number)))
    return [found for found in analyser.finish() if isinstance(found, Hint)]


def as_frame(frame: GrayImage, number: int, at_s: float) -> Frame:
    """Wrap an image as a decoder does."""

    def draw(width_px: int, height_px: int, in_color: bool) -> GrayImage:
        return cv2.resize(frame, (width_px, height_px), interpolation=cv2.INTER_AREA).astype(np.uint8)

    height, width = frame.shape
    return Frame(number=number, at_s=at_s, width_px=width, height_px=height, draw=draw)


def shot_motions(frames: list[GrayImage]) -> list[Motion]:
    """Return the motion of every shot."""
    return [hint.motion for hint in analyse_frames(frames) if hint.motion is not None]
