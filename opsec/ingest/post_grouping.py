"""Group files into posts: a media file, the sidecars with its name, and the list row that refers to it."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from opsec.i18n.reasons import make_reason
from opsec.i18n.safe_text import escape_unsafe
from opsec.ingest.dated_media import DatedMedia
from opsec.ingest.file_names import cut_name, described_names, kind_by_name, original_name, stem
from opsec.ingest.source import Source
from opsec.model import ListedPost, Post, Reason

Role = Literal["video", "picture", "info_json", "record", "track", "post_list", "archive"]
SIDECARS: frozenset[Role] = frozenset({"info_json", "record", "track"})
UNREADABLE_ROW = ListedPost(Post())
"""Placeholder for a row that could not be read, so that the following rows keep their numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFiles:
    """The files of one post; none of them is open."""

    path: str
    """Path of the media file; without one, of the sidecar, or of the list with the row: ``posts.csv#12``."""
    media: Source | None
    sidecars: tuple[Source, ...] = ()
    listed: ListedPost | None = None
    reasons: tuple[Reason, ...] = ()
    """What was not read of the post as a whole: a missing media file, an unknown column of its list."""
    folders: tuple[str, ...] = ()
    """Folders between the scanned path and the file, outermost first."""
    unread: Reason | None = None
    """Why the file is not read at all: it is reported as a post that was not checked."""


@dataclass(frozen=True, slots=True)
class PostList:
    """Content of a post list: one row for each line after its header, in order."""

    rows: tuple[ListedPost, ...]
    reasons: tuple[Reason, ...] = ()
    """What could not be read in any row."""
    complete: bool = True
    """Whether every row was read whole; otherwise the list is a post of its own beside its rows."""
    paths_from_export_root: bool = False
    """Whether media paths start at the root of an export, often a folder or two above the list."""
    only_with_media: bool = False
    """Whether only rows of media that are scanned count: the officer named a clip beside the list, not the list."""


@dataclass(frozen=True, slots=True)
class ClassifiedFile:
    """A file that is a post or belongs to one."""

    source: Source
    role: Role
    post_list: PostList | None = None
    """Content, for a post list that could be read."""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    post: ListedPost
    reasons: tuple[Reason, ...]


def group_posts(found: Sequence[ClassifiedFile], unread: Sequence[Source] = ()) -> tuple[PostFiles, ...]:
    """Group files into posts, in the order of the files. Every file is in exactly one post.

    Parameters
    ----------
    found
        The classified files.
    unread
        Files that are not read; a clip whose name they share is reported as not fully checked.
    """
    media = media_files(found)
    beside = _unread_beside(unread, media)
    sidecars, lonely = _assign_sidecars(found, media)
    rows, own_rows = _assign_rows(found, media)
    posts: list[PostFiles] = []
    for one in found:
        mine = PostFiles(
            path=one.source.path, media=one.source, reasons=one.reasons, folders=_enclosing_folders(one.source)
        )
        alone = replace(mine, media=None, sidecars=(one.source,))
        if one.role in ("video", "picture"):
            row = rows.get(one.source.path)
            posts.append(
                replace(
                    mine,
                    sidecars=tuple(sidecars.get(one.source.path, ())),
                    listed=row.post if row else None,
                    reasons=(*(row.reasons if row else ()), *beside.get(one.source.path, ())),
                )
            )
        elif one.role == "archive":
            posts.append(mine)
        elif one.post_list is not None:
            posts += [] if one.post_list.complete or one.post_list.only_with_media else [replace(alone, reasons=())]
            posts += own_rows[one.source.path]
        elif one.role == "post_list" or one.source.path in lonely:
            posts.append(alone)
    return tuple(posts)


MAX_UNREAD_BESIDE = 10
"""Limit of unread files that are named for one clip."""
MAX_FOLDERS = 4
"""Only the nearest folders count: outer ones name the collection, not the clip."""


def _enclosing_folders(source: Source) -> tuple[str, ...]:
    """Folders and archives around a file, below the path that the officer named."""
    around = source.scanned_path.split("/")[:-1]
    return tuple(name.removesuffix("!") for name in around if name.strip("!"))[-MAX_FOLDERS:]


# ── sidecars ──────────────────────────────────────────────────────────────────────────────────
class SidecarOwners:
    """Lookup of media files by the names that a sidecar may use for them.

    Parameters
    ----------
    media
        The media files.
    names_beside
        Names of all files in the folder of a medium that the officer named alone: a cut name may mean one of those.
    """

    def __init__(self, media: Sequence[ClassifiedFile], names_beside: Sequence[str] = ()) -> None:
        self._exact, self._any_case = _MediaByName(media, str), _MediaByName(media, _case_folded)
        self._edited: dict[tuple[str, str], list[ClassifiedFile]] = defaultdict(list)
        self._by_beginning: dict[tuple[str, str], list[ClassifiedFile]] = defaultdict(list)
        self._names_beside = [name for name in names_beside if kind_by_name(name) in ("video", "picture")]
        for one in media:
            original = original_name(one.source.name)
            if original != one.source.name:
                self._edited[one.source.folder, stem(original)].append(one)
            else:
                self._by_beginning[one.source.folder, one.source.name[:_BEGINNING_LENGTH]].append(one)

    def owners_of(self, sidecar: Source) -> Sequence[ClassifiedFile]:
        """Media files that a sidecar belongs to.

        An exact name wins over one that differs in case, and the likeliest name of ``described_names`` over the others.
        A record of Google Photos belongs to the changed copies of its photo, too.
        """
        names_of_it = described_names(sidecar.name)
        owners = (names.owners(sidecar.folder, name) for name in names_of_it for names in (self._exact, self._any_case))
        found = next((media for media in owners if media), ()) or self._owner_of_cut_name(sidecar)
        if not sidecar.name.lower().endswith(".json"):
            return found
        originals = {stem(name) for name in (*names_of_it, *(one.source.name for one in found))}
        return [*found, *(one for name in sorted(originals) for one in self._edited.get((sidecar.folder, name), ()))]

    def _owner_of_cut_name(self, sidecar: Source) -> Sequence[ClassifiedFile]:
        """The one medium whose name begins like the cut name of a record; none where two do."""
        cut = cut_name(sidecar.name)
        if cut is None:
            return ()
        beginning, number = cut
        near = self._by_beginning.get((sidecar.folder, beginning[:_BEGINNING_LENGTH]), [])
        found = [one for one in near if _has_cut_name(one.source.name, beginning, number)]
        beside = [name for name in self._names_beside if _has_cut_name(name, beginning, number)]
        return found if len(found) == 1 and len(beside) <= 1 else ()


_BEGINNING_LENGTH = 40
"""Letters by which media are looked up for a cut name; shorter than any cut name."""


def _has_cut_name(name: str, beginning: str, number: str) -> bool:
    """Whether a medium has a name of which a record bears the beginning, and the number of its copy."""
    return name.startswith(beginning) and original_name(name) == name and stem(name).endswith(number)


class _MediaByName:
    """Lookup of media files by name, with and without extension, after one normalisation."""

    def __init__(self, media: Sequence[ClassifiedFile], form: Callable[[str], str]) -> None:
        self._form = form
        self._by_name: dict[tuple[str, str], list[ClassifiedFile]] = defaultdict(list)
        self._by_stem: dict[tuple[str, str], list[ClassifiedFile]] = defaultdict(list)
        for one in media:
            name = form(one.source.name)
            self._by_name[one.source.folder, name].append(one)
            self._by_stem[one.source.folder, stem(name)].append(one)

    def owners(self, folder: str, base: str) -> Sequence[ClassifiedFile]:
        """Media files with this whole name, else with this stem."""
        key = (folder, self._form(base))
        return self._by_name.get(key) or _videos_first(self._by_stem.get(key, []))


def _case_folded(name: str) -> str:
    """Normalise and case-fold a name (NFC, UAX #15): cameras, phones and Macs differ in case and composition."""
    return unicodedata.normalize("NFC", name).casefold()


def media_files(found: Sequence[ClassifiedFile]) -> list[ClassifiedFile]:
    """The media files among classified files."""
    return [one for one in found if one.role in ("video", "picture")]


def _assign_sidecars(
    found: Sequence[ClassifiedFile], media: Sequence[ClassifiedFile]
) -> tuple[Mapping[str, list[Source]], set[str]]:
    """Map each media path to its sidecars, and collect the paths of sidecars without a media file."""
    owners = SidecarOwners(media)
    owned: dict[str, list[Source]] = defaultdict(list)
    lonely: set[str] = set()
    for one in found:
        if one.role not in SIDECARS:
            continue
        mine = owners.owners_of(one.source)
        for owner in mine:
            owned[owner.source.path].append(one.source)
        if not mine:
            lonely.add(one.source.path)
    return owned, lonely


def _unread_beside(unread: Sequence[Source], media: Sequence[ClassifiedFile]) -> Mapping[str, list[Reason]]:
    """Map media paths to the files that share their name and were not read."""
    owners = SidecarOwners(media)
    beside: dict[str, list[Reason]] = defaultdict(list)
    for source in unread:
        for owner in owners.owners_of(source):
            if len(beside[owner.source.path]) < MAX_UNREAD_BESIDE:
                name = escape_unsafe(source.name, limit=200)
                beside[owner.source.path].append(make_reason("beside_not_read", file=name))
    return beside


def _videos_first(found: Sequence[ClassifiedFile]) -> Sequence[ClassifiedFile]:
    """Prefer videos: an image with the same name as a video is its thumbnail."""
    return [one for one in found if one.role == "video"] or found


# ── lists ─────────────────────────────────────────────────────────────────────────────────────
def _assign_rows(
    found: Sequence[ClassifiedFile], media: Sequence[ClassifiedFile]
) -> tuple[Mapping[str, _Row], Mapping[str, list[PostFiles]]]:
    """Map each media path to the first row that refers to it, and each list path to the posts of its other rows."""
    by_path = {_nfc(one.source.path): one.source.path for one in reversed(media)}
    names = (row.media for one in found if one.post_list for row in one.post_list.rows if row.media)
    dated = DatedMedia(names, (one.source.path for one in media))
    taken: dict[str, _Row] = {}
    others: dict[str, list[PostFiles]] = defaultdict(list)
    for one in found:
        for number, row in _numbered_rows(one.post_list):
            paths = list(_candidate_paths(one, row.media))
            named = (by_path.get(_nfc(path)) or dated.only_one(path) for path in paths)
            medium = next((path for path in named if path), None)
            trouble = one.post_list.reasons if one.post_list else ()
            if medium and medium not in taken:
                taken[medium] = _Row(row, trouble)
                continue
            if one.post_list and one.post_list.only_with_media:
                continue
            if row.media and not medium and not any(map(dated.has_some, paths)):
                trouble = (make_reason("media_missing", media=escape_unsafe(row.media, limit=200)), *trouble)
            others[one.source.path].append(
                PostFiles(path=f"{one.source.path}#{number}", media=None, listed=row, reasons=trouble)
            )
    return taken, others


def _numbered_rows(listing: PostList | None) -> Iterator[tuple[int, ListedPost]]:
    for number, row in enumerate(listing.rows if listing else (), start=1):
        if row != UNREADABLE_ROW:
            yield number, row


def _candidate_paths(found: ClassifiedFile, media: str | None) -> Iterator[str]:
    """Paths that a list may mean by a media name, most likely first."""
    folders = [found.source.folder]
    if found.post_list and found.post_list.paths_from_export_root:
        folders += folders_above(found.source.folder)
    for folder in folders:
        path = relative_path(folder, media)
        if path:
            yield path


MAX_FOLDERS_UP = 4


def folders_above(folder: str) -> list[str]:
    """Folders above this one, up to the depth at which exports store their lists."""
    parts = folder.split("/")
    return ["/".join(parts[:-up]) for up in range(1, min(MAX_FOLDERS_UP, len(parts)) + 1)] if folder else []


def relative_path(folder: str, media: str | None) -> str | None:
    """Path of a media name relative to the folder of its list; None for a name that leaves the folder.

    The result is compared with discovered paths and never opened.
    """
    name = (media or "").removeprefix("./")
    if any(part in ("", ".", "..") for part in name.split("/")):
        return None
    return f"{folder}/{name}" if folder else name


def _nfc(path: str) -> str:
    """Compose a path (NFC, UAX #15): phones, Macs and spreadsheets differ in composition."""
    return unicodedata.normalize("NFC", path)
