"""JSON about posts, as download programs and the platforms' own exports write it; told apart by its keys.

Each platform has its module. Nothing that a file names is opened: media are names to compare, links are words.
A further platform is one module and one line in ``PLATFORMS``.
"""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.bounded_text import bounded
from opsec.formats.json_stream import BrokenError, CutOffError, decoded
from opsec.i18n.messages import reason
from opsec.model import FileKind
from opsec.model.records import Found, UnreadableError
from opsec.readers.interface import Reader
from opsec.readers.posts.exports import gallery_dl, instagram_facebook, telegram, tiktok, ytdlp
from opsec.readers.posts.exports.json_positions import NAME
from opsec.readers.posts.exports.json_shape import Platform, outlined
from opsec.readers.telemetry import telemetry_json

PLATFORMS: tuple[Platform, ...] = (
    ytdlp.PLATFORM,
    gallery_dl.PLATFORM,
    telegram.PLATFORM,
    tiktok.PLATFORM,
    instagram_facebook.PLATFORM,
    telemetry_json.PLATFORM,
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
