"""Find the clips that should be read again: by older readers, or by a process that was not locked."""

from collections.abc import Iterator
from pathlib import Path

from opsec.app.scan import resources_from
from opsec.casefile.case_file import open_case
from opsec.model import ReadPost
from opsec.readers.versions import installed_version
from opsec.settings import Settings

_OUTDATED = frozenset({"older_readers", "weak_isolation"})
"""Reasons of readings that a scan of today would not keep."""


def outdated_files(case: str, settings: Settings) -> tuple[list[Path], int]:
    """Return the files to read again, in order, and the number of outdated posts whose file is no longer at its path.

    Parameters
    ----------
    case
        Existing case file (path or database URL).
    settings
        They name the models of the readers of today.
    """
    readers = installed_version(resources_from(settings))
    found: dict[Path, None] = {}
    gone = 0
    with open_case(case) as case_file:
        for post in case_file.posts(readers):
            if any(reason.code in _OUTDATED for part in post.parts for reason in part.reading.reasons):
                files = [path for path in _paths(post) if path.is_file()]
                found |= dict.fromkeys(files)
                gone += not files
    return sorted(found), gone


def _paths(post: ReadPost) -> Iterator[Path]:
    """Yield the files of a post on disk: those beside each other, the list that names it, or its archive."""
    for path in (post.path, *(part.path for part in post.parts)):
        yield Path(path.partition("!/")[0])
        if "#" in path:
            yield Path(path.rpartition("#")[0])
