"""The texts of one user data box (``©xyz``, ``©mod`` …), however the writer wrapped them.

QuickTime's own form is a list of (length, language, text). Some writers leave the wrapping out,
some put an iTunes ``data`` box inside, and some give a length that the box does not hold: then
what is there is the text.
"""

from collections.abc import Iterator

MOST_TEXTS = 32
"""Languages of one field."""


def user_texts(payload: bytes) -> Iterator[str]:
    """Every text of the box, in its order.

    >>> list(user_texts(b"\\x00\\x12\\x15\\xc7+33.9800+043.2500/"))
    ['+33.9800+043.2500/']
    """
    if payload[4:8] == b"data":
        yield decoded(payload[16:])
        return
    if _is_plain(payload):
        yield decoded(payload)
        return
    for _ in range(MOST_TEXTS):
        if len(payload) <= 4:
            return
        length = int.from_bytes(payload[:2], "big")
        yield decoded(payload[4 : 4 + length])
        payload = payload[4 + length :]


def _is_plain(payload: bytes) -> bool:
    """Text without its wrapping: read as a length, its first two letters run far past the box."""
    length = int.from_bytes(payload[:2], "big")
    return length > len(payload) - 4 and payload[:4].isascii() and payload[:4].decode("ascii").isprintable()


def decoded(raw: bytes) -> str:
    """Text that is UTF-8, or UTF-16 when it begins with a byte order mark; what is neither becomes "\\ufffd"."""
    if raw[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return raw[: len(raw) & ~1].decode("utf-16", "replace")
    return raw.decode("utf-8", "replace")
