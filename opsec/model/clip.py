"""A post, what was read from its files, and how much of it could be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, MaxLen

from opsec.model.bounds import LongText, Seconds, ShortText
from opsec.model.hint import Hint
from opsec.model.vocabulary import Check, CheckState, CoverageStatus, FileKind


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was not (fully) read: a code of ``opsec.model.reasons.REASONS`` and its blanks.

    A hostile process may choose the code and fill the blanks; it can never choose the sentence.
    """

    code: Annotated[str, MaxLen(40)]
    blanks: Annotated[tuple[tuple[Annotated[str, MaxLen(40)], ShortText], ...], MaxLen(8)] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Duration and frame size that a media file declares; not verified."""

    duration_s: Annotated[float, Ge(0)] | None = None
    width_px: Annotated[int, Gt(0)] | None = None
    height_px: Annotated[int, Gt(0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Metadata of the post, from a sidecar or a list; every field may be missing."""

    author: ShortText | None = None
    caption: LongText | None = None
    posted_at: Annotated[str, MaxLen(40)] | None = None
    """RFC 3339, with the UTC offset if the source gives it."""
    recorded_at: Annotated[str, MaxLen(40)] | None = None
    url: ShortText | None = None
    source: Annotated[str, MaxLen(40)] | None = None
    """Kind of record it comes from: ``yt-dlp``, ``list`` …"""
    views: Annotated[int, Ge(0), Le(10**13)] | None = None
    likes: Annotated[int, Ge(0), Le(10**13)] | None = None
    shares: Annotated[int, Ge(0), Le(10**13)] | None = None


@dataclass(frozen=True, slots=True)
class ListedPost:
    """One row of a post list: metadata of the post, and the media file it names, if any."""

    post: Post
    media: ShortText | None = None
    """File name as written in the list: a name to look for beside the list, never a path to open."""
    hints: Annotated[tuple[Hint, ...], MaxLen(100)] = ()
    """Place names, positions and texts that the list itself gives for this post."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside an archive."""

    index: Annotated[int, Ge(0)]
    name: ShortText
    size_bytes: Annotated[int, Ge(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that the readers found in one file (media file, sidecar, list or archive).

    The worker returns it, and the case file stores it under the file's SHA-256.
    """

    status: CoverageStatus = "read"
    reasons: Annotated[tuple[Reason, ...], MaxLen(50)] = ()
    """Why the status is not ``read``, or what was cut or left out."""
    checks: Mapping[Check, CheckState] = field(default_factory=dict)
    claim: Claim | None = None
    frames_read: Annotated[int, Ge(0)] = 0
    """Number of frames that were decoded."""
    seconds_read: Seconds | None = None
    """Time up to which frames were decoded."""
    hints: Annotated[tuple[Hint, ...], MaxLen(5_000)] = ()
    post: Post | None = None
    posts: Annotated[tuple[ListedPost, ...], MaxLen(100_000)] = ()
    members: Annotated[tuple[Member, ...], MaxLen(100_000)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFile:
    """One file of a post, and what was read from it."""

    role: Literal["media", "sidecar"]
    path: str
    sha256: str | None
    """None when the file could not be opened."""
    kind: FileKind | None
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPost:
    """A post as it was read: all that is needed to match it again without opening a file."""

    path: str
    """Of the media file; without one, of the list with its row (``posts.csv#12``)."""
    parts: tuple[PostFile, ...]
    listed: ListedPost | None = None
    reasons: tuple[Reason, ...] = ()
    """Problems of the post as a whole: its media file is missing, its list has an unknown column."""
    folders: tuple[str, ...] = ()
    """Names of the folders and archives between the scanned path and the post, outermost first.

    The scanned path is the officer's own and never part of it.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a clip could be checked. *Not checked* is a result of its own."""

    status: CoverageStatus
    reasons: tuple[Reason, ...] = ()
    seconds_claimed: float | None = None
    seconds_read: float | None = None
    frames_read: int = 0
    checks: Mapping[Check, CheckState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A posted clip (or photo, or post without its media file) with everything read from it."""

    path: str
    """Path by which the officer finds it again; to be printed only through ``opsec.i18n.safe_text``."""
    sha256: str | None
    """Of the media file; None when there is none or it could not be opened."""
    post: Post
    coverage: Coverage
    hints: tuple[Hint, ...]
