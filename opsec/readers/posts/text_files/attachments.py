"""Attachments in the lines of an exported WhatsApp chat.

The phone's language decides the words, so they are found by their form: a file name with an extension beside a remark
in round or angle brackets, such as ``IMG-20261102-WA0001.jpg (file attached)`` or ``<attached: 00000012-PHOTO.jpg>``.
Only remarks that are known are dropped: people write in brackets, too.
"""

import re

from opsec.readers.posts.plain_digits import MARKS

_MEDIA_EXTENSIONS = "jpe?g|png|webp|gif|heic|heif|avif|mp4|m4v|mov|3gpp?|mkv|webm|avi"
_OTHER_EXTENSIONS = "opus|ogg|m4a|aac|mp3|amr|wav|pdf|vcf|docx?|xlsx?|pptx?|txt|zip|apk|kmz|kml|gpx"
_NAME = rf"[^<>:/\\\n]{{1,180}}\.(?:{_MEDIA_EXTENSIONS}|{_OTHER_EXTENSIONS})"
_PLAIN_NAME = rf"[^\s<>:/\\()]{{1,180}}\.(?:{_MEDIA_EXTENSIONS}|{_OTHER_EXTENSIONS})"
_FLAGS = re.IGNORECASE

_IN_ANGLES = re.compile(rf"<(?P<remark>[^<>:\n]{{1,60}})[:：]\s?(?P<name>{_NAME})\s?>", _FLAGS)
_BEFORE_BRACKETS = re.compile(rf"(?P<name>{_PLAIN_NAME})\s?[(<](?P<remark>[^()<>:\n]{{2,60}})[)>]\s*", _FLAGS)
_MARKED_NAME = re.compile(rf"(?P<name>{_NAME})\s?\((?P<remark>[^()\n]{{2,60}})\)\s*", _FLAGS)
"""A name with spaces; it counts only after the direction mark that WhatsApp puts before a remark of its own."""
_BEHIND_BRACKETS = re.compile(rf"\((?P<remark>[^()\n]{{2,60}})\)\s?(?P<name>{_PLAIN_NAME})\s*", _FLAGS)
_IS_MEDIA = re.compile(rf".*\.(?:{_MEDIA_EXTENSIONS})", _FLAGS)
_LEFT_OUT = re.compile(r"\s*<(?P<remark>[^<>:\n]{3,60})>\s*")
"""A whole line such as ``<Media omitted>``."""
_MAX_LINE = 1_000
"""Limit in characters of a line that is searched: a file name has at most 255."""

_REMARKS = frozenset(
    ("attached|file attached|attachment|الملف مرفق|ملف مرفق|مرفق|تم الإرفاق|المرفق|الملف المرفق|پیوست شد"
    "|فایل پیوست شد|adjunto|archivo adjunto|anexado|arquivo anexado|ficheiro anexado|pièce jointe"
    "|fichier joint|datei angehängt|anhang|angehängt|allegato|file allegato|bijgevoegd|bestand bijgevoegd"
    "|dosya ekli|ekli|eklendi|прикреплено|файл прикреплен|файл добавлен|附件|已附加|文件已附加|添付ファイル"
    "|media omitted|image omitted|video omitted|audio omitted|sticker omitted|gif omitted|document omitted"
    "|contact card omitted|تم استبعاد الوسائط|تم حذف الوسائط|حذف الوسائط|الوسائط غير مدرجة|multimedia omitido"
    "|archivo omitido|imagen omitida|mídia oculta|arquivo de mídia oculto|médias omis|média omis"
    "|medien ausgeschlossen|medien weggelassen|media omessi|media weggelaten|medya dahil edilmedi"
    "|без медиафайлов|файл пропущен|رسانه حذف شد|this message was edited|تم تعديل هذه الرسالة|تم تعديل الرسالة")
    .split("|")
)  # fmt: skip
"""Words of the program in brackets, in lower case: that a file is attached, or that media were left out."""


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
    if found and _IS_MEDIA.fullmatch(found["name"]):
        remark = found["remark"].strip()
        kept = "" if remark.casefold() in _REMARKS else remark
        return found["name"].strip(), words[: found.start()] + kept + words[found.end() :]
    left_out = _LEFT_OUT.fullmatch(words)
    return None, "" if left_out and left_out["remark"].strip().casefold() in _REMARKS else line
