"""Run the program many times without importing it again: one process imports it, and each call is a fork of it.

The server reads one JSON object a line (``call``: arguments, folder, environment, files for the output; ``scan``:
posts, sites, case file) and answers with the exit code. A call ends with its process; all that it shares with the next
one are the templates of reading processes.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_MODULES = (
    "opsec.cli", "opsec.app.scan", "opsec.cli.output", "opsec.cli.progress", "opsec.reports.formats",
    "opsec.matching.matcher", "opsec.casefile.case_file", "cv2", "faiss", "shapely", "rich.table", "typer.main",
)  # fmt: skip
"""Imported by the server. None of them starts a thread, which a fork would lose."""


class ForkServer:
    """The server, as its caller sees it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.fork_server"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run the program with these arguments in this folder."""
        with tempfile.TemporaryDirectory() as made:
            out, err = Path(made) / "out", Path(made) / "err"
            code = self._ask("call", list(arguments), str(folder), dict(environment), str(out), str(err))
            return subprocess.CompletedProcess(
                list(arguments), code, out.read_text("utf-8", "replace"), err.read_text("utf-8", "replace")
            )

    def scan(self, posts: Path, sites: Path, case: Path) -> None:
        """Scan in the server itself, which makes every later call faster."""
        assert self._ask("scan", str(posts), str(sites), str(case)) == 0

    def _ask(self, verb: str, *given: object) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({verb: given}) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End the server."""
        self._process.communicate()


def serve() -> None:
    """Answer calls until standard input ends."""
    import importlib

    from tests.fixtures.warm_templates import WarmTemplates

    for module in _MODULES:
        importlib.import_module(module)
    templates = WarmTemplates()
    with templates.used():
        for line in sys.stdin:
            request = json.loads(line)
            code = _scan(*request["scan"]) if "scan" in request else _call(*request["call"])
            sys.stdout.write(f"{code}\n")
            sys.stdout.flush()
    templates.close()


def _scan(posts: str, sites: str, case: str) -> int:
    """Scan in this process: later calls inherit what it loads, and its templates of reading processes."""
    from opsec.app.scan import scan
    from opsec.runtime.process_lock.system_calls import count_threads

    scan([Path(posts)], sites=sites, case=case)
    assert count_threads() == 1, "a fork would lose a thread"
    gc.collect()
    gc.freeze()  # otherwise the collector of a call copies the pages of all that was loaded
    return 0


def _call(arguments: list[str], folder: str, environment: dict[str, str], out: str, err: str) -> int:
    """Run the program in a process of its own and return its exit code."""
    child = os.fork()
    if child == 0:
        _run(arguments, folder, environment, out, err)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _run(arguments: list[str], folder: str, environment: dict[str, str], out: str, err: str) -> None:
    """Become the program; never returns."""
    import opsec.cli

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, target in ((0, os.devnull), (1, out), (2, err)):
        handle = os.open(target, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    code: object = 1
    try:
        opsec.cli.main(arguments)
    except SystemExit as stop:
        code = stop.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    serve()
