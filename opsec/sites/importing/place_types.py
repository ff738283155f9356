"""Propose from its name what a place on a map is: the class of a zone, a building, or a whole base.

Words are compared in normal form and without the Arabic article. Where a name contains several, the head of the name
decides: in English the last word before "of" or "at" (tower gate), in Arabic the first (بوابة البرج).
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TypeVar

from opsec.model import SiteKind, ZoneClass
from opsec.sites.importing.raw_place import is_arabic
from opsec.text.normalise import normalise

Words = tuple[str, ...]
_Label = TypeVar("_Label", bound=str)

_ZONES: Mapping[ZoneClass, str] = {
    "gate": (
        "gate, gates, main gate, gatehouse, entrance, exit, entry, entry point, entry control point, ecp, checkpoint, "
        "check point, barrier, turnstile, "
        "بوابة, بوابات, باب, أبواب, باب نظام, مدخل, مداخل, مخرج, سيطرة, نقطة تفتيش, نقطة سيطرة, حاجز, دەروازە"
    ),
    "guard_post": (
        "tower, towers, watchtower, watch tower, guard tower, guard, guards, guard post, guard house, guardhouse, "
        "guardroom, guard room, sentry, sentry post, sangar, lookout, observation post, op, post, "
        "برج, أبراج, بورج, مرصد, مراصد, مراقبة, نقطة مراقبة, حراسة, نقطة حراسة, غرفة حراسة, محرس, محارس, حرس, ربية, "
        "ربايا, نقطة رصد"
    ),
    "armoury": (
        "armoury, armouries, armory, armories, arms, arms room, arms store, arsenal, ammo, ammunition, ammo dump, "
        "ammunition store, ammunition point, asp, magazine, magazines, munitions, explosives, weapons, weapon store, "
        "weapons store, weapons room, missiles, missile store, "
        "مشجب, مشاجب, سلاح, أسلحة, مستودع سلاح, مستودع أسلحة, مخزن سلاح, مخزن أسلحة, غرفة سلاح, عتاد, أعتدة, "
        "مخزن عتاد, مستودع عتاد, ذخيرة, ذخائر, مستودع ذخيرة, مخزن ذخيرة, أكداس عتاد, متفجرات, صواريخ, ترسانة, "
        "مستودع, جبەخانە, چەک"
    ),
    "vehicle_park": (
        "vehicle, vehicles, vehicle park, vehicle yard, motor pool, motorpool, motor park, car park, carpark, parking, "
        "parking lot, garage, garages, mt yard, transport yard, tank park, tanks, armour park, "
        "مرآب, مرائب, مرأب, كراج, كراجات, موقف, مواقف, آليات, عجلات, مركبات, سيارات, دبابات, ساحة عجلات, "
        "ساحة آليات, موقف عجلات, موقف سيارات, گەراج"
    ),
    "antenna": (
        "antenna, antennas, antennae, aerial, mast, masts, radar, radars, radio, radio tower, radio mast, comms, "
        "communications, communication tower, signals, signal tower, satellite, satellite dish, satcom, vsat, dish, "
        "relay, repeater, transmitter, "
        "هوائي, هوائيات, صاري, صارية, رادار, رادارات, اتصالات, اتصال, برج اتصالات, أبراج اتصالات, برج اتصال, "
        "لاسلكي, راديو, مخابرة, إشارة, مرسلة, محطة إرسال, أقمار صناعية, صحن, آنتێن"
    ),
    "headquarters": (
        "headquarters, head quarters, hq, hqs, command, command post, command centre, command center, "
        "command building, cp, toc, operations, operations room, operations centre, operations center, "
        "ops, ops room, ops centre, "
        "مقر, مقرات, قيادة, مقر قيادة, مركز قيادة, عمليات, غرفة عمليات, مركز عمليات, آمرية, أركان, بارەگا"
    ),
    "housing": (
        "housing, barrack, barracks, dormitory, dormitories, dorm, dorms, quarters, living quarters, accommodation, "
        "billet, billets, bunks, sleeping quarters, troop quarters, living area, tents, tent camp, "
        "مهجع, مهاجع, ثكنة, ثكنات, سكن, مساكن, مجمع سكني, منام, منامات, قاعة منام, مبيت, خيام, خيم, إيواء, عنبر, "
        "عنابر, نوم, نووستن"
    ),
    "perimeter": (
        "perimeter, fence, fences, fence line, outer fence, wall, walls, berm, boundary, border, outline, limits, "
        "ditch, سياج, أسيجة, سور, أسوار, محيط, حدود, ساتر, سواتر, خندق, أسلاك, شيك"
    ),
    "other": (
        "water tower, water tank, fuel, fuel point, fuel store, fuel tank, fuel tanks, generator, generators, helipad, "
        "helicopter pad, runway, apron, taxiway, parade ground, range, training area, sports field, football field, "
        "control tower, tank farm, "
        "برج ماء, خزان ماء, خزان, خزانات, وقود, محطة وقود, مولدات, مولدة, مهبط, مهبط طائرات, مدرج, ساحة عرضات, "
        "ساحة عروض, ميدان رمي, ساحة تدريب, ملعب, مستودع وقود, مستودع مياه"
    ),
}  # fmt: skip
_BUILDINGS = (
    "building, buildings, bldg, block, hangar, hangars, warehouse, store, stores, storehouse, shed, hall, house, hut, "
    "workshop, workshops, office, offices, clinic, hospital, mosque, kitchen, dining hall, dining facility, dfac, "
    "mess, canteen, classroom, classrooms, school, gym, container, containers, shelter, bunker, "
    "مبنى, مبان, مباني, بناية, بنايات, هنكر, هنكرات, حظيرة طائرات, مخزن, مخازن, مستودعات, قاعة, قاعات, دار, بيت, "
    "بيوت, ورشة, ورش, مكتب, مكاتب, عيادة, طبابة, مستشفى, مسجد, جامع, مصلى, مطبخ, مطعم, صف, صفوف, كرفان, كرفانات, "
    "ملجأ, ملاجئ, بینا, باڵەخانە"
)
_BASES: Mapping[SiteKind, str] = {
    "airbase": "airbase, air base, airfield, air field, قاعدة جوية, مطار عسكري, مطار, طيران",
    "range": "firing range, shooting range, rifle range, range, ميدان رمي, حقل رمي",
    "depot": "depot, depots, ammunition depot, logistics base, مستودعات, مستودع, مخازن",
    "checkpoint": "checkpoint, check point, سيطرة, نقطة تفتيش, حاجز",
    "barracks": "barracks, cantonment, ثكنة, ثكنات, قشلة",
    "hq": "headquarters, hq, مقر, قيادة, بارەگا",
    "base": (
        "camp, base, military base, fob, cop, patrol base, outpost, fort, fortress, garrison, "
        "معسكر, قاعدة, قاعدة عسكرية, حصن, قلعة, سەربازگە, بنکە"
    ),
}
_BASE_NAMES: frozenset[SiteKind] = frozenset({"airbase", "base"})
_PREPOSITIONS = frozenset({"of", "at", "by", "near", "for", "in", "to", "on", "beside", "behind", "from", "with"})
_TOWERS = frozenset({"tower", "towers", "برج", "ابراج", "بورج"})


def propose_zone_class(names: Iterable[str]) -> ZoneClass | None:
    """Propose the class of a zone from its names.

    >>> propose_zone_class(["Radio tower"]), propose_zone_class(["بوابة رقم ٢"]), propose_zone_class(["Falcon Camp"])
    ('antenna', 'gate', None)
    """
    found = (_head(words, _zone_phrases()) for words in map(_words, names))
    return next((zone_class for zone_class in found if zone_class is not None), None)


def is_building_name(names: Iterable[str]) -> bool:
    """Whether a name is that of a building, such as ``Hangar 3``."""
    return any(_head(words, _building_phrases()) is not None for words in map(_words, names))


def propose_site_kind(names: Iterable[str]) -> SiteKind:
    """Propose the kind of a site from its names; ``other`` if they do not show it."""
    found = (_head(words, _base_phrases()) for words in map(_words, names))
    return next((kind for kind in found if kind is not None), "other")


def is_base_name(names: Iterable[str]) -> bool:
    """Whether a name is that of a whole base, such as ``Camp Lake``, and not of something in it."""
    known = list(names)
    return propose_site_kind(known) in _BASE_NAMES and propose_zone_class(known) is None and not is_building_name(known)


def is_fence_name(names: Iterable[str]) -> bool:
    """Whether the names say only that an outline is a fence, or there are none: the site has its name elsewhere."""
    return all(_head(_words(name), _zone_phrases()) == "perimeter" and not _own_words(name) for name in names)


def _own_words(name: str) -> list[str]:
    """Words of a fence's name that could be a name: not the fence itself, nor which part of it."""
    fence = {word for phrase in _phrases(_ZONES["perimeter"]) for word in phrase}
    parts = {*map(_stem, normalise("الخارجي الخارجية الداخلي الرئيسي القاعدة المعسكر الموقع").text.split())}
    plain = fence | parts | {"outer", "inner", "main", "the", "base", "camp", "site", "security", "line"}
    return [word for word in _words(name) if word not in plain and not word.isdigit()]


def _head(words: Words, phrases: Mapping[Words, _Label]) -> _Label | None:
    """Return the label of the phrase that is the head of a name, the longest of those in the same place."""
    arabic = any(map(is_arabic, "".join(words)))
    if not arabic:
        stop = next((at for at, word in enumerate(words) if at and word in _PREPOSITIONS), len(words))
        words = words[:stop]
    found = [
        (start if arabic else -end, -(end - start), label)
        for start in range(len(words))
        for end in range(start + 1, min(start + 4, len(words)) + 1)
        if (label := phrases.get(words[start:end])) is not None
    ]
    if not found:
        return None
    best = min(found, key=lambda hit: hit[:2])[2]
    antenna = next((label for *_place, label in found if label == "antenna"), None)
    return antenna if antenna is not None and best == "guard_post" and _TOWERS & set(words) else best


def _words(name: str) -> Words:
    return tuple(map(_stem, normalise(name).text.split()))


def _stem(word: str) -> str:
    """Strip the Arabic article and the letters joined before it."""
    for prefix in ("وال", "بال", "لل", "ال"):
        if word.startswith(prefix) and len(word) > len(prefix) + 1:
            return word.removeprefix(prefix)
    return word


def _phrases(listed: str) -> Iterator[Words]:
    for phrase in listed.split(","):
        yield _words(phrase)


@cache
def _zone_phrases() -> Mapping[Words, ZoneClass]:
    return {phrase: zone_class for zone_class, listed in _ZONES.items() for phrase in _phrases(listed)}


@cache
def _building_phrases() -> Mapping[Words, str]:
    return dict.fromkeys(_phrases(_BUILDINGS), "building")


@cache
def _base_phrases() -> Mapping[Words, SiteKind]:
    return {phrase: kind for kind, listed in list(_BASES.items())[::-1] for phrase in _phrases(listed)}
