"""Read the texts of a user data box (``©xyz``, ``©mod`` …) in the forms that writers use.

The QuickTime form is a list of (length, language, text). Some writers omit the header, some put an iTunes ``data`` box
inside, and some declare a length beyond the box: then the rest of the box is the text.
"""

from collections.abc import Iterator

MAX_TEXTS = 32
"""Limit of languages in one field."""


def user_data_texts(payload: bytes) -> Iterator[str]:
    """Yield the texts of a box, in order.

    >>> list(user_data_texts(b"\\x00\\x12\\x15\\xc7+33.9800+043.2500/"))
    ['+33.9800+043.2500/']
    """
    if payload[4:8] == b"data":
        yield decode_text(payload[16:])
        return
    if _is_plain(payload):
        yield decode_text(payload)
        return
    for _ in range(MAX_TEXTS):
        if len(payload) <= 4:
            return
        length = int.from_bytes(payload[:2], "big")
        yield decode_text(payload[4 : 4 + length])
        payload = payload[4 + length :]


def _is_plain(payload: bytes) -> bool:
    """Whether the payload is bare text: its first two letters, read as a length, run past the box."""
    length = int.from_bytes(payload[:2], "big")
    return length > len(payload) - 4 and payload[:4].isascii() and payload[:4].decode("ascii").isprintable()


def decode_text(raw: bytes) -> str:
    """Decode UTF-8, or UTF-16 with a byte order mark; invalid bytes become U+FFFD."""
    if raw[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return raw[: len(raw) & ~1].decode("utf-16", "replace")
    return raw.decode("utf-8", "replace")
