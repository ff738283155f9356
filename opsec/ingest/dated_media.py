"""Match the rows of a list that give only a date with the media of that day."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

_DATED_NAME = re.compile(r"(?:(.*)/)?([0-9]{4}-[0-9]{2}-[0-9]{2})_.*-main\.([a-z0-9]{3,4})", re.ASCII | re.DOTALL)


class DatedMedia:
    """Lookup of Snapchat's media, whose list gives a date but no name: ``memories/2026-11-02_*-main.jpg``.

    A date means a medium only if it is the only one of its day, and the row the only one of that day.

    Parameters
    ----------
    names
        Media names of all rows.
    paths
        Paths of all media files.
    """

    def __init__(self, names: Iterable[str], paths: Iterable[str]) -> None:
        self._rows = Counter(_last_part(name) for name in names if "*" in name)
        self._paths: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for path in paths if self._rows else ():
            name = _DATED_NAME.fullmatch(path)
            if name:
                self._paths[name.groups("")].append(path)

    def has_some(self, pattern: str) -> bool:
        """Whether there is any medium of this day."""
        return bool(self._of(pattern))

    def only_one(self, pattern: str) -> str | None:
        """Path of the medium of this day, if nothing else is from it."""
        paths = self._of(pattern)
        return paths[0] if len(paths) == 1 and self._rows[_last_part(pattern)] == 1 else None

    def _of(self, pattern: str) -> Sequence[str]:
        name = _DATED_NAME.fullmatch(pattern) if "_*-" in pattern else None
        return self._paths.get(name.groups(""), ()) if name else ()


def _last_part(path: str) -> str:
    return path.rpartition("/")[2]
