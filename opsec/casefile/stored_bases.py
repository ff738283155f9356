"""What the clips of each base show together, stored until a finding of the base changes: a mosaic is slow to compute.

A record is computed from one state of the case and written in a later transaction, unless something was marked or rows
were computed anew in between. What changes later is marked, and the mark deletes the record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, literal, select

from opsec import __version__
from opsec.casefile.accumulated import PERIODS_DAYS, ROUTINE_DAYS, accumulated_of
from opsec.casefile.base_history import base_histories
from opsec.casefile.posts_elsewhere import add_posts_elsewhere
from opsec.casefile.scan_marks import number_secret
from opsec.casefile.serialisation import pack, unpack, utc_text
from opsec.casefile.transactions import Transactions
from opsec.casefile.week_calendar import WeekCalendar
from opsec.casefile.week_following import is_current, step_number
from opsec.casefile.week_tables import week_bases, week_findings, week_sums
from opsec.model import Mosaic, Routine, UntimedPosts


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseSums:
    """What the clips of one base show together."""

    mosaics: tuple[Mosaic, ...] = ()
    routines: tuple[Routine, ...] = ()
    untimed: tuple[UntimedPosts, ...] = ()


@dataclass(frozen=True, slots=True)
class BasesQuestion:
    """At which time, by which calendar."""

    calendar: WeekCalendar
    today: str
    until: datetime
    """The end of the week."""
    known_by: datetime
    """Clips that were first scanned before this time count."""

    def known_by_key(self, connection: Connection) -> str:
        """Return the key of this time: empty text where it is later than every scan, so that no report needs another
        record than the one before it."""
        text = utc_text(self.known_by)
        later = select(literal(1)).where(
            week_findings.c.found >= self.calendar.index(text, None) - 1, week_findings.c.first_seen_at >= text
        )
        return "" if connection.scalar(later.limit(1)) is None else text


def follow_bases(transactions: Transactions, asked: BasesQuestion) -> None:
    """Compute and store the records that are missing, if the tables of the weeks are up to date.

    Raises
    ------
    CaseError
        The case file cannot be read or written.
    """
    with transactions.read() as connection, transactions.checked():
        if not is_current(connection, asked.calendar, asked.today):
            return
        step, key = step_number(connection), asked.known_by_key(connection)
        missing = _sites(connection) - _stored(connection, asked, key).keys()
        records = _compute(connection, asked, missing)
    if not missing:
        return
    rows = [
        {"site": site, "until": utc_text(asked.until), "known_by": key, "made_by": __version__, "record": pack(record)}
        for site, record in records.items()
    ]
    with transactions.write() as connection:
        if step_number(connection) == step and is_current(connection, asked.calendar, asked.today):
            old = (week_bases.c.until == utc_text(asked.until)) & (week_bases.c.known_by == key)
            connection.execute(delete(week_bases).where(week_bases.c.site.in_(sorted(missing)), old))
            connection.execute(insert(week_bases), rows)


def stored_bases(connection: Connection, asked: BasesQuestion) -> dict[str, BaseSums] | None:
    """Return the record of each base; None where one is missing."""
    found = _stored(connection, asked, asked.known_by_key(connection))
    if _sites(connection) - found.keys():
        return None
    return {site: unpack(BaseSums, record) for site, record in found.items()}


def _sites(connection: Connection) -> set[str]:
    return set(connection.scalars(select(week_sums.c.site).distinct()))


def _stored(connection: Connection, asked: BasesQuestion, key: str) -> dict[str, bytes]:
    columns = week_bases.c
    rows = connection.execute(
        select(columns.site, columns.record).where(
            columns.until == utc_text(asked.until), columns.known_by == key, columns.made_by == __version__
        )
    )
    return {site: bytes(record) for site, record in rows}


def _compute(connection: Connection, asked: BasesQuestion, sites: set[str]) -> dict[str, BaseSums]:
    found = dict.fromkeys(sites, BaseSums())
    if not sites:
        return found
    since = asked.until - timedelta(days=max(ROUTINE_DAYS, *PERIODS_DAYS))
    bases = base_histories(connection, asked.known_by, asked.today, sorted(sites), since=since)
    add_posts_elsewhere(connection, bases, asked.known_by, since)
    secret = number_secret(connection)
    for base in bases:
        mosaics, routines, untimed = accumulated_of([base], asked.until, secret)
        found[base.site] = BaseSums(mosaics=mosaics, routines=routines, untimed=untimed)
    return found


def in_order(records: Sequence[BaseSums]) -> BaseSums:
    """Put the records of all bases together, in the order of the codes."""
    return BaseSums(
        mosaics=tuple(sorted((one for record in records for one in record.mosaics), key=lambda one: one.site_code)),
        routines=tuple(sorted((one for record in records for one in record.routines), key=lambda one: one.site_code)),
        untimed=tuple(sorted((one for record in records for one in record.untimed), key=lambda one: one.site_code)),
    )
