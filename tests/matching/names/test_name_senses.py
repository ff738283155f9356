"""Names that are also everyday words, towns or games: the words beside them decide."""

import pytest

from opsec.matching.names.matcher import NameMatcher
from tests.fixtures.records import make_site as made
from tests.matching.names.invented_sites import NAMES, make_site


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("واجب اليوم بالزعفران", "saffron"),
        ("soldiers at saffron", "saffron"),
        ("جنود الهدهد", "hoopoe"),
        ("شباب الزعفران وخفارة الليل", "saffron"),
        ("دوامنا بالهدهد للخميس", "hoopoe"),
        ("حراس المرجان ما ينامون", "coral"),
        ("واجبنا بالرمانة", "rumana"),
        ("night duty at Saffron", "saffron"),
        ("back at saffron with my platoon", "saffron"),
        ("طيارين قاعدة الهدهد", "hoopoe"),
        ("patrol out of Poppy", "poppy"),
        ("Camp Zafaran tonight", "saffron"),
    ],
)
def test_everyday_word_in_a_military_sense_is_found(text: str, site: str) -> None:
    matches = list(NAMES.find(text))
    assert {match.site.id for match in matches} == {site}
    assert "doubtful" not in {match.kind for match in matches}


@pytest.mark.parametrize(
    "text",
    [
        "قاعدة بيانات الهدهد",
        "معسكر صيفي للاطفال الزعفران",
        "Saffron base for your paella",
        "saffron summer camp",
        "call of duty with saffron",
        "كيكة بالزعفران على قاعدة بسكويت",
        "دوام مدرسة الزعفران الابتدائية",
        "كتيبة مشجعي نادي المرجان",
        "شركة المرجان للحراسة والامن",
        "الهدهد واجب الرياضيات صفحة ٥",
        "poppy seed cake base layer",
        "the poppy field guard dog",
        "poppy army surplus jacket sale",
        "كلوا الرمانة",
        "قواعد اللغة مع الهدهد",
        "قاعدة كيك الزعفران جاهزة",
        "دورة قيادة سيارات مع مدرب الهدهد",
        "دوام روضة المرجان يبدي الساعة ٨",
        "المرجان مول يحتاج حراس امن",
        "فرقة المرجان الموسيقية",
        "معسكر منتخب المرجان لكرة السلة",
        "سرية تامة مع عطر الزعفران",
        "guard your skin with saffron lotion",
        "saffron duty free dubai",
        "Poppy and the army of ants, a story book",
        "my cat Poppy on guard duty",
        "poppy barracks pub quiz",
        "fire brigade rescued Poppy the cat",
        "military history: the poppy as a symbol",
        "poppy appeal soldiers of ww1",
        "نقطة بيع الزعفران",
        "جيش من النمل على الرمانة",
        "سلاح ذو حدين الزعفران",
        "واجب عزاء ال المرجان",
    ],
)
def test_military_word_in_another_sense_is_no_context(text: str) -> None:
    assert not list(NAMES.find(text))


@pytest.mark.parametrize(
    "text",
    [
        "لعبة ببجي ماب معسكر الزعفران",
        "new COD map Camp Zafaran gameplay",
    ],
)
def test_whole_name_in_a_game_is_doubtful(text: str) -> None:
    assert [match.kind for match in NAMES.find(text)] == ["doubtful"]


def test_known_first_name_or_town_is_no_misspelt_name() -> None:
    lavender = NameMatcher([make_site("lavender", {"ar": ("معسكر الخزامى",), "en": ("Camp Khuzama",)})])
    khalid = NameMatcher([make_site("khalid", {"ar": ("معسكر خالد",)})])
    assert not list(lavender.find("Camp Khuzaima"))
    assert [match.kind for match in khalid.find("Camp Khalid")] == ["spelling"]


def test_names_that_the_officer_lists_as_not_ours_do_not_count() -> None:
    not_ours = ("Falcon Camp Resort", "Falcom Camp")
    site = made("s", names={"en": ("Falcon Camp",)}, weak_names=("Falcon",), unit_names={}, not_ours=not_ours)
    names = NameMatcher([site])
    assert not list(names.find("Falcon Camp Resort, soldiers welcome"))
    assert not list(names.find("falcom camp"))
    assert [match.kind for match in names.find("Falcon Camp")] == ["name"]
