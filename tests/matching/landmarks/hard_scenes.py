"""Clips that are hard to recognise from day photos: at night, close by, far off, at a slant; and lattice towers.

Each is made of one gray image of a place, drawn here or the caller's own. The same generator gives the same images;
nothing that is drawn here is a real landmark.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np

from tests.matching.landmarks.drawn import Bytes, wall
from tests.matching.landmarks.scenes import HIGH, WIDE, Rng, photographed_from, place

SORTS = ("night", "tight", "far", "slant")
FRAMES = 4
_VIEWS = ((0.0, 1.0, 1.0), (-50.0, 1.3, 1.2), (50.0, 1.2, 0.9))
"""Parallax in pixels, slant and zoom of the reference photos."""


def photos(kind: str, seed: int, count: int) -> list[Bytes]:
    """Reference photos of a drawn place or lattice: by day, from a few sides."""
    if kind == "lattice":
        return [lattice(seed, across / 100) for across, _slant, _zoom in _VIEWS[:count]]
    layers = place(70_000 + seed)
    return [photographed_from(layers, *view) for view in _VIEWS[:count]]


def passed_by(kind: str, seed: int, rng: Rng) -> Bytes:
    """The same place, filmed from another position."""
    across = float(rng.uniform(-40, 40))
    if kind == "lattice":
        return lattice(seed, across / 100)
    return photographed_from(place(70_000 + seed), across, 1.1, float(rng.uniform(0.9, 1.1)))


def filmed_hard(sort: str, image: Bytes, around: Bytes, rng: Rng) -> Iterator[Bytes]:
    """Upright gray frames of an image in one sort of difficulty; ``around`` is what surrounds it from afar."""
    if sort == "night":
        image = by_night(image, light(rng, *image.shape), rng)
    elif sort == "tight":
        image = _part(image, rng)
    elif sort == "far":
        image = _small(image, around, rng)
    elif sort == "slant":
        image = _from_aside(image, rng)
    zooms = _between(1.0, 1.05 if sort == "far" else 1.5, rng)
    across, turns = _between(0.25, 0.75, rng), _between(-6, 6, rng)
    softness, mirrored = float(rng.choice([0.1, 0.8, 1.2])), rng.random() < 0.5
    image = np.ascontiguousarray(image[:, ::-1]) if mirrored else image
    for zoom, share, turn in zip(zooms, across, turns, strict=True):
        frame = cv2.GaussianBlur(_upright(image, zoom, share, turn), (0, 0), softness)
        noisy = frame + rng.normal(0, 3, frame.shape)
        coded = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 40])[1]
        yield np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _between(least: float, most: float, rng: Rng) -> list[float]:
    """Interpolate between two random values, one per frame."""
    first, last = rng.uniform(least, most, 2).tolist()
    return [float(one) for one in np.linspace(first, last, FRAMES)]


def _upright(image: Bytes, zoom: float, share: float, turn_deg: float) -> Any:
    """A part of the image as an upright phone films it; ``share`` of the way from its left to its right."""
    high, wide = image.shape
    scale = 1.08 * zoom * max(WIDE / wide, HIGH / high)
    seen_wide = WIDE / scale
    middle = seen_wide / 2 + share * max(0.0, wide - seen_wide)
    turn = cv2.getRotationMatrix2D((middle, high / 2), turn_deg, scale)
    turn[:, 2] += (WIDE / 2 - middle, HIGH / 2 - high / 2)
    return cv2.warpAffine(image, turn, (WIDE, HIGH), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)


# ── the sorts ─────────────────────────────────────────────────────────────────────────────────
def light(rng: Rng, high_px: int, wide_px: int) -> Any:
    """Illumination at night, shape (high, wide): from lamps at random positions, most from below."""
    patches = cv2.resize(rng.normal(0, 0.8, (5, 6)), (wide_px, high_px), interpolation=cv2.INTER_CUBIC)
    below = np.linspace(0, 1, high_px)[:, None] * float(rng.uniform(0, 1.5))
    return np.exp(patches + below)


def by_night(image: Bytes, lit: Any, rng: Rng) -> Bytes:
    """The image under that light, exposed as phones do: little is bright, most is dark, and all of it is noisy."""
    levels = (image / 255) ** float(rng.uniform(1.4, 2.4)) * lit
    levels *= float(rng.uniform(0.5, 0.9)) / max(0.05, float(np.percentile(levels, 97)))
    grain = rng.normal(0, float(rng.uniform(3, 9)), levels.shape)
    return np.asarray(np.clip(255 * levels + grain, 0, 255), np.uint8)


def _part(image: Bytes, rng: Rng) -> Bytes:
    """About half of the image in each direction, around its middle."""
    (high, wide), closer = image.shape, float(rng.uniform(1.7, 2.6))
    part_high, part_wide = int(high / closer), int(wide / closer * 1.2)
    left, top = (int(room * rng.uniform(0.25, 0.75)) for room in (wide - part_wide, high - part_high))
    return image[top : top + part_high, left : left + part_wide].copy()


def _small(image: Bytes, around: Bytes, rng: Rng) -> Bytes:
    """The image as a part of something wider, upright, blended without an edge."""
    frame = cv2.resize(around, (900, 1_600), interpolation=cv2.INTER_AREA).astype(np.float32)
    high, wide = image.shape
    scale = min(900 * float(rng.uniform(0.7, 0.95)) / wide, 1_600 * float(rng.uniform(0.35, 0.5)) / high)
    small = cv2.resize(image, (int(wide * scale), int(high * scale)), interpolation=cv2.INTER_AREA)
    high, wide = small.shape
    left, top = int((900 - wide) * rng.uniform(0.2, 0.8)), int((1_600 - high) * rng.uniform(0.3, 0.7))
    over: Any = np.zeros((high, wide), np.float32)
    over[6:-6, 6:-6] = 1.0
    over = cv2.GaussianBlur(over, (0, 0), 3)
    spot = np.s_[top : top + high, left : left + wide]
    frame[spot] = over * small + (1 - over) * frame[spot]
    return np.asarray(frame, np.uint8)


def _from_aside(image: Bytes, rng: Rng) -> Bytes:
    """Squeeze the image, smaller towards the far side."""
    (high, wide), slant, less = image.shape, float(rng.uniform(1.6, 2.6)), float(rng.uniform(0.1, 0.25))
    narrow = int(wide / slant)
    near, far = (0.0, less * high) if rng.random() < 0.5 else (less * high, 0.0)
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    seen = np.array([[0, near], [narrow, far], [narrow, high - far], [0, high - near]], np.float32)
    soft = cv2.GaussianBlur(image, (0, 0), sigmaX=0.5 * (slant**2 - 1) ** 0.5, sigmaY=0.1)
    view = cv2.getPerspectiveTransform(corners, seen)
    return np.asarray(cv2.warpPerspective(soft, view, (narrow, high), borderMode=cv2.BORDER_REFLECT), np.uint8)


# ── a lattice tower ───────────────────────────────────────────────────────────────────────────
def lattice(seed: int, aside: float) -> Bytes:
    """A tower of bars with a few plates on it; ``aside`` shifts its far face against its near one."""
    rng = np.random.default_rng([80_000, seed])
    clouds = cv2.resize(rng.normal(0, 10, (6, 8)), (1_200, 900), interpolation=cv2.INTER_CUBIC)
    image = np.asarray(np.clip(190 + clouds, 0, 255), np.uint8)
    heights = np.cumsum(rng.uniform(60, 130, 9))
    heights = 40 + heights * 820 / heights[-1]
    for number, (middle, tone) in enumerate(((600 + 120 * aside, 120), (600, 50))):
        _face_of_tower(image, heights, middle, tone, np.random.default_rng([80_001, seed, number]))
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.8), np.uint8)


def _face_of_tower(image: Bytes, heights: Any, middle: float, tone: int, rng: Rng) -> None:
    before = 40.0
    for height in heights.tolist():
        (left, right), (left_up, right_up) = _legs(middle, height), _legs(middle, before)
        low, up = [(left, height), (right, height)], [(left_up, before), (right_up, before)]
        for one, other in ((low[0], low[1]), (low[0], up[1]), (low[1], up[0]), (low[0], up[0]), (low[1], up[1])):
            ends = [(round(x), round(y)) for x, y in (one, other)]
            cv2.line(image, ends[0], ends[1], tone, int(rng.integers(4, 9)))
        if rng.random() < 0.4:
            x, y = round(float(rng.uniform(left, right - 30))), round(height - 25)
            image[y : y + 50, x : x + 60] = wall(int(rng.integers(0, 1_000_000)), 120, 90)[:50, :60]
        before = height


def _legs(middle: float, height: float) -> tuple[float, float]:
    return middle - 60 - 0.22 * height, middle + 60 + 0.22 * height
