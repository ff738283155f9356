"""Waiting for a change in a folder: by the notices of the system, or by looking again on network file systems.

Notices of a change are never relied upon alone: they only end the wait sooner. What changed is found by listing the
folder, so that a lost notice delays a file and does not hide it.
"""

import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path

LISTING_EVERY_S = 60.0
"""The folder is listed this often even without a notice."""
COLLECT_S = 0.5
"""Pause after a notice: a file that is being written gives many."""
POLL_EVERY_S = 5.0
"""How often a folder on a network file system is listed."""
_NOTIFYING = frozenset(
    """
    bcachefs btrfs erofs exfat ext2 ext3 ext4 f2fs hfsplus jfs msdos nilfs2 ntfs ntfs3 overlay ramfs reiserfs tmpfs
    ufs vfat xfs zfs apfs
    """.split()
)
"""File systems of one machine: every change of a file is made by this machine, which reports it."""


@dataclass(slots=True)
class FolderEvents:
    """Waits for changes in one folder and all folders in it."""

    folder: str
    polls: bool
    """Look again instead of waiting for notices."""
    stop: threading.Event
    """Ends every wait."""

    def wait(self, most_s: float | None) -> None:
        """Wait for a change, a request to stop, or so many seconds, whichever comes first.

        Parameters
        ----------
        most_s
            None: until the next listing is due.
        """
        if self.polls:
            self.stop.wait(POLL_EVERY_S if most_s is None else min(most_s, POLL_EVERY_S))
            return
        limit_s = LISTING_EVERY_S if most_s is None else min(most_s, LISTING_EVERY_S)
        try:
            self._wait_for_notice(limit_s)
            self.stop.wait(COLLECT_S)
        except OSError:  # the limit of watched folders (fs.inotify.max_user_watches) is reached, or the folder is gone
            self.polls = True

    def _wait_for_notice(self, limit_s: float) -> None:
        from watchfiles import watch

        changes = watch(
            self.folder,
            watch_filter=None,
            debounce=200,
            step=50,
            stop_event=self.stop,
            rust_timeout=max(1, round(1000 * limit_s)),
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
            force_polling=False,
        )
        next(changes, None)
        changes.close()


def must_poll(folder: Path, mounts: str = "/proc/self/mountinfo") -> bool:
    """Return whether a folder is on a file system that other machines or programs change without a notice.

    NFS, CIFS, FUSE and every other type that is not known to be local count: looking again is always right.

    Parameters
    ----------
    folder
        An existing folder.
    mounts
        Table of mounts in the format of proc_pid_mountinfo(5); where there is none, every change has a notice.
    """
    try:
        table = Path(mounts).read_text("utf-8", "surrogateescape")
    except OSError:
        return False
    where = os.path.realpath(folder)
    nearest, kind = "", "ext4"
    for line in table.splitlines():
        before, _dash, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        inside = where == point or where.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(nearest):
            nearest, kind = point, after.split()[0]
    return kind not in _NOTIFYING
