"""Retention: what was read of closed posts is dropped after a time."""

import re
from datetime import UTC, datetime, timedelta

from opsec.casefile import purging
from opsec.casefile.case_file import open_case
from opsec.casefile.purging import Purged
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe

_AGE = re.compile(r"([1-9][0-9]{0,3})([dw])")
_UNIT_DAYS = {"d": 1, "w": 7}


def purge(older_than: str, *, case: str, dry_run: bool = False, at: datetime | None = None) -> Purged:
    """Drop readings, pictures and words of closed posts that no scan has seen for a time.

    Parameters
    ----------
    older_than
        The time in days or weeks: ``90d``, ``12w``.
    case
        Existing case file (path or database URL).
    dry_run
        Only count.
    at
        Time from which the age is counted; default: now.

    Raises
    ------
    UsageError, CaseError
        The time has another form, or the case file cannot be used.
    """
    now = at or datetime.now(UTC)
    before = now - timedelta(days=parse_age_days(older_than))
    with open_case(case) as case_file:
        return purging.purge(case_file.transactions, before, at=now, dry_run=dry_run)


def parse_age_days(text: str) -> int:
    """Return the days of an age.

    >>> parse_age_days("90d"), parse_age_days("12w")
    (90, 84)

    Raises
    ------
    UsageError
        The text has another form.
    """
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(
            _("{age} is not an age; write days or weeks, as in 90d or 12w", age=escape_unsafe(text, limit=40))
        )
    return int(found[1]) * _UNIT_DAYS[found[2]]
