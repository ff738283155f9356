"""Scan every set with one version of opsec."""

import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.compare.inputs import EXAMPLES, POSTS, RUNS, SETTINGS, SITES, print_line, write_json
from tests.benchmarks.compare.prepare import MAKERS

SCAN_EXIT_CODES = frozenset({0, 1, 3})
"""Exit codes of a scan that was completed: nothing found, something found, not fully checked."""


# ── scan ──────────────────────────────────────────────────────────────────────────────────────
def scan(opsec: str, repo: Path, work: Path, out: Path, only: Sequence[str] | None) -> int:
    """Scan every set; 1 when a scan was not completed."""
    program = shutil.which(opsec)
    sets = [EXAMPLES, *MAKERS]
    unknown = sorted(set(only or ()) - set(sets))
    if program is None or unknown or not (work / SETTINGS).is_file():
        print_line(
            f"cannot start: executable {program}, unknown sets {unknown}, settings of {work} (run prepare first)"
        )
        return 2
    out.mkdir(parents=True, exist_ok=True)
    runs = _runs(out)
    failed = False
    for name in [one for one in sets if only is None or one in only]:
        runs[name] = run_set(name, os.path.abspath(program), repo, work, out)  # noqa: PTH100 - a link stays a link
        failed |= runs[name]["exit_code"] not in SCAN_EXIT_CODES
        write_json(out / RUNS, runs)
    return int(failed)


def _runs(out: Path) -> dict[str, Any]:
    """Exit code and cost of every set that was scanned into this folder."""
    path = out / RUNS
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def run_set(name: str, program: str, repo: Path, work: Path, out: Path) -> dict[str, Any]:
    """Scan one set from its own folder, so that paths in the JSON do not depend on its location."""
    folder, posts, sites = (repo, "examples/posts", "geofences") if name == EXAMPLES else (work / name, POSTS, SITES)
    result = out / f"{name}.json"
    result.unlink(missing_ok=True)
    environment = {**os.environ, "OPSEC_LANG": "en", "TZ": "UTC"}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        command = [program, "scan", posts, "--sites", sites, "--config", str(work / SETTINGS)]
        command += ["--case", str(Path(scratch) / "case.db"), "-o", str(result)]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    wall_s, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    last = done.stderr.strip().split("\n")[-1]
    print_line(f"{name}: {last} (exit code {done.returncode}, {wall_s:.0f} s, {cpu_s:.0f} s of processor time)")
    if done.returncode not in SCAN_EXIT_CODES:
        print_line(done.stderr)
    return {"exit_code": done.returncode, "wall_s": round(wall_s, 1), "cpu_s": round(cpu_s, 1), "last_line": last}
