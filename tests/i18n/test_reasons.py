"""Messages of reasons: filled in, translated, bounded."""

import pytest

from opsec.i18n.messages import render
from opsec.i18n.reasons import MAX_BLANK_LENGTH, PARTS, make_reason, reason_message
from opsec.model import Reason
from opsec.model.reasons import REASONS


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_is_rendered_in_both_languages(code: str) -> None:
    filled = make_reason(code, **dict.fromkeys(REASONS[code].blank_names, "x"))
    assert render(reason_message(filled), "en") != render(reason_message(filled), "ar")


def test_an_unknown_reason_is_refused() -> None:
    with pytest.raises(KeyError):
        make_reason("no_such_code")


def test_numbers_are_formatted_and_long_values_are_cut() -> None:
    assert make_reason("too_many", limit=20_000, part="rows").blanks == (("limit", "20,000"), ("part", "rows"))
    assert len(dict(make_reason("io_error", error="x" * 999).blanks)["error"]) == MAX_BLANK_LENGTH


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_of_a_file_have_arabic_names(part: str) -> None:
    arabic = render(reason_message(Reason("cut_off", (("part", part),))), "ar")
    assert part not in arabic


def test_the_name_of_a_box_is_not_translated() -> None:
    assert "moov/udta" in render(reason_message(make_reason("cut_off", part="moov/udta")), "ar")
