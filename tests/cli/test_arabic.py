"""Arabic on the command line: help in one direction, errors in one language, terminals without bidi support."""

import io
import re

import pytest

from opsec.cli.messages import print_text
from opsec.i18n import messages
from opsec.i18n.messages import FSI, LRI, PDI
from tests.cli.conftest import Opsec


def test_help_is_arabic_with_left_to_right_command_words(opsec: Opsec) -> None:
    page = opsec("scan", "--help", "--lang", "ar").stdout
    assert page.startswith(f"الاستعمال: {LRI}opsec scan {FSI}[خيارات]{PDI} {{PATH...}}...{PDI}\n")
    assert re.search(f"\n  {LRI}-o, --output FILE{PDI} +كتابة", page)
    for word in ("Usage", "Options", "Arguments", "required", "Show this"):
        assert word not in page


def test_the_short_option_and_no_option_give_the_same_page(opsec: Opsec) -> None:
    page = opsec("--help", "--lang", "ar").stdout
    assert opsec("-h", "--lang", "ar").stdout == page
    assert opsec("--lang", "ar").stdout == page
    assert f"\n  {LRI}scan{PDI}  " in page


@pytest.mark.parametrize(
    ("typed", "expected_message"),
    [
        ("sites chek", f"{LRI}opsec{PDI}: لا يوجد أمر {LRI}chek{PDI}؛ هل تقصد {LRI}check{PDI}؟\n"),
        ("scna x", f"{LRI}opsec{PDI}: لا يوجد أمر {LRI}scna{PDI}؛ هل تقصد {LRI}scan{PDI}؟\n"),
        ("scan --sitez a", f"{LRI}opsec{PDI}: لا يوجد خيار {LRI}--sitez{PDI}؛ هل تقصد {LRI}--sites{PDI}؟\n"),
    ],
)
def test_a_mistyped_command_is_answered_in_arabic(typed: str, expected_message: str, opsec: Opsec) -> None:
    done = opsec(*typed.split(), OPSEC_LANG="ar")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected_message)


def test_sites_alone_shows_its_help(opsec: Opsec) -> None:
    done = opsec("sites", OPSEC_LANG="ar")
    assert done.returncode == 2
    assert "الأوامر:" in done.stderr
    assert "Usage" not in done.stderr


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def arabic(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VTE_VERSION", "KONSOLE_VERSION", "MLTERM", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setattr(messages, "_chosen", "ar")


def test_a_terminal_without_bidi_gets_wrapped_lines_in_visual_order(arabic: None) -> None:
    screen = Screen()
    print_text("ساتر واحد ثم ساتر ثان بعده\nabc\n\n", screen)
    first, second, latin, *rest = screen.getvalue().split("\n")
    assert len(first) == 20
    assert first.strip()[-1] == "\ufeb3"  # the sentence begins at the right edge: seen, an initial form
    assert len(second) == 20
    assert latin == " " * 17 + "abc"
    assert rest == ["", ""]


def test_a_bidi_terminal_and_a_pipe_get_logical_order(arabic: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    print_text("ساتر\n", pipe)
    monkeypatch.setenv("VTE_VERSION", "7000")
    screen = Screen()
    print_text("ساتر\n", screen)
    assert pipe.getvalue() == screen.getvalue() == "ساتر\n"
