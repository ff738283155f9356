"""Clips of the speed benchmark, drawn from a seed: textured places with boards, filmed by hand, cut into shots."""

import io
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
RATE = 30
SIZES: dict[str, tuple[int, int]] = {"576p": (576, 1024), "1080p": (1080, 1920), "4K": (2160, 3840)}
"""Width and height of each class of clips, portrait as phones film."""
BOARDS = ("FALCON CAMP", "GATE 3", "NO PHOTOGRAPHY", "FUEL STORE", "15TH BRIGADE", "FIELD HOSPITAL")
_SHOT_S = 3.0
_WORLD_SHARE = 1.6
"""Side of a drawn place by the longer side of the frame."""


def make_clip(size: str, seed: int, seconds: float) -> bytes:
    """Return an H.264 clip of one class, the same for the same arguments and the same encoder."""
    width_px, height_px = SIZES[size]
    written = io.BytesIO()
    with av.open(written, "w", format="mp4", options={"fflags": "+bitexact"}) as film:
        track = film.add_stream("libx264", rate=RATE)
        assert isinstance(track, av.VideoStream)
        track.width, track.height, track.pix_fmt = width_px, height_px, "yuv420p"
        track.codec_context.options = {"crf": "28", "preset": "faster", "g": "250", "flags": "+bitexact"}
        track.codec_context.thread_count = 1
        for picture in _frames(width_px, height_px, seed, round(seconds * RATE)):
            film.mux(track.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        film.mux(track.encode())
    return written.getvalue()


def write_clips(folder: Path, each: int, seconds: float) -> dict[str, list[Path]]:
    """Write clips of every class into a folder, unless they are there; return them by class."""
    folder.mkdir(parents=True, exist_ok=True)
    clips: dict[str, list[Path]] = {}
    for size in SIZES:
        for seed in range(each):
            path = folder / f"{size}-{seed}-{seconds:g}s.mp4"
            if not path.exists():
                path.write_bytes(make_clip(size, seed, seconds))
            clips.setdefault(size, []).append(path)
    return clips


def group_by_size(clips: list[Path]) -> dict[str, list[Path]]:
    """Group clips of the officer or of the shared corpus by the class nearest to their size."""
    groups: dict[str, list[Path]] = {}
    for clip in clips:
        with av.open(str(clip)) as film:
            longest_px = max(film.streams.video[0].width, film.streams.video[0].height)
        nearest = min(SIZES, key=lambda size: abs(max(SIZES[size]) - longest_px))
        groups.setdefault(nearest, []).append(clip)
    return groups


def _frames(width_px: int, height_px: int, seed: int, count: int) -> Iterator[Pixels]:
    """Yield frames: each shot drifts over a place of its own, shakes a little and has sensor noise."""
    random = np.random.default_rng(seed)
    grain = random.normal(0, 4, (height_px + 64, width_px + 64, 1))
    for number in range(count):
        at_s = number / RATE
        if number % round(_SHOT_S * RATE) == 0:
            place = _place(round(max(width_px, height_px) * _WORLD_SHARE), random)
            drift, tilt = random.uniform(-0.05, 0.05, 2) * max(width_px, height_px)
        x_px = (place.shape[1] - width_px) / 2 + drift * (at_s % _SHOT_S) + 4 * np.sin(5.3 * at_s)
        y_px = (place.shape[0] - height_px) / 2 + tilt * (at_s % _SHOT_S) + 4 * np.sin(4.1 * at_s)
        view = cv2.getRectSubPix(place, (width_px, height_px), (x_px + width_px / 2, y_px + height_px / 2))
        left, top = random.integers(0, 64, 2)
        noisy = view + grain[top : top + height_px, left : left + width_px]
        yield np.clip(noisy, 0, 255).astype(np.uint8)


def _place(side_px: int, random: np.random.Generator) -> Pixels:
    """Draw a place: textured ground, buildings with windows, and a board with words on half of them."""
    coarse = random.normal(0, 1, (side_px // 40, side_px // 40)).astype(np.float32)
    fine = random.normal(0, 1, (side_px // 4, side_px // 4)).astype(np.float32)
    texture = 30 * cv2.resize(coarse, (side_px, side_px)) + 14 * cv2.resize(fine, (side_px, side_px))
    place: Pixels = np.clip(130 + texture[..., None] + np.array([20.0, 0.0, -15.0]), 0, 255).astype(np.uint8)
    for _building in range(12):
        x, y = random.integers(0, side_px - side_px // 6, 2)
        width, height = random.integers(side_px // 14, side_px // 6, 2)
        shade = tuple(int(one) for one in random.integers(60, 220, 3))
        cv2.rectangle(place, (int(x), int(y)), (int(x + width), int(y + height)), shade, -1)
        for window in range(4):
            left = int(x + (window + 0.5) * width / 5)
            cv2.rectangle(
                place, (left, int(y + height / 4)), (left + width // 9, int(y + height / 2)), (40, 40, 50), -1
            )
    if random.random() < 0.5:
        _draw_board(place, str(random.choice(BOARDS)))
    return place


def _draw_board(place: Pixels, words: str) -> None:
    middle, scale = place.shape[0] // 2, place.shape[0] / 900
    (width, height), _base = cv2.getTextSize(words, cv2.FONT_HERSHEY_DUPLEX, scale, 2)
    left, top = middle - width // 2, middle - height // 2
    cv2.rectangle(place, (left - 20, top - 20), (left + width + 20, top + height + 20), (90, 60, 20), -1)
    cv2.putText(place, words, (left, top + height), cv2.FONT_HERSHEY_DUPLEX, scale, (250, 250, 250), 2, cv2.LINE_AA)
