"""The boxes of an MP4, MOV, 3GP, HEIC or AVIF file, walked without trusting one length of them.

The format is the ISO base media file format (ISO/IEC 14496-12, section 4.2) and its elder, the
QuickTime File Format: a box is a size, a four-character type and a payload, and some payloads are
boxes again. The walk keeps its own stack, so depth costs nothing; it reads headers only, so a film
of 8 GB costs as little as one of 8 kB; and every box ends where its parent does, at the latest.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Literal

Flaw = Literal["cut_off", "bad_size", "too_deep", "too_many"]
"""``cut_off``: it claims to run past its parent's end. ``bad_size``: it claims to be smaller than its own
header; inside another box it is taken for the header alone, so that it hides nothing, but a whole file
that goes on so is not this format. ``too_deep``: it is not opened. ``too_many``: the walk ends here."""

DEEPEST = 12
"""Real files reach seven."""
MOST_BOXES = 20_000
"""Boxes of one file; a film of three hours with every track a phone writes has a few hundred."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box, by where it lies. Nothing of its payload has been read."""

    path: str
    """Its type below those of its parents: ``moov/udta/©xyz``; entries of an item list by number: ``#1``."""
    start: int
    payload: int
    """Where its payload begins."""
    end: int
    """Where it ends, at most where its parent does."""
    flaw: Flaw | None = None

    @property
    def type(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """Path of the box around it."""
        return self.path.rpartition("/")[0]

    def read(self, file: BinaryIO, at_most: int) -> bytes:
        """The first bytes of the payload; fewer when the box or the file is shorter."""
        file.seek(self.payload)
        return file.read(min(at_most, self.end - self.payload))


@dataclass(slots=True)
class _Level:
    """A box whose inside is being walked."""

    path: str
    at: int
    end: int


def walk(file: BinaryIO, opened: frozenset[str], inside: Box | None = None) -> Iterator[Box]:
    """Every box of a file, or of one box, each before those inside it, in the order of the file.

    ``opened`` names the types whose payload is boxes again, as far as the caller wants to see them;
    the entries of an item list (``ilst``) are opened with it. The file may be read elsewhere between
    two boxes. Never raises for what the bytes hold: trouble is the ``flaw`` of the box where it was met.
    """
    end = file.seek(0, os.SEEK_END)
    levels = [_Level(inside.path, inside.payload, min(end, inside.end)) if inside else _Level("", 0, end)]
    left = MOST_BOXES
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
        if box.flaw != "too_deep" and _opens(box.path, opened):
            levels.append(_Level(box.path, box.payload + _version_bytes(file, box), box.end))


def _next_box(file: BinaryIO, level: _Level, depth: int, opened: frozenset[str]) -> Box | None:
    """The box at a level's place, or none at the level's end (or at the zeros that pad it).

    QuickTime ends user data with 32 bits of zero, which are no box: too short for one.
    """
    room = level.end - level.at
    if room < 8:
        return None
    file.seek(level.at)
    header = file.read(16)
    if len(header) < 8 or header[:8] == bytes(8):
        return None
    path = _path(level.path, header[4:8])
    head, size = _measures(header, room)
    flaw: Flaw | None = None
    if size < head:
        size, flaw = min(head, room) if level.path else room, "bad_size"
    elif size > room:
        size, flaw = room, "cut_off"
    if depth >= DEEPEST and _opens(path, opened):
        flaw = "too_deep"
    return Box(path, level.at, level.at + min(head, size), level.at + size, flaw)


def _measures(header: bytes, room: int) -> tuple[int, int]:
    """Bytes of a box's header, and of the whole box as its header claims."""
    size = int.from_bytes(header[:4], "big")
    if size == 0:
        return 8, room  # to the end of what holds it
    if size == 1 and len(header) == 16:
        return 16, int.from_bytes(header[8:], "big")
    return 8, size


def _path(parent: str, kind: bytes) -> str:
    name = f"#{int.from_bytes(kind, 'big')}" if kind[:2] == b"\0\0" else kind.decode("latin-1")
    return f"{parent}/{name}" if parent else name


def _opens(path: str, opened: frozenset[str]) -> bool:
    parent, _, kind = path.rpartition("/")
    return kind in opened or ("ilst" in opened and parent.endswith("ilst"))


def _version_bytes(file: BinaryIO, box: Box) -> int:
    """Bytes before the first box inside: ``meta`` has version and flags in ISO files, not in QuickTime's."""
    if box.type != "meta":
        return 0
    return 0 if box.read(file, 8)[4:8] in (b"hdlr", b"keys", b"ilst", b"mhdr") else 4
