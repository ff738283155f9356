"""Parse timestamps of phones, watches and loggers to seconds."""

from datetime import UTC, datetime

_MAX_LENGTH = 40
_EPOCH_SCALES = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (1e8, 1.0))
"""Smallest number read as nano-, micro-, milliseconds and seconds since 1970, with its divisor: dates from 1973 on."""


def parse_iso8601_s(text: str) -> float | None:
    """Parse ISO 8601 to seconds since 1970. Without a zone UTC is assumed, because only differences are used.

    >>> parse_iso8601_s("2026-11-16T08:30:00Z"), parse_iso8601_s("half past eight")
    (1794817800.0, None)
    """
    words = text.strip()
    if not 10 <= len(words) <= _MAX_LENGTH or not words.isascii():
        return None
    try:
        moment = datetime.fromisoformat(words)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def epoch_to_seconds(number: float) -> float:
    """Convert a count since 1970 in unknown units to seconds; a small number is returned as it is.

    >>> epoch_to_seconds(1794817800000.0), epoch_to_seconds(12.5)
    (1794817800.0, 12.5)
    """
    return next((number / steps for least, steps in _EPOCH_SCALES if number >= least), number)
