"""A tree of site folders in memory, as it comes out of an encrypted pack; read by the same code as folders on disk."""

import io
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeAlias

from opsec.errors import SitesError
from opsec.i18n.messages import _

MAX_FILES = 20_000
MAX_DEPTH = 6
MAX_NAME_LENGTH = 400
MAX_FILE_BYTES = 256 << 20
MAX_TREE_BYTES = 1 << 30
"""Decompressed, as the archive states it; zipfile reads no more of a file than that."""
_STAMP = (1980, 1, 1, 0, 0, 0)
"""Time of every file in a pack: the same files give the same pack before it is encrypted."""


class PackedTree:
    """Files of a pack; each is decompressed when it is read, and nothing is written to a disk.

    Parameters
    ----------
    archive
        ZIP archive as ``pack_files`` made it.
    shown
        Name of the pack for messages.

    Raises
    ------
    SitesError
        It is damaged or breaks a bound.
    """

    def __init__(self, archive: bytes, shown: str) -> None:
        self.shown = shown
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(archive))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise _damaged(shown) from error
        self._files = {info.filename: info for info in self._archive.infolist() if not info.filename.endswith("/")}
        if len(self._files) > MAX_FILES or not all(map(is_plain_name, self._files)):
            raise _damaged(shown)
        if not all(map(_is_plain_file, self._files.values())) or self._size_bytes() > MAX_TREE_BYTES:
            raise _damaged(shown)
        folders: dict[str, set[str]] = {"": set()}
        for name in self._files:
            below = PurePosixPath(name)
            for above in below.parents:
                key = "" if above == PurePosixPath() else str(above)
                folders.setdefault(key, set()).add(below.relative_to(above).parts[0])
        self._folders = {name: tuple(sorted(entries)) for name, entries in folders.items()}

    @property
    def root(self) -> "PackedPath":
        """The folder of all sites."""
        return PackedPath(self, "")

    def is_file(self, key: str) -> bool:
        """Whether a file has this path inside the pack."""
        return key in self._files

    def is_dir(self, key: str) -> bool:
        """Whether a folder has this path inside the pack."""
        return key in self._folders

    def names(self, key: str) -> tuple[str, ...]:
        """Names in a folder, sorted; none where there is no such folder."""
        return self._folders.get(key, ())

    def files(self) -> list[str]:
        """Paths of all files inside the pack, sorted."""
        return sorted(self._files)

    def _size_bytes(self) -> int:
        return sum(info.file_size for info in self._files.values())

    def read(self, key: str, limit_bytes: int) -> bytes:
        """Return the content of a file, cut after this many bytes; ``SitesError`` where the pack is damaged."""
        try:
            with self._archive.open(self._files[key]) as stream:
                return stream.read(limit_bytes)
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError, NotImplementedError) as error:
            raise _damaged(self.shown) from error


class PackedPath:
    """A path inside a pack, with the part of the interface of ``pathlib.Path`` that loading sites uses."""

    __slots__ = ("_key", "_tree")

    def __init__(self, tree: PackedTree, key: str) -> None:
        self._tree, self._key = tree, key

    def __truediv__(self, name: str) -> "PackedPath":
        return PackedPath(self._tree, f"{self._key}/{name}" if self._key else name)

    def __fspath__(self) -> str:
        """Return the path for messages; no file on disk has it, because the pack is no folder."""
        return f"{self._tree.shown}/{self._key}" if self._key else self._tree.shown

    def __str__(self) -> str:
        return self.__fspath__()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PackedPath) and (self._tree, self._key) == (other._tree, other._key)

    def __hash__(self) -> int:
        return hash((id(self._tree), self._key))

    @property
    def name(self) -> str:
        """The last part."""
        return PurePosixPath(self._key).name

    @property
    def parent(self) -> "PackedPath":
        """The folder that it is in."""
        above = PurePosixPath(self._key).parent
        return PackedPath(self._tree, "" if above == PurePosixPath() else str(above))

    def exists(self) -> bool:
        """Whether the pack has such a file or folder."""
        return self.is_file() or self.is_dir()

    def is_file(self) -> bool:
        """Whether it is a file."""
        return self._tree.is_file(self._key)

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self._tree.is_dir(self._key)

    def is_symlink(self) -> bool:
        """A pack has no links."""
        return False

    def relative_to(self, root: "SitePath") -> PurePosixPath:
        """Return the path below another one of the same pack."""
        return PurePosixPath(self._key).relative_to(root._key if isinstance(root, PackedPath) else str(root))

    def entries(self) -> list["PackedPath"]:
        """Return what is in the folder, sorted by name, without hidden entries."""
        return [self / name for name in self._tree.names(self._key) if not name.startswith(".")]

    def read(self, limit_bytes: int) -> bytes:
        """Return the content, cut after this many bytes."""
        return self._tree.read(self._key, limit_bytes)

    def open(self, mode: str = "rb") -> BinaryIO:
        """Open a small file for reading."""
        if mode != "rb":
            raise ValueError(mode)
        return io.BytesIO(self.read(1 << 20))


SitePath: TypeAlias = Path | PackedPath
"""A file or folder of the officer's sites, on disk or in a pack."""


def pack_files(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a ZIP archive of files: path inside the pack, content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, strict_timestamps=True) as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name, _STAMP)
            info.external_attr = 0o600 << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def is_plain_name(name: str) -> bool:
    """Whether a path inside a pack stays inside the folder that it is unpacked to."""
    parts = name.split("/")
    return (
        0 < len(name) <= MAX_NAME_LENGTH
        and len(parts) <= MAX_DEPTH
        and not any(part in {"", ".", ".."} for part in parts)
        and "\\" not in name
        and "\0" not in name
    )


def _is_plain_file(info: zipfile.ZipInfo) -> bool:
    """Whether a file is stored as ``pack_files`` does: deflated, not encrypted, of bounded size."""
    is_encrypted = bool(info.flag_bits & 1)
    return info.compress_type == zipfile.ZIP_DEFLATED and not is_encrypted and info.file_size <= MAX_FILE_BYTES


def _damaged(shown: str) -> SitesError:
    return SitesError(_("{file} is decrypted but damaged; put back a copy, or pack the sites again", file=shown))
