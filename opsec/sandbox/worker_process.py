"""One reading process as the parent sees it: its pipe, the task it has in hand, and how it ended."""

import math
import os
import resource
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from opsec.errors import OpsecError
from opsec.i18n.messages import _, reason
from opsec.ingest.source import OpenFile
from opsec.model import Reading, Reason
from opsec.model.resources import Kit
from opsec.sandbox.protocol import Frames, Reply, Request, decode_reply, encode
from opsec.sandbox.time_limits import Allowance
from opsec.sandbox.worker import OUT_OF_MEMORY, Terms
from opsec.settings import Limits

_CHUNK = 1 << 18
_START_S = 60.0
"""A process that is not ready by then never will be, however busy the machine."""
_ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/",  # without one Python asks the user database for it, and that is a socket
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",  # the same clip gives the same bytes, whatever order a set takes
    "PYTHONUTF8": "1",
    "OMP_NUM_THREADS": "1",  # one process a processor: threads inside would only take from each other
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",  # a model that lacks a file is an error, never a download
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Without these some builds of Python do not start at all."""


class NoProcessError(OpsecError):
    """No reading process can be started: nothing at all could be read, so the run stops."""

    exit_code = 4


class EndedError(Exception):
    """The process has closed its pipe: most likely it is dead."""


@dataclass(slots=True, eq=False)
class Task:
    """One file to be read, or one member to be unpacked, and what became of it."""

    request: Request
    file: OpenFile
    allowance: Allowance
    desk: deque["Task"]
    """Where the task is laid when an attempt is over."""
    out: BinaryIO | None = None
    answer: Reply | None = None
    so_far: Reading | None = None
    """What was found before the process fell, if it came so far."""
    fault: Reason | None = None
    """Why the last attempt brought no answer."""


class Process:
    """A running reading process. It holds at most one task at a time."""

    def __init__(self, command: Sequence[str], limits: Limits, kit: Kit) -> None:
        """Start it. Raises ``NoProcessError`` if the operating system refuses."""
        self.task: Task | None = None
        self.ready = False
        self.claimed = False
        self.sent_ahead = 0
        self.answers = 0
        self.deadline = time.monotonic() + _START_S
        self._limits = limits
        self._frames = Frames(limits.reply_mib << 20)
        self._allowance = Allowance(_START_S, _START_S)
        self._cpu_before_s = 0.0
        self._began = 0.0
        self.pipe, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.pipe.setblocking(False)
        try:
            with theirs:
                self._process = _start([*command, *_terms(theirs, limits, kit).arguments()], theirs)
        except BaseException:
            self.pipe.close()
            raise

    @property
    def pid(self) -> int:
        """Its number with the operating system."""
        return self._process.pid

    def hand(self, task: Task) -> bool:
        """Give it a task; false when the process turns out to be gone."""
        self.task, self.claimed, self.sent_ahead = task, False, 0
        if self.ready:
            self.begin()
        files = [task.file.file.fileno()]
        if task.out:
            files.append(_emptied(task.out))
        try:
            socket.send_fds(self.pipe, [encode(task.request)], files)
        except OSError:  # the pipe of a process that died while idle
            self.task = None
            return False
        return True

    def begin(self) -> None:
        """Start the clocks of the task in hand."""
        self.ready = True
        self.deadline = math.inf
        self._began = time.monotonic()
        self._cpu_before_s = _cpu_used_s(self.pid)
        if self.task:
            self.allow(self.task.allowance)

    def allow(self, allowance: Allowance) -> None:
        """Limit the task in hand, from outside; processor time counts from where the process stood at its beginning."""
        self._allowance = allowance
        self.deadline = self._began + allowance.wall_s
        if hasattr(resource, "prlimit"):  # Linux; elsewhere the wall limit stands alone
            most_s = math.ceil(self._cpu_before_s + allowance.cpu_s)
            with suppress(ProcessLookupError):  # its end arrives through the pipe
                _, hard_s = resource.prlimit(self.pid, resource.RLIMIT_CPU)
                most_s = most_s if hard_s == resource.RLIM_INFINITY else min(most_s, hard_s)
                resource.prlimit(self.pid, resource.RLIMIT_CPU, (most_s, hard_s))

    def finish(self) -> Task:
        """Take back the task, answered."""
        task, self.task = self.task, None
        assert task is not None
        self.deadline = math.inf
        self.answers += 1
        return task

    def receive(self) -> Iterator[Reply]:
        """The answers that have arrived whole.

        Raises
        ------
        EndedError
            The other end of the pipe is closed.
        NotAllowedError
            One of them is longer than allowed or breaks a bound.
        """
        try:
            chunk = self.pipe.recv(_CHUNK)
        except BlockingIOError:
            return
        except ConnectionError:
            chunk = b""
        if not chunk:
            raise EndedError
        for body in self._frames.feed(chunk):
            yield decode_reply(body)

    def kill(self) -> int:
        """End it and whatever it started, and tell its exit status (negative: the signal that killed it)."""
        self.pipe.close()
        if self._process.returncode is None:  # waited for, its number may be another's
            with suppress(ProcessLookupError, PermissionError):  # macOS says so of a group that is dead already
                os.killpg(self.pid, signal.SIGKILL)
        return self._process.wait()

    def timeout(self) -> Reason:
        """That the wall limit of the task in hand was reached."""
        return reason("timeout", limit_s=self._allowance.wall_s)

    def cause(self, status: int) -> Reason:
        """Why a process ended by itself, from its exit status."""
        if status == -signal.SIGXCPU:
            return reason("cpu_limit", limit_s=self._allowance.cpu_s)
        if status == OUT_OF_MEMORY:
            return reason("memory_limit", limit_mib=self._limits.memory_mib)
        return reason("worker_died")


def _emptied(out: BinaryIO) -> int:
    """The descriptor of a file to be filled, without what an earlier try left in it."""
    os.ftruncate(out.fileno(), 0)
    os.lseek(out.fileno(), 0, os.SEEK_SET)
    return out.fileno()


def _terms(pipe: socket.socket, limits: Limits, kit: Kit) -> Terms:
    return Terms(pipe.fileno(), limits.memory_mib, limits.file_mib, limits.reply_mib, kit)


def _start(command: list[str], pipe: socket.socket) -> subprocess.Popen[bytes]:
    """The process: its own session, so that Ctrl-C reaches only the parent; no environment but what it needs."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # native libraries talk there, in the clip's own words
            pass_fds=(pipe.fileno(),),
            env=_ENVIRONMENT | passed_on,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise no_process() from error


def no_process() -> NoProcessError:
    """The error to raise when reading processes do not start."""
    return NoProcessError(_("no reading process can be started; run opsec doctor to see what is missing"))


def _cpu_used_s(pid: int) -> float:
    """Processor time the process has used so far (proc(5)); 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return 0.0
    user, system = told.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
