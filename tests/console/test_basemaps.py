"""Basemaps of the officer's own: where they are drawn, who may load them, and files that cannot be used."""

import io
import json
import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from opsec.console.basemap_bounds import Bounds, mercator_latitude, mercator_northing, tile_at, tile_bounds
from opsec.console.basemap_image import ImageBasemap
from opsec.console.basemap_plan import MAX_TILES, plan_images
from opsec.console.basemaps import Basemap, load_basemaps
from opsec.console.server import serve
from opsec.errors import OpsecError, SettingsError
from opsec.i18n.messages import Lang, render
from opsec.model import Point
from opsec.reports.site_plan_drawing import plan_frame
from opsec.settings import IRAQ_BOUNDS, ReviewSettings, Settings, load_settings_file
from tests.console.made import Browser, running_console
from tests.console.made_console import INSIDE, SITE, a_post, listed, scan_posts
from tests.console.made_maps import (
    AREA,
    LINE_LAT,
    drawn,
    encoded,
    image_with_world_file,
    mercator_world_file,
    overlay_kml,
    world_file,
    write_tiles,
)

REGION = Bounds(29.0, 39.0, 37.0, 48.0)
FRAME = plan_frame(SITE)
NEEDS_PMTILES = pytest.mark.skipif(find_spec("pmtiles") is None, reason="pmtiles is not installed")


def load_one(*files: Path) -> Basemap:
    (found,) = load_basemaps([str(one) for one in files], IRAQ_BOUNDS)
    return found


def corners(area: Bounds) -> tuple[float, float, float, float]:
    return area.south, area.west, area.north, area.east


# ── where an image is ─────────────────────────────────────────────────────────────────────────
def test_degrees_metres_and_an_overlay_give_the_same_place(tmp_path: Path) -> None:
    for name in ("degrees", "metres", "overlay"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "map.png").write_bytes(encoded(drawn()))
    (tmp_path / "degrees" / "map.pgw").write_text(world_file(), "ascii")
    (tmp_path / "metres" / "map.wld").write_text(mercator_world_file(), "ascii")
    (tmp_path / "overlay" / "map.kml").write_text(overlay_kml(), "utf-8")
    files = ("degrees/map.png", "metres/map.png", "overlay/map.kml")
    for one in (load_one(tmp_path / file) for file in files):
        assert corners(one.bounds) == pytest.approx(corners(AREA), abs=1e-9)


@pytest.mark.parametrize(("name", "sidecar"), [("a.JPG", "a.jgw"), ("b.jpeg", "b.jgw"), ("c.webp", "c.wpw")])
def test_each_format_has_its_world_file(tmp_path: Path, name: str, sidecar: str) -> None:
    file = tmp_path / name
    file.write_bytes(encoded(drawn(), file.suffix.lower()))
    (tmp_path / sidecar).write_text(world_file().replace("\n", "\r\n") + "\r\n", "ascii")
    found = load_one(file)
    assert isinstance(found, ImageBasemap)
    assert found.media_type == {"webp": "image/webp"}.get(file.suffix[1:], "image/jpeg")


def test_an_image_in_degrees_of_a_whole_country_is_drawn_anew_in_mercator(tmp_path: Path) -> None:
    """Stretched as it is, its middle would be kilometres away: the projections agree at the edges alone."""
    height_px = 1_600
    found = load_one(image_with_world_file(tmp_path, REGION, height_px))
    assert isinstance(found, ImageBasemap)
    middle = (REGION.south + REGION.north) / 2
    rows = np.flatnonzero(_redness(found)[:, 100] > 100)
    assert rows.mean() == pytest.approx(REGION.down(middle) * height_px, abs=1.5)
    assert abs(rows.mean() - height_px / 2) > 10


def test_a_small_image_is_served_as_it_is(tmp_path: Path) -> None:
    file = image_with_world_file(tmp_path)
    found = load_one(file)
    assert isinstance(found, ImageBasemap)
    assert found.content == file.read_bytes()


def test_transparent_parts_stay_transparent(tmp_path: Path) -> None:
    pixels = np.zeros((800, 60, 4), np.uint8)
    pixels[:, 30:] = (10, 20, 30, 255)
    Image.fromarray(pixels, "RGBA").save(tmp_path / "map.png")
    (tmp_path / "map.kml").write_text(overlay_kml(area=REGION), "utf-8")
    found = load_one(tmp_path / "map.kml")
    assert isinstance(found, ImageBasemap)
    with Image.open(io.BytesIO(found.content)) as shown:
        alpha = np.asarray(shown.convert("RGBA"))[..., 3]
    assert (alpha[:, :25] < 10).all()
    assert (alpha[:, 35:] > 245).all()


def _redness(found: ImageBasemap) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    with Image.open(io.BytesIO(found.content)) as shown:
        pixels = np.asarray(shown.convert("RGB"), np.int16)
    return pixels[..., 0] - pixels[..., 1]


@given(st.floats(-84.9, 84.9))
def test_mercator_and_back(latitude: float) -> None:
    assert mercator_latitude(mercator_northing(latitude)) == pytest.approx(latitude, abs=1e-9)


@given(st.integers(0, 20), st.floats(-84, 84), st.floats(-179.9, 179.9))
def test_a_position_is_in_its_tile(zoom: int, latitude: float, longitude: float) -> None:
    edges = tile_bounds(zoom, *tile_at(zoom, latitude, longitude))
    assert edges.south - 1e-9 <= latitude <= edges.north + 1e-9
    assert edges.west - 1e-9 <= longitude <= edges.east + 1e-9


# ── under the plan ────────────────────────────────────────────────────────────────────────────
SOUTH_WESTS = st.tuples(st.floats(29.0, 30.99), st.floats(38.0, 41.99))
NORTH_EASTS = st.tuples(st.floats(31.02, 37.0), st.floats(42.02, 49.0))
SHARES = st.floats(0, 1)


@given(SOUTH_WESTS, NORTH_EASTS, SHARES, SHARES)
def test_on_the_plan_every_position_lies_on_its_place_in_the_image(
    south_west: tuple[float, float], north_east: tuple[float, float], x_share: float, y_share: float
) -> None:
    assert FRAME is not None
    basemap = ImageBasemap(Bounds(*south_west, *north_east), "image/png", b"")
    (image,) = plan_images([basemap], FRAME)
    at = Point(31.0 + 0.01 * y_share, 42.0 + 0.01 * x_share)
    x, y = FRAME.place(at)
    assert image.x + basemap.bounds.across(at.lon) * image.width == pytest.approx(x, abs=0.5)
    assert image.y + basemap.bounds.down(at.lat) * image.height == pytest.approx(y, abs=0.5)


def test_a_basemap_of_another_place_is_not_drawn() -> None:
    assert FRAME is not None
    assert plan_images([ImageBasemap(Bounds(33, 44, 34, 45), "image/png", b"")], FRAME) == []


@NEEDS_PMTILES
def test_tiles_cover_the_plan_without_gaps(tmp_path: Path) -> None:
    assert FRAME is not None
    found = load_one(write_tiles(tmp_path / "map.pmtiles"))
    images = plan_images([found], FRAME)
    assert 1 <= len(images) <= MAX_TILES
    assert min(one.x for one in images) <= 0 <= FRAME.width_px <= max(one.x + one.width for one in images) + 0.1
    assert min(one.y for one in images) <= 0 <= FRAME.height_px <= max(one.y + one.height for one in images) + 0.1
    assert sum(one.width * one.height for one in images) >= FRAME.width_px * FRAME.height_px


# ── what the console serves ───────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = str(tmp_path_factory.mktemp("case") / "case.db")
    scan_posts(made, [a_post("a.mp4", INSIDE)])
    return made


@pytest.fixture
def browser(case: str, tmp_path: Path) -> Iterator[Browser]:
    near = image_with_world_file(tmp_path)
    (tmp_path / "far").mkdir()
    far = image_with_world_file(tmp_path / "far", Bounds(33.0, 44.0, 33.1, 44.1))
    with running_console(case, [SITE], load_basemaps([str(far), str(near)], IRAQ_BOUNDS)) as console:
        opened = Browser(console).enter()
        yield opened
        opened.client.close()


def test_an_image_is_served_to_the_browser_of_the_console_alone(browser: Browser) -> None:
    answer = browser.get("/basemap/1")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "no-store"
    for number in ("2", "-1", "x", "1/0/0/0", "99999999999999999999"):
        assert browser.get(f"/basemap/{number}").status_code == 404
    assert Browser(browser.console).get("/basemap/1").status_code == 403
    assert browser.get("/basemap/1", {"host": "attacker.example"}).status_code == 403
    assert browser.get("/basemap/1", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}).status_code == 403


def test_the_map_names_the_basemaps_of_its_site_and_the_plan_shows_them(browser: Browser, case: str) -> None:
    number = listed(case)["a.mp4"].number
    for page in (f"/clip/{number}", "/site/F-07"):
        (layer,) = browser.get(f"{page}/map.json").json()["basemaps"]
        assert layer["image"] == "/basemap/1"
        assert layer["bounds"] == [
            pytest.approx([AREA.south, AREA.west]),
            pytest.approx([AREA.north, AREA.east]),
        ]
        text = browser.get(page).text
        assert text.count('href="/basemap/1"') == 1
        assert text.index('href="/basemap/1"') < text.index('class="fence"'), "below the fence"
        assert "/basemap/0" not in text


def test_without_a_basemap_nothing_is_asked_for(case: str) -> None:
    with running_console(case, [SITE]) as console:
        browser = Browser(console).enter()
        assert "basemaps" not in browser.get("/site/F-07/map.json").json()
        assert "<image" not in browser.get("/site/F-07").text
        browser.client.close()


@NEEDS_PMTILES
def test_tiles_are_served_and_missing_ones_are_no_error(case: str, tmp_path: Path) -> None:
    archive = write_tiles(tmp_path / "map.pmtiles")
    with running_console(case, [SITE], load_basemaps([str(archive)], IRAQ_BOUNDS)) as console:
        browser = Browser(console).enter()
        x, y = tile_at(12, 31.005, 42.005)
        tile = browser.get(f"/basemap/0/12/{x}/{y}")
        assert (tile.status_code, tile.headers["content-type"]) == (200, "image/png")
        for missing in (f"12/{x + 900}/{y}", "31/0/0", "12/9999999/0", "99999999999/0/0", f"0/{1 << 70}/0"):
            assert browser.get(f"/basemap/0/{missing}").status_code == 204
        (layer,) = browser.get("/site/F-07/map.json").json()["basemaps"]
        assert (layer["tiles"], layer["min_zoom"], layer["max_zoom"]) == ("/basemap/0/{z}/{x}/{y}", 0, 14)
        assert browser.get("/basemap/0").status_code == 404
        browser.client.close()


def _break_directory(content: bytearray) -> None:
    content[127:160] = b"x" * 33


def _break_tiles(content: bytearray) -> None:
    start = content.index(b"\x89PNG")
    content[start : start + 4] = b"<svg"


@NEEDS_PMTILES
@pytest.mark.parametrize("damage", [_break_directory, _break_tiles])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_damaged_tile_is_missing_on_the_map_and_reported_once(
    case: str, tmp_path: Path, damage: Callable[[bytearray], None], lang: Lang
) -> None:
    archive = write_tiles(tmp_path / "map.pmtiles")
    content = bytearray(archive.read_bytes())
    damage(content)
    archive.write_bytes(bytes(content))
    with running_console(case, [SITE], load_basemaps([str(archive)], IRAQ_BOUNDS)) as console:
        browser = Browser(console).enter()
        assert browser.get("/basemap/0/31/0/0").status_code == 204
        assert "map.pmtiles" not in browser.get(f"/queue?lang={lang}").text, "a missing tile is no damage"
        for _attempt in range(2):
            assert browser.get("/basemap/0/0/0/0").status_code == 204
        page = browser.get(f"/queue?lang={lang}").text
        assert page.count("map.pmtiles") == 1
        assert {"en": "damaged", "ar": "تالفة"}[lang] in page
        assert browser.get("/basemap/0/0/0/0").status_code == 204
        assert "map.pmtiles" not in browser.get("/queue").text, "it is said once"
        assert browser.get("/site/F-07").status_code == 200
        browser.client.close()


# ── files that cannot be used ─────────────────────────────────────────────────────────────────
def _write(name: str, content: bytes | str, **beside: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        for ending, text in beside.items():
            (folder / f"map.{ending}").write_text(text, "utf-8")
        return folder / name

    return write


def _folder(folder: Path) -> Path:
    (folder / "d.png").mkdir()
    return folder / "d.png"


PNG = encoded(drawn())
TURNED = "0.001\n0.0001\n0\n-0.001\n42\n31"
UTM = "1.0\n0\n0\n-1.0\n395000.5\n3431000.5"
BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda folder: folder / "none.png", "cannot be opened"),
    "a folder": (_folder, "cannot be opened"),
    "another format": (_write("map.tif", PNG), "cannot be a basemap"),
    "not an image": (_write("map.png", "<svg onload=alert(1)>", pgw=world_file()), "not a PNG, JPEG or WebP"),
    "a GIF": (_write("map.png", b"GIF89a\1\0\1\0\0\0\0;", pgw=world_file()), "not a PNG, JPEG or WebP"),
    "cut off": (_write("map.png", PNG[:-400], pgw=world_file()), "is damaged"),
    "no world file": (_write("map.png", PNG), "map.pgw"),
    "words": (_write("map.png", PNG, pgw="here it is"), "six numbers"),
    "five numbers": (_write("map.png", PNG, pgw="1\n0\n0\n-1\n42"), "six numbers"),
    "no numbers": (_write("map.png", PNG, pgw="nan\n0\n0\ninf\n42\n31"), "six numbers"),
    "endless numbers": (_write("map.png", PNG, pgw="1e999\n0\n0\n-1\n42\n31"), "neither degrees"),
    "pixels of no size": (_write("map.png", PNG, pgw="1e-300\n0\n0\n-1e-300\n42\n31"), "six numbers"),
    "binary": (_write("map.png", PNG, pgw="\0\0\0"), "six numbers"),
    "turned": (_write("map.png", PNG, pgw=TURNED), "north at the top"),
    "upside down": (_write("map.png", PNG, pgw="0.001\n0\n0\n0.001\n42\n31"), "north at the top"),
    "UTM": (_write("map.png", PNG, pgw=UTM), "outside the region"),
    "another country": (_write("map.png", PNG, pgw="0.001\n0\n0\n-0.001\n-42\n31"), "outside the region"),
    "overlay without a box": (
        _write("map.kml", "<kml><GroundOverlay><Icon><href>map.png</href></Icon></GroundOverlay></kml>"), "LatLonBox",
    ),
    "no overlay": (_write("map.kml", "<kml><Placemark/></kml>"), "no GroundOverlay"),
    "not XML": (_write("map.kml", "<kml"), "not readable XML"),
    "entities": (_write("map.kml", '<!DOCTYPE k [<!ENTITY a "x">]><kml>&a;</kml>'), "not readable XML"),
    "turned overlay": (_write("map.kml", overlay_kml(more="<rotation>9</rotation>")), "north at the top"),
    "from the network": (_write("map.kml", overlay_kml("https://example.org/a.png")), "not in the folder"),
    "outside its folder": (_write("map.kml", overlay_kml("../../etc/passwd")), "not in the folder"),
    "absolute": (_write("map.kml", overlay_kml("/etc/passwd")), "not in the folder"),
    "overlay without its image": (_write("map.kml", overlay_kml("gone.png")), "cannot be opened"),
    "edges the wrong way round": (
        _write("map.kml", overlay_kml(area=Bounds(31.1, 42.1, 31.0, 42.0))), "are not south, west, north and east",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_sentence_with_its_name(tmp_path: Path, name: str) -> None:
    write, expected = BAD[name]
    file = write(tmp_path)
    with pytest.raises(OpsecError) as caught:
        load_basemaps([str(file)], IRAQ_BOUNDS)
    sentence = render(caught.value.message, "en")
    assert expected in sentence
    assert str(tmp_path) in sentence
    assert "\n" not in sentence
    assert re.search("[\u0621-\u064a]{3}", render(caught.value.message, "ar"))


@NEEDS_PMTILES
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda content: b"", "not a whole PMTiles"),
        (lambda content: content[:60], "not a whole PMTiles"),
        (lambda content: content[:-10], "not a whole PMTiles"),
        (lambda content: b"SQLite format 3\0" + content[16:], "not a whole PMTiles"),
        (lambda content: content[:7] + b"\2" + content[8:], "not a whole PMTiles"),
        (lambda content: content[:99] + b"\1" + content[100:], "vector tiles"),
        (lambda content: content[:99] + b"\xee" + content[100:], "not a whole PMTiles"),
        (lambda content: content[:98] + b"\2" + content[99:], "vector tiles"),
        (lambda content: content[:102] + content[110:118] + content[102:110] + content[118:], "not a whole PMTiles"),
    ],
    ids=["empty", "header", "cut", "sqlite", "version", "vector", "unknown", "packed", "bounds"],
)
def test_a_bad_archive_is_one_sentence(tmp_path: Path, change: Callable[[bytes], bytes], expected: str) -> None:
    archive = write_tiles(tmp_path / "map.pmtiles")
    archive.write_bytes(change(archive.read_bytes()))
    with pytest.raises(OpsecError, match=expected):
        load_basemaps([str(archive)], IRAQ_BOUNDS)


def test_a_large_image_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    for size in ((20_000, 10), (9_500, 9_500), (16_000, 16_000)):
        Image.new("1", size).save(tmp_path / "map.png")
        with pytest.raises(SettingsError, match="too large for a browser"):
            load_basemaps([str(tmp_path / "map.png")], IRAQ_BOUNDS)


def test_a_damaged_basemap_is_reported_before_the_console_starts(tmp_path: Path) -> None:
    settings = Settings(review=ReviewSettings(basemaps=(str(tmp_path / "none.png"),)))
    announced: list[str] = []
    with pytest.raises(OpsecError, match="cannot be opened"):
        serve(
            case=str(tmp_path / "case.db"),
            sites=[],
            settings=settings,
            announce=lambda address, _opened: announced.append(address),
        )
    assert announced == []


def test_paths_of_basemaps_are_relative_to_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "opsec.toml"
    file.write_text(f"[review]\nbasemaps = {json.dumps(['maps/a.png', '/b.kml'])}\n", "utf-8")
    assert load_settings_file(file).review.basemaps == (str(tmp_path / "maps/a.png"), "/b.kml")


def test_the_line_of_the_made_image_is_where_it_should_be() -> None:
    """The other tests rest on it."""
    rows = np.flatnonzero(drawn()[:, 0, 2] == 255)
    assert AREA.north - rows.mean() / 400 * (AREA.north - AREA.south) == pytest.approx(LINE_LAT, abs=0.001)
