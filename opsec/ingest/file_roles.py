"""Where every file that was met is sorted: a clip, something that belongs to one, or passed over with a reason."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from opsec.i18n.messages import reason
from opsec.i18n.safe_text import path_text
from opsec.ingest.file_names import RECORD_ENDING, SIDECAR_ENDING, TRACK_ENDINGS, claim, stem, without_language
from opsec.ingest.post_grouping import UNREADABLE_ROW, Found, Listing, Owners, Role, beside, folders_above, media_of
from opsec.ingest.source import Archive, CannotOpenError, FileSource, MemberSource, ReadFile, Source, Unpack, stamp
from opsec.ingest.walk import MOST_ENTRIES
from opsec.model import FileKind, Reading, Reason, Skipped
from opsec.settings import Limits

_VIDEOS: frozenset[FileKind] = frozenset({"mp4", "matroska", "avi", "mpegts"})
_SIDECAR_ENDINGS = (SIDECAR_ENDING, RECORD_ENDING, *TRACK_ENDINGS, *(ending.upper() for ending in TRACK_ENDINGS))
_OF_EACH_ROW = frozenset({"unknown_column", "no_caption_column"})
"""What was not read of any row of a list: each of its posts is read in part."""
_REMARKS = frozenset({"old_letters", "column_ignored", "bad_times", "bad_place", "places_disagree"})
"""Worth saying of a list, and nothing of it is lost."""
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
        elif role in ("post_list", "record"):
            self._put_text(source, role)
            if named:
                self._bring_listed(source)
        else:
            self._put(source, role, kind)
            if named and role in ("video", "picture"):
                self._bring_sidecars(source)

    def settle(self) -> None:
        """Look into every subtitle, route or log that lies alone: one that tells something is a post of its own."""
        owners = Owners(media_of(self.found))
        kept: list[Found] = []
        for one in self.found:
            alone = one.role in ("track", "record") and not owners.of(one.source)
            why = _says_nothing(self._read_through(one.source)) if alone else None
            if why is not None:
                self._skip(one.source, why)
            else:
                kept.append(one)
        self.found = kept

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
    def _put_text(self, source: Source, role: Role) -> None:
        """A list of posts, or a ``.json``: an export with many posts, a record of one medium, or nothing of ours."""
        reading = self._read_through(source)
        if reading is not None and any(row != UNREADABLE_ROW for row in reading.posts):
            self._list(source, reading, from_the_top=role == "record")
        elif reading is None or reading.status != "read" or reading.post or reading.hints:
            self.found.append(Found(source, role))
        else:
            self._skip(source, reason("no_posts" if role == "post_list" else "not_a_clip"))

    def _list(self, source: Source, reading: Reading, *, from_the_top: bool) -> None:
        """Its rows are posts. A list that lost some of them is one too: nobody knows what stood there."""
        of_each_row = tuple(why for why in reading.reasons if why.code in _OF_EACH_ROW)
        rest = [why for why in reading.reasons if why.code not in _OF_EACH_ROW]
        whole = reading.status == "read" or (bool(of_each_row) and all(why.code in _REMARKS for why in rest))
        listing = Listing(reading.posts, of_each_row, whole=whole, from_the_top=from_the_top)
        self.found.append(Found(source, "post_list", listing))
        for remark in rest if whole else ():
            self._skip(source, remark)

    def _bring_listed(self, source: FileSource) -> None:
        """The media that a list named by the officer speaks of: he named the list, and means its posts."""
        listing = self.found[-1].listing if self.found and self.found[-1].source is source else None
        for row in listing.rows if listing else ():
            for base in _folders(source, upwards=listing is not None and listing.from_the_top):
                name = beside("", row.media)
                medium = self._beside(base, name) if name else None
                if medium is not None:
                    self.sort(medium, named=True)
                    break

    # ── what lies beside ──────────────────────────────────────────────────────────────────────
    def _bring_sidecars(self, source: FileSource) -> None:
        folder = FileSource(source.folder, os.path.dirname(source.where))  # noqa: PTH120 - see _beside
        bases = (stem(source.name), source.name)
        names = [base + ending for base in bases for ending in _SIDECAR_ENDINGS]
        for name in (*names, *_subtitles_with_language(folder, bases)):
            sidecar = self._beside(folder, name)
            role = _role("unknown", sidecar.name) if sidecar else None
            if sidecar is None or role is None:
                continue
            if role != "record":
                self.found.append(Found(sidecar, role))
            elif not self._is_export(sidecar):
                self._put_text(sidecar, role)

    def _is_export(self, source: Source) -> bool:
        """Whether a ``.json`` that is only named like a clip speaks of many posts: nobody asked for those."""
        reading = self._read_through(source)
        return reading is not None and bool(reading.posts)

    def _beside(self, folder: FileSource, name: str) -> FileSource | None:
        """A regular file under this folder, reached without any link; none if there is none, or it is known.

        The caller has made sure that no part of the name leads upwards.
        """
        where, mode = folder.where, stat.S_IFDIR  # a str: bytes that are no UTF-8 survive in no Path
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
        root = f"{folder.path}/" if folder.path else ""
        return FileSource(root + name, where, root)

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
        elif role in ("post_list", "record"):
            self._put_text(source, role)
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


def _subtitles_with_language(folder: FileSource, bases: Sequence[str]) -> list[str]:
    """Names of the subtitles in a folder that are called like a medium and tell their language besides."""
    try:
        with os.scandir(folder.where) as listing:
            names = [entry.name for entry in islice(listing, MOST_ENTRIES)]
    except OSError:
        return []  # the medium itself was opened there: whoever reads it tells what is wrong
    return sorted(name for name in names if without_language(name) in bases and path_text(name) == name)


def _says_nothing(reading: Reading | None) -> Reason | None:
    """Why what a file gave makes no post; none when it does, or may once it can be read."""
    if reading is None or reading.hints or reading.post:
        return None
    if reading.status == "read":
        return reason("not_a_clip")
    return next((why for why in reading.reasons if why.code in ("empty", "unknown_type")), None)


def _folders(source: FileSource, *, upwards: bool) -> Iterator[FileSource]:
    """The folder of a file, and those above it in which an export may begin."""
    where = os.path.dirname(source.where)  # noqa: PTH120 - bytes that are no UTF-8 survive in a str only
    yield FileSource(source.folder, where)
    for folder in folders_above(source.folder) if upwards else ():
        where = os.path.dirname(where)  # noqa: PTH120
        yield FileSource(folder, where)


def _role(kind: FileKind, name: str) -> Role | None:
    """What a file is for; by its content, else by what its name claims, so that no false clip goes unreported."""
    if kind in _VIDEOS:
        return "video"
    if kind in _PICTURES:
        return "picture"
    claimed = claim(name)
    return None if claimed == "system" else claimed
