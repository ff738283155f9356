"""Read mails and pages saved as MIME (``.eml``, ``.mhtml``; RFC 5322, RFC 2045, RFC 2557) with the standard library.

Text parts become one post, parts in HTML are read as pages; attachments are not read and reported.
"""

import io
import re
from collections.abc import Iterator
from email import errors, policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser

from opsec.formats.text_lines import decode_detected
from opsec.i18n.reasons import make_reason
from opsec.model import ListedPost, Post
from opsec.model.records import Gap, ReaderOutput, UnreadableError
from opsec.readers.posts import html
from opsec.readers.posts.long_text import cut_caption, further_texts
from opsec.readers.posts.post_fields import replace_lone_surrogates, short_text

MAX_PARTS = 200
"""Limit of parts of one message that are read."""
_PART = "text"
_HEADER_LINE = re.compile(r"(?:From |[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]{0,2000}(?:\n[ \t][^\n]{0,2000})*\n)")
_MIN_HEADER_LINES = 2
_KNOWN_HEADERS = re.compile(
    r"^(?:mime-version|content-type|content-transfer-encoding|received|message-id|return-path|delivered-to"
    r"|snapshot-content-location):",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_LENGTH = 20_000
_READ_HEADERS = ("subject", "from", "to", "cc", "comments", "keywords", "snapshot-content-location")


def is_mime(text: str) -> bool:
    """Whether a text begins with the headers of a message.

    >>> is_mime("From: a@b\\nMIME-Version: 1.0\\n\\nwords"), is_mime("Date: 2026-11-16\\nTitle: x\\n")
    (True, False)
    """
    start = text.lstrip("\ufeff\n")[:_HEADER_LENGTH]
    head = start.partition("\n\n")[0] + "\n"
    lines = at = 0
    while found := _HEADER_LINE.match(head, at):
        lines, at = lines + 1, found.end()
    return lines >= _MIN_HEADER_LINES and _KNOWN_HEADERS.search(head[:at]) is not None


def read_mime(data: bytes) -> Iterator[ReaderOutput]:
    """Yield a post with the subject and the words of a message, and the records of its pages."""
    message = BytesParser(policy=policy.compat32).parsebytes(data.lstrip(b"\xef\xbb\xbf\r\n"))
    texts, pages, unread = [_header_words(message)], [], 0
    for number, part in enumerate(message.walk()):
        if number == MAX_PARTS:
            yield Gap(make_reason("too_many", limit=MAX_PARTS, part="attachments"))
            break
        if part.is_multipart():
            continue
        kind, content = part.get_content_type(), part.get_payload(decode=True)
        if not isinstance(content, bytes):
            unread += 1
        elif kind == "text/html":
            pages.append(_in_utf8(content, part))
        elif kind.startswith("text/") and kind not in ("text/css", "text/javascript"):
            texts.append(_decoded(content, part))
        elif kind not in ("text/css", "text/javascript", "application/javascript"):
            unread += bool(content)
        texts.append(part.get_filename() or "")
    page_records = [record for page in pages for record in _page_records(page)]
    yield from _joined(texts, page_records, author=_header(message, "from"))
    if unread:
        yield Gap(make_reason("parts_unread", part="attachments", count=unread))
    if message.defects or any(part.defects for part in message.walk()):
        yield Gap(make_reason("cut_off", part=_PART))


def _joined(texts: list[str], records: list[ReaderOutput], author: str | None) -> Iterator[ReaderOutput]:
    """Yield one post for the message: its texts and the words of its pages, then everything else in them."""
    captions = [text.strip() for text in texts]
    for record in records:
        if isinstance(record, Post | ListedPost):
            post = record if isinstance(record, Post) else record.post
            captions.append((post.caption or "").strip())
    words = "\n".join(dict.fromkeys(text for text in captions if text)).replace("\0", "\ufffd")
    if words:
        yield Post(caption=cut_caption(words), author=short_text(author), source="mail")
        yield from further_texts(words, _PART)
    for record in records:
        if isinstance(record, ListedPost):
            yield from record.hints
        elif not isinstance(record, Post):
            yield record


def _page_records(page: bytes) -> Iterator[ReaderOutput]:
    try:
        yield from html.READER.read(io.BytesIO(page), "html")
    except UnreadableError as stop:
        yield Gap(stop.reason)


def _in_utf8(content: bytes, part: Message) -> bytes:
    return _decoded(content, part).encode("utf-8", "replace")


def _decoded(content: bytes, part: Message) -> str:
    """Text of a part in the encoding that it names, unless its bytes show another."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    charset = part.get_content_charset()
    try:
        return content.decode(charset) if charset else decode_detected(content)
    except (LookupError, UnicodeDecodeError):
        return decode_detected(content)


def _header_words(message: Message) -> str:
    return "\n".join(text for name in _READ_HEADERS if (text := _header(message, name)))


def _header(message: Message, name: str) -> str | None:
    written = message.get(name)
    if written is None:
        return None
    try:
        pieces = decode_header(str(written))
    except (errors.HeaderParseError, ValueError):
        return str(written)
    words = "".join(
        decode_detected(piece) if isinstance(piece, bytes) and charset in (None, "utf-8") else _piece(piece, charset)
        for piece, charset in pieces
    )
    return replace_lone_surrogates(" ".join(words.split())) or None


def _piece(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    try:
        return piece.decode(charset or "utf-8", "replace")
    except LookupError:
        return decode_detected(piece)
