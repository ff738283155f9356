"""Parts of the lock that no single attack needs: each is seen in the process itself, so leaving it out is noticed."""

import ctypes
import fcntl
import os
import resource
import socket
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

import pytest

from opsec.ingest.source import OpenFile
from opsec.runtime.process_lock.lock import LockRules, set_limits
from opsec.sandbox import template, worker_process
from opsec.sandbox.protocol import ReadRequest
from opsec.sandbox.time_limits import TimeLimits
from opsec.sandbox.worker_process import Task

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the lock is one of Linux")
PR_GET_DUMPABLE, PR_GET_CHILD_SUBREAPER = 3, 37
MIB = 1 << 20


def in_a_process(check: Callable[[], bool]) -> bool:
    """Whether a check holds in a forked process, which cannot undo what it does to itself."""
    pid = os.fork()
    if pid == 0:
        code = 2
        try:
            code = 0 if check() else 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


@pytest.mark.parametrize(
    ("which", "most"),
    [
        (resource.RLIMIT_FSIZE, 3 * MIB),
        (resource.RLIMIT_NOFILE, 17),
        (resource.RLIMIT_DATA, 900 * MIB),
        (resource.RLIMIT_CORE, 0),
    ],
)
def test_every_limit_is_set_for_good(which: int, most: int) -> None:
    def check() -> bool:
        set_limits(LockRules(memory_mib=900, written_mib=3, open_files=17))
        return resource.getrlimit(which) == (most, most)

    assert in_a_process(check)


def test_the_template_adopts_strays_and_keeps_its_memory_private() -> None:
    def check() -> bool:
        template._prepare_process()
        libc, adopts = ctypes.CDLL(None), ctypes.c_int(0)
        libc.prctl(PR_GET_CHILD_SUBREAPER, ctypes.byref(adopts), 0, 0, 0)
        return adopts.value == 1 and libc.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0

    assert in_a_process(check)


class RecordingTemplate:
    """Notes how the descriptors of a task were opened instead of starting a worker."""

    def __init__(self) -> None:
        self.modes: list[int] = []

    def start_worker(self, _request: object, descriptors: Sequence[int]) -> int:
        self.modes = [fcntl.fcntl(one, fcntl.F_GETFL) & os.O_ACCMODE for one in descriptors]
        return 7


def test_a_worker_gets_a_member_of_an_archive_for_reading_alone() -> None:
    """It was unpacked into a file that this process can write to."""
    recorded: Any = RecordingTemplate()
    one, other = socket.socketpair()
    file: BinaryIO
    with one, other, tempfile.TemporaryFile() as file:
        task = Task(ReadRequest("jpeg"), OpenFile(file, "0" * 64, "jpeg", 0), TimeLimits(1.0, 1.0), deque())
        worker_process._start(recorded, task, one)
    assert recorded.modes[1] == os.O_RDONLY
