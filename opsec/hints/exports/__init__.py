"""JSON about posts, as download programs and the platforms' own exports write it; told apart by its keys.

Each platform has its module. Nothing that a file names is opened: media are names to compare, links are words.
A further platform is one module and one line in ``PLATFORMS``.
"""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.hints.beside.text import bounded
from opsec.hints.exports import meta, one_post, telegram, telemetry, tiktok_data, ytdlp
from opsec.hints.exports.outline import Platform, outlined
from opsec.hints.exports.places import NAME
from opsec.hints.reader import Found, Reader, UnreadableError
from opsec.hints.top_level import BrokenError, CutOffError, decoded
from opsec.language import reason
from opsec.model import FileKind

PLATFORMS: tuple[Platform, ...] = (
    ytdlp.PLATFORM,
    one_post.PLATFORM,
    telegram.PLATFORM,
    tiktok_data.PLATFORM,
    meta.PLATFORM,
    telemetry.PLATFORM,
)
"""In order: the first that knows the keys reads the file."""
_PART = "JSON"
MOST_MIB = 20
"""Fifty thousand messages of a chat."""


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - every reader is called alike
    """What the file says of posts, or the way that it holds; nothing when it is about something else."""
    content = bounded(file, _PART, MOST_MIB)
    outline = outlined(decoded(content.data))
    platform = next((platform for platform in PLATFORMS if platform.tells(outline)), None)
    try:
        if platform is not None:
            yield from platform.read(outline)
        if outline.stopped is not None:
            raise outline.stopped
    except CutOffError as fault:
        if not content.cut:
            raise UnreadableError(reason("cut_off", part=_PART)) from fault
    except BrokenError as fault:
        raise UnreadableError(reason("broken", part=_PART, detail=f"@{fault}")) from fault
    yield from content.gaps()


READER = Reader(name=NAME, version=3, check="sidecar", kinds=frozenset({"json"}), read=read)
