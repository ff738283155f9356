"""The terminal: the same facts on a terminal and in a pipe, in both directions, without control characters."""

import io
import re
from dataclasses import replace

import pytest

from opsec.i18n.messages import LANGUAGES, Lang, _, render, set_language
from opsec.model import Counts, Decision, Scan
from opsec.reports.terminal import counts_message, print_line, print_table, unread_file_messages
from opsec.settings import Terminal
from tests.reports.hostile import HOSTILE, hostile_clip, hostile_skip
from tests.reports.made import clean_clip, flagged_clip, made_scan

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "NO_COLOR",
        "FORCE_COLOR",
        "VTE_VERSION",
        "KONSOLE_VERSION",
        "MLTERM",
        "TERM_PROGRAM",
        "TTY_COMPATIBLE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "140")
    set_language("en")


def piped(scan: Scan, lang: Lang = "en", bidi: str = "auto") -> str:
    stream = io.StringIO()
    print_table(scan, lang, Terminal.model_validate({"bidi": bidi}), stream)
    return stream.getvalue()


def on_screen(scan: Scan, lang: Lang = "en") -> str:
    stream = Screen()
    print_table(scan, lang, Terminal(), stream)
    return stream.getvalue()


def test_the_most_urgent_clip_comes_first_and_clean_ones_are_left_out() -> None:
    lines = piped(made_scan()).splitlines()
    assert re.split(r"\s{2,}", lines[0].strip()) == ["action", "clip", "site", "likelihood", "why"]
    assert lines[2].startswith("act now")
    assert "F-07" in lines[2]
    assert "99%" in lines[2]
    assert "The file carries a position inside the fence" in lines[2]
    assert any(line.startswith("review") and "inbox/-rf.mp4" in line for line in lines[3:])
    assert "sunset.jpg" not in "".join(lines)


def test_unchecked_clips_are_listed_below() -> None:
    last = piped(made_scan()).splitlines()[-1]
    assert last == (
        "not checked (number of clips): metadata (2), text in images (4), landmarks (4), layout of the site (4)"
    )


def test_a_hidden_clip_is_not_shown() -> None:
    base = flagged_clip()
    hidden = replace(
        base,
        findings=(
            replace(base.findings[0], decision=Decision(state="dismissed", decided_by="officer", why="public gate")),
        ),
    )
    counts = replace(made_scan().counts, flagged=0, hidden=1)
    shown = piped(replace(made_scan(), results=(hidden,), counts=counts))
    assert shown.startswith("no open exposure found; 1 finding is hidden by decisions")


def test_the_row_of_a_clip_shows_the_finding_that_no_decision_hides() -> None:
    base = flagged_clip()
    dismissed = replace(base.findings[0], decision=Decision(state="dismissed", decided_by="officer", why="public gate"))
    other = replace(base.findings[0], fingerprint="0" * 32, action="review", likelihood=0.31)
    shown = piped(replace(made_scan(), results=(replace(base, findings=(dismissed, other)),)))
    assert "31%" in shown
    assert "review" in shown


def test_an_empty_result_is_reported() -> None:
    counts = replace(made_scan().counts, flagged=0)
    assert "no exposure found" in piped(replace(made_scan(), results=(clean_clip(),), counts=counts))


def test_an_empty_table_of_new_findings_names_the_known_ones() -> None:
    shown = piped(replace(made_scan(), results=(), counts=replace(made_scan().counts, flagged=2)))
    assert shown.startswith("nothing new; 2 flagged clips were seen before")


def test_a_terminal_gets_colours_and_a_pipe_does_not() -> None:
    assert ESCAPE.search(on_screen(made_scan()))
    assert "\x1b" not in piped(made_scan())


def test_the_variable_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_screen(made_scan())


def test_forcing_colours_does_not_reach_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in piped(made_scan())


def test_terminal_and_pipe_get_the_same_content() -> None:
    assert [
        line.rstrip() for line in ESCAPE.sub("", on_screen(replace(made_scan(), results=(clean_clip(),)))).splitlines()
    ] == [line.rstrip() for line in piped(replace(made_scan(), results=(clean_clip(),))).splitlines()]


def test_arabic_columns_run_right_to_left_when_the_program_reorders() -> None:
    lines = piped(made_scan(), "ar", "program").splitlines()
    flagged = next(line for line in lines if "99%" in line)
    assert flagged.index("99%") < flagged.index("F-07", flagged.index("99%")) < flagged.index("inbox/2026-11-18/")
    assert "ﺔﻠﻴﻠﻟﺍ ﺔﻠﻔﺣ.mp4" in flagged  # shaped, and the last letter first
    assert not set("".join(lines)) & set("\u2066\u2067\u2068\u2069")


def test_arabic_in_a_pipe_keeps_logical_order_with_one_fact_per_line() -> None:
    shown = piped(made_scan(), "ar")
    assert "\u2066inbox/2026-11-18/\u2068حفلة الليلة\u2069.mp4\u2069" in shown
    assert "ﺔ" not in shown


@pytest.mark.parametrize("columns", ["20", "40", "60", "250"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_lines_fit_any_width(monkeypatch: pytest.MonkeyPatch, columns: str, lang: Lang) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    from rich.cells import cell_len

    for line in ESCAPE.sub("", on_screen(made_scan(), lang)).splitlines():
        assert cell_len(line) <= int(columns)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_inert_on_a_terminal(lang: Lang, text: str) -> None:
    shown = ESCAPE.sub("", on_screen(made_scan(hostile_clip(text)), lang))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)


def test_rich_markup_in_a_name_is_shown_literally() -> None:
    shown = piped(made_scan(hostile_clip("[red]x[/red] :bomb:")))
    assert "[red]x[/red]" in shown
    assert ":bomb:" in shown


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        (Counts(12, 11, 2, 0, 1), "12 clips: 11 read, 2 flagged, 0 hidden by decisions, 1 not fully checked"),
        (Counts(1, 1, 0, 0, 0), "1 clip: 1 read, 0 flagged, 0 hidden by decisions, 0 not fully checked"),
        (Counts(0, 0, 0, 0, 0), "0 clips: 0 read, 0 flagged, 0 hidden by decisions, 0 not fully checked"),
        (Counts(4000, 3999, 7, 3, 9), "4,000 clips: 3,999 read, 7 flagged, 3 hidden by decisions, 9 not fully checked"),
    ],
)
def test_the_last_line_has_its_four_counts(counts: Counts, line: str) -> None:
    assert render(counts_message(counts), "en") == line


def test_every_problem_has_its_line() -> None:
    assert [render(line, "en") for line in unread_file_messages(made_scan())] == [
        "inbox/-rf.mp4: partly read: the file is cut off (its moov box is incomplete); "
        "©xyz contains 2 invalid position(s): not on Earth, or a placeholder for no fix",
        "inbox/broken.mp4: not read: reading took longer than 24 s and was stopped, twice",
        "inbox/notes.pdf: left out: the content is of an unknown type",
    ]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_each_problem_takes_one_line(text: str) -> None:
    scan = replace(made_scan(hostile_clip(text)), skipped=(hostile_skip(text),))
    for line in unread_file_messages(scan):
        assert render(line, "en").isprintable() or "ا" in text
        assert "\n" not in render(line, "ar")


def test_a_message_for_a_pipe_is_one_line_of_any_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    stream = io.StringIO()
    print_line(_("{file}: left out: {reason}", file="a" * 90, reason="long " * 9), "en", Terminal(), stream)
    assert stream.getvalue().count("\n") == 1


def test_a_message_for_a_plain_terminal_is_in_visual_order() -> None:
    stream = Screen()
    print_line(_("{file}", file="حفلة"), "ar", Terminal(), stream)
    assert stream.getvalue().strip() == "ﺔﻠﻔﺣ"
