"""The name of the account comes from the environment or from /etc/passwd, never from a name service."""

import os
from pathlib import Path

import pytest

from opsec.runtime import account_name as module
from opsec.runtime.account_name import account_name


@pytest.fixture
def nobody_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.usefixtures("nobody_set")
def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "سعد")
    assert account_name() == "سعد"
    monkeypatch.setenv("LOGNAME", "ali")
    assert account_name() == "ali"


@pytest.mark.usefixtures("nobody_set")
@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (f"other:x:{os.getuid() + 1}:0::/:/bin/sh\nofficer:x:{os.getuid()}:0::/:/bin/sh\n", "officer"),
        ("broken\n::\n", ""),
        ("", ""),
    ],
)
def test_else_the_line_of_this_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lines: str, name: str) -> None:
    (tmp_path / "passwd").write_text(lines, "utf-8")
    monkeypatch.setattr(module, "_PASSWD", tmp_path / "passwd")
    assert account_name() == name
    monkeypatch.setattr(module, "_PASSWD", tmp_path / "missing")
    assert account_name() == ""
