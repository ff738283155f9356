"""Made films: a board on a wall seen by a moving camera, with the true box in every frame; films of every container."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.cleaning.records import ShareBox

Picture = NDArray[np.uint8]
SIZE_PX = (320, 240)
"""Width and height of the frames."""
BOARD_PX = (430, 190, 520, 225)
"""Left, top, right, bottom of the board on the wall."""
RATE = 15
_PIXEL_FORMATS = {"gif": "rgb8", "mjpeg": "yuvj420p"}
_SAMPLES: dict[str, tuple[float, type]] = {
    "flt": (1.0, np.float32), "s16": (32_767, np.int16), "s32": (2_147_000_000, np.int32)
}  # fmt: skip


@dataclass(frozen=True)
class CameraFrame:
    """One view of the wall."""

    x_px: float
    y_px: float
    zoom: float = 1.0
    wall: int = 0
    """Another number is another place: a cut."""


def wall(seed: int = 0) -> Picture:
    """A wall of stones (RGB), 900 by 460 pixels; number 0 has the board."""
    random = np.random.default_rng(seed)
    image = np.full((460, 900, 3), 150, np.uint8)
    for _ in range(900):
        x, y = (int(random.integers(0, side)) for side in (900, 460))
        w, h = (int(random.integers(6, 28)) for _ in range(2))
        shade = tuple(int(one) for one in random.integers(60, 220, 3))
        cv2.rectangle(image, (x, y), (x + w, y + h), shade, -1)
    if seed == 0:
        left, top, right, bottom = BOARD_PX
        cv2.rectangle(image, (left, top), (right, bottom), (20, 90, 40), -1)
        cv2.putText(image, "GATE 7", (left + 6, bottom - 11), cv2.FONT_HERSHEY_SIMPLEX, 0.62, (255, 255, 255), 2)
    return image


def views(path: Sequence[CameraFrame]) -> Iterator[tuple[Picture, ShareBox | None]]:
    """Yield the picture of each frame and the box of the board in it, None where it is out of view."""
    width_px, height_px = SIZE_PX
    walls = {one.wall: wall(one.wall) for one in path}
    for one in path:
        size = width_px / one.zoom, height_px / one.zoom
        place = np.array([[one.zoom, 0, -one.x_px * one.zoom], [0, one.zoom, -one.y_px * one.zoom]])
        picture = cv2.warpAffine(walls[one.wall], place, SIZE_PX, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)
        left, top, right, bottom = BOARD_PX
        box = (
            max(0.0, (left - one.x_px) / size[0]),
            max(0.0, (top - one.y_px) / size[1]),
            min(1.0, (right - one.x_px) / size[0]),
            min(1.0, (bottom - one.y_px) / size[1]),
        )
        visible = one.wall == 0 and box[0] < box[2] and box[1] < box[3]
        yield np.asarray(picture, np.uint8), box if visible else None


def encode(
    pictures: Sequence[Picture],
    *,
    kind: str = "mp4",
    codec: str = "mpeg4",
    rate: int = RATE,
    times_ms: Sequence[int] = (),
    sound: str | None = None,
    tags: dict[str, str] | None = None,
    decorate: Callable[[Any], None] | None = None,
) -> bytes:
    """Encode frames, with a tone of the same length if ``sound`` names a codec."""
    import av

    out = io.BytesIO()
    height_px, width_px = pictures[0].shape[:2]
    with av.open(out, "w", format=kind, options={"fflags": "+bitexact"}) as container:
        container.metadata.update(tags or {})
        film: Any = container.add_stream(codec, rate=rate)
        film.width, film.height, film.pix_fmt = width_px, height_px, _PIXEL_FORMATS.get(codec, "yuv420p")
        film.codec_context.bit_rate = 4_000_000
        base = Fraction(1, 1000) if times_ms else Fraction(1, rate)
        film.codec_context.time_base = base
        tone: Any = container.add_stream(sound, rate=48_000) if sound else None
        if tone is not None:
            tone.layout = "mono"
        if decorate is not None:
            decorate(container)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = times_ms[number] if times_ms else number, base
            container.mux(film.encode(frame))
        if tone is not None:
            seconds = (times_ms[-1] / 1000 + 1 / rate) if times_ms else len(pictures) / rate
            for piece in _tone(seconds, tone):
                container.mux(tone.encode(piece))
            container.mux(tone.encode())
        container.mux(film.encode())
    return out.getvalue()


def _tone(seconds: float, track: Any) -> Iterator[Any]:
    import av

    rate = track.rate
    wave = np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate) * 0.5
    scale, kind = _SAMPLES[track.format.name.rstrip("p")]
    samples = (wave * scale).astype(kind)
    step = track.codec_context.frame_size or 1024
    for at in range(0, len(samples), step):
        piece = av.AudioFrame.from_ndarray(samples[None, at : at + step], format=track.format.name, layout="mono")
        piece.sample_rate, piece.pts, piece.time_base = rate, at, Fraction(1, rate)
        yield piece


def decode(film: bytes) -> tuple[list[tuple[float, Picture]], float]:
    """Return the frames (RGB, upright) of a film with their times, and the seconds of sound."""
    import av

    frames, samples, rate = [], 0, 1
    with av.open(io.BytesIO(film), "r") as container:
        for decoded in container.decode([one for one in container.streams if one.type in {"video", "audio"}]):
            if isinstance(decoded, av.VideoFrame):
                picture = np.rot90(decoded.to_ndarray(format="rgb24"), round(decoded.rotation / 90) % 4)
                frames.append((float(decoded.time or 0), np.asarray(picture, np.uint8)))
            elif isinstance(decoded, av.AudioFrame):
                samples, rate = samples + decoded.samples, decoded.sample_rate
    return frames, samples / rate


def crop(picture: Picture, box: ShareBox) -> Picture:
    """Cut a box out of a picture."""
    height_px, width_px = picture.shape[:2]
    left, top, right, bottom = box
    return picture[round(top * height_px) : round(bottom * height_px), round(left * width_px) : round(right * width_px)]
