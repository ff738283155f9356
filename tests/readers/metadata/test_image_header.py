"""What a picture claims, and the files that cannot hold what they claim."""

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.demo.media import HEIGHT_PX, WIDTH_PX, photo
from opsec.model import FileKind, Reading
from opsec.readers.metadata import image_header
from opsec.readers.registry import read_file
from tests.fixtures.media.boxes import box


def reading(raw: bytes, kind: FileKind) -> Reading:
    return read_file(io.BytesIO(raw), kind, (image_header.READER,))


def heif(
    *, width_px: int = 96, height_px: int = 64, exif: bytes = b"", count: int | None = None, method: int = 0
) -> bytes:
    """A HEIC file of one picture (its data is nonsense) and, with ``exif``, an item that holds it."""
    items = [(1, b"hvc1", b"picture data"), *([(2, b"Exif", exif)] if exif else [])]
    infos = b"".join(box("infe", struct.pack(">BxxxHH4sx", 2, number, 0, kind)) for number, kind, _ in items)
    ispe = box("ispe", struct.pack(">III", 0, width_px, height_px))

    def whole(at: int) -> bytes:
        table = struct.pack(">B3xHH", 1, 0x4400, len(items) if count is None else count)
        for number, _, payload in items:
            table += struct.pack(">HHHHII", number, method, 0, 1, at, len(payload))
            at += len(payload)
        tables = box("iinf", struct.pack(">IH", 0, len(items)) + infos) + box("iloc", table)
        body = b"".join(payload for *_, payload in items)
        stored = box("idat", body) if method == 1 else b""
        meta = box("meta", bytes(4) + box("hdlr", bytes(24)) + tables + box("iprp", box("ipco", ispe)) + stored)
        return box("ftyp", b"heic\0\0\0\0mif1") + meta + (b"" if method == 1 else box("mdat", body))

    return whole(0 if method == 1 else whole(0).index(b"picture data"))


def jpeg(height_px: int, width_px: int, before: bytes = b"") -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height_px, width_px, 1) + b"\1\x11\0"
    return b"\xff\xd8" + before + frame + b"\xff\xda\0\2"


def png(width_px: int, height_px: int, *chunks: tuple[bytes, bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    pieces = [(b"IHDR", head), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(raw)) + name + raw + bytes(4) for name, raw in pieces)


def webp(name: bytes, payload: bytes) -> bytes:
    chunk = name + struct.pack("<I", len(payload)) + payload
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def tiff(width_px: int, height_px: int, order: str = "<", kind: int = 3) -> bytes:
    entries = b"".join(
        struct.pack(order + "HHI", tag, kind, 1) + struct.pack(order + ("HH" if kind == 3 else "I"), *value)
        for tag, value in (
            (256, (width_px, 0)[: 2 if kind == 3 else 1]),
            (257, (height_px, 0)[: 2 if kind == 3 else 1]),
        )
    )
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, 2) + entries + bytes(4)


CLAIMS: dict[str, tuple[FileKind, bytes]] = {
    "jpeg": ("jpeg", jpeg(64, 96)),
    "jpeg with bytes between its segments": ("jpeg", jpeg(64, 96, b"\0\0garbage\xff\xff")),
    "jpeg behind 20,000 segments": ("jpeg", jpeg(64, 96, b"\xff\xe1\0\4AB" * 20_000)),
    "png": ("png", png(96, 64)),
    "webp, plain": ("webp", webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 96, 64))),
    "webp, lossless": ("webp", webp(b"VP8L", b"\x2f" + struct.pack("<I", 95 | 63 << 14) + b"\0")),
    "webp, extended": ("webp", webp(b"VP8X", b"\0\0\0\0" + (95).to_bytes(3, "little") + (63).to_bytes(3, "little"))),
    "gif": ("gif", b"GIF89a" + struct.pack("<HH", 96, 64)),
    "tiff": ("tiff", tiff(96, 64)),
    "tiff, Motorola": ("tiff", tiff(96, 64, ">")),
    "tiff, long numbers": ("tiff", tiff(96, 64, ">", 4)),
    "heif": ("heif", heif()),
    "heif, stored inside": ("heif", heif(method=1)),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_the_claim_is_read_from_headers(name: str) -> None:
    kind, raw = CLAIMS[name]
    found = reading(raw, kind)
    assert found.status == "read"
    assert found.claim is not None
    assert (found.claim.width_px, found.claim.height_px) == (96, 64)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_pictures_of_a_real_encoder_are_sound(kind: FileKind) -> None:
    found = reading(photo(1, kind=kind), kind)  # type: ignore[arg-type]
    assert found.status == "read"
    assert found.claim is not None
    assert (found.claim.width_px, found.claim.height_px) == (WIDTH_PX, HEIGHT_PX)


UNSOUND: dict[str, tuple[FileKind, bytes, str]] = {
    "jpeg cut before its frame": ("jpeg", jpeg(64, 96)[:6], "cut_off"),
    "jpeg of no height": ("jpeg", jpeg(0, 96), "broken"),
    "jpeg of 12.9 GB": ("jpeg", jpeg(65_535, 65_535), "too_big_picture"),
    "png of 2^62 pixels": ("png", png(2**31 - 1, 2**31 - 1), "too_big_picture"),
    "png with a chunk of 2 GB": ("png", png(96, 64)[:-12] + b"\x7f\xff\xff\xfftEXt", "cut_off"),
    "png cut": ("png", png(96, 64, (b"IDAT", bytes(500)))[:200], "cut_off"),
    "png without its header": ("png", b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\0\0\0\0", "cut_off"),
    "webp cut": ("webp", webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 96, 64) + bytes(90))[:60], "cut_off"),
    "webp of no kind": ("webp", webp(b"junk", bytes(20)), "broken"),
    "gif of 4 gigapixels": ("gif", b"GIF89a" + b"\xff" * 4, "too_big_picture"),
    "gif cut": ("gif", b"GIF89a\1", "cut_off"),
    "tiff without a size": ("tiff", b"II*\0\x08\0\0\0\0\0", "broken"),
    "tiff, big": ("tiff", b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0", "broken"),
    "heif cut": ("heif", heif()[:-4], "cut_off"),
    "heif with more items than it holds": ("heif", heif(count=65_535), "broken"),
    "heif of 4 gigapixels": ("heif", heif(width_px=65_535, height_px=65_535), "too_big_picture"),
    "heif without description": ("heif", box("ftyp", b"heic\0\0\0\0"), "cut_off"),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_a_file_that_cannot_hold_its_picture_is_unread(name: str) -> None:
    kind, raw, code = UNSOUND[name]
    found = read_file(io.BytesIO(raw), kind)  # by all readers: none of them may call it clean
    assert found.status == "unread"
    assert code in {reason.code for reason in found.reasons}


@settings(deadline=None)  # one of them has twenty thousand segments, which every reader of pictures walks
@given(st.sampled_from(sorted(CLAIMS)), st.integers(0, 400), st.integers(0, 255))
def test_one_changed_byte_breaks_nothing(name: str, at: int, value: int) -> None:
    kind, raw = CLAIMS[name]
    changed = bytearray(raw)
    changed[at % len(raw)] = value
    assert "not_read" not in {reason.code for reason in read_file(io.BytesIO(bytes(changed)), kind).reasons}
