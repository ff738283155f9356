"""A case with five findings, a console over it, and a browser that has entered."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsec.console.state import ConsoleState
from tests.console.made import Browser, make_case, running_console


@pytest.fixture(scope="session")
def made_case(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_case(tmp_path_factory.mktemp("case"), ("review", "act_now", "watch", "act_today", "act_now"))


@pytest.fixture
def case(made_case: str, tmp_path: Path) -> str:
    return str(shutil.copy(made_case, tmp_path / "case.db"))


@pytest.fixture
def console(case: str) -> Iterator[ConsoleState]:
    with running_console(case) as running:
        yield running


@pytest.fixture
def browser(console: ConsoleState) -> Iterator[Browser]:
    opened = Browser(console).enter()
    yield opened
    opened.client.close()
