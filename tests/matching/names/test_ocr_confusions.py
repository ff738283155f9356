"""Names that a camera's reader got slightly wrong are met in words from pictures, for review, and nowhere else."""

import time

import pytest

from opsec.matching.matcher import match, prepare
from opsec.matching.names.matcher import Names
from opsec.matching.names.ocr_confusions import best_stretch, shape
from opsec.model import Hint, Site
from tests.benchmarks.names.names import made_up_sites
from tests.fixtures.records import clip

SITES = (
    Site(
        id="falcon", kind="base", code="F-07", names={"ar": ("معسكر الصقور",), "en": ("Falcon Valley Camp",)},
        weak_names=("الصقور",), unit_names={"ar": ("الفوج الثالث لواء ١٤٧",)},
    ),
    Site(id="knight", kind="landmark", code="K-01", names={"ar": ("نصب الفارس الصامت",)}),
    Site(id="gate", kind="landmark", code="G-01", names={"ar": ("بوابة الغزالين",), "en": ("Two Gazelles Gate",)}),
)  # fmt: skip
NAMES = Names(SITES)


@pytest.mark.parametrize(
    ("read", "site"),
    [
        ("بوابة الفزالين", "gate"),
        ("بوابه الغرالين", "gate"),
        ("بوابةالغزالبن", "gate"),
        ("ابوابة الغزالين", "gate"),
        ("معسكر الصفور", "falcon"),
        ("اليوم في بوابة الغرالين", "gate"),
        ("نصب الغارس الصامت", "knight"),
        ("Two Gazel1es Gate", "gate"),
        ("TwoGazelles Gete", "gate"),
        ("Falcon Valley Cemp", "falcon"),
    ],
)
def test_a_name_read_wrong_is_nearly_a_name(read: str, site: str) -> None:
    met = list(NAMES.meet(read, from_a_picture=True))
    assert [one.site.id for one in met] == [site]


@pytest.mark.parametrize(
    "read",
    [
        "بوابة الشرق",
        "معسكر النسور",
        "صيدلية الغزالة",
        "Two Brothers Cafe",
        "Gate",
        "camp",
        "Eagle Valley Camp",
        "بوابة الغزالي",
        "نصب الحارس الصامد",
        "نصب الفارس",
        "الفوج الثالت لواء ١٤٨",
        "",
    ],
)
def test_other_words_are_not(read: str) -> None:
    assert list(NAMES.meet(read, from_a_picture=True)) == []


@pytest.mark.parametrize(
    ("read", "sort"),
    [
        ("الفرج الثالث لواء ١٤٧", "unit"),
        ("مقر الغوج الثالث في لواء ١٤٧", "unit"),
        ("الفوج الثالث الواء ١٤٧", "unit"),
        ("الفوج الثالت اللوء ١٤٧", "unit"),
        ("الفوج النالث لواء ١٤٧", "near"),
    ],
)
def test_a_unit_is_known_by_its_digits_when_its_words_are_read_wrong(read: str, sort: str) -> None:
    (met,) = NAMES.meet(read, from_a_picture=True)
    assert (met.site.id, met.sort) == ("falcon", sort)
    assert read[slice(*met.span)].endswith("١٤٧")


@pytest.mark.parametrize(
    "read", ["الفرج الثاني لواء ١٤٧", "الفرج الثالث لواء ١٤٨", "الفرج النادي لواء ١٤٧", "افراح الثالث ١٤٧"]
)
def test_another_unit_is_not_made_ours(read: str) -> None:
    assert list(NAMES.meet(read, from_a_picture=True)) == []


def test_what_a_person_typed_is_not_taken_for_misread() -> None:
    assert list(NAMES.meet("بوابه الغرالين")) == []


def test_it_never_flags_like_a_name_that_was_read_right() -> None:
    def weight(text: str) -> tuple[str, str, float]:
        hint = Hint(kind="text", family="SIGN", reader="signs", field="sign", text=text, id="h1")
        (met,) = match(clip(hint), prepare(SITES))
        return met.rule, met.grade, met.log_odds

    right, wrong = weight("بوابة الغزالين"), weight("بوابه الغرالين")
    assert (right[:2], wrong[:2]) == (("NAME-ON-SIGN", "strong"), ("NAME-ON-SIGN", "probable"))
    assert wrong[2] < right[2] / 2


def test_a_stretch_is_told_where_it_fits_best() -> None:
    met = best_stretch("gate", "the gete now")
    assert ("the gete now"[met.start : met.end], met.cost) == ("gete", 0.5 if shape("a") == shape("e") else 1.0)


def test_ten_thousand_names_and_a_page_of_words_are_held_together_quickly() -> None:
    names = Names(made_up_sites(10_000, 3))
    page = " ".join(f"معسكر كلمة{number}" for number in range(2_000))
    began = time.process_time()
    list(names.meet(page, from_a_picture=True))
    assert time.process_time() - began < 20
