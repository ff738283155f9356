"""Write positions, dates and cameras into the boxes of synthetic videos, as phones, drones and editors do."""

import io
import struct
import zlib

from opsec.demo.media_exif import Shot
from opsec.formats.isobmff.boxes import Box, iter_boxes

_CONTAINER_BOXES = frozenset({"moov", "trak", "mdia", "minf", "stbl", "udta", "meta", "ilst"})
_ARABIC = 0x0672
"""``ara`` packed into 15 bits (ISO/IEC 14496-12, 8.4.2)."""


def box(kind: str, payload: bytes) -> bytes:
    """One ISO base media box."""
    return struct.pack(">I4s", len(payload) + 8, kind.encode("latin-1")) + payload


def iso6709_text(lat: float, lon: float, altitude_m: float | None = None) -> str:
    """A position in ISO 6709, Annex H: ``+33.9800+043.2500+028.516/``."""
    height = "" if altitude_m is None else f"{altitude_m:+08.3f}"
    return f"{lat:+08.4f}{lon:+09.4f}{height}/"


def insert_box(film: bytes, path: str, child: bytes) -> bytes:
    """Insert a box at the end of another, and correct the sizes and chunk offsets that this changes.

    Parameters
    ----------
    film
        An MP4 file.
    path
        Types of the parent box and its ancestors, ``moov/udta``; those that are missing are created.
    child
        The whole box to insert, with its header.

    Returns
    -------
    bytes
        The MP4 file with the box.
    """
    known = _first_of_each_path(film)
    parts = path.split("/")
    there = next(count for count in range(len(parts), 0, -1) if "/".join(parts[:count]) in known)
    for part in reversed(parts[there:]):
        child = box(part, (bytes(4) if part == "meta" else b"") + child)
    around = [known["/".join(parts[:count])] for count in range(1, there + 1)]
    at = around[-1].end
    mended = bytearray(_shift_chunk_offsets(film, at, len(child)))
    for parent in around:
        struct.pack_into(">I", mended, parent.start, parent.end - parent.start + len(child))
    return bytes(mended[:at]) + child + bytes(mended[at:])


def with_xyz(film: bytes, lat: float, lon: float, altitude_m: float | None = None, *, in_track: bool = False) -> bytes:
    """Add ``©xyz`` to the user data of the file or of its first track, as Android and most drones do."""
    text = iso6709_text(lat, lon, altitude_m).encode()
    entry = box("©xyz", struct.pack(">HH", len(text), _ARABIC) + text)
    return insert_box(film, "moov/trak/udta" if in_track else "moov/udta", entry)


def with_loci(film: bytes, lat: float, lon: float, altitude_m: float = 0.0, *, name: str = "") -> bytes:
    """Add ``loci`` (3GPP TS 26.244), with the place name in UTF-8, or UTF-16 where it is not ASCII."""
    words = name.encode() + b"\0" if name.isascii() else b"\xfe\xff" + name.encode("utf-16-be") + b"\0\0"
    numbers = struct.pack(">Biii", 0, *(round(value * 65_536) for value in (lon, lat, altitude_m)))
    return insert_box(film, "moov/udta", box("loci", struct.pack(">IH", 0, _ARABIC) + words + numbers + b"earth\0\0"))


def with_keys(film: bytes, values: dict[str, str]) -> bytes:
    """Add Apple ``mdta`` keys to ``moov/meta``, as iPhones do."""
    names = b"".join(struct.pack(">I4s", len(key.encode()) + 8, b"mdta") + key.encode() for key in values)
    items = b""
    for number, value in enumerate(values.values(), 1):
        entry = box("data", struct.pack(">II", 1, 0) + value.encode())
        items += struct.pack(">II", len(entry) + 8, number) + entry
    hdlr = box("hdlr", struct.pack(">II4s12x", 0, 0, b"mdta"))
    keys = box("keys", struct.pack(">II", 0, len(values)) + names)
    return insert_box(film, "moov", box("meta", hdlr + keys + box("ilst", items)))


def with_apple_place(film: bytes, shot: Shot) -> bytes:
    """Add position, accuracy, date and camera under the keys of an iPhone."""
    day, _, hour = (shot.taken_at or "").partition(" ")
    place = "" if shot.lat is None or shot.lon is None else iso6709_text(shot.lat, shot.lon, shot.altitude_m)
    values_by_key = {
        "location.accuracy.horizontal": "" if shot.accuracy_m is None else f"{shot.accuracy_m:.6f}",
        "location.ISO6709": place,
        "make": shot.make,
        "model": shot.model,
        "creationdate": f"{day.replace(':', '-')}T{hour}{(shot.offset or '').replace(':', '')}" if day else "",
    }
    return with_keys(film, {f"com.apple.quicktime.{key}": text for key, text in values_by_key.items() if text})


def with_item_xyz(film: bytes, lat: float, lon: float, altitude_m: float | None = None) -> bytes:
    """Add ``©xyz`` to an item list, as FFmpeg and iTunes do."""
    entry = box("data", struct.pack(">II", 1, 0) + iso6709_text(lat, lon, altitude_m).encode())
    hdlr = box("hdlr", struct.pack(">II4s4s9x", 0, 0, b"mdir", b"appl"))
    return insert_box(film, "moov/udta", box("meta", bytes(4) + hdlr + box("ilst", box("©xyz", entry))))


def with_moov_first(film: bytes) -> bytes:
    """Move ``moov`` before the media data, as for streaming."""
    known = _first_of_each_path(film)
    moov, at = known["moov"], known["ftyp"].end
    if moov.start == at:
        return film
    mended = _shift_chunk_offsets(film, at, moov.end - moov.start)
    return mended[:at] + mended[moov.start : moov.end] + mended[at : moov.start] + mended[moov.end :]


def with_moov_compressed(film: bytes) -> bytes:
    """Compress ``moov`` (QuickTime File Format, "Compressed movie resources")."""
    moov = _first_of_each_path(film)["moov"]
    plain = film[moov.start : moov.end]
    packed = box("dcom", b"zlib") + box("cmvd", struct.pack(">I", len(plain)) + zlib.compress(plain))
    return film[: moov.start] + box("moov", box("cmov", packed)) + film[moov.end :]


def _first_of_each_path(film: bytes) -> dict[str, Box]:
    known: dict[str, Box] = {}
    for one in iter_boxes(io.BytesIO(film), _CONTAINER_BOXES):
        known.setdefault(one.path, one)
    return known


def _shift_chunk_offsets(film: bytes, at: int, by: int) -> bytes:
    """Shift every chunk offset (``stco``) at or after a position."""
    mended = bytearray(film)
    for one in iter_boxes(io.BytesIO(film), _CONTAINER_BOXES):
        if one.type == "stco":
            (count,) = struct.unpack_from(">I", film, one.payload + 4)
            for entry in range(one.payload + 8, one.payload + 8 + 4 * count, 4):
                (offset,) = struct.unpack_from(">I", film, entry)
                struct.pack_into(">I", mended, entry, offset + by if offset >= at else offset)
    return bytes(mended)
