"""What a zip archive holds, and one of its members at a time.

PKWARE APPNOTE 6.3.10. The directory is walked entry by entry, so that neither its claims nor its
length decide how much memory it takes; a member is found again by the place of its entry, so that
taking out all of them stays linear. Names are shown and compared, never used as a path.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.i18n.messages import reason
from opsec.model import FileKind, Member
from opsec.model.records import Found, Gap, UnreadableError
from opsec.readers.interface import Reader

MOST_MEMBERS = 100_000
MOST_DIRECTORY_BYTES = 64 * 1024 * 1024
FREE_BYTES = 64 * 1024 * 1024
"""A member up to this size may be as well compressed as it likes."""
MOST_RATIO = 200
"""Of a larger one: clips are compressed already, and hardly shrink at all."""

_CHUNK = 256 * 1024
_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_UNKNOWN = 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_PART = "directory"


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    flags: int
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    local_at: int
    ends_at: int
    """Where the next entry of the directory begins."""


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - every reader is called alike
    """The members in the order of the directory, folders left out."""
    size = file.seek(0, 2)
    begin, end = _directory(file, size)
    at, packed, members = begin, 0, 0
    while at < end:
        if at - begin > MOST_DIRECTORY_BYTES:
            yield Gap(reason("too_long", part=_PART, limit=f"{MOST_DIRECTORY_BYTES >> 20} MiB"))
            return
        entry = _entry(file, at)
        packed += entry.packed_bytes
        if packed > size:
            raise UnreadableError(reason("broken", part=_PART, detail="overlap"))
        if not entry.name.endswith("/"):
            if members == MOST_MEMBERS:
                yield Gap(reason("too_many", limit=MOST_MEMBERS, part="files"))
                return
            members += 1
            yield Member(at, entry.name, entry.size_bytes)
        at = entry.ends_at
    if at > end:
        raise UnreadableError(reason("broken", part=_PART, detail="length"))


def unpack_member(file: BinaryIO, index: int, out: BinaryIO, most_bytes: int) -> None:
    """Write one member, given by its ``Member.index``, to an open file: never more than it claims, nor than the limit.

    Raises
    ------
    UnreadableError
        It is encrypted, too large, damaged, cut off, or packed in a way that is not read.
    """
    entry = _entry(file, index)
    _check(entry, most_bytes)
    file.seek(entry.local_at)
    local = file.read(_LOCAL.size)
    if len(local) < _LOCAL.size or local[:4] != b"PK\3\4":
        raise UnreadableError(reason("broken", part=_PART, detail="offset"))
    *_, name_bytes, extra_bytes = _LOCAL.unpack(local)
    file.seek(name_bytes + extra_bytes, 1)
    written = crc = 0
    for piece in _pieces(file, entry):
        written += len(piece)
        if written > entry.size_bytes:
            raise UnreadableError(reason("broken", part="member", detail="size"))
        crc = zlib.crc32(piece, crc)
        out.write(piece)
    if written < entry.size_bytes:
        raise UnreadableError(reason("cut_off", part="member"))
    if crc != entry.crc:
        raise UnreadableError(reason("broken", part="member", detail="CRC-32"))


def _check(entry: _Entry, most_bytes: int) -> None:
    if entry.flags & _ENCRYPTED:
        raise UnreadableError(reason("encrypted"))
    if entry.method not in (_STORED, _DEFLATED):
        raise UnreadableError(reason("unsupported", type=f"zip/{entry.method}"))
    if entry.size_bytes > most_bytes:
        raise UnreadableError(reason("too_large", limit_mib=most_bytes >> 20))
    ratio = entry.size_bytes // max(entry.packed_bytes, 1)
    if entry.size_bytes > FREE_BYTES and ratio > MOST_RATIO:
        raise UnreadableError(reason("swells", ratio=ratio))


def _pieces(file: BinaryIO, entry: _Entry) -> Iterator[bytes]:
    """The member's bytes, unpacked, none of them longer than a chunk."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    left = entry.packed_bytes
    while left > 0 and (packed := file.read(min(_CHUNK, left))):
        left -= len(packed)
        if entry.method == _STORED:
            yield packed
        else:
            yield from _inflated(inflate, packed)


def _inflated(inflate: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    try:
        while piece := inflate.decompress(packed, _CHUNK):
            packed = inflate.unconsumed_tail
            yield piece
    except zlib.error as fault:
        raise UnreadableError(reason("broken", part="member", detail="deflate")) from fault


# ── the directory ─────────────────────────────────────────────────────────────────────────────
def _directory(file: BinaryIO, size: int) -> tuple[int, int]:
    """Where the directory of the archive begins and ends."""
    start = max(0, size - _END.size - 0xFFFF)
    file.seek(start)
    tail = file.read(_END.size + 0xFFFF)
    at = tail.rfind(b"PK\5\6")
    while at >= 0:
        if len(tail) - at >= _END.size:
            _, disk, first_disk, _, _, length, begin, comment = _END.unpack_from(tail, at)
            if at + _END.size + comment <= len(tail):
                if disk not in (first_disk, 0xFFFF):
                    raise UnreadableError(reason("unsupported", type="zip/split"))
                if _UNKNOWN in (length, begin):
                    length, begin = _directory64(file, start + at)
                return begin, min(begin + length, start + at)
        at = tail.rfind(b"PK\5\6", 0, at)
    raise UnreadableError(reason("cut_off", part=_PART))


def _directory64(file: BinaryIO, end_at: int) -> tuple[int, int]:
    """Length and place of the directory of an archive larger than 4 GiB."""
    place = _read_at(file, end_at - _END64_PLACE.size, _END64_PLACE, b"PK\6\7")
    record = _read_at(file, place[2], _END64, b"PK\6\6")
    return record[8], record[9]


def _entry(file: BinaryIO, at: int) -> _Entry:
    fields = _read_at(file, at, _ENTRY, b"PK\1\2")
    flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_bytes, extra_bytes, comment_bytes, local_at = *fields[10:13], fields[16]
    raw, extra = file.read(name_bytes), file.read(extra_bytes)
    if len(raw) < name_bytes or len(extra) < extra_bytes:
        raise UnreadableError(reason("cut_off", part=_PART))
    size, packed, local_at = _large(extra, size, packed, local_at)
    ends_at = at + _ENTRY.size + name_bytes + extra_bytes + comment_bytes
    return _Entry(_name(raw, flags), flags, method, crc, packed, size, local_at, ends_at)


def _large(extra: bytes, *values: int) -> list[int]:
    """The values that did not fit 32 bits stand in extra field 1, in order."""
    at, large = 0, b""
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<HH", extra, at)
        if number == 1:
            large = extra[at + 4 : at + 4 + length]
            break
        at += 4 + length
    whole = []
    for value in values:
        if value == _UNKNOWN and len(large) >= 8:
            value, large = int.from_bytes(large[:8], "little"), large[8:]  # noqa: PLW2901
        whole.append(value)
    return whole


def _name(raw: bytes, flags: int) -> str:
    """Many writers put UTF-8 without saying so; what is none is in the first PCs' letters (APPNOTE, appendix D)."""
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        name = raw.decode("utf-8", "replace") if flags & _UTF8 else raw.decode("cp437")
    return name if len(name) <= 1_000 else "…" + name[-999:]


def _read_at(file: BinaryIO, at: int, form: struct.Struct, magic: bytes) -> tuple[int, ...]:
    if at < 0:
        raise UnreadableError(reason("broken", part=_PART, detail="offset"))
    file.seek(min(at, 1 << 62))
    data = file.read(form.size)
    if len(data) < form.size:
        raise UnreadableError(reason("cut_off", part=_PART))
    if data[:4] != magic:
        raise UnreadableError(reason("broken", part=_PART, detail=f"@{at}"))
    return form.unpack(data)


READER = Reader(name="archive", version=1, check="metadata", kinds=frozenset({"zip"}), read=read)
