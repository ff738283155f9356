"""Every file under the paths an officer names: each once, in one order on every machine, no link followed."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opsec.errors import UsageError
from opsec.i18n.messages import _, reason
from opsec.i18n.safe_text import path_text, plain
from opsec.ingest.file_names import claim
from opsec.ingest.source import FileSource, trouble
from opsec.model import Skipped
from opsec.settings import LANDMARKS_ENDING

MOST_ENTRIES = 1_000_000
"""More names than this under the paths of one scan is a mistake, or an attack on memory."""


@dataclass(slots=True)
class Walk:
    """Files met so far, and what was passed over."""

    leave_out: frozenset[str] = frozenset()
    """What is ours, by resolved path: folders of sites, and files that this program writes."""
    files: list[FileSource] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    """Paths of the files that the officer named one by one."""
    _seen: set[str] = field(default_factory=set)
    _entries: int = 0

    def take(self, path: Path) -> None:
        """Add one path of the command line. A link is followed here, because the officer named it.

        Raises
        ------
        UsageError
            The path is missing, may not be looked at or is ours, or there are more than ``MOST_ENTRIES`` files.
        """
        shown = path_text(path)
        try:
            where = os.path.realpath(path, strict=True)
            mode = Path(where).stat().st_mode
        except (OSError, ValueError) as error:
            detail = error.strerror if isinstance(error, OSError) else None
            message = _(
                "{path} cannot be scanned ({error}); check the path", path=plain(shown), error=detail or "no such path"
            )
            raise UsageError(message) from error
        self._refuse_ours(where, shown)
        if stat.S_ISDIR(mode):
            self._folder(where, "" if shown == "." else shown.rstrip("/") + "/")
        elif stat.S_ISREG(mode):
            self.named.add(shown)
            self._file(where, shown)
        else:
            self.skipped.append(Skipped(shown, reason("not_a_file")))

    def _refuse_ours(self, where: str, shown: str) -> None:
        """Photos of our landmarks must not go to those who open hostile media, nor their paths into reports."""
        if self._is_ours(where):
            raise UsageError(
                _(
                    "{path} is part of your sites, the case file or a result; name the folder of the posts instead",
                    path=plain(shown),
                )
            )

    def _is_ours(self, where: str) -> bool:
        return any(_inside(where, ours) for ours in self.leave_out)

    def _folder(self, root: str, shown_root: str) -> None:
        waiting = [(root, shown_root, True)]
        while waiting:
            where, shown, is_folder = waiting.pop()
            if is_folder:
                waiting += reversed(list(self._entries_of(where, shown, root)))
            else:
                self._file(where, shown, shown_root)

    def _entries_of(self, folder: str, shown: str, root: str) -> Iterator[tuple[str, str, bool]]:
        """What lies directly in one folder: where it is, how it is shown, and whether it is a folder itself."""
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            self.skipped.append(Skipped(shown, trouble(error)))
            return
        self._count(len(entries), shown)
        for entry in entries:
            path = shown + path_text(entry.name)
            if entry.is_symlink():
                self._link(entry.path, path, root)
            elif entry.is_dir(follow_symlinks=False):
                if entry.path in self.leave_out:
                    if not entry.name.endswith(LANDMARKS_ENDING):  # written by this program, as the case file is
                        self.skipped.append(Skipped(path + "/", reason("our_sites")))
                    continue
                if claim(entry.name) in ("video", "picture", "archive"):
                    self.skipped.append(Skipped(path + "/", reason("a_folder")))
                yield entry.path, path + "/", True
            elif entry.is_file(follow_symlinks=False):
                if entry.path not in self.leave_out:
                    yield entry.path, path, False
            else:
                self.skipped.append(Skipped(path, reason("not_a_file")))

    def _link(self, where: str, shown: str, root: str) -> None:
        """No link is followed; one to something under the same root is no loss, for that is met by its own name."""
        try:
            target = os.path.realpath(where, strict=True)
        except OSError:
            target = ""
        code = "our_sites" if self._is_ours(target) else "link_in" if _inside(target, root) else "link_out"
        self.skipped.append(Skipped(shown, reason(code)))

    def _file(self, where: str, shown: str, shown_root: str | None = None) -> None:
        if where not in self._seen:
            self._seen.add(where)
            self.files.append(FileSource(shown, where, shown_root))

    def _count(self, entries: int, shown: str) -> None:
        self._entries += entries
        if self._entries > MOST_ENTRIES:
            raise UsageError(
                _(
                    "{path}: more than {limit} files; scan the folders in it one at a time",
                    path=plain(shown),
                    limit=MOST_ENTRIES,
                )
            )


def _inside(where: str, folder: str) -> bool:
    return where == folder or where.startswith(folder.rstrip("/") + "/")


def walk(paths: Sequence[Path], leave_out: Sequence[Path] = ()) -> Walk:
    """Every file under these paths. Raises ``UsageError`` for a path that leads nowhere or into what is left out."""
    found = Walk(frozenset(os.path.realpath(path) for path in leave_out))
    for path in paths:
        found.take(path)
    return found
