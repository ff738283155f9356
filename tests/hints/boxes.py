"""Boxes as bytes, for the tests of everything that reads them."""

import struct


def box(kind: str, payload: bytes = b"", *, size: int | None = None, wide: int | None = None) -> bytes:
    """One box; ``size`` and ``wide`` write a false 32-bit or 64-bit size."""
    name = kind.encode("latin-1")
    if wide is not None:
        return struct.pack(">I4sQ", 1, name, wide) + payload
    return struct.pack(">I4s", len(payload) + 8 if size is None else size, name) + payload


def nested(kind: str, depth: int, inner: bytes = b"") -> bytes:
    """A box in a box in a box."""
    for _ in range(depth):
        inner = box(kind, inner)
    return inner


def xyz(text: str, *, length: int | None = None, language: int = 0x15C7) -> bytes:
    """``©xyz`` as QuickTime writes it."""
    raw = text.encode()
    return box("©xyz", struct.pack(">HH", len(raw) if length is None else length, language) + raw)


def loci(
    lat: float, lon: float, *, height: float = 0.0, name: bytes = b"\0", role: int = 0, body: bytes = b""
) -> bytes:
    """``loci`` after 3GPP TS 26.244; ``name`` comes with its terminator."""
    numbers = struct.pack(">Biii", role, *(round(value * 65_536) for value in (lon, lat, height)))
    return box("loci", struct.pack(">IH", 0, 0x15C7) + name + numbers + body + b"\0\0")


def data(value: bytes, kind: int = 1) -> bytes:
    """A value of an item list."""
    return box("data", struct.pack(">II", kind, 0) + value)


def keys(*pairs: tuple[str, bytes], count: int | None = None, kind: int = 1, full: bool = False) -> bytes:
    """``meta`` with Apple's ``mdta`` keys; ``full`` writes it as ISO files do, with version and flags."""
    names = b"".join(struct.pack(">I4s", len(key.encode()) + 8, b"mdta") + key.encode() for key, _ in pairs)
    named = box("keys", struct.pack(">II", 0, len(pairs) if count is None else count) + names)
    items = b""
    for index, (_, value) in enumerate(pairs, 1):
        entry = data(value, kind)
        items += struct.pack(">II", len(entry) + 8, index) + entry
    hdlr = box("hdlr", struct.pack(">II4s12x", 0, 0, b"mdta"))
    return box("meta", (bytes(4) if full else b"") + hdlr + named + box("ilst", items))


def mvhd(created: int = 0, scale: int = 1000, length: int = 2000, *, version: int = 0) -> bytes:
    """The film's header; ``created`` counts seconds from 1904."""
    numbers = struct.pack(">QQIQ" if version else ">IIII", created, created, scale, length)
    return box("mvhd", struct.pack(">I", version << 24) + numbers + bytes(80))


def tkhd(width_px: int = 640, height_px: int = 360) -> bytes:
    """A track's header."""
    return box("tkhd", bytes(76) + struct.pack(">II", width_px << 16, height_px << 16))


def film(*inside: bytes, described: bool = True) -> bytes:
    """A file with nothing but its description."""
    header = mvhd() + box("trak", tkhd()) if described else b""
    return box("ftyp", b"isom\0\0\2\0isom") + box("moov", header + b"".join(inside))
