"""Atomic writes of results, readable by the owner alone."""

import errno
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from opsec.errors import OutputError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import display_path


def check_writable(path: Path) -> None:
    """Check before a long scan that its result can be written.

    Raises
    ------
    OutputError
        The folder is missing or not writable, or the path exists and is not a regular file.
    """
    try:
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "no such folder")
        _require_regular_file(path)
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "not allowed")
    except OSError as error:
        raise OutputError(write_error_message(path, error)) from error


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 atomically: other processes see the old file or the complete new one.

    Raises
    ------
    OutputError
        The folder is missing, the disk is full, the account has no permission, or the path exists
        and is not a regular file. No partial file is left.
    """
    try:
        _require_regular_file(path)
        with PendingFile(path) as pending:
            pending.file.write(data)
            pending.commit(replace=True)
    except OSError as error:
        raise OutputError(write_error_message(path, error)) from error


def _require_regular_file(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise OutputError(_("{file} is not a regular file; give the name of a file after -o", file=display_path(path)))


class PendingFile:
    """A new file of mode 0600 beside the one that it will become; without ``commit`` it is removed."""

    def __init__(self, path: Path) -> None:
        """Create it. Raises ``OSError``."""
        self._path = path
        self.path = path.parent / f".opsec-{secrets.token_hex(8)}.part"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self.file = os.fdopen(os.open(self.path, flags, 0o600), "r+b")

    def commit(self, *, replace: bool) -> None:
        """Give the file its name.

        Parameters
        ----------
        replace
            Whether a file of that name may be replaced.

        Raises
        ------
        OSError
            ``FileExistsError`` when it exists and may not be replaced, others of the file system.
        """
        self.file.flush()
        os.fsync(self.file.fileno())
        if not replace and self._path.exists():  # not every file system has hard links, which would do it in one step
            raise FileExistsError(errno.EEXIST, "exists")
        self.path.replace(self._path)
        _sync_folder(self._path.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()
        self.path.unlink(missing_ok=True)  # also on Ctrl-C: no partial file may stay


def _sync_folder(folder: Path) -> None:
    """Sync the folder, so that the new name survives a power cut; accept file systems that cannot do it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EROFS}:
            raise
    finally:
        os.close(handle)


def write_error_message(path: Path, error: OSError) -> Message:
    """Return the sentence that states why a file cannot be written, with the next step."""
    file = display_path(path)
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return _("{file} cannot be written: its folder does not exist; create the folder first", file=file)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _("{file} cannot be written: the disk is full; free some space and run the command again", file=file)
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return _("{file} cannot be written: this account may not write there; choose another folder", file=file)
    if error.errno == errno.ENAMETOOLONG:
        return _("{file} cannot be written: its name is too long; choose a shorter one", file=file)
    return _(
        "{file} cannot be written ({error}); choose another location",
        file=file,
        error=error.strerror or str(error.errno),
    )
