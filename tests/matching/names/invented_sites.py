"""Invented sites whose names are everyday words, and a unit, for the tests of disguises and senses."""

from opsec.matching.names.matcher import NameMatcher
from opsec.model import Site
from tests.fixtures.records import make_site as made


def make_site(site_id: str, names: dict[str, tuple[str, ...]], weak_names: tuple[str, ...] = ()) -> Site:
    """Make a site without units."""
    return made(site_id, names=names, weak_names=weak_names, unit_names={})


NAMES = NameMatcher(
    [
        make_site(
            "saffron", {"ar": ("معسكر الزعفران",), "en": ("Camp Zafaran", "Saffron Camp")}, ("الزعفران", "Saffron")
        ),
        make_site("hoopoe", {"ar": ("قاعدة الهدهد الجوية",), "en": ("Hudhud Air Base",)}, ("الهدهد",)),
        make_site("coral", {"ar": ("ثكنة المرجان",), "en": ("Marjan Barracks",)}, ("المرجان",)),
        make_site("rumana", {"ar": ("سيطرة الرمانة",), "en": ("Rumana Checkpoint",)}, ("الرمانة",)),
        make_site("poppy", {"ar": ("قاعدة شقائق النعمان",), "en": ("Poppy Base",)}, ("Poppy",)),
        make_site("rose", {"ckb": ("سەربازگەی گوڵەباخ",), "ar": ("معسكر كولباخ",), "en": ("Gulebax Barracks",)}),
        make_site("battalion", {"ar": ("الفوج السابع لواء ٣١٨",), "en": ("7th Battalion, 318th Brigade",)}),
    ]
)
