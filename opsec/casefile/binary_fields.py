"""The long base64 strings of a record, kept as bytes beside its JSON: pictures as they are, features entropy-coded.

In the JSON the string of a picture is replaced by its number (the same picture is kept once), and the two strings of
local features by the number of their table. A table has one row per feature (its keypoint, then its descriptor) of all
frames of a record whose features are coded alike. A string that is not base64 in its only form (RFC 4648), or that
contradicts its count, stays as it is, so every record is restored exactly.
"""

import base64
import binascii
import json
import struct
import zlib
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any

from opsec.casefile.column_coder import decode_columns, encode_columns

MARK = b"\x01"
"""First byte of a record in this form. JSON begins with a brace, compressed JSON (RFC 1950) with 0x78."""
_KEYS = (b'"jpeg_base64":', b'"descriptors":')
"""Without one of these, nothing is kept as bytes. Quotes inside a JSON string are escaped: no text contains them."""
_KEYPOINT_BYTES = 8
_MAX_COLUMNS = 1_024
_LENGTH = struct.Struct("<I")
_TABLE = struct.Struct("<III")
"""Rows, columns and coded bytes of a table."""

TableKey = tuple[str, str, int]
"""Extractor, coding, and bytes of a descriptor."""


def join_binary(data: bytes) -> bytes | None:
    """Serialise the JSON of a record with its long strings as bytes; None if it has none.

    The form: ``MARK``; after its length, compressed JSON of the record and of the length of each picture; the pictures;
    for each table its sizes and coded bytes.
    """
    if not any(key in data for key in _KEYS):
        return None
    record = json.loads(data)
    pictures: dict[bytes, int] = {}
    tables: dict[TableKey, list[bytes]] = {}
    for holder in _holders(record):
        if isinstance(holder.get("picture"), dict):
            _take_picture(holder["picture"], pictures)
        if isinstance(holder.get("features"), dict):
            _take_features(holder["features"], tables)
    if not pictures and not tables:
        return None
    text = zlib.compress(_dump([record, [len(picture) for picture in pictures]]))
    coded = [_encode_table(rows, key[-1]) for key, rows in tables.items()]
    return b"".join([MARK, _LENGTH.pack(len(text)), text, *pictures, *coded])


def split_binary(data: bytes) -> bytes:
    """Return the JSON of a record, with its strings restored, from what ``join_binary`` returned.

    Raises
    ------
    ValueError
        The row is damaged.
    """
    try:
        (length,) = _LENGTH.unpack_from(data, len(MARK))
        at = len(MARK) + _LENGTH.size + length
        record, sizes = json.loads(zlib.decompress(data[at - length : at]))
        ends = list(accumulate(sizes, initial=at))
        pictures = [_encode(data[start:end]) for start, end in pairwise(ends)]
        at = ends[-1]
        holders = list(_holders(record))
        for picture in (one["picture"] for one in holders if isinstance(one.get("picture"), dict)):
            if isinstance(number := picture["jpeg_base64"], int):
                picture["jpeg_base64"] = pictures[number]
        _restore_features([one["features"] for one in holders if isinstance(one.get("features"), dict)], data[at:])
    except (struct.error, zlib.error, LookupError, TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return _dump(record)


def _holders(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a record, the readings and hints inside others too, in the order of the record."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _holders(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _holders(inner)


def _take_picture(picture: dict[str, Any], pictures: dict[bytes, int]) -> None:
    content = _decode(picture["jpeg_base64"])
    if content is not None:
        picture["jpeg_base64"] = pictures.setdefault(content, len(pictures))


def _take_features(features: dict[str, Any], tables: dict[TableKey, list[bytes]]) -> None:
    """Move the rows of one frame to their table; nothing is moved when a string contradicts the count."""
    count, keypoints, descriptors = features["count"], _decode(features["keypoints"]), _decode(features["descriptors"])
    if not count or keypoints is None or descriptors is None or len(keypoints) != _KEYPOINT_BYTES * count:
        return
    size, left_over = divmod(len(descriptors), count)
    if left_over or size + _KEYPOINT_BYTES > _MAX_COLUMNS:
        return
    key = features["maker"], features["coding"], size
    rows = tables.setdefault(key, [])
    rows += [keypoints, descriptors]
    features["keypoints"] = features["descriptors"] = list(tables).index(key)


def _encode_table(rows: list[bytes], size: int) -> bytes:
    """Encode the keypoints and descriptors of several frames (each two of ``rows``) as one table."""
    import numpy as np

    keypoints, descriptors = b"".join(rows[::2]), b"".join(rows[1::2])
    table = np.hstack(
        [
            np.frombuffer(keypoints, np.uint8).reshape(-1, _KEYPOINT_BYTES),
            np.frombuffer(descriptors, np.uint8).reshape(len(keypoints) // _KEYPOINT_BYTES, size),
        ]
    )
    coded = encode_columns(table)
    return _TABLE.pack(*table.shape, len(coded)) + coded


def _restore_features(frames: list[dict[str, Any]], data: bytes) -> None:
    """Restore the strings of all frames from the coded tables."""
    moved = [frame for frame in frames if isinstance(frame["keypoints"], int)]
    at = 0
    for number in range(1 + max((frame["keypoints"] for frame in moved), default=-1)):
        of_table = [frame for frame in moved if frame["keypoints"] == number]
        rows, columns, length = _TABLE.unpack_from(data, at)
        at += _TABLE.size + length
        if rows != sum(frame["count"] for frame in of_table) or not _KEYPOINT_BYTES <= columns <= _MAX_COLUMNS:
            raise ValueError("a table of features contradicts its counts")
        table, first = decode_columns(data[at - length : at], rows, columns), 0
        for frame in of_table:
            own = table[first : first + frame["count"]]
            frame["keypoints"] = _encode(own[:, :_KEYPOINT_BYTES].tobytes())
            frame["descriptors"] = _encode(own[:, _KEYPOINT_BYTES:].tobytes())
            first += frame["count"]
    if at != len(data):
        raise ValueError("the parts of a row do not add up to it")


def _decode(text: str) -> bytes | None:
    """Decode base64; None for any text that encoding the result would not give again."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if _encode(content) == text else None


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
