"""Write small synthetic videos and photos for the demo and tests, with the same bytes on every run."""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from opsec.demo.media_exif import Shot, exif_block, in_jpeg, in_png, in_webp

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Picture = NDArray[numpy.uint8]

WIDTH_PX, HEIGHT_PX = 160, 284
"""Portrait, as phones record."""
FRAMES_A_SECOND = 10

FilmKind = Literal["mp4", "mov", "matroska", "webm", "avi", "mpegts"]
PhotoKind = Literal["jpeg", "png", "webp"]

_CODECS: dict[FilmKind, str] = {
    "mp4": "mpeg4", "mov": "mpeg4", "matroska": "mpeg4", "webm": "libvpx", "avi": "mpeg4", "mpegts": "mpeg2video",
}  # fmt: skip
"""FFmpeg's built-in encoder where the container allows it: always available, with repeatable output."""
_ENDINGS: dict[PhotoKind, str] = {"jpeg": ".jpg", "png": ".png", "webp": ".webp"}


def clip(seed: int, seconds: float = 1.0, *, kind: FilmKind = "mp4", tags: Mapping[str, str] | None = None) -> bytes:
    """A video that pans over a drawn scene."""
    return encode_video(_scene(seed, round(seconds * FRAMES_A_SECOND)), kind=kind, tags=tags)


def encode_video(
    pictures: Iterable["Picture"],
    *,
    kind: FilmKind = "mp4",
    size_px: tuple[int, int] = (WIDTH_PX, HEIGHT_PX),
    bits_a_second: int | None = None,
    tags: Mapping[str, str] | None = None,
) -> bytes:
    """Encode frames as a video of ``FRAMES_A_SECOND`` frames a second.

    Parameters
    ----------
    pictures
        RGB, 8 bits, shape (height, width, 3).
    kind
        Container, which determines the codec.
    size_px
        Width and height of every frame.
    bits_a_second
        Bit rate; None leaves it to the encoder.
    tags
        Tags of the container.

    Returns
    -------
    bytes
        The file, the same for the same frames and tags.
    """
    import av

    stream_out = io.BytesIO()
    with av.open(stream_out, "w", format=kind, options={"fflags": "+bitexact"}) as film:
        film.metadata.update(tags or {})
        track = film.add_stream(_CODECS[kind], rate=FRAMES_A_SECOND)
        if not isinstance(track, av.VideoStream):
            raise TypeError(_CODECS[kind])
        track.width, track.height, track.pix_fmt = *size_px, "yuv420p"
        track.codec_context.options = {"flags": "+bitexact"}
        track.codec_context.thread_count = 1
        if bits_a_second:
            track.codec_context.bit_rate = bits_a_second
        for picture in pictures:
            film.mux(track.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(track.encode())
    return stream_out.getvalue()


def photo(seed: int, shot: Shot | None = None, *, kind: PhotoKind = "jpeg") -> bytes:
    """A photo of a drawn scene, with EXIF."""
    import cv2

    picture = next(_scene(seed, 1))
    done, encoded = cv2.imencode(_ENDINGS[kind], cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    if not done:
        raise RuntimeError(f"this OpenCV cannot write {kind}")
    raw = encoded.tobytes()
    if shot is None:
        return raw
    block = exif_block(shot)
    if kind == "webp":
        return in_webp(raw, block, WIDTH_PX, HEIGHT_PX)
    return in_jpeg(raw, block) if kind == "jpeg" else in_png(raw, block)


def _scene(seed: int, frames: int) -> Iterator["Picture"]:
    """Sky, plain and houses, wider than the video; each frame starts two pixels further right."""
    import numpy as np

    random = np.random.default_rng(seed)
    wide_px = WIDTH_PX + 2 * frames
    land = np.empty((HEIGHT_PX, wide_px, 3), np.uint8)
    horizon_px = HEIGHT_PX // 2
    land[:horizon_px] = np.linspace((90, 150, 220), (205, 220, 235), horizon_px).astype(np.uint8)[:, None]
    land[horizon_px:] = np.linspace((200, 180, 140), (150, 125, 85), HEIGHT_PX - horizon_px).astype(np.uint8)[:, None]
    left_px = 0
    while left_px < wide_px:
        width_px, height_px = random.integers(14, 40), random.integers(12, 70)
        land[horizon_px - height_px : horizon_px + 6, left_px : left_px + width_px] = random.integers(110, 200, 3)
        land[horizon_px - height_px + 4 : horizon_px - 4 : 10, left_px + 3 : left_px + width_px - 3 : 6] = (40, 45, 60)
        left_px += int(width_px + random.integers(4, 24))
    for frame in range(frames):
        yield np.ascontiguousarray(land[:, 2 * frame : 2 * frame + WIDTH_PX])
