"""Where every file that was met is sorted: a clip, something that belongs to one, or passed over with a reason."""

import os
import stat
from collections.abc import Iterable

from opsec.clips.names import SIDECAR_ENDING, claim, stem
from opsec.clips.pair import UNREADABLE_ROW, Found, Listing, Role, beside
from opsec.clips.source import Archive, CannotOpenError, FileSource, MemberSource, ReadFile, Source, Unpack, stamp
from opsec.language import reason
from opsec.model import FileKind, Reading, Reason, Skipped
from opsec.settings import Limits

_VIDEOS: frozenset[FileKind] = frozenset({"mp4", "matroska", "avi", "mpegts"})
_PICTURES: frozenset[FileKind] = frozenset({"jpeg", "png", "webp", "tiff", "heif", "gif"})


class Desk:
    """Sorts one file after the other into ``found`` and ``skipped``."""

    def __init__(self, limits: Limits, read: ReadFile, unpack: Unpack, met: Iterable[FileSource]) -> None:
        self.found: list[Found] = []
        self.skipped: list[Skipped] = []
        self._limits, self._read, self._unpack = limits, read, unpack
        self._known = {source.where for source in met}

    def sort(self, source: FileSource, *, named: bool) -> None:
        """Take one file from the disk; of one that the officer named, also what lies beside it."""
        try:
            kind = source.peek()
        except CannotOpenError as error:
            self._put_unopened(source, error.reason)
            return
        role = _role(kind, source.name)
        if kind == "zip":
            self._unfold(source)
        elif role == "post_list":
            self._list(source)
            if named:
                self._bring_listed(source)
        else:
            self._put(source, role, kind)
            if named and role in ("video", "picture"):
                self._bring_sidecars(source)

    # ── one file ──────────────────────────────────────────────────────────────────────────────
    def _put(self, source: Source, role: Role | None, kind: FileKind) -> None:
        if role is not None:
            self.found.append(Found(source, role))
        elif claim(source.name) != "system":
            self._skip(source, reason(kind if kind in ("empty", "playlist") else "not_a_clip"))

    def _put_unopened(self, source: Source, why: Reason) -> None:
        """A file that may be a clip stays one, and will be reported as unread; any other is passed over."""
        role = _role("unknown", source.name)
        if role is not None:
            self.found.append(Found(source, role))
        elif claim(source.name) != "system":
            self._skip(source, why)

    def _skip(self, source: Source, why: Reason) -> None:
        self.skipped.append(Skipped(source.path, why))

    def _read_through(self, source: Source) -> Reading | None:
        try:
            with source.open(self._limits) as opened:
                return self._read(opened)
        except CannotOpenError:
            return None  # the file stays a post of its own, and is reported when the scan opens it again

    # ── lists ─────────────────────────────────────────────────────────────────────────────────
    def _list(self, source: Source) -> None:
        reading = self._read_through(source)
        rows = reading.posts if reading else ()
        if reading is None or not any(row != UNREADABLE_ROW for row in rows):
            if reading is not None and reading.status == "read":
                self._skip(source, reason("no_posts"))
            else:
                self.found.append(Found(source, "post_list"))
            return
        whole = reading.status == "read"
        self.found.append(Found(source, "post_list", Listing(rows, () if whole else reading.reasons)))
        for remark in reading.reasons if whole else ():
            self._skip(source, remark)

    def _bring_listed(self, source: FileSource) -> None:
        """The media that a list named by the officer speaks of: he named the list, and means its posts."""
        listing = self.found[-1].listing if self.found and self.found[-1].source is source else None
        for row in listing.rows if listing else ():
            name = beside("", row.media)
            medium = self._beside(source, name) if name else None
            if medium is not None:
                self.sort(medium, named=True)

    # ── what lies beside ──────────────────────────────────────────────────────────────────────
    def _bring_sidecars(self, source: FileSource) -> None:
        for name in (stem(source.name) + SIDECAR_ENDING, source.name + SIDECAR_ENDING):
            sidecar = self._beside(source, name)
            if sidecar is not None:
                self.found.append(Found(sidecar, "info_json"))

    def _beside(self, source: FileSource, name: str) -> FileSource | None:
        """A regular file under the folder of this one, reached without any link; none if there is none, or it is known.

        The caller has made sure that no part of the name leads upwards.
        """
        where = os.path.dirname(source.where)  # noqa: PTH120 - bytes that are no UTF-8 survive in a str only
        mode = stat.S_IFDIR
        try:
            for part in name.split("/"):
                if not stat.S_ISDIR(mode):
                    return None
                where = f"{where}/{part}"
                mode = os.lstat(where).st_mode
        except (OSError, ValueError):  # ValueError: a name that no file can have, such as one with a NUL
            return None
        if not stat.S_ISREG(mode) or where in self._known:
            return None
        self._known.add(where)
        return FileSource(f"{source.folder}/{name}" if source.folder else name, where)

    # ── archives ──────────────────────────────────────────────────────────────────────────────
    def _unfold(self, source: FileSource) -> None:
        """Sort the members of an archive. What cannot be listed in full stays a post, to be reported."""
        try:
            with source.open(self._limits) as opened:
                archive = Archive(source, opened.sha256, stamp(opened.file.fileno()))
                reading = self._read(opened)
        except CannotOpenError:
            self.found.append(Found(source, "archive"))
            return
        most = self._limits.archive_members
        too_many = (reason("too_many", limit=most, part="files"),) if len(reading.members) > most else ()
        if too_many or reading.status != "read":
            self.found.append(Found(source, "archive", reasons=too_many))
        elif not reading.members:
            self._skip(source, reason("no_posts"))
        for member in reading.members[:most]:
            name = member.name.encode("utf-8", "backslashreplace").decode()
            self._member(MemberSource(archive, member.index, name, member.size_bytes, self._unpack))

    def _member(self, source: MemberSource) -> None:
        """Sort one member by its name, and unpack it only if its name does not tell."""
        role = _role("unknown", source.name)
        if role == "archive":
            self._skip(source, reason("nested_archive"))
        elif role == "post_list":
            self._list(source)
        elif role is not None:
            self._put(source, role, "unknown")
        else:
            self._member_by_content(source)

    def _member_by_content(self, source: MemberSource) -> None:
        try:
            with source.open(self._limits) as opened:
                kind = opened.kind
        except CannotOpenError as error:
            self._put_unopened(source, error.reason)
            return
        self._put(source, _role(kind, source.name), kind)


def _role(kind: FileKind, name: str) -> Role | None:
    """What a file is for; by its content, else by what its name claims, so that no false clip goes unreported."""
    if kind in _VIDEOS:
        return "video"
    if kind in _PICTURES:
        return "picture"
    claimed = claim(name)
    return None if claimed == "system" else claimed
