"""Figures as people read them: likelihood ratios, shares, times, lower bounds and lists."""

import math
from collections.abc import Iterable

from opsec.i18n.messages import Lang, _, render

MAX_EXPONENT = 700.0
"""Largest exponent of which ``math.exp`` is finite, rounded down."""
_LIST_SEPARATORS: dict[Lang, str] = {"en": ", ", "ar": "، "}


def format_ratio(log_odds: float) -> str:
    """Format log-odds as a likelihood ratio: ``×55``, ``×0.95``.

    >>> format_ratio(4.0)
    '×55'
    """
    times = math.exp(min(log_odds, MAX_EXPONENT))
    return f"×{times:,.0f}" if times >= 10 else f"×{times:.2g}"


def format_percent(share: float) -> str:
    """Format a share as a whole percentage.

    >>> format_percent(0.414)
    '41%'
    """
    return f"{share:.0%}"


def format_clock(at_s: float) -> str:
    """Format a time in a clip as minutes and seconds.

    >>> format_clock(75.5)
    '1:15.5'
    """
    minutes, seconds = divmod(at_s, 60)
    return f"{int(minutes)}:{seconds:04.1f}"


def format_lower_bound(figure: str, lang: Lang) -> str:
    """Mark a figure as a lower bound: ``≥`` in English, words in Arabic, where the sign is mirrored (UAX #9, L4)."""
    return render(_("≥ {figure}", figure=figure), lang)


def join_list(parts: Iterable[str], lang: Lang) -> str:
    """Join the parts of a list with the comma of the language."""
    return _LIST_SEPARATORS[lang].join(parts)
