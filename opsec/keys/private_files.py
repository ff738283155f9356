"""Folders and files that only this account can read, checked as ssh checks its keys.

On systems without POSIX modes nothing is checked: there, the rights of a new file are those of its folder.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from opsec.errors import KeysError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import display_path

MAX_KEY_FILE_BYTES = 16_384


def make_private_folder(folder: Path) -> None:
    """Create a folder of mode 0700, whatever the umask is, unless it exists; then check it.

    Raises
    ------
    KeysError
        It cannot be created, or other accounts can read it.
    """
    try:
        folder.mkdir(0o700)
        folder.chmod(0o700)
    except FileExistsError:
        check_private_folder(folder)
    except OSError as error:
        raise KeysError(
            _(
                "{folder} cannot be created ({error}); create the folder above it, or name another one with --keys",
                folder=display_path(folder),
                error=error.strerror or type(error).__name__,
            )
        ) from error


def check_private_folder(folder: Path) -> None:
    """Check that a folder is a folder, no link, and that only this account can read it.

    Raises
    ------
    KeysError
        It is not.
    """
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode):
        raise KeysError(
            _("{folder} is not a folder; name the folder of your keys with --keys", folder=display_path(folder))
        )
    if is_readable_by_others(found):
        raise KeysError(readable_message(folder, "700"))


def is_readable_by_others(found: os.stat_result) -> bool:
    """Whether accounts other than this one can read, write or enter something."""
    if os.name != "posix":
        return False
    return bool(found.st_mode & 0o077) or found.st_uid not in {os.geteuid(), 0}


def readable_message(path: Path, mode: str) -> Message:
    """Return the message that other accounts can read a secret."""
    return _(
        "{file} can be read by other accounts and is not used; run {command} on it, and make new secrets if "
        "somebody may have read them",
        file=display_path(path),
        command=f"chmod {mode}",
    )


def read_private(path: Path, limit_bytes: int = MAX_KEY_FILE_BYTES) -> bytes:
    """Read a regular file that only this account can read.

    Raises
    ------
    KeysError
        It cannot be opened, is no regular file, is too large, or other accounts can read it.
    """
    with _opened(path, os.O_NOFOLLOW) as stream:
        if is_readable_by_others(os.fstat(stream.fileno())):
            raise KeysError(readable_message(path, "600"))
        content = stream.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise KeysError(_("{file} is too large for a key file; put back a copy", file=display_path(path)))
    return content


def read_public(path: Path, limit_bytes: int) -> bytes:
    """Read a regular file that is not secret and may come from a USB stick, cut after ``limit_bytes``.

    Raises
    ------
    KeysError
        It cannot be opened, or is no regular file.
    """
    with _opened(path, 0) as stream:
        return stream.read(limit_bytes)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[BinaryIO]:
    """Open a regular file; a pipe does not block."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | flags), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise KeysError(_("{file} is not a regular file; replace it with one", file=display_path(path)))
            yield stream
    except OSError as error:
        raise KeysError(
            _(
                "{file} cannot be opened ({error}); check that it exists and that this account may read it",
                file=display_path(path),
                error=error.strerror or type(error).__name__,
            )
        ) from error


def write_private(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write a file of mode 0600, complete or not at all.

    Raises
    ------
    KeysError
        It exists and ``replace`` is not set, or it cannot be written.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                os.fchmod(stream.fileno(), 0o600)
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if replace:
                part.replace(path)
            else:
                os.link(part, path)  # fails if the name is taken, even by a dangling link
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError:
        raise KeysError(
            _("{file} exists already and is not replaced; name another folder with --keys", file=display_path(path))
        ) from None
    except OSError as error:
        raise KeysError(
            _(
                "{file} cannot be written ({error}); choose another location",
                file=display_path(path),
                error=error.strerror or type(error).__name__,
            )
        ) from error
