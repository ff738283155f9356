"""Figures of one run: CPU seconds of this process or of a program with its children, and peak memory."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_LAUNCHER = """
import json, os, subprocess, sys
program = "from opsec.cli import main; main()"
process = subprocess.Popen([sys.executable, "-c", program, *sys.argv[1:]], stdout=subprocess.DEVNULL)
_pid, status, used = os.wait4(process.pid, 0)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)]))
"""
"""A small process between this one and the program: a child's peak memory is at least that of whoever started it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure."""

    name: str
    """What was measured, the same in every run, so that two runs can be compared."""
    value: float
    unit: str
    """``D`` (CPU time of decoding the same clips once, one thread), ``s`` (CPU seconds), ``ms``, ``MiB``."""
    of: str = ""
    """Clips or sizes that it belongs to."""


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """One run of the command line."""

    cpu_s: float
    """Of the program and of every process that it started and waited for."""
    peak_mib: float
    """Of the largest of them."""
    exit_code: int


def cpu_s(function: Callable[[], object]) -> float:
    """Return the CPU seconds of this process in one call."""
    began = time.process_time()
    function()
    return time.process_time() - began


def run_opsec(*arguments: str | Path, expected: Sequence[int] = (0, 1, 3)) -> ProgramRun:
    """Run the command line of this checkout, with the output thrown away.

    Raises
    ------
    RuntimeError
        It ended with another exit code than those expected: what it cost would mean nothing.
    """
    with tempfile.TemporaryFile() as talk:
        done = subprocess.run(
            [sys.executable, "-c", _LAUNCHER, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=talk,
            text=True,
            check=True,
            env=_environment(),
        )
        run = ProgramRun(*json.loads(done.stdout))
        if run.exit_code not in expected:
            talk.seek(0)
            raise RuntimeError(f"exit code {run.exit_code}: {talk.read()[-400:].decode('utf-8', 'replace')}")
    return run


def _environment() -> dict[str, str]:
    """Return an environment in which modules are compiled once, as they are where the program is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"LANG": "C"}


def median_run(repeats: int, *arguments: str | Path, fresh: Callable[[], object] = lambda: None) -> ProgramRun:
    """Run the command line so often, after one run that is not counted; return the run of median cost.

    Parameters
    ----------
    repeats
        Runs that count.
    arguments
        Of the command line.
    fresh
        Called before each run.
    """
    runs = []
    for _time in range(repeats + 1):
        fresh()
        runs.append(run_opsec(*arguments))
    return sorted(runs[1:], key=lambda run: run.cpu_s)[repeats // 2]


def imports_s(modules: Sequence[str], repeats: int = 5) -> float:
    """Return the median CPU seconds of a process that starts and imports these modules."""
    program = f"import resource, {', '.join(modules)}\nused = resource.getrusage(resource.RUSAGE_SELF)\n"
    program += "print(used.ru_utime + used.ru_stime)"
    spent = [
        float(
            subprocess.run(
                [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True, env=_environment()
            ).stdout
        )
        for _time in range(repeats + 1)
    ]
    return sorted(spent[1:])[repeats // 2]


def peak_mib() -> float:
    """Return the peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_figures(figures: Sequence[Figure], file: Path) -> None:
    """Write figures as JSON, one object each."""
    file.write_text(json.dumps([asdict(one) for one in figures], ensure_ascii=False, indent=1) + "\n", "utf-8")


def read_figures(file: Path) -> list[Figure]:
    """Read what ``write_figures`` wrote."""
    return [Figure(**one) for one in json.loads(file.read_text("utf-8"))]


def comparison(before: Sequence[Figure], after: Sequence[Figure]) -> list[str]:
    """Return a line for each figure that both runs have, with the ratio of the two."""
    earlier = {(one.name, one.of, one.unit): one.value for one in before}
    lines = []
    for one in after:
        was = earlier.get((one.name, one.of, one.unit))
        if was is not None:
            ratio = f"{one.value / was:.2f} x" if was else "new"
            lines.append(f"{one.of:<14} {one.name:<34} {was:>9.3f} -> {one.value:>9.3f} {one.unit:<4} {ratio}")
    return lines
