"""Parse the text of a named metadata field into hints, in the same way for every file format."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from opsec.geo.notations import iso6709
from opsec.i18n.reasons import make_reason
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Hint, Reason
from opsec.model.notes import make_note
from opsec.model.records import FreeText, Gap, ReaderOutput

MAX_FIELD_LENGTH = 200
MAX_NUMERAL_LENGTH = 30
"""Characters of a number in a log; no measurement has as many."""
MAX_NAME_LENGTH = 1_000
"""Limit in code points for a place name, a maker or a model."""

MIN_YEAR, MAX_YEAR = 1990, 2100
"""Years outside this range come from a clock that was never set."""

_LOCATION_BLANKS = ("part", "field")
"""Blanks of a reason that hold a location in the file."""

_TIME = re.compile(
    r"(\d{4})[-:/](\d\d)[-:/](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?)? ?(Z|UTC|[+-]\d\d:?\d\d)?", re.ASCII
)


def field_name(*parts: str) -> str:
    """Join the parts of a field path; safe to show and within the limit of a hint."""
    return escape_unsafe("/".join(part for part in parts if part), limit=MAX_FIELD_LENGTH)[:MAX_FIELD_LENGTH]


def invalid_position(field: str, count: int = 1) -> Reason:
    """Remark that a field contains numbers that are not a position."""
    return make_reason("bad_place", field=field, count=count)


def nest_field(found: ReaderOutput, where: str) -> ReaderOutput:
    """Prefix the field of a record that was read from a file embedded in another one."""
    if isinstance(found, Hint | FreeText):
        return replace(found, field=field_name(where, found.field))
    if isinstance(found, Gap):
        return Gap(nest_reason(found.reason, where))
    return nest_reason(found, where) if isinstance(found, Reason) else found


def nest_reason(why: Reason, where: str) -> Reason:
    """Prefix the location in a reason of an embedded file."""
    blanks = ((name, field_name(where, text) if name in _LOCATION_BLANKS else text) for name, text in why.blanks)
    return Reason(why.code, tuple(blanks))


def parse_place(text: str, *, reader: str, field: str, accuracy_m: float | None = None) -> Iterator[ReaderOutput]:
    """Parse a location field: a position, a place name, or a remark that it is neither.

    ``accuracy_m`` is the accuracy given in the file; the precision of the digits is a lower bound.
    """
    words = text.strip(" \0\t\r\n")
    parsed = iso6709.parse_iso6709(words) or iso6709.parse_decimal_pair(words)
    if parsed is not None and parsed.point is not None:
        yield Hint(
            kind="position", family="META", reader=reader, field=field, point=parsed.point,
            accuracy_m=max(parsed.accuracy_m, accuracy_m or 0.0), altitude_m=parsed.altitude_m, text=words,
        )  # fmt: skip
    elif parsed is None and _is_readable_name(words):
        yield place_name_hint(words, reader=reader, field=field)
    elif words:
        yield invalid_position(field)


def _is_readable_name(words: str) -> bool:
    """Whether text looks like a name, not like malformed numbers or binary data."""
    return words[:1].isalpha() and words.isprintable() and "\ufffd" not in words


def place_name_hint(words: str, *, reader: str, field: str) -> Hint:
    """Hint with a place name as written in the file."""
    return Hint(kind="place", family="META", reader=reader, field=field, text=words[:MAX_NAME_LENGTH])


def parse_device(text: str, *, reader: str, field: str) -> Iterator[Hint]:
    """Parse the maker or model of a camera."""
    words = text.strip(" \0\t\r\n")
    if words:
        yield Hint(kind="device", family="META", reader=reader, field=field, text=words[:MAX_NAME_LENGTH])


def parse_time(text: str, *, reader: str, field: str, zone: str = "") -> Iterator[Hint]:
    """Parse a timestamp to RFC 3339. Without a recorded zone it stays without one, with a note.

    ``zone`` is the UTC offset from another field of the file.
    """
    found = _TIME.fullmatch(text.strip(" \0\t\r\n"))
    if found is None or found[4] is None:
        return
    offset = _utc_offset(found[7] or zone)
    moment = "-".join(found.group(1, 2, 3)) + "T" + ":".join(found.group(4, 5)) + ":" + (found[6] or "00")
    try:
        year = datetime.fromisoformat(moment + offset).year
    except ValueError:
        return
    if MIN_YEAR <= year <= MAX_YEAR:
        notes = () if offset else (make_note("no_time_zone"),)
        yield Hint(kind="time", family="META", reader=reader, field=field, text=moment + offset, notes=notes)


def _utc_offset(zone: str) -> str:
    if zone in ("Z", "UTC"):
        return "Z"
    found = re.fullmatch(r"([+-][0-9]{2}):?([0-9]{2})", zone.strip(" \0"))
    return f"{found[1]}:{found[2]}" if found else ""


def parse_decimal(text: str) -> float | None:
    """Parse a decimal number as logs write it; None for anything else. The caller checks its range.

    >>> parse_decimal("43.25"), parse_decimal("-1e3"), parse_decimal("north"), parse_decimal("")
    (43.25, -1000.0, None, None)
    """
    try:
        return float(text) if len(text) <= MAX_NUMERAL_LENGTH else None
    except ValueError:
        return None


def format_utc(seconds: float) -> str | None:
    """Format seconds since 1970 as RFC 3339; None outside the plausible years."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if MIN_YEAR <= moment.year <= MAX_YEAR else None
