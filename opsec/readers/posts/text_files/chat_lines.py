"""Recognise the first line of a message in an exported chat.

WhatsApp for iOS writes ``[02/11/2026, 21:14:05] Name: words``, for Android ``02/11/2026, 21:14 - Name: words``
(WhatsApp, "How to export your chat history"); TikTok ``2026-11-02 21:14:05 UTC Name: words``.
"""

import re
from dataclasses import dataclass

from opsec.readers.posts.plain_digits import MARKS, PLAIN_DIGITS
from opsec.readers.posts.text_files.chat_dates import DATE_PATTERN, TIME_PATTERN, Stamp, parse_stamp

_MAX_HEADER = 120
"""Limit in characters for date and time, with all direction marks."""
MAX_AUTHOR = 200
_MARKS = "".join(map(chr, MARKS))
_BETWEEN = r"(?:[,،;]|,? at|,? um|,? à|,? kl\.?)?\s"
_STAMP = rf"{DATE_PATTERN}{_BETWEEN}\s?{TIME_PATTERN}"
_IOS = re.compile(rf"\[{_STAMP}\]\s?")
_ANDROID = re.compile(rf"{_STAMP}\s[-–—]\s")
_TIKTOK = re.compile(
    r"(?P<first>\d{4})-(?P<second>\d\d)-(?P<third>\d\d) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second_s>\d\d)"
    r"(?P<before>)(?P<after>)(?: UTC)? (?=[^\s:]{1,60}: )"
)
MAY_BEGIN = re.compile(
    rf"^[{_MARKS} \t\u00a0\u202f]{{0,6}}\[?[{_MARKS}]{{0,4}}\d{{1,4}}[{_MARKS}]{{0,4}}\s?[./-]", re.MULTILINE
)
"""Beginning of every line that may begin a message; searched first because it is fast."""
_QUOTES = re.compile('[“"«„][^“”"«»„\n]{1,150}[”"»“]')


@dataclass(frozen=True, slots=True)
class ChatLine:
    """First line of a message."""

    stamp: Stamp
    author: str | None
    """None for a remark of the program, such as that a member left."""
    words: str
    form: str
    """Program whose form the line has."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names in quotation marks in a remark of the program: old and new names of a group."""
        return tuple(name[1:-1] for name in _QUOTES.findall(self.words)) if self.author is None else ()


def parse_chat_line(line: str) -> ChatLine | None:
    """Parse the first line of a message; None for any other line.

    >>> parse_chat_line("[02/11/2026, 21:14:05] Ali: here").author
    'Ali'
    >>> parse_chat_line("٢/١١/٢٠٢٦، ٩:١٤ م - علي: هنا").words
    'هنا'
    """
    raw = line[:_MAX_HEADER]
    head = (raw if raw.isascii() else raw.translate(PLAIN_DIGITS)).lstrip()
    start = head[:1]
    if not ("0" <= start <= "9" or start == "["):
        return None
    for form, pattern in (("WhatsApp", _IOS), ("WhatsApp", _ANDROID), ("TikTok export", _TIKTOK)):
        found = pattern.match(head)
        stamp = parse_stamp(found) if found else None
        if found and stamp:
            same = head == raw
            offset = found.end() if same else _raw_offset(line, len(head[: found.end()].replace(" ", "")))
            author, words = _split_author(line[offset:])
            return ChatLine(stamp, author, words, form)
    return None


def _raw_offset(line: str, visible: int) -> int:
    """Offset in the line behind this many visible characters that are neither spaces nor direction marks."""
    for offset, char in enumerate(line):
        if visible == 0 and char not in " \u00a0\u202f":
            return offset
        visible -= char.translate(PLAIN_DIGITS) not in ("", " ")
    return len(line)


def _split_author(rest: str) -> tuple[str | None, str]:
    author, separator, words = rest.partition(": ")
    if not separator and rest.rstrip().endswith(":"):
        author, separator, words = rest.rstrip()[:-1], ":", ""
    name = author.translate(PLAIN_DIGITS).strip()
    if not separator or not name or len(author) > MAX_AUTHOR or any(quote in author for quote in '“"«„'):
        return None, rest
    return name, words
