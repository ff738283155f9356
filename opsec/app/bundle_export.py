"""Write the week of a unit as a bundle for command: counts and codes, signed and encrypted."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from opsec import __version__
from opsec.app.typed_values import person
from opsec.app.unit_bundle import encode_payload, numbers_of
from opsec.app.unit_payload import MAX_SEQUENCE
from opsec.casefile import audit_trail
from opsec.casefile.case_file import open_case
from opsec.casefile.integrity import check_integrity
from opsec.casefile.iso_week import Week
from opsec.casefile.own_results import remember_results
from opsec.casefile.serialisation import utc_text
from opsec.casefile.unit_bundles import last_sequence, record_issue
from opsec.casefile.week_data import WeekOptions
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import display_path
from opsec.keys.own_key import load_own_key
from opsec.keys.sealed_bundle import seal
from opsec.keys.trusted_keys import command_key
from opsec.model.unit_week import UnitWeek
from opsec.reports.atomic_write import check_writable, write_atomically
from opsec.reports.weekly_json import weekly_document

BUNDLE_SUFFIX = ".opsec"


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written."""

    unit: str
    command: str
    sequence: int
    sha256: str


def is_bundle_name(path: Path) -> bool:
    """Whether a folder of bundles would have this file taken; old sticks store names in capitals."""
    return path.suffix.lower() == BUNDLE_SUFFIX and not path.name.startswith(".")  # "._a.opsec": notes of macOS


def check_bundle_name(output: Path) -> None:
    """Check that a folder of bundles would find this file: ``UsageError`` for another ending."""
    if not is_bundle_name(output):
        raise UsageError(
            _(
                "{file} must end in {suffix}: that is how a folder is searched",
                file=display_path(output),
                suffix=BUNDLE_SUFFIX,
            )
        )


def export_week(  # noqa: PLR0913 - all that an officer can choose
    week: Week,
    output: Path,
    *,
    case: str,
    keys: Path,
    options: WeekOptions | None = None,
    to: str | None = None,
    sequence: int | None = None,
    at: datetime | None = None,
    by: str | None = None,
) -> Exported:
    """Write the week of a case as a bundle for command: counts and codes, signed and encrypted.

    Parameters
    ----------
    week, output, case
        The week, the file to write, and the existing case file.
    keys
        Folder of the own keys, with the trusted key of command.
    options
        How the week is summed up; default: by the time of the posts.
    to
        Name of the command; needed where several are trusted.
    sequence
        Number of this report of the week; default: one more than the last that this case issued.
    at, by
        When and by whom; default: now, and the account that runs the program.

    Raises
    ------
    KeysError, CaseError, UsageError, OutputError
        Nothing was recorded.
    """
    now, actor = at or datetime.now(UTC), person(by)
    check_writable(output)
    own, command = load_own_key(keys), command_key(keys, to)
    if week.begins > now:
        raise UsageError(_("the week {week} has not begun", week=str(week)))
    with open_case(case) as case_file:
        check_integrity(case_file.transactions)
        exposure = case_file.exposure(week, now, options)
        numbers = numbers_of(weekly_document(exposure, edition="command"))
        with case_file.transactions.write() as connection:
            number = sequence or last_sequence(connection, str(week), "bundle") + 1
            if not 1 <= number <= MAX_SEQUENCE:
                raise UsageError(_("the number of a correction is between 1 and {limit}", limit=MAX_SEQUENCE))
            head = audit_trail.read_head(connection)
            report = UnitWeek(
                unit=own.public.name,
                week=str(week),
                first_weekday=week.first_weekday,
                sequence=number,
                made_at=utc_text(now),
                program=__version__,
                audit_count=head.count,
                audit_head=head.hash,
                numbers=numbers,
            )
            data = seal(encode_payload(report), own, command.public.recipient)
            sha256 = hashlib.sha256(data).hexdigest()
            _record_bundle(connection, report, sha256, actor)
            remember_results(connection, [sha256], report.made_at)
            write_atomically(output, data)  # before the commit: a bundle that was not written was not issued
    return Exported(own.public.name, command.name, number, sha256)


def _record_bundle(connection: Connection, report: UnitWeek, sha256: str, actor: str) -> None:
    detail: dict[str, str | int] = {"week": report.week, "sequence": report.sequence, "sha256": sha256}
    row = audit_trail.append(connection, "bundle_issued", at=report.made_at, actor=actor, detail=detail)
    record_issue(
        connection,
        {
            "audit_seq": row.seq,
            "kind": "bundle",
            "week": report.week,
            "edition": "command",
            "format": "bundle",
            "sequence": report.sequence,
            "sha256": sha256,
            "issued_at": report.made_at,
            "issued_by": actor,
        },
    )
