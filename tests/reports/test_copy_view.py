"""Sentences about copies, in both languages."""

from dataclasses import replace

import pytest

from opsec.i18n.messages import Lang, render
from opsec.model import Finding
from opsec.reports.copy_view import copy_message, shown_findings
from tests.casefile.made import a_finding

FIRST = replace(a_finding("first"), number="11111111")
COPIES = [replace(a_finding(f"copy {n}"), number=f"2222222{n}", copy_of=FIRST.fingerprint) for n in (1, 2)]


def sentence(finding: Finding, found: list[Finding], lang: Lang = "en") -> str | None:
    message = copy_message(finding, shown_findings(found), lang)
    return None if message is None else render(message, lang)


def test_a_finding_names_the_first_one_or_its_copies() -> None:
    everything = [*COPIES, FIRST, COPIES[0]]
    assert sentence(COPIES[0], everything) == "copy of the clip of finding 11111111"
    assert sentence(FIRST, everything) == "2 copies of this clip were found: findings 22222221, 22222222"
    assert sentence(FIRST, [FIRST, COPIES[1]]) == "1 copy of this clip was found: finding 22222222"


def test_a_copy_of_an_earlier_clip_says_so_and_a_single_clip_says_nothing() -> None:
    assert sentence(COPIES[0], COPIES) == "copy of a clip found before"
    assert sentence(FIRST, [FIRST]) is None


def test_without_numbers_copies_are_counted() -> None:
    assert sentence(FIRST, [FIRST, replace(COPIES[0], number="")]) == "1 copy of this clip was found"


@pytest.mark.parametrize("n", [1, 2, 3, 11])
def test_the_arabic_sentence_counts(n: int) -> None:
    copies = [replace(a_finding(f"c{k}"), number=f"{k:08d}", copy_of=FIRST.fingerprint) for k in range(n)]
    text = sentence(FIRST, [FIRST, *copies], "ar")
    assert text is not None
    assert "نسخ" in text
    assert "00000000" in text
