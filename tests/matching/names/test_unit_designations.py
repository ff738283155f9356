"""Units by their numbers: every spelling of one unit, and none of its neighbours."""

import pytest

from opsec.matching.names.matcher import NameMatcher
from opsec.matching.names.unit_designations import parse_unit_name
from opsec.text.normalise import normalise
from tests.fixtures.records import make_site


def unit(site_id: str, *names: str) -> NameMatcher:
    return NameMatcher([make_site(site_id, names={}, weak_names=(), unit_names={"ar": names})])


BATTALION = unit("battalion", "الفوج السابع لواء ٣٩٢")
BRIGADE = unit("brigade", "لواء ٦١٥", "اللواء ٦١٥ المدرع")
COMPANY = unit("company", "1st Company 4th Battalion 73rd Brigade")
SQUADRON = unit("squadron", "السرب ٣١")


@pytest.mark.parametrize(
    "text",
    [
        "الفوج السابع لواء ٣٩٢",
        "وبالفوج السابع لواء 392",
        "ف٧ ل٣٩٢",
        "ف7/ل392",
        "بف٧ ل٣٩٢",
        "فوج ٧ لواء ٣٩٢",
        "فوجنا ٧ لواء ٣٩٢",
        "الفوج السابع في اللواء ٣٩٢",
        "الفوج السابع التابع للواء ٣٩٢",
        "الفوج السابع لواء المشاة ٣٩٢",
        "الفوج السابع لواء ثلاثمئة واثنين وتسعين",
        "اللواء ٣٩٢ الفوج السابع",
        "7th Battalion 392nd Brigade",
        "7 Bn, 392 Bde",
        "seventh battalion of the 392nd infantry brigade",
        "fawj 7 liwa2 392",
        "fawj el sabi3 liwa 392",
        "فەوجی حەوتەمی لیوای ٣٩٢",
        "#الفوج_السابع_لواء_392",
        "#فوج٧لواء٣٩٢",
        "#الفوجالسابعلواء٣٩٢",
        "#7thBn392ndBde",
        "الفوج 🇮🇶 السابع 🇮🇶 لواء 🇮🇶 ٣٩٢",
    ],
)
def test_battalion_is_found(text: str) -> None:
    assert [match.kind for match in BATTALION.find(f"تحية {text} شباب")] == ["unit"]


@pytest.mark.parametrize(
    "text",
    [
        "الفوج السابع لواء ٣٢٩",
        "الفوج السابع لواء ٣٩٣",
        "الفوج السادس لواء ٣٩٢",
        "الفوج السابع عشر لواء ٣٩٢",
        "الفوج السابع",
        "لواء ٣٩٢",
        "اللواء ٣٩٢ والفوج السابع لواء ٤",
        "سرية ٧ لواء ٣٩٢",
        "7th Battalion 329th Brigade",
        "الفصل السابع صفحة ٣٩٢",
        "7 likes 392 views",
        "الفوج السابعة لواء ٣٩٢",
    ],
)
def test_other_unit_is_not_the_battalion(text: str) -> None:
    assert list(BATTALION.find(text)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("لواء ٦١٥", "لواء ٦١٥"),
        ("باللواء 615", "اللواء 615"),
        ("للواء ٦١٥", "لواء ٦١٥"),
        ("لواء615", "لواء615"),
        ("ل٦١٥ مدرع", "ل٦١٥ مدرع"),
        ("615th Armoured Brigade", "615th Armoured Brigade"),
        ("615 Bde", "615 Bde"),
        ("brigade 615", "brigade 615"),
        ("اللواء الستمئة وخمسة عشر", "اللواء الستمئة وخمسة عشر"),
        ("لواء ستميه وخمسه عشر", "لواء ستميه وخمسه عشر"),
        ("six hundred and fifteenth brigade", "six hundred and fifteenth brigade"),
        ("لوائنا ٦١٥", "لوائنا ٦١٥"),
    ],
)
def test_brigade_is_found(text: str, words: str) -> None:
    assert [text[slice(*match.span)] for match in BRIGADE.find(text)] == [words]


@pytest.mark.parametrize(
    "text",
    [
        "ل ٦١٥ دينار",
        "لواء ٦٥١",
        "لواء ٦١٥٠",
        "لواء ٦١٥ مشاة",
        "الفوج الثاني لواء ٦١٥",
        "615 Rd",
        "غرفة ٦١٥",
        "لواء متقاعد",
    ],
)
def test_other_words_are_not_the_brigade(text: str) -> None:
    assert list(BRIGADE.find(text)) == []


@pytest.mark.parametrize(
    ("names", "text", "is_found"),
    [
        (COMPANY, "السرية الأولى الفوج الرابع لواء ٧٣", True),
        (COMPANY, "س١ ف٤ ل٧٣", True),
        (COMPANY, "1st Coy 4th Bn 73rd Bde", True),
        (COMPANY, "السرية الثانية الفوج الرابع لواء ٧٣", False),
        (COMPANY, "الفوج الرابع لواء ٧٣", False),
        (SQUADRON, "سرب ٣١", True),
        (SQUADRON, "31st squadron", True),
        (SQUADRON, "السرب الحادي والثلاثين", True),
        (SQUADRON, "سرب ١٣", False),
    ],
)
def test_companies_and_squadrons(names: NameMatcher, text: str, is_found: bool) -> None:
    assert bool(list(names.find(text))) == is_found


def test_additional_levels_keep_the_match() -> None:
    assert len(list(unit("x", "الفوج السابع").find("الفوج السابع لواء ٣٩٢"))) == 1


@pytest.mark.parametrize("name", ["معسكر الصقر", "لواء", "٢١٨", "شارع لواء ٢١٨", "Falcon Camp"])
def test_names_of_places_are_not_units(name: str) -> None:
    assert parse_unit_name(normalise(name).text) is None


MECHANISED = unit("mechanised", "لواء المشاة الآلي ٥٢٩")
INFANTRY = unit("infantry", "فوج المشاة السابع لواء ٣٩٢")
TRANSPORT = unit("transport", "سرب النقل السابع")


@pytest.mark.parametrize(
    "text", ["لواء مشاة آلي ٥٢٩", "529th Mechanized Infantry Brigade", "529 mech inf bde", "اللواء ٥٢٩", "ل٥٢٩ آلي"]
)
def test_branch_of_two_words(text: str) -> None:
    assert [match.kind for match in MECHANISED.find(text)] == ["unit"]


def test_more_specific_word_is_the_branch() -> None:
    assert list(MECHANISED.find("لواء المشاة ٥٢٩")) == list(MECHANISED.find("529th Armored Infantry Brigade")) == []


def test_preposition_is_not_a_branch() -> None:
    (match,) = INFANTRY.find("تحرك الفوج السابع لواء ٣٩٢ إلى الشمال")
    assert "تحرك الفوج السابع لواء ٣٩٢ إلى الشمال"[slice(*match.span)] == "الفوج السابع لواء ٣٩٢"


@pytest.mark.parametrize("text", ["سرب النقل ٧", "السرب السابع نقل", "7th Transport Squadron", "7 airlift sqn"])
def test_squadron_by_its_branch(text: str) -> None:
    assert [match.kind for match in TRANSPORT.find(text)] == ["unit"]


@pytest.mark.parametrize("text", ["7th Training Squadron", "سرب الاستطلاع ٧", "سرب النقل ٨"])
def test_other_squadrons_are_not_found(text: str) -> None:
    assert list(TRANSPORT.find(text)) == []


def test_activity_after_a_unit_is_not_a_branch() -> None:
    assert [match.kind for match in INFANTRY.find("7th battalion 392nd brigade training day")] == ["unit"]
