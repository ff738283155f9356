"""Facts about a post as sidecars and lists write them, brought into the bounds and forms of a ``Post``."""

import re
from datetime import date, datetime

from opsec.hints.told import FIRST_YEAR, LAST_YEAR, utc_text

SHORT = 1_000
"""Code points of a name or an address; longer ones are cut."""
_HALF_PAIRS = re.compile("[\ud800-\udfff]")
_EPOCH = re.compile(r"[0-9]{9,11}(?:\.[0-9]{1,9})?", re.ASCII)
_LONGEST_MOMENT = 40


def whole(text: str) -> str:
    """The text with every half of a surrogate pair replaced: no encoder accepts one."""
    return _HALF_PAIRS.sub("\ufffd", text)


def short(text: str | None) -> str | None:
    """A name or an address on its own, within bounds; none when there is none."""
    return whole(text).strip()[:SHORT] or None if text else None


def moment(written: str) -> str | None:
    """RFC 3339 of what a list writes: ISO 8601, a day, or seconds since 1970; none when it is neither.

    >>> moment("2026-11-16 08:30+03:00"), moment("20261116"), moment("yesterday")
    ('2026-11-16T08:30:00+03:00', '2026-11-16', None)
    """
    text = written.strip()
    if not text.isascii() or len(text) > _LONGEST_MOMENT:
        return None
    if _EPOCH.fullmatch(text):
        return utc_text(float(text))
    try:
        day_only = len(text) <= len("2026-11-16")
        told = date.fromisoformat(text) if day_only else datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= told.year <= LAST_YEAR:
        return None
    return told.isoformat(timespec="seconds").replace("+00:00", "Z") if isinstance(told, datetime) else told.isoformat()
