"""Run the harnesses, each in a process of its own forked after the instrumented modules are loaded."""

import hashlib
import io
import os
import re
import resource
import sys
import traceback
from contextlib import redirect_stderr
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

_MAX_HANG_S = 120
"""Wall time after which one input counts as a hang; processor time is checked by the harness itself."""
_MAX_MEMORY_MIB = 3072
_INSTRUMENTED = ["opsec"]
_COUNTED = re.compile(rb"stat::number_of_executed_units:\s*(\d+)")
_COVERAGE = re.compile(rb"cov: (\d+)")


@dataclass(frozen=True, slots=True)
class Campaign:
    """One run of the fuzzer."""

    seconds: float
    """Wall time of all harnesses together."""
    jobs: int
    seed: int
    corpus: Path
    """Folder with one folder of inputs for each harness."""
    found: Path
    """Folder for inputs that break a promise."""


@dataclass(frozen=True, slots=True)
class _Running:
    name: str
    log: Path
    known: frozenset[Path]
    """Inputs that an earlier run has saved."""


def run_harnesses(campaign: Campaign, only: str = "") -> int:
    """Fuzz every harness whose name contains ``only``; return 0, or 1 when one of them found something."""
    atheris = import_module("atheris")
    with redirect_stderr(io.StringIO()), atheris.instrument_imports(_INSTRUMENTED, enable_loader_override=False):
        from tests.fuzz.targets import TARGETS
    waiting = [name for name in TARGETS if only in name]
    if not waiting:
        sys.stderr.write(f"no harness of this name; there are {', '.join(TARGETS)}\n")
        return 2
    campaign.found.mkdir(parents=True, exist_ok=True)
    each_s = max(1.0, campaign.seconds * min(campaign.jobs, len(waiting)) / len(waiting))
    running: dict[int, _Running] = {}
    broken = 0
    while waiting or running:
        while waiting and len(running) < campaign.jobs:
            name = waiting.pop(0)
            log = campaign.found / f"{name}.log"
            running[_start(campaign, name, each_s, log)] = _Running(name, log, frozenset(_cases(campaign.found, name)))
        pid, status, used = os.wait4(-1, 0)
        broken += _report(running.pop(pid), campaign.found, os.waitstatus_to_exitcode(status), used)
    return int(broken > 0)


def _start(campaign: Campaign, name: str, seconds: float, log: Path) -> int:
    """Fork a process that fuzzes one harness; return its number."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        try:
            with log.open("wb") as out:
                os.dup2(out.fileno(), 1)
                os.dup2(out.fileno(), 2)
            _fuzz(campaign, name, seconds)
        finally:
            os._exit(70)
    return pid


def _fuzz(campaign: Campaign, name: str, seconds: float) -> NoReturn:
    from tests.fuzz.targets import MAX_INPUT_BYTES, TARGETS

    atheris, target = import_module("atheris"), TARGETS[name]
    corpus = campaign.corpus / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed[:MAX_INPUT_BYTES])
    arguments = (
        f"-artifact_prefix={campaign.found}/{name}-",
        f"-max_total_time={round(seconds)}",
        f"-timeout={_MAX_HANG_S}",
        f"-rss_limit_mb={_MAX_MEMORY_MIB}",
        f"-max_len={MAX_INPUT_BYTES}",
        f"-seed={campaign.seed}",
        "-print_final_stats=1",
        "-len_control=20",
        str(corpus),
    )
    atheris.Setup([name, *arguments], _Harness(target, campaign.found / name).run)
    atheris.Fuzz()
    os._exit(0)


class _Harness:
    """Runs inputs, and goes on after one that breaks a promise: each place in the code is reported once."""

    def __init__(self, target: "Target", prefix: Path) -> None:
        self._target, self._prefix = target, prefix
        self._places: set[str] = set()

    def run(self, data: bytes) -> None:
        """Run one input; save it when it breaks a promise in a place that is new."""
        from tests.fuzz.targets import check

        try:
            check(self._target, data)
        except Exception as broken:  # noqa: BLE001 - that is what is looked for
            frames = traceback.extract_tb(broken.__traceback__)
            place = f"{type(broken).__name__} {frames[-1].filename}:{frames[-1].lineno} {str(broken)[:60]}"
            if place not in self._places:
                self._places.add(place)
                name = hashlib.sha256(data).hexdigest()[:16]
                Path(f"{self._prefix}-{name}").write_bytes(data)
                sys.stderr.write("".join(traceback.format_exception(broken)))


def _cases(folder: Path, name: str) -> list[Path]:
    """Return the saved inputs of a harness."""
    return sorted(path for path in folder.glob(f"{name}-*") if path.suffix != ".log")


def _report(one: _Running, found: Path, code: int, used: resource.struct_rusage) -> bool:
    """Print a line about a harness that ended; return whether it found something."""
    cases = [path for path in _cases(found, one.name) if path not in one.known]
    log = one.log.read_bytes()
    runs, coverage = _last(_COUNTED, log), _last(_COVERAGE, log)
    cpu_s = used.ru_utime + used.ru_stime
    broken = bool(cases) or code != 0
    outcome = "no promise broken" if not broken else f"{len(cases)} found, exit {code}; see {one.log}"
    sys.stdout.write(
        f"{one.name:<12} {runs:>9} inputs  {coverage:>6} edges  {cpu_s:7.1f} s of processor time  "
        f"{used.ru_maxrss >> 10:5} MiB  {outcome}\n"
    )
    sys.stdout.write("".join(f"{'':<13}{path}\n" for path in cases))
    if not broken:
        one.log.unlink()
    sys.stdout.flush()
    return broken


def _last(pattern: re.Pattern[bytes], log: bytes) -> int:
    return int(next(reversed(pattern.findall(log)), b"0"))
