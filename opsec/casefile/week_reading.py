"""The summary of a week of a case file: from the stored sums, brought up to date first.

Where that would take longer than the summary itself, as in a case of an older version, the summary is computed from
scratch, and a part of the rows with it: each report costs little more than without the sums, and after a few of them
the sums are there.
"""

from datetime import datetime

from sqlalchemy import Connection

from opsec.casefile.iso_week import Week
from opsec.casefile.stored_bases import BasesQuestion, follow_bases, in_order, stored_bases
from opsec.casefile.stored_exposure import stored_exposure
from opsec.casefile.stored_week import StoredWeek
from opsec.casefile.transactions import Transactions
from opsec.casefile.week_calendar import WeekCalendar
from opsec.casefile.week_data import WeekOptions, site_zones
from opsec.casefile.week_following import BATCH, count_stale, follow, is_current, is_passing_calendar
from opsec.casefile.weekly_exposure import sum_up
from opsec.model import Exposure

_MAX_TRIES = 5
MAX_BACKLOG = 20_000
"""Clips and findings that a report brings up to date before it is read."""
_BACKLOG_PARTS = 4
"""A larger backlog is worked off by this part of it with each report."""
MIN_WAIT = 5_000
"""Number of clips and findings not yet added up from which a report prints that this takes time."""


def read_week(transactions: Transactions, week: Week, at: datetime, options: WeekOptions) -> Exposure:
    """Sum up a week, with the weeks before it for comparison.

    The view by the time of the scan, which is rarely asked for, is computed from scratch, and so is a single report by
    another calendar than the one before it.

    Parameters
    ----------
    transactions
        Of the case file.
    week
        The week.
    at
        Time of the report: findings that a decision or an allow rule hides on its day are only counted as hidden.
    options
        How to sum it up.

    Raises
    ------
    CaseError
        The case file cannot be read or written.
    """
    calendar = WeekCalendar.of(week, site_zones(options))
    if options.basis == "scanned" or is_passing_calendar(transactions, calendar):
        return _from_scratch(transactions, week, at, options)
    with transactions.read() as connection:
        backlog = count_stale(connection, calendar)
    if backlog > MAX_BACKLOG:
        exposure = _from_scratch(transactions, week, at, options)
        part = backlog // _BACKLOG_PARTS
        follow(transactions, calendar, _day(week, at), max_batches=-(-part // BATCH))
        return exposure
    for _try in range(_MAX_TRIES):
        found = _read(transactions, week, at, options)
        if found is not None:
            return found
    with transactions.join():  # others change the case all the time: they wait for once
        found = _read(transactions, week, at, options)
    assert found is not None, "nobody else can have changed the case"
    return found


def is_long(transactions: Transactions, week: Week, options: WeekOptions) -> bool:
    """Return whether so much must be added up before the summary of a week that it takes a while.

    Raises
    ------
    CaseError
        The case file cannot be read.
    """
    with transactions.read() as connection, transactions.checked():
        return count_stale(connection, WeekCalendar.of(week, site_zones(options))) >= MIN_WAIT


def _from_scratch(transactions: Transactions, week: Week, at: datetime, options: WeekOptions) -> Exposure:
    with transactions.read() as connection, transactions.checked():
        return sum_up(connection, week, at, options)


def _day(week: Week, at: datetime) -> str:
    return at.astimezone(week.zone).date().isoformat()


def _read(transactions: Transactions, week: Week, at: datetime, options: WeekOptions) -> Exposure | None:
    """Bring the sums up to date and read them; None where the case has changed in between."""
    calendar, today = WeekCalendar.of(week, site_zones(options)), _day(week, at)
    asked = BasesQuestion(calendar, today, week.ends, max(week.ends, at))
    follow(transactions, calendar, today)
    follow_bases(transactions, asked)
    with transactions.read() as connection, transactions.checked():
        if not is_current(connection, calendar, today):
            return None
        return _read_current(connection, week, at, options, asked)


def _read_current(
    connection: Connection, week: Week, at: datetime, options: WeekOptions, asked: BasesQuestion
) -> Exposure | None:
    bases = stored_bases(connection, asked)
    if bases is None:
        return None
    return stored_exposure(
        StoredWeek.of(connection, week, at, options), in_order([bases[one] for one in sorted(bases)])
    )
