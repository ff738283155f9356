"""Names in texts: what counts as the name standing for itself."""

import pytest

from opsec.match.names import Names
from opsec.words import fold
from tests.made import site

NAMES = Names([site()])


@pytest.mark.parametrize(
    ("text", "words", "sort"),
    [
        ("صباح الخير من معسكر الصقر", "معسكر الصقر", "name"),
        ("بمعسكر الصقر", "معسكر الصقر", "name"),
        ("والمعسكر وبمعسكر الصقر", "معسكر الصقر", "name"),
        ("#معسكر_الصقر", "معسكر_الصقر", "name"),
        ("#معسكرالصقر", "معسكرالصقر", "name"),
        ("مُعَسكر الصقـر", "مُعَسكر الصقـر", "name"),
        ("at FALCON   camp tonight", "FALCON   camp", "name"),
        ("falcon_camp_gate", "falcon_camp", "name"),
        ("ابطال الفوج الثالث", "الفوج الثالث", "unit"),
        ("واجب الليلة في الصقر", "الصقر", "weak"),
        ("الصقر والواجب مستمر", "الصقر", "weak"),
    ],
)
def test_is_met(text: str, words: str, sort: str) -> None:
    met = list(NAMES.meet(text))
    assert [(text[slice(*found.span)], found.sort) for found in met] == [(words, sort)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "معسكر النسر",
        "الصقر طائر جميل",
        "Falcon Campbell",
        "afalcon camp",
        "معسكر الصقرية",
        "الفوج الثالث عشر"[:-4] + "ة",
        "واجب " + "كلمة " * 10 + "الصقر",
    ],
)
def test_is_not_met(text: str) -> None:
    assert list(NAMES.meet(text)) == []


def test_of_names_inside_one_another_only_the_longest_counts() -> None:
    names = Names([site(names={"en": ("Falcon", "Falcon Camp", "Falcon Camp North")}, weak_names=())])
    text = "Falcon Camp North and Falcon"
    assert [text[slice(*met.span)] for met in names.meet(text)] == ["Falcon Camp North", "Falcon"]


def test_two_sites_of_one_name_are_both_met() -> None:
    both = Names([site("a"), site("b")])
    assert [met.site.id for met in both.meet("Falcon Camp")] == ["a", "b"]


def test_a_flood_of_names_is_bounded() -> None:
    assert 0 < len(list(NAMES.meet("Falcon Camp " * 5000))) <= 200


def test_sites_without_names_meet_nothing() -> None:
    assert list(Names([site(names={}, weak_names=(), unit_names={})]).meet("Falcon Camp")) == []
    assert fold("ab").text == "ab"
