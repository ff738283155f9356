"""Clips and findings of the weeks of a report, each with the week that it belongs to.

A clip is counted once however often it was posted (by the SHA-256 of its medium). It belongs to the week in which it
was first posted, by the clock of its site; where no post of it has a time, to the week in which it was first scanned.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Row, Select, SelectBase, and_, case, func, or_, select

from opsec.casefile.decided_findings import (
    DECIDED_FINDINGS,
    DECISION_COLUMNS,
    decision_of,
    holder,
    is_hidden_row,
)
from opsec.casefile.iso_week import Week
from opsec.casefile.schema import decisions, finding_copies, findings, posts
from opsec.casefile.serialisation import utc_text
from opsec.model import ACTIONS, FLAGGING
from opsec.model.exposure import WeekBasis
from opsec.model.reasons import REASONS, ReasonGroup

_UNKNOWN_CODE: ReasonGroup = "other_version"
"""Group of a reason that this version does not know."""
_MOST_OFFSET_DAYS = 2
"""No two time zones differ by more, so texts of local and UTC times may be compared with this margin."""
BEFORE = -1
"""Index of everything before the first week."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks of a report, in the time zone of each site."""

    weeks: Sequence[Week]
    """One after another, the oldest first."""
    zones: Mapping[str, tzinfo]
    """Site → its zone; other sites, and clips without one, have the zone of the weeks."""
    _bounds: dict[tzinfo | None, list[str]] = field(default_factory=dict)

    def index(self, moment: str, site: str | None) -> int:
        """Index of the week of a time as rows store it; ``BEFORE``, or the number of weeks for a later one."""
        if not moment.endswith("Z"):  # a local time, or a day
            return bisect_right(self._days(), moment) - 1
        zone = self.zones.get(site or "", self.weeks[0].zone)
        bounds = self._bounds.get(zone)
        if bounds is None:
            weeks = [week.in_zone(zone) for week in self.weeks]
            bounds = self._bounds[zone] = [utc_text(one) for one in (*(week.begins for week in weeks), weeks[-1].ends)]
        return bisect_right(bounds, moment) - 1

    def end_of(self, index: int) -> str:
        """End of a week by the clock of the report, as rows store times."""
        return utc_text(self.weeks[index].ends)

    def _days(self) -> list[str]:
        return [week.first_day.isoformat() for week in self.weeks] + [_after(self.weeks[-1])]


def _after(week: Week) -> str:
    return week.before(-1).first_day.isoformat()


class WeekIndex(Protocol):
    """What gives a time its week."""

    def index(self, moment: str, site: str | None) -> int:
        """Return the number of the week of a time as rows store it, by the clock of a site."""
        ...


@dataclass(slots=True)
class ClipRow:
    """A clip with what is known of all its posts."""

    week: int
    """Index in the calendar."""
    scanned: int
    """Index of the week in which it was first scanned."""
    is_dated: bool
    """Whether a post of it has a time."""
    statuses: set[str] = field(default_factory=set)
    groups: set[ReasonGroup] = field(default_factory=set)
    checks_not_run: set[str] = field(default_factory=set)
    checks_known: bool = True


@dataclass(slots=True)
class FindingRow:
    """A finding, by its most severe post that is not hidden, or by its most severe one if all are hidden."""

    fingerprint: str
    holder: str
    """Fingerprint by which its decisions are kept."""
    number: str
    site: str
    site_code: str
    rule: str
    action: str
    likelihood: float
    severity: float
    in_fence: bool
    places: str | None
    account: str | None
    clip: str
    first_seen_at: str
    week: int
    found: int
    """Index of the week in which it was first seen."""
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class WindowRows:
    """Everything that belongs to the weeks of a calendar or later ones."""

    clips: Mapping[str, ClipRow]
    """By the SHA-256 of the medium."""
    findings: Sequence[FindingRow]
    """Those whose action asks for something, the most severe first; also late finds of weeks before the first one."""


def load_window(connection: Connection, calendar: Calendar, basis: WeekBasis, today: str) -> WindowRows:
    """Load the clips of the weeks, and of later ones, with their findings.

    Parameters
    ----------
    connection
        In a transaction.
    calendar
        The weeks.
    basis
        By which time a clip belongs to a week.
    today
        Day on which decisions are to be in force, as an ISO 8601 date.
    """
    wanted = _candidates(calendar, basis)
    clips = clip_rows(connection.execute(POSTS.where(posts.c.content_id.in_(wanted))), calendar, basis)
    inside = {clip: row for clip, row in clips.items() if row.week > BEFORE}
    hidden = {(row.fingerprint, row.post_key) for row in connection.execute(hidden_query(today))}
    rows = (row for row in connection.execute(FINDINGS.where(posts.c.content_id.in_(wanted))) if row.action in FLAGGING)
    if basis == "scanned":  # the action not in SQL: the index of actions would be used, which has most rows
        return WindowRows(inside, finding_rows(rows, hidden, calendar, lambda one: one.found))
    return WindowRows(inside, finding_rows(rows, hidden, calendar, lambda one: clips[one.clip].week))


_ASKS: ColumnElement[bool] = findings.c.action.in_(sorted(FLAGGING))
"""Condition: the action of the finding asks for something."""
POSTS = select(
    posts.c.content_id, posts.c.status, posts.c.reason_codes, posts.c.checks_not_run, posts.c.site,
    posts.c.first_seen_at, posts.c.posted_moment,
)  # fmt: skip
FINDINGS = (
    select(
        findings.c.fingerprint, findings.c.post_key, holder.label("holder"), findings.c.number, findings.c.site,
        findings.c.site_code, findings.c.rule, findings.c.action, findings.c.likelihood, findings.c.severity,
        findings.c.in_fence, findings.c.places, findings.c.first_seen_at, posts.c.author, posts.c.content_id,
    )
    .select_from(
        findings.join(posts, posts.c.key == findings.c.post_key)
        .outerjoin(finding_copies, finding_copies.c.fingerprint == findings.c.fingerprint)
    )
)  # fmt: skip


def hidden_query(today: str) -> Select[Any]:
    """Select the rows that a decision or an allow rule hides on a day: fingerprint and key of the post."""
    return select(findings.c.fingerprint, findings.c.post_key).where(is_hidden_row(today))


def _candidates(calendar: Calendar, basis: WeekBasis) -> SelectBase:
    """Select the clips that may belong to the weeks or later, with a margin for time zones, and the late finds."""
    first, last = calendar.weeks[0].first_day, calendar.weeks[-1].first_day
    by_post = basis == "posted"
    found = select(findings.c.post_key).where(
        _ASKS, findings.c.first_seen_at >= _with_margin(last if by_post else first)
    )
    of_found = select(posts.c.content_id).where(posts.c.key.in_(found))
    scanned = select(posts.c.content_id).where(posts.c.first_seen_at >= _with_margin(first))
    return (clips_since(first) if by_post else scanned).union(of_found)


def clips_since(day: date) -> Select[tuple[str]]:
    """Select the clips with a post from a day on, with a margin for time zones; without a time, its scan counts."""
    since = _with_margin(day)
    undated = and_(posts.c.posted_moment.is_(None), posts.c.first_seen_at >= since)
    return select(posts.c.content_id).where(or_(posts.c.posted_moment >= since, undated)).correlate(None)


def _with_margin(day: date) -> str:
    return (day - timedelta(days=_MOST_OFFSET_DAYS)).isoformat()


def clip_rows(rows: Iterable[Any], calendar: WeekIndex, basis: WeekBasis) -> dict[str, ClipRow]:
    """Join the posts of each clip, as ``POSTS`` selects them."""
    clips: dict[str, ClipRow] = {}
    groups_of: dict[str, frozenset[ReasonGroup]] = {}
    for content_id, status, codes, checks, site, first_seen_at, moment in rows:
        scanned = calendar.index(first_seen_at, site)
        clip = clips.get(content_id)
        if clip is None:
            clip = clips[content_id] = ClipRow(scanned, scanned, False)
        clip.scanned = min(clip.scanned, scanned)
        if moment is not None and basis == "posted":
            clip.week = min(clip.week, calendar.index(moment, site)) if clip.is_dated else calendar.index(moment, site)
            clip.is_dated = True
        clip.statuses.add(status)
        if status != "read":
            if codes not in groups_of:
                groups_of[codes] = frozenset(
                    REASONS[code].group if code in REASONS else _UNKNOWN_CODE for code in json.loads(codes)
                )
            clip.groups |= groups_of[codes]
        if checks is None:
            clip.checks_known = False
        elif checks != "[]":
            clip.checks_not_run.update(json.loads(checks))
    for clip in clips.values():
        if not clip.is_dated:
            clip.week = clip.scanned
    return clips


def finding_rows(
    rows: Iterable[Row[Any]], hidden: set[tuple[str, str]], calendar: WeekIndex, week_of: Callable[[FindingRow], int]
) -> list[FindingRow]:
    """Join the rows of each finding, as ``FINDINGS`` selects them: the earliest time, and the most severe post."""
    found: dict[str, FindingRow] = {}
    keys: dict[str, tuple[Any, ...]] = {}
    for row in rows:
        is_hidden = (row.fingerprint, row.post_key) in hidden
        key = (is_hidden, *_severest(row), row.post_key)
        known = found.get(row.fingerprint)
        if known is None or key < keys[row.fingerprint]:
            found[row.fingerprint], keys[row.fingerprint] = _finding_row(row, is_hidden), key
        if known is not None:
            found[row.fingerprint].first_seen_at = min(known.first_seen_at, row.first_seen_at)
    for one in found.values():
        one.found = calendar.index(one.first_seen_at, one.site)
        one.week = week_of(one)
    return sorted(found.values(), key=worst_first)


def _finding_row(row: Row[Any], is_hidden: bool) -> FindingRow:
    return FindingRow(
        row.fingerprint, row.holder, row.number, row.site, row.site_code, row.rule, row.action, row.likelihood,
        row.severity, bool(row.in_fence), row.places, row.author, row.content_id, row.first_seen_at, 0, 0, is_hidden,
    )  # fmt: skip


_ACTION_RANK = {action: rank for rank, action in enumerate(ACTIONS)}


def _severest(one: Any) -> tuple[int, float, float]:
    return _ACTION_RANK[one.action], -one.likelihood, -one.severity


def worst_first(one: FindingRow) -> tuple[int, float, float, str, str, str]:
    """Key of the order of findings: action, likelihood, severity, and then always the same order."""
    return (*_severest(one), one.number, one.site_code, one.rule)


def count_all(connection: Connection) -> dict[str, int]:
    """Count the findings of each site whose action asks for something, hidden and removed ones included."""
    asks = func.max(case((_ASKS, 1), else_=0)) == 1  # in the order of an index, so that nothing has to be sorted
    every = (
        select(func.max(findings.c.site_code).label("site_code"))
        .group_by(findings.c.fingerprint)
        .having(asks)
        .subquery()
    )
    rows = connection.execute(select(every.c.site_code, func.count()).group_by(every.c.site_code))
    return {row[0]: row[1] for row in rows}


@dataclass(slots=True)
class TouchedFinding:
    """A finding that somebody decided about, or an allow rule hides."""

    holder: str
    site_code: str
    is_hidden: bool
    """In all of its posts."""


def load_touched(connection: Connection, today: str) -> dict[str, TouchedFinding]:
    """Load every such finding of the case whose action asks for something, by its fingerprint."""
    decided = select(decisions.c.fingerprint)
    copies = select(finding_copies.c.fingerprint).where(finding_copies.c.copy_of.in_(decided))
    hidden = {(row.fingerprint, row.post_key) for row in connection.execute(hidden_query(today))}
    allowed = select(findings.c.fingerprint).where(findings.c.allow_rule.is_not(None)).correlate(None)
    marked = decided.union_all(copies, allowed)  # all posts of each finding: one that no rule hides keeps it in sight
    wanted = (
        select(findings.c.fingerprint, findings.c.post_key, findings.c.site_code, holder.label("holder"))
        .select_from(
            findings.outerjoin(finding_copies, finding_copies.c.fingerprint == findings.c.fingerprint)
        )
        .where(_ASKS, findings.c.fingerprint.in_(marked))
    )  # fmt: skip
    found: dict[str, TouchedFinding] = {}
    for fingerprint, post_key, site_code, kept_by in connection.execute(wanted):
        is_hidden = (fingerprint, post_key) in hidden
        known = found.setdefault(fingerprint, TouchedFinding(kept_by, site_code, is_hidden))
        known.is_hidden = known.is_hidden and is_hidden
        known.site_code = max(known.site_code, site_code)
    return found


def load_findings(
    connection: Connection, fingerprints: Collection[str], calendar: Calendar, today: str
) -> list[FindingRow]:
    """Load some findings of the last week of a calendar, the most severe first.

    Parameters
    ----------
    connection
        In a transaction.
    fingerprints
        Which.
    calendar
        The weeks.
    today
        Day on which decisions are to be in force, as an ISO 8601 date.
    """
    if not fingerprints:
        return []
    wanted = select(*FINDINGS.selected_columns, *DECISION_COLUMNS).select_from(DECIDED_FINDINGS)
    found = connection.execute(wanted.where(findings.c.fingerprint.in_(fingerprints))).all()
    hidden = {(row.fingerprint, row.post_key) for row in found if decision_of(row, today).state == "dismissed"}
    rows = (row for row in found if row.action in FLAGGING)
    return finding_rows(rows, hidden, calendar, lambda _one: len(calendar.weeks) - 1)
