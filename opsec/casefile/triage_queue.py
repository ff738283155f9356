"""The review queue of a case file: pages of findings by priority, and how many there are of each kind.

A page is read from an index of ``queue``, and the counts from one pass over another one, so that neither time nor
memory grows much with the case. See ``queue_tables`` for how the rows follow decisions.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, update

from opsec.casefile.allow_rules import account_key
from opsec.casefile.decided_findings import DECIDED_FINDINGS, DECISION_COLUMNS, decision_of, joint_decision
from opsec.casefile.iso_week import Week
from opsec.casefile.queue_tables import queue, queue_accounts, queue_stale
from opsec.casefile.reach_columns import urgency
from opsec.casefile.scan_marks import scan_began_at
from opsec.casefile.schema import findings, meta, posts
from opsec.casefile.serialisation import local_date
from opsec.casefile.transactions import Transactions
from opsec.model import ACTIONS, FindingState
from opsec.model.decision import PENDING, STATES
from opsec.model.vocabulary import Action

_BATCH = 2_000
"""Stale findings computed in one transaction; a scan that writes at the same time waits for one batch."""
_DAY, _MARK = "queue_day", "queue_mark"
MAX_ACCOUNTS = 12
_TO_THE_MINUTE = len("2026-11-18T12:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which findings the queue shows."""

    states: frozenset[FindingState] = PENDING
    site: str | None = None
    """Code."""
    action: Action | None = None
    rule: str | None = None
    week: str | None = None
    """ISO week of the first scan, such as ``2026-W47``."""
    account: str | None = None
    only_new: bool = False
    """Only findings first seen in the last scan."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """Number of findings for each value of a filter, under the other filters."""

    total: int
    """Findings that pass all filters."""
    states: Mapping[FindingState, int]
    sites: Mapping[str, int]
    actions: Mapping[Action, int]
    rules: Mapping[str, int]
    weeks: Mapping[str, int]
    new: int
    accounts: Mapping[str, int] = field(default_factory=dict)
    """Of the accounts with the most findings in the case."""


def bring_up_to_date(transactions: Transactions, at: datetime) -> None:
    """Compute the rows of findings whose post, decision or day of expiry has changed since the last call.

    Parameters
    ----------
    transactions
        Of the case file.
    at
        Time at which decisions are to be in force.

    Raises
    ------
    CaseError
        The case file cannot be read or written.
    """
    today = local_date(at)
    with transactions.read() as connection:
        same_day = _marks(connection) == (today, scan_began_at(connection) or "")
        if same_day and connection.scalar(select(queue_stale.c.fingerprint).limit(1)) is None:
            return
    if not same_day:
        with transactions.write() as connection:
            _note_new_day(connection, today)
    while True:
        with transactions.write() as connection, transactions.checked():
            stale = list(connection.scalars(select(queue_stale.c.fingerprint).distinct().limit(_BATCH)))
            if not stale:
                return
            _compute(connection, stale, today)


def count_stale(transactions: Transactions) -> int:
    """Return how many rows the next ``bring_up_to_date`` computes, at most."""
    with transactions.read() as connection:
        return connection.scalar(select(func.count()).select_from(queue_stale)) or 0


def queue_page_of(transactions: Transactions, which: QueueFilter, *, limit: int, offset: int) -> list[str]:
    """Return the fingerprints of one page: what is still to be done first, then by action and age.

    A finding that many people have seen counts as newer (``reach_columns``).

    Parameters
    ----------
    transactions
        Of a case file that was brought up to date.
    which
        The filter.
    limit, offset
        Length of the page, and number of findings before it.
    """
    with transactions.read() as connection:
        return list(connection.scalars(page_query(which, limit=limit, offset=offset)))


def page_query(which: QueueFilter, *, limit: int, offset: int) -> Select[tuple[str]]:
    """Return the query of a page; parameters as for ``queue_page_of``."""
    wanted = select(queue.c.fingerprint).where(*_conditions(which)).limit(limit).offset(offset)
    return wanted.order_by(
        queue.c.state, queue.c.action, queue.c.urgency.desc(), queue.c.first_seen_at.desc(), queue.c.fingerprint
    )


def queue_counts(transactions: Transactions, which: QueueFilter) -> QueueCounts:
    """Return how many findings there are for each value of each filter; parameters as for ``queue_page_of``."""
    with transactions.read() as connection:
        rows = connection.execute(count_query(which)).all()
        accounts = _top_accounts(connection)
    return _sum_up(rows, which, accounts)


def count_query(which: QueueFilter) -> Select[Any]:
    """Return the query that counts each combination of values; all filters but the account are applied later."""
    kinds = (queue.c.state, queue.c.is_new, queue.c.site_code, queue.c.action, queue.c.rule, queue.c.week)
    wanted: Select[Any] = select(*kinds, func.count().label("n")).group_by(*kinds)
    return wanted if which.account is None else wanted.where(_has_account(which.account))


def _conditions(which: QueueFilter) -> Iterator[ColumnElement[bool]]:
    if which.states == PENDING:  # the first states in the order: a range of the index, not a set of them
        yield queue.c.state < len(PENDING)
    elif len(which.states) < len(STATES):
        yield queue.c.state.in_(sorted(map(STATES.index, which.states)))
    given = ((queue.c.site_code, which.site), (queue.c.rule, which.rule), (queue.c.week, which.week))
    yield from (column == value for column, value in given if value is not None)
    if which.action is not None:
        yield queue.c.action == ACTIONS.index(which.action)
    if which.only_new:
        yield queue.c.is_new == 1
    if which.account is not None:
        yield _has_account(which.account)


def _has_account(account: str) -> ColumnElement[bool]:
    own = select(queue_accounts.c.fingerprint).where(queue_accounts.c.account == account_key(account))
    return queue.c.fingerprint.in_(own)


def _top_accounts(connection: Connection) -> dict[str, int]:
    wanted = select(queue_accounts.c.account, func.count().label("n")).group_by(queue_accounts.c.account)
    rows = connection.execute(wanted.order_by(func.count().desc(), queue_accounts.c.account).limit(MAX_ACCOUNTS))
    return {row.account: row.n for row in rows}


def _sum_up(rows: Iterable[Row[Any]], which: QueueFilter, accounts: Mapping[str, int]) -> QueueCounts:
    """Count each value of a filter over the rows that pass all other filters."""
    states, action = {STATES.index(one) for one in which.states}, None
    if which.action is not None:
        action = ACTIONS.index(which.action)
    total, new = 0, 0
    by_state, by_site, by_action = Counter[int](), Counter[str](), Counter[int]()
    by_rule, by_week = Counter[str](), Counter[str]()
    for state, is_new, site, row_action, rule, week, n in map(tuple[Any, ...], rows):
        fails = [
            name
            for name, passes in (
                ("state", state in states),
                ("new", is_new or not which.only_new),
                ("site", which.site is None or site == which.site),
                ("action", action is None or row_action == action),
                ("rule", which.rule is None or rule == which.rule),
                ("week", which.week is None or week == which.week),
            )
            if not passes
        ]
        if len(fails) > 1:
            continue
        failed = fails[0] if fails else None
        total += n if failed is None else 0
        for name, counter, value in (
            ("state", by_state, state), ("site", by_site, site), ("action", by_action, row_action),
            ("rule", by_rule, rule), ("week", by_week, week),
        ):  # fmt: skip
            if failed in {None, name}:
                counter[value] += n
        if is_new and failed in {None, "new"}:
            new += n
    return QueueCounts(
        total=total,
        states={STATES[rank]: by_state[rank] for rank in sorted(by_state)},
        sites=dict(sorted(by_site.items())),
        actions={ACTIONS[rank]: by_action[rank] for rank in sorted(by_action)},
        rules=dict(by_rule.most_common()),
        weeks=dict(sorted(by_week.items(), reverse=True)),
        new=new,
        accounts=accounts,
    )


# ── rows that follow the other tables ─────────────────────────────────────────────────────────
def _marks(connection: Connection) -> tuple[str | None, str | None]:
    """Return the day and the beginning of the last scan for which the rows were computed."""
    found = {row.key: row.value for row in connection.execute(select(meta).where(meta.c.key.in_((_DAY, _MARK))))}
    return found.get(_DAY), found.get(_MARK)


def _note_new_day(connection: Connection, today: str) -> None:
    """Mark findings with a last day as stale, and note which findings are new since the last scan."""
    mark = scan_began_at(connection) or ""
    ends = select(queue.c.fingerprint).where(queue.c.until.is_not(None))
    connection.execute(insert(queue_stale).from_select(["fingerprint"], ends))
    is_new = (queue.c.first_seen_at >= mark) if mark else queue.c.first_seen_at.is_(None)
    connection.execute(update(queue).where(queue.c.is_new == 1, ~is_new).values(is_new=0))
    connection.execute(update(queue).where(queue.c.is_new == 0, is_new).values(is_new=1))
    for key, value in ((_DAY, today), (_MARK, mark)):
        if connection.execute(update(meta).where(meta.c.key == key).values(value=value)).rowcount == 0:
            connection.execute(insert(meta).values(key=key, value=value))


def _compute(connection: Connection, stale: list[str], today: str) -> None:
    """Write the rows of some findings anew."""
    mark = scan_began_at(connection)
    wanted = select(
        findings.c.fingerprint, findings.c.number, findings.c.site_code, findings.c.rule, findings.c.action,
        findings.c.likelihood, findings.c.first_seen_at, posts.c.author, posts.c.reach, *DECISION_COLUMNS,
    ).select_from(DECIDED_FINDINGS)  # fmt: skip
    wanted = wanted.where(findings.c.fingerprint.in_(stale))
    rows = connection.execute(wanted.order_by(findings.c.fingerprint, findings.c.first_seen_at, posts.c.key))
    made, accounts = [], []
    for fingerprint, group in groupby(rows, key=attrgetter("fingerprint")):
        same = list(group)
        made.append(_queue_row(same, mark, today))
        names = {account_key(row.author) for row in same if row.author}
        accounts += [{"account": name, "fingerprint": fingerprint} for name in sorted(names)]
    for table in (queue, queue_accounts, queue_stale):
        connection.execute(delete(table).where(table.c.fingerprint.in_(stale)))
    if made:
        connection.execute(insert(queue), made)
    if accounts:
        connection.execute(insert(queue_accounts), accounts)


def _queue_row(same: list[Row[Any]], mark: str | None, today: str) -> dict[str, Any]:
    """Return the row of a finding from its rows in all posts, as lists of findings sum it up."""
    first = same[0]
    worst = first if len(same) == 1 else min(same, key=lambda row: (ACTIONS.index(row.action), -row.likelihood))
    decision = joint_decision(decision_of(row, today) for row in same)
    ends = [end for row in same for end in (row.decided_until, row.rule_until) if end is not None]
    return {
        "fingerprint": first.fingerprint,
        "number": first.number,
        "state": STATES.index(decision.state),
        "action": ACTIONS.index(worst.action),
        "first_seen_at": first.first_seen_at,
        "is_new": int(mark is not None and first.first_seen_at >= mark),
        "site_code": worst.site_code,
        "rule": worst.rule,
        "week": _week_of(first.first_seen_at[:_TO_THE_MINUTE] + "Z"),
        "until": min(ends, default=None),
        "urgency": urgency(first.first_seen_at, sum(row.reach or 0 for row in same)),
    }


@lru_cache(maxsize=1024)
def _week_of(minute: str) -> str:
    """Return the week of a time; a scan sees many findings in one minute."""
    return str(Week.of(datetime.fromisoformat(minute)))
