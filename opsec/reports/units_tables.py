"""The week of many units as JSON and CSV: counts, codes, and the names under which the units are trusted."""

import csv
import io
from dataclasses import asdict
from typing import Any

from opsec import __version__
from opsec.i18n.safe_text import escape_unsafe
from opsec.model.audit import AuditMark
from opsec.model.unit_week import UnitLine, UnitNumbers, UnitsWeek
from opsec.reports.csv import neutralise_formula
from opsec.reports.json_writer import encode_document

SCHEMA_VERSION = 1
COUNTS = ("clips", "flagged", "findings", "act_now", "online", "removed", "hidden", "not_fully_checked")
"""Fields of ``UnitNumbers`` in the order of the columns."""
COLUMNS = (
    "week", "unit", "state", "report_number", "made_at", "program", *COUNTS, "corrected", "repeated", "contradicted",
    "refused", "first_weekday", "is_summed", "audit",
)  # fmt: skip
TOTAL = "TOTAL"


def render_units_json(week: UnitsWeek, mark: AuditMark) -> bytes:
    """Render the week of all units, with the end of command's audit trail, as a document of JSON (RFC 8259)."""
    return encode_document(
        {
            "schema_version": SCHEMA_VERSION,
            "program": {"name": "opsec", "version": __version__},
            "week": week.week,
            "first_day": week.first_day,
            "last_day": week.last_day,
            "due_at": week.due_at,
            "expected": len(week.units),
            "counted": sum(line.counted is not None for line in week.units),
            "units": [_unit(line) for line in week.units],
            "totals": {name: value for name, value in asdict(week.totals).items() if name not in {"sites", "rules"}},
            "sites": [asdict(site) for site in week.sites],
            "rules": [asdict(rule) for rule in week.rules],
            "audit": mark.text,
            "refused": dict(week.refused),
            "not_trusted": list(week.strangers),
        }
    )


def _unit(line: UnitLine) -> dict[str, Any]:
    counted = line.counted
    return {
        "unit": line.unit,
        "state": line.state,
        "report_number": counted.week.sequence if counted else None,
        "made_at": counted.week.made_at if counted else None,
        "imported_at": counted.imported_at if counted else None,
        "program": counted.week.program if counted else None,
        "audit": {"count": counted.week.audit_count, "head": counted.week.audit_head} if counted else None,
        "first_weekday": counted.week.first_weekday if counted else None,
        "is_summed": counted is not None and line.first_weekday is None,
        "numbers": asdict(counted.week.numbers) if counted else None,
        "corrected": line.corrected,
        "repeated": line.repeated,
        "contradicted": line.contradicted,
        "refused": list(line.refused),
    }


def render_units_csv(week: UnitsWeek, mark: AuditMark) -> bytes:
    """Render a row for each unit and one with the sums, for spreadsheets (RFC 4180, UTF-8 with a byte order mark).

    ``audit``: in the row of a unit, where its own audit trail ended; in that of the sums, where command's did.
    """
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for line in week.units:
        sheet.writerow([neutralise_formula(text) for text in _row(week.week, line)])
    totals = [week.week, TOTAL, "", "", "", "", *_counts(week.totals), "", "", "", "", "", "", mark.text]
    sheet.writerow([neutralise_formula(text) for text in totals])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _row(week: str, line: UnitLine) -> list[str]:
    week_of = None if line.counted is None else line.counted.week
    report = [""] * 3
    if week_of is not None:
        report = [str(week_of.sequence), week_of.made_at, escape_unsafe(week_of.program)]
    counts = [""] * len(COUNTS) if week_of is None else _counts(week_of.numbers)
    begins_on = "" if week_of is None or week_of.first_weekday is None else str(week_of.first_weekday)
    is_summed = week_of is not None and line.first_weekday is None
    audit = "" if week_of is None else f"{week_of.audit_count}:{week_of.audit_head}"
    rest = [str(line.corrected), str(line.repeated), str(int(line.contradicted)), " ".join(line.refused)]
    rest += [begins_on, str(int(is_summed)), audit]
    return [week, escape_unsafe(line.unit), line.state, *report, *counts, *rest]


def _counts(numbers: UnitNumbers) -> list[str]:
    return [str(getattr(numbers, name)) for name in COUNTS]
