"""Facts about a post as sidecars and lists write them, brought into the bounds and forms of a ``Post``."""

import re
from datetime import date, datetime

from opsec.formats.json_stream import Numeral
from opsec.geo.positions import place, step_m
from opsec.model import Hint, Reason
from opsec.readers.field_values import FIRST_YEAR, LAST_YEAR, bad_place, utc_text

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


MOST_COUNT = 10**13
MOST_DECIMALS = 7
"""As many as can mean anything on the ground: a centimetre."""


def position(lat: Numeral, lon: Numeral, *, reader: str, field: str) -> Hint | Reason:
    """A place written as two numbers, as exactly as their digits tell; or the remark that it is none."""
    lat_deg, lon_deg = lat.value(), lon.value()
    point = place(lat_deg, lon_deg) if lat_deg is not None and lon_deg is not None else None
    if point is None:
        return bad_place(field)
    step_deg = max(10.0 ** -_decimals(numeral.text) for numeral in (lat, lon))
    return Hint(
        kind="position", family="META", reader=reader, field=field, point=point,
        accuracy_m=step_m(point.lat, step_deg),
    )  # fmt: skip


def _decimals(numeral: str) -> int:
    """Digits after the point; an exponent tells nothing of them."""
    return min(len(numeral.partition(".")[2]), MOST_DECIMALS) if "e" not in numeral.lower() else MOST_DECIMALS


def count(written: str | Numeral) -> int | None:
    """A number of people: views, likes, shares; some exports write it as a text."""
    text = written.text if isinstance(written, Numeral) else written
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_COUNT))):
        return None
    return min(int(text), MOST_COUNT)
