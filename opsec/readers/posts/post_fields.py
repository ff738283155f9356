"""Convert fields of sidecars and lists to the types and limits of a ``Post``."""

import re
from datetime import date, datetime

from opsec.formats.json_stream import Numeral
from opsec.geo.positions import precision_radius_m, valid_point
from opsec.model import Hint, Reason
from opsec.readers.field_values import MAX_YEAR, MIN_YEAR, format_utc, invalid_position

MAX_SHORT_LENGTH = 1_000
"""Limit in code points for a name or URL; longer ones are cut."""
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_EPOCH = re.compile(r"[0-9]{9,11}(?:\.[0-9]{1,9})?", re.ASCII)
_MAX_TIMESTAMP_LENGTH = 40


def replace_lone_surrogates(text: str) -> str:
    """Replace lone surrogates, which no encoder accepts."""
    return _LONE_SURROGATES.sub("\ufffd", text)


def short_text(text: str | None) -> str | None:
    """Strip and cut a name or URL; None when it is empty."""
    return replace_lone_surrogates(text).strip()[:MAX_SHORT_LENGTH] or None if text else None


def parse_post_time(written: str) -> str | None:
    """Convert a timestamp of a list to RFC 3339: ISO 8601, a date, or seconds since 1970; None for anything else.

    >>> parse_post_time("2026-11-16 08:30+03:00"), parse_post_time("20261116"), parse_post_time("yesterday")
    ('2026-11-16T08:30:00+03:00', '2026-11-16', None)
    """
    text = written.strip()
    if not text.isascii() or len(text) > _MAX_TIMESTAMP_LENGTH:
        return None
    if _EPOCH.fullmatch(text):
        return format_utc(float(text))
    try:
        day_only = len(text) <= len("2026-11-16")
        parsed = date.fromisoformat(text) if day_only else datetime.fromisoformat(text)
    except ValueError:
        return None
    if not MIN_YEAR <= parsed.year <= MAX_YEAR:
        return None
    if isinstance(parsed, datetime):
        return parsed.isoformat(timespec="seconds").replace("+00:00", "Z")
    return parsed.isoformat()


MAX_COUNT = 10**13
MAX_DECIMALS = 7
"""Limit of meaningful decimal places: a centimetre on the ground."""


def position_hint(lat: Numeral, lon: Numeral, *, reader: str, field: str) -> Hint | Reason:
    """Hint of a position written as two numbers, with the precision of their digits; a remark when it is not valid."""
    lat_deg, lon_deg = lat.value(), lon.value()
    point = valid_point(lat_deg, lon_deg) if lat_deg is not None and lon_deg is not None else None
    if point is None:
        return invalid_position(field)
    step_deg = max(10.0 ** -_decimals(numeral.text) for numeral in (lat, lon))
    return Hint(
        kind="position", family="META", reader=reader, field=field, point=point,
        accuracy_m=precision_radius_m(point.lat, step_deg),
    )  # fmt: skip


def _decimals(numeral: str) -> int:
    """Digits after the decimal point; an exponent gives none."""
    return min(len(numeral.partition(".")[2]), MAX_DECIMALS) if "e" not in numeral.lower() else MAX_DECIMALS


def parse_count(written: str | Numeral) -> int | None:
    """Parse a count of views, likes or shares; some exports write it as text."""
    text = written.text if isinstance(written, Numeral) else written
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_COUNT))):
        return None
    return min(int(text), MAX_COUNT)
