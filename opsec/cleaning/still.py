"""A clean copy of a photo: its pixels, upright and blurred where asked, encoded anew without any metadata."""

import sys
from collections.abc import Sequence
from typing import BinaryIO

from opsec.cleaning.blur import blur_boxes, blurred_share, merged_boxes
from opsec.cleaning.records import BlurRegion, CopyFacts, CopyFormat
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import UnreadableError
from opsec.vision.decoding.photo import PhotoDecoder

JPEG_QUALITY = 92
MAX_PHOTO_PX = sys.maxsize
"""The decoder bounds the size already."""


def clean_photo(
    file: BinaryIO, kind: FileKind, regions: Sequence[BlurRegion], copy_format: CopyFormat, out: BinaryIO
) -> CopyFacts:
    """Write the copy of a photo.

    Parameters
    ----------
    file, kind
        The photo, or an animation.
    regions
        What to blur.
    copy_format
        ``jpeg`` or ``png``.
    out
        Empty file to write to.

    Raises
    ------
    UnreadableError
        It cannot be decoded, or has several frames, which no format of a copy has.
    """
    import cv2

    decoder = PhotoDecoder(file, kind)
    frames = list(zip(range(2), decoder.frames(), strict=False))
    if not frames:
        raise UnreadableError(decoder.gaps[0].reason if decoder.gaps else make_reason("no_pictures"))
    if len(frames) > 1:
        raise UnreadableError(make_reason("animation"))
    frame = frames[0][1]
    picture = frame.color(MAX_PHOTO_PX).copy()
    boxes = merged_boxes([one.box for one in regions])
    blur_boxes(picture, boxes)
    settings = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if copy_format == "jpeg" else []
    done, encoded = cv2.imencode(".jpg" if copy_format == "jpeg" else ".png", picture, settings)
    if not done:
        raise UnreadableError(make_reason("no_pictures"))
    out.write(encoded.tobytes())
    return CopyFacts(
        width_px=frame.width_px,
        height_px=frame.height_px,
        frames=1,
        blurred_frames=int(bool(boxes)),
        blurred_share=blurred_share(boxes),
        reasons=tuple(gap.reason for gap in decoder.gaps)[:20],
    )
