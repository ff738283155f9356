"""Reading the officer's own files: bounded, never out of the sites folder, and never a guess at broken text.

The files are trusted to mean well, not to be well: they come from map programs, mails and memory sticks.
"""

import json
import os
import stat
import tomllib
from pathlib import Path
from typing import Any, NoReturn

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import path_text, plain


def shown(path: Path) -> str:
    """A path as it stands in a sentence."""
    return plain(path_text(path))


def stay_inside(path: Path, root: Path) -> None:
    """Refuse a link that leads out of the sites folder (what it names may be changed by others), or to nothing.

    Raises
    ------
    SitesError
        The path ends outside ``root`` or its target is missing.
    """
    if not path.is_symlink():
        return
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(os.path.realpath(root)):
        raise SitesError(
            _("{file} is a link that leads out of the sites folder; put a copy in its place", file=shown(path))
        )
    if not target.exists():
        raise SitesError(
            _("{file} is a link to something that is not there; put a copy in its place", file=shown(path))
        )


def listed(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name; hidden entries are left out.

    Raises
    ------
    SitesError
        The folder cannot be listed.
    """
    try:
        with os.scandir(folder) as entries:
            return sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        raise unopened(folder, error) from error


def read_bounded(path: Path, limit_mib: int) -> bytes:
    """The bytes of a regular file of at most ``limit_mib`` MiB.

    Raises
    ------
    SitesError
        It cannot be opened, is no regular file, or is larger.
    """
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise SitesError(_("{file} is not a regular file; put a plain file in its place", file=shown(path)))
            content = stream.read(limit_mib * 2**20 + 1)
    except OSError as error:
        raise unopened(path, error) from error
    if len(content) > limit_mib * 2**20:
        raise SitesError(
            _("{file} is larger than the limit of {limit_mib} MiB; simplify it", file=shown(path), limit_mib=limit_mib)
        )
    return content


def unopened(path: Path, error: OSError) -> SitesError:
    """The refusal of what the system would not open."""
    return SitesError(
        _(
            "{file} cannot be opened ({error}); check that it is there and that this account may read it",
            file=shown(path),
            error=error.strerror or "",
        )
    )


def text_of(content: bytes, file: str) -> str:
    """UTF-8 text; the byte order mark that some editors put before it is dropped.

    Raises
    ------
    SitesError
        It is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SitesError(
            _("{file} is not UTF-8 text (byte {byte}); save it again as UTF-8", file=file, byte=error.start + 1)
        ) from error


def toml_of(content: bytes, file: str) -> dict[str, Any]:
    """A TOML 1.0 document.

    Raises
    ------
    SitesError
        It is none.
    """
    try:
        return tomllib.loads(text_of(content, file))
    except tomllib.TOMLDecodeError as error:
        raise SitesError(
            _("{file} is not valid TOML: {error}; mend that line and run again", file=file, error=plain(str(error)))
        ) from error
    except RecursionError as error:
        raise SitesError(_("{file} is nested deeper than any real file; write it anew", file=file)) from error


def json_of(content: bytes, file: str) -> object:
    """A JSON document as RFC 8259 has it: no NaN or Infinity, and no key twice in one object. Numbers are floats.

    Raises
    ------
    SitesError
        It is none.
    """

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _value in pairs]
            twice = next(key for key in found if keys.count(key) > 1)
            raise SitesError(
                _("{file}: the key {key} stands twice in one object; take one out", file=file, key=plain(twice))
            )
        return found

    def no_number(word: str) -> NoReturn:
        raise SitesError(_("{file} holds {word} where a number must stand; mend it", file=file, word=word))

    text = text_of(content, file)
    try:
        found: object = json.loads(text, object_pairs_hook=once, parse_constant=no_number, parse_int=float)
    except json.JSONDecodeError as error:
        raise SitesError(
            _(
                "{file} is not valid JSON at line {line}; export it again or mend that line",
                file=file,
                line=error.lineno,
            )
        ) from error
    except RecursionError as error:
        raise SitesError(_("{file} is nested deeper than any real file; write it anew", file=file)) from error
    return found
