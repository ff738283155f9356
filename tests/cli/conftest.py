"""The program as a user calls it, in a process of its own, on the example posts."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
Opsec = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def opsec(tmp_path: Path) -> Opsec:
    """``opsec("scan", "x", lang="ar")`` in an empty folder; the environment says nothing about language."""

    def call(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "OPSEC"))}
        return subprocess.run(
            [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", *map(str, arguments)],
            cwd=tmp_path,
            env={**kept, "LANG": "C.UTF-8", "COLUMNS": "300", **variables},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )

    return call
