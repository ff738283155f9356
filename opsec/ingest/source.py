"""Open files once: the file that is hashed is the file that is read.

A path may be hostile: a pipe that never answers, an endless device, a link to another place, a sparse file of a
terabyte. Each is refused before anything is read from it.
This process opens files, compares magic bytes and hashes; the content is parsed in the sandbox.
"""

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from opsec.i18n.reasons import make_reason
from opsec.ingest.file_type import HEAD_BYTES, detect_file_kind
from opsec.ingest.harmless_files import bytes_to_judge, is_harmless
from opsec.model import FileKind, Reading, Reason
from opsec.settings import Limits

MIB = 1024 * 1024
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_MISSING = {errno.ENOENT, errno.ENOTDIR}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_NO_FILE = {errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EISDIR}

FileStamp = tuple[int, int, int, int, int]
"""Device, inode, size, time of the last change of content and of state: another stamp, another file."""


class CannotOpenError(Exception):
    """The file cannot or must not be opened; its post is reported as unread."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why)
        self.reason = why


@dataclass(slots=True)
class OpenFile:
    """A regular file within the size limit, open at its start."""

    file: BinaryIO
    sha256: str
    kind: FileKind
    """Detected from the first bytes; for text formats from the name."""
    size_bytes: int
    os_path: str | None = None
    """Absolute path, for another process to open; None for a member of an archive."""
    archive: str | None = None
    """SHA-256 of the archive that it is a member of."""
    is_harmless: bool = False
    """Whether it surely holds no post and no clue."""
    _stamp: FileStamp = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._stamp = file_stamp(self.file.fileno())

    def changed(self) -> bool:
        """Whether the file was written to or replaced since it was opened."""
        return file_stamp(self.file.fileno()) != self._stamp

    def close(self) -> None:
        """Close the file; an anonymous temporary file is deleted with it."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


Unpack = Callable[[OpenFile, int, BinaryIO], None]
"""Unpack one member of an archive (by ``Member.index``) into an anonymous file; raises CannotOpenError."""


@dataclass(frozen=True, slots=True)
class Unpacker:
    """Unpacks members of archives into files without a name."""

    unpack: Unpack
    folder: Path | None = None
    """Where the files are; None: where the system keeps temporary files."""


ReadFile = Callable[[OpenFile], Reading]
"""Read one open file in the sandbox."""


class Source(Protocol):
    """Origin of the bytes of one file. All names are safe to show (``decode_path``)."""

    @property
    def path(self) -> str:
        """Path as shown and stored."""

    @property
    def name(self) -> str:
        """Last component of the path."""

    @property
    def folder(self) -> str:
        """Path without its last component."""

    @property
    def scanned_path(self) -> str:
        """Path relative to the scanned path."""

    def open(self, limits: Limits) -> OpenFile:
        """Open and hash the file; positioned at its start. Raises ``CannotOpenError``."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file on disk."""

    path: str
    os_path: str
    """Path to open, in the form the operating system gave it."""
    root: str | None = None
    """Part of ``path`` that the officer named, with its trailing slash; None: everything but the name."""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def scanned_path(self) -> str:
        return self.name if self.root is None else self.path.removeprefix(self.root)

    def open(self, limits: Limits) -> OpenFile:
        file = open_regular(self.os_path)
        opened = _close_on_error(file, lambda: _hash_and_identify(file, self.name, limits))
        opened.os_path = os.path.abspath(self.os_path)  # noqa: PTH100 - the path may hold bytes that are no text
        return opened

    def peek(self) -> "FirstLook":
        """Detect the type from the first bytes without hashing the file. Raises ``CannotOpenError``."""
        with open_regular(self.os_path) as file:
            return _first_look(file, self.name)


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What the name of a file and its first bytes show; all of its bytes where ``harmless_files`` wants them."""

    kind: FileKind
    is_harmless: bool
    """Whether it surely holds no post and no clue."""


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """An archive that was opened and listed once; its members are unpacked one at a time."""

    source: FileSource
    sha256: str
    stamp: FileStamp

    def open(self) -> OpenFile:
        """Open the archive again without hashing it. Raises ``CannotOpenError`` if the file has changed."""
        file = open_regular(self.source.os_path)
        if file_stamp(file.fileno()) != self.stamp:
            file.close()
            raise CannotOpenError(make_reason("changed"))
        return OpenFile(file, self.sha256, "zip", self.stamp[2])


@dataclass(frozen=True, slots=True)
class MemberSource:
    """A file inside an archive. Its name is only shown, never used as a path."""

    archive: ArchiveFile
    index: int
    member: str
    """Name inside the archive, safe to show."""
    size_bytes: int
    """Size that the archive claims."""
    unpacker: Unpacker

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
    def scanned_path(self) -> str:
        return f"{self.archive.source.scanned_path}!/{self.member}"

    def open(self, limits: Limits) -> OpenFile:
        _check_size(self.size_bytes, limits)
        try:
            out = tempfile.TemporaryFile(dir=self.unpacker.folder)  # noqa: SIM115 - it outlives this function, inside the OpenFile
        except OSError as error:
            raise CannotOpenError(os_error_reason(error)) from error
        opened = _close_on_error(out, lambda: self._unpack_into(out, limits))
        opened.archive = self.archive.sha256
        if opened.kind == "zip":
            opened.close()
            raise CannotOpenError(make_reason("nested_archive"))
        return opened

    def _unpack_into(self, out: BinaryIO, limits: Limits) -> OpenFile:
        with self.archive.open() as archive:
            self.unpacker.unpack(archive, self.index, out)
        out.flush()
        return _hash_and_identify(out, self.name, limits)


# ── opening ───────────────────────────────────────────────────────────────────────────────────
def open_regular(where: str) -> BinaryIO:
    """Open a regular file for reading, without blocking and without following a link.

    Raises
    ------
    CannotOpenError
        The path is missing, not permitted, or a folder, pipe, socket, device or link.
    """
    try:
        if not stat.S_ISREG(os.lstat(where).st_mode):  # opening some devices has side effects
            raise CannotOpenError(make_reason("not_a_file"))
        handle = os.open(where, _FLAGS)
    except OSError as error:
        raise CannotOpenError(os_error_reason(error)) from error
    file = os.fdopen(handle, "rb")
    if not stat.S_ISREG(os.fstat(handle).st_mode):  # replaced between the two calls
        file.close()
        raise CannotOpenError(make_reason("not_a_file"))
    return file


def file_stamp(handle: int) -> FileStamp:
    """Identity and modification state of an open file."""
    seen = os.fstat(handle)
    return (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def os_error_reason(error: OSError) -> Reason:
    """Reason code for an error of the operating system."""
    if error.errno in _MISSING:
        return make_reason("missing")
    if error.errno in _FORBIDDEN:
        return make_reason("no_permission")
    if error.errno in _NO_FILE:
        return make_reason("not_a_file")
    return make_reason("io_error", error=error.strerror or type(error).__name__)


def _hash_and_identify(file: BinaryIO, name: str, limits: Limits) -> OpenFile:
    before = file_stamp(file.fileno())
    _check_size(before[2], limits)
    file.seek(0)
    look = _first_look(file, name)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # every real file has readinto
    file.seek(0)
    if file_stamp(file.fileno()) != before:
        raise CannotOpenError(make_reason("changed"))
    return OpenFile(file, digest, look.kind, before[2], is_harmless=look.is_harmless)


def _first_look(file: BinaryIO, name: str) -> FirstLook:
    wanted = bytes_to_judge(name)
    try:
        begin = file.read(max(HEAD_BYTES, wanted))
    except OSError as error:
        raise CannotOpenError(os_error_reason(error)) from error
    return FirstLook(detect_file_kind(begin[:HEAD_BYTES], name), is_harmless(name, begin))


def _check_size(size_bytes: int, limits: Limits) -> None:
    if size_bytes > limits.file_mib * MIB:
        raise CannotOpenError(make_reason("too_large", limit_mib=limits.file_mib))


def _close_on_error(file: BinaryIO, work: Callable[[], OpenFile]) -> OpenFile:
    try:
        return work()
    except OSError as error:
        file.close()
        raise CannotOpenError(os_error_reason(error)) from error
    except BaseException:
        file.close()
        raise
