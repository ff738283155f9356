"""Every benchmark runs through one entry point and has a help page."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import BENCHMARKS

FOLDER = Path(__file__).parent / "benchmarks"


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "tests.benchmarks", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=FOLDER.parents[1]).stdout


def test_help_lists_every_benchmark() -> None:
    text = _run("--help")
    assert [name for name in BENCHMARKS if f"  {name} " not in text] == []


def test_every_script_with_a_main_is_a_sub_command() -> None:
    scripts = {
        ".".join(file.relative_to(FOLDER).with_suffix("").parts)
        for file in FOLDER.rglob("*.py")
        if file.name != "__main__.py" and "\ndef main(" in file.read_text("utf-8")
    }
    assert scripts == {module for module, _what in BENCHMARKS.values()}


@pytest.mark.slow
@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_prints_its_own_help_under_the_command(name: str) -> None:
    text = _run(name, "--help")
    assert f"python -m tests.benchmarks {name} --help\n" in text
    assert f"usage: python -m tests.benchmarks {name}" in text
