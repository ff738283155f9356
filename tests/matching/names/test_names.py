"""Names in texts: what counts as the name standing for itself."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.matching.matcher import match, prepare
from opsec.matching.names.matcher import Names
from opsec.model import MAX_TEXT
from opsec.settings import Thresholds
from opsec.text.normalise import fold
from opsec.verdict.judge import judge
from tests.fixtures.records import clip, site, words

NAMES = Names([site()])


@pytest.mark.parametrize(
    ("text", "named", "sort"),
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
def test_is_met(text: str, named: str, sort: str) -> None:
    met = list(NAMES.meet(text))
    assert [(text[slice(*found.span)], found.sort) for found in met] == [(named, sort)]


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


@pytest.mark.parametrize(
    ("text", "named", "sort"),
    [
        ("b m3askar el saqr", "m3askar el saqr", "spelling"),
        ("#m3askaralsaqr", "m3askaralsaqr", "spelling"),
        ("عالمعسكر مال الصقر", "المعسكر مال الصقر", "spelling"),
        ("بمعسكرنا الصقر", "معسكرنا الصقر", "spelling"),
        ("saqr camp", "saqr camp", "spelling"),
        ("كامب فالكون", "كامب فالكون", "spelling"),
        ("معسكر الصكر", "معسكر الصكر", "spelling"),
        ("camp of the falcon", "camp of the falcon", "spelling"),
        ("کەمپی سەقر", "کەمپی سەقر", "spelling"),
        ("#MyFalconCampLife", "FalconCamp", "name"),
        ("#falconcamplife", "falconcamp", "name"),
        ("falconcamp2026", "falconcamp", "name"),
        ("م\u200bع\u2066سكر الص\u202eقر", "م\u200bع\u2066سكر الص\u202eقر", "name"),
        ("Fаlсоn Саmр", "Fаlсоn Саmр", "name"),
        ("قاعدة الصقر", "الصقر", "weak"),
        ("Falcn Camp", "Falcn Camp", "spelling"),
    ],
)
def test_however_it_is_spelt(text: str, named: str, sort: str) -> None:
    met = [(text[slice(*found.span)], found.sort) for found in NAMES.meet(text)]
    assert met == [(named, sort)]


@pytest.mark.parametrize(
    "text",
    [
        "معسكر الصقور",
        "معسكر الصدر",
        "معسكر السكن",
        "Camp Falstaff",
        "falcon crest",
        "#falconcampbell",
        "m3askar el nisr",
        "شفت صقر بالمعسكر" + " كلمة" * 5,
        "Balcony camp",
    ],
)
def test_another_place_is_not_met(text: str) -> None:
    assert list(NAMES.meet(text)) == []


LONG = Names([site(names={"ar": ("ثكنة الزعفران",), "en": ("Returning Soldier Monument",)}, weak_names=())])


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("ثكنة الزعفران", "name"),
        ("ثكنة الزعفرن", "near"),
        ("ثكنة الزعفرانن", "spelling"),
        ("Returing Soldier Monument", "near"),
        ("Retunring Soldier Monument", "near"),
        ("قاعدة الزعفران", "near"),
        ("مطعم الزعفران", None),
        ("returing soldier", None),
        ("Returned Soldier Monument", None),
    ],
)
def test_what_is_nearly_a_name_is_told_apart_from_what_is_one(text: str, sort: str | None) -> None:
    assert [met.sort for met in LONG.meet(text)] == ([sort] if sort else [])


def test_a_name_within_a_longer_name_of_another_site_is_not_met() -> None:
    names = Names([site("a", names={"ar": ("معسكر الصقر",)}), site("b", names={"ar": ("معسكر الصقر الأبيض",)})])
    assert [met.site.id for met in names.meet("معسكر الصقر الابيض")] == ["b"]


def test_a_near_name_never_stands_where_another_site_is_named() -> None:
    names = Names([site("a", names={"ar": ("ثكنة الزعفران",)}), site("b", names={"ar": ("ثكنة الزعفرن",)})])
    assert [met.site.id for met in names.meet("ثكنة الزعفرن")] == ["b"]


@given(
    name=st.sampled_from(["معسكر الصقر", "Falcon Camp", "الفوج الثالث"]),
    marks=st.lists(
        st.text(alphabet="\u064b\u0651\u0640\u200b\u200d\u200f\u202e\u2066\ufe0f", max_size=3), min_size=12, max_size=12
    ),
    before=st.text(alphabet="ab مكة،.!\ud800\u202e ", max_size=20),
    after=st.text(alphabet="ab مكة،.!\ud800\u202e ", max_size=20),
)
def test_marks_never_lose_a_name_and_its_span_points_at_it(
    name: str, marks: list[str], before: str, after: str
) -> None:
    written = "".join(letter + mark for letter, mark in zip(name, marks, strict=False))
    text = f"{before} . {written} . {after}"
    met = [found for found in NAMES.meet(text) if found.sort in {"name", "unit"}]
    assert [fold(text[slice(*found.span)]).text for found in met] == [fold(name).text]


@pytest.mark.parametrize(
    "text",
    [
        "معسكر الصقر " * 8_000,
        "camp " * 20_000,
        "ف3ل4" * 25_000,
        "#" + "falconcamp" * 10_000,
        "معسكر مال " * 10_000,
        "third " * 16_000,
        "جندي الصقر " * 9_000,
        "مع" * 50_000,
        "\ud800\u202e\u2066م3" * 20_000,
    ],
)
def test_the_longest_caption_is_read_within_a_second(text: str) -> None:
    began = time.process_time()
    assert len(list(NAMES.meet(text[:MAX_TEXT]))) <= 40
    assert time.process_time() - began < 10  # 0.6 s on a quiet machine; a blow-up costs minutes


def test_nearly_a_name_leads_to_a_review_and_no_further() -> None:
    ours = [site(names={"ar": ("ثكنة الزعفران",)}, weak_names=(), sensitivity=1.0)]
    post = clip(words("اليوم بثكنة الزعفرن"))
    result = judge(post, match(post, prepare(ours)), ours, Thresholds())
    assert result.verdict.action == "review"
    assert [found.grade for found in result.matches] == ["probable"]
