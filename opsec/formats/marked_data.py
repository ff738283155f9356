"""Find data by a marker anywhere in a large file, in linear time and bounded memory.

Cameras repeat such data in every key frame, so a file whose beginning has no marker is not searched further.
"""

from collections.abc import Iterator
from typing import BinaryIO

PROBE_BYTES = 16 << 20
"""Beginning of a file that must contain the marker: five seconds of a camcorder's highest rate."""
_CHUNK = 1 << 20


def iter_marked(file: BinaryIO, marker: bytes, window_bytes: int, most_bytes: int) -> Iterator[bytes]:
    """Yield every place of a marker with what follows, up to ``window_bytes`` in all."""
    file.seek(0)
    held, read_bytes, found = b"", 0, False
    while read_bytes < most_bytes and (found or read_bytes < PROBE_BYTES):
        chunk = file.read(_CHUNK)
        read_bytes += len(chunk)
        data, at = held + chunk, 0
        last_start = len(data) - (window_bytes if chunk else 1)
        while (place := data.find(marker, at)) >= 0 and place <= last_start:
            found = True
            yield data[place : place + window_bytes]
            at = place + len(marker)
        if not chunk:
            return
        held = data[max(at, last_start + 1, 0) :]
