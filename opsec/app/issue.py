"""Issue reports: each form is written and recorded in the audit trail; one that fails does not lose the others."""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from opsec.app.typed_values import person
from opsec.casefile import audit_trail
from opsec.casefile.case_file import open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.issued_advice import record_advice
from opsec.casefile.own_results import remember_results
from opsec.casefile.serialisation import utc_text
from opsec.casefile.unit_bundles import Issue, issues, last_sequence, record_issue
from opsec.errors import OpsecError, OutputError, RenderError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import display_path
from opsec.keys.own_key import OwnKey, has_own_key, load_own_key
from opsec.model import Advice
from opsec.model.audit import AuditMark
from opsec.model.exposure import EDITIONS
from opsec.reports.atomic_write import write_atomically
from opsec.runtime.event_log import log_event
from opsec.runtime.program_faults import describe_fault

MARK_DOMAIN = b"opsec audit head 1"
MAX_WEEKS = 12
"""Weeks that are reported together after a pause."""
_LOG = logging.getLogger(__name__)


def weeks_to_report(case: str, this_week: Week, edition: str) -> list[Week]:
    """Return the complete weeks since the last one that was reported in an edition, the oldest first.

    Where none was reported yet, the last complete week alone; never more than ``MAX_WEEKS``.
    """
    with open_case(case) as case_file, case_file.transactions.read() as connection:
        reported = {one.week for one in issues(connection) if one.kind == "report" and one.edition == edition}
    found: list[Week] = []
    week = this_week.before()
    while len(found) < MAX_WEEKS and str(week) not in reported:
        found.append(week)
        week = week.before()
    return found[::-1] if reported else found[:1]


def issued_reports(case: str) -> list[Issue]:
    """Return every report and bundle that left a case, the first one first."""
    with open_case(case) as case_file, case_file.transactions.read() as connection:
        return list(issues(connection))


def audit_mark(*, case: str, keys: Path | None) -> AuditMark:
    """Return where the audit trail of a case ends, for a report, signed where there is a key.

    Parameters
    ----------
    case
        Existing case file.
    keys
        Folder of the own keys, which may not exist.

    Raises
    ------
    CaseError, KeysError
        The case file cannot be read, or the keys are damaged or readable by others.
    """
    with open_case(case) as case_file, case_file.transactions.read() as connection:
        head = audit_trail.read_head(connection)
    own = load_own_key(keys) if keys is not None and has_own_key(keys) else None
    return sign_mark(head.count, head.hash, own)


def sign_mark(count: int, head: str, own: OwnKey | None) -> AuditMark:
    """Sign the head of an audit trail."""
    if own is None:
        return AuditMark(count, head, "", "")
    signature = own.sign(f"{count}:{head}".encode(), MARK_DOMAIN)
    return AuditMark(count, head, own.public.verify_key.hex(), signature.hex())


def write_forms(  # noqa: PLR0913 - what is recorded of a report
    forms: Mapping[Path, Callable[[], bytes]],
    *,
    case: str,
    week: str,
    edition: str,
    advice: Sequence[Advice] = (),
    by: str | None = None,
    at: datetime | None = None,
) -> None:
    """Write every form of a report, and record those that were written.

    Parameters
    ----------
    forms
        File → function that renders it.
    case
        Existing case file.
    week, edition
        What the report is of.
    advice
        What it recommends: the report of the next week says what became of it.
    by, at
        Who issues it, and when; default: the account that runs the program, now.

    Raises
    ------
    OutputError
        A form could not be made or written; all others were.
    """
    written: dict[Path, str] = {}
    failed: list[OpsecError] = []
    for output, render_form in forms.items():
        try:
            data = make_form(output, render_form)
            write_atomically(output, data)
        except OpsecError as error:
            failed.append(error)
        else:
            written[output] = hashlib.sha256(data).hexdigest()
    if written:
        report = _Report(week, edition, tuple(advice))
        _record(written, report, case=case, actor=person(by), at=at or datetime.now(UTC))
    if failed:
        kind = RenderError if any(isinstance(error, RenderError) for error in failed) else OutputError
        raise kind(_all_failed([error.message for error in failed]))


def make_form(output: Path, render_form: Callable[[], bytes]) -> bytes:
    """Render one form of a result; whatever fails, the other forms can still be written.

    Raises
    ------
    RenderError
        A fault of this program, by type and place alone: the text of an exception may contain secrets.
    OpsecError
        Whatever the renderer raised.
    """
    try:
        return render_form()
    except OpsecError:
        raise
    except Exception as fault:
        log_event(_LOG, "fault", error=fault)
        raise RenderError(_fault_message(output, fault)) from fault


@dataclass(frozen=True, slots=True)
class _Report:
    """What a report is of, and what it recommends."""

    week: str
    edition: str
    advice: tuple[Advice, ...]


def _record(written: Mapping[Path, str], report: _Report, *, case: str, actor: str, at: datetime) -> None:
    now, week, edition = utc_text(at), report.week, report.edition
    with open_case(case) as case_file, case_file.transactions.write() as connection:
        if edition in EDITIONS:
            record_advice(connection, week, report.advice)
        sequence = last_sequence(connection, week, "report") + 1
        for output, sha256 in written.items():
            form = output.suffix.lower().removeprefix(".")[:10]
            detail = {"week": week, "edition": edition, "format": form, "sha256": sha256}
            row = audit_trail.append(connection, "report_issued", at=now, actor=actor, detail=detail)
            issue: dict[str, str | int] = {
                "audit_seq": row.seq,
                "kind": "report",
                "week": week,
                "edition": edition,
                "format": form,
                "sequence": sequence,
                "sha256": sha256,
                "issued_at": now,
                "issued_by": actor,
            }
            record_issue(connection, issue)
        remember_results(connection, written.values(), now)


def _fault_message(output: Path, fault: BaseException) -> Message:
    return _(
        "{file} could not be made: a fault in this program ({fault}); the other files were written; please report this",
        file=display_path(output),
        fault=describe_fault(fault),
    )


def _all_failed(failed: list[Message]) -> Message:
    """Join sentences into one message."""
    blanks = {f"m{number}": message for number, message in enumerate(failed)}
    return Message("; ".join(f"{{{name}}}" for name in blanks), blanks)
