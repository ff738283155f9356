"""XMP and XML beside a clip: Sony's metadata, formats under another name, and any other XML."""

import io

import pytest

from opsec.model import Hint, Point
from opsec.model.notes import note_text
from opsec.readers.registry import read_file
from tests.fixtures.media.boxes import box, film
from tests.fixtures.media.xmp import packet
from tests.readers.telemetry.files.made import gpx, places, reading, tracks

HERE = Point(33.98, 43.25)
PLAIN = {"exif:GPSLatitude": "33,58.8N", "exif:GPSLongitude": "43,15.0E"}


def positions(name: str, text: str | bytes) -> list[Hint]:
    return [hint for hint in reading(name, text).hints if hint.kind == "position" and hint.family == "META"]


def texts(name: str, text: str | bytes) -> list[str | None]:
    return [hint.text for hint in reading(name, text).hints if hint.kind == "text"]


def codes(name: str, text: str | bytes) -> list[str]:
    return [why.code for why in reading(name, text).reasons]


# ── XMP ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("name", ["IMG_1.xmp", "IMG_1.jpg.xmp", "clip.xml"])
def test_an_xmp_file_is_read_like_a_packet(name: str, encoding: str) -> None:
    raw = packet(PLAIN | {"dc:title": "Falcon Camp"}).decode().lstrip("\ufeff").encode(encoding)
    if name.endswith(".xml") and encoding == "utf-16-be":
        return  # without a mark nothing tells XML from other bytes
    (found,) = positions(name, raw)
    assert (found.point, found.field) == (HERE, f"{name[name.rindex('.') :]}/exif:GPS")
    assert texts(name, raw) == ["Falcon Camp"]


def test_trees_of_keywords() -> None:
    tree = (
        '<digiKam:TagsList xmlns:digiKam="http://www.digikam.org/ns/1.0/"><rdf:Seq><rdf:li>Places/Falcon Camp</rdf:li>'
        '</rdf:Seq></digiKam:TagsList><lr:hierarchicalSubject xmlns:lr="http://ns.adobe.com/lightroom/1.0/"><rdf:Bag>'
        "<rdf:li>Iraq|Falcon Camp</rdf:li></rdf:Bag></lr:hierarchicalSubject>"
    )
    assert texts("a.xmp", packet({}, inside=tree)) == ["Iraq|Falcon Camp", "Places/Falcon Camp"]


@pytest.mark.parametrize("raw", [b"", b"  \n", b"not xml", b"<", packet({})[:200], b"\xff\xfe" + bytes(9)])
def test_malformed_xmp_is_safe(raw: bytes) -> None:
    assert positions("a.xmp", raw) == []


def test_a_long_xmp_file_is_reported() -> None:
    assert codes("a.xmp", packet(PLAIN) + b" " * (3 << 20)) == ["too_long"]


# ── Sony ──────────────────────────────────────────────────────────────────────────────────────
SONY = """<?xml version="1.0" encoding="UTF-8"?>
<NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.00" lastUpdate="2026-11-16T08:30:00+03:00">
<CreationDate value="2026-11-16T08:30:00+03:00"/><Device manufacturer="Sony" modelName="CAM-1" serialNo="1"/>
<Title usAscii="Falcon film"/>
<AcquisitionRecord><Group name="CameraUnitMetadataSet"><Item name="Latitude" value="9:9:9"/></Group>
<Group name="ExifGPS">{}</Group></AcquisitionRecord></NonRealTimeMeta>"""
ANGLES = {"LatitudeRef": "N", "Latitude": "33:58:48.0", "LongitudeRef": "E", "Longitude": "43:15:00.000"}


def sony(**changed: str) -> str:
    items = ANGLES | changed
    return SONY.format("".join(f'<Item name="{name}" value="{value}"/>' for name, value in items.items() if value))


def test_sony_metadata_beside_a_film() -> None:
    found = reading("C0001M01.XML", sony(Altitude="120.5"))
    (position,) = [hint for hint in found.hints if hint.kind == "position"]
    assert (position.point, position.altitude_m, position.field) == (HERE, 120.5, ".xml/ExifGPS")
    others = [(hint.kind, hint.text) for hint in found.hints if hint.kind != "position"]
    assert others == [
        ("time", "2026-11-16T08:30:00+03:00"), ("device", "Sony"), ("device", "CAM-1"), ("text", "Falcon film"),
    ]  # fmt: skip
    assert (found.status, found.reasons) == ("read", ())


@pytest.mark.parametrize("inside", ["", "moov"])
def test_sony_metadata_in_a_film(inside: str) -> None:
    handler = box("hdlr", bytes(8) + b"nrtm" + bytes(13))
    meta = box("meta", bytes(4) + handler + box("xml ", bytes(4) + sony().encode() + b"\0"))
    raw = film(meta) if inside else film() + meta
    found = read_file(io.BytesIO(raw), "mp4")
    assert [hint.point for hint in found.hints if hint.kind == "position"] == [HERE]
    assert [hint.text for hint in found.hints if hint.kind == "text"] == ["Falcon film"]


@pytest.mark.parametrize(
    ("changed", "points"),
    [
        ({"LatitudeRef": "S", "LongitudeRef": "W"}, [Point(-33.98, -43.25)]),
        ({"Latitude": "33.98", "Longitude": "43:15"}, [HERE]),
        ({"LatitudeRef": ""}, [HERE, Point(-33.98, 43.25)]),
    ],
)
def test_angles_and_hemispheres(changed: dict[str, str], points: list[Point]) -> None:
    found = positions("a.xml", sony(**changed))
    assert [hint.point for hint in found] == points
    assert [note_text(hint.notes) is None for hint in found] == [len(points) == 1] * len(points)


@pytest.mark.parametrize(
    "changed",
    [
        {"Status": "V"},
        {"Latitude": "33:60:00"},
        {"Latitude": "north"},
        {"Longitude": ""},
        {"Latitude": "0:0:0", "Longitude": "0:0:0"},
        {"Latitude": "91:0:0"},
    ],
)
def test_no_fix_of_a_camera(changed: dict[str, str]) -> None:
    assert (positions("a.xml", sony(**changed)), codes("a.xml", sony(**changed))) == ([], ["bad_place"])


# ── any XML ───────────────────────────────────────────────────────────────────────────────────
def test_formats_are_known_by_their_root() -> None:
    way = [(33.98, 43.25), (33.981, 43.251)]
    assert places(tracks(reading("way.xml", gpx(way)))[0]) == way
    subtitles = '<tt xmlns="http://www.w3.org/ns/ttml"><body><p begin="1s" end="2s">gate</p></body></tt>'
    assert [hint.at_s for hint in reading("a.xml", subtitles).hints] == [1.0]


def test_words_of_any_xml() -> None:
    text = '<clip xmlns="urn:x" note="Falcon Camp"><a>at <b>the gate</b> today</a><n>17</n><a>the gate</a></clip>'
    assert texts("a.xml", text) == ["Falcon Camp\nat\nthe gate\ntoday"]


POSITIONS = {
    "attributes": '<p lat="33.98" lon="43.25"/>',
    "long names": '<p Latitude="33.98" Longitude="43.25"/>',
    "elements": "<p><name>gate</name><latitude>33.98</latitude><longitude>43.25</longitude></p>",
    "in another order": "<p><lng>43.25</lng><alt>5</alt><lat> 33.98\n</lat></p>",
    "degrees, minutes, seconds": "<p><lat>33°58'48\"N</lat><lon>43°15'00\"E</lon></p>",
}


@pytest.mark.parametrize("name", POSITIONS)
def test_positions_of_any_xml(name: str) -> None:
    (found,) = positions("a.xml", f"<clip>{POSITIONS[name]}</clip>")
    assert found.point is not None
    assert (round(found.point.lat, 6), round(found.point.lon, 6)) == (33.98, 43.25)


@pytest.mark.parametrize(
    ("inside", "reasons"),
    [
        ('<p lat="0" lon="0"/>', ["bad_place"]),
        ('<p lat="95" lon="43"/>', ["bad_place"]),
        ('<p lat="many" long="words"/>', []),
        ('<p lat="33.98"/><p lon="43.25"/>', []),
        ("<a><lat>33.98</lat></a><a><lon>43.25</lon></a>", []),
    ],
)
def test_no_position_is_made_up(inside: str, reasons: list[str]) -> None:
    text = f"<clip>{inside}</clip>"
    assert (positions("a.xml", text), codes("a.xml", text)) == ([], reasons)


def test_what_cannot_be_parsed_is_still_searched_for_words() -> None:
    listed = '<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//A//B" "http://x/y.dtd"><plist><s>Falcon Camp</s></plist>'
    assert (texts("a.xml", listed), codes("a.xml", listed)) == (["Falcon Camp"], ["broken"])
    unclosed = "<clip><a>Falcon &amp; Camp</b><c>the gate</c>"
    assert (texts("a.xml", unclosed), codes("a.xml", unclosed)) == (["Falcon & Camp\nthe gate"], ["broken"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<a>" * 100_000, "too_deep"),
        ('<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>', "broken"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "broken"),
        ('<?xml version="1.0" encoding="no-such"?><a>x</a>', "broken"),
        ("", ""),
        ("<" * 100_000, "broken"),
        ("<a" + ' b="Falcon"' * 2 + "/>", "broken"),
    ],
)
def test_hostile_xml_is_bounded_and_reported(text: str, reason: str) -> None:
    assert codes("a.xml", text or " ") == [reason or "broken"]
    assert positions("a.xml", text or " ") == []


def test_more_words_than_are_searched_are_reported() -> None:
    text = "<a>" + "".join(f"<b>word{number:06}</b>" for number in range(30_000)) + "</a>"
    assert (len(texts("a.xml", text)), codes("a.xml", text)) == (21, ["too_long"])


def test_more_elements_than_are_read_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsec.formats.xml_events.MAX_XML_ELEMENTS", 5)
    assert codes("a.xml", "<a>" + "<b/>" * 9 + "</a>") == ["too_many"]


def test_a_word_of_many_letters_is_cut_and_reported() -> None:
    text = f"<a>{'x' * 300_000}</a>"
    assert (sum(map(len, filter(None, texts("a.xml", text)))), codes("a.xml", text)) == (199_998, ["too_long"])
