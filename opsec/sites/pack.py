"""Packs of sites: all site folders in one age file, which opens in memory alone.

A pack is opened once a process, whoever asks for it: where its passphrase comes from is set once, by the command line.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from opsec.errors import SitesError
from opsec.i18n.messages import Message, _
from opsec.keys import age_files
from opsec.keys.own_key import has_own_key, load_own_key
from opsec.keys.private_files import is_readable_by_others, readable_message
from opsec.sites.bounded_files import display_path, list_folder, open_error, read_bounded, refuse_outside_link
from opsec.sites.packed_tree import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TREE_BYTES,
    PackedTree,
    SitePath,
    is_plain_name,
    pack_files,
)
from opsec.sites.unlocking import UNLOCKING

MAX_PACK_BYTES = 1 << 30


def open_sites(where: SitePath) -> SitePath:
    """Return the folder of sites at a path: the path itself, or the root of the pack that is there.

    Raises
    ------
    SitesError
        It is a file but no pack, other accounts can read it, or it cannot be decrypted.
    """
    if not isinstance(where, Path) or not where.is_file():
        return where
    return open_pack(where).root


def open_pack(path: Path) -> PackedTree:
    """Open a pack, or return it if this process has opened it before.

    Raises
    ------
    SitesError
        As ``open_sites``.
    """
    shown = display_path(path)
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_PACK_BYTES:
                raise SitesError(_not_a_pack(shown))
            if is_readable_by_others(found):
                raise SitesError(readable_message(path, "600"))
            known = UNLOCKING.opened
            key = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
            if key not in known:
                known[key] = PackedTree(_decrypt(stream.read(), path, shown), shown)
            return known[key]
    except OSError as error:
        raise open_error(path, error) from error


def _decrypt(data: bytes, path: Path, shown: str) -> bytes:
    if not age_files.is_age_file(data):
        raise SitesError(_not_a_pack(shown))
    try:
        if not age_files.needs_passphrase(data):
            return _decrypt_with_keys(data, path, shown)
        if UNLOCKING.passphrase is None:
            raise SitesError(
                _("{file} needs a passphrase; give it with --passphrase-fd or --passphrase-env", file=shown)
            )
        return age_files.decrypt_with_passphrase(data, UNLOCKING.passphrase(shown))
    except age_files.AgeError:
        raise SitesError(
            _("{file} cannot be decrypted: the passphrase or the key is another, or the file is damaged", file=shown)
        ) from None


def _decrypt_with_keys(data: bytes, path: Path, shown: str) -> bytes:
    """Try the own keys of every folder where they may be."""
    folders = [folder for folder in (*UNLOCKING.keys, path.parent / "keys") if has_own_key(folder)]
    if not folders:
        raise SitesError(
            _("{file} is encrypted to a key, and no keys of yours were found; put them beside it", file=shown)
        )
    for folder in folders:
        try:
            return age_files.decrypt_as(data, load_own_key(folder))
        except age_files.AgeError:
            continue
    raise age_files.AgeError


# ── packing ───────────────────────────────────────────────────────────────────────────────────
def read_folder(folder: Path) -> bytes:
    """Return an archive of everything in a folder of sites but hidden entries.

    Raises
    ------
    SitesError
        A file cannot be read, is too large, is a link out of the folder, or has a path that no pack may contain.
    """
    files: list[tuple[str, bytes]] = []
    size_bytes = 0
    for name, content in _files(folder, folder, ""):
        files.append((name, content))
        size_bytes += len(content)
        if len(files) > MAX_FILES or size_bytes > MAX_TREE_BYTES:
            raise SitesError(
                _("{folder} holds more than a pack may; move what is no site elsewhere", folder=display_path(folder))
            )
    return pack_files(files)


def _files(folder: Path, root: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in list_folder(folder):
        path, name = folder / entry.name, f"{prefix}{entry.name}"
        refuse_outside_link(path, root)
        if not is_plain_name(name):
            raise SitesError(
                _(
                    "{file} is too deep in the folder, or its name is too long or contains \\; move or rename it",
                    file=display_path(path),
                )
            )
        if path.is_dir():
            yield from _files(path, root, f"{name}/")
        else:
            yield name, read_bounded(path, MAX_FILE_BYTES >> 20)


def unpack(tree: PackedTree, into: Path) -> int:
    """Write the files of a pack into a new folder (0700, files 0600) and return their number.

    Raises
    ------
    SitesError
        The folder exists, or cannot be written; then nothing of it is left.
    """
    if into.exists() or into.is_symlink():
        raise SitesError(_("{folder} exists already; name a new folder", folder=display_path(into)))
    draft = into.with_name(f".unpack-{secrets.token_hex(8)}")
    try:
        draft.mkdir(0o700)
        for name in tree.files():
            _write(draft, name, tree.read(name, MAX_FILE_BYTES))
        draft.rename(into)
    except OSError as error:
        raise SitesError(
            _(
                "{folder} cannot be written ({error}); choose another location",
                folder=display_path(into),
                error=error.strerror or type(error).__name__,
            )
        ) from error
    finally:
        _remove(draft)
    return len(tree.files())


def _write(root: Path, name: str, content: bytes) -> None:
    path = root / name
    for above in reversed(path.relative_to(root).parents[:-1]):
        (root / above).mkdir(0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as stream:
        stream.write(content)


def _remove(draft: Path) -> None:
    import shutil

    if draft.is_dir():
        shutil.rmtree(draft)


def _not_a_pack(shown: str) -> Message:
    return _("{file} is neither a folder of sites nor a pack of opsec sites pack", file=shown)
