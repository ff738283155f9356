"""Import: files of Google Earth and QGIS become sites; anything else leaves the folder unchanged."""

import io
import json
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.errors import SitesError
from opsec.sites.importing.import_sites import import_places
from opsec.sites.importing.site_writer import toml_string
from opsec.sites.load import load_sites
from opsec.sites.site_file import MAX_NAME_LETTERS, validate_text
from tests.sites.drawing import HOME, Pair, drawn, sentence, square

RING = " ".join(f"{lon},{lat},0" for lon, lat in square())
HOLE = " ".join(f"{lon},{lat},0" for lon, lat in square(43.205, 34.005, 0.002))
KML = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>map</name>{}</Document></kml>'
OUTER = f"<outerBoundaryIs><LinearRing><coordinates>\n {RING} \n</coordinates></LinearRing></outerBoundaryIs>"
INNER = f"<innerBoundaryIs><LinearRing><coordinates>{HOLE}</coordinates></LinearRing></innerBoundaryIs>"
GPX = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{}</gpx>'


def mark(name: str, shape: str) -> str:
    return f"<Folder><Placemark><name>{name}</name>{shape}</Placemark></Folder>"


def kml(*marks: str) -> bytes:
    return KML.format("".join(marks)).encode()


def kmz(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


def point(lon: float = 43.2, lat: float = 34.0) -> str:
    return f"<Point><coordinates>{lon},{lat},12.5</coordinates></Point>"


def walk(tag: str, ring: Sequence[Pair]) -> str:
    return "".join(f'<{tag} lat="{lat}" lon="{lon}"><ele>3</ele></{tag}>' for lon, lat in ring)


def geojson(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def made(tmp_path: Path, content: bytes) -> dict[str, tuple[str, dict[str, tuple[str, ...]], int]]:
    """Id → shape, names and rings of each site, as loaded afterwards."""
    file = tmp_path / "-map.x"
    file.write_bytes(content)
    shapes = {site.id: site.shape for site in import_places(file, tmp_path / "sites", HOME).sites}
    sites = load_sites(tmp_path / "sites", HOME)
    assert shapes.keys() == {site.id for site in sites}
    return {s.id: (shapes[s.id], dict(s.names), sum(len(p) for p in s.fences[0].rings)) for s in sites}


def refused(tmp_path: Path, content: bytes) -> str:
    file = tmp_path / "-map.x"
    file.write_bytes(content)
    with pytest.raises(SitesError) as caught:
        import_places(file, tmp_path / "sites", HOME)
    assert not list((tmp_path / "sites").glob("*")), "something was written"
    return sentence(caught.value)


def test_kml_outlines_holes_parts_and_points(tmp_path: Path) -> None:
    both = f"<MultiGeometry><Polygon>{OUTER}</Polygon>{point()}</MultiGeometry>"
    line = f"<LineString><coordinates>{RING}</coordinates></LineString>"
    content = kml(
        mark("معسكر الصقر", f"<Polygon><extrude>1</extrude>{OUTER}{INNER}</Polygon>"),
        mark("Lake\n   Camp &amp; Co", both.replace("43.2", "44.2")),
        mark("Lake camp co", point(45.2)),
        mark("", line.replace("43.2", "46.2")),
    )
    assert made(tmp_path, content) == {
        "maskr-alsqr": ("outline", {"ar": ("معسكر الصقر",)}, 2),
        "lake-camp-co": ("outline", {"en": ("Lake Camp & Co",)}, 1),
        "lake-camp-co-2": ("point", {"en": ("Lake camp co",)}, 1),
        "site-4": ("outline", {"en": ("Site 4",)}, 1),
    }


def test_the_first_kml_of_a_kmz_is_read(tmp_path: Path) -> None:
    packed = kmz(icon_png=b"x", doc_kml=kml(mark("One", point())), b_kml=kml(mark("Two", point())))
    assert made(tmp_path, packed).keys() == {"one"}


def test_gpx_waypoints_routes_and_tracks(tmp_path: Path) -> None:
    ring: list[Pair] = [*square()[:-1], [43.2001, 34.0001]]
    content = GPX.format(
        '<wpt lat="34.0" lon="43.5"><name>Post</name></wpt>'
        f"<rte><name>Route</name>{walk('rtept', square(44.2))}</rte>"
        f"<trk><name>Track</name><trkseg>{walk('trkpt', ring)}</trkseg></trk>"
    )
    found = made(tmp_path, content.encode())
    assert {id_: shape for id_, (shape, _names, _rings) in found.items()} == {
        "post": "point",
        "route": "outline",
        "track": "outline",
    }


def test_geojson_of_qgis(tmp_path: Path) -> None:
    polygon = {"type": "MultiPolygon", "coordinates": [[square()], [square(43.5)]]}
    content = geojson(
        drawn(polygon, fid=1, Name="قاعدة", height=None),
        drawn({"type": "Point", "coordinates": [43.2, 34.0]}, name="P"),
    )
    assert made(tmp_path, content) == {"qaada": ("outline", {"ar": ("قاعدة",)}, 2), "p": ("point", {"en": ("P",)}, 1)}


OPEN = "<LineString><coordinates>43.2,34 43.3,34 43.3,34.1</coordinates></LineString>"
REFUSED: dict[str, tuple[bytes, list[str]]] = {
    "open line": (kml(mark("road", OPEN)), ["“road”", "open line", "--close"]),
    "open lines": (kml(mark("road", OPEN), mark("path", OPEN)), ["2 entries", "“road”", "--close"]),
    "open track": (GPX.format(f"<trk><trkseg>{walk('trkpt', square()[:3])}</trkseg></trk>").encode(),
                   ["place 1", "open line"]),
    "nothing drawn": (kml(mark("x", "<description>hello</description>")), ["“x”", "no outline and no point"]),
    "model": (kml(mark("x", "<Model/>")), ["“x”", "no outline and no point"]),
    "hole alone": (kml(mark("x", f"<Polygon>{INNER}</Polygon>")), ["feature 1", "no ring"]),
    "letters": (kml(mark("x", "<Point><coordinates>a,b</coordinates></Point>")), ["place 1", "not numbers"]),
    "one number": (
        kml(mark("x", "<Point><coordinates>43.2</coordinates></Point>")),
        ["place 1", "outside the valid range"],
    ),
    "not a number": (kml(mark("x", point(lat=float("nan")))), ["place 1", "outside the valid range"]),
    "endless": (kml(mark("x", point(lon=float("inf")))), ["place 1", "outside the valid range"]),
    "far out": (kml(mark("x", point(lat=200, lon=190))), ["place 1", "outside the valid range"]),
    "swapped": (kml(mark("x", point(lon=34.0, lat=43.2))), ["place 1", "swapped", "home"]),
    "no waypoint place": (GPX.format("<wpt/>").encode(), ["place 1", "not numbers"]),
    "bowtie": (kml(mark("x", "<Polygon>" + OUTER.replace(RING, "43.2,33.9 43.3,34 43.3,33.9 43.2,34") + "</Polygon>")),
               ["feature 1, ring 1", "crosses"]),
    "no places": (kml(), ["no place"]),
    "no features": (geojson(), ["no feature"]),
    "line string": (geojson(drawn({"type": "LineString", "coordinates": [[1, 2], [3, 4]]})), ["open line"]),
    "curve": (geojson(drawn({"type": "Curve", "coordinates": [[1, 2], [3, 4]]}, name="x")), ["“x”", "Curve"]),
    "words in a point": (geojson(drawn({"type": "Point", "coordinates": ["a", "b"]}, name="x")),
                         ["“x”", "not numbers"]),
    "flat polygon": (geojson(drawn({"type": "Polygon", "coordinates": [1, 2]}, name="x")), ["“x”", "two numbers"]),
    "empty umap": (json.dumps({"type": "umap", "layers": []}).encode(), ["no places"]),
    "name of a fault": (kml(mark("Gate &amp; Co", point(lat=200, lon=190))), ["Gate & Co", "outside the valid range"]),
    "a good place beside a fault": (kml(mark("ok", point()), mark("far", point(lat=200, lon=190))), ["far", "place 2"]),
    "network only": (kml("<NetworkLink><Link><href>http://h.example/a.kml</href></Link></NetworkLink>"),
                     ["http://h.example/a.kml", "not followed"]),
    "turned name": (kml(mark("a\u202eb", point())), ["name 1", "\\u202e"]),
    "long name": (kml(mark("a" * 201, point())), ["name 1", "200"]),
    "name of dots": (kml(mark("...", point())), ["name 1"]),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', ["begins with svg"]),
    "text": (b"hello", ["not readable XML"]),
    "empty": (b"", ["not readable XML"]),
    "cut off": (kml(mark("x", point()))[:-20], ["not readable XML"]),
    "laughs": (b'<!DOCTYPE k [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><kml>&b;</kml>', ["not readable XML"]),
    "outside": (b'<!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>', ["not readable XML"]),
    "deep": (b"<a>" * 100_000, ["too deeply"]),
    "unknown encoding": (b'<?xml version="1.0" encoding="x-none"?><kml/>', ["not readable XML"]),
    "no KML inside": (kmz(icon_png=b"x"), ["without a KML"]),
    "broken archive": (kmz(doc_kml=kml(mark("x", point())))[:80], ["damaged"]),
    "bomb": (kmz(doc_kml=b" " * (65 * 2**20)), ["64 MiB"]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_unusable_files_leave_nothing_behind(tmp_path: Path, content: bytes, words: list[str]) -> None:
    message = refused(tmp_path, content)
    assert [word for word in ["-map.x", *words] if word not in message] == [], message


def test_an_existing_folder_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "map.kml"
    file.write_bytes(kml(mark("New", point()), mark("Old", point())))
    (tmp_path / "sites" / "old").mkdir(parents=True)
    with pytest.raises(SitesError) as caught:
        import_places(file, tmp_path / "sites", HOME)
    assert "old already exists" in sentence(caught.value)
    assert [path.name for path in (tmp_path / "sites").iterdir()] == ["old"]


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "map.kml"
    file.write_bytes(kml(mark("New", point())))
    (tmp_path / "sites").write_text("a file")
    with pytest.raises(SitesError) as caught:
        import_places(file, tmp_path / "sites", HOME)
    assert "cannot be written" in sentence(caught.value)


def test_created_files_are_private(tmp_path: Path) -> None:
    made(tmp_path, kml(mark("One", f"<Polygon>{OUTER}</Polygon>")))
    modes = {path.name: path.stat().st_mode & 0o777 for path in [tmp_path / "sites", *(tmp_path / "sites").rglob("*")]}
    assert modes == {"sites": 0o700, "one": 0o700, "site.toml": 0o600, "fence.geojson": 0o600}


@given(st.text(max_size=60))
def test_any_text_round_trips_through_toml(text: str) -> None:
    if any("\ud800" <= char <= "\udfff" for char in text):
        return
    assert tomllib.loads(f"x = {toml_string(text)}") == {"x": text}


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=MAX_NAME_LETTERS), min_size=1, max_size=4)
)
def test_any_names_round_trip_or_are_refused(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    folder = tmp_path_factory.mktemp("names")
    file = folder / "map.geojson"
    file.write_bytes(geojson(*(drawn({"type": "Point", "coordinates": [43.2, 34.0]}, name=name) for name in names)))
    tidy = [" ".join(name.split()) or f"Site {number}" for number, name in enumerate(names, 1)]
    try:
        for name in tidy:
            validate_text(name, "name", "f")
    except SitesError:
        with pytest.raises(SitesError):
            import_places(file, folder / "sites", HOME)
        assert not (folder / "sites").exists()
        return
    ids = {site.id: site.name for site in import_places(file, folder / "sites", HOME).sites}
    loaded = {site.id: next(iter(site.names.values()))[0] for site in load_sites(folder / "sites", HOME)}
    assert loaded == ids and sorted(ids.values()) == sorted(tidy)
