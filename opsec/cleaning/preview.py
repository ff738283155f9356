"""A short preview of a clip: a few small frames, encoded anew as an animated WebP without sound or metadata."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from opsec.cleaning.records import CopyFacts
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import UnreadableError
from opsec.model.vocabulary import STILL_IMAGE_KINDS
from opsec.vision.decoding.frame import Frame
from opsec.vision.decoding.photo import PhotoDecoder
from opsec.vision.decoding.video import VideoDecoder

if TYPE_CHECKING:
    from opsec.vision.arrays import ColorImage

PREVIEW_S = 10.0
FRAME_S = 0.25
"""Time between two frames."""
LONGEST_PX = 320
QUALITY = 55
"""Of WebP, 0 to 100."""
METHOD = 2
"""Effort of the encoder, 0 to 6: a second for 40 frames."""


def write_preview(file: BinaryIO, kind: FileKind, from_s: float, out: BinaryIO) -> CopyFacts:
    """Write the preview.

    Parameters
    ----------
    file, kind
        The clip and its type.
    from_s
        Where the preview begins; a clip that ends before is shown by its last frame.
    out
        Empty file to write to.

    Raises
    ------
    UnreadableError
        Nothing of it can be decoded.
    """
    from PIL import Image

    shown = list(_images(file, kind, from_s))
    if not shown:
        raise UnreadableError(make_reason("no_pictures"))
    images = [Image.fromarray(image[:, :, ::-1].copy()) for image in shown if image.shape == shown[0].shape]
    images[0].save(
        out,
        "WEBP",
        save_all=True,
        append_images=images[1:],
        duration=round(1000 * FRAME_S),
        loop=1,
        quality=QUALITY,
        method=METHOD,
    )
    return CopyFacts(
        width_px=images[0].width,
        height_px=images[0].height,
        frames=len(images),
        blurred_frames=0,
        blurred_share=0.0,
        seconds=len(images) * FRAME_S,
    )


def _images(file: BinaryIO, kind: FileKind, from_s: float) -> "Iterator[ColorImage]":
    """Yield the frames of the preview in colour, or the last frame before it."""
    last: Frame | None = None
    begun_s: float | None = None
    due_s = from_s
    for frame in _frames(file, kind):
        last = frame
        if frame.at_s < due_s:
            continue
        begun_s = frame.at_s if begun_s is None else begun_s
        if frame.at_s >= begun_s + PREVIEW_S:
            return
        due_s = frame.at_s + FRAME_S * 0.9
        yield frame.color(LONGEST_PX)
    if begun_s is None and last is not None:
        yield last.color(LONGEST_PX)


def _frames(file: BinaryIO, kind: FileKind) -> Iterator[Frame]:
    if kind in STILL_IMAGE_KINDS:
        return PhotoDecoder(file, kind).frames()
    return VideoDecoder(file, kind, step_s=FRAME_S).frames()
