"""Atomic writes of results, readable by the owner alone."""

import errno
import os
import secrets
from pathlib import Path

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
        raise OutputError(_write_error_message(path, error)) from error


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
        _write_and_rename(path, data)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(_write_error_message(path, error)) from error


def _require_regular_file(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise OutputError(_("{file} is not a regular file; give the name of a file after -o", file=display_path(path)))


def _write_and_rename(path: Path, data: bytes) -> None:
    half = path.parent / f".opsec-{secrets.token_hex(8)}.part"
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(path)
    except BaseException:  # also Ctrl-C: no partial file may stay
        half.unlink(missing_ok=True)
        raise


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


def _write_error_message(path: Path, error: OSError) -> Message:
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
