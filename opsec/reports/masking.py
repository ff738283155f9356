"""Mask coordinates and escape hostile text for reports that leave the officer's machine."""

import re
import unicodedata

from opsec.i18n.messages import FSI, LRI, PDI
from opsec.i18n.safe_text import escape_unsafe
from opsec.readers.video.stamp_repair import repair_stamp
from opsec.reports.coordinate_patterns import precise_coordinate_spans

MAX_POSITION_LENGTH = 200
"""Upper bound for the length of a written position, in code points."""
_MANY_DIGITS = re.compile(r"\d[^\n]{0,20}?\d[^\n]{0,20}?\d[^\n]{0,20}?\d[^\n]{0,20}?\d[^\n]{0,20}?\d")
"""Fewer digits make no stamp."""
_CUT = r"{1,3}[.,٫°º][\s.,٫'′’\"″”•]*•"
_SIGNS = r"0-9A-Za-z+.:/?=&%#@~!'\"°-"
_MASKED = re.compile(
    rf"[-−]?[0-9]{_CUT}(?:[,،;\s]{{1,3}}[-−]?[0-9]{_CUT})?|[-−]?\d{_CUT}"
    rf"|(?:[0-9A-Za-z]{{1,3}} ){{0,3}}[{_SIGNS}]{{0,60}}•[•,{_SIGNS}]*(?: •[•,{_SIGNS}]*)*(?: [A-Z](?![A-Za-z]))?"
)
"""Isolated as one left-to-right run: a pair in Western digits, a code or a link. In Arabic digits each number is a run
of its own, and the first stands on the right."""


def mask_coordinates(text: str) -> str:
    """Replace the precise part of every coordinate, in any notation, by dots; the text keeps its length.

    What locates only a region is kept: whole degrees, grid zone and 100 km square, the first half of a code.

    >>> mask_coordinates("meet at 33.31523, 44.36611 or 38SMB4488286345")
    'meet at 33.•••••, 44.••••• or 38SMB••••••••••'
    """
    shown = list(text)
    for start, end, content in precise_coordinate_spans(text):
        for index in range(start, end):
            if shown[index].isdecimal() or (
                content != "digits" and (shown[index].isalnum() or (content == "base64" and shown[index] in "-_"))
            ):
                shown[index] = "•"
    masked = "".join(shown)
    return "\n".join(map(_mask_misread_stamp, masked.split("\n"))) if _MANY_DIGITS.search(masked) else masked


def _mask_misread_stamp(line: str) -> str:
    """Mask all digits of a stamp that OCR misread, such as ``°`` as 9: whoever knows the camera can repair it too."""
    return re.sub(r"\d", "•", line) if repair_stamp(line) is not None else line


def mask_and_escape(text: str, *, limit: int | None = None) -> str:
    """Mask, then escape hostile text; in this order neither a cut nor an escape sequence splits a number."""
    near = text if limit is None else text[: limit + MAX_POSITION_LENGTH]
    return isolate_masked(escape_unsafe(mask_coordinates(near), limit=limit))


def isolate_masked(text: str) -> str:
    """Isolate masked coordinates in right-to-left text: the dots have no direction and would be reordered."""
    return _MASKED.sub(lambda found: f"{LRI}{found.group()}{PDI}", text) if has_rtl(text) else text


def has_rtl(text: str) -> bool:
    """Return whether any letter or digit of the text belongs to a right-to-left script."""
    return any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text)


def mask_path(path: str) -> str:
    """Mask and escape a path. In a path with right-to-left letters isolate each part, so that the parts keep order.

    A file may be named after the place where it was filmed.
    """
    text = escape_unsafe(mask_coordinates(path))
    if not has_rtl(text):
        return text
    return LRI + "/".join(_isolate_name(part) if has_rtl(part) else part for part in text.split("/")) + PDI


def _isolate_name(name: str) -> str:
    """Isolate the name of a file or folder from its extension: ``.mp4`` stays on the right, as in the whole path."""
    stem, dot, extension = name.rpartition(".")
    if not dot or has_rtl(extension):
        stem, dot, extension = name, "", ""
    return f"{FSI}{isolate_masked(stem)}{PDI}{dot}{extension}"
