"""Rows of stale findings and clips in the tables of the weekly page, computed from posts, findings and decisions."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select

from opsec.casefile.allow_rules import account_key
from opsec.casefile.base_history import account_digest
from opsec.casefile.decided_findings import DECIDED_FINDINGS, DECISION_COLUMNS, decision_of
from opsec.casefile.decision_replay import Change, in_force, load_histories, state_at
from opsec.casefile.finding_evidence import Places
from opsec.casefile.scan_marks import number_secret
from opsec.casefile.schema import findings, posts
from opsec.casefile.week_calendar import WeekCalendar
from opsec.casefile.week_tables import (
    OFFLINE,
    REMOVED,
    REQUESTED,
    week_bases,
    week_clips,
    week_dirty,
    week_events,
    week_findings,
    week_stale,
    week_stale_clips,
)
from opsec.casefile.weekly_details import hours_to_removal
from opsec.casefile.weekly_rows import FINDINGS, POSTS, ClipRow, FindingRow, clip_rows, finding_rows
from opsec.model import ACTIONS, FLAGGING, FindingState
from opsec.model.decision import STATES

ASKS_NOTHING, HIDDEN, COUNTED = 0, 1, 2
"""Values of ``week_findings.counts``."""
NOT_FLAGGED, FLAGGED, FLAGGED_LATE = 0, 1, 2
"""Values of ``week_clips.flagged``."""
ACKNOWLEDGED, REAPPEARED = 1, 2
"""Milestones."""
Values = dict[str, Any]
_WANTED = select(*FINDINGS.selected_columns, *DECISION_COLUMNS).select_from(DECIDED_FINDINGS)
_BATCH = 10_000


def compute_rows(
    connection: Connection, stale: Sequence[str], stale_clips: Sequence[str], calendar: WeekCalendar, today: str
) -> None:
    """Write the rows of some findings and clips anew, and mark the weeks of the old and the new rows.

    Parameters
    ----------
    connection
        In a transaction that writes.
    stale, stale_clips
        Fingerprints, and clips; the findings of a clip are computed with it.
    calendar
        In which week a time is.
    today
        Day on which decisions are to be in force, as an ISO 8601 date.
    """
    fingerprints = _with_findings_of(connection, stale, stale_clips)
    before = connection.execute(
        select(week_findings.c.clip, week_findings.c.week, week_findings.c.site).where(
            week_findings.c.fingerprint.in_(fingerprints)
        )
    ).all()
    found = connection.execute(_WANTED.where(findings.c.fingerprint.in_(fingerprints))).all()
    clips = {*stale_clips, *(row.clip for row in before), *(row.content_id for row in found)}
    known = clip_rows(connection.execute(POSTS.where(posts.c.content_id.in_(clips))), calendar, "posted")
    rows, events = _finding_rows(connection, found, known, calendar, today)
    for table in (week_findings, week_events, week_stale):
        _delete(connection, table, "fingerprint", fingerprints)
    _insert(connection, week_findings, rows)
    _insert(connection, week_events, events)
    sites = {row.site for row in before} | {row["site"] for row in rows} | _sites_of_accounts(connection, clips)
    _delete(connection, week_bases, "site", sites)
    weeks = {row.week for row in before} | {row["week"] for row in rows} | _write_clips(connection, clips, known)
    _delete(connection, week_dirty, "week", weeks)
    _insert(connection, week_dirty, [{"week": week} for week in weeks])
    _delete(connection, week_stale_clips, "clip", stale_clips)


def _sites_of_accounts(connection: Connection, clips: Set[str]) -> set[str]:
    """Return the sites at which the accounts of these clips post: their routines depend on the other posts as well."""
    if connection.scalar(select(week_bases.c.site).limit(1)) is None:
        return set()
    authors = connection.scalars(select(posts.c.author).where(posts.c.content_id.in_(clips)).distinct())
    secret = number_secret(connection)
    digests = {account_digest(secret, account_key(author)) for author in authors if author}
    return set(connection.scalars(select(week_findings.c.site).where(week_findings.c.account.in_(digests)).distinct()))


def _with_findings_of(connection: Connection, stale: Sequence[str], clips: Sequence[str]) -> set[str]:
    """Return stale findings with those of stale clips, as they are and as they were."""
    found = set(stale)
    if clips:
        now = select(findings.c.fingerprint).join(posts, posts.c.key == findings.c.post_key)
        found.update(connection.scalars(now.where(posts.c.content_id.in_(clips))))
        was = select(week_findings.c.fingerprint).where(week_findings.c.clip.in_(clips))
        found.update(connection.scalars(was))
    return found


# ── findings ──────────────────────────────────────────────────────────────────────────────────
def _finding_rows(
    connection: Connection, found: Sequence[Row[Any]], clips: dict[str, ClipRow], calendar: WeekCalendar, today: str
) -> tuple[list[Values], list[Values]]:
    """Return the rows of findings, and of their events."""
    hidden, ends = set[tuple[str, str]](), dict[str, str]()
    for row in found:
        if decision_of(row, today).state == "dismissed":
            hidden.add((row.fingerprint, row.post_key))
        for end in (row.decided_until, row.rule_until):
            if end is not None:
                ends[row.fingerprint] = min(end, ends.get(row.fingerprint, end))
    asks = {row.fingerprint for row in found if row.action in FLAGGING}
    used = (row for row in found if row.action in FLAGGING or row.fingerprint not in asks)
    joined = finding_rows(used, hidden, calendar, lambda one: clips[one.clip].week)
    histories = load_histories(connection, {one.holder for one in joined})
    secret = number_secret(connection)
    rows: list[Values] = []
    events: list[Values] = []
    for one in joined:
        history = histories.get(one.holder, ())
        values = _finding_row(one, history, secret) | {"until": ends.get(one.fingerprint)}
        values["counts"] = ASKS_NOTHING if one.fingerprint not in asks else HIDDEN if one.is_hidden else COUNTED
        rows.append(values)
        events += _events(one, history, calendar) if history and values["counts"] == COUNTED else []
    return rows, events


def _finding_row(one: FindingRow, history: Sequence[Change], secret: bytes) -> Values:
    standing = in_force(history)
    states = {change.state for change in standing}
    zones = sorted({zone for zone in Places.from_json(one.places).zones if zone})
    return {
        "fingerprint": one.fingerprint,
        "clip": one.clip,
        "week": one.week,
        "found": one.found,
        "site": one.site,
        "site_code": one.site_code,
        "rule": one.rule,
        "action": ACTIONS.index(one.action),
        "state": STATES.index(_state(standing)),
        "likelihood": one.likelihood,
        "severity": one.severity,
        "number": one.number,
        "zones": json.dumps(zones, ensure_ascii=False),
        "account": account_digest(secret, account_key(one.account)) if one.account else None,
        "first_seen_at": one.first_seen_at,
        "changed_at": max((change.at for change in history), default=""),
        "state_since": standing[-1].at if standing else "",
        "milestones": ACKNOWLEDGED * ("acknowledged" in states) + REAPPEARED * ("reappeared" in states),
        "removal_hours": hours_to_removal(standing) if standing else None,
    }


def _state(standing: Sequence[Change]) -> FindingState:
    """Return the state of a finding; one that counts although it was dismissed is open again."""
    return "open" if not standing or standing[-1].state == "dismissed" else standing[-1].state


def _events(one: FindingRow, history: Sequence[Change], calendar: WeekCalendar) -> Iterator[Values]:
    """Yield removals, requests, and between which weeks the finding was off line."""
    standing = in_force(history)
    removals = Counter(calendar.index(change.at, None) for change in standing if change.state == "removed")
    requests = {calendar.index(change.at, None): 1 for change in standing if change.state == "takedown_requested"}
    weeks = [calendar.index(change.at, None) for change in history]
    offline = _offline(one.week, weeks, history, calendar) if any(one.state == "removed" for one in history) else {}
    for kind, counts in ((REMOVED, removals), (REQUESTED, requests), (OFFLINE, offline)):
        for week, n in counts.items():
            yield {"fingerprint": one.fingerprint, "kind": kind, "week": week, "n": n}


def _offline(first: int, weeks: Sequence[int], history: Sequence[Change], calendar: WeekCalendar) -> dict[int, int]:
    """Return the weeks, from that of the clip on, at whose end a finding was off line and a week before it was not, or
    the other way round."""
    found: dict[int, int] = {}
    was = False
    for week in sorted({max(first, week) for week in weeks}):
        is_offline = state_at(history, calendar.end_of(week)) == "removed"
        if is_offline != was:
            found[week] = 1 if is_offline else -1
        was = is_offline
    return found


# ── clips ─────────────────────────────────────────────────────────────────────────────────────
def _write_clips(connection: Connection, clips: Set[str], known: dict[str, ClipRow]) -> set[int]:
    """Write the rows of clips, after those of their findings; return the weeks of the old and the new rows."""
    old = select(week_clips.c.week).where(week_clips.c.clip.in_(clips))
    weeks = {*connection.scalars(old), *(clip.week for clip in known.values())}
    columns = week_findings.c
    earliest = select(columns.clip, func.min(columns.found)).where(columns.clip.in_(clips), columns.counts == COUNTED)
    found: dict[str, int] = {row[0]: row[1] for row in connection.execute(earliest.group_by(columns.clip))}
    _delete(connection, week_clips, "clip", clips)
    _insert(connection, week_clips, [_clip_row(name, clip, found.get(name)) for name, clip in known.items()])
    return weeks


def _clip_row(name: str, clip: ClipRow, found: int | None) -> Values:
    coverage = "unread" if "unread" in clip.statuses else "read" if clip.statuses == {"read"} else "partly"
    return {
        "clip": name,
        "week": clip.week,
        "coverage": coverage,
        "reason_groups": json.dumps(sorted(clip.groups)),
        "checks": json.dumps([sorted(clip.checks_not_run), clip.checks_known]),
        "is_dated": int(clip.is_dated),
        "flagged": NOT_FLAGGED if found is None else FLAGGED_LATE if found > clip.week else FLAGGED,
    }


def _delete(connection: Connection, table: Table, column: str, values: Iterable[Any]) -> None:
    connection.execute(delete(table).where(table.c[column].in_(sorted(values))))


def _insert(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    for start in range(0, len(rows), _BATCH):
        connection.execute(insert(table), rows[start : start + _BATCH])
