"""Read JSON exports of posts, as download programs and platforms write them; the format is detected from the keys.

Each format has its module. Nothing that a file names is opened: media names are compared, links are text. A further
format takes one module and one line in ``PLATFORMS``.
"""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.bounded_text import read_bounded_text
from opsec.formats.data_urls import data_url_gaps
from opsec.formats.json_stream import InvalidJsonError, TruncatedJsonError, decode_json_text, detect_json_encoding
from opsec.formats.text_lines import count_damaged, encoding_remarks
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind, Hint, ListedPost, Post, Reason
from opsec.model.records import ReaderOutput, UnreadableError
from opsec.readers.interface import Reader
from opsec.readers.posts.exports import (
    gallery_dl,
    generic_json,
    google_takeout,
    instagram_facebook,
    instaloader,
    snapchat,
    telegram,
    tiktok,
    youtube_json3,
    ytdlp,
)
from opsec.readers.posts.exports.json_pairs import NAME
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonShape, read_shape
from opsec.readers.telemetry import telemetry_json

PLATFORMS: tuple[ExportFormat, ...] = (
    ytdlp.PLATFORM,
    gallery_dl.PLATFORM,
    instaloader.PLATFORM,
    google_takeout.PLATFORM,
    telegram.PLATFORM,
    tiktok.PLATFORM,
    snapchat.PLATFORM,
    instagram_facebook.PLATFORM,
    youtube_json3.PLATFORM,
    generic_json.POSTS,
    telemetry_json.PLATFORM,
    generic_json.PLATFORM,
)
"""In order of precedence: the first format that recognises the keys reads the file."""
_PART = "JSON"
MAX_JSON_MIB = 20
"""Limit of what is read: fifty thousand chat messages."""


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield the posts or tracks in the file; nothing when it is about something else."""
    content = read_bounded_text(file, _PART, MAX_JSON_MIB)
    outline = read_shape(decode_json_text(content.data))
    platform = next((platform for platform in PLATFORMS if platform.recognises(outline)), None)
    try:
        if platform is not None:
            yield from _platform_records(platform, outline)
        if outline.stopped is not None:
            raise outline.stopped
    except TruncatedJsonError as fault:
        if not content.cut:
            raise UnreadableError(make_reason("cut_off", part=_PART)) from fault
    except InvalidJsonError as fault:
        raise UnreadableError(make_reason("broken", part=_PART, detail=f"@{fault}")) from fault
    reads_all_texts = platform in (generic_json.POSTS, generic_json.PLATFORM)
    yield from data_url_gaps(outline.text, texts_are_read=reads_all_texts)
    encoding = detect_json_encoding(content.data)
    yield from encoding_remarks(encoding, count_damaged(content.data, encoding) if not content.cut else 0)
    yield from content.gaps()


def _platform_records(platform: ExportFormat, outline: JsonShape) -> Iterator[ReaderOutput]:
    """Records of a format; of a file in which it finds nothing, the words and positions under any keys."""
    found = False
    known: set[str] = set()
    for record in platform.read(outline):
        found |= isinstance(record, Hint | Post | ListedPost | Reason)
        known.update(_texts_of(record))
        yield record
    if found and platform.read_keys is not None:
        yield from generic_json.read_other_members(outline, platform.read_keys, known)
    if not found and platform is not generic_json.PLATFORM:
        yield from generic_json.PLATFORM.read(outline)


def _texts_of(record: ReaderOutput) -> Iterator[str]:
    """Texts that a record gives to the matching."""
    if isinstance(record, Hint):
        yield record.text or ""
    elif isinstance(record, ListedPost):
        yield from (record.post.caption or "", record.post.author or "")
        yield from (hint.text or "" for hint in record.hints)


READER = Reader(name=NAME, version=9, check="sidecar", kinds=frozenset({"json"}), read=read)
