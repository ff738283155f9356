"""Group files into posts: a media file, the sidecars with its name, and the list row that refers to it."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from opsec.i18n.reasons import make_reason
from opsec.i18n.safe_text import escape_unsafe
from opsec.ingest.dated_media import DatedMedia
from opsec.ingest.file_names import stem
from opsec.ingest.sidecar_owners import SIDECARS, ClassifiedFile, PostList, SidecarOwners, media_files
from opsec.ingest.source import Source
from opsec.model import ListedPost, Post, Reason

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
class _Row:
    post: ListedPost | None = None
    reasons: tuple[Reason, ...] = ()
    list_names: tuple[str, ...] = ()
    """For the first row of a list: the names of the list and of the folders around it.

    A chat is often saved under the name of its group. One post with that name is enough to see it.
    """


_NO_ROW = _Row()


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
        as_media = PostFiles(
            path=one.source.path, media=one.source, reasons=one.reasons, folders=_enclosing_folders(one.source)
        )
        as_record = replace(as_media, media=None, sidecars=(one.source,))
        if one.role in ("video", "picture"):
            row = rows.get(one.source.path, _NO_ROW)
            posts.append(
                replace(
                    as_media,
                    sidecars=tuple(sidecars.get(one.source.path, ())),
                    listed=row.post,
                    reasons=(*row.reasons, *beside.get(one.source.path, ())),
                    folders=tuple(dict.fromkeys((*as_media.folders, *row.list_names))),
                )
            )
        elif one.role == "archive":
            posts.append(as_media)
        elif one.post_list is not None:
            covered = one.post_list.complete or one.post_list.only_with_media
            posts += [] if covered else [replace(as_record, reasons=())]
            posts += own_rows[one.source.path]
        elif one.role == "post_list" or one.source.path in lonely:
            posts.append(as_record)
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
        list_names = (*_enclosing_folders(one.source), stem(one.source.name))
        for number, row in _numbered_rows(one.post_list):
            paths = list(_candidate_paths(one, row.media))
            named = (by_path.get(_nfc(path)) or dated.only_one(path) for path in paths)
            medium = next((path for path in named if path), None)
            trouble = one.post_list.reasons if one.post_list else ()
            if medium and medium not in taken:
                taken[medium], list_names = _Row(row, trouble, list_names), ()
                continue
            if one.post_list and one.post_list.only_with_media:
                continue
            if row.media and not medium and not any(map(dated.has_some, paths)):
                trouble = (make_reason("media_missing", media=escape_unsafe(row.media, limit=200)), *trouble)
            path = f"{one.source.path}#{number}"
            others[one.source.path].append(
                PostFiles(path=path, media=None, listed=row, reasons=trouble, folders=list_names)
            )
            list_names = ()
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
