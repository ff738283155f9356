"""What a row of the case file holds of a post, which readings are reused, and when two posts are the same."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from opsec.language import reason
from opsec.model import FileKind, ListedPost, Part, Reading, ReadPost, Reason
from opsec.store.packing import dump, whole

TRANSIENT = frozenset(
    {
        "missing", "no_permission", "changed", "io_error",
        "timeout", "cpu_limit", "memory_limit", "worker_died", "bad_reply", "internal",
        "reader_fault", "reply_cut", "older_readers",
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
    return KeptPost(path=post.path, parts=parts, listed=post.listed, reasons=post.reasons)


def rebuilt(post: KeptPost, reading_of: Callable[[str, FileKind], Reading]) -> ReadPost:
    """The post as it was read, its readings fetched from where they are kept."""

    def whole_part(part: KeptPart) -> Part:
        reading = part.reading
        if reading is None:
            assert part.sha256 is not None and part.kind is not None
            reading = reading_of(part.sha256, part.kind)
        return Part(role=part.role, path=part.path, sha256=part.sha256, kind=part.kind, reading=reading)

    return ReadPost(path=post.path, parts=tuple(map(whole_part, post.parts)), listed=post.listed, reasons=post.reasons)


def by_older_readers(reading: Reading) -> Reading:
    """A reading that today's readers would not have made: its hints hold, that nothing else was there does not."""
    status = "partly" if reading.status == "read" else reading.status
    return replace(reading, status=status, reasons=(*reading.reasons[:49], reason("older_readers")))


# ── who is who ────────────────────────────────────────────────────────────────────────────────
def post_key(post: ReadPost) -> str:
    """SHA-256 over the contents, the listed row and the base name: a moved folder holds the same posts.

    Where a content is not known only the whole path tells two posts apart.
    """
    parts = sorted((part.role, part.sha256 or "") for part in post.parts)
    known = all(sha256 for _role, sha256 in parts)
    return _digest(parts, _listed(post), post.path.rpartition("/")[2] if known else post.path)


def content_id(post: ReadPost, key: str) -> str:
    """What makes two posts the same clip: the medium's SHA-256, else the post itself."""
    return next((part.sha256 for part in post.parts if part.role == "media" and part.sha256), key)


def all_there(post: ReadPost) -> bool:
    """Whether every file of the post could be opened; if not, its key is not the last word."""
    lacking = any(reason.code == "media_missing" for reason in post.reasons)
    return not lacking and all(part.sha256 is not None for part in post.parts)


def stands_for(post: ReadPost) -> str:
    """What stays the same when a file of the post turns up later: its row in a list, else its path."""
    return _digest(_listed(post) or post.path)


def _listed(post: ReadPost) -> str | None:
    return dump(post.listed).decode() if post.listed else None


def _digest(*values: object) -> str:
    return hashlib.sha256(whole(json.dumps(values, ensure_ascii=False)).encode()).hexdigest()
