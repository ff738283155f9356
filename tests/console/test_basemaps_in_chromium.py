"""Basemaps in a real browser: loaded from the console alone, under the fence, and switched off by the officer."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from opsec.console.assets import asset_names
from opsec.console.basemaps import load_basemaps
from opsec.settings import IRAQ_BOUNDS
from tests.console.made import running_console
from tests.console.made_console import INSIDE, SITE, a_post, listed, scan_posts
from tests.console.made_maps import image_with_world_file, write_tiles
from tests.console.test_in_chromium import CHROMIUM, opened

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
    pytest.mark.skipif("vendor/leaflet.js" not in asset_names(), reason="a build puts Leaflet here"),
    pytest.mark.skipif(find_spec("pmtiles") is None, reason="pmtiles is not installed"),
]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_basemap_lies_under_the_fence_and_comes_from_the_console(tmp_path: Path, lang: str) -> None:
    case = str(tmp_path / "case.db")
    scan_posts(case, [a_post("a.mp4", INSIDE)])
    files = [write_tiles(tmp_path / "map.pmtiles"), image_with_world_file(tmp_path)]
    basemaps = load_basemaps([str(file) for file in files], IRAQ_BOUNDS)
    asked: list[str] = []
    with running_console(case, [SITE], basemaps) as console, opened(console, lang) as page:
        page.on("request", lambda request: asked.append(request.url))
        home = f"http://127.0.0.1:{console.port}"
        for address in (f"/clip/{listed(case)['a.mp4'].number}", "/site/F-07"):
            page.goto(home + address)
            page.locator("#map .leaflet-basemap-pane img.leaflet-image-layer").wait_for()
            page.locator("#map .leaflet-basemap-pane img.leaflet-tile-loaded").first.wait_for()
            assert page.locator("#map .leaflet-overlay-pane path.map-fence").count() == 1
            heights = page.evaluate(
                "['basemap', 'overlay'].map(name => +getComputedStyle("
                "document.querySelector(`.leaflet-${name}-pane`)).zIndex)"
            )
            assert heights[0] < heights[1]
            for _ in range(2):  # tiles of the former zoom are given up while they load
                page.locator("#map .leaflet-control-zoom-in").click()
            page.locator("#map .leaflet-control-layers input").uncheck()
            assert page.locator("#map .leaflet-basemap-pane img").count() == 0
            page.emulate_media(media="print")
            assert page.locator("#plan svg.site image.basemap").first.is_visible()
            page.emulate_media(media="screen")
    assert {one.split("/")[3] for one in asked} >= {"basemap"}
    assert all(one.startswith(home) for one in asked)
