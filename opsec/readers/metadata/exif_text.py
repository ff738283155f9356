"""Read text from an EXIF block: description and comment (Exif 3.0, 4.6.3 and 4.6.6), and the tags of Windows.

Panasonic cameras with a receiver name the place in their maker note (ExifTool's tag documentation, "Panasonic Tags"):
its directory stands behind twelve bytes, and its offsets count from the start of the block.

exifread omits ``UserComment`` unless it decodes everything, so the text is read from the directories.
"""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.images.tiff_ifd import IfdEntry, read_first_ifd, read_ifd
from opsec.formats.isobmff.user_data_text import decode_text
from opsec.model import Hint
from opsec.model.records import FreeText
from opsec.readers.field_values import field_name, place_name_hint
from opsec.readers.text.free_text import MAX_FREE_TEXT_LENGTH, to_free_text

MAX_TEXT_BYTES = 4 * MAX_FREE_TEXT_LENGTH
_EXIF_DIRECTORY = 0x8769
_USER_COMMENT = 0x9286
_DESCRIPTION = 0x010E
_MAKER_NOTE = 0x927C
_PANASONIC = b"Panasonic\0\0\0"
_PANASONIC_TAGS = {0x67: "Location", 0x69: "Country", 0x6B: "State", 0x6D: "City", 0x6F: "Landmark"}
MAX_NAME_BYTES = 256
_WINDOWS_TAGS = {0x9C9B: "XPTitle", 0x9C9C: "XPComment", 0x9C9E: "XPKeywords", 0x9C9F: "XPSubject"}


def text_hints(block: BinaryIO, where: str, reader: str) -> Iterator[FreeText | Hint]:
    """Yield titles, descriptions and comments of one block, and the names of places in its maker note."""
    inner: IfdEntry | None = None
    for entry in read_first_ifd(block):
        if entry.tag == _DESCRIPTION:
            yield from to_free_text(
                decode_text(entry.read(block, MAX_TEXT_BYTES)), field_name(f"{where} ImageDescription")
            )
        elif entry.tag in _WINDOWS_TAGS:
            text = entry.read(block, MAX_TEXT_BYTES).decode("utf-16-le", "replace")
            yield from to_free_text(text, field_name(f"{where} {_WINDOWS_TAGS[entry.tag]}"))
        elif entry.tag == _EXIF_DIRECTORY:
            inner = entry
    if inner is None:
        return
    for entry in read_ifd(block, inner.number(block), inner.order):
        if entry.tag == _USER_COMMENT:
            yield from to_free_text(_comment(entry, block), field_name(f"{where} UserComment"))
        elif entry.tag == _MAKER_NOTE and entry.read(block, len(_PANASONIC)) == _PANASONIC:
            yield from _panasonic_names(entry, block, where, reader)


def _panasonic_names(note: IfdEntry, block: BinaryIO, where: str, reader: str) -> Iterator[Hint]:
    for entry in read_ifd(block, note.at + len(_PANASONIC), note.order):
        if entry.tag in _PANASONIC_TAGS:
            name = decode_text(entry.read(block, MAX_NAME_BYTES).split(b"\0", 1)[0]).strip()
            if any(char.isalnum() for char in name):  # "---" stands for none
                yield place_name_hint(name, reader=reader, field=field_name(f"{where} {_PANASONIC_TAGS[entry.tag]}"))


def _comment(entry: IfdEntry, block: BinaryIO) -> str:
    """Decode ``UserComment``: its first eight bytes name the encoding; most writers leave zeros and use UTF-8."""
    raw = entry.read(block, MAX_TEXT_BYTES)
    letters, text = raw[:8], raw[8:]
    if letters == b"UNICODE\0" and text[:2] not in (b"\xfe\xff", b"\xff\xfe"):
        return text.decode("utf-16-le" if entry.order == "little" else "utf-16-be", "replace")
    if letters[:3] == b"JIS":
        return text.decode("iso2022_jp", "replace")
    known = letters in (b"UNICODE\0", b"ASCII\0\0\0", bytes(8))
    return decode_text(text if known else raw)
