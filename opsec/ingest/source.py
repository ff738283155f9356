"""One file, opened once: what is hashed is the very file that will be read.

A path is hostile: it may be a pipe that never answers, a device without end, a link to somewhere
else, a file of a terabyte without a byte in it. Each is refused before anything is read of it.
This process only opens, compares magic bytes and hashes; whoever reads further does so elsewhere.
"""

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from opsec.i18n.messages import reason
from opsec.ingest.file_type import HEAD_BYTES, sniff
from opsec.model import FileKind, Reading, Reason
from opsec.settings import Limits

MIB = 1024 * 1024
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_MISSING = {errno.ENOENT, errno.ENOTDIR}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_NO_FILE = {errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EISDIR}

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size, time of the last change of content and of state: another stamp, another file."""


class CannotOpenError(Exception):
    """The file cannot be opened, or must not be; the post it belongs to is reported as unread."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why)
        self.reason = why


@dataclass(slots=True)
class OpenFile:
    """A regular file within the limits, open at its start."""

    file: BinaryIO
    sha256: str
    kind: FileKind
    """Told by the file's own first bytes (of texts by the name)."""
    size_bytes: int
    _stamp: Stamp = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._stamp = stamp(self.file.fileno())

    def changed(self) -> bool:
        """Whether somebody wrote to the file, or replaced its content, since it was opened."""
        return stamp(self.file.fileno()) != self._stamp

    def close(self) -> None:
        """Let go of the file; an anonymous one is gone with it."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


Unpack = Callable[[OpenFile, int, BinaryIO], None]
"""Fills an anonymous file with one member of an archive, given by its ``Member.index``; raises CannotOpenError."""
ReadFile = Callable[[OpenFile], Reading]
"""Has a file read where hostile content may be parsed."""


class Source(Protocol):
    """Where the bytes of one file come from. All three names are harmless text (``path_text``)."""

    @property
    def path(self) -> str:
        """As it is shown and kept."""

    @property
    def name(self) -> str:
        """The last part of the path."""

    @property
    def folder(self) -> str:
        """The path without its last part."""

    @property
    def under(self) -> str:
        """The path below the one that was scanned."""

    def open(self, limits: Limits) -> OpenFile:
        """The file, hashed and open at its start. Raises ``CannotOpenError``."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file on disk."""

    path: str
    where: str
    """The path to open, in the form the operating system gave it."""
    root: str | None = None
    """What of ``path`` is the officer's own, with its last stroke; none: all but the name."""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def under(self) -> str:
        return self.name if self.root is None else self.path.removeprefix(self.root)

    def open(self, limits: Limits) -> OpenFile:
        file = open_regular(self.where)
        return _closing_on_trouble(file, lambda: _hashed(file, self.name, limits))

    def peek(self) -> FileKind:
        """What the file is, from its first bytes alone. Raises ``CannotOpenError``."""
        with open_regular(self.where) as file:
            return sniff(_head(file), self.name)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was opened and listed once; its members are taken out one at a time."""

    source: FileSource
    sha256: str
    stamp: Stamp

    def open(self) -> OpenFile:
        """The archive again, not hashed a second time. Raises ``CannotOpenError`` if it is not the same file."""
        file = open_regular(self.source.where)
        if stamp(file.fileno()) != self.stamp:
            file.close()
            raise CannotOpenError(reason("changed"))
        return OpenFile(file, self.sha256, "zip", self.stamp[2])


@dataclass(frozen=True, slots=True)
class MemberSource:
    """A file inside an archive. Its name is only ever shown; it is never a path to write to or to open."""

    archive: Archive
    index: int
    member: str
    """Name inside the archive, as harmless text."""
    size_bytes: int
    """As the archive claims."""
    unpack: Unpack

    @property
    def path(self) -> str:
        return f"{self.archive.source.path}!/{self.member}"

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def under(self) -> str:
        return f"{self.archive.source.under}!/{self.member}"

    def open(self, limits: Limits) -> OpenFile:
        _within(self.size_bytes, limits)
        try:
            out = tempfile.TemporaryFile()  # noqa: SIM115 - it outlives this function, inside the OpenFile
        except OSError as error:
            raise CannotOpenError(trouble(error)) from error
        opened = _closing_on_trouble(out, lambda: self._filled(out, limits))
        if opened.kind == "zip":
            opened.close()
            raise CannotOpenError(reason("nested_archive"))
        return opened

    def _filled(self, out: BinaryIO, limits: Limits) -> OpenFile:
        with self.archive.open() as archive:
            self.unpack(archive, self.index, out)
        out.flush()
        return _hashed(out, self.name, limits)


# ── opening ───────────────────────────────────────────────────────────────────────────────────
def open_regular(where: str) -> BinaryIO:
    """A regular file, open for reading; never waits, never follows a link.

    Raises
    ------
    CannotOpenError
        It is missing, forbidden, or a folder, pipe, socket, device or link.
    """
    try:
        if not stat.S_ISREG(os.lstat(where).st_mode):  # opening some devices already does something
            raise CannotOpenError(reason("not_a_file"))
        handle = os.open(where, _FLAGS)
    except OSError as error:
        raise CannotOpenError(trouble(error)) from error
    file = os.fdopen(handle, "rb")
    if not stat.S_ISREG(os.fstat(handle).st_mode):  # it was exchanged in between
        file.close()
        raise CannotOpenError(reason("not_a_file"))
    return file


def stamp(handle: int) -> Stamp:
    """What tells an open file from a changed one."""
    seen = os.fstat(handle)
    return (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def trouble(error: OSError) -> Reason:
    """Why the operating system refused, in the words of this program."""
    if error.errno in _MISSING:
        return reason("missing")
    if error.errno in _FORBIDDEN:
        return reason("no_permission")
    if error.errno in _NO_FILE:
        return reason("not_a_file")
    return reason("io_error", error=error.strerror or type(error).__name__)


def _hashed(file: BinaryIO, name: str, limits: Limits) -> OpenFile:
    before = stamp(file.fileno())
    _within(before[2], limits)
    file.seek(0)
    head = _head(file)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # every real file has readinto
    file.seek(0)
    if stamp(file.fileno()) != before:
        raise CannotOpenError(reason("changed"))
    return OpenFile(file, digest, sniff(head, name), before[2])


def _head(file: BinaryIO) -> bytes:
    try:
        return file.read(HEAD_BYTES)
    except OSError as error:
        raise CannotOpenError(trouble(error)) from error


def _within(size_bytes: int, limits: Limits) -> None:
    if size_bytes > limits.file_mib * MIB:
        raise CannotOpenError(reason("too_large", limit_mib=limits.file_mib))


def _closing_on_trouble(file: BinaryIO, work: Callable[[], OpenFile]) -> OpenFile:
    try:
        return work()
    except OSError as error:
        file.close()
        raise CannotOpenError(trouble(error)) from error
    except BaseException:
        file.close()
        raise
