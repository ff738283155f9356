"""Units by their numbers: every way to say the same one, and none of its neighbours."""

import pytest

from opsec.matching.names.matcher import Names
from opsec.matching.names.numerals import number_at
from opsec.matching.names.unit_designations import unit_of
from opsec.text.normalise import fold
from tests.fixtures.records import site


def unit(site_id: str, *names: str) -> Names:
    return Names([site(site_id, names={}, weak_names=(), unit_names={"ar": names})])


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
def test_the_battalion_is_met(text: str) -> None:
    assert [met.sort for met in BATTALION.meet(f"تحية {text} شباب")] == ["unit"]


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
def test_another_unit_is_not(text: str) -> None:
    assert list(BATTALION.meet(text)) == []


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
def test_the_brigade_is_met(text: str, words: str) -> None:
    assert [text[slice(*met.span)] for met in BRIGADE.meet(text)] == [words]


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
def test_what_is_not_the_brigade_is_not(text: str) -> None:
    assert list(BRIGADE.meet(text)) == []


@pytest.mark.parametrize(
    ("names", "text", "is_met"),
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
def test_companies_and_squadrons(names: Names, text: str, is_met: bool) -> None:
    assert bool(list(names.meet(text))) == is_met


def test_a_unit_with_more_said_of_it_is_still_the_unit() -> None:
    assert len(list(unit("x", "الفوج السابع").meet("الفوج السابع لواء ٣٩٢"))) == 1


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("٢١٨", 218),
        ("218 th", 218),
        ("مئتان وثمانية عشر", 218),
        ("ميتين وثمنطعش", 218),
        ("الحادي عشر", 11),
        ("الثاني والستين", 62),
        ("سبعة واربعين", 47),
        ("ثلاثمئة", 300),
        ("two hundred and eighteenth", 218),
        ("forty seventh", 47),
        ("el thalith", 3),
        ("سێیەم", 3),
    ],
)
def test_numbers(words: str, value: int) -> None:
    number = number_at(fold(words).text.split(), 0)
    assert number is not None
    assert number.value == value


@pytest.mark.parametrize("words", ["كتاب", "", "0", "of", "999999999999"])
def test_no_numbers(words: str) -> None:
    assert number_at(fold(words).text.split(), 0) is None


@pytest.mark.parametrize("name", ["معسكر الصقر", "لواء", "٢١٨", "شارع لواء ٢١٨", "Falcon Camp"])
def test_a_name_that_is_no_designation_is_no_unit(name: str) -> None:
    assert unit_of(fold(name).text) is None


MECHANISED = unit("mechanised", "لواء المشاة الآلي ٥٢٩")
INFANTRY = unit("infantry", "فوج المشاة السابع لواء ٣٩٢")
TRANSPORT = unit("transport", "سرب النقل السابع")


@pytest.mark.parametrize(
    "text", ["لواء مشاة آلي ٥٢٩", "529th Mechanized Infantry Brigade", "529 mech inf bde", "اللواء ٥٢٩", "ل٥٢٩ آلي"]
)
def test_a_branch_may_be_two_words(text: str) -> None:
    assert [met.sort for met in MECHANISED.meet(text)] == ["unit"]


def test_of_two_words_the_one_that_tells_more_is_the_branch() -> None:
    assert list(MECHANISED.meet("لواء المشاة ٥٢٩")) == list(MECHANISED.meet("529th Armored Infantry Brigade")) == []


def test_on_the_way_to_a_place_is_no_branch() -> None:
    (met,) = INFANTRY.meet("تحرك الفوج السابع لواء ٣٩٢ إلى الشمال")
    assert "تحرك الفوج السابع لواء ٣٩٢ إلى الشمال"[slice(*met.span)] == "الفوج السابع لواء ٣٩٢"


@pytest.mark.parametrize("text", ["سرب النقل ٧", "السرب السابع نقل", "7th Transport Squadron", "7 airlift sqn"])
def test_a_squadron_by_what_it_flies(text: str) -> None:
    assert [met.sort for met in TRANSPORT.meet(text)] == ["unit"]


@pytest.mark.parametrize("text", ["7th Training Squadron", "سرب الاستطلاع ٧", "سرب النقل ٨"])
def test_another_squadron_is_not(text: str) -> None:
    assert list(TRANSPORT.meet(text)) == []


def test_what_a_unit_does_today_is_no_branch() -> None:
    assert [met.sort for met in INFANTRY.meet("7th battalion 392nd brigade training day")] == ["unit"]
