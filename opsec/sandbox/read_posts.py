"""Read the files of posts: each file is opened once, hashed, and read only if no earlier scan did.

Posts are yielded as they are finished, not in order; each with its number.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from opsec.ingest.discovery import PostFiles
from opsec.ingest.source import CannotOpenError, OpenFile, Source
from opsec.model import FileKind, PostFile, Reading, ReadPost
from opsec.settings import Limits

K = TypeVar("K")
CachedReading = Callable[[str, FileKind], Reading | None]
"""Returns the reading of an earlier scan by SHA-256 and kind, or None."""


class FileReader(Protocol):
    """Reads files: the supervisor of this machine, or a cluster."""

    def read_all(self, files: Iterable[tuple[K, OpenFile | Reading]]) -> Iterator[tuple[K, Reading]]:
        """Yield the reading of every file as it is finished, and close the file."""


@dataclass(frozen=True, slots=True)
class _FilePosition:
    """The post and the file that a reading belongs to."""

    number: int
    index: int = 0
    part: PostFile | None = None
    """None for a post without any file."""


def read_posts(
    posts: Sequence[PostFiles], worker: FileReader, cached: CachedReading, limits: Limits
) -> Iterator[tuple[int, ReadPost]]:
    """Yield every post with its number, as soon as the last of its files is read.

    Parameters
    ----------
    posts
        The files of each post.
    worker
        Reads what is not cached.
    cached
        Looks up readings of earlier scans.
    limits
        Of the settings.
    """
    unfinished: dict[int, dict[int, PostFile]] = {}
    for place, reading in worker.read_all(_files_to_read(posts, cached, limits)):
        post, parts_read = posts[place.number], unfinished.setdefault(place.number, {})
        if place.part is not None:
            parts_read[place.index] = replace(place.part, reading=reading)
        if len(parts_read) == max(len(_sources(post)), post.unread is not None):
            parts = tuple(parts_read[index] for index in sorted(parts_read))
            del unfinished[place.number]
            yield (
                place.number,
                ReadPost(path=post.path, parts=parts, listed=post.listed, reasons=post.reasons, folders=post.folders),
            )


def _files_to_read(
    posts: Sequence[PostFiles], recall: CachedReading, limits: Limits
) -> Iterator[tuple[_FilePosition, OpenFile | Reading]]:
    """Yield every file of every post, opened; or its reading, when that is cached."""
    for number, post in enumerate(posts):
        sources = _sources(post)
        if post.unread is not None:
            part = PostFile(role="media", path=post.path, sha256=None, kind=None, reading=Reading())
            yield _FilePosition(number, 0, part), Reading(status="unread", reasons=(post.unread,))
        elif not sources:
            yield _FilePosition(number), Reading()
        for index, (blank, source) in enumerate(sources):
            part, file = _open_part(blank, source, recall, limits)
            yield _FilePosition(number, index, part), file


def _open_part(
    blank: PostFile, source: Source, recall: CachedReading, limits: Limits
) -> tuple[PostFile, OpenFile | Reading]:
    try:
        file = source.open(limits)
    except CannotOpenError as trouble:
        return blank, Reading(status="unread", reasons=(trouble.reason,))
    part = replace(blank, sha256=file.sha256, kind=file.kind)
    known = recall(file.sha256, file.kind)
    if known is None:
        return part, file
    file.close()
    return part, known


def _sources(post: PostFiles) -> list[tuple[PostFile, Source]]:
    """Return the files of a post, the medium first, each with the record that its reading will complete."""
    files = [("media", post.media)] if post.media else []
    files += [("sidecar", source) for source in post.sidecars]
    return [
        (
            PostFile(
                role="media" if role == "media" else "sidecar",
                path=source.path,
                sha256=None,
                kind=None,
                reading=Reading(),
            ),
            source,
        )
        for role, source in files
    ]
