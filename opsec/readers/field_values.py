"""What a named field of a file tells: its text made into hints, the same way for every kind of file."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from opsec.geo.notations import iso6709
from opsec.i18n.messages import reason
from opsec.i18n.safe_text import plain
from opsec.model import Hint, Reason
from opsec.model.records import Found, Gap, Words

LONGEST_FIELD = 200
LONGEST_NAME = 1_000
"""Code points of a place name, a maker, a model."""

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""A clock that says anything else was never set."""

_WHERE = ("part", "field")
"""Blanks of a reason that tell where in the file."""

_TIME = re.compile(
    r"(\d{4})[-:/](\d\d)[-:/](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?)? ?(Z|UTC|[+-]\d\d:?\d\d)?", re.ASCII
)


def field_name(*parts: str) -> str:
    """Where something stood, harmless and no longer than a hint may hold."""
    return plain("/".join(part for part in parts if part), limit=LONGEST_FIELD)[:LONGEST_FIELD]


def bad_place(field: str, count: int = 1) -> Reason:
    """The remark that a field holds numbers which are no place."""
    return reason("bad_place", field=field, count=count)


def inside(found: Found, where: str) -> Found:
    """What was found in a file that lies inside another one: everything it tells stood in that part of it."""
    if isinstance(found, Hint | Words):
        return replace(found, field=field_name(where, found.field))
    if isinstance(found, Gap):
        return Gap(reason_inside(found.reason, where))
    return reason_inside(found, where) if isinstance(found, Reason) else found


def reason_inside(why: Reason, where: str) -> Reason:
    """The same reason, of a file that lies inside another one."""
    blanks = ((name, field_name(where, text) if name in _WHERE else text) for name, text in why.blanks)
    return Reason(why.code, tuple(blanks))


def place_told(text: str, *, reader: str, field: str, accuracy_m: float | None = None) -> Iterator[Found]:
    """A field that is said to hold a place: a position, the name of a place, or a remark that it is neither.

    ``accuracy_m`` is what the file says of the position's accuracy; the digits written are the lower bound.
    """
    words = text.strip(" \0\t\r\n")
    told = iso6709.parse(words) or iso6709.pair(words)
    if told is not None and told.point is not None:
        yield Hint(
            kind="position", family="META", reader=reader, field=field, point=told.point,
            accuracy_m=max(told.accuracy_m, accuracy_m or 0.0), altitude_m=told.altitude_m, text=words,
        )  # fmt: skip
    elif told is None and _is_name(words):
        yield place_name(words, reader=reader, field=field)
    elif words:
        yield bad_place(field)


def _is_name(words: str) -> bool:
    """Words that a person could have written, as against numbers gone wrong and bytes that are no text."""
    return words[:1].isalpha() and words.isprintable() and "\ufffd" not in words


def place_name(words: str, *, reader: str, field: str) -> Hint:
    """The name of a place, in the words of the file."""
    return Hint(kind="place", family="META", reader=reader, field=field, text=words[:LONGEST_NAME])


def device_told(text: str, *, reader: str, field: str) -> Iterator[Hint]:
    """Maker or model of the camera."""
    words = text.strip(" \0\t\r\n")
    if words:
        yield Hint(kind="device", family="META", reader=reader, field=field, text=words[:LONGEST_NAME])


def time_told(text: str, *, reader: str, field: str, zone: str = "") -> Iterator[Hint]:
    """A moment in RFC 3339; when no zone is recorded it has none, and says so.

    ``zone`` is the offset that another field gives for this one.
    """
    found = _TIME.fullmatch(text.strip(" \0\t\r\n"))
    if found is None or found[4] is None:
        return
    offset = _offset(found[7] or zone)
    moment = "-".join(found.group(1, 2, 3)) + "T" + ":".join(found.group(4, 5)) + ":" + (found[6] or "00")
    try:
        year = datetime.fromisoformat(moment + offset).year
    except ValueError:
        return
    if FIRST_YEAR <= year <= LAST_YEAR:
        note = None if offset else "no zone is recorded"
        yield Hint(kind="time", family="META", reader=reader, field=field, text=moment + offset, note=note)


def _offset(zone: str) -> str:
    if zone in ("Z", "UTC"):
        return "Z"
    found = re.fullmatch(r"([+-][0-9]{2}):?([0-9]{2})", zone.strip(" \0"))
    return f"{found[1]}:{found[2]}" if found else ""


def utc_text(seconds: float) -> str | None:
    """Seconds since 1970 as RFC 3339, or none when no camera was ever set to that."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if FIRST_YEAR <= moment.year <= LAST_YEAR else None
