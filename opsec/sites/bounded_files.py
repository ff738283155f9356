"""Read the officer's own files with limits: bounded size, inside the sites folder, strict encodings.

The files are not hostile but may be damaged: they come from map programs, e-mail and memory sticks.
"""

import json
import os
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.sites.packed_tree import PackedPath, SitePath


class FolderEntry(Protocol):
    """An entry of a folder, on disk or in a pack."""

    @property
    def name(self) -> str:
        """Its name in the folder."""

    def is_dir(self) -> bool:
        """Whether it is a folder."""


def display_path(path: SitePath) -> str:
    """A path made safe for a message."""
    return escape_unsafe(decode_path(path))


def refuse_outside_link(path: SitePath, root: SitePath) -> None:
    """Refuse a broken link, or one that leaves the sites folder: others may be able to change its target.

    Raises
    ------
    SitesError
        The target is outside ``root`` or missing.
    """
    if isinstance(path, PackedPath) or not path.is_symlink():
        return
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(os.path.realpath(root)):
        raise SitesError(
            _("{file} is a link to a place outside the sites folder; replace it with a copy", file=display_path(path))
        )
    if not target.exists():
        raise SitesError(_("{file} is a broken link; replace it with a copy of the file", file=display_path(path)))


def list_folder(folder: SitePath) -> Sequence[FolderEntry]:
    """Entries of a folder, sorted by name, without hidden ones.

    Raises
    ------
    SitesError
        The folder cannot be listed.
    """
    if isinstance(folder, PackedPath):
        return folder.entries()
    try:
        with os.scandir(folder) as entries:
            return sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        raise open_error(folder, error) from error


def read_bounded(path: SitePath, limit_mib: int) -> bytes:
    """Read a regular file of at most ``limit_mib`` MiB.

    Raises
    ------
    SitesError
        The file cannot be opened, is not a regular file, or is larger.
    """
    content = _read(path, limit_mib * 2**20 + 1)
    if len(content) > limit_mib * 2**20:
        raise SitesError(
            _(
                "{file} is larger than the limit of {limit_mib} MiB; simplify it",
                file=display_path(path),
                limit_mib=limit_mib,
            )
        )
    return content


def _read(path: SitePath, limit_bytes: int) -> bytes:
    if isinstance(path, PackedPath):
        return path.read(limit_bytes)
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise SitesError(_("{file} is not a regular file; replace it with one", file=display_path(path)))
            return stream.read(limit_bytes)
    except OSError as error:
        raise open_error(path, error) from error


def open_error(path: SitePath, error: OSError) -> SitesError:
    """Error for a file that the operating system did not open."""
    return SitesError(
        _(
            "{file} cannot be opened ({error}); check that it exists and that this account may read it",
            file=display_path(path),
            error=error.strerror or "",
        )
    )


def decode_text(content: bytes, file: str) -> str:
    """Decode UTF-8 text, without the byte order mark that some editors write.

    Raises
    ------
    SitesError
        The content is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SitesError(
            _("{file} is not UTF-8 text (byte {byte}); save it again as UTF-8", file=file, byte=error.start + 1)
        ) from error


def parse_toml(content: bytes, file: str) -> dict[str, Any]:
    """Parse a TOML 1.0 document.

    Raises
    ------
    SitesError
        The content is not valid TOML.
    """
    try:
        return tomllib.loads(decode_text(content, file))
    except tomllib.TOMLDecodeError as error:
        raise SitesError(
            _(
                "{file} is not valid TOML: {error}; fix that line and run the command again",
                file=file,
                error=escape_unsafe(str(error)),
            )
        ) from error
    except RecursionError as error:
        raise SitesError(_("{file} is nested too deeply; write it again", file=file)) from error


def parse_json(content: bytes, file: str) -> object:
    """Parse JSON strictly (RFC 8259): no NaN or Infinity, no duplicate keys in one object; numbers become floats.

    Raises
    ------
    SitesError
        The content is not valid JSON.
    """

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _value in pairs]
            twice = next(key for key in found if keys.count(key) > 1)
            raise SitesError(
                _("{file}: the key {key} occurs twice in one object; remove one", file=file, key=escape_unsafe(twice))
            )
        return found

    def no_number(word: str) -> NoReturn:
        raise SitesError(_("{file} contains {word} where a number is required; correct it", file=file, word=word))

    text = decode_text(content, file)
    try:
        found: object = json.loads(text, object_pairs_hook=once, parse_constant=no_number, parse_int=float)
    except json.JSONDecodeError as error:
        raise SitesError(
            _(
                "{file} is not valid JSON at line {line}; export it again or fix that line",
                file=file,
                line=error.lineno,
            )
        ) from error
    except RecursionError as error:
        raise SitesError(_("{file} is nested too deeply; write it again", file=file)) from error
    return found
