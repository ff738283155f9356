"""Use case of a watched folder: what has arrived completely is scanned into the case file, as by ``opsec scan``."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from opsec.app.folder_events import FolderEvents, must_poll
from opsec.app.notice import send_notice
from opsec.app.scan import scan
from opsec.app.scan_clip import is_flagged
from opsec.app.scan_session import Listener, only_new
from opsec.casefile.database import case_files
from opsec.errors import UsageError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import decode_path, display_path
from opsec.ingest.discovery import NothingToScanError, PostFiles
from opsec.ingest.file_names import describes_many
from opsec.ingest.settled_files import FoundFile, SettledFiles, list_files
from opsec.ingest.source import FileSource, MemberSource, Source
from opsec.model import Progress, Scan, Skipped
from opsec.settings import Settings


class StopRequestedError(Exception):
    """The watch is to end: raised between two clips, when the first of them is kept."""


@dataclass(frozen=True, slots=True)
class WatchedBatch:
    """What one scan of newly arrived files found."""

    whole: Scan
    """All clips of the batch."""
    new: Scan
    """Clips with findings that no scan before has seen, and clips that may hide one."""
    notice_trouble: Message | None = None
    """Why the notice command of the officer failed."""

    @property
    def new_findings(self) -> int:
        """Number of findings that no scan before has seen and that no decision hides."""
        return sum(not finding.is_hidden for result in self.new.results for finding in result.findings)


@dataclass(slots=True)
class FolderWatch:
    """Watches one folder."""

    folder: Path
    case: str
    settings: Settings
    sites: str | os.PathLike[str] | None = None
    polls: bool = False
    listener: Listener | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    """Ends the watch after the clip that is being scanned."""

    def batches(self, *, once: bool = False) -> Iterator[WatchedBatch]:
        """Scan what arrives, in batches.

        Parameters
        ----------
        once
            Scan what has arrived by now and end.

        Raises
        ------
        UsageError
            The folder does not exist or vanished.
        SettingsError, SitesError, CaseError
            As for a scan; what was scanned is kept.
        """
        settled = SettledFiles(self.settings.watch.settle_s)
        ours = frozenset(os.path.realpath(one) for one in (self.sites or self.settings.sites, *case_files(self.case)))
        events = FolderEvents(str(self.folder), self.polls or must_poll(self.folder), self.stop)
        while not self.stop.is_set():
            ready = settled.observe(self._list(ours), time.monotonic(), time.time())
            if ready:
                batch = self._scan(ready)
                settled.mark_done(ready)
                if batch is not None:
                    yield batch
            if once:
                return
            if not ready:
                events.wait(self.settings.watch.settle_s if settled.is_waiting else None)

    def _list(self, ours: frozenset[str]) -> "dict[str, tuple[int, int, int]]":
        try:
            return list_files(str(self.folder), ours)
        except OSError as error:
            raise UsageError(
                _(
                    "{folder} cannot be watched ({error}); check the path",
                    folder=display_path(self.folder),
                    error=error.strerror or type(error).__name__,
                )
            ) from error

    def _scan(self, ready: list[FoundFile]) -> WatchedBatch | None:
        """Scan the posts that these files belong to; None when the watch is to end, or none of them is a post."""
        wanted = _BatchFilter.of(ready)
        try:
            done = scan(
                [self.folder],
                sites=self.sites,
                case=self.case,
                settings=self.settings,
                listener=self._listen,
                only=wanted.includes,
            )
        except (StopRequestedError, NothingToScanError):
            return None
        new = only_new(done)
        return WatchedBatch(done, new, self._send_notice(done, new))

    def _listen(self, progress: Progress) -> None:
        if self.listener is not None:
            self.listener(progress)
        if self.stop.is_set() and progress.done < progress.total:
            raise StopRequestedError

    def _send_notice(self, whole: Scan, new: Scan) -> Message | None:
        command = self.settings.watch.command
        counts = {
            "new": WatchedBatch(whole, new).new_findings,
            "flagged": sum(map(is_flagged, new.results)),
            "not_checked": whole.counts.not_fully_checked,
        }
        if not command or not counts["flagged"]:
            return None
        return send_notice(command, counts, self.settings.watch.command_timeout_s)


@dataclass(frozen=True, slots=True)
class _BatchFilter:
    """Which posts of the folder a batch consists of."""

    paths: frozenset[str]
    lists: tuple[str, ...]
    """Folders of files that may describe many posts."""

    @classmethod
    def of(cls, files: list[FoundFile]) -> "_BatchFilter":
        """Return the filter for files that have arrived."""
        paths = {_real(one.path) for one in files}
        lists = {path.rpartition("/")[0] + "/" for path in paths if describes_many(path.rpartition("/")[2])}
        return cls(frozenset(paths), tuple(sorted(lists)))

    def includes(self, found: PostFiles | Skipped) -> bool:
        """Return whether a file of the post has arrived, or a list that may name it."""
        paths = {_real(found.path.partition("!/")[0]), _real(found.path.rpartition("#")[0] or found.path)}
        if isinstance(found, PostFiles):
            paths |= {_file_of(source) for source in (found.media, *found.sidecars) if source is not None}
        return any(path in self.paths or path.startswith(self.lists) for path in paths)


def _file_of(source: Source) -> str:
    """Return the path of the file on disk that a source is in."""
    match source:
        case FileSource():
            return decode_path(source.os_path)
        case MemberSource():
            return decode_path(source.archive.source.os_path)
    return source.path


def _real(path: str) -> str:
    return decode_path(os.path.realpath(path))
