"""Libraries that wheels bring along (auditwheel's folders ``NAME.libs``), with their licences and known-old versions.

The table is shipped with the program and has a date: it is no check for updates, which would need a network.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

UNKNOWN = "unknown"
_FILE_NAME = re.compile(r"(?P<stem>.+?)(?:-[0-9a-f]{8})*\.so(?:\.(?P<version>[0-9][0-9A-Za-z.]*))?")
_GPL = re.compile(rb"lib\w+ license: (L?GPL) version (\d)(\.1)?")
"""What the libraries of FFmpeg contain about themselves (``avcodec_license()``)."""
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class OldVersions:
    """Versions of a library that were known to be old when the table was written."""

    below: str
    since: str
    """Day from which on they are old, YYYY-MM-DD."""
    why: str
    licence: str | None = None
    """Licence of these versions, where it was another one."""


@dataclass(frozen=True, slots=True)
class BundledLibrary:
    """One file of a folder ``NAME.libs``."""

    package: str
    """Wheel that brings it along, as its folder names it."""
    file: str
    name: str
    version: str
    """Of the file name; empty where it has none."""
    licence: str
    """SPDX expression, or ``UNKNOWN``."""
    old: OldVersions | None
    """Why this version is old; None for one that is not known to be."""

    @property
    def is_gpl(self) -> bool:
        """Whether it may be passed on only under the GPL; the run-time exception of GCC allows more."""
        choices = self.licence.split(" OR ")
        return all(one.startswith("GPL") and "exception" not in one for one in choices)


@dataclass(frozen=True, slots=True)
class _Entry:
    prefix: str
    name: str
    licence: str
    old: OldVersions | None


def libraries_in(folder: Path) -> Iterator[BundledLibrary]:
    """Yield the libraries in every folder ``NAME.libs`` of a folder of packages, in order."""
    for libs in sorted(folder.glob("*.libs")):
        for file in sorted(libs.iterdir()):
            found = _FILE_NAME.fullmatch(file.name)
            if found is not None and file.is_file():
                yield _describe(libs.name.removesuffix(".libs"), file, found["stem"], found["version"] or "")


def table_date() -> str:
    """Return the day of the table, YYYY-MM-DD."""
    return str(_table()["date"])


def _describe(package: str, file: Path, stem: str, version: str) -> BundledLibrary:
    entry = next((one for one in _entries() if f"{stem}.".startswith(one.prefix)), None)
    if entry is None:
        return BundledLibrary(package, file.name, stem, version, UNKNOWN, None)
    old = entry.old if entry.old and version and _numbers(version) < _numbers(entry.old.below) else None
    stated = _ffmpeg_licence(file) if entry.name == "FFmpeg" else old.licence if old else None
    return BundledLibrary(package, file.name, entry.name, version, stated or entry.licence, old)


def _ffmpeg_licence(file: Path) -> str | None:
    """Return the licence that a library of FFmpeg states; with x264 or x265 in it, it is the GPL."""
    found = _GPL.search(file.read_bytes())
    if found is None:
        return None
    family, major, minor = found[1].decode(), found[2].decode(), ".1" if found[3] else ".0"
    return f"{family}-{major}{minor}-or-later"


def _numbers(version: str) -> list[int]:
    return [int(one) for one in _NUMBER.findall(version)]


@cache
def _table() -> dict[str, object]:
    return tomllib.loads((resources.files("opsec") / "assets" / "bundled_libraries.toml").read_text("utf-8"))


@cache
def _entries() -> tuple[_Entry, ...]:
    """Return the entries of the table, the longest beginnings of file names first."""
    rows = _table()["library"]
    assert isinstance(rows, list)
    found = [
        _Entry(prefix, row["name"], row["licence"], OldVersions(**row["old"]) if "old" in row else None)
        for row in rows
        for prefix in row["files"]
    ]
    return tuple(sorted(found, key=lambda one: -len(one.prefix)))
