"""The week of a case file in figures, complete and not redacted.

A clip is counted once however often it was posted, in the week in which it was posted (``weekly_rows``); a finding
likewise, by its fingerprint. Only findings with an action that asks for something are counted. Those that a decision
or an allow rule hides are counted apart, and so are those whose posts were removed: they remain part of the exposure
of the week, but are none of its worst clips, which call for action.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from opsec.casefile.accumulated import accumulated
from opsec.casefile.finding_evidence import Places
from opsec.casefile.iso_week import Week
from opsec.casefile.week_data import WeekData, WeekOptions, load_week
from opsec.casefile.weekly_advice import advice_before, advice_now
from opsec.casefile.weekly_details import Cell, repeat_sources, sum_up_takedown, worst_clips, zone_lines
from opsec.casefile.weekly_rows import BEFORE, ClipRow
from opsec.casefile.weekly_trend import online_by_site, week_figures
from opsec.model import CHECKS, Exposure, ExposureLine
from opsec.model.exposure import LateFinds, ZoneLine
from opsec.model.reasons import ReasonGroup


def sum_up(connection: Connection, week: Week, at: datetime, options: WeekOptions | None = None) -> Exposure:
    """Sum up a week, with the weeks before it for comparison.

    Parameters
    ----------
    connection
        In a transaction.
    week
        The week.
    at
        Time of the report: findings that a decision or an allow rule hides on its day are only counted as hidden.
    options
        How to sum it up.
    """
    data = load_week(connection, week, at, options or WeekOptions())
    trend = week_figures(data)
    known_by = week.ends if data.options.basis == "scanned" else max(week.ends, at)
    mosaics, routines, untimed = accumulated(connection, week.ends, data.today.isoformat(), data.secret, known_by)
    exposure = Exposure(
        week=str(week),
        first_day=week.first_day.isoformat(),
        last_day=week.last_day.isoformat(),
        clips=trend[-1].clips,
        clips_week_before=trend[-2].clips,
        flagged=trend[-1].flagged,
        flagged_week_before=trend[-2].flagged,
        removed=sum(map(data.is_removed, data.this_week)),
        hidden=sum(one.is_hidden and one.week == data.last for one in data.rows.findings),
        hidden_week_before=sum(one.is_hidden and one.week == data.last - 1 for one in data.rows.findings),
        not_fully_checked=trend[-1].clips - trend[-1].read,
        not_fully_checked_by_group={},
        lines=_lines(data),
        worst=worst_clips(data),
        mosaics=mosaics,
        routines=routines,
        untimed=untimed,
        basis=data.options.basis,
        time_zone=str(week.zone or ""),
        issued_on=data.today.isoformat(),
        reporter=data.options.reporter,
        trend=trend,
        late=_late(data),
        zones=_zones(data),
        takedown=sum_up_takedown(data),
        online_by_site=dict(online_by_site(data)),
        units=data.units,
        numbers=tuple(one.number for one in data.this_week),
        site_names={facts.code: facts.name for facts in data.options.sites.values() if facts.name},
    )
    return _with_advice(_with_coverage(exposure, data), data)


def _with_coverage(exposure: Exposure, data: WeekData) -> Exposure:
    """Add how much of the clips of the week was read."""
    clips = [clip for clip in data.rows.clips.values() if clip.week == data.last]
    checks = Counter(chain.from_iterable(clip.checks_not_run for clip in clips))
    return replace(
        exposure,
        not_fully_checked_by_group=_by_group(clips),
        unread=sum("unread" in clip.statuses for clip in clips),
        checks_not_run={check: checks[check] for check in CHECKS if checks[check]},
        checks_unknown=sum(not clip.checks_known for clip in clips),
        undated=sum(not clip.is_dated for clip in clips) if data.options.basis == "posted" else 0,
    )


def _with_advice(exposure: Exposure, data: WeekData) -> Exposure:
    """Add the accounts that post again and again, and the recommendations."""
    sources = repeat_sources(data)
    return replace(
        exposure,
        sources=sources,
        advice=advice_now(data, sources, exposure.mosaics, exposure.not_fully_checked_by_group),
        advice_before=advice_before(data),
    )


def _by_group(clips: Iterable[ClipRow]) -> dict[ReasonGroup, int]:
    """Return how many clips have a reason of each group; a clip may have several."""
    return dict(sorted(Counter(chain.from_iterable(clip.groups for clip in clips)).items()))


def _lines(data: WeekData) -> tuple[ExposureLine, ...]:
    now, before = (
        Counter((one.site_code, one.rule) for one in data.by_week.get(index, []))
        for index in (data.last, data.last - 1)
    )
    return tuple(
        ExposureLine(
            site_code=site_code,
            rule=rule,
            findings=now[site_code, rule],
            findings_week_before=before[site_code, rule],
        )
        for site_code, rule in sorted(now.keys() | before.keys())
    )


def _zones(data: WeekData) -> tuple[ZoneLine, ...]:
    """Count the findings of the week by site and zone; one without a zone counts under None."""
    cells = Counter[Cell](
        (one.site_code, one.site, zone)
        for one in data.this_week
        for zone in set(Places.from_json(one.places).zones) or {None}
    )
    return zone_lines(cells, data.secret, data.options.sites)


def _late(data: WeekData) -> tuple[LateFinds, ...]:
    """Findings that were first seen in the week, of clips of earlier weeks, by the week of the clip."""
    late: dict[int, list[str]] = {}
    for one in data.counted:
        if one.found == data.last and one.week < data.last:
            late.setdefault(one.week, []).append(one.number)
    return tuple(
        LateFinds(
            week="earlier" if index == BEFORE else str(data.weeks[index]),
            findings=len(numbers),
            numbers=tuple(sorted(numbers)),
        )
        for index, numbers in sorted(late.items())
    )
