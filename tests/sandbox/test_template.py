"""The template ends its own workers and nothing else: 0, -1 and 1 are many processes or the first of all."""

import os
import socket
from types import SimpleNamespace
from typing import Any, cast

import pytest

from opsec.model.resources import ReaderResources
from opsec.sandbox import template
from opsec.sandbox.protocol import ReadRequest, encode
from opsec.sandbox.template_arguments import TemplateArguments
from opsec.sandbox.template_messages import WorkerStarted
from opsec.sandbox.template_process import Isolation, TemplateProcess, WorkerStartError
from opsec.sandbox.worker_pool import COMMAND
from opsec.settings import Limits

NO_PROCESS = [0, -1, 1, -4711]


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers for which the system was asked to end a process; none is ended."""
    numbers: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, _signal: numbers.append(pid))
    monkeypatch.setattr(os, "killpg", lambda pid, _signal: numbers.append(pid))
    return numbers


@pytest.mark.parametrize("pid", NO_PROCESS)
def test_no_number_of_many_processes_is_ended(pid: int, ended: list[int]) -> None:
    with pytest.raises(ValueError, match=str(pid)):
        template._kill_group(pid)
    assert ended == []


def test_a_worker_is_ended_with_its_group(ended: list[int]) -> None:
    template._kill_group(4711)
    assert ended == [4711, 4711]


@pytest.mark.parametrize("pid", [*NO_PROCESS, 4711])
def test_only_a_worker_of_the_template_is_ended(pid: int, ended: list[int]) -> None:
    terms = TemplateArguments(0, False, False, 1, 1, 1, frozenset(), ReaderResources())
    with pytest.raises(ValueError, match=str(pid)):
        template._Template(cast("Any", None), (), terms)._end(pid)
    assert ended == []


def test_a_failed_fork_is_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    ours, theirs = socket.socketpair()
    terms = TemplateArguments(0, False, False, 1, 1, 1, frozenset(), ReaderResources())
    with ours, theirs:
        made = template._Template(theirs, (), terms)
        made._start(ReadRequest("jpeg"), [])
        assert made._workers == set()
        assert encode(WorkerStarted(0)) == ours.recv(4096)


@pytest.mark.parametrize("pid", NO_PROCESS)
def test_the_parent_takes_no_such_number_for_a_worker(pid: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsec.sandbox.template_process._start", lambda *_: SimpleNamespace(pid=4711))
    started = TemplateProcess(COMMAND, Limits(), ReaderResources(), Isolation(), decodes=False)
    monkeypatch.setattr(started, "_send", lambda *_: None)
    monkeypatch.setattr(started, "_receive", lambda *_: WorkerStarted(pid))
    with started._control, pytest.raises(WorkerStartError):
        started.start_worker(ReadRequest("jpeg"), [])
