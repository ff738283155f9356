"""A post, what was read of it, and how much of it could be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, MaxLen

from opsec.model.bounds import LongText, Seconds, ShortText
from opsec.model.hint import Hint
from opsec.model.vocabulary import Check, CheckState, CoverageStatus, FileKind


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was not (fully) read: a code of ``opsec.i18n.messages.REASONS`` and its blanks.

    A hostile process may choose the code and fill the blanks; it can never choose the sentence.
    """

    code: Annotated[str, MaxLen(40)]
    blanks: Annotated[tuple[tuple[Annotated[str, MaxLen(40)], ShortText], ...], MaxLen(8)] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a media file says of itself, before any of it is believed."""

    duration_s: Annotated[float, Ge(0)] | None = None
    width_px: Annotated[int, Gt(0)] | None = None
    height_px: Annotated[int, Gt(0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Facts about the post, from a sidecar or a list; every one may be missing."""

    author: ShortText | None = None
    caption: LongText | None = None
    posted_at: Annotated[str, MaxLen(40)] | None = None
    """RFC 3339, with its offset where the source knows it."""
    recorded_at: Annotated[str, MaxLen(40)] | None = None
    url: ShortText | None = None
    source: Annotated[str, MaxLen(40)] | None = None
    """Which kind of record said so: ``yt-dlp``, ``list`` …"""
    views: Annotated[int, Ge(0), Le(10**13)] | None = None
    likes: Annotated[int, Ge(0), Le(10**13)] | None = None
    shares: Annotated[int, Ge(0), Le(10**13)] | None = None


@dataclass(frozen=True, slots=True)
class ListedPost:
    """One row of a post list: facts, and the file it speaks of, if it names one."""

    post: Post
    media: ShortText | None = None
    """File name as the list writes it: a name to look for beside the list, never a path to open."""
    hints: Annotated[tuple[Hint, ...], MaxLen(100)] = ()
    """Places, positions and words that the list itself tells of this post."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside an archive."""

    index: Annotated[int, Ge(0)]
    name: ShortText
    size_bytes: Annotated[int, Ge(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one file (a medium, a sidecar, a list, an archive) gave to its readers.

    It is what comes back from the worker, and what the case file keeps under the file's SHA-256.
    """

    status: CoverageStatus = "read"
    reasons: Annotated[tuple[Reason, ...], MaxLen(50)] = ()
    """Why the status is not ``read``, or what was cut or left out."""
    checks: Mapping[Check, CheckState] = field(default_factory=dict)
    claim: Claim | None = None
    frames_read: Annotated[int, Ge(0)] = 0
    """Pictures that were decoded."""
    seconds_read: Seconds | None = None
    """How far into the film pictures were decoded."""
    hints: Annotated[tuple[Hint, ...], MaxLen(5_000)] = ()
    post: Post | None = None
    posts: Annotated[tuple[ListedPost, ...], MaxLen(100_000)] = ()
    members: Annotated[tuple[Member, ...], MaxLen(100_000)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a post, and what was read from it."""

    role: Literal["media", "sidecar"]
    path: str
    sha256: str | None
    """None when the file could not be opened."""
    kind: FileKind | None
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPost:
    """A post as it was read: everything that is needed to match it again without opening a file."""

    path: str
    """Of the medium; of the list with its row (``posts.csv#12``) when there is no medium."""
    parts: tuple[Part, ...]
    listed: ListedPost | None = None
    reasons: tuple[Reason, ...] = ()
    """Trouble of the post as a whole: its medium is missing, its list had an unknown column."""
    folders: tuple[str, ...] = ()
    """Names of the folders and archives in which it lies under the path that was scanned, the outermost first;
    never a part of that path itself, which is the officer's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a clip could be checked. *Not checked* is an answer of its own."""

    status: CoverageStatus
    reasons: tuple[Reason, ...] = ()
    seconds_claimed: float | None = None
    seconds_read: float | None = None
    frames_read: int = 0
    checks: Mapping[Check, CheckState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A posted clip (or photo, or a post whose medium is missing) with everything read from it."""

    path: str
    """As the officer would find it again; harmless to print only through ``opsec.i18n.safe_text``."""
    sha256: str | None
    """Of the medium's bytes; none when there is no medium or it could not be opened."""
    post: Post
    coverage: Coverage
    hints: tuple[Hint, ...]
