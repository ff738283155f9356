"""Names in texts: exact, phonetic, weak and approximate matches, and what must not match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.matching.matcher import build_site_index, match
from opsec.matching.names.matcher import NameMatcher
from opsec.model import MAX_TEXT_LENGTH
from opsec.settings import Thresholds
from opsec.text.normalise import normalise
from opsec.verdict.judge import judge
from tests.fixtures.records import make_clip, make_site, text_hint

NAMES = NameMatcher([make_site()])


@pytest.mark.parametrize(
    ("text", "found", "kind"),
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
def test_exact_units_and_weak_names_are_found(text: str, found: str, kind: str) -> None:
    matches = list(NAMES.find(text))
    assert [(text[slice(*match.span)], match.kind) for match in matches] == [(found, kind)]


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
def test_other_words_are_not_found(text: str) -> None:
    assert list(NAMES.find(text)) == []


def test_only_the_longest_of_nested_names_counts() -> None:
    names = NameMatcher([make_site(names={"en": ("Falcon", "Falcon Camp", "Falcon Camp North")}, weak_names=())])
    text = "Falcon Camp North and Falcon"
    assert [text[slice(*match.span)] for match in names.find(text)] == ["Falcon Camp North", "Falcon"]


def test_two_sites_with_one_name_are_both_found() -> None:
    both = NameMatcher([make_site("a"), make_site("b")])
    assert [match.site.id for match in both.find("Falcon Camp")] == ["a", "b"]


def test_number_of_matches_is_bounded() -> None:
    assert 0 < len(list(NAMES.find("Falcon Camp " * 5000))) <= 200


def test_site_without_names_matches_nothing() -> None:
    assert list(NameMatcher([make_site(names={}, weak_names=(), unit_names={})]).find("Falcon Camp")) == []
    assert normalise("ab").text == "ab"


@pytest.mark.parametrize(
    ("text", "found", "kind"),
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
def test_other_spellings_are_found(text: str, found: str, kind: str) -> None:
    matches = [(text[slice(*match.span)], match.kind) for match in NAMES.find(text)]
    assert matches == [(found, kind)]


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
def test_other_places_are_not_found(text: str) -> None:
    assert list(NAMES.find(text)) == []


LONG = NameMatcher([make_site(names={"ar": ("ثكنة الزعفران",), "en": ("Returning Soldier Monument",)}, weak_names=())])


@pytest.mark.parametrize(
    ("text", "kind"),
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
def test_approximate_matches_have_their_own_kind(text: str, kind: str | None) -> None:
    assert [match.kind for match in LONG.find(text)] == ([kind] if kind else [])


def test_name_inside_a_longer_name_of_another_site_is_not_found() -> None:
    names = NameMatcher(
        [make_site("a", names={"ar": ("معسكر الصقر",)}), make_site("b", names={"ar": ("معسكر الصقر الأبيض",)})]
    )
    assert [match.site.id for match in names.find("معسكر الصقر الابيض")] == ["b"]


def test_approximate_match_yields_to_an_exact_one() -> None:
    names = NameMatcher(
        [make_site("a", names={"ar": ("ثكنة الزعفران",)}), make_site("b", names={"ar": ("ثكنة الزعفرن",)})]
    )
    assert [match.site.id for match in names.find("ثكنة الزعفرن")] == ["b"]


@given(
    name=st.sampled_from(["معسكر الصقر", "Falcon Camp", "الفوج الثالث"]),
    marks=st.lists(
        st.text(alphabet="\u064b\u0651\u0640\u200b\u200d\u200f\u202e\u2066\ufe0f", max_size=3), min_size=12, max_size=12
    ),
    before=st.text(alphabet="ab مكة،.!\ud800\u202e ", max_size=20),
    after=st.text(alphabet="ab مكة،.!\ud800\u202e ", max_size=20),
)
def test_invisible_marks_do_not_hide_a_name(name: str, marks: list[str], before: str, after: str) -> None:
    written = "".join(letter + mark for letter, mark in zip(name, marks, strict=False))
    text = f"{before} . {written} . {after}"
    matches = [match for match in NAMES.find(text) if match.kind in {"name", "unit"}]
    assert [normalise(text[slice(*match.span)]).text for match in matches] == [normalise(name).text]


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
def test_repetitive_text_of_full_length_has_few_matches(text: str) -> None:
    """Each of these takes minutes in an algorithm that is not linear."""
    assert len(list(NAMES.find(text[:MAX_TEXT_LENGTH]))) <= 40


def test_approximate_match_leads_to_review_only() -> None:
    sites = [make_site(names={"ar": ("ثكنة الزعفران",)}, weak_names=(), sensitivity=1.0)]
    post = make_clip(text_hint("اليوم بثكنة الزعفرن"))
    result = judge(post, match(post, build_site_index(sites)).matches, sites, Thresholds())
    assert result.verdict.action == "review"
    assert [found.grade for found in result.matches] == ["probable"]
