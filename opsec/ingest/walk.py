"""List the files under the paths that an officer names: each once, in a fixed order, without following links."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.reasons import make_reason
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.ingest.file_names import kind_by_name
from opsec.ingest.source import FileSource, os_error_reason
from opsec.model import Skipped
from opsec.settings import LANDMARK_CACHE_SUFFIX

MAX_ENTRIES = 1_000_000
"""Limit of directory entries in one scan; more is a mistake or an attack on memory."""


@dataclass(slots=True)
class FolderWalk:
    """Files found so far, and those left out."""

    leave_out: frozenset[str] = frozenset()
    """Resolved paths of this program's own files: site folders, the case file, results."""
    files: list[FileSource] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    """Paths of the files named on the command line."""
    _known: set[str] = field(default_factory=set)
    _entries: int = 0

    def add_path(self, path: Path) -> None:
        """Add one path of the command line. A link named here is followed.

        Raises
        ------
        UsageError
            The path is missing, not readable or belongs to this program, or there are more than ``MAX_ENTRIES`` files.
        """
        shown = decode_path(path)
        try:
            where = os.path.realpath(path, strict=True)
            mode = Path(where).stat().st_mode
        except (OSError, ValueError) as error:
            detail = error.strerror if isinstance(error, OSError) else None
            message = _(
                "{path} cannot be scanned ({error}); check the path",
                path=escape_unsafe(shown),
                error=detail or "no such path",
            )
            raise UsageError(message) from error
        self._refuse_ours(where, shown)
        if stat.S_ISDIR(mode):
            self._add_folder(where, "" if shown == "." else shown.rstrip("/") + "/")
        elif stat.S_ISREG(mode):
            self.named.add(shown)
            self._add_file(where, shown)
        else:
            self.skipped.append(Skipped(shown, make_reason("not_a_file")))

    def _refuse_ours(self, where: str, shown: str) -> None:
        """Keep landmark photos away from the processes that open hostile media, and their paths out of reports."""
        if self._is_ours(where):
            raise UsageError(
                _(
                    "{path} is one of your sites, the case file or a result; give the folder of the posts instead",
                    path=escape_unsafe(shown),
                )
            )

    def _is_ours(self, where: str) -> bool:
        return any(_is_inside(where, ours) for ours in self.leave_out)

    def _add_folder(self, root: str, shown_root: str) -> None:
        waiting = [(root, shown_root, True)]
        while waiting:
            where, shown, is_folder = waiting.pop()
            if is_folder:
                waiting += reversed(list(self._entries_of(where, shown, root)))
            else:
                self._add_file(where, shown, shown_root)

    def _entries_of(self, folder: str, shown: str, root: str) -> Iterator[tuple[str, str, bool]]:
        """Entries of one folder: path to open, path to show, and whether the entry is a folder."""
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            self.skipped.append(Skipped(shown, os_error_reason(error)))
            return
        self._count_entries(len(entries), shown)
        for entry in entries:
            path = shown + decode_path(entry.name)
            if entry.is_symlink():
                self._skip_link(entry.path, path, root)
            elif entry.is_dir(follow_symlinks=False):
                if entry.path in self.leave_out:
                    if not entry.name.endswith(LANDMARK_CACHE_SUFFIX):  # the feature cache beside the case file
                        self.skipped.append(Skipped(path + "/", make_reason("our_sites")))
                    continue
                if kind_by_name(entry.name) in ("video", "picture", "archive"):
                    self.skipped.append(Skipped(path + "/", make_reason("a_folder")))
                yield entry.path, path + "/", True
            elif entry.is_file(follow_symlinks=False):
                if entry.path not in self.leave_out:
                    yield entry.path, path, False
            else:
                self.skipped.append(Skipped(path, make_reason("not_a_file")))

    def _skip_link(self, where: str, shown: str, root: str) -> None:
        """Skip a link. A target under the same root is scanned by its own name, so nothing is lost."""
        try:
            target = os.path.realpath(where, strict=True)
        except OSError:
            target = ""
        code = "our_sites" if self._is_ours(target) else "link_in" if _is_inside(target, root) else "link_out"
        self.skipped.append(Skipped(shown, make_reason(code)))

    def _add_file(self, where: str, shown: str, shown_root: str | None = None) -> None:
        if where not in self._known:
            self._known.add(where)
            self.files.append(FileSource(shown, where, shown_root))

    def _count_entries(self, entries: int, shown: str) -> None:
        self._entries += entries
        if self._entries > MAX_ENTRIES:
            raise UsageError(
                _(
                    "{path} contains more than {limit} files; scan its folders one at a time",
                    path=escape_unsafe(shown),
                    limit=MAX_ENTRIES,
                )
            )


def _is_inside(where: str, folder: str) -> bool:
    return where == folder or where.startswith(folder.rstrip("/") + "/")


def walk(paths: Sequence[Path], leave_out: Sequence[Path] = ()) -> FolderWalk:
    """List every file under these paths.

    Raises
    ------
    UsageError
        A path does not exist or is in ``leave_out``.
    """
    found = FolderWalk(frozenset(os.path.realpath(path) for path in leave_out))
    for path in paths:
        found.add_path(path)
    return found
