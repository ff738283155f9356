"""Which files of a watched folder have arrived completely: they no longer change, and no program writes to them.

A post arrives as several files. Those of one folder that share a base name are a group, and a group is ready when all
of it has arrived, so that a clip is not scanned without its caption.
"""

import fcntl
import os
import signal
import stat
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from opsec.ingest.file_names import described_names, kind_by_name, stem

UNFINISHED_SUFFIXES = (
    ".part", ".partial", ".crdownload", ".download", ".opdownload", ".tmp", ".temp", ".filepart", ".ytdl", ".aria2",
    ".!qb", ".!ut", ".swp",
)  # fmt: skip
"""Names under which browsers, yt-dlp, aria2, torrent and SFTP clients keep a file that is not complete."""

Stamp = tuple[int, int, int]
"""Inode, size, and time of the last change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the watched folder."""

    path: str
    """As the operating system gave it."""
    stamp: Stamp


@dataclass(slots=True)
class _Observation:
    stamp: Stamp
    since_s: float
    """Monotonic time since which the stamp is the same."""


@dataclass(slots=True)
class SettledFiles:
    """Remembers what was seen of a folder, and which of it was handed out."""

    settle_s: float
    """A file that has not changed for so long has arrived."""
    _seen: dict[str, _Observation] = field(default_factory=dict)
    _done: dict[str, Stamp] = field(default_factory=dict)

    def observe(self, files: Mapping[str, Stamp], now_s: float, wall_s: float) -> list[FoundFile]:
        """Take a listing of the folder; return the files of the groups that are ready and have something new.

        Parameters
        ----------
        files
            Path → stamp of every file.
        now_s
            Monotonic time.
        wall_s
            Time of day, as ``time.time`` gives it: a file last changed long ago has arrived already.
        """
        self._seen = {path: self._observed(path, stamp, now_s, wall_s) for path, stamp in files.items()}
        self._done = {path: stamp for path, stamp in self._done.items() if path in files}
        ready: list[FoundFile] = []
        for paths in _groups(files):
            is_new = any(self._done.get(path) != files[path] for path in paths if not is_unfinished(path))
            if is_new and all(self._has_arrived(path, now_s) for path in paths):
                ready += [FoundFile(path, files[path]) for path in paths]
        return ready

    def mark_done(self, files: list[FoundFile]) -> None:
        """Remember that files were handled as they were when they were handed out; a later change makes them new."""
        self._done.update({one.path: one.stamp for one in files})

    @property
    def is_waiting(self) -> bool:
        """Whether some file was not handed out yet, because it or a file beside it has not arrived."""
        return any(self._done.get(path) != one.stamp for path, one in self._seen.items() if not is_unfinished(path))

    def _observed(self, path: str, stamp: Stamp, now_s: float, wall_s: float) -> _Observation:
        before = self._seen.get(path)
        if before is not None and before.stamp == stamp:
            return before
        age_s = wall_s - stamp[2] / 1e9 if before is None else 0.0
        return _Observation(stamp, now_s - max(0.0, age_s))

    def _has_arrived(self, path: str, now_s: float) -> bool:
        if is_unfinished(path) or now_s - self._seen[path].since_s < self.settle_s:
            return False
        return self._done.get(path) == self._seen[path].stamp or not is_being_written(path)


def is_unfinished(path: str) -> bool:
    """Return whether a program gave a file this name because it is not complete yet.

    >>> is_unfinished("in/clip.mp4.part"), is_unfinished("in/.clip.mp4.Xy12ab"), is_unfinished("in/clip.mp4")
    (True, True, False)
    """
    name = os.path.basename(path).lower()  # noqa: PTH119 - a path of any bytes
    if name.endswith(UNFINISHED_SUFFIXES):
        return True
    return name.startswith(".") and "." in name[1:] and kind_by_name(name.rpartition(".")[0]) is not None  # rsync


def is_being_written(path: str) -> bool:
    """Return whether some process has the file open for writing, as far as the system says.

    A lease for reading is refused while a file is open for writing (fcntl(2), "Leases"). Network file systems, and
    files of other users, have no leases: there the time without a change decides alone.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False  # gone, or not permitted: the scan reports it
    try:
        fcntl.fcntl(
            handle, fcntl.F_SETSIG, signal.SIGURG
        )  # a broken lease: this signal is ignored, SIGIO ends programs
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False


def list_files(folder: str, leave_out: frozenset[str] = frozenset()) -> dict[str, Stamp]:
    """Return every regular file under a folder, without following links.

    Parameters
    ----------
    folder
        Its path begins the paths of the files.
    leave_out
        Resolved paths of files and folders that are this program's own.

    Raises
    ------
    OSError
        The folder itself cannot be listed. Folders in it that vanish meanwhile are left out.
    """
    found: dict[str, Stamp] = {}
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            waiting += _list_folder(here, leave_out, found)
        except OSError:
            if here == folder:
                raise
    return found


def _list_folder(folder: str, leave_out: frozenset[str], found: dict[str, Stamp]) -> Iterator[str]:
    """Add the files of one folder to ``found``, and yield the folders in it."""
    with os.scandir(folder) as listing:
        for entry in listing:
            if leave_out and os.path.realpath(entry.path) in leave_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield entry.path
                continue
            with suppress(FileNotFoundError):
                seen = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(seen.st_mode):
                    found[entry.path] = (seen.st_ino, seen.st_size, seen.st_mtime_ns)


def _groups(files: Mapping[str, Stamp]) -> list[list[str]]:
    """Group files by folder and base name; an unfinished file belongs to the group of the file that it will be."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    media = {(os.path.split(path)[0], stem(os.path.split(path)[1])) for path in files if _is_media(path)}
    for path in sorted(files):
        folder, name = os.path.split(path)
        groups[folder, _base_name(folder, name, media)].append(path)
    return list(groups.values())


def _base_name(folder: str, name: str, media: set[tuple[str, str]]) -> str:
    """Return the base name of the media file that a file belongs to, or its own."""
    whole = name.lstrip(".")
    while whole.lower().endswith(UNFINISHED_SUFFIXES):
        whole = stem(whole)
    for described in described_names(whole):
        for base in (described, stem(described)):
            if (folder, base) in media:
                return base
    return stem(whole)


def _is_media(path: str) -> bool:
    return kind_by_name(os.path.basename(path)) in {"video", "picture"}  # noqa: PTH119 - as above
