"""Compressed parts of a file, unfolded no further than is asked: a few kilobytes can unfold into gigabytes."""

import zlib

_STEP = 65_536
MOST_MOOV_BYTES = 32 << 20
"""Of a description that lies compressed; that of a film of three hours takes ten."""


def unfolded(packed: bytes, at_most: int) -> tuple[bytes, bool]:
    """What zlib data (RFC 1950) unfold into, and whether that is all of it.

    Damaged data give what stands before the damage.
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
