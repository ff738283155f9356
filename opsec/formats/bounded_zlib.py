"""Decompress zlib data up to an output limit: a few kilobytes can expand to gigabytes."""

import zlib

_STEP = 65_536
MAX_MOOV_BYTES = 32 << 20
"""Limit for a compressed ``moov`` box; that of a three-hour video has about ten MiB."""


def inflate(packed: bytes, at_most: int) -> tuple[bytes, bool]:
    """Decompress zlib data (RFC 1950).

    Returns the output up to ``at_most`` bytes, and whether the stream was complete. Damaged data yield the output
    before the damage.
    """
    unfold, parts, left = zlib.decompressobj(), [], at_most
    for at in range(0, len(packed), _STEP):
        try:
            parts.append(unfold.decompress(packed[at : at + _STEP], left))
        except zlib.error:
            break
        left -= len(parts[-1])
        if unfold.eof or left <= 0:
            break
    return b"".join(parts), unfold.eof
