"""Bundles between units and command: a unit exports its week, command imports the weeks of its units."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from opsec import __version__
from opsec.app.typed_values import person
from opsec.app.unit_bundle import PayloadError, decode_payload, encode_payload, numbers_of
from opsec.app.unit_payload import MAX_SEQUENCE
from opsec.casefile import audit_trail
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.integrity import check_integrity
from opsec.casefile.iso_week import Week
from opsec.casefile.own_results import remember_results
from opsec.casefile.serialisation import utc_text
from opsec.casefile.unit_bundles import forget_refusal, last_sequence, record_issue, store_bundle, store_refusal
from opsec.casefile.week_data import WeekOptions
from opsec.errors import BundleError, KeysError, UsageError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import display_path, escape_unsafe
from opsec.keys.own_key import OwnKey, load_own_key
from opsec.keys.private_files import read_public
from opsec.keys.sealed_bundle import MAX_FILE_BYTES, SealError, open_sealed, seal
from opsec.keys.trusted_keys import TrustedKey, command_key, trusted_keys
from opsec.model.unit_week import UnitWeek
from opsec.reports.atomic_write import check_writable, write_atomically
from opsec.reports.weekly_json import weekly_document

BUNDLE_SUFFIX = ".opsec"
MAX_FILES = 10_000
CLOCK_TOLERANCE = timedelta(days=1)
"""How far the clocks of a unit and of command may be apart."""

REFUSALS: dict[str, Callable[[str], Message]] = {
    "not_a_bundle": lambda file: _("{file} is damaged or not a bundle; ask the unit to export it again", file=file),
    "not_for_us": lambda file: _("{file} is encrypted to another key; ask the unit to export it for yours", file=file),
    "bad_signature": lambda file: _("{file} is not signed rightly; ask the unit whether it sent this", file=file),
    "unknown_signer": lambda file: _(
        "{file} is signed by a key that is not trusted; if it is of a unit, add the key with opsec keys trust",
        file=file,
    ),
    "newer_version": lambda file: _("{file} is of a newer version of this program; update opsec", file=file),
    "future_week": lambda file: _(
        "{file} is of a week that has not begun; check the clocks of both machines", file=file
    ),
    "future_time": lambda file: _(
        "{file} was made in the future by the clock of its unit; check the clocks of both machines", file=file
    ),
    "bad_content": lambda file: _(
        "{file} is signed but contains something unexpected; ask the unit to export it again", file=file
    ),
    "not_a_unit": lambda file: _("{file} is signed by a key that is not trusted as that of a unit", file=file),
}
"""Code of a refusal → its sentence."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written."""

    unit: str
    command: str
    sequence: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    new: int
    again: int
    refused: tuple[Message, ...]


def check_bundle_name(output: Path) -> None:
    """Check that a folder of bundles would find this file: ``UsageError`` for another ending."""
    if not _is_bundle_name(output):
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


def import_bundles(
    paths: Sequence[Path], *, case: str, keys: Path, at: datetime | None = None, by: str | None = None
) -> Imported:
    """Read bundles of units into the case file of command; one that is refused does not stop the others.

    Parameters
    ----------
    paths
        Files, and folders with files that end in ``.opsec``.
    case
        Case file of command, which is created if it does not exist.
    keys
        Folder of command's own keys, with the trusted keys of the units.
    at, by
        As for ``export_week``.

    Raises
    ------
    KeysError, CaseError, UsageError
        Nothing could be imported at all.
    """
    now, actor = at or datetime.now(UTC), person(by)
    files = list(_bundle_files(paths))
    own, known = load_own_key(keys), {one.public.verify_key: one for one in trusted_keys(keys)}
    new, again = 0, 0
    refused: list[Message] = []
    with open_case(case) as case_file:
        for file in files:
            try:
                is_new = _import_one(file, case_file, own, known, now=now, actor=actor)
            except BundleError as error:
                refused.append(error.message)
            else:
                new, again = new + is_new, again + (not is_new)
    return Imported(new, again, tuple(refused))


def _is_bundle_name(path: Path) -> bool:
    """Whether a folder of bundles would have this file taken; old sticks store names in capitals."""
    return path.suffix.lower() == BUNDLE_SUFFIX and not path.name.startswith(".")  # "._a.opsec": notes of macOS


def _bundle_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files to import, folders in the order of their names.

    Raises
    ------
    UsageError
        A path does not exist, or a folder holds no bundle or cannot be listed.
    """
    for path in paths:
        if path.is_dir():
            found = sorted(one for one in _listed(path) if _is_bundle_name(one) and not one.is_dir())
            if not found:
                raise UsageError(
                    _(
                        "{folder} holds no file that ends in {suffix}; name the bundles themselves",
                        folder=display_path(path),
                        suffix=BUNDLE_SUFFIX,
                    )
                )
            if len(found) > MAX_FILES:
                raise UsageError(
                    _(
                        "{folder} holds more than {limit} bundles; import them in several steps",
                        folder=display_path(path),
                        limit=MAX_FILES,
                    )
                )
            yield from found
        elif path.exists():
            yield path
        else:
            raise UsageError(_("{file} does not exist; check the path", file=display_path(path)))


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise UsageError(
            _(
                "{file} cannot be opened ({error}); check that it exists and that this account may read it",
                file=display_path(folder),
                error=escape_unsafe(error.strerror or type(error).__name__),
            )
        ) from error


def _import_one(  # noqa: PLR0913 - parts of one import
    file: Path, case_file: CaseFile, own: OwnKey, known: dict[bytes, TrustedKey], *, now: datetime, actor: str
) -> bool:
    """Import one file and return whether it is new; ``BundleError`` if it was refused, which is recorded too."""
    shown = display_path(file)
    data = _read(file)
    file_sha256 = hashlib.sha256(data).hexdigest()
    signer: TrustedKey | None = None
    week: str | None = None
    try:
        opened = open_sealed(data, own, known)
        signer = known[opened.verify_key]
        if signer.role != "unit":
            raise _Refusal("not_a_unit")
        report = decode_payload(opened.payload)
        week = report.week
        _check_times(report, now)
    except (SealError, PayloadError, _Refusal) as fault:
        refusal = {
            "file_sha256": file_sha256,
            "reason": fault.code,
            "unit": signer.name if signer else None,
            "week": fault.week if isinstance(fault, PayloadError) else week,
            "refused_at": utc_text(now),
        }
        with case_file.transactions.write() as connection:
            store_refusal(connection, refusal)
            detail = {"reason": fault.code, "sha256": file_sha256}
            audit_trail.append(connection, "bundle_refused", at=utc_text(now), actor=actor, detail=detail)
        raise BundleError(REFUSALS[fault.code](shown)) from None
    with case_file.transactions.write() as connection:
        is_new = store_bundle(connection, _bundle_row(replace(report, unit=signer.name), opened.payload, signer, now))
        forget_refusal(connection, file_sha256)
        done: dict[str, str | int] = {"week": report.week, "sequence": report.sequence, "sha256": file_sha256}
        audit_trail.append(connection, "bundle_imported", at=utc_text(now), actor=actor, detail=done)
    return is_new


def _bundle_row(report: UnitWeek, payload: bytes, signer: TrustedKey, now: datetime) -> dict[str, str | int | bytes]:
    return {
        "payload_sha256": hashlib.sha256(signer.public.verify_key + payload).hexdigest(),
        "unit": report.unit,
        "signer": signer.public.fingerprint,
        "week": report.week,
        "sequence": report.sequence,
        "made_at": report.made_at,
        "program": report.program,
        "imported_at": utc_text(now),
        "payload": payload,
    }


class _Refusal(Exception):  # noqa: N818 - not an error of the program
    """A bundle with a valid signature that does not count."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _check_times(report: UnitWeek, now: datetime) -> None:
    if Week.parse(report.week).begins > now + CLOCK_TOLERANCE:
        raise _Refusal("future_week")
    if datetime.fromisoformat(report.made_at) > now + CLOCK_TOLERANCE:
        raise _Refusal("future_time")


def _read(file: Path) -> bytes:
    """Read a file of bounded size; one that cannot be read is refused like a damaged one, but not recorded."""
    try:
        return read_public(file, MAX_FILE_BYTES + 1)
    except KeysError as error:
        raise BundleError(error.message) from error
