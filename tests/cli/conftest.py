"""The program as a user calls it, in a process of its own, on the example posts."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CASE, KEPT = "opsec-case.db", "opsec-case.db.landmarks"
Opsec = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is kept of the example landmarks beside a case file, worked out once for all tests."""
    from opsec import scan

    folder = tmp_path_factory.mktemp("enrolled")
    scan([ROOT / "examples" / "posts" / "football.mp4"], sites=ROOT / "geofences", case=str(folder / CASE))
    return folder / KEPT


@pytest.fixture
def opsec(tmp_path: Path, enrolled: Path) -> Opsec:
    """``opsec("scan", "x", lang="ar")`` in an empty folder; the environment says nothing about language.

    Empty but for what is kept of the example landmarks: enrolling them takes seconds, and is tested on its own.
    """
    shutil.copytree(enrolled, tmp_path / KEPT)

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
