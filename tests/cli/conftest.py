"""The program as a user calls it, in a process of its own, on the example posts."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.fork_server import ForkServer

ROOT = Path(__file__).parent.parent.parent
CASE, KEPT = "opsec-case.db", "opsec-case.db.landmarks"
Opsec = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """The program, imported once."""
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def enrolled(tmp_path_factory: pytest.TempPathFactory, fork_server: ForkServer) -> Path:
    """A folder with the caches of the example landmarks and posts, computed once for all tests.

    The case file has the readings of the posts, as after a scan, but none of its results.
    """
    folder = tmp_path_factory.mktemp("enrolled")
    fork_server.scan(ROOT / "examples" / "posts", ROOT / "geofences", folder / CASE)
    with sqlite3.connect(folder / CASE) as connection:
        for table in ("findings", "posts"):
            connection.execute(f"DELETE FROM {table}")
    connection.close()
    return folder


@pytest.fixture
def opsec(tmp_path: Path, enrolled: Path, fork_server: ForkServer) -> Opsec:
    """``opsec("scan", "x", lang="ar")`` in an empty folder; the environment sets no language.

    Empty except for the caches of the examples: enrolling the landmarks and reading the posts take seconds, and are
    tested on their own.
    """
    shutil.copytree(enrolled / KEPT, tmp_path / KEPT)
    shutil.copy(enrolled / CASE, tmp_path)
    return _caller(tmp_path, fork_server)


@pytest.fixture
def fresh_opsec(tmp_path: Path, fork_server: ForkServer) -> Opsec:
    """As ``opsec``, in a completely empty folder."""
    return _caller(tmp_path, fork_server)


def _caller(folder: Path, server: ForkServer) -> Opsec:
    def call(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        return server.call([str(one) for one in arguments], folder, _environment(variables))

    return call


@pytest.fixture
def opsec_process(tmp_path: Path, enrolled: Path) -> Opsec:
    """As ``opsec``, in a process that imports the program itself: for what its start decides."""
    shutil.copytree(enrolled / KEPT, tmp_path / KEPT)

    def call(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", *map(str, arguments)],
            cwd=tmp_path,
            env=_environment(variables),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )

    return call


def _environment(variables: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "OPSEC"))}
    return {**kept, "LANG": "C.UTF-8", "COLUMNS": "300", **variables}
