"""Records and moments as a row holds them, and back.

A record is JSON (RFC 8259) in UTF-8, compressed (zlib, RFC 1950) when it is long, and checked against
the types and the bounds of ``opsec.model`` both before it is kept and when it is read again.
"""

import json
import re
import zlib
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")

_HALF = re.compile("[\ud800-\udfff]")
_SHORT_BYTES = 512
"""Shorter records are kept as they are: compressing them would save nothing."""


def pack(record: Any) -> bytes:
    """A record as a row holds it.

    Raises
    ------
    ValueError
        It could not be read back: better refused now than found by whoever opens the case next.
    """
    data = dump(record)
    kind: Any = type(record)
    _adapter(kind).validate_json(data, strict=True)
    return data if len(data) < _SHORT_BYTES else zlib.compress(data)


def unpack(kind: type[T], data: bytes) -> T:
    """The record that ``pack`` wrote. JSON begins with a brace, a compressed record never does.

    Raises
    ------
    ValueError
        The row was damaged, or written by something else (pydantic's ``ValidationError`` is one).
    """
    wanted: Any = kind
    try:
        record: T = _adapter(wanted).validate_json(
            data if data.startswith(b"{") else zlib.decompress(data), strict=True
        )
    except zlib.error as error:
        raise ValueError(str(error)) from error
    return record


def dump(record: Any) -> bytes:
    """One record as JSON.

    Half of a surrogate pair, which no encoder accepts, becomes U+FFFD: one code point for one, so spans still hold.
    """
    kind: Any = type(record)
    plain = _adapter(kind).dump_python(record)
    return whole(json.dumps(plain, ensure_ascii=False, separators=(",", ":"))).encode()


def whole(text: str) -> str:
    """The text with every half of a surrogate pair replaced, so that any encoder accepts it."""
    return _HALF.sub("\ufffd", text)


def moment_text(moment: datetime) -> str:
    """RFC 3339 in UTC, always as long as any other, so that texts sort as moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    """Built once a kind, when first needed: pydantic takes its time."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
