"""Read the directory of a zip archive, and unpack one member at a time.

PKWARE APPNOTE 6.3.10. The directory is read entry by entry, so that neither its declared counts nor its length decide
how much memory it takes. A member is located by the offset of its entry, so that unpacking all members stays linear.
Names are shown and compared, never used as paths.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.formats.zip_names import MAX_NAME_LENGTH, extra_fields, guess_name, unicode_path
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind, Member
from opsec.model.records import Gap, ReaderOutput, UnreadableError
from opsec.readers.interface import Reader

MAX_MEMBERS = 100_000
MAX_DIRECTORY_BYTES = 64 * 1024 * 1024
MIN_CHECKED_BYTES = 64 * 1024 * 1024
"""Members up to this size may have any compression ratio."""
MAX_RATIO = 200
"""Limit of the compression ratio of larger members: clips are compressed already and hardly shrink."""

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
    """Offset of the next entry in the directory."""


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield the members in directory order, without folders."""
    size = file.seek(0, 2)
    begin, end = _find_directory(file, size)
    at, packed, members = begin, 0, 0
    while at < end:
        if at - begin > MAX_DIRECTORY_BYTES:
            yield Gap(make_reason("too_long", part=_PART, limit=f"{MAX_DIRECTORY_BYTES >> 20} MiB"))
            return
        entry = _parse_entry(file, at)
        packed += entry.packed_bytes
        if packed > size:
            raise UnreadableError(make_reason("broken", part=_PART, detail="overlap"))
        if not entry.name.endswith("/"):
            if members == MAX_MEMBERS:
                yield Gap(make_reason("too_many", limit=MAX_MEMBERS, part="files"))
                return
            members += 1
            yield Member(at, entry.name, entry.size_bytes)
        at = entry.ends_at
    if at > end:
        raise UnreadableError(make_reason("broken", part=_PART, detail="length"))


def unpack_member(file: BinaryIO, index: int, out: BinaryIO, most_bytes: int) -> None:
    """Unpack one member, given by its ``Member.index``, into an open file.

    Never writes more than the declared size or ``most_bytes``.

    Raises
    ------
    UnreadableError
        The member is encrypted, too large, damaged, cut off, or compressed with an unsupported method.
    """
    entry = _parse_entry(file, index)
    _check_entry(entry, most_bytes)
    file.seek(entry.local_at)
    local = file.read(_LOCAL.size)
    if len(local) < _LOCAL.size or local[:4] != b"PK\3\4":
        raise UnreadableError(make_reason("broken", part=_PART, detail="offset"))
    *_, name_bytes, extra_bytes = _LOCAL.unpack(local)
    file.seek(name_bytes + extra_bytes, 1)
    written = crc = 0
    for piece in _member_chunks(file, entry):
        written += len(piece)
        if written > entry.size_bytes:
            raise UnreadableError(make_reason("broken", part="member", detail="size"))
        crc = zlib.crc32(piece, crc)
        out.write(piece)
    if written < entry.size_bytes:
        raise UnreadableError(make_reason("cut_off", part="member"))
    if crc != entry.crc:
        raise UnreadableError(make_reason("broken", part="member", detail="CRC-32"))


def _check_entry(entry: _Entry, most_bytes: int) -> None:
    if entry.flags & _ENCRYPTED:
        raise UnreadableError(make_reason("encrypted"))
    if entry.method not in (_STORED, _DEFLATED):
        raise UnreadableError(make_reason("unsupported", type=f"zip/{entry.method}"))
    if entry.size_bytes > most_bytes:
        raise UnreadableError(make_reason("too_large", limit_mib=most_bytes >> 20))
    ratio = entry.size_bytes // max(entry.packed_bytes, 1)
    if entry.size_bytes > MIN_CHECKED_BYTES and ratio > MAX_RATIO:
        raise UnreadableError(make_reason("swells", ratio=ratio))


def _member_chunks(file: BinaryIO, entry: _Entry) -> Iterator[bytes]:
    """Yield the unpacked bytes of a member in chunks of bounded size."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    left = entry.packed_bytes
    while left > 0 and (packed := file.read(min(_CHUNK, left))):
        left -= len(packed)
        if entry.method == _STORED:
            yield packed
        else:
            yield from _inflate(inflate, packed)


def _inflate(inflate: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    try:
        while piece := inflate.decompress(packed, _CHUNK):
            packed = inflate.unconsumed_tail
            yield piece
    except zlib.error as fault:
        raise UnreadableError(make_reason("broken", part="member", detail="deflate")) from fault


# ── the directory ─────────────────────────────────────────────────────────────────────────────
def _find_directory(file: BinaryIO, size: int) -> tuple[int, int]:
    """Locate the start and end of the directory."""
    start = max(0, size - _END.size - 0xFFFF)
    file.seek(start)
    tail = file.read(_END.size + 0xFFFF)
    at = tail.rfind(b"PK\5\6")
    while at >= 0:
        if len(tail) - at >= _END.size:
            _, disk, first_disk, _, _, length, begin, comment = _END.unpack_from(tail, at)
            if at + _END.size + comment <= len(tail):
                if disk not in (first_disk, 0xFFFF):
                    raise UnreadableError(make_reason("unsupported", type="zip/split"))
                if _UNKNOWN in (length, begin):
                    length, begin = _find_directory64(file, start + at)
                return begin, min(begin + length, start + at)
        at = tail.rfind(b"PK\5\6", 0, at)
    raise UnreadableError(make_reason("cut_off", part=_PART))


def _find_directory64(file: BinaryIO, end_at: int) -> tuple[int, int]:
    """Length and offset of the directory of a ZIP64 archive."""
    place = _read_at(file, end_at - _END64_PLACE.size, _END64_PLACE, b"PK\6\7")
    record = _read_at(file, place[2], _END64, b"PK\6\6")
    return record[8], record[9]


def _parse_entry(file: BinaryIO, at: int) -> _Entry:
    fields = _read_at(file, at, _ENTRY, b"PK\1\2")
    flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_bytes, extra_bytes, comment_bytes, local_at = *fields[10:13], fields[16]
    raw, extra = file.read(name_bytes), file.read(extra_bytes)
    if len(raw) < name_bytes or len(extra) < extra_bytes:
        raise UnreadableError(make_reason("cut_off", part=_PART))
    size, packed, local_at = _zip64_values(extra, size, packed, local_at)
    ends_at = at + _ENTRY.size + name_bytes + extra_bytes + comment_bytes
    return _Entry(_decode_name(raw, flags, extra), flags, method, crc, packed, size, local_at, ends_at)


def _zip64_values(extra: bytes, *values: int) -> list[int]:
    """Values of the ZIP64 extra field (id 1), in order."""
    large = next((data for number, data in extra_fields(extra) if number == 1), b"")
    whole = []
    for value in values:
        if value == _UNKNOWN and len(large) >= 8:
            value, large = int.from_bytes(large[:8], "little"), large[8:]  # noqa: PLW2901
        whole.append(value)
    return whole


def _decode_name(raw: bytes, flags: int, extra: bytes) -> str:
    """Decode a member name: by its Unicode Path field, else as UTF-8 where valid, flagged or not, else by a guess."""
    name = unicode_path(extra, raw)
    if name is None:
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            name = raw.decode("utf-8", "replace") if flags & _UTF8 else guess_name(raw)
    return name if len(name) <= MAX_NAME_LENGTH else "…" + name[1 - MAX_NAME_LENGTH :]


def _read_at(file: BinaryIO, at: int, form: struct.Struct, magic: bytes) -> tuple[int, ...]:
    if at < 0:
        raise UnreadableError(make_reason("broken", part=_PART, detail="offset"))
    file.seek(min(at, 1 << 62))
    data = file.read(form.size)
    if len(data) < form.size:
        raise UnreadableError(make_reason("cut_off", part=_PART))
    if data[:4] != magic:
        raise UnreadableError(make_reason("broken", part=_PART, detail=f"@{at}"))
    return form.unpack(data)


READER = Reader(name="archive", version=2, check="metadata", kinds=frozenset({"zip"}), read=read)
