"""The page of the officer's sites: what is drawn and listed, in both languages, without script or network."""

import re
from xml.etree import ElementTree

import pytest

from opsec.i18n.messages import LANGUAGES, Lang, _
from opsec.model import Geofence, Landmark, Point, Site
from opsec.reports.site_map import render_site_map
from opsec.reports.site_plan_drawing import draw_site, scale_bar_length_m
from opsec.sites.complaint import Complaint


def ring(lat: float, lon: float, side: float) -> tuple[Point, ...]:
    corners = [(0.0, 0.0), (0.0, side), (side, side), (side, 0.0), (0.0, 0.0)]
    return tuple(Point(lat + up, lon + right) for up, right in corners)


FENCE = Geofence(role="perimeter", rings=((ring(34.0, 43.2, 0.02), ring(34.005, 43.205, 0.002)),))
GATE = Geofence(role="zone", rings=((ring(34.0, 43.21, 0.001),),), name="البوابة", zone_class="gate", sensitivity=0.9)
HANGAR = Geofence(role="building", rings=((ring(34.01, 43.21, 0.0002),),), name="<Hangar>")
AFAR = Geofence(role="zone", rings=((ring(34.5, 43.21, 0.001),),), name="afar")
WALL = Landmark(id="wall", photos=("1.jpg", "2.jpg"), position=Point(34.01, 43.21), heading_deg=90.0)
TREE = Landmark(id="tree", photos=(), names={"ar": ("الشجرة",)})


def lake(*fences: Geofence, landmarks: tuple[Landmark, ...] = (), alert_radius_m: float = 500.0) -> Site:
    return Site(
        id="lake", kind="base", code="L-1", names={"ar": ("معسكر البحيرة",), "en": ("Camp & Lake",)}, fences=fences,
        landmarks=landmarks, unit_names={"en": ("3rd Battalion",)}, alert_radius_m=alert_radius_m,
    )  # fmt: skip


FULL = lake(FENCE, GATE, HANGAR, AFAR, landmarks=(WALL, TREE))


def page(site: Site, lang: Lang = "en", complaints: tuple[Complaint, ...] = ()) -> str:
    return render_site_map([site], complaints, lang).decode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_page_without_script_network_or_coordinates(lang: Lang) -> None:
    text = page(FULL, lang)
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in text
    assert "default-src 'none'" in text and "<script" not in text
    assert not re.search(r"(src|href)=|url\(|\sstyle=|\son\w+=", text)
    assert not re.search(r"\b(43|34)\.\d", text)
    assert "&lt;Hangar&gt;" in text and "Camp &amp; Lake" in text and "معسكر البحيرة" in text


def test_each_part_is_drawn_and_listed_once() -> None:
    text = page(FULL)
    (drawing,) = re.findall(r'<svg class="site" .*?</svg>\s*<g.*?</svg>', text, re.S)
    shapes = ElementTree.fromstring(drawing)
    styles = [element.get("class") for element in shapes.iter() if element.get("class")]
    for style in ("alert", "fence", "zone-gate", "building", "landmark", "arrow", "north", "bar"):
        assert styles.count(style) == 1, style
    rows = re.findall(r"<tr><td.*?</tr>", text)
    cells = [re.sub(r"<[^>]+>", "|", row) for row in rows]
    expected = ["البوابة", "&lt;Hangar&gt;", "afar", "wall", "الشجرة"]
    assert [name in cell for name, cell in zip(expected, cells, strict=True)] == [True] * 5
    assert "gate" in cells[0] and "0.9" in cells[0]
    assert "outside the plan" in cells[2]
    assert "2 photos" in cells[3] and "faces 90°" in cells[3]
    assert "not on the plan" in cells[4]


def test_the_drawing_is_to_scale_and_north_is_up() -> None:
    found = draw_site(FULL, [GATE, HANGAR, WALL])
    assert found is not None and found.outside == frozenset()
    assert found.width_m == pytest.approx(1844, rel=0.01) and found.height_m == pytest.approx(2224, rel=0.01)
    pixels = {outline.style: outline.path for outline in found.outlines}
    points = [tuple(map(float, pair.split())) for pair in re.findall(r"[\d.]+ [\d.]+", pixels["fence"])]
    width_px = max(x for x, _y in points) - min(x for x, _y in points)
    assert width_px / found.bar_px == pytest.approx(found.width_m / found.bar_m, rel=0.01)
    assert pixels["fence"].count("M") == 2, "the hole is cut out"
    gate, hangar = (next(o.label for o in found.outlines if o.style == style) for style in ("zone-gate", "building"))
    assert gate[1] > hangar[1], "the gate is in the south"
    assert found.marks[0].arrow is not None


@pytest.mark.parametrize(("alert_radius_m", "drawn"), [(0.0, False), (500.0, True), (100_000.0, False)])
def test_an_alert_radius_is_drawn_while_the_site_stays_visible(alert_radius_m: float, drawn: bool) -> None:
    site = lake(FENCE, alert_radius_m=alert_radius_m)
    found = draw_site(site, [])
    assert found is not None
    assert [outline.style for outline in found.outlines] == ["alert"] * drawn + ["fence"]
    assert ("not drawn" in page(site)) is (alert_radius_m > 1_000)


def test_a_site_without_a_fence_is_marked() -> None:
    assert draw_site(lake(landmarks=(TREE,)), [TREE]) is None
    text = page(lake(landmarks=(TREE,)))
    assert "words and photos alone" in text and '<svg class="site"' not in text


def test_errors_and_warnings_are_on_the_page() -> None:
    found = (Complaint("error", "f", _("{file} has no places", file="<f>")), Complaint("warning", "g", _("x")))
    text = page(FULL, complaints=found)
    assert "&lt;f&gt; has no places" in text and "warning" in text


@pytest.mark.parametrize(
    ("metres", "bar"), [(0.5, 1.0), (1.0, 1.0), (9.9, 5.0), (180.0, 100.0), (200.0, 200.0), (4_999.0, 2_000.0)]
)
def test_the_scale_bar_has_a_round_length(metres: float, bar: float) -> None:
    assert scale_bar_length_m(metres) == bar
