"""Import bundles of units into the case file of command; one that is refused does not stop the others."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from opsec.app.bundle_export import BUNDLE_SUFFIX, is_bundle_name
from opsec.app.typed_values import person
from opsec.app.unit_bundle import PayloadError, decode_payload
from opsec.casefile import audit_trail
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.serialisation import utc_text
from opsec.casefile.unit_bundles import forget_refusal, store_bundle, store_refusal
from opsec.errors import BundleError, KeysError, UsageError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import display_path, escape_unsafe
from opsec.keys.own_key import OwnKey, load_own_key
from opsec.keys.private_files import read_public
from opsec.keys.sealed_bundle import MAX_FILE_BYTES, SealError, open_sealed
from opsec.keys.trusted_keys import TrustedKey, trusted_keys
from opsec.model.unit_week import UnitWeek

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
class Imported:
    """What an import did."""

    new: int
    again: int
    refused: tuple[Message, ...]


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


def _bundle_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files to import, folders in the order of their names.

    Raises
    ------
    UsageError
        A path does not exist, or a folder holds no bundle or cannot be listed.
    """
    for path in paths:
        if path.is_dir():
            found = sorted(one for one in _listed(path) if is_bundle_name(one) and not one.is_dir())
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
