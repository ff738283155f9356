"""From the paths an officer names to posts: which files are clips, which lie beside them, what is passed over.

Nothing is parsed here. Lists and archives are read where hostile content may be parsed, through the
two functions that the caller hands in; names in them are compared and shown, never opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsec.errors import UsageError
from opsec.i18n.messages import Message, _, counted
from opsec.i18n.safe_text import path_text, plain
from opsec.ingest.file_roles import Desk
from opsec.ingest.post_grouping import PostFiles, pair
from opsec.ingest.source import ReadFile, Unpack
from opsec.ingest.walk import walk
from opsec.model import Skipped
from opsec.settings import Limits

__all__ = ["Inbox", "PostFiles", "find_posts"]


@dataclass(frozen=True, slots=True)
class Inbox:
    """All that one scan will look at, and what it will not."""

    posts: tuple[PostFiles, ...]
    skipped: tuple[Skipped, ...]


def find_posts(
    paths: Sequence[Path], limits: Limits, read: ReadFile, unpack: Unpack, leave_out: Sequence[Path] = ()
) -> Inbox:
    """The posts under these paths, in the order of the paths and, in folders, of the bytes of the names.

    ``leave_out`` is ours and no post: folders of sites, of which that is said, and files that this program writes.

    Raises
    ------
    UsageError
        A path leads nowhere or into what is left out, or there is nothing to scan under any of them.
    """
    met = walk(paths, leave_out)
    desk = Desk(limits, read, unpack, met.files)
    for source in met.files:
        desk.sort(source, named=source.path in met.named)
    desk.settle()
    posts = pair(desk.found)
    skipped = sorted([*met.skipped, *desk.skipped], key=lambda one: one.path)
    if not posts:
        raise UsageError(_nothing_there(paths, len(skipped)))
    return Inbox(posts, tuple(skipped))


def _nothing_there(paths: Sequence[Path], passed_over: int) -> Message:
    shown = plain(", ".join(path_text(path) for path in paths), limit=300)
    if not passed_over:
        return _("{path} holds no clips, photos or post lists; check the path", path=shown)
    return counted(
        "{path} holds no clips, photos or post lists ({n} other file was passed over); check the path",
        "{path} holds no clips, photos or post lists ({n} other files were passed over); check the path",
        passed_over,
        path=shown,
    )
