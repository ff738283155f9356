"""Which files make one post: a medium, the sidecars named like it, and the row of a list that names it."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from opsec.i18n.messages import reason
from opsec.i18n.safe_text import plain
from opsec.ingest.file_names import sidecar_base, stem, without_language
from opsec.ingest.source import Source
from opsec.model import ListedPost, Post, Reason

Role = Literal["video", "picture", "info_json", "record", "track", "post_list", "archive"]
SIDECARS: frozenset[Role] = frozenset({"info_json", "record", "track"})
UNREADABLE_ROW = ListedPost(Post())
"""What a list's reader puts where a row could not be read, so that the rows after it keep their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFiles:
    """The files of one post, none of them open."""

    path: str
    """Of the medium; without one, of the sidecar, or of the list with the row: ``posts.csv#12``."""
    media: Source | None
    sidecars: tuple[Source, ...] = ()
    listed: ListedPost | None = None
    reasons: tuple[Reason, ...] = ()
    """What was not read of the post as a whole: its medium is missing, a column of its list is not known."""
    folders: tuple[str, ...] = ()
    """In which it lies under the path that was scanned, the outermost first."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a post list says: a row for each line after its header, in order."""

    rows: tuple[ListedPost, ...]
    reasons: tuple[Reason, ...] = ()
    """What could not be read of each of its rows."""
    whole: bool = True
    """No row, and no end of one, was lost; otherwise the list is a post of its own beside its rows."""
    from_the_top: bool = False
    """Its names of media are paths from the top of an export, which is often a folder or two above the list."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is, or belongs to, a post."""

    source: Source
    role: Role
    listing: Listing | None = None
    """Of a post list that could be read."""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    post: ListedPost
    reasons: tuple[Reason, ...]


def pair(found: Sequence[Found]) -> tuple[PostFiles, ...]:
    """The posts that these files make, in the order of the files; no file is lost and none counts twice."""
    media = media_of(found)
    sidecars, lonely = _sidecars(found, media)
    rows, own_rows = _rows(found, media)
    posts: list[PostFiles] = []
    for one in found:
        mine = PostFiles(path=one.source.path, media=one.source, reasons=one.reasons, folders=_folders(one.source))
        alone = replace(mine, media=None, sidecars=(one.source,))
        if one.role in ("video", "picture"):
            row = rows.get(one.source.path)
            posts.append(
                replace(
                    mine,
                    sidecars=tuple(sidecars.get(one.source.path, ())),
                    listed=row.post if row else None,
                    reasons=row.reasons if row else (),
                )
            )
        elif one.role == "archive":
            posts.append(mine)
        elif one.listing is not None:
            posts += [] if one.listing.whole else [replace(alone, reasons=())]
            posts += own_rows[one.source.path]
        elif one.role == "post_list" or one.source.path in lonely:
            posts.append(alone)
    return tuple(posts)


MOST_FOLDERS = 4
"""The nearest ones: what lies further out tells of the collection, not of the clip."""


def _folders(source: Source) -> tuple[str, ...]:
    """The folders and archives around a file, without those that the officer named."""
    around = source.under.split("/")[:-1]
    return tuple(name.removesuffix("!") for name in around if name.strip("!"))[-MOST_FOLDERS:]


# ── sidecars ──────────────────────────────────────────────────────────────────────────────────
class Owners:
    """Media by what a sidecar may call them."""

    def __init__(self, media: Sequence[Found]) -> None:
        self._exact, self._any_case = _Names(media, str), _Names(media, _one_form)

    def of(self, sidecar: Source) -> Sequence[Found]:
        """The media that a sidecar belongs to; names in other capitals count only when none has the same, and a
        language in the name of a subtitle only when no medium is called so."""
        bases = [base for base in (sidecar_base(sidecar.name), without_language(sidecar.name)) if base]
        owners = (names.owners(sidecar.folder, base) for base in bases for names in (self._exact, self._any_case))
        return next((media for media in owners if media), ())


class _Names:
    """Media by their names, and by their names without extension, in one form."""

    def __init__(self, media: Sequence[Found], form: Callable[[str], str]) -> None:
        self._form = form
        self._by_name: dict[tuple[str, str], list[Found]] = defaultdict(list)
        self._by_stem: dict[tuple[str, str], list[Found]] = defaultdict(list)
        for one in media:
            name = form(one.source.name)
            self._by_name[one.source.folder, name].append(one)
            self._by_stem[one.source.folder, stem(name)].append(one)

    def owners(self, folder: str, base: str) -> Sequence[Found]:
        """The media of the whole name that a sidecar tells, else of the stem."""
        key = (folder, self._form(base))
        return self._by_name.get(key) or _videos_first(self._by_stem.get(key, []))


def _one_form(name: str) -> str:
    """One form for names that a card, a phone and a Mac write in other capitals and code points (UAX #15)."""
    return unicodedata.normalize("NFC", name).casefold()


def media_of(found: Sequence[Found]) -> list[Found]:
    """The media among the files that were found."""
    return [one for one in found if one.role in ("video", "picture")]


def _sidecars(found: Sequence[Found], media: Sequence[Found]) -> tuple[Mapping[str, list[Source]], set[str]]:
    """Path of a medium → its sidecars; and the paths of the sidecars that have no medium."""
    owners = Owners(media)
    owned: dict[str, list[Source]] = defaultdict(list)
    lonely: set[str] = set()
    for one in found:
        if one.role not in SIDECARS:
            continue
        mine = owners.of(one.source)
        for owner in mine:
            owned[owner.source.path].append(one.source)
        if not mine:
            lonely.add(one.source.path)
    return owned, lonely


def _videos_first(found: Sequence[Found]) -> Sequence[Found]:
    """A picture beside a video of the same name is its thumbnail: the words belong to the video."""
    return [one for one in found if one.role == "video"] or found


# ── lists ─────────────────────────────────────────────────────────────────────────────────────
def _rows(found: Sequence[Found], media: Sequence[Found]) -> tuple[Mapping[str, _Row], Mapping[str, list[PostFiles]]]:
    """Path of a medium → the first row that names it; path of a list → the posts its other rows make."""
    by_path = {_composed(one.source.path): one.source.path for one in reversed(media)}
    taken: dict[str, _Row] = {}
    others: dict[str, list[PostFiles]] = defaultdict(list)
    for one in found:
        for number, row in _numbered(one.listing):
            named = (by_path.get(_composed(path)) for path in _meant(one, row.media))
            medium = next((path for path in named if path), None)
            trouble = one.listing.reasons if one.listing else ()
            if medium and medium not in taken:
                taken[medium] = _Row(row, trouble)
                continue
            if row.media and not medium:
                trouble = (reason("media_missing", media=plain(row.media, limit=200)), *trouble)
            others[one.source.path].append(
                PostFiles(path=f"{one.source.path}#{number}", media=None, listed=row, reasons=trouble)
            )
    return taken, others


def _numbered(listing: Listing | None) -> Iterator[tuple[int, ListedPost]]:
    for number, row in enumerate(listing.rows if listing else (), start=1):
        if row != UNREADABLE_ROW:
            yield number, row


def _meant(found: Found, media: str | None) -> Iterator[str]:
    """The paths that a list may mean by a name, the likeliest first."""
    folders = [found.source.folder]
    if found.listing and found.listing.from_the_top:
        folders += folders_above(found.source.folder)
    for folder in folders:
        path = beside(folder, media)
        if path:
            yield path


MOST_FOLDERS_UP = 4


def folders_above(folder: str) -> list[str]:
    """The folders above this one, as far up as an export lays its lists below its top."""
    parts = folder.split("/")
    return ["/".join(parts[:-up]) for up in range(1, min(MOST_FOLDERS_UP, len(parts)) + 1)] if folder else []


def beside(folder: str, media: str | None) -> str | None:
    """The path that a list in this folder means by a name; none for a name that leads anywhere else.

    It is compared with the paths of files that were found, and never opened.
    """
    name = (media or "").removeprefix("./")
    if any(part in ("", ".", "..") for part in name.split("/")):
        return None
    return f"{folder}/{name}" if folder else name


def _composed(path: str) -> str:
    """One form for names that a phone, a Mac and a spreadsheet spell with other code points (UAX #15)."""
    return unicodedata.normalize("NFC", path)
