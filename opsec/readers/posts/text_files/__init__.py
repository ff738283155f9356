"""Read text files: exported chats, text exports of platforms, and captions beside a media file.

The content decides, because readers see no names: another format (JSON, a page, XML, a table, a mail), a chat, records
of ``Label: value``, or plain text. Plain text is the caption of a post, as yt-dlp (``.description``, README
"--write-description") and instaloader (``.txt`` and ``_location.txt`` with ``--geotags``) write it.
"""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.bounded_text import read_bounded_text
from opsec.formats.text_lines import TextLines, decode_detected
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind, Post
from opsec.model.records import Gap, ReaderOutput, UnreadableError
from opsec.readers.interface import Reader
from opsec.readers.posts.long_text import cut_caption, further_texts, is_junk
from opsec.readers.posts.text_files import mime
from opsec.readers.posts.text_files.chat import is_chat, read_chat
from opsec.readers.posts.text_files.labelled_blocks import is_labelled, read_labelled
from opsec.readers.posts.text_files.other_formats import (
    FormatReader,
    encoded_parts,
    find_reader,
    find_table_reader,
    is_encoded,
    unescape_words,
)

_PART = "text"
MAX_TEXT_MIB = 16
"""Limit of what is read; WhatsApp exports forty thousand messages at most, about four MiB."""


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield the posts of a chat or an export, or the file's text as the caption of one post."""
    content = read_bounded_text(file, _PART, MAX_TEXT_MIB)
    text = decode_detected(content.data).replace("\r\n", "\n").replace("\r", "\n")
    if is_junk(text) or is_encoded(text):
        raise UnreadableError(make_reason("unknown_type"))
    reader = _reader_of_format(text)
    if reader is not None:
        yield from _read_format(reader, content.data, text)
    else:
        yield from _read_text(unescape_words(text))
        yield from TextLines(content.data).remarks()
    yield from content.gaps()


def _reader_of_format(text: str) -> FormatReader | None:
    if mime.is_mime(text):
        return mime.read_mime
    return find_reader(text) or (None if is_chat(text) or is_labelled(text) else find_table_reader(text))


def _read_format(reader: FormatReader, data: bytes, text: str) -> Iterator[ReaderOutput]:
    """Yield the records of a reader of another format; if it stops, the words of the file, too, and a gap."""
    try:
        yield from reader(data)
    except UnreadableError as stop:
        yield from _read_text(unescape_words(text))
        yield Gap(stop.reason)


def _read_text(text: str) -> Iterator[ReaderOutput]:
    if is_chat(text):
        yield from read_chat(text)
    elif is_labelled(text):
        yield from read_labelled(text)
    else:
        yield from _read_plain(text)


def _read_plain(text: str) -> Iterator[ReaderOutput]:
    """Yield the text as a caption, and what exceeds one as further texts."""
    words = text.strip("\ufeff \t\n\0").replace("\0", "\ufffd")
    if words:
        yield Post(caption=cut_caption(words), source="text file")
        yield from further_texts(words, _PART)
        yield from encoded_parts(words)


READER = Reader(name="text_file", version=4, check="sidecar", kinds=frozenset({"text"}), read=read)
