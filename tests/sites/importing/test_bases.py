"""A map with several kinds of places makes one base with its zones, buildings and landmarks."""

import json
from pathlib import Path

import pytest

from opsec.errors import OpsecError
from opsec.model import Site
from opsec.sites.importing.base_parts import BasePart, with_answer
from opsec.sites.importing.import_sites import ImportOptions, leave_out_part
from opsec.sites.load import load_sites
from opsec.sites.validation import check_sites
from tests.sites.drawing import HOME, drawn, feature, sentence, square
from tests.sites.importing.maps import document, imported, kml, outline, skipped, spot

BASE = outline("Falcon Camp / معسكر الصقر")
Parts = dict[str, tuple[str | None, ...]]


def sites(tmp_path: Path, *parts: str, options: ImportOptions | None = None) -> tuple[Site, ...]:
    imported(tmp_path, kml(*parts), options)
    return load_sites(tmp_path / "sites", HOME)


def parts_of(site: Site) -> Parts:
    """Name of each part → role, and class of a zone."""
    found: Parts = {str(f.name): (f.role, f.zone_class) for f in site.fences if f.role != "perimeter"}
    return found | {mark.id: ("landmark", mark.zone) for mark in site.landmarks}


def test_one_base_with_all_parts(tmp_path: Path) -> None:
    (base,) = sites(
        tmp_path,
        outline("البوابة الشمالية", 43.205, 34.0195, 0.001),
        outline("Hangar 2", 43.202, 34.002, 0.0008),
        outline("Great hall", 43.202, 34.008, 0.005),
        BASE,
        outline("مستودع السلاح", 43.215, 34.01, 0.001),
        outline("", 43.21, 34.002, 0.001),
        spot("Radio mast", 43.217, 34.017),
        spot("Water tower", 43.214, 34.017),
        outline("Fuel tank", 43.206, 34.016, 0.0005),
        spot("النصب", 43.2155, 34.0105),
        spot("", 43.204, 34.015),
    )
    assert (base.id, base.kind) == ("falcon-camp", "base")
    assert dict(base.names) == {"en": ("Falcon Camp",), "ar": ("معسكر الصقر",)}
    assert parts_of(base) == {
        "البوابة الشمالية": ("zone", "gate"),
        "Hangar 2": ("building", None),
        "Great hall": ("zone", "other"),
        "مستودع السلاح": ("zone", "armoury"),
        "None": ("zone", "other"),
        "Radio mast": ("zone", "antenna"),
        "water-tower": ("landmark", None),
        "Fuel tank": ("zone", "other"),
        "alnsb": ("landmark", "مستودع السلاح"),
        "landmark-3": ("landmark", None),
    }
    assert [complaint.level for complaint in check_sites(tmp_path / "sites", HOME).complaints] == ["warning"] * 3


IDS: dict[str, tuple[tuple[str, ...], Parts]] = {
    "far apart": ((BASE, outline("Lake", 43.3)), {"falcon-camp": (), "lake": ()}),
    "close, but not part of it": ((BASE, outline("Lake", 43.2205, side=0.01)), {"falcon-camp": (), "lake": ()}),
    "gate outside the fence": ((BASE, outline("Gate", 43.2205, 34.005, 0.0005)), {"falcon-camp": ("Gate",)}),
    "gate far from any fence": ((BASE, outline("Gate", 43.25, 34.005, 0.0005)), {"falcon-camp": (), "gate": ()}),
    "base inside a base": ((BASE, outline("Camp Lake", 43.205, 34.005, 0.004)), {"falcon-camp": (), "camp-lake": ()}),
    "area with bases": (
        (outline("Sector", 43.0, 33.8, 0.5), BASE, outline("Lake", 43.3)),
        {"sector": (), "falcon-camp": (), "lake": ()},
    ),
    "second name by an outline": ((BASE, outline("Camp Hawk")), {"falcon-camp": ()}),
    "second name by a point": ((BASE, spot("معسكر الباز")), {"falcon-camp": ()}),
    "label": ((BASE, spot("Falcon Camp")), {"falcon-camp": ()}),
    "points alone": ((spot("Camp North"), spot("Camp South", 43.2101)), {"camp-north": (), "camp-south": ()}),
    "gate of a point": ((spot("Camp North"), spot("Gate", 43.2101)), {"camp-north": ("Gate",)}),
    "tower outline of a point": ((outline("Tower", 43.21, 34.01, 0.0002), spot("Camp")), {"camp": ("Tower",)}),
    "gate alone": ((outline("Gate"),), {"gate": ()}),
    "fence named by a point": ((outline("Fence"), spot("معسكر الباز")), {"maskr-albaz": ()}),
    "fence named by an outline": (
        (outline("Outer fence"), outline("Camp Lake", 43.202, 34.002, 0.016)),
        {"camp-lake": ()},
    ),
    "fence named by its folder": ((f"<Folder><name>Lake</name>{outline('السياج')}</Folder>",), {"lake": ()}),
    "fence in a folder of zones": ((f"<Folder><name>Gates</name>{outline('Fence')}</Folder>",), {"fence": ()}),
    "folder with both names": (
        (f"<Folder><name>الباز / Camp Hawk</name>{outline('Fence')}{spot('Camp Hawk')}</Folder>",),
        {"camp-hawk": ()},
    ),
    "both names without a sign between them": ((outline("معسكر الباز 2 Camp Hawk 2"),), {"camp-hawk-2": ()}),
    "a kind in English and a name in Arabic": ((outline("Camp الباز"),), {"camp-albaz": ()}),
    "same names": ((outline("Lake"), outline("lake!", 43.3)), {"lake": (), "lake-2": ()}),
    "headquarters with a gate": (
        (outline("HQ"), outline("Gate", 43.205, 34.005, 0.001), outline("Gate 2", 43.209, 34.005, 0.001)),
        {"hq": ("Gate", "Gate 2")},
    ),
}


@pytest.mark.parametrize(("places", "expected"), IDS.values(), ids=IDS)
def test_places_are_assigned_to_bases(tmp_path: Path, places: tuple[str, ...], expected: Parts) -> None:
    found = {site.id: tuple(parts_of(site)) for site in sites(tmp_path, *places)}
    assert found == expected


def test_skipped_zones_are_named(tmp_path: Path) -> None:
    places = kml(BASE, outline("Gate", 43.205, 34.005, 0.001), spot("Tree"))
    result = imported(tmp_path, places, ImportOptions(choose=leave_out_part))
    assert result.sites[0].parts == ()
    assert skipped(result) == ["2 places inside Falcon Camp were left out: Gate, Tree"]


def test_an_answer_changes_the_proposal(tmp_path: Path) -> None:
    def choose(base: str, part: BasePart) -> BasePart | None:
        assert base == "Falcon Camp"
        return {"Gate": with_answer(part, "antenna"), "Lake": with_answer(part, "building")}.get(part.name)

    zones = [outline(name, 43.205 + n / 500, 34.005, 0.001) for n, name in enumerate(["Gate", "Lake", "Hall"])]
    (base,) = sites(tmp_path, BASE, *zones, options=ImportOptions(choose=choose))
    assert parts_of(base) == {"Gate": ("zone", "antenna"), "Lake": ("building", None)}
    with pytest.raises(ValueError, match="gatee"):
        with_answer(BasePart("zone", ("x",)), "gatee")


def test_a_fence_file_of_this_program_keeps_its_values(tmp_path: Path) -> None:
    zone = feature(square(43.205, 34.005, 0.002), "zone", name="Lake", sensitivity=0.9, **{"class": "armoury"})
    house = feature(square(43.21, 34.005, 0.002), "building", name="Gate")
    imported(tmp_path, document(feature(square(), name="Camp"), zone, house))
    (base,) = load_sites(tmp_path / "sites", HOME)
    assert parts_of(base) == {"Lake": ("zone", "armoury"), "Gate": ("building", None)}
    assert base.fences[1].sensitivity == 0.9


@pytest.mark.parametrize(
    "names",
    [{"name": "معسكر الباز", "name:en": "Camp Hawk"}, {"NAME": "Camp Hawk", "name_ar": "معسكر الباز"},
     {"title": "معسكر الباز (Camp Hawk)"}, {"Name": "Camp Hawk - معسكر الباز"}],
)  # fmt: skip
def test_names_in_two_languages(tmp_path: Path, names: dict[str, str]) -> None:
    (made,) = imported(tmp_path, document(drawn({"type": "Polygon", "coordinates": [square()]}, **names))).sites
    assert made.id == "camp-hawk" and set(made.names) == {"Camp Hawk", "معسكر الباز"}


def test_ids_are_assigned_in_order(tmp_path: Path) -> None:
    result = imported(tmp_path, kml(outline("A"), outline("B", 43.4)), ImportOptions(ids=("f-07", "f-08")))
    assert [(site.id, site.name) for site in result.sites] == [("f-07", "A"), ("f-08", "B")]


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        (("one",), ["1 times", "2 sites", "Camp A, Camp B"]),
        (("one", "two", "three"), ["3 times", "2 sites"]),
        (("one", "one"), ["one", "twice"]),
        (("one", "../two"), ["../two", "not valid"]),
        (("one", "-rf"), ["-rf", "not valid"]),
    ],
)
def test_invalid_ids(tmp_path: Path, ids: tuple[str, ...], words: list[str]) -> None:
    with pytest.raises(OpsecError) as caught:
        imported(tmp_path, kml(outline("Camp A"), outline("Camp B", 43.4)), ImportOptions(ids=ids))
    assert [word for word in words if word not in sentence(caught.value)] == []
    assert not (tmp_path / "sites").exists()


def test_written_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    imported(tmp_path, kml(BASE, outline("بوابة", 43.205, 34.005, 0.001), spot("Tree")))
    found = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "sites").rglob("*")}
    assert found == {
        "falcon-camp": 0o700, "site.toml": 0o600, "fence.geojson": 0o600,
        "landmarks": 0o700, "tree": 0o700, "landmark.toml": 0o600,
    }  # fmt: skip
    fence = json.loads((tmp_path / "sites" / "falcon-camp" / "fence.geojson").read_text("utf-8"))
    assert fence["features"][1]["properties"] == {"role": "zone", "name": "بوابة", "class": "gate"}
