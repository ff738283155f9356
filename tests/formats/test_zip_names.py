"""Names of zip members: the Unicode Path field, and code pages guessed by their letters."""

import struct
import zlib

import pytest

from opsec.formats.zip_names import guess_name, unicode_path

ARABIC = ["معسكر الصقر/صورة 1.jpg", "بوابة.mp4", "الفوج الثالث/IMG_1.jpg", "ش/a.jpg", "كتيبة_A.jpg"]
LATIN = ["Café Été.jpg", "Straße.jpg", "Fähre über.jpg", "niño/España.mp4"]


@pytest.mark.parametrize("page", ["cp720", "cp1256", "iso8859_6"])
@pytest.mark.parametrize("name", ARABIC)
def test_arabic_code_pages(name: str, page: str) -> None:
    assert guess_name(name.encode(page)) == name


@pytest.mark.parametrize("page", ["cp437", "cp1252"])
@pytest.mark.parametrize("name", LATIN)
def test_latin_code_pages(name: str, page: str) -> None:
    assert guess_name(name.encode(page)) == name


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"\xb0\xb1\xb2", b"\x80" * 3, bytes(range(128, 256))])
def test_names_without_a_plausible_code_page_are_read_as_the_standard_says(raw: bytes) -> None:
    assert len(guess_name(raw)) == len(raw)


def field(name: bytes, of: bytes, version: int = 1, crc: int | None = None) -> bytes:
    body = struct.pack("<BL", version, zlib.crc32(of) if crc is None else crc) + name
    return struct.pack("<HH", 0x7075, len(body)) + body


RAW, TRUE = b"?????.mp4", "بوابة.mp4"


def test_the_unicode_path_is_the_name() -> None:
    other = struct.pack("<HH4s", 0x5455, 4, b"time")
    assert unicode_path(other + field(TRUE.encode(), RAW), RAW) == TRUE


@pytest.mark.parametrize(
    "extra",
    [
        b"",
        field(TRUE.encode(), b"another name"),
        field(TRUE.encode(), RAW, version=2),
        field(b"\xff\xfe", RAW),
        field(b"", RAW),
        struct.pack("<HH", 0x7075, 0xFFFF),
        b"\x75",
    ],
)
def test_a_field_of_another_name_does_not_count(extra: bytes) -> None:
    assert unicode_path(extra, RAW) is None
