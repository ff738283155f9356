"""Check the audit trail of a case, alone or against what an issued report printed."""

import hashlib
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from opsec.app.issue import MARK_DOMAIN
from opsec.casefile import audit_trail
from opsec.casefile.audit_trail import AuditFault, AuditHead, AuditRow, Detail
from opsec.casefile.case_file import open_case
from opsec.casefile.integrity import check_integrity
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import display_path
from opsec.keys.own_key import has_own_key, is_signed, load_own_key
from opsec.keys.trusted_keys import trusted_keys
from opsec.model.audit import AuditMark, find_marks
from opsec.sites.bounded_files import read_bounded

MAX_REPORT_MIB = 64
MarkSignature = Literal["none", "known", "unknown_key", "wrong"]


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What a check of an audit trail found."""

    head: AuditHead
    faults: tuple[AuditFault, ...]
    mark: AuditMark | None
    """Of the report that it was compared with."""
    signature: MarkSignature

    @property
    def is_intact(self) -> bool:
        """Whether every row is as it was written; a clock that was set back changes none."""
        return all(fault.code == "clock_back" for fault in self.faults) and self.signature != "wrong"


def verify(*, case: str, keys: Path, report: Path | None = None, head: str | None = None) -> AuditCheck:
    """Check the chain of an audit trail, and that it still contains the end that a report printed.

    Parameters
    ----------
    case
        Existing case file.
    keys
        Folder of keys, which may not exist.
    report
        An issued report (HTML, JSON or CSV) with its audit mark.
    head
        The mark of a report, as it is printed.

    Raises
    ------
    UsageError, CaseError, KeysError
        The report has no mark, or the case file or the keys cannot be read.
    """
    known = _known_keys(keys)
    mark = _mark_of(report, head, known)
    report_sha256 = None if report is None else sha256_of(report)
    against = None if mark is None else AuditHead(mark.count, mark.head)
    with open_case(case) as case_file:
        check_integrity(case_file.transactions, whole=True)
        transactions = case_file.transactions
        with transactions.read() as connection, transactions.checked():
            faults = audit_trail.find_faults(connection, against)
            faults += audit_trail.find_issue_faults(connection, report_sha256)
            found = audit_trail.read_head(connection)
    return AuditCheck(found, faults, mark, _signature(mark, known))


def entries(*, case: str, newest: int | None = None) -> list[tuple[AuditRow, Detail]]:
    """Return the rows of an audit trail in their order, or only the newest ones, each with its detail."""
    with open_case(case) as case_file, case_file.transactions.read() as connection, case_file.transactions.checked():
        return [(row, audit_trail.parse_detail(row)) for row in audit_trail.rows(connection, newest=newest)]


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a report or a bundle, or raise ``SitesError`` where it cannot be read."""
    return hashlib.sha256(read_bounded(file, MAX_REPORT_MIB)).hexdigest()


def _mark_of(report: Path | None, head: str | None, known: Set[bytes]) -> AuditMark | None:
    """Return the mark to compare with. A page may quote a caption that looks like a mark: a known signature decides."""
    if report is not None:
        marks = find_marks(read_bounded(report, MAX_REPORT_MIB).decode("utf-8", "replace"))
        if not marks:
            raise UsageError(
                _("{file} holds no audit mark; give the report in HTML or JSON", file=display_path(report))
            )
        signed = [mark for mark in marks if _signature(mark, known) == "known"]
        if not signed and len(set(marks)) > 1:
            raise UsageError(
                _("{file} holds several audit marks; give the one at its end with --head", file=display_path(report))
            )
        return max(signed or marks, key=lambda mark: mark.count)
    if head is None:
        return None
    marks = find_marks(head)
    if not marks:
        raise UsageError(
            _("--head takes the audit mark as a report prints it: {mark}", mark="opsec-audit-1:COUNT:HASH::")
        )
    return marks[0]


def _known_keys(keys: Path) -> Set[bytes]:
    known = {one.public.verify_key for one in trusted_keys(keys)}
    return known | {load_own_key(keys).public.verify_key} if has_own_key(keys) else known


def _signature(mark: AuditMark | None, known: Set[bytes]) -> MarkSignature:
    if mark is None or not mark.signature:
        return "none"
    verify_key = bytes.fromhex(mark.verify_key)
    if not is_signed(f"{mark.count}:{mark.head}".encode(), bytes.fromhex(mark.signature), verify_key, MARK_DOMAIN):
        return "wrong"
    return "known" if verify_key in known else "unknown_key"
