"""EXIF of pictures: what the tags mean, where the block may lie, and what a hostile block may cost."""

import io
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.demo.media import photo
from opsec.demo.media_exif import Shot, exif_block, in_jpeg
from opsec.model import FileKind, Hint, Point, Reading
from opsec.model.notes import note_text
from opsec.readers.metadata import exif
from opsec.readers.registry import read_file
from tests.readers.metadata.test_image_header import heif, jpeg, png, webp

SHOT = Shot(lat=33.98, lon=43.25)
HERE = Point(33.98, 43.25)
PICTURE = jpeg(64, 96)
Ratios = list[tuple[int, int]]


def reading(raw: bytes, kind: FileKind = "jpeg") -> Reading:
    return read_file(io.BytesIO(raw), kind)


def place(raw: bytes, kind: FileKind = "jpeg") -> Hint:
    (found,) = (hint for hint in reading(raw, kind).hints if hint.kind == "position")
    return found


def tiff(*gps: tuple[int, int, int, bytes], first: tuple[bytes, ...] = (), next_at: int = 0, gps_at: int = 0) -> bytes:
    """A TIFF block with one directory that points to a GPS directory, each entry as it is given."""
    count = len(first) + 1
    at = 8 + 6 + 12 * count
    pointer = struct.pack("<HHII", 0x8825, 4, 1, gps_at or at)
    head = b"II*\0\x08\0\0\0" + struct.pack("<H", count) + b"".join(first) + pointer + struct.pack("<I", next_at)
    table, values = struct.pack("<H", len(gps)), b""
    behind = at + 6 + 12 * len(gps)
    for tag, kind, number, value in gps:
        table += struct.pack("<HHI", tag, kind, number)
        table += value.ljust(4, b"\0") if len(value) <= 4 else struct.pack("<I", behind + len(values))
        values += value if len(value) > 4 else b""
    return head + table + bytes(4) + values


def rational(tag: int, *ratios: tuple[int, int]) -> tuple[int, int, int, bytes]:
    return tag, 5, len(ratios), b"".join(struct.pack("<II", *ratio) for ratio in ratios)


def letter(tag: int, text: bytes) -> tuple[int, int, int, bytes]:
    return tag, 2, len(text) + 1, text + b"\0"


def gps(lat: Ratios, lon: Ratios, north: bytes | None = b"N", east: bytes | None = b"E") -> bytes:
    entries = [rational(2, *lat), rational(4, *lon)]
    entries += [letter(1, north)] if north is not None else []
    entries += [letter(3, east)] if east is not None else []
    return in_jpeg(PICTURE, tiff(*sorted(entries)))


LAT, LON = [(33, 1), (58, 1), (48, 1)], [(43, 1), (15, 1), (0, 1)]

READS: dict[str, tuple[bytes, Point]] = {
    "three whole numbers": (gps(LAT, LON), HERE),
    "south and west": (gps(LAT, LON, b"S", b"W"), Point(-33.98, -43.25)),
    "small letters": (gps(LAT, LON, b"s", b"e"), Point(-33.98, 43.25)),
    "all in the degrees": (gps([(3398, 100)], [(4325, 100)]), HERE),
    "degrees, then zeros": (gps([(3398, 100), (0, 1), (0, 1)], [(4325, 100), (0, 1), (0, 1)]), HERE),
    "minutes with decimals": (gps([(33, 1), (588, 10), (0, 1)], LON), HERE),
    "two numbers": (gps([(33, 1), (588, 10)], [(43, 1), (15, 1)]), HERE),
    "zero on one axis": (gps([(0, 1), (0, 1), (0, 1)], LON), Point(0.0, 43.25)),
    "sixty seconds, rounded up": (gps([(33, 1), (57, 1), (60, 1)], LON), Point(33.966666667, 43.25)),
}


@pytest.mark.parametrize("name", READS)
def test_it_reads(name: str) -> None:
    raw, point = READS[name]
    found = place(raw)
    assert found.point is not None
    assert abs(found.point.lat - point.lat) < 1e-8
    assert abs(found.point.lon - point.lon) < 1e-8
    assert note_text(found.notes) is None


NOTED: dict[str, tuple[bytes, str]] = {
    "seconds that are no number": (gps([(33, 1), (58, 1), (0, 0)], LON), "not numbers"),
    "75 minutes": (gps([(33, 1), (75, 1), (0, 1)], LON), "not within 0 to 60"),
    "another datum": (in_jpeg(PICTURE, tiff(letter(1, b"N"), rational(2, *LAT), letter(3, b"E"), rational(4, *LON),
                                            letter(0x12, b"TOKYO"))), "TOKYO"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTED)
def test_what_is_unsure_is_noted(name: str) -> None:
    raw, words = NOTED[name]
    assert words in (note_text(place(raw).notes) or "")


STORED_LETTERS: dict[str, tuple[int, bytes, bytes]] = {
    "bytes": (1, b"S\0", b"W\0"),
    "undefined": (7, b"S\0", b"W\0"),
    "16-bit numbers": (3, struct.pack("<H", ord("S")), struct.pack("<H", ord("W"))),
    "two bytes in one 16-bit number": (3, b"\0S", b"\0W"),
    "32-bit numbers": (4, struct.pack("<I", ord("s")), struct.pack("<I", ord("w"))),
    "words": (2, b"South\0", b"west\0"),
    "behind a blank": (2, b" S\0\0", b" W\0\0"),
    "behind a zero": (7, b"\0S", b"\0W"),
}


@pytest.mark.parametrize("stored", STORED_LETTERS)
def test_the_hemisphere_is_read_however_it_is_stored(stored: str) -> None:
    kind, south, west = STORED_LETTERS[stored]
    width = {3: 2, 4: 4}.get(kind, 1)
    letters = [(tag, kind, len(raw) // width, raw) for tag, raw in ((1, south), (3, west))]
    found = place(in_jpeg(PICTURE, tiff(*sorted([*letters, rational(2, *LAT), rational(4, *LON)]))))
    assert (found.point, note_text(found.notes)) == (Point(-33.98, -43.25), None)


@pytest.mark.parametrize(
    ("north", "east", "count"),
    [(None, None, 4), (b"X", b"E", 2), (b"E", b"N", 4), (b"S", b"O", 2), (b"", b"W", 2), (b"\xff\xfe", b"\x01", 4)],
)
def test_without_a_hemisphere_every_possible_position_is_kept(
    north: bytes | None, east: bytes | None, count: int
) -> None:
    found = reading(gps(LAT, LON, north, east))
    positions = [hint for hint in found.hints if hint.kind == "position"]
    assert len({hint.point for hint in positions}) == len(positions) == count
    assert {abs(hint.point.lat) for hint in positions if hint.point} == {33.98}
    assert {note_text(hint.notes) for hint in positions} == {
        f"its hemisphere is unclear: one of {count} possible positions"
    }
    assert [why.code for why in found.reasons] == []


def test_missing_seconds_and_another_datum_widen_the_circle() -> None:
    assert (place(NOTED["seconds that are no number"][0]).accuracy_m or 0) > 1_800
    assert (place(NOTED["another datum"][0]).accuracy_m or 0) >= 500


NO_PLACE: dict[str, bytes] = {
    "no fix": gps([(0, 1)] * 3, [(0, 1)] * 3),
    "zero denominators": gps([(33, 0), (58, 0), (48, 0)], LON),
    "nothing over nothing": gps([(0, 0)] * 3, [(0, 0)] * 3),
    "off the globe": gps([(2**32 - 1, 1)] * 3, LON),
    "latitude alone": in_jpeg(PICTURE, tiff(letter(1, b"N"), rational(2, *LAT))),
    "91 degrees": gps([(91, 1), (0, 1), (0, 1)], LON),
    "words": in_jpeg(PICTURE, tiff(letter(2, b"north of it"), letter(4, b"east of it"))),
    "only a version": in_jpeg(PICTURE, tiff((0, 1, 4, b"\2\3\0\0"))),
    "a pointer back to the first directory": in_jpeg(PICTURE, tiff(gps_at=8)),
    "a pointer past every file": in_jpeg(PICTURE, tiff(gps_at=0xFFFFFFF0)),
    "no EXIF": PICTURE,
}


@pytest.mark.parametrize("name", NO_PLACE)
def test_it_makes_no_place_up(name: str) -> None:
    found = reading(NO_PLACE[name])
    assert [hint for hint in found.hints if hint.kind == "position"] == []
    assert found.status == "read"


@pytest.mark.parametrize("name", ["no fix", "zero denominators", "off the globe", "latitude alone"])
def test_numbers_that_are_no_position_are_reported(name: str) -> None:
    assert [reason.code for reason in reading(NO_PLACE[name]).reasons] == ["bad_place"]


def test_every_value_a_camera_writes_is_read() -> None:
    shot = Shot(
        lat=-33.98, lon=43.25, altitude_m=-12.5, heading_deg=221.4, accuracy_m=18.0,
        taken_at="2026:11:16 14:02:58", offset="+03:00", make="Made", model="M 1",
    )  # fmt: skip
    found = reading(photo(1, shot))
    shown = place(photo(1, shot))
    assert (shown.field, shown.altitude_m, shown.heading_deg, shown.accuracy_m) == (
        "EXIF GPS",
        -12.5,
        221.4,
        18.0,
    )
    rest = [
        (hint.kind, hint.field, hint.text, note_text(hint.notes)) for hint in found.hints if hint.kind != "position"
    ]
    assert rest == [
        ("time", "EXIF DateTimeOriginal", "2026-11-16T14:02:58+03:00", None),
        ("device", "EXIF Make", "Made", None),
        ("device", "EXIF Model", "M 1", None),
    ]


def test_a_time_without_zone_has_none_and_says_so() -> None:
    (found,) = reading(photo(1, Shot(taken_at="2026:11:16 14:02:58"))).hints
    assert (found.text, note_text(found.notes)) == ("2026-11-16T14:02:58", "no zone is recorded")


@pytest.mark.parametrize(
    "taken_at", ["0000:00:00 00:00:00", "2026:13:45 14:02:58", "    :  :     :  :  ", "1970:01:01 00:00:00"]
)
def test_a_clock_that_was_never_set_is_no_time(taken_at: str) -> None:
    assert reading(photo(1, Shot(taken_at=taken_at))).hints == ()


def test_the_digits_written_tell_how_sure_it_is() -> None:
    assert (place(photo(1, SHOT)).accuracy_m or 0) == 5.0  # seconds in ten-thousandths: the receiver is the limit
    assert 40 < (place(gps(LAT, LON)).accuracy_m or 0) < 41  # whole seconds


# ── where the block may lie ───────────────────────────────────────────────────────────────────
BLOCK = exif_block(SHOT)


def raw_profile(packed: bool) -> bytes:
    """EXIF in a PNG as it was written before ``eXIf`` was known."""
    raw = b"Exif\0\0" + BLOCK
    text = b"\nexif\n%8d\n" % len(raw) + raw.hex().encode() + b"\n"
    if packed:
        return png(96, 64, (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text)))
    return png(96, 64, (b"tEXt", b"Raw profile type APP1\0" + text))


LIES: dict[str, tuple[FileKind, bytes]] = {
    "jpeg": ("jpeg", in_jpeg(PICTURE, BLOCK)),
    "jpeg, Motorola": ("jpeg", in_jpeg(PICTURE, exif_block(SHOT, ">"))),
    "jpeg, behind 20,000 segments": ("jpeg", jpeg(64, 96, b"\xff\xe1\0\4AB" * 20_000 + in_jpeg(b"", BLOCK))),
    "tiff": ("tiff", BLOCK),
    "png": ("png", png(96, 64, (b"eXIf", BLOCK))),
    "png, with the mark of a JPEG": ("png", png(96, 64, (b"eXIf", b"Exif\0\0" + BLOCK))),
    "png, packed text": ("png", raw_profile(True)),
    "png, plain text": ("png", raw_profile(False)),
    "webp": ("webp", photo(1, SHOT, kind="webp")),
    "heif": ("heif", heif(exif=b"\0\0\0\6Exif\0\0" + BLOCK)),
    "heif, without a mark": ("heif", heif(exif=b"\0\0\0\0" + BLOCK)),
    "heif, stored inside": ("heif", heif(exif=b"\0\0\0\0" + BLOCK, method=1)),
}


@pytest.mark.parametrize("name", LIES)
def test_the_block_is_found(name: str) -> None:
    kind, raw = LIES[name]
    found = [hint.point for hint in read_file(io.BytesIO(raw), kind, (exif.READER,)).hints]
    assert found == [HERE]


def test_two_blocks_are_two_places() -> None:
    raw = in_jpeg(in_jpeg(PICTURE, BLOCK), exif_block(replace(SHOT, lat=34.5)))
    assert [(hint.field, hint.point) for hint in reading(raw).hints] == [
        ("EXIF GPS", Point(34.5, 43.25)),
        ("EXIF 2 GPS", HERE),
    ]


def test_a_block_that_claims_more_than_the_file_holds_is_still_read() -> None:
    raw = bytearray(in_jpeg(PICTURE, BLOCK))
    raw[4:6] = b"\xff\xff"
    found = reading(bytes(raw))
    assert found.status == "partly"
    assert [hint.point for hint in found.hints] == [HERE]


# ── what a hostile block may cost ─────────────────────────────────────────────────────────────
def entry(tag: int, kind: int, count: int, value: int = 8) -> bytes:
    return struct.pack("<HHII", tag, kind, count, value)


PLACE = (letter(1, b"N"), rational(2, *LAT), letter(3, b"E"), rational(4, *LON))

STILL_READ: dict[str, bytes] = {
    "a directory that follows itself": tiff(*PLACE, next_at=8),
    "a text of 2 GB": tiff(*PLACE, first=(entry(0x010F, 2, 0x7FFFFFFF),)),
    "a billion numbers": tiff(*PLACE, first=(entry(0x0111, 4, 1_000_000_000),)),
    "a maker's note of a billion bytes": tiff(*PLACE, first=(entry(0x927C, 7, 1_006_641_184),)),
}


@pytest.mark.parametrize("name", STILL_READ)
def test_a_lie_in_the_block_hides_no_place(name: str) -> None:
    assert place(in_jpeg(PICTURE, STILL_READ[name])).point == HERE


COSTLY: dict[str, bytes] = {
    "65,535 entries": b"II*\0\x08\0\0\0\xff\xff" + b"\x0f\x01\x02\0\x04\0\0\0ABC\0" * 5_000,
    "entries of 999 numbers": b"II*\0\x08\0\0\0\x88\x13" + entry(0x0111, 4, 999) * 5_000,
    "directories without end": b"II*\0\x08\0\0\0" + b"".join(struct.pack("<HI", 0, 14 + 6 * n) for n in range(9_000)),
    "texts of the whole block": b"II*\0\x08\0\0\0\x88\x13" + entry(0x010F, 2, 60_000) * 5_000,
}


@pytest.mark.parametrize("name", COSTLY)
def test_no_block_buys_time(name: str) -> None:
    began = time.process_time()
    reading(in_jpeg(PICTURE, COSTLY[name][:65_000]))
    assert time.process_time() - began < 10


def test_a_profile_that_unfolds_into_gigabytes_is_cut() -> None:
    bomb = zlib.compress(bytes(64 << 20))
    began = time.process_time()
    assert reading(png(96, 64, (b"zTXt", b"Raw profile type exif\0\0" + bomb)), "png").hints == ()
    assert time.process_time() - began < 10


# ── properties ────────────────────────────────────────────────────────────────────────────────
WRITERS: dict[str, tuple[FileKind, Callable[[bytes], bytes]]] = {
    "jpeg": ("jpeg", lambda block: in_jpeg(PICTURE, block)),
    "png": ("png", lambda block: png(96, 64, (b"eXIf", block))),
    "webp": ("webp", lambda block: webp(b"EXIF", block)),
    "heif": ("heif", lambda block: heif(exif=b"\0\0\0\6Exif\0\0" + block)),
    "tiff": ("tiff", lambda block: block),
}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=40)
@given(
    lat=st.floats(-90, 90), lon=st.floats(-180, 180).filter(lambda deg: abs(deg) > 1e-6),
    order=st.sampled_from(["<", ">"]), heading_deg=st.none() | st.floats(0, 359),
)  # fmt: skip
def test_a_place_written_is_read_back(name: str, lat: float, lon: float, order: str, heading_deg: float | None) -> None:
    kind, write = WRITERS[name]
    raw = write(exif_block(Shot(lat=lat, lon=lon, heading_deg=heading_deg), order))
    (found,) = read_file(io.BytesIO(raw), kind, (exif.READER,)).hints
    assert found.point is not None
    assert abs(found.point.lat - lat) < 2e-8
    assert abs(found.point.lon - lon) < 2e-8
    assert (found.heading_deg is None) == (heading_deg is None)
    assert abs((found.heading_deg or 0) - (heading_deg or 0)) <= 0.001


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_changed_byte_breaks_nothing(at: int, value: int) -> None:
    raw = bytearray(in_jpeg(PICTURE, BLOCK))
    raw[at % len(raw)] = value
    assert "not_read" not in {reason.code for reason in reading(bytes(raw)).reasons}


# ── BigTIFF ───────────────────────────────────────────────────────────────────────────────────
def big_tiff(order: str, lat: Ratios, lon: Ratios) -> bytes:
    """A BigTIFF of one grey point with a description and a GPS directory."""

    def directory(at: int, *entries: tuple[int, int, int, bytes]) -> bytes:
        values_at = at + 8 + 20 * len(entries) + 8
        table, values = struct.pack(order + "Q", len(entries)), b""
        for tag, kind, count, value in entries:
            place = value.ljust(8, b"\0") if len(value) <= 8 else struct.pack(order + "Q", values_at + len(values))
            values += value if len(value) > 8 else b""
            table += struct.pack(order + "HHQ", tag, kind, count) + place
        return table + bytes(8) + values

    def ratios(*pairs: tuple[int, int]) -> bytes:
        return b"".join(struct.pack(order + "II", *pair) for pair in pairs)

    def long8(number: int) -> bytes:
        return struct.pack(order + "Q", number)

    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HHHQ", 43, 8, 0, 16)
    first = directory(
        16, (256, 16, 1, long8(1)), (257, 16, 1, long8(1)), (258, 3, 1, struct.pack(order + "H", 8)),
        (0x010E, 2, 12, b"Falcon Camp\0"), (273, 16, 1, long8(900)), (279, 16, 1, long8(1)),
        (0x8825, 18, 1, long8(400)),
    )  # fmt: skip
    gps_at = (head + first).ljust(400, b"\0")
    inner = directory(400, (1, 2, 2, b"S\0"), (2, 5, 3, ratios(*lat)), (3, 2, 2, b"E\0"), (4, 5, 3, ratios(*lon)))
    return (gps_at + inner).ljust(901, b"\0")


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_big_tiff_is_read_like_a_small_one(order: str) -> None:
    found = reading(big_tiff(order, LAT, LON), "tiff")
    assert [hint.point for hint in found.hints if hint.kind == "position"] == [Point(-33.98, 43.25)]
    assert [hint.text for hint in found.hints if hint.kind == "text"] == ["Falcon Camp"]
    assert (found.status, found.claim and found.claim.width_px) == ("read", 1)


@pytest.mark.parametrize("at", [*range(8, 40), 400, 407, 412, 428])
def test_a_damaged_big_tiff_is_safe(at: int) -> None:
    raw = big_tiff("<", LAT, LON)
    for changed in (raw[:at], raw[:at] + b"\xff" * 8 + raw[at + 8 :]):
        assert reading(changed, "tiff").status in ("read", "partly", "unread")


# ── maker notes ───────────────────────────────────────────────────────────────────────────────
def panasonic(names: dict[int, bytes]) -> bytes:
    """A photo whose maker note holds these names of 72 bytes each."""
    note_at = 8 + 18 + 18
    values_at = note_at + 12 + 2 + 12 * len(names) + 4
    entries = (struct.pack("<HHII", tag, 7, 72, values_at + 72 * number) for number, tag in enumerate(names))
    note = b"Panasonic\0\0\0" + struct.pack("<H", len(names)) + b"".join(entries) + bytes(4)
    note += b"".join(name.ljust(72, b"\0") for name in names.values())
    first = struct.pack("<HHHIII", 1, 0x8769, 4, 1, 26, 0)
    inner = struct.pack("<HHHIII", 1, 0x927C, 7, len(note), note_at, 0)
    return in_jpeg(PICTURE, b"II*\0\x08\0\0\0" + first + inner + note)


def test_a_maker_note_names_the_place() -> None:
    found = reading(panasonic({0x6D: "مدينة".encode(), 0x6F: b"Falcon Camp", 0x69: b"---", 0x70: b"other"}))
    assert [(hint.field, hint.text) for hint in found.hints if hint.kind == "place"] == [
        ("EXIF City", "مدينة"),
        ("EXIF Landmark", "Falcon Camp"),
    ]


def test_a_maker_note_that_is_cut_off_is_safe() -> None:
    raw = panasonic({0x6F: b"Falcon Camp"})
    assert reading(raw.replace(b"Panasonic\0\0\0\1\0", b"Panasonic\0\0\0\xff\xff")).status == "read"
