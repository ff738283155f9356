"""Place types from names: tables of names that must and must not be recognised."""

import pytest

from opsec.sites.importing.place_types import (
    is_base_name,
    is_building_name,
    is_fence_name,
    propose_site_kind,
    propose_zone_class,
)

ZONES = {
    "gate": ["Main Gate", "GATE 2", "ECP North", "Gate of the armoury", "بوابة المقر", "البوابة الرئيسية", "باب النظام",
             "نقطة تفتيش ٣", "سيطرة المدخل", "دەروازەی باکوور gate"],
    "guard_post": ["Tower 4", "Watch tower", "Guardroom", "gate tower", "برج ٣", "الأبراج", "برج البوابة",
                   "نقطة حراسة شمالية", "مرصد"],
    "armoury": ["Armory", "Ammunition store", "weapons room", "المشجب", "مستودع سلاح", "مستودع الأسلحة", "مخزن العتاد"],
    "vehicle_park": ["Motor Pool", "vehicles", "car park", "مرآب", "المرآب", "كراج الآليات", "ساحة العجلات"],
    "antenna": ["Antenna 1", "radio mast", "Communications tower", "Tower (radio)", "هوائي", "الهوائيات",
                "برج الاتصالات", "رادار"],
    "headquarters": ["HQ", "Battalion Headquarters", "Command post", "المقر", "مقر القيادة", "غرفة العمليات"],
    "housing": ["Barracks 3", "troop quarters", "Dormitories", "مهاجع", "مهاجع الجنود", "الثكنة الثانية"],
    "perimeter": ["Outer fence", "perimeter wall", "السياج الخارجي", "سور"],
    "other": ["Water tower", "Fuel tank", "helipad", "خزان ماء", "برج ماء"],
    None: ["Falcon Camp", "Lake", "معسكر الصقر", "Area 51", "", "…", "Colgate", "Hangar 4", "Towering heights"],
}  # fmt: skip


@pytest.mark.parametrize(("zone_class", "name"), [(known, name) for known, names in ZONES.items() for name in names])
def test_class_of_a_zone(zone_class: str | None, name: str) -> None:
    assert propose_zone_class([name]) == zone_class


def test_the_first_meaningful_name_decides() -> None:
    assert propose_zone_class(["K-14", "بوابة"]) == "gate"
    assert propose_zone_class([]) is None


@pytest.mark.parametrize(
    ("name", "building", "base"),
    [
        ("Hangar 2", True, False),
        ("Bldg 14", True, False),
        ("مبنى الإدارة", True, False),
        ("هنكر ٤", True, False),
        ("Camp clinic", True, False),
        ("Camp Lake", False, True),
        ("FOB Lake", False, True),
        ("معسكر البحيرة", False, True),
        ("قاعدة البحيرة الجوية", False, True),
        ("Camp gate", False, False),
        ("Lake", False, False),
        ("بوابة المعسكر", False, False),
    ],
)
def test_buildings_and_bases(name: str, building: bool, base: bool) -> None:
    assert (is_building_name([name]), is_base_name([name])) == (building, base)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Fence", True),
        ("Perimeter fence", True),
        ("The outer wall", True),
        ("السياج الخارجي", True),
        ("سور المعسكر", True),
        ("Falcon fence", False),
        ("سياج الصقر", False),
        ("Camp", False),
    ],
)
def test_a_name_that_only_says_fence(name: str, plain: bool) -> None:
    assert is_fence_name([name]) is plain


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Falcon Air Base", "airbase"),
        ("Camp Lake", "base"),
        ("معسكر البحيرة", "base"),
        ("قاعدة جوية", "airbase"),
        ("ثكنة البحيرة", "barracks"),
        ("Brigade HQ", "hq"),
        ("سيطرة الجسر", "checkpoint"),
        ("Rifle range", "range"),
        ("Lake", "other"),
    ],
)
def test_kind_of_a_site(name: str, kind: str) -> None:
    assert propose_site_kind([name]) == kind
