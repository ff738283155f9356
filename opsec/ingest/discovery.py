"""Find the posts under the paths that an officer names: media files, their sidecars, lists, archives.

Nothing is parsed in this process. Lists and archives are read in the sandbox, through the two functions that the
caller passes in. File names inside them are compared and shown, never opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from opsec.errors import UsageError
from opsec.i18n.messages import Message, _, ngettext
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.ingest.file_roles import FileClassifier
from opsec.ingest.post_grouping import PostFiles, group_posts
from opsec.ingest.source import ReadFile, Unpacker
from opsec.ingest.walk import walk
from opsec.model import Skipped
from opsec.model.reasons import REASONS
from opsec.settings import Limits

__all__ = ["DiscoveredPosts", "PostFiles", "discover_posts"]


class NothingToScanError(UsageError):
    """No file under the paths is or may be a post."""


@dataclass(frozen=True, slots=True)
class DiscoveredPosts:
    """The posts of one scan, and what it leaves out because it hides no post, each with its reason.

    A file that is not read but may hold a post or a clue is a post too, one that was not checked.
    """

    posts: tuple[PostFiles, ...]
    skipped: tuple[Skipped, ...]


def discover_posts(
    paths: Sequence[Path], limits: Limits, read: ReadFile, unpacker: Unpacker, leave_out: Sequence[Path] = ()
) -> DiscoveredPosts:
    """Collect the posts under some paths.

    Parameters
    ----------
    paths
        Files and folders. Posts keep the order of the paths; within a folder they are ordered by the bytes of the name.
    limits
        Largest file, and most members of an archive.
    read
        Reads one open file in the sandbox.
    unpacker
        Unpacks members of archives in the sandbox.
    leave_out
        Files and folders of this program that hold no posts: site folders, the case file, results.

    Raises
    ------
    UsageError
        A path does not exist or is in ``leave_out``, or there is nothing to scan under any path (then it is a
        ``NothingToScanError``).
    """
    walked = walk(paths, leave_out)
    classifier = FileClassifier(limits, read, unpacker, walked.files)
    for source in walked.files:
        classifier.add(source, named=source.path in walked.named)
    classifier.drop_empty_side_files()
    left_out = sorted([*walked.skipped, *classifier.skipped], key=lambda one: one.path)
    hiding = [one for one in left_out if REASONS[one.reason.code].hides_clip and not REASONS[one.reason.code].remark]
    unread = [PostFiles(path=one.path, media=None, unread=one.reason) for one in hiding]
    skipped = tuple(one for one in left_out if one not in hiding)
    posts = (*group_posts(classifier.found, classifier.unread), *unread)
    if not posts:
        raise NothingToScanError(_nothing_to_scan(paths, len(skipped)))
    return DiscoveredPosts(posts, skipped)


def _nothing_to_scan(paths: Sequence[Path], passed_over: int) -> Message:
    shown = escape_unsafe(", ".join(decode_path(path) for path in paths), limit=300)
    if not passed_over:
        return _("{path} contains no clips, photos or post lists; check the path", path=shown)
    return ngettext(
        "{path} contains no clips, photos or post lists ({n} other file was skipped); check the path",
        "{path} contains no clips, photos or post lists ({n} other files were skipped); check the path",
        passed_over,
        path=shown,
    )
