"""The packed form of a clip's hashes, which crosses the pipe of the reading process and is kept in the case file.

A record has the time in milliseconds (32 bits, little-endian), the number of the window (8 bits) and the hash.
"""

import base64
import binascii
from typing import TYPE_CHECKING

from opsec.model import FrameHashes
from opsec.vision.copies.change_signal import MAX_STEPS, QUARTERS
from opsec.vision.copies.clip_hasher import MAX_FRAMES, MAX_WINDOW_FRAMES, WINDOWS, ClipHashes
from opsec.vision.copies.picture_hash import HASH_BYTES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_RECORDS = MAX_FRAMES + (len(WINDOWS) - 1) * MAX_WINDOW_FRAMES
_LEAD_BYTES = 5
RECORD_BYTES = _LEAD_BYTES + HASH_BYTES
_MAX_MS = 2**32 - 1


class InvalidHashesError(ValueError):
    """Packed hashes are damaged; they may come from a hostile process."""


def pack_hashes(clip: ClipHashes) -> FrameHashes:
    """Pack the hashes of a clip."""
    import numpy as np

    times_ms = np.clip(np.rint(clip.times_s * 1000), 0, _MAX_MS).astype("<u4").view(np.uint8).reshape(-1, 4)
    records = np.hstack([times_ms, clip.windows.astype(np.uint8)[:, None], clip.hashes])
    return FrameHashes(frames=_encode(records), step_s=clip.step_s, signal=_encode(clip.signal))


def unpack_hashes(packed: FrameHashes) -> ClipHashes:
    """Unpack what ``pack_hashes`` made.

    Raises
    ------
    InvalidHashesError
        The strings are not base64, are not whole records, or name a window that does not exist.
    """
    import numpy as np

    records = _decode(packed.frames, RECORD_BYTES, MAX_RECORDS)
    signal = _decode(packed.signal, QUARTERS, MAX_STEPS)
    windows = records[:, 4].astype(np.int64)
    if not len(records) or windows.max() >= len(WINDOWS):
        raise InvalidHashesError(packed.frames[:40])
    times_s = np.ascontiguousarray(records[:, :4]).view("<u4")[:, 0].astype(np.float64) / 1000
    return ClipHashes(times_s, windows, np.ascontiguousarray(records[:, _LEAD_BYTES:]), packed.step_s, signal)


def _encode(values: "NDArray[np.uint8]") -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")


def _decode(text: str, width: int, most: int) -> "NDArray[np.uint8]":
    """Return the bytes of a text, in rows of a width."""
    import numpy as np

    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidHashesError(text[:40]) from error
    if len(content) % width or len(content) > width * most:
        raise InvalidHashesError(text[:40])
    return np.frombuffer(content, np.uint8).reshape(-1, width)
