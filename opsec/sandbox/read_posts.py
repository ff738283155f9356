"""From the files of posts to read posts: each file opened once, hashed, and read only if it never was before.

Posts come out as they are finished, not in order; each carries its number.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from opsec.ingest.discovery import PostFiles
from opsec.ingest.source import CannotOpenError, OpenFile, Source
from opsec.model import FileKind, Part, Reading, ReadPost
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Limits

Recall = Callable[[str, FileKind], Reading | None]
"""The reading of a content kept from before, by SHA-256 and kind."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a reading belongs: which post, which of its files; no part for a post without any file."""

    number: int
    index: int = 0
    part: Part | None = None


def read_posts(
    posts: Sequence[PostFiles], worker: Supervisor, recall: Recall, limits: Limits
) -> Iterator[tuple[int, ReadPost]]:
    """Every post with its number, as soon as the last of its files is read."""
    on_the_desk: dict[int, dict[int, Part]] = {}
    for place, reading in worker.read_all(_to_read(posts, recall, limits)):
        post, mine = posts[place.number], on_the_desk.setdefault(place.number, {})
        if place.part is not None:
            mine[place.index] = replace(place.part, reading=reading)
        if len(mine) == len(_sources(post)):
            parts = tuple(mine[index] for index in sorted(mine))
            del on_the_desk[place.number]
            yield (
                place.number,
                ReadPost(path=post.path, parts=parts, listed=post.listed, reasons=post.reasons, folders=post.folders),
            )


def _to_read(posts: Sequence[PostFiles], recall: Recall, limits: Limits) -> Iterator[tuple[_Place, OpenFile | Reading]]:
    """Every file of every post, opened; or its reading at once, when that is already known."""
    for number, post in enumerate(posts):
        sources = _sources(post)
        if not sources:
            yield _Place(number), Reading()
        for index, (blank, source) in enumerate(sources):
            part, file = _opened(blank, source, recall, limits)
            yield _Place(number, index, part), file


def _opened(blank: Part, source: Source, recall: Recall, limits: Limits) -> tuple[Part, OpenFile | Reading]:
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


def _sources(post: PostFiles) -> list[tuple[Part, Source]]:
    """The files of a post, the medium first, each with the record it will fill."""
    files = [("media", post.media)] if post.media else []
    files += [("sidecar", source) for source in post.sidecars]
    return [
        (
            Part(
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
