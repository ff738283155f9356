"""The findings of a case file with their posts and decisions, for lists and exports."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, Select, func, or_, select

from opsec.casefile.allow_rules import account_key
from opsec.casefile.decided_findings import DECIDED_FINDINGS, DECISION_COLUMNS, decision_of, joint_decision
from opsec.casefile.finding_evidence import Places
from opsec.casefile.integrity import checked_share
from opsec.casefile.reach_columns import urgency
from opsec.casefile.scan_marks import scan_began_at
from opsec.casefile.schema import finding_copies, findings, posts
from opsec.casefile.serialisation import local_date
from opsec.casefile.transactions import Transactions
from opsec.model import ACTIONS, FindingPost, FindingState, ListedFinding
from opsec.model.decision import STATES

_COLUMNS = (
    findings.c.fingerprint, findings.c.number, findings.c.site, findings.c.site_code, findings.c.rule,
    findings.c.action, findings.c.likelihood, findings.c.severity, findings.c.first_seen_at, findings.c.last_seen_at,
    findings.c.places, finding_copies.c.copy_of, posts.c.key, posts.c.content_id, posts.c.path, posts.c.url,
    posts.c.posted_at, posts.c.author, posts.c.reach,
)  # fmt: skip
_STATE_RANK = {state: rank for rank, state in enumerate(STATES)}
_ACTION_RANK = {action: rank for rank, action in enumerate(ACTIONS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings to list; by default all."""

    states: frozenset[FindingState] = frozenset()
    """Empty: all."""
    site: str | None = None
    """Id or code, in capital or small letters."""
    account: str | None = None
    since: str | None = None
    """Only findings first seen at or after this time (RFC 3339, UTC, as rows store it)."""
    only_new: bool = False
    """Only findings first seen in the last scan."""
    due_before: str | None = None
    """Only takedown requests made before this time that nobody has answered."""
    fingerprints: frozenset[str] | None = None
    """Only these; None: all."""


def list_findings(transactions: Transactions, which: FindingFilter, at: datetime) -> list[ListedFinding]:
    """Return the findings that pass a filter: what is still to be done first, then by action and age.

    A finding that many people have seen counts as newer (``reach_columns``).

    Takedown requests that are due are in the order in which they were made.

    Parameters
    ----------
    transactions
        Of the case file.
    which
        The filter.
    at
        Time at which decisions are to be in force.

    Raises
    ------
    CaseError
        The case file cannot be read.
    """
    today = local_date(at)
    with transactions.read() as connection, transactions.checked():
        mark = scan_began_at(connection)
        rows = connection.execute(_query(which, mark))
        found = (_listed(list(group), mark, today) for _fp, group in groupby(rows, key=attrgetter("fingerprint")))
        passing = _in_order(list(_passing(found, which)))
        return passing if which.due_before is None else sorted(passing, key=lambda one: one.decision.decided_at or "")


def finding_sites(transactions: Transactions) -> frozenset[tuple[str, str]]:
    """Return id and code of each site that a finding of the case is about."""
    with transactions.read() as connection:
        rows = connection.execute(select(findings.c.site, findings.c.site_code).distinct())
        return frozenset((row.site, row.site_code) for row in rows)


def finding_zones(transactions: Transactions) -> frozenset[tuple[str, str, str]]:
    """Return id and code of the site, and the zone, of the evidence of all findings of the case."""
    wanted = select(findings.c.site, findings.c.site_code, findings.c.places).where(findings.c.places.is_not(None))
    with transactions.read() as connection:
        return frozenset(
            (row.site, row.site_code, zone)
            for row in connection.execute(wanted.distinct())
            for zone in Places.from_json(row.places).zones
            if zone
        )


def _query(which: FindingFilter, mark: str | None) -> Select[Any]:
    """Select the rows of findings in their order; what SQL cannot compare is filtered afterwards."""
    wanted = select(*_COLUMNS, *DECISION_COLUMNS).select_from(DECIDED_FINDINGS)
    wanted = wanted.order_by(findings.c.fingerprint, findings.c.first_seen_at, posts.c.key)
    if which.fingerprints is not None:
        wanted = wanted.where(findings.c.fingerprint.in_(sorted(which.fingerprints)))
    if which.site is not None:
        same_site = (func.lower(column) == func.lower(which.site) for column in (findings.c.site, findings.c.site_code))
        wanted = wanted.where(or_(*same_site))
    since = [one for one in (which.since, mark if which.only_new else None) if one is not None]
    if since:
        same = findings.alias("same")
        first = func.min(same.c.first_seen_at)
        young = select(same.c.fingerprint).group_by(same.c.fingerprint).having(first >= max(since))
        wanted = wanted.where(findings.c.fingerprint.in_(young))
    return wanted


def _passing(found: Iterable[ListedFinding], which: FindingFilter) -> Iterator[ListedFinding]:
    account = None if which.account is None else account_key(which.account)
    for one in found:
        decision = one.decision
        if which.states and decision.state not in which.states:
            continue
        if account is not None and account not in {account_key(post.author) for post in one.posts if post.author}:
            continue
        if which.due_before is not None and not (
            decision.state == "takedown_requested" and (decision.decided_at or "") < which.due_before
        ):
            continue
        yield one


def _listed(rows: list[Row[Any]], mark: str | None, today: str) -> ListedFinding:
    first = rows[0]
    worst = first if len(rows) == 1 else min(rows, key=lambda row: (ACTIONS.index(row.action), -row.likelihood))
    return ListedFinding(
        fingerprint=first.fingerprint,
        number=first.number,
        site=worst.site,
        site_code=worst.site_code,
        rule=worst.rule,
        action=ACTIONS[ACTIONS.index(worst.action)],
        likelihood=checked_share(worst.likelihood),
        severity=checked_share(worst.severity),
        first_seen_at=first.first_seen_at,
        last_seen_at=max([row.last_seen_at for row in rows]),
        decision=joint_decision([decision_of(row, today) for row in rows]),
        copy_of=first.copy_of,
        is_new=mark is not None and first.first_seen_at >= mark,
        sha256=None if first.content_id == first.key else first.content_id,
        positions=_positions(rows),
        posts=tuple([FindingPost(row.path, row.url, row.posted_at, row.author, row.reach) for row in rows]),
    )


def _positions(rows: list[Row[Any]]) -> tuple[tuple[float, float], ...]:
    """Return the outermost positions; most findings have none or only one."""
    texts = {row.places for row in rows if row.places is not None and not row.places.startswith(Places.NO_POSITIONS)}
    return tuple(dict.fromkeys(place for text in sorted(texts) for place in Places.from_json(text).positions))


def _reach(found: ListedFinding) -> int:
    return sum(post.reach or 0 for post in found.posts)


def _in_order(found: list[ListedFinding]) -> list[ListedFinding]:
    """Sort by state, then action, then urgency; each sort keeps the order of the one before it."""
    found.sort(key=lambda one: one.fingerprint)
    found.sort(key=lambda one: (urgency(one.first_seen_at, _reach(one)), one.first_seen_at), reverse=True)
    found.sort(key=lambda one: (_STATE_RANK[one.decision.state], _ACTION_RANK[one.action]))
    return found
