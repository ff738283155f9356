"""Arabic in visual order: the line is written letter by letter, left to right, as a terminal draws it."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.i18n.messages import Lang
from opsec.i18n.safe_text import escape_unsafe
from opsec.reports.terminal_bidi import must_reorder, reopen_isolates, reorder_line, shape_arabic
from opsec.settings import Terminal


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "program"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "linux"}, True),
        ({}, True),
        ({"VTE_VERSION": "5800"}, False),
        ({"VTE_VERSION": "7006"}, False),
        ({"VTE_VERSION": "5604"}, True),
        ({"VTE_VERSION": "new"}, True),
        ({"VTE_VERSION": "٩٩٩٩"}, True),
        ({"VTE_VERSION": "9" * 10_000}, False),
        ({"KONSOLE_VERSION": "230401"}, False),
        ({"MLTERM": "3.9.3"}, False),
        ({"TERM": "mlterm-256color"}, False),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM_PROGRAM": "vscode"}, True),
    ],
)
def test_bidi_support_of_terminals(environ: dict[str, str], program: bool) -> None:
    assert must_reorder(Terminal(), Screen(), environ) is program


def test_a_file_gets_logical_order_unless_requested_otherwise() -> None:
    assert not must_reorder(Terminal(), io.StringIO(), {"TERM": "xterm"})
    assert must_reorder(Terminal(bidi="program"), io.StringIO(), {"VTE_VERSION": "7006"})
    assert not must_reorder(Terminal(bidi="terminal"), Screen(), {"TERM": "xterm"})


@pytest.mark.parametrize(
    ("lang", "line", "seen"),
    [
        ("ar", "ابج", "جبا"),
        ("en", "ابج", "جبا"),
        ("ar", "اب 12 جد", "دج 12 با"),
        ("ar", "اب ٣٤ جد", "دج ٣٤ با"),
        ("en", "see اب now", "see با now"),
        ("ar", "see اب", "با see"),
        ("ar", "الى \u206633.•••, 44.•••\u2069 هنا", "انه 33.•••, 44.••• ىلا"),
        ("ar", "\u2066inbox/a (1).mp4\u2069: لم يقرأ", "أرقي مل :inbox/a (1).mp4"),
        ("ar", "اب (جد) هو", "وه (دج) با"),
        ("ar", "(جد)", "(دج)"),
        ("en", "x (جد) [ه] y", "x (دج) [ه] y"),
        ("ar", "«اب»", "«با»"),
        ("ar", "اب [", "[ با".replace("[", "]")),
        ("ar", "مُعَ", "عَمُ"),
        ("en", "cafe\u0301 (a)", "cafe\u0301 (a)"),
        ("ar", "", ""),
    ],
)
def test_a_line_in_visual_order(lang: Lang, line: str, seen: str) -> None:
    assert reorder_line(line, lang) == seen


def test_letters_take_their_joining_forms() -> None:
    assert shape_arabic("بيت") == "ﺑﻴﺖ"
    assert shape_arabic("لا") == "ﻻ"
    assert shape_arabic("مُ")[1:] == "\u064f"
    assert shape_arabic("inbox/a.mp4 12%") == "inbox/a.mp4 12%"


PAIRS = dict(zip("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤", strict=True))


@given(st.text(max_size=40), st.sampled_from(["ar", "en"]))
def test_nothing_is_lost_or_added(text: str, lang: Lang) -> None:
    """Apart from order and mirrored brackets."""
    line = escape_unsafe(text)

    def counted(chars: str) -> list[str]:
        return sorted(min(char, PAIRS.get(char, char)) for char in chars)

    assert counted(reorder_line(line, lang)) == counted(line)


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=40))
def test_plain_english_is_unchanged(text: str) -> None:
    assert reorder_line(text, "en") == text


def test_marks_stay_after_their_letter() -> None:
    seen = reorder_line("مُعَسكَر الصَقر (بَّ)", "ar")
    marks = [index for index, char in enumerate(seen) if unicodedata.combining(char)]
    assert len(marks) == 6
    assert all(unicodedata.category(seen[index - 1])[0] in "LM" for index in marks)


def test_a_wrapped_name_keeps_its_direction_on_the_next_line() -> None:
    first, second = reopen_isolates(["الملف \u2066IMG", "_2042.jpg\u2069 هنا"])
    assert first == "الملف \u2066IMG"
    assert reorder_line(second, "ar") == "انه _2042.jpg"
    assert list(reopen_isolates(["\u2068ا\u2069", "b", "\u2069c"])) == ["\u2068ا\u2069", "b", "\u2069c"]
