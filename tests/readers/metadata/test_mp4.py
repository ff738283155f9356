"""Places, dates and cameras in boxes: what must be found, what must not, and what is reported of a broken file."""

import io
import os
import struct
import time
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.demo.media_boxes import with_moov_compressed
from opsec.model import Claim, Hint, Point, Reading
from opsec.model.notes import note_text
from opsec.readers.registry import MAX_HINTS, read_file
from tests.fixtures.media.boxes import box, data, film, keys, loci, mvhd, nested, tkhd, xyz

HERE = Point(33.98, 43.25)
THERE = Point(34.5, 44.5)
WIDE_NAME = "\ufeffبحيرة\0".encode("utf-16-be")
TEXT = "+33.9800+043.2500/"
APPLE = "com.apple.quicktime."
LOCATION = APPLE + "location.ISO6709"
DAY = 3_876_000_000
"""2026-10-28, in seconds since 1904."""


def reading(raw: bytes) -> Reading:
    return read_file(io.BytesIO(raw), "mp4")


def of_kind(raw: bytes, kind: str) -> list[Hint]:
    return [hint for hint in reading(raw).hints if hint.kind == kind]


def places(raw: bytes) -> list[tuple[str, Point | None]]:
    return [(hint.field, hint.point) for hint in of_kind(raw, "position")]


def item_list(kind: str, *inside: bytes) -> bytes:
    return box("udta", box("meta", bytes(4) + box("hdlr", bytes(24)) + box("ilst", box(kind, b"".join(inside)))))


def full(text: str) -> bytes:
    return bytes(4) + text.encode()


FINDS: dict[str, tuple[bytes, str]] = {
    "xyz": (film(box("udta", xyz(TEXT))), "moov/udta/©xyz"),
    "xyz in a track": (film(box("trak", box("udta", xyz(TEXT)))), "moov/trak/udta/©xyz"),
    "xyz in plain text": (film(box("udta", box("©xyz", TEXT.encode()))), "moov/udta/©xyz"),
    "xyz with a false length": (film(box("udta", xyz(TEXT, length=60_000))), "moov/udta/©xyz"),
    "xyz in Macintosh letters": (film(box("udta", xyz(TEXT, language=0))), "moov/udta/©xyz"),
    "xyz of the item list in user data": (film(box("udta", box("©xyz", data(TEXT.encode())))), "moov/udta/©xyz"),
    "xyz of the item list": (film(item_list("©xyz", data(TEXT.encode()))), "moov/udta/meta/©xyz"),
    "loci": (film(box("udta", loci(33.98, 43.25))), "moov/udta/loci"),
    "loci with a name": (film(box("udta", loci(33.98, 43.25, name=b"Lake\0"))), "moov/udta/loci"),
    "loci in UTF-16": (film(box("udta", loci(33.98, 43.25, name=WIDE_NAME))), "moov/udta/loci"),
    "loci on Earth": (film(box("udta", loci(33.98, 43.25, body=b"Earth"))), "moov/udta/loci"),
    "keys": (film(keys((LOCATION, TEXT.encode()))), f"moov/meta/{LOCATION}"),
    "keys in UTF-16": (
        film(keys((LOCATION, TEXT.encode("utf-16-be")), kind=2)),
        f"moov/meta/{LOCATION}",
    ),
    "keys as ISO files have them": (
        film(keys((LOCATION, TEXT.encode()), full=True)),
        f"moov/meta/{LOCATION}",
    ),
    "keys in a track": (
        film(box("trak", keys(("location", TEXT.encode())))),
        "moov/trak/meta/location",
    ),
    "keys with a false count": (
        film(keys((LOCATION, TEXT.encode()), count=0xFFFFFFFF)),
        f"moov/meta/{LOCATION}",
    ),
    "named item": (
        film(
            item_list(
                "----", box("mean", full("com.apple.quicktime")), box("name", full("location")), data(TEXT.encode())
            )
        ),
        f"moov/udta/meta/{APPLE}location",
    ),
    "moov of size zero": (
        box("ftyp", b"isom") + box("moov", mvhd() + box("udta", xyz(TEXT)), size=0),
        "moov/udta/©xyz",
    ),
    "moov of 64 bits": (
        box("moov", (inside := mvhd() + box("udta", xyz(TEXT))), wide=16 + len(inside)),
        "moov/udta/©xyz",
    ),
    "behind a box that is too small": (film(box("udta", box("free", size=3) + xyz(TEXT))), "moov/udta/©xyz"),
    "behind a second user data": (film(box("udta"), box("udta", xyz(TEXT))), "moov/udta/©xyz"),
    "behind garbage": (film(box("udta", xyz("+nan+nan/") + xyz("\ufffd\0") + xyz(TEXT))), "moov/udta/©xyz"),
}


@pytest.mark.parametrize("name", FINDS)
def test_it_finds_the_place(name: str) -> None:
    raw, field = FINDS[name]
    (found,) = places(raw)
    assert found[0] == field
    assert found[1] is not None
    assert abs(found[1].lat - HERE.lat) < 1e-5
    assert abs(found[1].lon - HERE.lon) < 1e-5


NO_PLACE: dict[str, bytes] = {
    "an empty text": film(box("udta", xyz(""))),
    "an empty key": film(keys((LOCATION, b""))),
    "an accuracy alone": film(keys((APPLE + "location.accuracy.horizontal", b"33.3152"))),
    "a body alone": film(keys((APPLE + "location.body", b"earth"))),
    "no fix": film(box("udta", xyz("+00.0000+000.0000/") + loci(0, 0))),
    "off the globe": film(box("udta", xyz("+91.0000+043.2500/") + loci(91, 43.25) + loci(33, 181))),
    "not a number": film(box("udta", xyz("+nan+nan/"))),
    "on the Moon": film(box("udta", loci(33.98, 43.25, body=b"moon"))),
    "loci cut short": film(box("udta", box("loci", bytes(12)))),
    "words in media data": film() + box("mdat", b"\xa9xyz" + xyz(TEXT)),
    "a number under a key for places": film(keys(("location", struct.pack(">f", 33.98)), kind=23)),
    "nested out of reach": film(nested("udta", 3_000, xyz(TEXT))),
}


@pytest.mark.parametrize("name", NO_PLACE)
def test_it_makes_no_place_up(name: str) -> None:
    assert places(NO_PLACE[name]) == []


@pytest.mark.parametrize("name", ["no fix", "off the globe", "not a number", "on the Moon", "loci cut short"])
def test_a_bad_place_is_reported_and_does_not_make_the_file_less_read(name: str) -> None:
    found = reading(NO_PLACE[name])
    assert found.status == "read"
    assert {reason.code for reason in found.reasons} == {"bad_place"}


def test_every_place_is_its_own_hint() -> None:
    raw = film(
        keys((LOCATION, b"+34.5000+044.5000/")),
        box("udta", xyz(TEXT) + loci(33.98, 43.25)),
        item_list("©xyz", data(b"+34.5000+044.5000/")),
    )
    assert [field for field, _ in places(raw)] == [
        "moov/udta/©xyz", "moov/udta/loci", f"moov/meta/{LOCATION}", "moov/udta/meta/©xyz",
    ]  # fmt: skip
    assert {point for _, point in places(raw)} >= {HERE, THERE}


def test_more_places_than_a_reading_holds_are_not_passed_over_in_silence() -> None:
    found = reading(film(box("udta", xyz(TEXT) * (MAX_HINTS + 1))))
    assert len(found.hints) == MAX_HINTS
    assert (found.status, found.reasons[0].code) == ("partly", "too_many")


def test_two_languages_of_one_field_are_two_hints() -> None:
    both = b"".join(struct.pack(">HH", len(text), 0x15C7) + text for text in (TEXT.encode(), b"+34.5000+044.5000/"))
    assert [point for _, point in places(film(box("udta", box("©xyz", both))))] == [HERE, THERE]


def test_altitude_and_accuracy_stand_with_the_place_whatever_the_order() -> None:
    raw = film(
        keys(
            (LOCATION, b"+33.980012+043.250034+028.516/"),
            (APPLE + "location.accuracy.horizontal", b"65.0"),
        )
    )
    (found,) = of_kind(raw, "position")
    assert (found.altitude_m, found.accuracy_m) == (28.516, 65.0)


def test_a_place_by_name_is_a_place_hint() -> None:
    raw = film(keys((APPLE + "location.name", "ميناء".encode())), box("udta", loci(33.98, 43.25, name=b"Lake\0")))
    assert [(hint.text, hint.field) for hint in of_kind(raw, "place")] == [
        ("Lake", "moov/udta/loci"),
        ("ميناء", f"moov/meta/{APPLE}location.name"),
    ]


def test_a_fictional_place_says_so() -> None:
    (found,) = of_kind(film(box("udta", loci(33.98, 43.25, role=2))), "position")
    assert note_text(found.notes) == "fictional place"


def test_camera_and_dates_are_read() -> None:
    raw = box("moov", mvhd(DAY) + box("trak", tkhd()) + keys(
        (APPLE + "make", b"Made"), (APPLE + "model", b"M 1"), (APPLE + "creationdate", b"2026-11-16T13:00:00+0300"),
    ))  # fmt: skip
    assert [hint.text for hint in of_kind(raw, "device")] == ["Made", "M 1"]
    assert [hint.text for hint in of_kind(raw, "time")] == ["2026-10-28T02:40:00Z", "2026-11-16T13:00:00+03:00"]


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        (DAY, ["2026-10-28T02:40:00Z"]),
        (DAY - 2_082_844_800, ["2026-10-28T02:40:00Z"]),  # a writer that counts from 1970
        (0, []),
        (0xFFFFFFFF, []),
        (2_082_844_801, []),  # 1970: a clock that was never set
    ],
)
def test_a_date_must_be_one_that_a_camera_can_have(created: int, expected: list[str]) -> None:
    assert [hint.text for hint in of_kind(box("moov", mvhd(created)), "time")] == expected


@pytest.mark.parametrize("version", [0, 1])
def test_the_claim_tells_length_and_size(version: int) -> None:
    claim = reading(box("moov", mvhd(scale=600, length=1_500, version=version) + box("trak", tkhd(1920, 1080)))).claim
    assert claim is not None
    assert (claim.duration_s, claim.width_px, claim.height_px) == (2.5, 1920, 1080)


@pytest.mark.parametrize(("scale", "length"), [(0, 100), (600, 0), (600, 0xFFFFFFFF), (0, 0)])
def test_a_length_that_means_nothing_is_not_claimed(scale: int, length: int) -> None:
    claim = reading(box("moov", mvhd(scale=scale, length=length))).claim
    assert claim is not None
    assert claim.duration_s is None


def test_an_absurd_frame_size_is_reported_and_not_claimed() -> None:
    found = reading(box("moov", mvhd() + box("trak", tkhd(65_535, 65_535))))
    assert found.claim is not None
    assert found.claim.width_px is None
    assert [reason.code for reason in found.reasons] == ["too_big_picture"]


# ── what is reported of an incomplete file ────────────────────────────────────────────────────
WITH_PLACE = film(box("udta", xyz(TEXT) + box("free", bytes(200))))
BROKEN: dict[str, tuple[bytes, str, str]] = {
    "no moov": (box("ftyp", b"isom") + box("mdat", bytes(40)), "unread", "cut_off"),
    "moov cut before anything": (film(box("udta", bytes(200) + xyz(TEXT)))[:-60], "unread", "cut_off"),
    "moov cut behind a place": (WITH_PLACE[:-50], "partly", "cut_off"),
    "media data cut": (WITH_PLACE + box("mdat", bytes(400))[:-100], "partly", "cut_off"),
    "media data of every size": (box("mdat", bytes(40), wide=1 << 63) + film(), "unread", "cut_off"),
    "no header": (film(described=False), "unread", "broken"),
    "no header, a place": (film(box("udta", xyz(TEXT)), described=False), "partly", "broken"),
    "compressed into nothing": (box("moov", box("cmov", box("cmvd", bytes(40)))), "unread", "broken"),
    "only nested boxes": (nested("moov", 5_000), "unread", "too_deep"),
    "a whole film with a nested bomb": (film(nested("udta", 3_000)), "partly", "too_deep"),
    "zero sizes": (box("moov", box("udta", struct.pack(">I4s", 0, b"\xa9xyz") * 1_000)), "unread", "broken"),
    "a track larger than its film": (film(box("trak", bytes(20), size=9_000)), "partly", "broken"),
    "fifty thousand boxes": (film(box("trak") * 50_000), "partly", "too_many"),
    "no box at all": (bytes(3), "unread", "cut_off"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_not_whole_says_so(name: str) -> None:
    raw, status, code = BROKEN[name]
    found = reading(raw)
    assert (found.status, found.reasons[0].code) == (status, code)


def test_a_place_before_the_cut_is_kept() -> None:
    assert places(BROKEN["moov cut behind a place"][0]) == [("moov/udta/©xyz", HERE)]


def test_what_follows_a_whole_film_does_not_matter() -> None:
    assert reading(film() + b"trailer of some camera, no box").status == "read"


# ── compressed and in fragments ───────────────────────────────────────────────────────────────
def compressed(description: bytes, *, cut: int = 0, moov: bytes = b"") -> bytes:
    packed = zlib.compress(description)
    data = struct.pack(">I", len(description)) + packed[: len(packed) - cut]
    return box("ftyp", b"qt  ") + box("moov", box("cmov", box("dcom", b"zlib") + box("cmvd", data)) + moov)


DESCRIPTION = film(box("udta", xyz(TEXT)))[len(box("ftyp", b"isom\0\0\2\0isom")) :]


def test_a_compressed_film_is_read_like_any_other() -> None:
    found = reading(compressed(DESCRIPTION))
    assert places(compressed(DESCRIPTION)) == [("moov/cmov/moov/udta/©xyz", HERE)]
    assert (found.status, found.claim) == ("read", Claim(2.0, 640, 360))


def test_a_compressed_film_that_is_damaged_keeps_what_comes_before() -> None:
    found = reading(compressed(DESCRIPTION + os.urandom(200_000), cut=100_000))
    assert (found.status, [reason.code for reason in found.reasons]) == ("partly", ["broken"])
    assert [hint.point for hint in found.hints if hint.kind == "position"] == [HERE]


def test_a_compressed_film_in_another_is_not_unfolded() -> None:
    within = compressed(DESCRIPTION)[12:]
    found = reading(compressed(within))
    assert found.status == "unread"


def test_a_description_that_unfolds_into_gigabytes_is_cut() -> None:
    raw = compressed(DESCRIPTION + bytes(64 << 20))
    began = time.process_time()
    found = reading(raw)
    assert time.process_time() - began < 10
    assert found.status == "partly"
    assert [hint.point for hint in found.hints if hint.kind == "position"] == [HERE]


@pytest.mark.parametrize("around", [("moof",), ("moof", "traf")])
def test_a_place_in_a_fragment_is_read(around: tuple[str, ...]) -> None:
    inside = box("udta", xyz(TEXT))
    for kind in reversed(around):
        inside = box(kind, inside)
    assert places(film() + inside) == [("/".join((*around, "udta", "©xyz")), HERE)]


# ── properties ────────────────────────────────────────────────────────────────────────────────
WRITERS: dict[str, tuple[Callable[[float, float], bytes], float]] = {
    "xyz": (lambda lat, lon: film(box("udta", xyz(f"{lat:+08.4f}{lon:+09.4f}/"))), 5.1e-5),
    "loci": (lambda lat, lon: film(box("udta", loci(lat, lon))), 0.6 / 65_536),
    "keys": (lambda lat, lon: film(keys(("location", f"{lat:+09.5f}{lon:+010.5f}/".encode()))), 5.1e-6),
    "compressed": (lambda lat, lon: with_moov_compressed(film(box("udta", loci(lat, lon)))), 0.6 / 65_536),
    "item": (lambda lat, lon: film(item_list("©xyz", data(f"{lat:+08.4f}{lon:+09.4f}/".encode()))), 5.1e-5),
}


@pytest.mark.parametrize("name", WRITERS)
@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180).filter(lambda deg: abs(deg) > 1e-3))
def test_a_place_written_is_read_back_within_the_resolution(name: str, lat: float, lon: float) -> None:
    write, resolution_deg = WRITERS[name]
    ((_, point),) = places(write(lat, lon))
    assert point is not None
    assert abs(point.lat - lat) <= resolution_deg
    assert abs(point.lon - lon) <= resolution_deg


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_changed_byte_breaks_nothing(at: int, value: int) -> None:
    raw = bytearray(film(keys((LOCATION, TEXT.encode())), box("udta", xyz(TEXT) + loci(33.98, 43.25))))
    raw[at % len(raw)] = value
    assert "not_read" not in {reason.code for reason in reading(bytes(raw)).reasons}
