"""Stills of a clip to send with a request for removal: frames as the reading process encoded them, nothing else.

Frames in which text was read are left out: the outline around it would point at the words. This process never decodes
an image. It keeps the segments of the JPEG (ITU-T T.81, annex B) that an image needs, so that no metadata is sent.
"""

import base64
import binascii
import io
from collections.abc import Iterable, Iterator

from opsec.formats.images.segments import FRAME_MARKERS, jpeg_segments
from opsec.model import Hint
from opsec.model.fields import PICTURE_FIELDS

MAX_STILLS = 3
_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN = 0xDA
_NEEDED = FRAME_MARKERS | {0xC4, 0xDB, 0xDD, _SCAN}
"""Frame header, Huffman tables, quantisation tables, restart interval, scan header."""


def plain_stills(hints: Iterable[Hint]) -> Iterator[bytes]:
    """Yield at most ``MAX_STILLS`` stills as JPEG files, spread over the clip, without what is not an image."""
    found: dict[bytes, float] = {}
    for hint in hints:
        if hint.picture is not None and hint.field not in PICTURE_FIELDS:
            image = plain_jpeg(hint.picture.jpeg_base64)
            if image is not None:
                found.setdefault(image, hint.at_s or 0.0)
    images = sorted(found, key=lambda image: (found[image], image))
    last = len(images) - 1
    chosen = {round(number * last / (MAX_STILLS - 1)) for number in range(MAX_STILLS)} if images else set()
    yield from (images[number] for number in sorted(chosen))


def plain_jpeg(text: str) -> bytes | None:
    """Return the JPEG without comments, application data and what follows its end; None if it is not whole."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    if not data.startswith(_START):
        return None
    kept = [_START]
    for segment in jpeg_segments(io.BytesIO(data)):
        marker, end = int(segment.name, 16), segment.payload + segment.length
        if not segment.whole:
            return None
        if marker in _NEEDED:
            kept.append(data[segment.payload - 4 : end])
        if marker == _SCAN:
            stop = data.find(_END, end)  # inside a scan, a byte 0xFF is never followed by 0xD9
            return None if stop < 0 else b"".join([*kept, data[end:stop], _END])
    return None
