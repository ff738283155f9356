"""Names with OCR errors: found in recognised text only, and for review only."""

import pytest

from opsec.matching.matcher import build_site_index, match
from opsec.matching.names.matcher import NameMatcher
from opsec.matching.names.ocr_confusions import align, shape_key
from opsec.model import Hint, Site
from tests.fixtures.records import make_clip

SITES = (
    Site(
        id="falcon", kind="base", code="F-07", names={"ar": ("معسكر الصقور",), "en": ("Falcon Valley Camp",)},
        weak_names=("الصقور",), unit_names={"ar": ("الفوج الثالث لواء ١٤٧",)},
    ),
    Site(id="knight", kind="landmark", code="K-01", names={"ar": ("نصب الفارس الصامت",)}),
    Site(id="gate", kind="landmark", code="G-01", names={"ar": ("بوابة الغزالين",), "en": ("Two Gazelles Gate",)}),
)  # fmt: skip
NAMES = NameMatcher(SITES)


@pytest.mark.parametrize(
    ("text", "site"),
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
def test_name_with_ocr_errors_is_found(text: str, site: str) -> None:
    hits = list(NAMES.find(text, from_ocr=True))
    assert [one.site.id for one in hits] == [site]


@pytest.mark.parametrize(
    "text",
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
def test_other_words_are_not_found(text: str) -> None:
    assert list(NAMES.find(text, from_ocr=True)) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("الفرج الثالث لواء ١٤٧", "unit"),
        ("مقر الغوج الثالث في لواء ١٤٧", "unit"),
        ("الفوج الثالث الواء ١٤٧", "unit"),
        ("الفوج الثالت اللوء ١٤٧", "unit"),
        ("الفوج النالث لواء ١٤٧", "near"),
    ],
)
def test_unit_with_ocr_errors_in_its_words_is_found(text: str, kind: str) -> None:
    (hit,) = NAMES.find(text, from_ocr=True)
    assert (hit.site.id, hit.kind) == ("falcon", kind)
    assert text[slice(*hit.span)].endswith("١٤٧")


@pytest.mark.parametrize(
    "text", ["الفرج الثاني لواء ١٤٧", "الفرج الثالث لواء ١٤٨", "الفرج النادي لواء ١٤٧", "افراح الثالث ١٤٧"]
)
def test_other_units_are_not_found(text: str) -> None:
    assert list(NAMES.find(text, from_ocr=True)) == []


def test_typed_text_is_not_matched_with_ocr_errors() -> None:
    assert list(NAMES.find("بوابه الغرالين")) == []


def test_match_with_errors_weighs_less() -> None:
    def weight(text: str) -> tuple[str, str, float]:
        hint = Hint(kind="text", family="SIGN", reader="signs", field="sign", text=text, id="h1")
        (found,) = match(make_clip(hint), build_site_index(SITES)).matches
        return found.rule, found.grade, found.log_odds

    exact, with_errors = weight("بوابة الغزالين"), weight("بوابه الغرالين")
    assert (exact[:2], with_errors[:2]) == (("NAME-ON-SIGN", "strong"), ("NAME-ON-SIGN", "probable"))
    assert with_errors[2] < exact[2] / 2


def test_alignment_finds_the_best_part() -> None:
    text = "the gete now"
    alignment = align("gate", text)
    assert (text[alignment.start : alignment.end], alignment.cost) == (
        "gete",
        0.5 if shape_key("a") == shape_key("e") else 1.0,
    )
