"""The summary of a week from the stored sums (``stored_week``): tables, lists, accounts and requests."""

import json
from collections import Counter
from typing import Any

from sqlalchemy import Row, and_, func, select

from opsec.casefile.base_history import PSEUDONYM_DIGITS
from opsec.casefile.issued_advice import advice_of_report
from opsec.casefile.stored_advice import stored_advice, stored_advice_before
from opsec.casefile.stored_bases import BaseSums
from opsec.casefile.stored_week import GONE, StoredWeek
from opsec.casefile.week_finding_rows import ACKNOWLEDGED, COUNTED, REAPPEARED
from opsec.casefile.week_tables import REQUESTED, week_accounts, week_events, week_findings
from opsec.casefile.weekly_details import (
    MAX_SOURCE_NUMBERS,
    MAX_SOURCES,
    MAX_WORST_CLIPS,
    MIN_REPEATED_CLIPS,
    Cell,
    Request,
    takedown_funnel,
    worst_clips,
    zone_lines,
)
from opsec.model import CHECKS, Exposure, ExposureLine, RepeatSource, TakedownFunnel, WorstClip
from opsec.model.decision import STATES
from opsec.model.exposure import LateFinds, ZoneLine

_ORDER = (
    week_findings.c.action,
    week_findings.c.likelihood.desc(),
    week_findings.c.severity.desc(),
    week_findings.c.number,
)


def stored_exposure(stored: StoredWeek, bases: BaseSums) -> Exposure:
    """Sum up a week; everything is in one transaction, in which the tables are up to date."""
    week, trend, options = stored.weeks[-1], stored.trend, stored.options
    coverage, sources = stored.coverage(), _sources(stored)
    today = stored.at.astimezone(week.zone).date()
    return Exposure(
        week=str(week),
        first_day=week.first_day.isoformat(),
        last_day=week.last_day.isoformat(),
        clips=trend[-1].clips,
        clips_week_before=trend[-2].clips,
        flagged=trend[-1].flagged,
        flagged_week_before=trend[-2].flagged,
        removed=sum(row.n for row in stored.of_trend if row.week == stored.last and row.state == GONE),
        hidden=stored.hidden(stored.last),
        hidden_week_before=stored.hidden(stored.last - 1),
        not_fully_checked=trend[-1].clips - trend[-1].read,
        not_fully_checked_by_group=dict(sorted(coverage.groups.items())),
        lines=_lines(stored),
        worst=_worst(stored),
        mosaics=bases.mosaics,
        routines=bases.routines,
        untimed=bases.untimed,
        basis=options.basis,
        time_zone=str(week.zone or ""),
        issued_on=today.isoformat(),
        reporter=options.reporter,
        trend=trend,
        unread=coverage.unread,
        checks_not_run={check: coverage.checks_not_run[check] for check in CHECKS if coverage.checks_not_run[check]},
        checks_unknown=coverage.checks_unknown,
        undated=coverage.undated,
        late=_late(stored),
        online_by_site=dict(stored.online_by_site),
        zones=_zones(stored),
        sources=sources,
        takedown=_takedown(stored),
        advice=stored_advice(stored, sources, bases.mosaics, dict(sorted(coverage.groups.items()))),
        advice_before=advice_of_report(stored) or stored_advice_before(stored),
        units={facts.code: facts.unit for facts in options.sites.values() if facts.unit},
        site_names={facts.code: facts.name for facts in options.sites.values() if facts.name},
        numbers=tuple(
            stored.connection.scalars(stored.counted("number").where(_of_this_week(stored)).order_by(*_ORDER))
        ),
    )


def _of_this_week(stored: StoredWeek) -> Any:
    return week_findings.c.week == stored.last


def _lines(stored: StoredWeek) -> tuple[ExposureLine, ...]:
    now, before = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in stored.of_trend:
        if row.week >= stored.last - 1:
            (now if row.week == stored.last else before)[row.site_code, row.rule] += row.n
    return tuple(
        ExposureLine(
            site_code=site_code,
            rule=rule,
            findings=now[site_code, rule],
            findings_week_before=before[site_code, rule],
        )
        for site_code, rule in sorted(now.keys() | before.keys())
    )


def _worst(stored: StoredWeek) -> tuple[WorstClip, ...]:
    wanted = stored.counted("fingerprint").where(_of_this_week(stored), week_findings.c.state != GONE)
    worst = wanted.order_by(*_ORDER, week_findings.c.site_code, week_findings.c.rule).limit(MAX_WORST_CLIPS)
    return worst_clips(stored.some(stored.connection.scalars(worst)))


def _zones(stored: StoredWeek) -> tuple[ZoneLine, ...]:
    """Count the findings of the week by site and zone; one without a zone counts under None."""
    columns = (week_findings.c.site_code, week_findings.c.site, week_findings.c.zones)
    wanted = select(*columns, func.count()).where(week_findings.c.counts == COUNTED, _of_this_week(stored))
    cells = Counter[Cell]()
    for code, site, zones, n in stored.connection.execute(wanted.group_by(*columns)):
        for zone in json.loads(zones) or [None]:
            cells[code, site, zone] += n
    return zone_lines(cells, stored.secret, stored.options.sites)


def _late(stored: StoredWeek) -> tuple[LateFinds, ...]:
    """Findings that were first seen in the week, of clips of earlier weeks, by the week of the clip."""
    wanted = stored.counted("week", "number").where(
        week_findings.c.found == stored.last, week_findings.c.week < stored.last
    )
    late: dict[int, list[str]] = {}
    for week, number in stored.connection.execute(wanted):
        late.setdefault(max(week, stored.first - 1), []).append(number)
    return tuple(
        LateFinds(
            week="earlier" if week < stored.first else str(stored.weeks[week - stored.first]),
            findings=len(numbers),
            numbers=tuple(sorted(numbers)),
        )
        for week, numbers in sorted(late.items())
    )


def _takedown(stored: StoredWeek) -> TakedownFunnel:
    """Sum up what became of the findings whose removal was requested in the weeks of the trend."""
    asked = select(week_events.c.fingerprint).where(
        week_events.c.kind == REQUESTED, week_events.c.week.between(stored.first, stored.last)
    )
    rows = stored.connection.execute(
        stored.counted("state", "state_since", "milestones", "removal_hours").where(
            week_findings.c.fingerprint.in_(asked)
        )
    )
    requests = (
        Request(
            STATES[row.state],
            row.state_since,
            bool(row.milestones & ACKNOWLEDGED),
            bool(row.milestones & REAPPEARED),
            row.removal_hours,
        )
        for row in rows
    )
    return takedown_funnel(requests, stored.at, stored.options)


# ── accounts ──────────────────────────────────────────────────────────────────────────────────
def _sources(stored: StoredWeek) -> tuple[RepeatSource, ...]:
    """Return the accounts with most flagged clips in the weeks of the trend; that with most clips first."""
    columns, clips = week_accounts.c, func.sum(week_accounts.c.clips)
    wanted = (
        select(columns.account, clips.label("clips"), func.count().label("weeks"))
        .where(columns.week.between(stored.first, stored.last))
        .group_by(columns.account)
        .having(clips >= MIN_REPEATED_CLIPS)
        .order_by(clips.desc(), columns.account)
        .limit(MAX_SOURCES)
    )
    return tuple(_source(stored, row) for row in stored.connection.execute(wanted).all())


def _source(stored: StoredWeek, row: Row[Any]) -> RepeatSource:
    columns = week_findings.c
    own = and_(columns.account == row.account, columns.week.between(stored.first, stored.last))
    newest = (columns.week.desc(), columns.first_seen_at.desc(), columns.number.desc())
    numbers = stored.counted("number", "fingerprint").where(own).order_by(*newest).limit(MAX_SOURCE_NUMBERS)
    found = stored.connection.execute(numbers).all()
    this_week = select(week_accounts.c.clips).where(
        week_accounts.c.week == stored.last, week_accounts.c.account == row.account
    )
    codes = stored.connection.scalars(stored.counted("site_code").where(own).distinct())
    account = stored.some([found[0].fingerprint]).rows.findings[0].account
    return RepeatSource(
        pseudonym=row.account[:PSEUDONYM_DIGITS],
        account=account or "",
        clips=int(row.clips),
        clips_this_week=int(stored.connection.scalar(this_week) or 0),
        weeks=int(row.weeks),
        site_codes=tuple(sorted(codes)),
        numbers=tuple(dict.fromkeys(one.number for one in found)),
    )
