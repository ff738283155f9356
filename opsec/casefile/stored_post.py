"""What a row of the case file holds of a post, and which readings are reused."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from opsec.i18n.messages import reason
from opsec.model import FileKind, ListedPost, Part, Reading, ReadPost, Reason

TRANSIENT = frozenset(
    {
        "missing", "no_permission", "changed", "io_error",
        "timeout", "cpu_limit", "memory_limit", "worker_died", "bad_reply", "internal",
        "reader_fault", "reply_cut", "older_readers", "no_landmark_model",
    }
)  # fmt: skip
"""Codes that speak of the moment or of a limit, not of the bytes: such a reading is tried again by the next scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPart:
    """One file of a kept post."""

    role: Literal["media", "sidecar"]
    path: str
    sha256: str | None
    kind: FileKind | None
    reading: Reading | None
    """Only where it is not final; every other one stands once, under the file's SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPost:
    """What is kept of a post beside the readings of its files."""

    path: str
    parts: tuple[KeptPart, ...]
    listed: ListedPost | None
    reasons: tuple[Reason, ...]
    folders: tuple[str, ...] = ()


def is_final(reading: Reading) -> bool:
    """Whether reading the same bytes again would give the same, so that it may be reused."""
    return not any(reason.code in TRANSIENT for reason in reading.reasons)


def is_cached(part: Part) -> bool:
    """Whether the part's reading is kept under the SHA-256 of its file."""
    return part.sha256 is not None and part.kind is not None and is_final(part.reading)


def kept(post: ReadPost) -> KeptPost:
    """The post without the readings that are kept elsewhere."""
    parts = tuple(
        KeptPart(
            role=part.role,
            path=part.path,
            sha256=part.sha256,
            kind=part.kind,
            reading=None if is_cached(part) else part.reading,
        )
        for part in post.parts
    )
    return KeptPost(path=post.path, parts=parts, listed=post.listed, reasons=post.reasons, folders=post.folders)


def rebuilt(post: KeptPost, reading_of: Callable[[str, FileKind], Reading]) -> ReadPost:
    """The post as it was read, its readings fetched from where they are kept."""

    def whole_part(part: KeptPart) -> Part:
        reading = part.reading
        if reading is None:
            assert part.sha256 is not None and part.kind is not None
            reading = reading_of(part.sha256, part.kind)
        return Part(role=part.role, path=part.path, sha256=part.sha256, kind=part.kind, reading=reading)

    parts = tuple(map(whole_part, post.parts))
    return ReadPost(path=post.path, parts=parts, listed=post.listed, reasons=post.reasons, folders=post.folders)


def by_older_readers(reading: Reading) -> Reading:
    """A reading that today's readers would not have made: its hints hold, that nothing else was there does not."""
    status = "partly" if reading.status == "read" else reading.status
    return replace(reading, status=status, reasons=(*reading.reasons[:49], reason("older_readers")))
