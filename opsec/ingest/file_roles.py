"""Classify each discovered file: media, sidecar, list, archive, or left out with a reason."""

import os
import stat
from collections.abc import Iterable, Iterator
from itertools import islice

from opsec.i18n.reasons import make_reason
from opsec.i18n.safe_text import decode_path
from opsec.ingest.file_names import describes_many, kind_by_name
from opsec.ingest.harmless_files import has_harmless_name
from opsec.ingest.post_grouping import UNREADABLE_ROW, folders_above, relative_path
from opsec.ingest.sidecar_owners import SIDECARS, ClassifiedFile, PostList, Role, SidecarOwners, media_files
from opsec.ingest.source import (
    ArchiveFile,
    CannotOpenError,
    FileSource,
    FirstLook,
    MemberSource,
    ReadFile,
    Source,
    Unpacker,
    file_stamp,
)
from opsec.ingest.walk import MAX_ENTRIES
from opsec.model import FileKind, Reading, Reason, Skipped
from opsec.model.reasons import REASONS
from opsec.model.vocabulary import IMAGE_KINDS, VIDEO_KINDS
from opsec.settings import Limits

MAX_LISTS_BESIDE = 100
"""Limit of lists and chats beside a named clip that are searched for its row."""


class FileClassifier:
    """Sort files into ``found`` and ``skipped``, one at a time."""

    def __init__(self, limits: Limits, read: ReadFile, unpacker: Unpacker, files: Iterable[FileSource]) -> None:
        self.found: list[ClassifiedFile] = []
        self.skipped: list[Skipped] = []
        self.unread: list[Source] = []
        """Skipped files that may hold a clue."""
        self._limits, self._read, self._unpacker = limits, read, unpacker
        self._known = {source.os_path for source in files}
        self._members_left = limits.scan_members

    def add(self, source: FileSource, *, named: bool) -> None:
        """Classify one file on disk. For a file that the officer named, also classify its sidecars or listed media."""
        try:
            look = source.peek()
        except CannotOpenError as error:
            self._add_unopened(source, error.reason)
            return
        role = _role_of(look.kind, source.name)
        if look.is_harmless:
            return
        if look.kind == "zip":
            self._add_archive(source)
        elif role in ("post_list", "record"):
            self._add_text(source, role)
            if named:
                self._add_listed_media(source)
        else:
            self._add(source, role, look.kind)
            if named and role in ("video", "picture"):
                self._add_sidecars(source)

    def drop_empty_side_files(self) -> None:
        """Read each subtitle, position log or record that has no media file; keep it as a post if it holds anything."""
        owners = SidecarOwners(media_files(self.found))
        found, self.found = self.found, []
        for one in found:
            alone = one.role in SIDECARS and not owners.owners_of(one.source)
            reading = self._reading_of(one.source) if alone else None
            why = _reason_not_a_post(reading) if alone and one.role != "info_json" else None
            if why is not None:
                self._skip(one.source, why)
            elif reading is not None and one.role == "info_json" and reading.posts:
                self._add_list(one.source, reading, from_the_top=False)  # a playlist of yt-dlp
            else:
                self.found.append(one)

    # ── one file ──────────────────────────────────────────────────────────────────────────────
    def _add(self, source: Source, role: Role | None, kind: FileKind) -> None:
        if role is not None:
            self.found.append(ClassifiedFile(source, role))
        else:
            self._skip(source, make_reason(kind if kind in ("empty", "playlist") else "not_a_clip"))

    def _add_unopened(self, source: Source, why: Reason) -> None:
        """Keep a file that may be a clip, so that it is reported as unread; skip any other."""
        role = _role_of("unknown", source.name)
        if role is not None:
            self.found.append(ClassifiedFile(source, role))
        else:
            self._skip(source, why)

    def _skip(self, source: Source, why: Reason) -> None:
        self.skipped.append(Skipped(source.path, why))
        if REASONS[why.code].hides_clip:
            self.unread.append(source)

    def _reading_of(self, source: Source) -> Reading | None:
        try:
            with source.open(self._limits) as opened:
                return self._read(opened)
        except CannotOpenError:
            return None  # the file remains a post and is reported when the scan opens it again

    # ── lists ─────────────────────────────────────────────────────────────────────────────────
    def _add_text(self, source: Source, role: Role) -> None:
        """Classify a list, a chat, a page or a record: many posts, one post, or neither."""
        reading = self._reading_of(source)
        if reading is not None and any(row != UNREADABLE_ROW for row in reading.posts):
            self._add_list(source, reading, from_the_top=role == "record")
        elif reading is None or reading.status != "read" or reading.post or reading.hints:
            self.found.append(ClassifiedFile(source, role))
        else:
            self._skip(source, _reason_not_a_post(reading) or make_reason("no_posts"))

    def _add_list(self, source: Source, reading: Reading, *, from_the_top: bool, only_with_media: bool = False) -> None:
        """Take the rows of a list as posts. A list with unreadable rows is a post as well, to be reported as unread."""
        of_each_row = tuple(why for why in reading.reasons if REASONS[why.code].of_each_row)
        rest = [why for why in reading.reasons if not REASONS[why.code].of_each_row]
        whole = reading.status == "read" or (bool(of_each_row) and all(REASONS[why.code].lossless for why in rest))
        listing = PostList(reading.posts, of_each_row, whole, from_the_top, only_with_media)
        self.found.append(ClassifiedFile(source, "post_list", listing))
        for remark in rest if whole else ():
            self._skip(source, remark)

    def _add_listed_media(self, source: FileSource) -> None:
        """Add the media files that a named list refers to: naming a list means its posts."""
        listing = self.found[-1].post_list if self.found and self.found[-1].source is source else None
        for row in listing.rows if listing else ():
            for base in _candidate_folders(source, upwards=listing is not None and listing.paths_from_export_root):
                name = relative_path("", row.media)
                medium = self._new_file_in(base, name) if name else None
                if medium is not None:
                    self.add(medium, named=True)
                    break

    # ── what lies beside ──────────────────────────────────────────────────────────────────────
    def _add_sidecars(self, source: FileSource) -> None:
        """Add the files beside a named clip that describe it: by their name, or as a list that has a row for it."""
        folder = FileSource(source.folder, os.path.dirname(source.os_path))  # noqa: PTH120 - see _new_file_in
        names = _names_in(folder)
        owners = SidecarOwners([ClassifiedFile(source, "video")], names)
        lists = 0
        for name in names:
            owned = bool(owners.owners_of(FileSource(f"{folder.path}/{name}" if folder.path else name, name)))
            lists += not owned and describes_many(name)
            if not owned and (not describes_many(name) or lists > MAX_LISTS_BESIDE):
                continue
            sidecar = self._new_file_in(folder, name)
            if sidecar is not None:
                self._add_beside(sidecar, owned=owned)

    def _add_beside(self, source: FileSource, *, owned: bool) -> None:
        """Classify a file beside a named clip. Another clip with the same name was not asked for."""
        try:
            look = source.peek()
        except CannotOpenError as error:
            self._add_unopened(source, error.reason)
            return
        role = _role_of(look.kind, source.name)
        if look.is_harmless:
            return
        if role in ("record", "post_list"):
            reading = self._reading_of(source)
            if reading is not None and reading.posts:
                self._add_list(source, reading, from_the_top=role == "record", only_with_media=True)
            elif owned:
                self._add_text(source, role)
        elif role in SIDECARS or role is None:
            self._add(source, role, look.kind)

    def _new_file_in(self, folder: FileSource, name: str) -> FileSource | None:
        """A regular file under this folder, reached without following a link; None if missing or already known.

        The caller ensures that no part of the name is ``..``.
        """
        where, mode = folder.os_path, stat.S_IFDIR  # a str, because a Path does not keep bytes that are not UTF-8
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
    def _add_archive(self, source: FileSource) -> None:
        """Classify the members of an archive; keep the archive as a post where it cannot be listed in full."""
        try:
            with source.open(self._limits) as opened:
                archive = ArchiveFile(source, opened.sha256, file_stamp(opened.file.fileno()))
                reading = self._read(opened)
        except CannotOpenError:
            self.found.append(ClassifiedFile(source, "archive"))
            return
        most = self._limits.archive_members
        too_many: tuple[Reason, ...] = ()
        if len(reading.members) > most:
            too_many += (make_reason("too_many", limit=most, part="files"),)
        if (left_out := min(len(reading.members), most) - self._members_left) > 0:
            most = self._members_left
            too_many += (make_reason("members_limit", left=left_out, limit=self._limits.scan_members),)
        self._members_left -= min(len(reading.members), most)
        if too_many or reading.status != "read":
            self.found.append(ClassifiedFile(source, "archive", reasons=too_many))
        elif not reading.members:
            self._skip(source, make_reason("no_posts"))
        for member in reading.members[:most]:
            name = member.name.encode("utf-8", "backslashreplace").decode()
            self._add_member(MemberSource(archive, member.index, name, member.size_bytes, self._unpacker))

    def _add_member(self, source: MemberSource) -> None:
        """Classify one member by its name; unpack it only if the name does not decide."""
        role = _role_of("unknown", source.name)
        if has_harmless_name(source.name):
            self._add_member_by_content(source)
        elif role == "archive":
            self._skip(source, make_reason("nested_archive"))
        elif role in ("post_list", "record"):
            self._add_text(source, role)
        elif role is not None:
            self._add(source, role, "unknown")
        else:
            self._add_member_by_content(source)

    def _add_member_by_content(self, source: MemberSource) -> None:
        try:
            with source.open(self._limits) as opened:
                look = FirstLook(opened.kind, opened.is_harmless)
        except CannotOpenError as error:
            self._add_unopened(source, error.reason)
            return
        role = _role_of(look.kind, source.name)
        if role in ("post_list", "record"):
            self._add_text(source, role)
        elif not look.is_harmless:
            self._add(source, role, look.kind)


def _names_in(folder: FileSource) -> list[str]:
    """Names of the entries of a folder, as far as they are text, in a fixed order."""
    try:
        with os.scandir(folder.os_path or ".") as listing:
            names = [entry.name for entry in islice(listing, MAX_ENTRIES)]
    except OSError:
        return []  # the media file is in the same folder: reading it reports what is wrong
    return sorted(name for name in names if decode_path(name) == name)


def _reason_not_a_post(reading: Reading | None) -> Reason | None:
    """Why a file without a media file is not a post; None when it is one, or may be one once it can be read."""
    if reading is None or reading.hints or reading.post:
        return None
    if reading.status == "read":
        return next((why for why in reading.reasons if why.code == "own_result"), make_reason("no_posts"))
    return next((why for why in reading.reasons if why.code == "empty"), None)


def _candidate_folders(source: FileSource, *, upwards: bool) -> Iterator[FileSource]:
    """The folder of a file, and the folders above it that may be the root of an export."""
    where = os.path.dirname(source.os_path)  # noqa: PTH120 - bytes that are no UTF-8 survive in a str only
    yield FileSource(source.folder, where)
    for folder in folders_above(source.folder) if upwards else ():
        where = os.path.dirname(where)  # noqa: PTH120
        yield FileSource(folder, where)


def _role_of(kind: FileKind, name: str) -> Role | None:
    """Role of a file by its content, else by its name, so that a damaged clip is still reported."""
    if kind in VIDEO_KINDS:
        return "video"
    if kind in IMAGE_KINDS:
        return "picture"
    return kind_by_name(name) or ("record" if kind in ("text", "html") else None)
