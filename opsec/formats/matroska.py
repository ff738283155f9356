"""Walk the elements of a Matroska or WebM file (EBML, RFC 8794; Matroska, RFC 9559) to the titles of its chapters.

FFmpeg gives one title of each chapter of the outermost level; a file may hold several editions, chapters inside
chapters and a title in each language. Clusters are skipped by their size; one of unknown size, as live recorders write
it, is walked through.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

MAX_ELEMENTS = 200_000
"""Limit of elements visited; a film of two hours has some ten thousand clusters."""
MAX_LISTS = 4
"""Limit of lists of chapters; the format allows one."""
MAX_CHAPTERS_BYTES = 1024 * 1024
MAX_TITLES = 2_000
_MAX_DEPTH = 8

_SEGMENT, _CLUSTER, _CHAPTERS = 0x18538067, 0x1F43B675, 0x1043A770
_EDITION, _ATOM, _DISPLAY, _STRING = 0x45B9, 0xB6, 0x80, 0x85
_TIME_START, _TIME_END = 0x91, 0x92
_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ChapterTitle:
    """One title of one chapter."""

    text: str
    start_s: float | None
    end_s: float | None


@dataclass(frozen=True, slots=True)
class _Element:
    id: int
    start: int
    """Offset of its data."""
    size: int | None
    """Bytes of its data; None when unknown."""


def chapter_titles(file: BinaryIO) -> Iterator[ChapterTitle]:
    """Yield the titles of all chapters in the order of the file, at most ``MAX_TITLES``; of damaged ones the first."""
    found = (element for element in _top_elements(file) if element.id == _CHAPTERS)
    yield from islice(
        (title for element in islice(found, MAX_LISTS) for title in _list_titles(file, element)), MAX_TITLES
    )


def _list_titles(file: BinaryIO, element: _Element) -> Iterator[ChapterTitle]:
    file.seek(element.start)
    data = file.read(MAX_CHAPTERS_BYTES if element.size is None else min(element.size, MAX_CHAPTERS_BYTES))
    yield from _titles(data, 0, len(data), 0)


def _top_elements(file: BinaryIO) -> Iterator[_Element]:
    """Elements of the segment; those inside a cluster of unknown size come along and are skipped like any other."""
    at = 0
    for _ in range(MAX_ELEMENTS):
        file.seek(at)
        element = _parse_element(file.read(12), at)
        if element is None:
            return
        if element.id == _SEGMENT or (element.id == _CLUSTER and element.size is None):
            at = element.start
            continue
        yield element
        if element.size is None:
            return
        at = element.start + element.size


def _titles(data: bytes, at: int, end: int, depth: int) -> Iterator[ChapterTitle]:
    """Titles of the chapters in a range of bytes, with those of the chapters inside them."""
    if depth > _MAX_DEPTH:
        return
    for element in _children(data, at, end):
        stop = min(end, element.start + (element.size if element.size is not None else end))
        if element.id == _EDITION:
            yield from _titles(data, element.start, stop, depth + 1)
        elif element.id == _ATOM:
            yield from _atom_titles(data, element.start, stop)
            yield from _titles(data, element.start, stop, depth + 1)


def _atom_titles(data: bytes, at: int, end: int) -> Iterator[ChapterTitle]:
    """Titles of one chapter, one for each language."""
    parts = list(_children(data, at, end))
    start_s, end_s = (_seconds(data, parts, wanted) for wanted in (_TIME_START, _TIME_END))
    for part in parts:
        if part.id == _DISPLAY and part.size is not None:
            for inner in _children(data, part.start, min(end, part.start + part.size)):
                if inner.id == _STRING and inner.size is not None:
                    text = (
                        data[inner.start : min(end, inner.start + inner.size)].decode("utf-8", "replace").rstrip("\0")
                    )
                    yield ChapterTitle(text, start_s, end_s)


def _seconds(data: bytes, parts: list[_Element], wanted: int) -> float | None:
    part = next((one for one in parts if one.id == wanted and one.size is not None and 0 < one.size <= 8), None)
    return int.from_bytes(data[part.start : part.start + (part.size or 0)], "big") / _NANOSECONDS if part else None


def _children(data: bytes, at: int, end: int) -> Iterator[_Element]:
    while at < end:
        element = _parse_element(data[at : at + 12], at)
        if element is None:
            return
        yield element
        if element.size is None:
            return
        at = element.start + element.size


def _parse_element(head: bytes, at: int) -> _Element | None:
    """Parse the id and the size at the start of an element (RFC 8794, sections 4 and 5)."""
    id_length = 9 - head[0].bit_length() if head and head[0] else 0
    if not 1 <= id_length <= 4 or len(head) <= id_length:
        return None
    first = head[id_length]
    size_length = 9 - first.bit_length() if first else 0
    if not size_length or len(head) < id_length + size_length:
        return None
    marker = 1 << (7 * size_length)
    size = int.from_bytes(head[id_length : id_length + size_length], "big") - marker
    unknown = size == marker - 1
    return _Element(
        id=int.from_bytes(head[:id_length], "big"), start=at + id_length + size_length, size=None if unknown else size
    )
