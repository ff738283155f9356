"""Iterate over the boxes of an MP4, MOV, 3GP, HEIC or AVIF file without trusting any declared size.

ISO base media file format (ISO/IEC 14496-12, section 4.2) and its predecessor, the QuickTime File Format: a box is a
size, a four-character type and a payload, which may be boxes again. The iterator keeps its own stack, so depth costs
nothing; it reads headers only, so a video of 8 GB costs as little as one of 8 kB; no box extends beyond its parent.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Literal

BoxFlaw = Literal["cut_off", "bad_size", "too_deep", "too_many"]
"""``cut_off``: the declared size runs past the parent's end. ``bad_size``: the declared size is smaller than the
header; inside a box only the header is skipped, so that nothing is hidden; at top level the rest of the file is not
this format. ``too_deep``: the box is not opened. ``too_many``: iteration ends here."""

MAX_BOX_DEPTH = 12
"""Limit of nesting; real files reach seven levels."""
MAX_BOXES = 20_000
"""Limit for one file; a three-hour video with every track a phone writes has a few hundred boxes."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box, given by its byte range; its payload has not been read."""

    path: str
    """Types of its parents and its own: ``moov/udta/©xyz``; entries of an item list by number: ``#1``."""
    start: int
    payload: int
    """Offset of the payload."""
    end: int
    """Offset of the end, at most that of the parent."""
    flaw: BoxFlaw | None = None

    @property
    def type(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """Path of the enclosing box."""
        return self.path.rpartition("/")[0]

    def read(self, file: BinaryIO, at_most: int) -> bytes:
        """Read at most ``at_most`` bytes of the payload; fewer when the box or the file is shorter."""
        file.seek(self.payload)
        return file.read(min(at_most, self.end - self.payload))


@dataclass(slots=True)
class _OpenBox:
    """A container whose children are being iterated."""

    path: str
    at: int
    end: int


def iter_boxes(file: BinaryIO, opened: frozenset[str], inside: Box | None = None) -> Iterator[Box]:
    """Yield every box of a file, or of one box, in file order, parents before children.

    Parameters
    ----------
    file
        Seekable; the caller may move its position between two boxes.
    opened
        Types of the containers to descend into; entries of an item list (``ilst``) are opened with it.
    inside
        Container to iterate over instead of the file.

    Never raises on account of the content: faults are reported as ``flaw`` of the box concerned.
    """
    end = file.seek(0, os.SEEK_END)
    levels = [_OpenBox(inside.path, inside.payload, min(end, inside.end)) if inside else _OpenBox("", 0, end)]
    left = MAX_BOXES
    while levels:
        box = _next_box(file, levels[-1], len(levels), opened)
        if box is None:
            levels.pop()
            continue
        left -= 1
        if left == 0:
            yield replace(box, flaw="too_many")
            return
        yield box
        levels[-1].at = box.end
        if box.flaw != "too_deep" and _is_container(box.path, opened):
            levels.append(_OpenBox(box.path, box.payload + _full_box_bytes(file, box), box.end))


def _next_box(file: BinaryIO, level: _OpenBox, depth: int, opened: frozenset[str]) -> Box | None:
    """Read the next box of a container; None at its end or at zero padding.

    QuickTime ends user data with 32 zero bits, which are too short for a box.
    """
    room = level.end - level.at
    if room < 8:
        return None
    file.seek(level.at)
    header = file.read(16)
    if len(header) < 8 or header[:8] == bytes(8):
        return None
    path = _box_path(level.path, header[4:8])
    head, size = _header_and_box_size(header, room)
    flaw: BoxFlaw | None = None
    if size < head:
        size, flaw = min(head, room) if level.path else room, "bad_size"
    elif size > room:
        size, flaw = room, "cut_off"
    if depth >= MAX_BOX_DEPTH and _is_container(path, opened):
        flaw = "too_deep"
    return Box(path, level.at, level.at + min(head, size), level.at + size, flaw)


def _header_and_box_size(header: bytes, room: int) -> tuple[int, int]:
    """Size in bytes of the header, and declared size of the whole box."""
    size = int.from_bytes(header[:4], "big")
    if size == 0:
        return 8, room  # extends to the end of its parent
    if size == 1 and len(header) == 16:
        return 16, int.from_bytes(header[8:], "big")
    return 8, size


def _box_path(parent: str, kind: bytes) -> str:
    name = f"#{int.from_bytes(kind, 'big')}" if kind[:2] == b"\0\0" else kind.decode("latin-1")
    return f"{parent}/{name}" if parent else name


def _is_container(path: str, opened: frozenset[str]) -> bool:
    parent, _, kind = path.rpartition("/")
    return kind in opened or ("ilst" in opened and parent.endswith("ilst"))


def _full_box_bytes(file: BinaryIO, box: Box) -> int:
    """Bytes before the first child: ``meta`` has version and flags in ISO files, not in QuickTime files."""
    if box.type != "meta":
        return 0
    return 0 if box.read(file, 8)[4:8] in (b"hdlr", b"keys", b"ilst", b"mhdr") else 4
