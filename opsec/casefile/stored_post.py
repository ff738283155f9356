"""Posts as rows of the case file, and which readings are reused."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from opsec.i18n.reasons import make_reason
from opsec.model import FileKind, ListedPost, PostFile, Reading, ReadPost, Reason
from opsec.model.reasons import REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """One file of a stored post."""

    role: Literal["media", "sidecar"]
    path: str
    sha256: str | None
    kind: FileKind | None
    reading: Reading | None
    """Only if it is not final; a final reading is stored once, by the SHA-256 of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A post without the final readings of its files."""

    path: str
    parts: tuple[PartRow, ...]
    listed: ListedPost | None
    reasons: tuple[Reason, ...]
    folders: tuple[str, ...] = ()


def is_final(reading: Reading) -> bool:
    """Return whether reading the same bytes again would give the same, so that the reading may be reused."""
    kinds = (REASONS.get(reason.code) for reason in reading.reasons)
    return not any(kind.transient for kind in kinds if kind is not None)


def is_cached(part: PostFile) -> bool:
    """Whether the part's reading is kept under the SHA-256 of its file."""
    return part.sha256 is not None and part.kind is not None and is_final(part.reading)


def to_row(post: ReadPost) -> PostRow:
    """Return the post without the readings that are stored by the SHA-256 of their files."""
    parts = tuple(
        PartRow(
            role=part.role,
            path=part.path,
            sha256=part.sha256,
            kind=part.kind,
            reading=None if is_cached(part) else part.reading,
        )
        for part in post.parts
    )
    return PostRow(path=post.path, parts=parts, listed=post.listed, reasons=post.reasons, folders=post.folders)


def from_row(post: PostRow, reading_of: Callable[[str, FileKind], Reading]) -> ReadPost:
    """Return the post as it was read, with its readings from ``reading_of`` (SHA-256, kind)."""

    def whole_part(part: PartRow) -> PostFile:
        reading = part.reading
        if reading is None:
            assert part.sha256 is not None and part.kind is not None
            reading = reading_of(part.sha256, part.kind)
        return PostFile(role=part.role, path=part.path, sha256=part.sha256, kind=part.kind, reading=reading)

    parts = tuple(map(whole_part, post.parts))
    return ReadPost(path=post.path, parts=parts, listed=post.listed, reasons=post.reasons, folders=post.folders)


def mark_outdated(reading: Reading) -> Reading:
    """Mark a reading of other readers as partly read: its hints are valid, but the current readers may find more."""
    status = "partly" if reading.status == "read" else reading.status
    return replace(reading, status=status, reasons=(*reading.reasons[:49], make_reason("older_readers")))
