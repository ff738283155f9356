"""Bring the tables of the weekly page up to date with posts, findings and decisions (``week_tables``).

Stale findings and clips are computed in batches, each in a transaction of its own, so that a scan that writes at the
same time waits for one batch; then the sums of each week that changed. Whoever reads afterwards checks in the same
transaction that nothing is marked (``is_current``).
"""

from sqlalchemy import Connection, Select, Table, delete, distinct, func, insert, literal, select, union_all, update

from opsec.casefile.schema import meta, posts
from opsec.casefile.transactions import Transactions
from opsec.casefile.week_calendar import WeekCalendar
from opsec.casefile.week_finding_rows import COUNTED, compute_rows
from opsec.casefile.week_tables import (
    FOLLOWING,
    MARK_EVERYTHING,
    week_accounts,
    week_clip_sums,
    week_clips,
    week_dirty,
    week_findings,
    week_stale,
    week_stale_clips,
    week_sums,
)

BATCH = 2_000
"""Stale findings, or clips, computed in one transaction."""
_CALENDAR, _DAY, _STEP, _OTHER = "weeks_calendar", "weeks_day", "weeks_step", "weeks_other_calendar"


def follow(transactions: Transactions, calendar: WeekCalendar, today: str, *, max_batches: int | None = None) -> None:
    """Compute what has changed since the last call.

    Parameters
    ----------
    transactions
        Of the case file.
    calendar
        In which week a time is. Another one than at the last call empties the tables and fills them anew.
    today
        Day on which decisions are to be in force, as an ISO 8601 date.
    max_batches
        Compute this many batches at most, and leave the rest to later calls; None: everything.

    Raises
    ------
    CaseError
        The case file cannot be read or written.
    """
    with transactions.read() as connection:
        known = _marks(connection)
        if known == (calendar.key, today) and is_current(connection, calendar, today):
            return
    if known != (calendar.key, today):
        with transactions.write() as connection:
            _begin(connection, calendar.key, today)
    is_done, batches = False, 0
    while not is_done and (max_batches is None or batches < max_batches):
        batches += 1
        with transactions.write() as connection, transactions.checked():
            # Another program that reports by another calendar has emptied the tables: the reader will see that.
            is_done = _marks(connection) != (calendar.key, today) or not _step(connection, calendar, today)


def is_current(connection: Connection, calendar: WeekCalendar, today: str) -> bool:
    """Return whether the tables have everything that the case has, for this calendar and day."""
    marked = union_all(*(select(literal(1)).select_from(one) for one in (week_stale, week_stale_clips, week_dirty)))
    return _marks(connection) == (calendar.key, today) and connection.scalar(marked.limit(1)) is None


def count_stale(connection: Connection, calendar: WeekCalendar) -> int:
    """Return how many clips and findings the next ``follow`` computes, at most."""
    if _marks(connection)[0] not in {None, calendar.key}:
        return connection.scalar(select(func.count()).select_from(posts)) or 0
    tables = (week_stale, week_stale_clips)
    return sum(connection.scalar(select(func.count()).select_from(one)) or 0 for one in tables)


def is_passing_calendar(transactions: Transactions, calendar: WeekCalendar) -> bool:
    """Return whether the tables are for another calendar, and the report before this one was not by this one either.

    Two programs that report by two calendars in turn, such as with and without the list of sites, would otherwise
    empty the tables of each other every time.
    """
    with transactions.read() as connection:
        known, other = _marks(connection)[0], connection.scalar(select(meta.c.value).where(meta.c.key == _OTHER))
    is_other = known not in {None, calendar.key}
    wanted = calendar.key if is_other else ""
    if (other or "") == wanted:
        return False
    with transactions.write() as connection:
        _note(connection, _OTHER, wanted)
    return is_other


def _step(connection: Connection, calendar: WeekCalendar, today: str) -> bool:
    """Compute one batch of rows, or the sums of one week; return whether anything was marked."""
    clips = _some(connection, week_stale_clips)
    stale = [] if clips else _some(connection, week_stale)
    if clips or stale:
        compute_rows(connection, stale, clips, calendar, today)
        _note(connection, _STEP, str(step_number(connection) + 1))
        return True
    week = connection.scalar(select(week_dirty.c.week).limit(1))
    if week is not None:
        _sum_up_week(connection, week)
    return week is not None


def _some(connection: Connection, table: Table) -> list[str]:
    """Return some of the marked keys."""
    (column,) = table.c
    return list(connection.scalars(select(column).distinct().limit(BATCH)))


# ── marks ─────────────────────────────────────────────────────────────────────────────────────
def _marks(connection: Connection) -> tuple[str | None, str | None]:
    """Return the calendar and the day for which the rows were computed."""
    rows = connection.execute(select(meta.c.key, meta.c.value).where(meta.c.key.in_((_CALENDAR, _DAY))))
    found = {row.key: row.value for row in rows}
    return found.get(_CALENDAR), found.get(_DAY)


def _begin(connection: Connection, calendar: str, today: str) -> None:
    """Note the calendar and the day; mark what depends on them."""
    known, _day = _marks(connection)
    if known == calendar:
        ends = select(week_findings.c.fingerprint).where(week_findings.c.until.is_not(None))
        connection.execute(insert(week_stale).from_select(["fingerprint"], ends))
    elif known is not None:
        for table in (*FOLLOWING, week_stale, week_stale_clips):
            connection.execute(delete(table))
        for statement in MARK_EVERYTHING:
            connection.exec_driver_sql(statement)
    for key, value in ((_CALENDAR, calendar), (_DAY, today)):
        _note(connection, key, value)


def step_number(connection: Connection) -> int:
    """Return how often rows were computed."""
    return int(connection.scalar(select(meta.c.value).where(meta.c.key == _STEP)) or 0)


def _note(connection: Connection, key: str, value: str) -> None:
    if connection.execute(update(meta).where(meta.c.key == key).values(value=value)).rowcount == 0:
        connection.execute(insert(meta).values(key=key, value=value))


# ── sums ──────────────────────────────────────────────────────────────────────────────────────
def _sum_up_week(connection: Connection, week: int) -> None:
    """Compute the sums of one week anew from its rows."""
    of_week = week_findings.c.week == week
    _sum_up(connection, week_sums, week, _counts_of(week_sums, week_findings).where(of_week))
    _sum_up(connection, week_clip_sums, week, _counts_of(week_clip_sums, week_clips).where(week_clips.c.week == week))
    columns = week_findings.c
    accounts = select(columns.week, columns.account, func.count(distinct(columns.clip))).where(
        of_week, columns.counts == COUNTED, columns.account.is_not(None)
    )
    _sum_up(connection, week_accounts, week, accounts.group_by(columns.week, columns.account))
    connection.execute(delete(week_dirty).where(week_dirty.c.week == week))


def _counts_of(sums: Table, rows: Table) -> Select[tuple[int]]:
    """Select the number of rows of each kind, in the columns of the sums."""
    kinds = [rows.c[column.name] for column in sums.primary_key]
    return select(*kinds, func.count()).group_by(*kinds)


def _sum_up(connection: Connection, sums: Table, week: int, counted: Select[tuple[int]]) -> None:
    connection.execute(delete(sums).where(sums.c.week == week))
    connection.execute(insert(sums).from_select([column.name for column in sums.c], counted))
