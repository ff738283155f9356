"""Encrypt a case file, give it another passphrase, or decrypt it: the new file replaces the old one in one step.

SQLCipher copies the case into a second file (``sqlcipher_export``), while nobody else can open it. The copy is checked
before it takes the place of the case, and what the old file held is overwritten. A file system that copies on writing,
or a solid-state disk, may keep old blocks all the same: only an encrypted disk helps against that.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opsec.casefile import encryption
from opsec.casefile.audit_trail import AuditEvent, record
from opsec.casefile.case_file import exists, open_case
from opsec.casefile.database import MEMORY, case_errors, case_path, landmarks_folder, shown_case
from opsec.casefile.encryption import CaseKey
from opsec.errors import CaseError, UsageError
from opsec.i18n.messages import _

_BLOCK_BYTES = 1 << 20
_TIMEOUT_S = 10


def encrypt_case(where: str, new_passphrase: Callable[[str], str]) -> None:
    """Encrypt a case file with a new passphrase, also one that is encrypted; create it if it does not exist.

    Parameters
    ----------
    where
        Its path.
    new_passphrase
        Returns the passphrase; the argument is the name of the file.

    Raises
    ------
    CaseError, UsageError
        It is on a server, in use, or no case file; the disk is full; or SQLCipher is missing. The case is as it was.
    """
    path, shown = _file(where)
    if not encryption.is_available():
        raise CaseError(_('{file} cannot be encrypted; run pip install "opsec[encrypted]" first', file=shown))
    if exists(where):
        open_case(where).close()  # asks for the old passphrase, refuses what is no case file, and migrates it
        beside = landmarks_folder(where)
        _convert(path, shown, encryption.new_key(new_passphrase(shown)))
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)  # features of the officer's own photos, computed again in memory
        _record(where, "case_encrypted")
        return
    with case_errors(shown), _part_of(path, shown) as part:
        _create(part, encryption.new_key(new_passphrase(shown)), shown)
        part.rename(path)
    _record(where, "case_encrypted")


def decrypt_case(where: str) -> None:
    """Write an encrypted case file as a plain one. Raises as ``encrypt_case`` does, and for a plain case."""
    path, shown = _file(where)
    if not encryption.is_encrypted(path):
        raise UsageError(_("{file} is not encrypted", file=shown))
    open_case(where).close()
    _convert(path, shown, None)
    _record(where, "case_decrypted")


def _record(where: str, event: AuditEvent) -> None:
    with open_case(where) as case_file:
        record(case_file.transactions, event, at=datetime.now(UTC), detail={})


def _file(where: str) -> tuple[Path, str]:
    path, shown = case_path(where), shown_case(where)
    if path is None or path == MEMORY:
        raise UsageError(
            _("{file} is not a file; encrypt the disk of its server, or name a file with --case", file=shown)
        )
    real = Path(os.path.realpath(path))
    if real.is_file() and real.stat().st_nlink > 1:
        raise UsageError(
            _("{file} has a second name (a hard link), which would keep the old content; delete that name", file=shown)
        )
    return real, shown


def _create(part: Path, key: CaseKey, shown: str) -> None:
    """Write the first page of an encrypted file; opening it as a case adds the tables."""
    with closing(encryption.connect(str(part), key, shown, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()


def _convert(path: Path, shown: str, new: CaseKey | None) -> None:
    """Replace a case file by one with another key, or with none."""
    old = encryption.key_of(path, shown) if encryption.is_encrypted(path) else None
    with (
        case_errors(shown),
        _overwritten_when_replaced(path),
        _part_of(path, shown) as part,
        closing(encryption.connect(str(path), old, shown, isolation_level=None, timeout=_TIMEOUT_S)) as source,
    ):
        _keep_others_out(source)
        source.execute("ATTACH DATABASE ? AS converted KEY ?", (str(part), "" if new is None else new.literal))
        source.execute("SELECT sqlcipher_export('converted')").fetchall()
        source.execute("DETACH DATABASE converted")
        _check(part, new, shown, _row_counts(source))
        part.replace(path)
        _sync_folder(path.parent)


def _keep_others_out(source: Any) -> None:
    """Take the write-ahead log into the file, and lock the file until the connection is closed."""
    source.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
    source.execute("PRAGMA journal_mode = DELETE").fetchall()
    source.execute("BEGIN EXCLUSIVE")
    source.execute("COMMIT")  # in this mode the lock stays


def _row_counts(connection: Any) -> dict[str, int]:
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _check(part: Path, key: CaseKey | None, shown: str, row_counts: dict[str, int]) -> None:
    """Open the copy with its key, and compare it with the case; ``CaseError`` where something is missing."""
    with closing(encryption.connect(str(part), key, shown, isolation_level=None)) as copy:
        is_sound = copy.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
        if not is_sound or _row_counts(copy) != row_counts:
            raise CaseError(_("{file} could not be copied completely and stays as it is; check its disk", file=shown))


@contextmanager
def _part_of(path: Path, shown: str) -> Iterator[Path]:
    """Create an empty file of mode 0600 beside a case for its copy; it is removed unless it was renamed."""
    part = path.with_name(f".{path.name}.new")
    try:
        part.unlink(missing_ok=True)  # of a run that was killed
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise CaseError(
            _(
                "no file can be written beside {file} ({error}); let this account write to its folder",
                file=shown,
                error=error.strerror or type(error).__name__,
            )
        ) from error
    try:
        yield part
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + ending).unlink(missing_ok=True)


@contextmanager
def _overwritten_when_replaced(path: Path) -> Iterator[None]:
    """Overwrite what a file holds once no name leads to it any more.

    It stays open throughout: closing any descriptor of a file gives up the locks of this process on it (fcntl(2)).
    """
    handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        yield
        found = os.fstat(handle)
        if found.st_nlink == 0:
            for at in range(0, found.st_size, _BLOCK_BYTES):
                os.pwrite(handle, bytes(min(_BLOCK_BYTES, found.st_size - at)), at)
            os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Have the new name survive a power cut, where the file system can do that."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
