"""Run the program many times without importing it again: one process imports it, and each call is a fork of it.

The server reads one JSON object a line (arguments, folder, environment, files for the output) and answers with the
exit code. A call shares nothing with the next one: it ends with its process.
"""

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
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.TemporaryDirectory() as made:
            out, err = Path(made) / "out", Path(made) / "err"
            wanted = [list(arguments), str(folder), dict(environment), str(out), str(err)]
            self._process.stdin.write(json.dumps(wanted) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            return subprocess.CompletedProcess(
                list(arguments), code, out.read_text("utf-8", "replace"), err.read_text("utf-8", "replace")
            )

    def close(self) -> None:
        """End the server."""
        self._process.communicate()


def serve() -> None:
    """Answer calls until standard input ends."""
    import importlib

    for module in _MODULES:
        importlib.import_module(module)
    for line in sys.stdin:
        arguments, folder, environment, out, err = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(arguments, folder, environment, out, err)
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


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
