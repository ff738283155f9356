"""Attachments in the lines of an exported WhatsApp chat.

The phone's language decides the words, so they are found by their form: a file name with an extension beside a remark
in round or angle brackets, such as ``IMG-20261102-WA0001.jpg (file attached)`` or ``<attached: 00000012-PHOTO.jpg>``.
"""

import re

_MEDIA_EXTENSIONS = "jpe?g|png|webp|gif|heic|heif|avif|mp4|m4v|mov|3gpp?|mkv|webm|avi"
_OTHER_EXTENSIONS = "opus|ogg|m4a|aac|mp3|amr|wav|pdf|vcf|docx?|xlsx?|pptx?|txt|zip|apk|kmz|kml|gpx"
_NAME = rf"[^<>:/\\\n]{{1,180}}\.(?:{_MEDIA_EXTENSIONS}|{_OTHER_EXTENSIONS})"
_PLAIN_NAME = rf"[^\s<>:/\\()]{{1,180}}\.(?:{_MEDIA_EXTENSIONS}|{_OTHER_EXTENSIONS})"
_FLAGS = re.IGNORECASE

_IN_ANGLES = re.compile(rf"<[^<>:\n]{{1,60}}[:：]\s?({_NAME})\s?>", _FLAGS)
_BEFORE_BRACKETS = re.compile(rf"({_PLAIN_NAME})\s?(?:\([^()\n]{{2,60}}\)|<[^<>:\n]{{2,60}}>)\s*", _FLAGS)
_MARKED_NAME = re.compile(rf"({_NAME})\s?\([^()\n]{{2,60}}\)\s*", _FLAGS)
"""A name with spaces; it counts only after the direction mark that WhatsApp puts before a remark of its own."""
_BEHIND_BRACKETS = re.compile(rf"\([^()\n]{{2,60}}\)\s?({_PLAIN_NAME})\s*", _FLAGS)
_IS_MEDIA = re.compile(rf".*\.(?:{_MEDIA_EXTENSIONS})", _FLAGS)
_LEFT_OUT = re.compile(r"\s*<[^<>:\n]{3,60}>\s*")
"""A whole line such as ``<Media omitted>``."""
_MAX_LINE = 1_000
"""Limit in characters of a line that is searched: a file name has at most 255."""

MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff"))
"""Direction marks, for ``str.translate``."""


def take_attachment(line: str) -> tuple[str | None, str]:
    """Split a line into the attached media file, if any, and the words beside it.

    A voice message or a document is an attachment without a media file: its name stays among the words.

    >>> take_attachment("IMG-20261102-WA0001.jpg (file attached)")
    ('IMG-20261102-WA0001.jpg', '')
    >>> take_attachment("the gate <attached: 00000012-PHOTO.jpg>"), take_attachment("<Media omitted>")
    (('00000012-PHOTO.jpg', 'the gate '), (None, ''))
    """
    if len(line) > _MAX_LINE or not ("<" in line or "(" in line):
        return None, line
    words = line.translate(MARKS)
    is_marked = words != line and line.lstrip()[:1].translate(MARKS) == ""
    found = (
        _IN_ANGLES.search(words)
        or _BEFORE_BRACKETS.fullmatch(words)
        or _BEHIND_BRACKETS.fullmatch(words)
        or (_MARKED_NAME.fullmatch(words) if is_marked else None)
    )
    if found and _IS_MEDIA.fullmatch(found[1]):
        return found[1].strip(), words[: found.start()] + words[found.end() :]
    return None, "" if _LEFT_OUT.fullmatch(words) else line
