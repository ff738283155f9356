"""Made sites with names, weak names and units in all tongues, for chance rates. All of them are fictional."""

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from opsec.model import Geofence, Point, Site
from opsec.model.vocabulary import SiteKind

_PARTS = Path(__file__).parent / "ordinary" / "sites.toml"
_ORDINALS = (
    ("الأول", "1st", "یەکەم", "1"),
    ("الثاني", "2nd", "دووەم", "2"),
    ("الثالث", "3rd", "سێیەم", "3"),
    ("الرابع", "4th", "چوارەم", "4"),
)
_HALF_SIDE_DEG = 0.01
Names = dict[str, list[str]]
Spellings = list[str]
"""Of one word: Arabic, Latin letters, English, Sorani, Kurmanji, as far as the file has them."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """Parts of names."""

    cores: list[Spellings]
    before: list[Spellings]
    types: dict[str, list[Spellings]]
    martyrs: list[Spellings]


def made_sites(count: int, seed: int) -> tuple[Site, ...]:
    """Make this many sites, the same for the same seed; their fences are in the open water of the Gulf."""
    chance, parts = random.Random(seed), _load_parts()
    return tuple(_site(number, chance, parts) for number in range(count))


def _load_parts() -> _Parts:
    raw = tomllib.loads(_PARTS.read_text("utf-8"))
    return _Parts(
        cores=[line.split("|") for line in raw["cores"]["words"].strip().splitlines()],
        before=[part.split("|") for part in raw["cores"]["before"].split("~")],
        types={kind: [part.split("|") for part in parts.split("~")] for kind, parts in raw["types"].items()},
        martyrs=[part.split("|") for part in raw["martyrs"]["names"].split("~")],
    )


def _site(number: int, chance: random.Random, parts: _Parts) -> Site:
    kind = chance.choice(list(parts.types))
    names, weak = _names(chance, chance.choice(parts.types[kind]), parts)
    units = _units(chance) if chance.random() < 0.5 else {}
    centre = Point(round(chance.uniform(25.2, 28.0), 4), round(chance.uniform(50.8, 53.0), 4))
    return Site(
        id=f"site-{number}",
        kind=cast(SiteKind, kind),
        code=f"S-{number}",
        names={language: tuple(spelled) for language, spelled in names.items()},
        weak_names=tuple(weak),
        unit_names={language: tuple(spelled) for language, spelled in units.items()},
        fences=(Geofence(role="perimeter", rings=((_square(centre),),)),),
    )


def _names(chance: random.Random, place_type: Spellings, parts: _Parts) -> tuple[Names, list[str]]:
    """Names in four languages, and the weak ones; one site in ten is named after somebody, in two languages."""
    arabic_type, english_type, sorani_type, kurmanji_type = place_type
    if chance.random() < 0.1:
        arabic, latin = chance.choice(parts.martyrs)
        return {"ar": [f"{arabic_type} {arabic}"], "en": [f"{english_type} {latin}"]}, []
    arabic, latin, english, sorani, kurmanji = chance.choice(parts.cores)
    bare: list[str] = []
    weak: list[str] = []
    if chance.random() < 0.4:
        arabic_before, latin_before, english_before, sorani_before, kurmanji_before = chance.choice(parts.before)
        arabic, latin, english = f"{arabic_before} {arabic}", f"{latin_before} {latin}", f"{english} {english_before}"
        sorani, kurmanji = f"{sorani_before} {sorani}", f"{kurmanji_before} {kurmanji}"
        bare = [arabic] if chance.random() < 0.3 else []
    elif chance.random() < 0.4:
        weak = [arabic, english]
    names = {
        "ar": [f"{arabic_type} {arabic}", *bare],
        "en": [f"{latin} {english_type}", f"{english_type} {latin}", f"{english} {english_type}"],
        "ckb": [f"{sorani_type} {sorani}"],
        "kmr": [f"{kurmanji_type} {kurmanji}"],
    }
    return names, weak


def _units(chance: random.Random) -> Names:
    arabic, english, sorani, digit = chance.choice(_ORDINALS)
    brigade = chance.randint(11, 399)
    if chance.random() < 0.5:
        return {"ar": [f"اللواء {brigade}"], "en": [f"{brigade}th Brigade"], "ckb": [f"لیوای {brigade}"]}
    return {
        "ar": [f"الفوج {arabic} لواء {brigade}"],
        "en": [f"{english} Battalion, {brigade}th Brigade"],
        "ckb": [f"فەوجی {sorani} لیوای {brigade}"],
        "kmr": [f"Tabûra {digit} ya Lîwaya {brigade}"],
    }


def _square(centre: Point) -> tuple[Point, ...]:
    corners = ((-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))
    return tuple(Point(centre.lat + y * _HALF_SIDE_DEG, centre.lon + x * _HALF_SIDE_DEG) for y, x in corners)
