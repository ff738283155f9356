"""Text of a sign is shown with its image; personal numbers and coordinates are masked."""

import base64

import pytest

from opsec.i18n.messages import LANGUAGES, Lang
from opsec.matching.matcher import build_site_index, match
from opsec.model import Counts, Hint, Picture, Result, Scan
from opsec.reports.evidence import evidence_lines
from opsec.reports.scan_page import render_scan_page
from opsec.reports.sign_view import build_sign_view, mask_hint_text
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from tests.fixtures.records import make_clip, make_site

JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(range(200)) + b"\xff\xd9").decode()


def sign(text: str = "Falcon Camp", field: str = "sign", jpeg: str | None = JPEG) -> Hint:
    picture = Picture(320, 120, jpeg) if jpeg is not None else None
    return Hint(kind="text", family="SIGN", reader="signs", field=field, text=text, picture=picture, at_s=1.0, id="h1")


def result(hint: Hint) -> Result:
    sites = [make_site(names={"en": ("Falcon Camp",)})]
    shown = make_clip(hint)
    return judge(shown, match(shown, build_site_index(sites)).matches, sites, Thresholds())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sign_is_shown_with_its_text_and_its_time(lang: Lang) -> None:
    (line,) = evidence_lines(result(sign()), lang)
    assert line.rule == "NAME-ON-SIGN"
    assert line.at == "0:01.0"
    assert line.sign is not None
    assert line.sign.source == f"data:image/jpeg;base64,{JPEG}"


def test_the_page_embeds_the_image_and_its_policy_allows_it() -> None:
    scan = Scan(
        settings_sha256="0" * 64, sites_sha256="0" * 64, site_codes={"falcon-camp": "F-07"}, results=(result(sign()),),
        skipped=(), counts=Counts(1, 1, 1, 0, 0),
    )  # fmt: skip
    page = render_scan_page(scan, "en").decode()
    assert f'src="data:image/jpeg;base64,{JPEG}"' in page
    assert "img-src data:;" in page


@pytest.mark.parametrize(
    "hint",
    [
        sign(jpeg=None),
        sign(jpeg=""),
        sign(jpeg="PHN2Zz4="),
        sign(jpeg=f'{JPEG}" onload="x'),
        sign(jpeg=f"{JPEG}\n"),
        sign(field="caption"),
    ],
)
def test_only_jpegs_of_signs_are_shown(hint: Hint) -> None:
    assert build_sign_view(hint, "en") is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Falcon Camp\n0770 123 4567", "Falcon Camp\n•••• ••• ••••"),
        ("بغداد ١٢٣٤٥", "بغداد •••••"),
        ("Falcon Camp 33.31523, 44.36611", "Falcon Camp 33.•••••, 44.•••••"),
        ("لواء ١٤٧", "لواء ١٤٧"),
    ],
)
def test_personal_numbers_and_coordinates_are_masked(text: str, shown: str) -> None:
    assert mask_hint_text(sign(text)) == shown
    assert len(mask_hint_text(sign(text))) == len(text), "spans still fit"


def test_a_telephone_number_in_a_caption_is_not_masked() -> None:
    assert mask_hint_text(sign("call 0770 123 4567", field="caption")) == "call 0770 123 4567"
