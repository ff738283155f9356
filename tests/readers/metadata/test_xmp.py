"""XMP: which packets tell a place, in every form and every kind of file, and what a hostile packet may cost."""

import io
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.demo.media import HEIGHT_PX, WIDTH_PX, photo
from opsec.demo.media_exif import Shot
from opsec.formats.xmp_packet import MAX_ELEMENTS, MAX_PACKET_BYTES
from opsec.model import FileKind, Hint, Point, Reason
from opsec.model.notes import note_text
from opsec.model.records import FreeText, Gap, ReaderOutput
from opsec.readers.metadata.xmp import xmp_hints
from opsec.readers.registry import read_file
from opsec.readers.text.free_text import TextBudget
from tests.fixtures.media.boxes import box, film
from tests.fixtures.media.xmp import (
    Form,
    drone_packet,
    long_xmp_in_jpeg,
    packet,
    shot_packet,
    xmp_in_film,
    xmp_in_jpeg,
    xmp_in_png,
    xmp_in_webp,
)
from tests.readers.metadata.test_image_header import heif, jpeg, png, tiff, webp

HERE = Point(33.98, 43.25)
SHOT = Shot(lat=33.98, lon=43.25)
PLAIN = packet({"exif:GPSLatitude": "33,58.8N", "exif:GPSLongitude": "43,15.0E"})


def records(raw: bytes) -> list[ReaderOutput]:
    searched = TextBudget()
    found: list[ReaderOutput] = []
    for one in xmp_hints(raw, reader="xmp", where="XMP"):
        found += searched.search(one) if isinstance(one, FreeText) else [one]
    return found


def hints(raw: bytes, kind: str) -> list[Hint]:
    return [one for one in records(raw) if isinstance(one, Hint) and one.kind == kind]


def pair(lat: str, lon: str, schema: str = "exif:GPS") -> bytes:
    return packet({f"{schema}Latitude": lat, f"{schema}Longitude": lon})


# ── how a place is written ────────────────────────────────────────────────────────────────────
WRITTEN = {
    "minutes": pair("33,58.80N", "43,15.00E"),
    "minutes with many decimals": pair("33,58.800000N", "43,15.000000E"),
    "seconds": pair("33,58,48N", "43,15,0E"),
    "seconds with decimals": pair("33,58,48.0N", "43,15,0.0E"),
    "degrees": pair("33.98", "43.25"),
    "degrees with a sign": pair("+33.980000", "+43.250000"),
    "degrees with a letter": pair("33.98N", "43.25E"),
    "small letters": pair("33,58.80n", "43,15.00e"),
    "blanks around": pair(" 33,58.80N ", "43,15.00E\n"),
    "elements": packet({"exif:GPSLatitude": "33,58.8N", "exif:GPSLongitude": "43,15.0E"}, "elements"),
    "a list of one": packet(
        {},
        inside="<exif:GPSLatitude><rdf:Seq><rdf:li>33,58.8N</rdf:li></rdf:Seq></exif:GPSLatitude>"
        "<exif:GPSLongitude><rdf:Seq><rdf:li>43,15.0E</rdf:li></rdf:Seq></exif:GPSLongitude>",
    ),
    "with units": pair("33 deg 58' 48.00\" N", "43 deg 15' 0.00\" E"),
    "with signs": pair("33°58'48\"N", "43°15'00\"E"),
    "minutes with signs": pair("33°58.8'N", "43°15.0' E"),
    "degrees with a sign and a letter": pair("33.98°N", "43.25° E"),
    "with colons": pair("33:58:48 N", "43:15:00 E"),
    "a drone": drone_packet(33.98, 43.25, 10, -30),
    "a drone's wrong letter": drone_packet(33.98, 43.25, 10, -30, misspelt=True),
    "in UTF-16": PLAIN.decode().encode("utf-16"),
    "in UTF-16 without a mark": PLAIN.decode().lstrip("\ufeff").encode("utf-16-be"),
    "behind zeros": bytes(12) + PLAIN,
    "before junk": PLAIN + b"\0\0<junk",
    "padded": PLAIN.replace(b'<?xpacket end="w"?>', b" \n" * 4_000 + b'<?xpacket end="w"?>'),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_place_is_read_however_it_is_written(name: str) -> None:
    (found,) = hints(WRITTEN[name], "position")
    assert found.point == HERE
    assert not [one for one in records(WRITTEN[name]) if isinstance(one, Gap | Reason)]


@pytest.mark.parametrize(
    ("lat", "lon", "point"),
    [
        ("33,58.80S", "43,15.00W", Point(-33.98, -43.25)),
        ("-33.98", "-43.25", Point(-33.98, -43.25)),
        ("0,0.0N", "43,15.00E", Point(0.0, 43.25)),
    ],
)
def test_the_hemisphere_and_a_single_zero_count(lat: str, lon: str, point: Point) -> None:
    (found,) = hints(pair(lat, lon), "position")
    assert found.point == point


def letters_apart(lat: str, lon: str, form: Form = "attributes", **letters: str) -> bytes:
    """Angles whose letters stand in properties of their own."""
    words = {"exif:GPSLatitude": lat, "exif:GPSLongitude": lon}
    return packet(words | {f"exif:GPS{name}Ref": letter for name, letter in letters.items()}, form)


APART = {
    "attributes": (letters_apart("33.98", "43.25", Latitude="S", Longitude="W"), [Point(-33.98, -43.25)]),
    "elements": (letters_apart("33.98", "43.25", "elements", Latitude="S", Longitude="E"), [Point(-33.98, 43.25)]),
    "words": (letters_apart("33.98", "43.25", Latitude="South", Longitude="east "), [Point(-33.98, 43.25)]),
    "minutes": (letters_apart("33,58.8", "43,15.0", Latitude="N", Longitude="W"), [Point(33.98, -43.25)]),
    "a sign and its letter": (letters_apart("-33.98", "43.25", Latitude="S", Longitude="E"), [Point(-33.98, 43.25)]),
    "one letter only": (letters_apart("33.98", "43.25", Latitude="S"), [Point(-33.98, 43.25), Point(-33.98, -43.25)]),
    "a sign against a letter": (
        letters_apart("-33.98", "43.25", Latitude="N", Longitude="E"), [Point(33.98, 43.25), Point(-33.98, 43.25)]
    ),
    "two letters that differ": (
        letters_apart("33,58.8N", "43,15.0E", Latitude="S", Longitude="E"),
        [Point(33.98, 43.25), Point(-33.98, 43.25)],
    ),
    "minutes without a letter": (
        pair("33,58.8", "43,15.0E"), [Point(33.98, 43.25), Point(-33.98, 43.25)]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", APART)
def test_letters_in_properties_of_their_own(name: str) -> None:
    raw, points = APART[name]
    found = hints(raw, "position")
    assert [hint.point for hint in found] == points
    assert {note_text(hint.notes) for hint in found} == {
        None if len(points) == 1 else "its hemisphere is unclear: one of 2 possible positions"
    }


NO_PLACE = {
    "no fix": pair("0,0.0N", "0,0.0E"),
    "off the globe": pair("91,0.0N", "43,15.0E"),
    "sixty minutes": pair("33,60.0N", "43,15.0E"),
    "letters exchanged": pair("33,58.8E", "43,15.0N"),
    "a sign and a letter": pair("-33,58.8N", "43,15.0E"),
    "latitude alone": packet({"exif:GPSLatitude": "33,58.8N"}),
    "words": pair("north", "east"),
    "not a number": pair("nan", "nan"),
    "an endless number": pair("3" * 5_000, "43,15.0E"),
}


@pytest.mark.parametrize("name", NO_PLACE)
def test_numbers_that_are_no_position_are_reported(name: str) -> None:
    assert hints(NO_PLACE[name], "position") == []
    assert [one.code for one in records(NO_PLACE[name]) if isinstance(one, Reason)] == ["bad_place"]


@pytest.mark.parametrize("raw", [packet({}), pair("", ""), packet({"exif:GPSVersionID": "2.3.0.0"}), b"", bytes(50)])
def test_a_packet_without_a_place_says_nothing_of_one(raw: bytes) -> None:
    assert not [one for one in records(raw) if isinstance(one, Hint | Reason)]


def test_the_digits_written_tell_how_sure_it_is() -> None:
    coarse = hints(pair("33,58N", "43,15E"), "position")[0]
    fine = hints(pair("33,58.800000N", "43,15.000000E"), "position")[0]
    assert coarse.accuracy_m is not None
    assert coarse.accuracy_m > 1_852
    assert fine.accuracy_m == 5.0


# ── everything else ───────────────────────────────────────────────────────────────────────────
def test_every_value_a_camera_writes_is_read() -> None:
    shot = Shot(
        lat=-33.98, lon=43.25, altitude_m=-12.5, heading_deg=271.5,
        taken_at="2026:11:16 14:02:58", offset="+03:00", make="Sorrel", model="S-2",
    )  # fmt: skip
    raw = shot_packet(shot, "elements")
    (place,) = hints(raw, "position")
    assert (place.altitude_m, place.heading_deg) == (-12.5, 271.5)
    assert [hint.text for hint in hints(raw, "time")] == ["2026-11-16T14:02:58+03:00"]
    assert [(hint.field, hint.text) for hint in hints(raw, "device")] == [
        ("XMP/tiff:Make", "Sorrel"),
        ("XMP/tiff:Model", "S-2"),
    ]


def test_a_drone_tells_where_its_camera_looked() -> None:
    (place,) = hints(drone_packet(33.98, 43.25, 350, -29.9), "position")
    assert (place.heading_deg, place.altitude_m) == (350.0, 120.4)
    assert note_text(place.notes) == "camera pitch -29.9°; 40.2 m above take-off"
    assert place.field == "XMP/drone-dji:GPS"


def test_another_datum_and_a_stated_error_widen_the_circle() -> None:
    values = {"exif:GPSLatitude": "33,58.8N", "exif:GPSLongitude": "43,15.0E"}
    (tokyo,) = hints(packet({**values, "exif:GPSMapDatum": "TOKYO"}), "position")
    (unsure,) = hints(packet({**values, "exif:GPSHPositioningError": "7000/10"}), "position")
    assert note_text(tokyo.notes) == "its datum is TOKYO"
    assert (tokyo.accuracy_m, unsure.accuracy_m) == (500.0, 700.0)


def test_a_place_shown_is_another_place_than_that_of_the_camera() -> None:
    shown = (
        "<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<Iptc4xmpExt:LocationName><rdf:Alt><rdf:li xml:lang='x-default'>Grey Lake</rdf:li></rdf:Alt>"
        "</Iptc4xmpExt:LocationName><Iptc4xmpExt:City>Qasr</Iptc4xmpExt:City>"
        "<exif:GPSLatitude>34,30.0N</exif:GPSLatitude><exif:GPSLongitude>44,30.0E</exif:GPSLongitude>"
        "</rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>"
    )
    raw = packet({"exif:GPSLatitude": "33,58.8N", "exif:GPSLongitude": "43,15.0E"}, inside=shown)
    assert [(hint.field, hint.point) for hint in hints(raw, "position")] == [
        ("XMP/exif:GPS", HERE),
        ("XMP/Iptc4xmpExt:LocationShown/exif:GPS", Point(34.5, 44.5)),
    ]
    assert {(hint.field, hint.text) for hint in hints(raw, "place")} == {
        ("XMP/Iptc4xmpExt:LocationShown/Iptc4xmpExt:LocationName", "Grey Lake"),
        ("XMP/Iptc4xmpExt:LocationShown/Iptc4xmpExt:City", "Qasr"),
    }


def test_structures_in_attributes_and_nested_descriptions_are_read_alike() -> None:
    inlined = '<Iptc4xmpExt:LocationCreated Iptc4xmpExt:City="Qasr"/>'
    nested = (
        "<Iptc4xmpExt:LocationCreated><rdf:Description>"
        "<Iptc4xmpExt:City>Qasr</Iptc4xmpExt:City></rdf:Description></Iptc4xmpExt:LocationCreated>"
    )
    assert hints(packet({}, inside=inlined), "place") == hints(packet({}, inside=nested), "place") != []


def test_place_names_of_programs_are_places() -> None:
    raw = packet({"photoshop:City": "القصر", "photoshop:Country": "Qaf", "Iptc4xmpCore:Location": "North gate"})
    assert [hint.text for hint in hints(raw, "place")] == ["القصر", "Qaf", "North gate"]


def test_words_are_read_as_a_caption_is() -> None:
    inside = (
        "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>at 33.98001, 43.25001 &amp; back</rdf:li>"
        "<rdf:li xml:lang='ar'>عند البوابة</rdf:li></rdf:Alt></dc:description>"
    )
    raw = packet({}, inside=inside)
    assert [hint.text for hint in hints(raw, "text")] == ["at 33.98001, 43.25001 & back", "عند البوابة"]
    (place,) = hints(raw, "position")
    assert (place.family, place.field, place.point) == ("TEXT", "XMP/dc:description", Point(33.98001, 43.25001))


# ── where it lies ─────────────────────────────────────────────────────────────────────────────
def mime_item(raw: bytes) -> bytes:
    return heif(exif=raw).replace(b"Exif", b"mime", 1)


CARRIED: dict[str, tuple[FileKind, bytes, str]] = {
    "jpeg": ("jpeg", xmp_in_jpeg(jpeg(64, 96), PLAIN), "XMP/exif:GPS"),
    "jpeg, longer than a segment": ("jpeg", long_xmp_in_jpeg(jpeg(64, 96), PLAIN, 300), "XMP/exif:GPS"),
    "png": ("png", xmp_in_png(png(96, 64), PLAIN), "XMP/exif:GPS"),
    "png, packed": ("png", xmp_in_png(png(96, 64), PLAIN, packed=True), "XMP/exif:GPS"),
    "png, as digits": (
        "png",
        png(96, 64, (b"tEXt", b"Raw profile type xmp\0\nxmp\n%8d\n" % len(PLAIN) + PLAIN.hex().encode())),
        "XMP/exif:GPS",
    ),
    "webp": ("webp", xmp_in_webp(webp(b"VP8 ", bytes(10)), PLAIN, 96, 64), "XMP/exif:GPS"),
    "heif": ("heif", mime_item(PLAIN), "XMP/exif:GPS"),
    "film, user data": ("mp4", xmp_in_film(film(), PLAIN), "moov/udta/XMP_/exif:GPS"),
    "film, uuid": ("mp4", xmp_in_film(film(), PLAIN, as_uuid=True), "uuid/XMP/exif:GPS"),
}


@pytest.mark.parametrize("name", CARRIED)
def test_the_packet_is_found(name: str) -> None:
    kind, raw, field = CARRIED[name]
    found = read_file(io.BytesIO(raw), kind)
    assert [(hint.field, hint.point) for hint in found.hints if hint.kind == "position"] == [(field, HERE)]
    assert found.status == "read"


def test_it_is_found_in_a_tiff() -> None:
    raw = bytearray(tiff(96, 64, kind=4))
    at = len(raw)
    raw[8:10] = (3).to_bytes(2, "little")
    entry = (700).to_bytes(2, "little") + b"\1\0" + len(PLAIN).to_bytes(4, "little") + (at + 12).to_bytes(4, "little")
    whole = bytes(raw[:34]) + entry + bytes(raw[34:]) + PLAIN
    found = read_file(io.BytesIO(whole), "tiff")
    assert [hint.point for hint in found.hints if hint.kind == "position"] == [HERE]


def test_two_packets_are_two_places() -> None:
    other = packet({"exif:GPSLatitude": "34,30.0N", "exif:GPSLongitude": "44,30.0E"})
    found = read_file(io.BytesIO(xmp_in_jpeg(xmp_in_jpeg(jpeg(64, 96), other), PLAIN)), "jpeg")
    assert [hint.point for hint in found.hints if hint.kind == "position"] == [HERE, Point(34.5, 44.5)]
    assert [reason.code for reason in found.reasons] == ["places_disagree"]


def test_another_box_of_a_maker_is_no_packet() -> None:
    found = read_file(io.BytesIO(film() + box("uuid", bytes(16) + PLAIN)), "mp4")
    assert not [hint for hint in found.hints if hint.kind == "position"]


# ── hostile packets ───────────────────────────────────────────────────────────────────────────
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9))
HOSTILE = {
    "entities in entities": f"<!DOCTYPE x [{_LAUGHS}]>".encode() + PLAIN.replace(b"33,58.8N", b"&l8;"),
    "an entity that reads a file": (
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + PLAIN.replace(b"33,58.8N", b"&f;")
    ),
    "a declaration of types": b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">' + PLAIN,
    "elements without end": b"<a>" * (MAX_PACKET_BYTES // 3),
    "small elements": b"<a>" + b"<b/>" * (MAX_PACKET_BYTES // 4),
    "no XML": b"<" * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_packet_is_refused_and_reported(name: str) -> None:
    began = time.process_time()
    found = records(HOSTILE[name])
    assert time.process_time() - began < 10
    assert not [one for one in found if isinstance(one, Hint)]
    assert [one.reason.code for one in found if isinstance(one, Gap)] == ["broken"]


def test_what_stands_before_the_damage_is_kept() -> None:
    cut = shot_packet(Shot(lat=33.98, lon=43.25, make="Sorrel"), "elements")[:-70] + b"<<<"
    assert [hint.point for hint in hints(cut, "position")] == [HERE]


def test_more_elements_than_any_packet_has_end_the_reading_and_keep_the_place() -> None:
    raw = packet({}, inside="<exif:GPSLatitude>33,58.8N</exif:GPSLatitude><exif:GPSLongitude>43,15.0E"
                 "</exif:GPSLongitude>" + "<dc:x/>" * MAX_ELEMENTS)  # fmt: skip
    assert [hint.point for hint in hints(raw, "position")] == [HERE]
    assert [type(one) for one in records(raw)][-1] is Gap


def test_parts_that_lie_past_every_packet_cost_nothing() -> None:
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + b"\xff" * 8
    segment = b"\xff\xe1" + (len(head) + 2 + 4).to_bytes(2, "big") + head + b"junk"
    found = read_file(io.BytesIO(jpeg(64, 96, segment * 1_000)), "jpeg")
    assert (found.status, found.hints) == ("read", ())


# ── properties ────────────────────────────────────────────────────────────────────────────────
_PICTURES = {kind: photo(3, kind=kind) for kind in ("jpeg", "png", "webp")}
CARRIERS: dict[str, tuple[FileKind, Callable[[bytes], bytes]]] = {
    "jpeg": ("jpeg", lambda raw: xmp_in_jpeg(_PICTURES["jpeg"], raw)),
    "png": ("png", lambda raw: xmp_in_png(_PICTURES["png"], raw, packed=True)),
    "webp": ("webp", lambda raw: xmp_in_webp(_PICTURES["webp"], raw, WIDTH_PX, HEIGHT_PX)),
    "user data": ("mp4", lambda raw: xmp_in_film(film(), raw)),
    "uuid": ("mp4", lambda raw: xmp_in_film(film(), raw, as_uuid=True)),
}


@pytest.mark.parametrize("name", CARRIERS)
@settings(max_examples=40)
@given(
    lat=st.floats(-90, 90).filter(lambda deg: abs(deg) > 1e-6),
    lon=st.floats(-180, 180),
    form=st.sampled_from(["attributes", "elements"]),
    heading_deg=st.none() | st.floats(0, 359.9),
)
def test_a_place_written_is_read_back(name: str, lat: float, lon: float, form: str, heading_deg: float | None) -> None:
    kind, carry = CARRIERS[name]
    raw = carry(shot_packet(Shot(lat=lat, lon=lon, heading_deg=heading_deg), form))  # type: ignore[arg-type]
    (found,) = (hint for hint in read_file(io.BytesIO(raw), kind).hints if hint.kind == "position")
    assert found.point is not None
    assert abs(found.point.lat - lat) < 2e-8
    assert abs(found.point.lon - lon) < 2e-8
    assert (found.heading_deg is None) == (heading_deg is None)


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_changed_byte_breaks_nothing(at: int, value: int) -> None:
    raw = bytearray(shot_packet(SHOT))
    raw[at % len(raw)] = value
    for one in records(bytes(raw)):
        assert not isinstance(one, Hint) or one.point is None or abs(one.point.lat) <= 90
