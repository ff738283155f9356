"""Moments as the files of phones, watches and loggers write them, as seconds."""

from datetime import UTC, datetime

_LONGEST = 40
_EPOCH_SCALES = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (1e8, 1.0))
"""From which number on it counts nano-, micro-, milliseconds or seconds since 1970: each from the year 1973 on."""


def written_s(text: str) -> float | None:
    """Seconds since 1970 of a moment in ISO 8601; one without a zone is taken as UTC, for only differences count.

    >>> written_s("2026-11-16T08:30:00Z"), written_s("half past eight")
    (1794817800.0, None)
    """
    words = text.strip()
    if not 10 <= len(words) <= _LONGEST or not words.isascii():
        return None
    try:
        moment = datetime.fromisoformat(words)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def counted_s(number: float) -> float:
    """Seconds of a number that counts from 1970, in whatever steps; a smaller one counts seconds already.

    >>> counted_s(1794817800000.0), counted_s(12.5)
    (1794817800.0, 12.5)
    """
    return next((number / steps for least, steps in _EPOCH_SCALES if number >= least), number)
