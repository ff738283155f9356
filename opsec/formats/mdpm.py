"""Find the camera data of AVCHD in H.264: Modified Digital Video Pack Metadata (MDPM).

Camcorders write it into user data of an SEI message (ITU-T H.264, D.1.7) with its own UUID: ``MDPM``, a count, and
entries of a tag and four bytes (ExifTool's tag documentation, "H264 Tags"). The UUID holds no two zero bytes in a row,
so it stands in the stream as it is; the entries may hold emulation prevention bytes (H.264, 7.3.1).
"""

from collections.abc import Iterator

MARKER = bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM"
MAX_ENTRIES = 255
_ENTRY_BYTES = 5


def iter_mdpm(data: bytes) -> Iterator[dict[int, bytes]]:
    """Yield the entries of every message in a piece of a stream, by tag."""
    at = data.find(MARKER)
    while at >= 0:
        at += len(MARKER)
        raw = remove_emulation_prevention(data[at : at + 2 * MAX_ENTRIES * _ENTRY_BYTES])
        if raw:
            yield dict(_entries(raw))
        at = data.find(MARKER, at)


def _entries(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Tags ascend; a tag that does not belongs to what follows the message."""
    last = -1
    for at in range(1, 1 + raw[0] * _ENTRY_BYTES, _ENTRY_BYTES):
        if at + _ENTRY_BYTES > len(raw) or raw[at] <= last:
            return
        last = raw[at]
        yield raw[at], raw[at + 1 : at + _ENTRY_BYTES]


def remove_emulation_prevention(data: bytes) -> bytes:
    """Drop the 3 in every 0, 0, 3.

    >>> remove_emulation_prevention(b"\\0\\0\\3\\1\\0\\0\\3\\0\\0\\3\\2")
    b'\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x02'
    """
    return data.replace(b"\0\0\3", b"\0\0")
