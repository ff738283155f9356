"""Files of map programs: what is read, what is skipped and named, and which paths are closed."""

import json
import math
import shutil
from pathlib import Path

import pytest

from opsec.errors import SitesError
from opsec.sites.importing.import_sites import ImportOptions
from tests.sites.drawing import Pair, drawn, sentence, square
from tests.sites.importing.maps import document, imported, kml, kmz, line, outline, placemark, skipped, spot


def circle(share: float, *, corners: int = 40, radius: float = 0.005) -> list[Pair]:
    """A walk around a circle; ``share`` of it is walked."""
    turns = [2 * math.pi * share * step / corners for step in range(corners + 1)]
    return [[43.2 + radius * math.cos(turn), 34.0 + radius * math.sin(turn)] for turn in turns]


WALKS: dict[str, tuple[list[Pair], bool, bool]] = {
    "closed": (circle(1.0), False, True),
    "nearly closed": (circle(0.97), False, True),
    "past its start": (circle(1.03), False, True),
    "open": (circle(0.9), False, False),
    "open, but --close": (circle(0.9), True, True),
    "there and back": ([*circle(0.4), *circle(0.4)[::-1]], False, False),
    "two corners": ([[43.2, 34.0], [43.3, 34.1]], True, False),
    "short and open": ([[43.2, 34.0], [43.2003, 34.0], [43.2003, 34.0002]], False, False),
    "one point": ([[43.2, 34.0]], True, False),
}


@pytest.mark.parametrize(("walk", "close", "taken"), WALKS.values(), ids=WALKS)
def test_a_walk_that_ends_near_its_start_is_closed(tmp_path: Path, walk: list[Pair], close: bool, taken: bool) -> None:
    result = imported(tmp_path, kml(outline("Lake", 43.5), line("patrol road", walk)), ImportOptions(close=close))
    assert len(result.sites) == 1 + taken
    assert ["“patrol road”" in reason for reason in skipped(result)] == [True] * (not taken)


def test_a_recording_with_a_pause_is_one_walk(tmp_path: Path) -> None:
    walk = circle(0.98)
    halves = [
        "<trkseg>" + "".join(f'<trkpt lat="{lat}" lon="{lon}"/>' for lon, lat in half) + "</trkseg>"
        for half in (walk[:20], walk[20:])
    ]
    assert len(imported(tmp_path, f"<gpx><trk><name>W</name>{''.join(halves)}</trk></gpx>".encode()).sites) == 1


LOOP = "".join(f"<gx:coord>{lon} {lat} 7</gx:coord>" for lon, lat in circle(1.0))
HIDDEN = "<GroundOverlay><name>old map</name></GroundOverlay>"
LINK = "<NetworkLink><name>n</name><{0}><href>{1}</href></{0}></NetworkLink>"
NULL = {"type": "Feature", "properties": {"name": "row"}, "geometry": None}
LAKE = drawn({"type": "Polygon", "coordinates": [square()]}, name="Lake")
READ: dict[str, tuple[bytes, list[str], list[str]]] = {
    "nothing drawn": (kml(outline("Lake"), placemark("row"), placemark("")), ["lake"], ["“row”", "place 3"]),
    "undeclared prefix": (kml(outline("Lake")).replace(b"<Document>", b'<Document xsi:a="b" gx:c="d">'), ["lake"], []),
    "own prefix": (kml(outline("Lake")).replace(b"<", b"<k:").replace(b"<k:/", b"</k:").replace(b"<k:?", b"<?"),
                   ["lake"], []),
    "track": (kml(placemark("Lake", f"<gx:Track><when>x</when><gx:coord/>{LOOP}</gx:Track>")), ["lake"], []),
    "image": (kml(outline("Lake"), HIDDEN), ["lake"], ["“old map” is an image"]),
    "spaces in coordinates": (kml(outline("Lake").replace(",", " , ")), ["lake"], []),
    "windows encoding": (b'<?xml version="1.0" encoding="windows-1256"?><kml>'
                         + outline("البحيرة").encode("windows-1256") + b"</kml>", ["albhyra"], []),
    "address on a network": (kml(outline("Lake"), LINK.format("Link", "https://h.example/a.kml")), ["lake"],
                             ["https://h.example/a.kml, which is not followed"]),
    "file beside the map": (kml(outline("Lake"), LINK.format("Url", "other.kml")), ["lake"], ["other.kml"]),
    "link in an archive": (
        kmz({"doc.kml": kml(LINK.format("Link", "files/a%20b.kml")), "files/a b.kml": kml(outline("Lake"))}),
        ["lake"], []),
    "links in a circle": (
        kmz({"doc.kml": kml(LINK.format("Url", "a.kml")),
             "a.kml": kml(outline("Lake"), LINK.format("Link", "doc.kml"), LINK.format("Link", "./a.kml"))}),
        ["lake"], []),
    "link from a folder": (
        kmz({"doc.kml": kml(LINK.format("Link", "x/a.kml")), "x/a.kml": kml(LINK.format("Link", "../y/b.kml#p")),
             "y/b.kml": kml(outline("Lake"))}), ["lake"], []),
    "link that leaves the archive": (
        kmz({"doc.kml": kml(outline("Lake"), LINK.format("Link", "../../etc/passwd"))}), ["lake"], ["not followed"]),
    "main file after a folder": (
        kmz({"files/a.kml": kml(outline("Sea")), "bases.KML": kml(outline("Lake"))}), ["lake"], ["files/a.kml"]),
    "no geometry": (document(NULL, LAKE), ["lake"], ["“row” has no outline"]),
    "empty geometry": (document(drawn({"type": "Polygon", "coordinates": []}, name="e"), LAKE), ["lake"], ["“e”"]),
    "bare geometry": (json.dumps({"type": "Polygon", "coordinates": [square()]}).encode(), ["site-1"], []),
    "collection": (document(drawn({"type": "GeometryCollection", "geometries": [LAKE["geometry"], NULL["geometry"]]},
                                  name="Lake")), ["lake"], []),
    "several points": (document(drawn({"type": "MultiPoint", "coordinates": [[43.2, 34], [43.9, 34]]}, name="P")),
                       ["p", "p-2"], []),
    "closed line": (document(drawn({"type": "LineString", "coordinates": square()}, name="Lake")), ["lake"], []),
    "number as a name": (document({**LAKE, "properties": {"name": 7}}), ["7"], []),
    "umap": (json.dumps({"type": "umap", "properties": {"name": "m"}, "geometry": {"type": "Point"}, "layers": [
        {"type": "FeatureCollection", "features": [LAKE], "_umap_options": {"name": "one"}},
        {"type": "FeatureCollection", "features": [], "_umap_options": {"name": "two"}},
        {"type": "FeatureCollection", "features": [],
         "_umap_options": {"remoteData": {"url": "https://h.example/x"}}}]}).encode(),
             ["lake"], ["https://h.example/x"]),
    "umap of an older version": (json.dumps({"type": "umap", "layers": [
        {"features": [NULL, {**LAKE, "properties": {"name": ""}}], "_storage": {"name": "Lake"}}]}).encode(),
        ["lake"], ["“row”"]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "ids", "words"), READ.values(), ids=READ)
def test_valid_places_are_imported_and_the_others_named(
    tmp_path: Path, content: bytes, ids: list[str], words: list[str]
) -> None:
    result = imported(tmp_path, content)
    assert [site.id for site in result.sites] == ids
    assert len(result.skipped) == len(words), skipped(result)
    assert [word for word, reason in zip(words, skipped(result), strict=True) if word not in reason] == []


BOMB = kmz({"doc.kml": kml(LINK.format("Link", "a.kml"), LINK.format("Link", "b.kml")),
            "a.kml": kml(outline("Lake")) + b" " * (40 * 2**20), "b.kml": kml() + b" " * (40 * 2**20)})  # fmt: skip
REFUSED: dict[str, tuple[bytes, list[str]]] = {
    "bomb in parts": (BOMB, ["64 MiB"]),
    "deep": (b"<kml>" + b"<Folder>" * 100_000, ["too deeply"]),
    "deep GeoJSON": (b'{"type":"Feature","geometry":{"type":"Polygon","coordinates":' + b"[" * 100_000, ["nested"]),
    "entities": (b'<!DOCTYPE k [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><kml>&b;</kml>', ["not readable XML"]),
    "entity of HTML": (kml(outline("A&nbsp;B")), ["not readable XML", "line 1"]),
    "override in a zone's name": (
        kml(outline("Lake"), outline("a\u202eb", 43.205, 34.005, 0.001)), ["name 2", "\\u202e"]),
    "swapped among good ones": (kml(spot("Lake"), spot("Gate", 34.0, 43.2)), ["“Gate”", "swapped"]),
    "too many": (document(*[drawn({"type": "Point", "coordinates": [43.2, 34.0]})] * 10_001), ["10,000"]),
    "too many in one": (document(drawn({"type": "MultiPoint", "coordinates": [[43.2, 34.0]] * 10_001})), ["10,000"]),
    "encrypted archive": (kmz({"doc.kml": kml(outline("Lake"))}).replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"), ["encrypted"]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_errors_are_one_clear_sentence_and_write_nothing(tmp_path: Path, content: bytes, words: list[str]) -> None:
    with pytest.raises(SitesError) as caught:
        imported(tmp_path, content)
    message = sentence(caught.value)
    assert [word for word in ["map.x", *words] if word not in message] == [], message
    assert not (tmp_path / "sites").exists() and "\n" not in message


POINT = {"type": "Point", "coordinates": [43.2, 34.0]}
CAPS: dict[str, tuple[str, int, bytes, list[str]]] = {
    "size of the file": ("opsec.sites.importing.read_places.FILE_MIB", 1, kml(spot("Gate")) + b" " * 2**20, ["1 MiB"]),
    "places": ("opsec.sites.importing.read_places.MAX_PLACES", 2, kml(*[spot("Gate")] * 3), ["more than 2 places"]),
    "entries that are skipped": (
        "opsec.sites.importing.read_places.MAX_PLACES", 2, kml(spot("Gate"), *[placemark("x")] * 2), ["more than 2"]),
    "elements": ("opsec.sites.importing.xml._MAX_ELEMENTS", 7, kml(*[spot("Gate")] * 2), ["too many"]),
    "nesting": ("opsec.sites.importing.xml._MAX_DEPTH", 3, kml(spot("Gate")), ["too deeply"]),
    "geometries of a feature": (
        "opsec.sites.importing.geojson._MAX_NESTED", 3,
        document(drawn({"type": "GeometryCollection", "geometries": [POINT] * 3})), ["more than 3 geometries"]),
    "files of an archive": (
        "opsec.sites.importing.kml_archive.MAX_MEMBERS", 2,
        kmz({f"{n}.kml": kml(spot("Gate")) for n in range(3)}), ["more than 2 KML files"]),
    "unpacked size": (
        "opsec.sites.importing.kml_archive.MAX_UNPACKED_MIB", 1,
        kmz({"doc.kml": kml(spot("Gate")) + b" " * 2**20}), ["1 MiB"]),
    "positions of a place": (
        "opsec.sites.importing.place.MAX_VERTICES", 4, kml(outline("Lake")), ["more than 4 positions"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CAPS.values(), ids=CAPS)
def test_each_limit_is_one_sentence_and_one_less_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: tuple[str, int, bytes, list[str]]
) -> None:
    name, limit, content, words = case
    assert imported(tmp_path, content).sites
    shutil.rmtree(tmp_path / "sites")
    monkeypatch.setattr(name, limit)
    with pytest.raises(SitesError) as caught:
        imported(tmp_path, content)
    message = sentence(caught.value)
    assert [word for word in ["map.x", *words] if word not in message] == [], message
    assert not (tmp_path / "sites").exists() and "\n" not in message
