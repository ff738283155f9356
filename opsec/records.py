"""Records as bytes and back: one piece for the pipe to the worker and for the case file.

JSON (RFC 8259) in UTF-8, checked against the types and the bounds of ``opsec.model`` when it is read.
"""

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
_HALF = re.compile("[\ud800-\udfff]")


def dump(value: Any) -> bytes:
    """One record as JSON; once through here and back, a record and its bytes no longer change.

    Half of a surrogate pair, which no encoder accepts, becomes U+FFFD: one code point for one, so spans still hold.
    """
    plain = _adapter(type(value)).dump_python(value)
    return whole(json.dumps(plain, ensure_ascii=False, separators=(",", ":"))).encode()


def load(kind: type[T], data: bytes) -> T:
    """The record that ``dump`` wrote, every type and bound checked.

    Raises
    ------
    ValueError
        The bytes are no JSON, or no record of this kind (pydantic's ``ValidationError`` is one).
    """
    wanted: Any = kind
    record: T = _adapter(wanted).validate_json(data, strict=True)
    return record


def whole(text: str) -> str:
    """The text with every half of a surrogate pair replaced, so that any encoder accepts it."""
    return _HALF.sub("\ufffd", text)


@cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    """Built once a kind, when first needed: pydantic takes its time."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
