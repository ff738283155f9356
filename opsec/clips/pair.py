"""Which files make one post: a medium, the sidecars named like it, and the row of a list that names it."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from opsec.clips.names import SIDECAR_ENDING, stem
from opsec.clips.source import Source
from opsec.language import reason
from opsec.model import ListedPost, Post, Reason
from opsec.shown import plain

Role = Literal["video", "picture", "info_json", "post_list", "archive"]
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
    """Trouble of the post as a whole: its medium is missing, its list could not be read in full."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a post list says: a row for each line after its header, in order."""

    rows: tuple[ListedPost, ...]
    reasons: tuple[Reason, ...] = ()
    """Why some of it could not be read."""


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
    media = [one for one in found if one.role in ("video", "picture")]
    sidecars, lonely = _sidecars(found, media)
    rows, own_rows = _rows(found, media)
    posts: list[PostFiles] = []
    for one in found:
        if one.role in ("video", "picture"):
            row = rows.get(one.source.path)
            posts.append(
                PostFiles(
                    path=one.source.path,
                    media=one.source,
                    sidecars=tuple(sidecars.get(one.source.path, ())),
                    listed=row.post if row else None,
                    reasons=row.reasons if row else (),
                )
            )
        elif one.role == "archive":
            posts.append(PostFiles(path=one.source.path, media=one.source, reasons=one.reasons))
        elif one.listing is not None:
            posts += own_rows[one.source.path]
        elif one.role == "post_list" or one.source.path in lonely:
            posts.append(PostFiles(path=one.source.path, media=None, sidecars=(one.source,), reasons=one.reasons))
    return tuple(posts)


# ── sidecars ──────────────────────────────────────────────────────────────────────────────────
def _sidecars(found: Sequence[Found], media: Sequence[Found]) -> tuple[Mapping[str, list[Source]], set[str]]:
    """Path of a medium → its sidecars; and the paths of the sidecars that have no medium."""
    by_name: dict[tuple[str, str], list[Found]] = defaultdict(list)
    by_stem: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for one in media:
        by_name[one.source.folder, one.source.name].append(one)
        by_stem[one.source.folder, stem(one.source.name)].append(one)
    owned: dict[str, list[Source]] = defaultdict(list)
    lonely: set[str] = set()
    for one in found:
        if one.role != "info_json":
            continue
        key = (one.source.folder, one.source.name[: -len(SIDECAR_ENDING)])
        owners = by_name.get(key) or _videos_first(by_stem.get(key, []))
        for owner in owners:
            owned[owner.source.path].append(one.source)
        if not owners:
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
            medium = by_path.get(_composed(beside(one.source.folder, row.media) or ""))
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
