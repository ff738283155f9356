"""The week as CSV, by an edition: one figure on each row, so that the files of many weeks can be joined."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict

from opsec.model import Exposure
from opsec.model.exposure import Edition
from opsec.reports.csv import neutralise_formula
from opsec.reports.weekly_editions import for_edition
from opsec.reports.weekly_view import WeeklyView

COLUMNS = ("week", "edition", "section", "item", "measure", "value")
"""The same in both languages; ``item`` is a code, ``value`` a figure, a code, or ``<3`` or ``>=3`` where withheld."""
_TREND = ("clips", "read", "flagged", "flagged_late", "findings", "act_now", "removed", "online")
Figure = tuple[str, str, str, object]


def render_weekly_csv(exposure: Exposure, edition: Edition = "command") -> bytes:
    """Render the figures: UTF-8 with a byte order mark, CRLF (RFC 4180), no formulas."""
    view = for_edition(exposure, edition)
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for section, item, measure, value in _rows(view):
        if value is not None:
            cells = (view.week, view.edition, section, item, measure, _text(value))
            sheet.writerow([neutralise_formula(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _text(value: object) -> str:
    if isinstance(value, tuple | list):
        return " ".join(map(str, value))
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _rows(view: WeeklyView) -> Iterator[Figure]:
    for week in view.trend:
        for measure in _TREND:
            yield "trend", week.week, measure, getattr(week, measure)
    for one in view.late:
        yield "late", one.week, "findings", one.findings
    yield from _coverage(view)
    for base in view.bases:
        yield "base", base.code, "findings", base.findings
        yield "base", base.code, "findings_week_before", base.findings_week_before
        yield "base", base.code, "online", base.online
        yield "base", base.code, "unit", base.unit
    for zone in view.zones:
        item = f"{zone.site_code}/{zone.zone_code or '-'}"
        yield "zone", item, "findings", zone.findings
        yield "zone", item, "class", zone.zone_class
        yield "zone", item, "name", zone.zone
    for kind in view.kinds:
        yield "kind", kind.rule, "findings", kind.findings
        yield "kind", kind.rule, "findings_week_before", kind.findings_week_before
    yield from _together(view)
    yield from _work(view)
    yield "audit", "", "mark", view.audit_mark or None


def _coverage(view: WeeklyView) -> Iterator[Figure]:
    coverage = view.coverage
    for measure in ("clips", "read", "partly", "unread", "checks_unknown", "undated"):
        yield "coverage", "", measure, getattr(coverage, measure)
    for group, clips in coverage.by_group.items():
        yield "unread", group, "clips", clips
    for check, clips in coverage.checks_not_run.items():
        yield "check_not_run", check, "clips", clips
    yield "summary", "", "findings", view.findings
    yield "summary", "", "removed", view.removed
    yield "summary", "", "hidden", view.hidden


def _together(view: WeeklyView) -> Iterator[Figure]:
    for one in view.mosaics:
        item = f"{one.site_code}/{one.days}"
        yield "mosaic", item, "clips", one.clips
        yield "mosaic", item, "share_of_base", one.shown.exposure
        yield "mosaic", item, "severity", one.severity
        yield "mosaic", item, "action", one.action
        yield "mosaic", item, "take_down", one.take_down or None
    for few in view.few_clips:
        yield "mosaic", f"{few.site_code}/{few.days}", "clips", "<3"
    for routine in view.routines:
        item = f"{routine.site_code}/{routine.account or '-'}"
        yield "routine", item, "weekday", routine.weekday
        yield "routine", item, "starts", routine.starts
        yield "routine", item, "periods", routine.periods
    for source in view.sources:
        yield "source", source.pseudonym, "clips", source.clips
        yield "source", source.pseudonym, "clips_this_week", source.clips_this_week
        yield "source", source.pseudonym, "weeks", source.weeks
        yield "source", source.pseudonym, "account", source.account


def _work(view: WeeklyView) -> Iterator[Figure]:
    for worst in view.worst:
        for measure, value in asdict(worst).items():
            if measure != "number" and value != ():
                yield "worst", worst.number, measure, value
    if view.takedown is not None:
        for measure, value in asdict(view.takedown).items():
            yield "takedown", "", measure, value
    for section, advice in (("advice", view.advice), ("advice_before", view.advice_before)):
        for one in advice:
            item = f"{one.kind}/{one.site_code or one.group or one.pseudonym or '-'}"
            yield section, item, "count", one.count
            yield section, item, "progress", one.progress
            yield section, item, "further_clips", one.further
    for post in view.evidence:
        for measure, value in asdict(post).items():
            yield "evidence", post.number, measure, value if value != () else None
