"""Help pages of all commands in both languages, and shell completion."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsec.cli import make_app
from opsec.cli.command_help import MAX_SHORT_HELP_LENGTH
from opsec.i18n.messages import LANGUAGES, Lang, set_language
from tests.cli.conftest import ROOT, Opsec

VERBS = (
    "init", "doctor", "demo", "scan", "rematch", "watch", "check-text", "clean", "list", "explain", "decide", "review",
    "report", "calibrate", "purge", "schema",
    "sites check", "sites list", "sites import", "sites try-photos", "models export", "models check", "export takedown",
    "export week", "import", "keys new", "keys show", "keys trust", "keys forget",
    "sites pack", "sites unpack", "case encrypt", "case decrypt", "audit verify", "audit list", "audit issued",
)  # fmt: skip
EXAMPLE = {"en": "Example:", "ar": "مثال:"}
EXIT_CODES = {"en": "Exit codes:", "ar": "رموز الخروج:"}


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    set_language(None)


def leaf_commands(lang: Lang) -> dict[str, Any]:
    """All commands of the program by the words that are typed."""
    from typer.main import get_command

    set_language(lang)
    root: Any = get_command(make_app())
    commands: dict[str, Any] = {}
    for name, command in root.commands.items():
        inner = getattr(command, "commands", None)
        commands |= {f"{name} {verb}": leaf for verb, leaf in inner.items()} if inner else {name: command}
    return commands


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_lists_every_command(lang: Lang) -> None:
    assert set(leaf_commands(lang)) == set(VERBS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_short_help_is_short_enough(lang: Lang) -> None:
    for name, command in leaf_commands(lang).items():
        plain = command.short_help.translate({0x2066: None, 0x2068: None, 0x2069: None})
        assert 0 < len(plain) <= MAX_SHORT_HELP_LENGTH, name


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("group", [[], ["sites"], ["export"]])
def test_the_overview_cuts_nothing_at_80_columns(lang: Lang, group: list[str], opsec: Opsec) -> None:
    page = opsec(*group, "--help", OPSEC_LANG=lang, COLUMNS="80").stdout
    assert page
    for line in page.splitlines():
        assert not line.rstrip("\u2069").endswith(("...", "…")) or "COMMAND" in line or "أمر" in line, line
        assert len(line.translate({0x2066: None, 0x2068: None, 0x2069: None})) <= 80


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("verb", VERBS)
def test_help_of_every_command_ends_with_an_example_and_its_exit_codes(lang: Lang, verb: str, opsec: Opsec) -> None:
    page = opsec(*verb.split(), "--help", OPSEC_LANG=lang, COLUMNS="80").stdout
    plain = page.translate({0x2066: None, 0x2068: None, 0x2069: None})
    _options, example, codes = plain.replace(EXIT_CODES[lang], EXAMPLE[lang]).split(EXAMPLE[lang])
    assert example.strip().startswith(f"opsec {verb}")
    assert [line.split()[0] for line in codes.strip().splitlines()][:1] == ["0"]
    assert "  2  " in codes


# ── shell completion ──────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("verb", ["scan", "check-text", "explain", "sites import"])
def test_an_argument_is_shown_without_its_python_type(lang: Lang, verb: str, opsec: Opsec) -> None:
    page = opsec(*verb.split(), "--help", OPSEC_LANG=lang).stdout
    assert re.search(r"(?m)^  \W?(PATH|TEXT|CLIP|FILE)(\|FINDING)?(\.\.\.)?\W?  ", page)
    assert "<" not in page
    assert "list[" not in page


def complete(typed: str, opsec: Opsec, **variables: str) -> list[str]:
    """Completions that the shell offers after these words."""
    asked = {"_OPSEC_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    done = opsec(**asked, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("opsec sc", ["scan", "schema"]),
        ("opsec sites ", ["check", "list", "import", "try-photos", "pack", "unpack"]),
        ("opsec scan --fail", ["--fail-on"]),
        ("opsec nothing-like-this", []),
    ],
)
def test_completion_offers_commands_and_options(lang: Lang, typed: str, offered: list[str], opsec: Opsec) -> None:
    assert complete(typed, opsec, OPSEC_LANG=lang) == offered


def test_completion_loads_nothing_heavy_and_opens_no_file_of_the_officer(tmp_path: Path) -> None:
    (tmp_path / "opsec.toml").write_text("not toml [", "utf-8")
    (tmp_path / "geofences").mkdir()
    program = (
        "import os, sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event in ('open', 'os.listdir',"
        " 'os.scandir') else None)\n"
        "os.environ.update(_OPSEC_COMPLETE='complete_bash', COMP_WORDS='opsec scan --si', COMP_CWORD='2')\n"
        "import opsec.cli\n"
        "try:\n    opsec.cli.main([])\n"
        "except SystemExit as done:\n    code = done.code\n"
        # the command line library itself loads pydantic
        "heavy = {'cv2', 'av', 'shapely', 'numpy', 'sqlalchemy', 'onnxruntime'} & set(sys.modules)\n"
        f"own = [path for path in opened if path.startswith({str(tmp_path)!r}) or 'opsec.toml' in path]\n"
        "print(code or 0, sorted(heavy), own)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n") == ["--sites", "0 [] []", ""]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_completion_script_is_printed(lang: Lang, tmp_path: Path) -> None:
    command = f"{sys.executable} -c 'import opsec.cli; opsec.cli.main()' --show-completion; echo $?"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env={"OPSEC_LANG": lang, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "--show-completion" in done.stderr:
        pytest.skip("the shell is not detected here")
    assert "_OPSEC_COMPLETE=complete_bash" in done.stdout
    assert done.stdout.splitlines()[-1] == "0"
