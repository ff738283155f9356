"""IPTC records: names of places in any letters, never a position, and lengths that lie."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model import Reading
from opsec.readers.registry import read_file
from tests.fixtures.media.xmp import iptc_in_jpeg
from tests.readers.metadata.test_image_header import jpeg, png

PICTURE = jpeg(64, 96)


def reading(raw: bytes) -> Reading:
    return read_file(io.BytesIO(raw), "jpeg")


def named(raw: bytes) -> list[tuple[str, str, str | None]]:
    return [(hint.kind, hint.field, hint.text) for hint in reading(raw).hints]


def app13(resources: bytes) -> bytes:
    payload = b"Photoshop 3.0\0" + resources
    return PICTURE[:2] + b"\xff\xed" + struct.pack(">H", len(payload) + 2) + payload + PICTURE[2:]


def resource(number: int, data: bytes, name: bytes = b"\0\0", size: int | None = None) -> bytes:
    length = len(data) if size is None else size
    return b"8BIM" + struct.pack(">H", number) + name + struct.pack(">I", length) + data + b"\0" * (len(data) % 2)


def record(dataset: int, value: bytes, length: int | None = None) -> bytes:
    return b"\x1c\2" + bytes([dataset]) + struct.pack(">H", len(value) if length is None else length) + value


def test_every_name_of_a_place_is_a_place() -> None:
    raw = iptc_in_jpeg(PICTURE, {90: "القصر", 92: "North gate", 95: "Qaf", 101: "Lam"})
    assert named(raw) == [
        ("place", "IPTC/City", "القصر"),
        ("place", "IPTC/Sub-location", "North gate"),
        ("place", "IPTC/Province", "Qaf"),
        ("place", "IPTC/Country", "Lam"),
    ]


def test_a_caption_is_read_for_coordinates() -> None:
    assert [kind for kind, *_ in named(iptc_in_jpeg(PICTURE, {120: "at 33.98001, 43.25001"}))] == ["text", "position"]


@pytest.mark.parametrize(("text", "letters"), [("معسكر الصقر", "windows-1256"), ("Café", "latin-1"), ("Qasr", "ascii")])
def test_legacy_encodings_are_distinguished(text: str, letters: str) -> None:
    assert named(iptc_in_jpeg(PICTURE, {90: text}, letters)) == [("place", "IPTC/City", text)]


FOUND = {
    "behind another resource": resource(1036, b"thumb") + resource(0x0404, record(90, b"Qasr")),
    "behind a resource with a name": resource(1036, b"x", b"\3abc") + resource(0x0404, record(90, b"Qasr")),
    "a long length": resource(0x0404, b"\x1c\2\x5a\x80\x04" + struct.pack(">I", 4) + b"Qasr"),
    "a length past the end": resource(0x0404, record(90, b"Qasr", 9_000)),
    "a resource past the end": resource(0x0404, record(90, b"Qasr"), size=0xFFFF_FFFF),
}


@pytest.mark.parametrize("name", FOUND)
def test_the_record_is_found(name: str) -> None:
    assert named(app13(FOUND[name])) == [("place", "IPTC/City", "Qasr")]


def test_it_is_found_in_the_text_of_a_png() -> None:
    data = resource(0x0404, record(90, b"Qasr"))
    text = b"Raw profile type iptc\0\niptc\n%8d\n" % len(data) + data.hex().encode()
    found = read_file(io.BytesIO(png(96, 64, (b"tEXt", text))), "png")
    assert [(hint.kind, hint.text) for hint in found.hints] == [("place", "Qasr")]


@pytest.mark.parametrize(
    "resources",
    [
        resource(1061, record(90, b"Qasr")),
        resource(0x0404, b"\x1c\3\x5a\0\4Qasr"),
        resource(0x0404, record(90, b"  \0")),
        resource(0x0404, b"\x1c\2\x5a\xff\xff" + b"\xff" * 40),
        b"8BIM",
        b"8BIM\4\4\xff",
        b"",
    ],
)
def test_other_resources_give_no_place_name(resources: bytes) -> None:
    assert named(app13(resources)) == []
    assert reading(app13(resources)).status == "read"


@given(st.binary(max_size=60), st.sampled_from([b"", b"8BIM\4\4\0\0", b"8BIM\4\4\0\0\0\0\0\x20\x1c\2\x5a"]))
def test_no_bytes_make_it_fail_or_place_anything(raw: bytes, head: bytes) -> None:
    found = reading(app13(head + raw))
    assert found.status == "read"
    assert all(hint.point is None or hint.family == "TEXT" for hint in found.hints)
