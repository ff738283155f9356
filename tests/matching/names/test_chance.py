"""Ordinary posts whose words resemble a name: shops, persons, animals, clubs abroad, English words, verbs."""

from dataclasses import replace

import pytest

from opsec.matching.names.matcher import NameMatcher
from opsec.model import Geofence, Point
from tests.matching.names.invented_sites import make_site

FALCON = make_site(
    "falcon", {"ar": ("معسكر الصقر",), "en": ("Saqr Base",), "kmr": ("Leşkergeha Baz",)}, ("الصقر", "Falcon", "Baz")
)
SPRING = make_site("spring", {"ar": ("عين الزرزور",)})
INN = make_site("inn", {"en": ("Lighthouse Inn Base",)})
TABUR = make_site("tabur", {"ar": ("ثكنة القطا",), "kmr": ("Tabûra 3 ya Lîwaya 66",)})
BRIGADE = make_site("brigade", {"ar": ("لواء ٦٦",)})
NAMES = NameMatcher([FALCON, SPRING, INN, TABUR, BRIGADE])


def kinds(text: str, names: NameMatcher = NAMES) -> list[tuple[str, str]]:
    return [(match.site.id, match.kind) for match in names.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "دوام اليوم بمطعم الصقر يموت",  # a shop
        "خفارة الليلة: ورشة الصقر",
        "صرت حارس بمعرض الصقر والدوام صعب",
        "On duty until nine at Falcon Motors",
        "Falcon United camp opens tomorrow",
        "kafeya Baz li nêzî leşkergehê",
        "soldier @falcon_77 says hello",  # a person's nickname
        "quest in minecraft: camp of the falcon",  # a game
        "طائر الزرزور عين الزرزور صغيرة وريشه أسود",  # an animal
        "shofo 3en el zarzoor sub7an allah",
        "mu3askar 9u8oor bbrazil yibda sabit",  # a club abroad
        "معسكر صقور في تركيا",
        "Use sugar as the base, then add potatoes",  # English words that sound like a name
        "Built a secret base in the sand",
        "saet 13:00 li qatê 66",  # a number is no type of place
        "كلوا الصقر",  # a verb, not "like a brigade"
        "وكلوا من الصقر",
        "كلوا ٦٦ كبة",
    ],
)
def test_ordinary_post_names_no_site(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("دوام اليوم بالصقر يموت", ("falcon", "weak")),
        ("مطعم قريب من معسكر الصقر", ("falcon", "name")),
        ("on duty at Falcon tonight", ("falcon", "weak")),
        ("soldiers of falcon_77", ("falcon", "weak")),
        ("@saqr_base we are here", ("falcon", "name")),
        ("اليوم بعين الزرزور", ("spring", "name")),
        ("جنود بعين الزرزور وطيور حلوة وريش", ("spring", "name")),
        ("معسكر الصقر وبيه طيور وكلاب وقطط", ("falcon", "name")),
        ("mu3askar 9aqr bbaghdad", ("falcon", "spelling")),
        ("معسكر الصقر في الموصل", ("falcon", "name")),
        ("our base, the saqr", ("falcon", "spelling")),
        ("lighthouse inn base", ("inn", "name")),
        ("رجال لواء ٦٦", ("brigade", "unit")),
    ],
)
def test_site_beside_such_words_is_still_found(text: str, found: tuple[str, str]) -> None:
    assert found in kinds(text)


@pytest.mark.parametrize("text", ["معسكر الصقر في تركيا", "عين الزرزور وعصفور", "معسكر الصقر لعبة ببجي"])
def test_whole_name_with_another_sense_is_doubtful(text: str) -> None:
    assert {kind for _site, kind in kinds(text)} == {"doubtful"}


def test_country_in_which_a_site_lies_is_not_abroad() -> None:
    ring = tuple(Point(lat, lon) for lat, lon in ((39, 33), (39, 33.01), (39.01, 33.01), (39, 33)))
    here = replace(FALCON, fences=(Geofence(role="perimeter", rings=((ring,),)),))
    assert ("falcon", "name") in kinds("معسكر الصقر في تركيا", NameMatcher([here]))
    assert ("falcon", "doubtful") in kinds("معسكر الصقر في البرازيل", NameMatcher([here]))
