"""Titles, descriptions and comments inside files: found wherever a program writes them, bounded however many."""

import io
import struct
import time
import zlib

import pytest

from opsec.demo.media import clip
from opsec.demo.media_exif import in_jpeg
from opsec.model import FileKind, Hint, Point
from opsec.model.notes import note_text
from opsec.readers.registry import read_file
from opsec.readers.text.free_text import MAX_FREE_TEXT_LENGTH, MAX_TEXTS
from tests.fixtures.media.boxes import box, data, film, keys
from tests.readers.metadata.test_exif import letter, tiff
from tests.readers.metadata.test_image_header import jpeg, png

WORDS = "at the gate, 33.98001, 43.25001"
HERE = Point(33.98001, 43.25001)


def hints(raw: bytes, kind: FileKind) -> tuple[Hint, ...]:
    return read_file(io.BytesIO(raw), kind).hints


def user_data(kind: str, text: str = WORDS) -> bytes:
    raw = text.encode()
    return film(box("udta", box(kind, struct.pack(">HH", len(raw), 0x15C7) + raw)))


def item(kind: str) -> bytes:
    meta = box("meta", bytes(4) + box("hdlr", bytes(24)) + box("ilst", box(kind, data(WORDS.encode()))))
    return film(box("udta", meta))


def commented(letters: bytes, raw: bytes) -> bytes:
    """A JPEG whose EXIF holds this user comment."""
    value = letters + raw
    first = b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0x8769, 4, 1, 26, 0)
    inner = struct.pack("<HHHIII", 1, 0x9286, 7, len(value), 44, 0)
    return in_jpeg(jpeg(64, 96), first + inner + value)


def described(text: bytes) -> bytes:
    block = b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0x010E, 2, len(text), 26, 0) + text
    return in_jpeg(jpeg(64, 96), block)


def windows(tag: int) -> bytes:
    raw = (WORDS + "\0").encode("utf-16-le")
    block = b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, tag, 1, len(raw), 26, 0) + raw
    return in_jpeg(jpeg(64, 96), block)


PHONE = film(box("udta", box("dscp", struct.pack(">IH", 0, 0x15C7) + WORDS.encode() + b"\0")))
COMMENT = b"\xff\xfe" + struct.pack(">H", len(WORDS) + 2) + WORDS.encode()
WRITTEN: dict[str, tuple[FileKind, bytes, str]] = {
    "title in user data": ("mp4", user_data("©nam"), "moov/udta/©nam"),
    "comment in user data": ("mp4", user_data("©cmt"), "moov/udta/©cmt"),
    "description of a phone": ("mp4", PHONE, "moov/udta/dscp"),
    "description in the item list": ("mp4", item("desc"), "moov/udta/meta/desc"),
    "long description": ("mp4", item("ldes"), "moov/udta/meta/ldes"),
    "Apple's key": (
        "mp4",
        film(keys(("com.apple.quicktime.description", WORDS.encode()))),
        "moov/meta/com.apple.quicktime.description",
    ),
    "Matroska": ("matroska", clip(1, 0.2, kind="matroska", tags={"DESCRIPTION": WORDS}), "tags/DESCRIPTION"),
    "Matroska, in a language": (
        "matroska",
        clip(1, 0.2, kind="matroska", tags={"COMMENT-ara": WORDS}),
        "tags/COMMENT-ara",
    ),
    "AVI": ("avi", clip(1, 0.2, kind="avi", tags={"title": WORDS}), "tags/title"),
    "EXIF description": ("jpeg", described(WORDS.encode() + b"\0"), "EXIF ImageDescription"),
    "EXIF comment": ("jpeg", commented(b"ASCII\0\0\0", WORDS.encode()), "EXIF UserComment"),
    "EXIF comment in UTF-16": ("jpeg", commented(b"UNICODE\0", WORDS.encode("utf-16-le")), "EXIF UserComment"),
    "EXIF comment without letters": ("jpeg", commented(bytes(8), WORDS.encode()), "EXIF UserComment"),
    "EXIF comment without a head": ("jpeg", commented(b"", WORDS.encode()), "EXIF UserComment"),
    "Windows": ("jpeg", windows(0x9C9C), "EXIF XPComment"),
    "JPEG comment": ("jpeg", jpeg(64, 96, COMMENT), "JPEG comment"),
    "PNG text": ("png", png(96, 64, (b"tEXt", b"Description\0" + WORDS.encode())), "PNG/Description"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_words_are_read_and_so_are_the_coordinates_in_them(name: str) -> None:
    kind, raw, field = WRITTEN[name]
    text, place = (hint for hint in hints(raw, kind) if hint.family == "TEXT")
    assert (text.kind, text.field, text.text) == ("text", field, WORDS)
    assert (place.kind, place.field, place.point) == ("position", field, HERE)


def test_arabic_words_keep_their_letters() -> None:
    (found,) = hints(user_data("©nam", "عند البوابة"), "mp4")
    assert found.text == "عند البوابة"
    (old,) = hints(png(96, 64, (b"tEXt", b"Title\0caf\xe9")), "png")
    assert old.text == "café"


@pytest.mark.parametrize(
    "raw",
    [
        described(b"   \0"),
        described(b"-- !"),
        commented(b"ASCII\0\0\0", bytes(40)),
        commented(b"", b""),
    ],
)
def test_a_field_without_a_letter_says_nothing(raw: bytes) -> None:
    assert [hint for hint in hints(raw, "jpeg") if hint.family == "TEXT"] == []


def test_a_long_text_is_cut_and_the_cut_is_reported() -> None:
    (found,) = hints(described(b"a" * (MAX_FREE_TEXT_LENGTH + 5)), "jpeg")
    assert (len(found.text or ""), note_text(found.notes)) == (
        MAX_FREE_TEXT_LENGTH,
        f"cut after {MAX_FREE_TEXT_LENGTH} of {MAX_FREE_TEXT_LENGTH + 5}",
    )


def test_more_texts_than_any_film_has_leave_room_for_its_place() -> None:
    title = box("©nam", struct.pack(">HH", 5, 0x15C7) + b"title")
    place = box("©xyz", struct.pack(">HH", 18, 0x15C7) + b"+33.9800+043.2500/")
    found = read_file(io.BytesIO(film(box("udta", title * 1_000 + place))), "mp4")
    assert sum(hint.kind == "text" for hint in found.hints) == MAX_TEXTS
    assert [hint.point for hint in found.hints if hint.kind == "position"] == [Point(33.98, 43.25)]
    assert (found.status, [reason.code for reason in found.reasons]) == ("partly", ["too_many"])


def test_texts_without_end_cost_little() -> None:
    costly = ("33.98001, 43.25001; " * 3_000).encode()
    comment = b"\xff\xfe" + struct.pack(">H", len(costly) + 2) + costly
    began = time.process_time()
    found = read_file(io.BytesIO(jpeg(64, 96, comment * 1_000)), "jpeg")
    assert time.process_time() - began < 10
    assert found.status == "partly"


def test_texts_of_a_png_that_unfold_into_gigabytes_cost_little() -> None:
    bomb = (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(8 << 20)))
    began = time.process_time()
    read_file(io.BytesIO(png(96, 64, *[bomb] * 300)), "png")
    assert time.process_time() - began < 10


def test_a_description_and_a_letter_of_gps_do_not_disturb_each_other() -> None:
    block = tiff(letter(1, b"N"), first=(struct.pack("<HHI4s", 0x010E, 2, 4, b"Qsr\0"),))
    assert [(hint.kind, hint.text) for hint in hints(in_jpeg(jpeg(64, 96), block), "jpeg")] == [("text", "Qsr")]
