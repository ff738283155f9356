"""Serialisation of records and times for the rows of a case file.

A record is JSON (RFC 8259) in UTF-8, compressed (zlib, RFC 1950) when it is long, with pictures and features as bytes
beside it (``binary_fields``). It is validated against the types and bounds of ``opsec.model`` both before it is written
and when it is read.
"""

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from opsec.casefile.binary_fields import MARK, join_binary, split_binary
from opsec.casefile.old_notes import with_typed_notes
from opsec.casefile.stored_post import PostRow
from opsec.model import ListedPost, Note, Reading, Reason
from opsec.model.notes import NOTES, NoteKind
from opsec.model.reasons import REASONS, ReasonKind

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")

_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_SHORT_BYTES = 512
"""Shorter records are not compressed: it would save nothing."""


class UnknownCodeError(ValueError):
    """A record has a reason or a note that only a newer version of the program knows."""


def pack(record: Any) -> bytes:
    """Serialise a record.

    Raises
    ------
    ValueError
        The record breaks a bound and could not be read again.
    """
    data = dump(record)
    kind: Any = type(record)
    _adapter(kind).validate_json(data, strict=True)
    if len(data) < _SHORT_BYTES:
        return data
    return join_binary(data) or zlib.compress(data)


def unpack(kind: type[T], data: bytes) -> T:
    """Deserialise the record that ``pack`` wrote, in this version or an earlier one, by its first byte.

    Raises
    ------
    UnknownCodeError
        It has the code of a reason or a note that is not in the catalogues of this version.
    ValueError
        The row is damaged, or was written by something else (pydantic's ``ValidationError`` is one).
    """
    wanted: Any = kind
    try:
        text = data if data.startswith(b"{") else split_binary(data) if data.startswith(MARK) else zlib.decompress(data)
        record: T = _adapter(wanted).validate_json(with_typed_notes(text), strict=True)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    for reason in _reasons(record):
        _check_code(reason, REASONS)
    for note in _notes(record):
        _check_code(note, NOTES)
    return record


def _reasons(record: object) -> Iterator[Reason]:
    """Yield every reason in a record, with those of the readings in it."""
    if isinstance(record, Reading | PostRow):
        yield from record.reasons
    for part in _parts(record):
        yield from _reasons(part)


def _notes(record: object) -> Iterator[Note]:
    """Yield every note on a hint in a record, with those of the readings in it."""
    if isinstance(record, Reading | ListedPost):
        for hint in record.hints:
            yield from hint.notes
    for part in _parts(record):
        yield from _notes(part)


def _parts(record: object) -> Iterator[object]:
    """Yield the readings and the rows of lists in a record."""
    if isinstance(record, PostRow):
        yield record.listed
        yield from (part.reading for part in record.parts)
    elif isinstance(record, Reading):
        yield from record.posts


def _check_code(record: Reason | Note, catalogue: Mapping[str, ReasonKind] | Mapping[str, NoteKind]) -> None:
    """Raise ``ValueError`` unless the code has a sentence and all its blanks can be filled."""
    kind = catalogue.get(record.code)
    if kind is None:
        raise UnknownCodeError(record.code)
    if not kind.blank_names <= {name for name, _ in record.blanks}:
        raise ValueError(record.code)


def dump(record: Any) -> bytes:
    """Serialise a record as JSON.

    A lone surrogate, which UTF-8 cannot encode, becomes U+FFFD: one code point for one, so spans stay valid.
    """
    kind: Any = type(record)
    plain = _adapter(kind).dump_python(record)
    return encodable(json.dumps(plain, ensure_ascii=False, separators=(",", ":"))).encode()


def encodable(text: str) -> str:
    """Return the text with each lone surrogate, which UTF-8 lacks, and each NUL, which PostgreSQL refuses, replaced."""
    return _NOT_STORABLE.sub("\ufffd", text)


def utc_text(moment: datetime) -> str:
    """Format a time by RFC 3339 in UTC, always in the same length, so that texts sort as times do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def local_date(moment: datetime) -> str:
    """Return the date of a time in the time zone of this machine, as ISO 8601."""
    return moment.astimezone().date().isoformat()


@cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    """Build the validator of a type once, when it is first needed: that is slow."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
