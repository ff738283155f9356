"""Read metadata lists of MP4 and MOV: values in ``ilst``, named by ``keys``, by type, or by ``mean`` and ``name``.

QuickTime File Format, "Metadata"; the ``----`` form and ``©xyz`` come from iTunes.
"""

import struct
from collections import defaultdict
from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.isobmff.boxes import Box
from opsec.formats.isobmff.user_data_text import decode_text
from opsec.i18n.reasons import make_reason
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.field_values import field_name
from opsec.readers.metadata.named_tags import parse_tags

MAX_KEY_BYTES = 65_536
MAX_VALUE_BYTES = 4_096
MAX_WORDS_BYTES = 40_000
"""Limit for each of the first values: a description of ten thousand letters."""
FIRST_VALUES = 100
MAX_VALUES = 2_000


class ItemList:
    """Content of one ``meta`` box, filled while iterating over its children.

    Hints are built at the end, because a key may follow its value and an accuracy its position.
    """

    def __init__(self, reader: str, path: str) -> None:
        self._reader = reader
        self._path = path
        self._keys: list[str] = []
        self._values: list[tuple[str, str]] = []
        """Item and text, in file order."""
        self._met = 0
        """Number of values, including those beyond the limit."""
        self._names: dict[str, list[str]] = defaultdict(list)

    def add_box(self, file: BinaryIO, box: Box) -> None:
        """Record one box of the list."""
        if box.type == "keys":
            self._keys = _parse_keys(box.read(file, MAX_KEY_BYTES))
        elif box.type == "----":
            self._names.clear()
        elif box.type in ("mean", "name"):
            self._names["----"].append(decode_text(box.read(file, 256)[4:]))
        elif box.type == "data":
            self._met += 1
            if self._met <= MAX_VALUES:
                most_bytes = MAX_WORDS_BYTES if self._met <= FIRST_VALUES else MAX_VALUE_BYTES
                self._take_value(box.parent.rpartition("/")[2], box.read(file, most_bytes))

    def _take_value(self, item: str, payload: bytes) -> None:
        text = _value_text(payload)
        if text is not None:
            self._values.append((".".join(self._names[item]) if item == "----" else item, text))

    def hints(self) -> Iterator[ReaderOutput]:
        """Yield the hints of all values, each under its key."""
        named = ((self._key(item), text) for item, text in self._values)
        yield from parse_tags(named, reader=self._reader, where=self._path)
        if self._met > MAX_VALUES:
            yield Gap(make_reason("too_many", limit=MAX_VALUES, part=field_name(self._path)))

    def _key(self, item: str) -> str:
        if not item.startswith("#"):
            return item
        index = int(item[1:]) - 1
        return self._keys[index] if 0 <= index < len(self._keys) else item


def _parse_keys(payload: bytes) -> list[str]:
    """Names by index. The declared count is not trusted; declared sizes are, as far as they fit."""
    names: list[str] = []
    at = 8
    while at + 8 <= len(payload):
        size = int.from_bytes(payload[at : at + 4], "big")
        if size < 8:
            break
        names.append(payload[at + 8 : at + size].decode("utf-8", "replace"))
        at += size
    return names


def _value_text(payload: bytes) -> str | None:
    """Value as text, by its well-known type: 1 UTF-8, 2 UTF-16, 21 to 24 numbers."""
    kind, value = int.from_bytes(payload[:4], "big"), payload[8:]
    if kind in (0, 1):
        return decode_text(value)
    if kind == 2:
        return value[: len(value) & ~1].decode("utf-16-be", "replace")
    if kind in (21, 22) and 1 <= len(value) <= 8:
        return str(int.from_bytes(value, "big", signed=kind == 21))
    if (kind, len(value)) in ((23, 4), (24, 8)):
        return repr(struct.unpack(">f" if kind == 23 else ">d", value)[0])
    return None
