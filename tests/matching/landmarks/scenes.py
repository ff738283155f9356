"""Clips drawn for the benchmarks: places with depth, filmed by somebody who walks, and look-alikes of all sorts.

Nothing here is a real landmark. The same seed gives the same images.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np

from tests.matching.landmarks.drawn import Bytes, wall

WIDE, HIGH = 576, 1024
Rng = np.random.Generator


# ── a place in depth ──────────────────────────────────────────────────────────────────────────
def place(seed: int) -> tuple[Bytes, Bytes, Bytes]:
    """Three layers of one place: the far wall, a building before it, and the mask of that building."""
    far, near = wall(10_000 + seed, 1200, 900), wall(20_000 + seed, 1200, 900)
    rng = np.random.default_rng(seed)
    mask = np.zeros(near.shape, np.uint8)
    left, top = int(rng.integers(150, 500)), int(rng.integers(250, 450))
    cv2.rectangle(mask, (left, top), (left + int(rng.integers(300, 550)), 900), 255, -1)
    return far, near, mask


def photographed_from(layers: tuple[Bytes, Bytes, Bytes], across: float, slant: float, zoom: float) -> Bytes:
    """One image, 1200 × 900, from a position ``across`` (pixels of parallax of the near layer)."""
    far, near, mask = layers
    shift = np.array([[1, 0, across], [0, 1, 0]], np.float32)
    moved = cv2.warpAffine(near, shift, (1200, 900), borderMode=cv2.BORDER_REFLECT)
    over = cv2.warpAffine(mask, shift, (1200, 900))
    image = np.where(over > 0, moved, far)
    around = cv2.getRotationMatrix2D((600, 450), 0, zoom)
    squeeze = np.array([[1 / slant, 0, 600 * (1 - 1 / slant)], [0, 1, 0], [0, 0, 1]])
    view = cv2.warpAffine(image, around @ squeeze, (1200, 900), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(view, np.uint8)


def filmed(seed: int, hard: float, frames: int = 8) -> Iterator[Bytes]:
    """Upright frames of the place: walking, people in front, night or dust, coding; ``hard`` from 0 to 1."""
    rng = np.random.default_rng(30_000 + seed)
    layers = place(seed)
    slant, zoom = 1 + hard * float(rng.uniform(0, 1.2)), float(rng.uniform(0.8, 1 + 1.2 * hard))
    start, night, dust = float(rng.uniform(-60, 60)) * hard, rng.random() < 0.35 * hard, rng.random() < 0.35 * hard
    for number in range(frames):
        view = photographed_from(layers, start + 6 * number, slant, zoom)
        left = int(np.clip(300 + 40 * np.sin(number / 2) + rng.normal(0, 6), 0, 1200 - 506))
        frame = cv2.resize(view[:, left : left + 506], (WIDE, HIGH), interpolation=cv2.INTER_LINEAR)
        frame = _shaken(frame, rng, hard)
        frame = _with_people(frame, rng, int(3 * hard), number)
        yield _weather(frame, rng, night=night, dust=dust)


def _shaken(frame: Any, rng: Rng, hard: float) -> Any:
    """Rotate by a few degrees and blur along the step."""
    turn = cv2.getRotationMatrix2D((WIDE / 2, HIGH / 2), float(rng.normal(0, 3)), 1.0)
    turned = cv2.warpAffine(frame, turn, (WIDE, HIGH), borderMode=cv2.BORDER_REFLECT)
    length = 1 + int(rng.integers(0, 1 + int(10 * hard)))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    return cv2.filter2D(turned, -1, kernel)


def _with_people(frame: Any, rng: Rng, most: int, number: int) -> Any:
    """People pass by, each darker or lighter than the wall."""
    for person in range(most):
        x = int((rng.integers(0, WIDE) + 60 * number * (1 if person % 2 else -1)) % WIDE)
        tall = int(rng.integers(300, 520))
        tone = int(rng.integers(20, 230))
        cv2.ellipse(frame, (x, HIGH - tall // 2), (tall // 7, tall // 2), 0, 0, 360, tone, -1)
        cv2.circle(frame, (x, HIGH - tall - tall // 10), tall // 9, tone, -1)
    return frame


def _weather(frame: Any, rng: Rng, *, night: bool, dust: bool) -> Bytes:
    levels: Any = frame.astype(np.float32)
    if night:
        levels = 255 * (levels / 255) ** 2.0 * 0.5 + rng.normal(0, 7, levels.shape)
    if dust:
        levels = 175 + (cv2.GaussianBlur(levels, (0, 0), 1.2) - 175) * 0.45
    coded = cv2.imencode(".jpg", np.clip(levels, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 55])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


# ── look-alikes ───────────────────────────────────────────────────────────────────────────────
def lookalike(kind: str, seed: int, high_px: int = 640, wide_px: int = 480) -> Bytes:
    """An image of its own (by ``seed``) that shares something with every other of its kind."""
    rng = np.random.default_rng(40_000 + seed)
    shared = np.random.default_rng(hash_of(kind))
    own = wall(50_000 + seed, wide_px, high_px)
    if kind == "façade":
        return _facade(own, rng, shared)
    if kind == "texture":
        brick = np.asarray(np.clip(120 + 40 * shared.normal(0, 1, (16, 32)), 0, 255), np.uint8)
        tiled = np.tile(np.repeat(np.repeat(brick, 2, 0), 2, 1), (high_px // 32 + 1, wide_px // 64 + 1))
        tone = int(rng.integers(-30, 30))
        toned: Any = tiled[:high_px, :wide_px].astype(np.int16) + tone
        toned[: high_px // 3] = own[: high_px // 3]
        return np.asarray(np.clip(toned + rng.normal(0, 4, toned.shape), 0, 255), np.uint8)
    if kind == "plain":
        return own
    stamp = wall(hash_of(kind) % 1_000, 150, 200 if kind == "poster" else 40)
    if kind == "watermark":
        place_at = (high_px - 70, wide_px - 170)
    else:
        place_at = (int(rng.integers(0, high_px - 210)), int(rng.integers(0, wide_px - 160)))
    own[place_at[0] : place_at[0] + stamp.shape[0], place_at[1] : place_at[1] + stamp.shape[1]] = stamp
    return own


def filmed_lookalike(kind: str, seed: int, frames: int = 3) -> Iterator[Bytes]:
    """A short clip of such an image: the camera sways and coding degrades it; a watermark stays where it is."""
    rng = np.random.default_rng(60_000 + seed)
    whole = lookalike("plain" if kind == "watermark" else kind, seed, HIGH + 80, WIDE + 80)
    stamped = lookalike(kind, seed, HIGH, WIDE)
    for _frame in range(frames):
        left, top = (int(one) for one in rng.integers(0, 80, 2))
        frame = whole[top : top + HIGH, left : left + WIDE].copy()
        if kind == "watermark":
            frame[-70:-30, -170:-20] = stamped[-70:-30, -170:-20]
        yield _weather(_shaken(frame, rng, 0.3) if kind != "watermark" else frame, rng, night=False, dust=False)


def hash_of(kind: str) -> int:
    """A seed for a kind, the same in every run."""
    return sum((number + 1) * ord(letter) for number, letter in enumerate(kind))


def _facade(own: Bytes, rng: Rng, shared: Rng) -> Bytes:
    """Rows of one window, the same in every block, on a wall of its own."""
    window = np.full((54, 40), 60, np.uint8)
    for _ in range(6):
        x, y, wide, high = (int(n) for n in shared.integers(2, 24, 4))
        cv2.rectangle(window, (x, y), (x + wide, y + high), int(shared.integers(20, 230)), -1)
    soft = cv2.GaussianBlur(own, (0, 0), 9)
    step_x, step_y = int(rng.integers(58, 90)), int(rng.integers(80, 120))
    for top in range(int(rng.integers(10, 40)), own.shape[0] - 60, step_y):
        for left in range(int(rng.integers(5, 20)), own.shape[1] - 45, step_x):
            soft[top : top + 54, left : left + 40] = window
    return np.asarray(soft, np.uint8)
