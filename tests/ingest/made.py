"""Small files for the tests of discovery: just enough bytes to detect their type."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from opsec.ingest.discovery import DiscoveredPosts, discover_posts
from opsec.ingest.source import CannotOpenError, OpenFile, Unpacker
from opsec.model import Reading
from opsec.model.records import UnreadableError
from opsec.readers.archive import unpack_member
from opsec.readers.registry import read_file
from opsec.settings import Limits

MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00\x00\x00\x08mdat"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40) + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
INFO = b'{"uploader": "someone", "description": "at the gate"}'


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files and their parent folders."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


"""The name in ``tests/app/test_reader_off.py``."""


def read(opened: OpenFile) -> Reading:
    """Read as the worker does, in this process."""
    return read_file(opened.file, opened.kind)


def unpack(archive: OpenFile, index: int, out: BinaryIO) -> None:
    """Unpack as the worker does, in this process."""
    try:
        unpack_member(archive.file, index, out, 1 << 24)
    except UnreadableError as stop:
        raise CannotOpenError(stop.reason) from stop


def find(*paths: Path, limits: Limits | None = None, leave_out: Sequence[Path] = ()) -> DiscoveredPosts:
    """The posts under these paths."""
    return discover_posts(paths, limits or Limits(), read, Unpacker(unpack), leave_out)


def listed_posts(inbox: DiscoveredPosts, under: Path) -> list[tuple[str, list[str]]]:
    """Path below a folder of each readable post, and the names of its sidecars."""
    start = len(os.fspath(under)) + 1
    return [
        (post.path[start:], [source.name for source in post.sidecars]) for post in inbox.posts if post.unread is None
    ]


def skipped_files(inbox: DiscoveredPosts, under: Path) -> dict[str, str]:
    """Path below a folder → code of the reason why it is not read or not a post."""
    start = len(os.fspath(under)) + 1
    unread = {post.path[start:]: post.unread.code for post in inbox.posts if post.unread is not None}
    return {one.path[start:]: one.reason.code for one in inbox.skipped} | unread
