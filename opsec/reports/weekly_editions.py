"""The one point at which the summary of a week is redacted: every page, file and plot is made from what it returns.

``command``: counts and codes only; whoever finds the page must learn nothing of a base, an account or a clip.
``officer``: exact small counts, kinds of zones, distance bands, units and numbers of findings.
``evidence``: everything, names, accounts, links and positions included.

Totals over all bases are exact in every edition: they tell nothing of one base. In ``command``, cells of one base, kind
or account are withheld by ``small_numbers``.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from opsec.model import Advice, Exposure, Mosaic, RepeatSource, Routine, WorstClip
from opsec.model.exposure import Edition
from opsec.reports.small_numbers import FEW, MIN_COUNT, Count, withhold, withhold_cells
from opsec.reports.weekly_view import (
    AdviceView,
    BaseView,
    CoverageView,
    FewClips,
    KindView,
    Progress,
    SourceView,
    WeeklyView,
    WorstView,
    ZoneView,
)  # fmt: skip

MAX_NUMBERS = 200
"""Findings that one recommendation names; the others are in the queue."""
NO_SITE = ""
"""Code in place of that of a site whose count is withheld: rows could be counted, and its zones be added up."""


def for_edition(exposure: Exposure, edition: Edition) -> WeeklyView:
    """Return what an edition may show of a week, and nothing else."""
    bases = _bases(exposure, edition)
    known = {base.code for base in bases if isinstance(base.findings, int)}
    return WeeklyView(
        edition=edition,
        week=exposure.week,
        first_day=exposure.first_day,
        last_day=exposure.last_day,
        basis=exposure.basis,
        issued_on=exposure.issued_on,
        reporter=exposure.reporter,
        audit_mark=exposure.audit_mark,
        time_zone=None if edition == "command" else exposure.time_zone,
        trend=exposure.trend,
        findings=sum(line.findings for line in exposure.lines),
        findings_week_before=sum(line.findings_week_before for line in exposure.lines),
        removed=exposure.removed,
        hidden=exposure.hidden,
        coverage=CoverageView(
            clips=exposure.clips,
            read=exposure.clips - exposure.not_fully_checked,
            partly=exposure.not_fully_checked - exposure.unread,
            unread=exposure.unread,
            by_group=dict(exposure.not_fully_checked_by_group),
            checks_not_run=dict(exposure.checks_not_run),
            checks_unknown=exposure.checks_unknown,
            undated=exposure.undated,
        ),
        late=tuple(replace(one, numbers=()) if edition == "command" else one for one in exposure.late),
        bases=bases,
        zones=_zones(exposure, edition, known),
        kinds=_kinds(exposure, edition),
        mosaics=_mosaics(exposure, edition),
        few_clips=_few_clips(exposure, edition),
        routines=_routines(exposure, edition),
        untimed=() if edition == "command" else exposure.untimed,
        untimed_posts=sum(one.posts for one in exposure.untimed),
        sources=tuple(_source(one, edition) for one in exposure.sources if _may_show_source(one, edition)),
        worst=tuple(_worst(one, edition, known) for one in exposure.worst),
        takedown=exposure.takedown,
        advice=tuple(_advice(one, edition) for one in exposure.advice),
        advice_before=tuple(_advice(one, edition) for one in exposure.advice_before),
        evidence=exposure.evidence if edition == "evidence" else (),
    )


# ── tables ────────────────────────────────────────────────────────────────────────────────────
def _bases(exposure: Exposure, edition: Edition) -> tuple[BaseView, ...]:
    now, before = Counter[str](), Counter[str]()
    for line in exposure.lines:
        now[line.site_code] += line.findings
        before[line.site_code] += line.findings_week_before
    online = Counter(exposure.online_by_site)
    codes = sorted(now | before | +online, key=lambda code: (-now[code], -before[code], -online[code], code))
    shown_now = _cells({code: now[code] for code in codes}, edition)
    shown_before = _cells({code: before[code] for code in codes}, edition)
    shown_online = _cells({code: online[code] for code in codes}, edition)
    if edition == "command":  # the order would show which of two withheld counts is larger
        codes.sort(key=lambda code: (-_sort_value(shown_now[code]), -_sort_value(shown_online[code]), code))
    return tuple(
        BaseView(
            code=code,
            findings=shown_now[code],
            findings_week_before=shown_before[code],
            online=shown_online[code],
            unit=None if edition == "command" else exposure.units.get(code),
            name=exposure.site_names.get(code) if edition == "evidence" else None,
        )
        for code in codes
    )


def _sort_value(count: Count) -> int:
    return count if isinstance(count, int) else (1 if count == FEW else MIN_COUNT)


def _cells(cells: Mapping[str, int], edition: Edition) -> Mapping[str, Count]:
    return withhold_cells(cells) if edition == "command" else dict(cells)


def _zones(exposure: Exposure, edition: Edition, known: set[str]) -> tuple[ZoneView, ...]:
    """Return the cells of the table of bases and zones.

    A finding may be in several zones, so their sum may exceed that of the base; withholding cells as if it did not
    withholds more, never less. Zones of a base whose own count is withheld are left out.
    """
    views = []
    for code in sorted({line.site_code for line in exposure.zones}):
        if code not in known and edition == "command":
            continue
        lines = [line for line in exposure.zones if line.site_code == code]
        shown = _cells({line.zone_code: line.findings for line in lines}, edition)
        views += [
            ZoneView(
                site_code=code,
                zone_code=line.zone_code,
                findings=shown[line.zone_code],
                zone_class=None if edition == "command" else line.zone_class,
                zone=line.zone if edition == "evidence" else None,
            )
            for line in lines
        ]
    return tuple(views)


def _kinds(exposure: Exposure, edition: Edition) -> tuple[KindView, ...]:
    now, before = Counter[str](), Counter[str]()
    for line in exposure.lines:
        now[line.rule] += line.findings
        before[line.rule] += line.findings_week_before
    shown_now, shown_before = _cells(dict(now), edition), _cells(dict(before), edition)
    rules = sorted(now, key=lambda rule: (-_sort_value(shown_now[rule]), -_sort_value(shown_before[rule]), rule))
    return tuple(
        KindView(rule=rule, findings=shown_now[rule], findings_week_before=shown_before[rule]) for rule in rules
    )


# ── bases over time, and accounts ─────────────────────────────────────────────────────────────
def _mosaics(exposure: Exposure, edition: Edition) -> tuple[Mosaic, ...]:
    """Return the mosaics; in ``command`` none of so few clips that one could be told."""
    if edition != "command":
        return exposure.mosaics
    return tuple(replace(one, cover=(), removed=0, outdated=0) for one in exposure.mosaics if one.clips >= MIN_COUNT)


def _few_clips(exposure: Exposure, edition: Edition) -> tuple[FewClips, ...]:
    return tuple(
        FewClips(site_code=one.site_code, days=one.days)
        for one in exposure.mosaics
        if edition == "command" and 0 < one.clips < MIN_COUNT
    )


def _routines(exposure: Exposure, edition: Edition) -> tuple[Routine, ...]:
    if edition != "command":
        return exposure.routines
    return tuple(replace(one, time_zone="", findings=()) for one in exposure.routines if one.periods >= MIN_COUNT)


def _may_show_source(one: RepeatSource, edition: Edition) -> bool:
    return edition != "command" or one.clips >= MIN_COUNT


def _source(one: RepeatSource, edition: Edition) -> SourceView:
    """Return a repeat source; bases only where all of its clips are of one, or the edition allows small counts."""
    is_command = edition == "command"
    return SourceView(
        pseudonym=one.pseudonym,
        clips=one.clips,
        clips_this_week=withhold(one.clips_this_week) if is_command else one.clips_this_week,
        weeks=one.weeks,
        site_codes=one.site_codes if len(one.site_codes) == 1 or not is_command else (),
        numbers=() if is_command else one.numbers,
        account=one.account if edition == "evidence" else None,
    )


# ── findings and recommendations ──────────────────────────────────────────────────────────────
def _worst(one: WorstClip, edition: Edition, known: set[str]) -> WorstView:
    """Return a row of the worst findings; without the code of a base whose count is withheld: rows can be counted."""
    if edition == "command":
        return WorstView(
            number=one.number,
            site_code=one.site_code if one.site_code in known else NO_SITE,
            action=one.action,
            state=one.state,
            due=one.due,
            is_overdue=one.is_overdue,
        )
    return WorstView(
        number=one.number,
        site_code=one.site_code,
        action=one.action,
        state=one.state,
        due=one.due,
        is_overdue=one.is_overdue,
        rule=one.rule,
        likelihood=one.likelihood,
        severity=one.severity,
        unit=one.unit,
        owner=one.owner,
        band=one.band,
        zones=one.zones if edition == "evidence" else (),
    )


def _advice(one: Advice, edition: Edition) -> AdviceView:
    is_command = edition == "command"
    # Clips that could not be read are counted over all bases.
    count: Count = withhold(one.count) if is_command and one.kind != "read" else one.count
    progress: Progress | None = None
    if one.done is not None:
        progress = "done" if one.done >= one.count else "partly" if one.done else "not_done"
    if one.further is not None:
        progress = "further_clips" if one.further else "no_further_clip"
    return AdviceView(
        kind=one.kind,
        count=count,
        site_code=one.site_code,
        unit=None if is_command else one.unit,
        pseudonym=one.pseudonym,
        group=one.group,
        share=one.share,
        due=one.due,
        progress=progress,
        done=one.done if one.done is None or not is_command or one.kind == "read" or _shows_nothing(one) else None,
        further=None if one.further is None else withhold(one.further) if is_command else one.further,
        numbers=one.numbers[:MAX_NUMBERS] if not is_command or one.kind == "close_mosaic" else (),
    )


def _shows_nothing(one: Advice) -> bool:
    """Whether neither what is done nor what is left is a small count."""
    done = one.done or 0
    return done >= MIN_COUNT and one.count - done >= MIN_COUNT
