"""Words in an EXIF block: description and comment (Exif 3.0, sections 4.6.3 and 4.6.6), and those Windows writes.

exifread passes over ``UserComment`` unless it decodes everything, so the words are read from the
directories themselves.
"""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.images.tiff_ifd import Entry, directory, first_directory
from opsec.formats.isobmff.user_data_text import decoded
from opsec.model.records import Words
from opsec.readers.field_values import field_name
from opsec.readers.text.free_text import LONGEST, free_text

MOST_BYTES = 4 * LONGEST
_EXIF_DIRECTORY = 0x8769
_USER_COMMENT = 0x9286
_DESCRIPTION = 0x010E
_WINDOWS = {0x9C9B: "XPTitle", 0x9C9C: "XPComment", 0x9C9E: "XPKeywords", 0x9C9F: "XPSubject"}


def words_told(block: BinaryIO, where: str) -> Iterator[Words]:
    """Titles, descriptions and comments of one block, with the coordinates written in them."""
    inner: Entry | None = None
    for entry in first_directory(block):
        if entry.tag == _DESCRIPTION:
            yield from free_text(decoded(entry.read(block, MOST_BYTES)), field_name(f"{where} ImageDescription"))
        elif entry.tag in _WINDOWS:
            text = entry.read(block, MOST_BYTES).decode("utf-16-le", "replace")
            yield from free_text(text, field_name(f"{where} {_WINDOWS[entry.tag]}"))
        elif entry.tag == _EXIF_DIRECTORY:
            inner = entry
    if inner is None:
        return
    for entry in directory(block, inner.number(block), inner.order):
        if entry.tag == _USER_COMMENT:
            yield from free_text(_comment(entry, block), field_name(f"{where} UserComment"))


def _comment(entry: Entry, block: BinaryIO) -> str:
    """A comment tells its letters in its first eight bytes; most leave them at zero and write UTF-8."""
    raw = entry.read(block, MOST_BYTES)
    letters, text = raw[:8], raw[8:]
    if letters == b"UNICODE\0" and text[:2] not in (b"\xfe\xff", b"\xff\xfe"):
        return text.decode("utf-16-le" if entry.order == "little" else "utf-16-be", "replace")
    if letters[:3] == b"JIS":
        return text.decode("iso2022_jp", "replace")
    known = letters in (b"UNICODE\0", b"ASCII\0\0\0", bytes(8))
    return decoded(text if known else raw)
