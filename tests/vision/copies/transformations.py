"""What happens to a clip when it is posted again: pictures, times, or both are changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from tests.vision.copies.made_clips import MadeClip

Image = Any
Rng = np.random.Generator
STEP_S = 1 / 8
"""The decoder passes frames on at this distance."""


def _unchanged(picture: Image, _rng: Rng) -> Image:
    return picture


@dataclass(frozen=True, kw_only=True)
class Transformation:
    """One way of posting a clip again."""

    name: str
    change: Callable[[Image, Rng], Image] = _unchanged
    """Picture → changed picture."""
    rate: float = 25.0
    """Frames a second of the copy."""
    speed: float = 1.0
    start: float = 0.0
    end: float = 1.0
    """Part of the clip that is shown, as shares of its length."""
    jpeg: int | None = 55
    """Quality of the JPEG that replaces the encoder; None: encoded with H.264 at crf 33."""


def frames(clip: MadeClip, how: Transformation, rng: Rng) -> Iterator[tuple[float, Image]]:
    """Yield the time and the picture of every frame of a copy that the decoder would pass on."""
    times, sources = frame_times(clip, how)
    due_s = 0.0
    for at_s, source_s in zip(times, sources, strict=True):
        if at_s < due_s:
            continue
        due_s = due_s + STEP_S if at_s < due_s + STEP_S else at_s + STEP_S
        yield at_s, compressed(how.change(clip.draw(source_s), rng), how.jpeg)


def frame_times(clip: MadeClip, how: Transformation) -> tuple[list[float], list[float]]:
    """Times of all frames of a copy, and the times of the clip that they show (its own 25 frames a second)."""
    length_s = clip.length_s * (how.end - how.start) / how.speed
    times = np.arange(0, length_s, 1 / how.rate)
    sources = np.floor((clip.length_s * how.start + times * how.speed) * 25 + 1e-6) / 25
    return times.tolist(), sources.tolist()


def compressed(picture: Image, quality: int | None) -> Image:
    """Return a picture as JPEG of a quality shows it."""
    if quality is None:
        return picture
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)


# ── pictures ──────────────────────────────────────────────────────────────────────────────────
def _small(picture: Image, _rng: Rng) -> Image:
    return cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA)


def _cropped(picture: Image, _rng: Rng) -> Image:
    height, width = picture.shape
    return picture[height // 20 : height - height // 20, width // 20 : width - width // 20]


def _mirrored(picture: Image, _rng: Rng) -> Image:
    return np.ascontiguousarray(picture[:, ::-1])


def _caption_band(picture: Image, _rng: Rng) -> Image:
    changed = picture.copy()
    height, width = picture.shape
    changed[int(0.82 * height) : int(0.93 * height), int(0.1 * width) : int(0.9 * width)] = 240
    where = int(0.13 * width), int(0.905 * height)
    cv2.putText(changed, "they said it would rain", where, cv2.FONT_HERSHEY_SIMPLEX, 0.8, 15, 2)
    return changed


def _bordered(picture: Image, _rng: Rng) -> Image:
    height, width = picture.shape
    return cv2.copyMakeBorder(
        picture, height // 3, height // 4, width // 30, width // 30, cv2.BORDER_CONSTANT, value=16
    )


def _brighter(picture: Image, _rng: Rng) -> Image:
    return np.clip(picture * 1.2 + 18, 0, 255).astype(np.uint8)


def _screen_recording(picture: Image, rng: Rng) -> Image:
    scaled = cv2.resize(picture, (380, 214), interpolation=cv2.INTER_LINEAR)
    framed = cv2.copyMakeBorder(scaled, 70, 90, 30, 30, cv2.BORDER_CONSTANT, value=235)
    noisy = framed + rng.normal(0, 5, framed.shape)
    return np.clip(noisy * 0.94 + 6, 0, 255).astype(np.uint8)


ORIGINAL = Transformation(name="original", jpeg=80)
TRANSFORMATIONS = (
    Transformation(name="re-encoded crf 33", jpeg=None),
    Transformation(name="320 px", change=_small, jpeg=40),
    Transformation(name="cropped 10 %", change=_cropped),
    Transformation(name="mirrored", change=_mirrored),
    Transformation(name="caption band", change=_caption_band),
    Transformation(name="borders", change=_bordered),
    Transformation(name="speed 1.1", speed=1.1, rate=30),
    Transformation(name="brightness", change=_brighter),
    Transformation(name="middle third", start=0.345, end=0.68),
    Transformation(name="screen recording", change=_screen_recording, rate=30, jpeg=45),
)
