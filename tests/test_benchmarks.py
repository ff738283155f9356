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


HELP_OF_EACH = """
import importlib, os, sys
from tests.benchmarks.__main__ import BENCHMARKS, main
for module, _what in BENCHMARKS.values():
    importlib.import_module("tests.benchmarks." + module)
for name in BENCHMARKS:
    child = os.fork()
    if child == 0:
        sys.argv = ["tests.benchmarks", name, "--help"]
        code = 1
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        finally:
            sys.stdout.flush()
            os._exit(code)  # the end of an interpreter with all these modules takes half a second
    _pid, status = os.waitpid(child, 0)
    print(f"\\n{name} ended with {os.waitstatus_to_exitcode(status)}", flush=True)
"""
"""A process that imports all of them and is forked for each: a new process for each would import most of it again."""


@pytest.mark.slow
def test_each_prints_its_own_help_under_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HELP_OF_EACH], capture_output=True, text=True, check=True, cwd=FOLDER.parents[1]
    )
    rest = done.stdout
    for name in BENCHMARKS:
        text, ended, rest = rest.partition(f"\n{name} ended with 0\n")
        assert ended, f"{name}: {text}{done.stderr}"
        assert f"python -m tests.benchmarks {name} --help\n" in text
        assert f"usage: python -m tests.benchmarks {name}" in text
