"""The Arabic pages keep their structure: directions, order of the columns, isolated numbers, labels.

When a page is changed on purpose, ``python -m tests.console.page_structure`` writes the expected structures anew.
"""

import re
from difflib import unified_diff
from pathlib import Path

import pytest

from tests.console.page_structure import EXPECTED, PAGES, made_pages, structure

ARABIC = re.compile("[\u0621-\u064a]")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {name: structure(page) for name, page in made_pages(tmp_path_factory.mktemp("pages"))}


@pytest.mark.parametrize("name", PAGES)
def test_the_structure_is_the_expected_one(pages: dict[str, str], name: str) -> None:
    expected = (EXPECTED / f"{name}.ar.txt").read_text("utf-8")
    different = unified_diff(expected.splitlines(), pages[name].splitlines(), "expected", "now", lineterm="")
    assert not (changes := "\n".join(different)), changes


@pytest.mark.parametrize("name", PAGES)
def test_the_page_runs_from_right_to_left_and_every_label_is_arabic(pages: dict[str, str], name: str) -> None:
    lines = pages[name].splitlines()
    assert lines[0] == '<html lang="ar" dir="rtl">'
    labels = [label for line in lines for label in re.findall(r'aria-label="([^"]*)"', line)]
    assert labels
    assert [label for label in labels if not ARABIC.search(label)] == []


@pytest.mark.parametrize("name", PAGES)
def test_numbers_and_codes_beside_arabic_words_are_isolated(pages: dict[str, str], name: str) -> None:
    """A sentence in which Arabic letters stand beside Latin ones or an ISO date would otherwise be reordered."""
    sentences = [line.strip() for line in pages[name].splitlines() if not line.strip().startswith("<")]
    mixed = [
        one
        for one in sentences
        if ARABIC.search(one) and re.search(r"NUMBER|DATE|TIME|[A-Z]-\d|--|\.mp4", re.sub("⟦[^⟦⟧]*⟧", "", one))
    ]
    assert mixed == []


def test_the_file_of_expected_structures_can_be_read_by_a_person() -> None:
    for name in PAGES:
        text = Path(EXPECTED / f"{name}.ar.txt").read_text("utf-8")
        assert "\u2068" not in text
        assert len(text) < 60_000
