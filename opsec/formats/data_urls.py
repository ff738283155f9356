"""Addresses that contain data instead of a place to get it from: ``data:image/png;base64,…`` (RFC 2397).

Exports and saved pages write small images this way. Short texts are decoded; anything else is counted, so that a file
with such values does not count as read.
"""

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from opsec.formats.text_lines import decode_detected
from opsec.i18n.reasons import make_reason
from opsec.model.records import Gap

MAX_DATA_TEXT_LENGTH = 20_000
"""Limit in characters for an address whose text is decoded."""
_PARAMETER = r";[\w.+-]{1,60}(?:=[^\s;,\"]{0,100})?"
_HEAD = re.compile(
    rf"(?<![\w.-])data:(?=[A-Za-z]{{0,20}}\\?[/;])(?P<type>[A-Za-z]{{1,20}}\\?/[\w.+-]{{1,100}})?(?P<parameters>(?:{_PARAMETER}){{0,8}}),",
    re.ASCII,
)
"""Up to the comma before the data; JSON may escape the solidus. Without a type and parameters it may be a sentence."""
_TEXT_TYPE = re.compile(r"text/.*|application/(?:.*\+)?json|", re.IGNORECASE)


def is_data_url(text: str) -> bool:
    """Whether a text is such an address.

    >>> is_data_url("data:;base64,QUJD"), is_data_url("data: at the gate, 7")
    (True, False)
    """
    return _HEAD.match(text) is not None


def decode_data_text(url: str) -> str | None:
    """Text in an address; None for any other content, for a long or damaged one, and for what is no such address.

    >>> decode_data_text("data:text/plain;base64,RmFsY29uIENhbXA="), decode_data_text("data:image/gif;base64,R0lGODlh")
    ('Falcon Camp', None)
    """
    head = _HEAD.match(url)
    if head is None or len(url) > MAX_DATA_TEXT_LENGTH or not _TEXT_TYPE.fullmatch(head["type"] or ""):
        return None
    content = unquote_to_bytes(url[head.end() :])
    if head["parameters"].casefold().endswith(";base64"):
        try:
            content = base64.b64decode(content, validate=True)
        except binascii.Error:
            return None
    return decode_detected(content)


def data_url_gaps(text: str, *, texts_are_read: bool) -> Iterator[Gap]:
    """Yield gaps for the data in the addresses of a JSON file or a table: images, and anything else.

    Parameters
    ----------
    text
        Source of the file.
    texts_are_read
        Whether the caller reads every string that ``decode_data_text`` decodes.
    """
    unread = Counter(
        "embedded images" if (head["type"] or "").casefold().startswith("image") else "attachments"
        for head in _HEAD.finditer(text)
        if not (texts_are_read and _is_decoded(text, head))
    )
    for part, count in sorted(unread.items()):
        yield Gap(make_reason("parts_unread", part=part, count=count))


def _is_decoded(text: str, head: re.Match[str]) -> bool:
    """Whether a JSON string consists of an address whose text is decoded."""
    start = head.start() - 1
    end = text.find('"', head.end(), start + 2 * MAX_DATA_TEXT_LENGTH)
    if start < 0 or text[start] != '"' or end < 0:
        return False
    try:
        return decode_data_text(json.loads(text[start : end + 1], strict=False)) is not None
    except json.JSONDecodeError:
        return False
