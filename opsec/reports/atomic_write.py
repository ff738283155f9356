"""Writing a result where the officer asked for it: all of it or nothing, and for no other account's eyes."""

import errno
import os
import secrets
from pathlib import Path

from opsec.errors import OutputError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import path_text, plain


def would_save(path: Path) -> None:
    """Find out before the work, which may take hours, what would keep its result from being saved.

    Raises
    ------
    OutputError
        The folder is missing or may not be written to, or something that is no regular file has the name.
    """
    try:
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "no such folder")
        _stay_regular(path)
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "not allowed")
    except OSError as error:
        raise OutputError(_fault(path, error)) from error


def save(path: Path, data: bytes) -> None:
    """Put the data in a file of mode 0600, in one step: whoever looks sees the old file or the whole new one.

    Raises
    ------
    OutputError
        The folder is missing, the disk is full, this account may not write there, or something
        that is no regular file has the name. No half-written file is left.
    """
    try:
        _stay_regular(path)
        _replace(path, data)
        _keep_name(path.parent)
    except OSError as error:
        raise OutputError(_fault(path, error)) from error


def _stay_regular(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise OutputError(
            _("{file} is not a regular file; give the name of a file after -o", file=plain(path_text(path)))
        )


def _replace(path: Path, data: bytes) -> None:
    half = path.parent / f".opsec-{secrets.token_hex(8)}.part"
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(path)
    except BaseException:  # Ctrl-C too must leave no half behind
        half.unlink(missing_ok=True)
        raise


def _keep_name(folder: Path) -> None:
    """Make the new name outlive a power cut; some file systems cannot sync a folder, and lose nothing else by it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EROFS}:
            raise
    finally:
        os.close(handle)


def _fault(path: Path, error: OSError) -> Message:
    file = plain(path_text(path))
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return _("{file} cannot be written: its folder does not exist; make the folder first", file=file)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _("{file} cannot be written: the disk is full; free some space and run again", file=file)
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return _("{file} cannot be written: this account may not write there; choose another folder", file=file)
    if error.errno == errno.ENAMETOOLONG:
        return _("{file} cannot be written: its name is too long; choose a shorter one", file=file)
    return _(
        "{file} cannot be written ({error}); choose another place", file=file, error=error.strerror or str(error.errno)
    )
