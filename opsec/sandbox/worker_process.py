"""One worker process as the parent sees it: its pipe, its current task, and how it ended."""

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
from opsec.i18n.messages import _
from opsec.i18n.reasons import make_reason
from opsec.ingest.source import OpenFile
from opsec.model import Reading, Reason
from opsec.model.resources import ReaderResources
from opsec.sandbox.protocol import FrameBuffer, Reply, Request, decode_reply, encode
from opsec.sandbox.time_limits import TimeLimits
from opsec.sandbox.worker import OUT_OF_MEMORY, WorkerArguments
from opsec.settings import Limits

_CHUNK_BYTES = 1 << 18
_MAX_START_S = 60.0
"""A process that is not ready by then will never be, however busy the machine is."""
_ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/",  # without one Python asks the user database for it, and that is a socket
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",  # the same clip gives the same bytes, whatever order a set takes
    "PYTHONUTF8": "1",
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime, which speech reading needs, looks up a host of its maker otherwise
    "OMP_NUM_THREADS": "1",  # one process a processor: threads inside would only take from each other
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    "HF_HUB_OFFLINE": "1",  # a model that lacks a file is an error, never a download
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TESSDATA_PREFIX")
"""Variables without which some builds of Python do not start, and the folder of tesseract's language data."""


class WorkerStartError(OpsecError):
    """No worker process can be started: nothing could be read, so the run stops."""

    exit_code = 4


class ProcessEndedError(Exception):
    """The process has closed its pipe: most likely it is dead."""


@dataclass(slots=True, eq=False)
class Task:
    """One file to be read, or one member to be extracted, and its outcome."""

    request: Request
    file: OpenFile
    time_limits: TimeLimits
    finished: deque["Task"]
    """Queue into which the task is put when an attempt is over."""
    out: BinaryIO | None = None
    answer: Reply | None = None
    partial: Reading | None = None
    """The last partial result, which outlives the death of the process."""
    failure: Reason | None = None
    """Why the last attempt gave no answer."""


class WorkerProcess:
    """A running worker process. It has at most one task at a time."""

    def __init__(self, command: Sequence[str], limits: Limits, kit: ReaderResources) -> None:
        """Start it. Raises ``WorkerStartError`` if the operating system refuses."""
        self.task: Task | None = None
        self.ready = False
        self.has_header = False
        self.partial_results = 0
        self.answers = 0
        self.deadline = time.monotonic() + _MAX_START_S
        self._limits = limits
        self._frames = FrameBuffer(limits.reply_mib << 20)
        self._allowance = TimeLimits(_MAX_START_S, _MAX_START_S)
        self._cpu_before_s = 0.0
        self._began = 0.0
        self.pipe, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.pipe.setblocking(False)
        try:
            with theirs:
                self._process = _start([*command, *_worker_arguments(theirs, limits, kit).arguments()], theirs)
        except BaseException:
            self.pipe.close()
            raise

    @property
    def pid(self) -> int:
        """Process identifier."""
        return self._process.pid

    def assign(self, task: Task) -> bool:
        """Send a task to the process; return False when the process is gone."""
        self.task, self.has_header, self.partial_results = task, False, 0
        if self.ready:
            self.start_clocks()
        files = [task.file.file.fileno()]
        if task.out:
            files.append(_truncated(task.out))
        try:
            socket.send_fds(self.pipe, [encode(task.request)], files)
        except OSError:  # the pipe of a process that died while idle
            self.task = None
            return False
        return True

    def start_clocks(self) -> None:
        """Start the clocks of the current task."""
        self.ready = True
        self.deadline = math.inf
        self._began = time.monotonic()
        self._cpu_before_s = _cpu_used_s(self.pid)
        if self.task:
            self.set_time_limits(self.task.time_limits)

    def set_time_limits(self, allowance: TimeLimits) -> None:
        """Limit the current task from outside; processor time counts from what the process had used at its start."""
        self._allowance = allowance
        self.deadline = self._began + allowance.wall_s
        if hasattr(resource, "prlimit"):  # Linux; elsewhere the wall limit stands alone
            most_s = math.ceil(self._cpu_before_s + allowance.cpu_s)
            with suppress(ProcessLookupError):  # its end arrives through the pipe
                _, hard_s = resource.prlimit(self.pid, resource.RLIMIT_CPU)
                most_s = most_s if hard_s == resource.RLIM_INFINITY else min(most_s, hard_s)
                resource.prlimit(self.pid, resource.RLIMIT_CPU, (most_s, hard_s))

    @property
    def elapsed_s(self) -> float:
        """Wall time that the current task has taken."""
        return time.monotonic() - self._began

    def finish(self) -> Task:
        """Take back the task when it is answered."""
        task, self.task = self.task, None
        assert task is not None
        self.deadline = math.inf
        self.answers += 1
        return task

    def receive(self) -> Iterator[Reply]:
        """Yield the replies that have arrived completely.

        Raises
        ------
        ProcessEndedError
            The other end of the pipe is closed.
        InvalidMessageError
            A reply is longer than allowed or breaks a bound.
        """
        try:
            chunk = self.pipe.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return
        except ConnectionError:
            chunk = b""
        if not chunk:
            raise ProcessEndedError
        for body in self._frames.feed(chunk):
            yield decode_reply(body)

    def kill(self) -> int:
        """End the process and its children; return its exit status (negative: the signal that killed it)."""
        self.pipe.close()
        if self._process.returncode is None:  # waited for, its number may be another's
            with suppress(
                ProcessLookupError, PermissionError
            ):  # macOS raises the second for a group that is dead already
                os.killpg(self.pid, signal.SIGKILL)
        return self._process.wait()

    def timeout_reason(self) -> Reason:
        """Return the reason that the wall time limit of the current task was reached."""
        return make_reason("timeout", limit_s=self._allowance.wall_s)

    def exit_reason(self, status: int) -> Reason:
        """Return why a process ended by itself, from its exit status."""
        if status == -signal.SIGXCPU:
            return make_reason("cpu_limit", limit_s=self._allowance.cpu_s)
        if status == OUT_OF_MEMORY:
            return make_reason("memory_limit", limit_mib=self._limits.memory_mib)
        return make_reason("worker_died")


def _truncated(out: BinaryIO) -> int:
    """Truncate a file to be filled, which an earlier attempt may have written to, and return its descriptor."""
    os.ftruncate(out.fileno(), 0)
    os.lseek(out.fileno(), 0, os.SEEK_SET)
    return out.fileno()


def _worker_arguments(pipe: socket.socket, limits: Limits, kit: ReaderResources) -> WorkerArguments:
    return WorkerArguments(pipe.fileno(), limits.memory_mib, limits.file_mib, limits.reply_mib, kit)


def _start(command: list[str], pipe: socket.socket) -> subprocess.Popen[bytes]:
    """Start the process in a session of its own, so that Ctrl-C reaches only the parent, with a bare environment."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # native libraries quote the clip there
            pass_fds=(pipe.fileno(),),
            env=_ENVIRONMENT | passed_on,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise worker_start_error() from error


def worker_start_error() -> WorkerStartError:
    """Return the error to raise when worker processes do not start."""
    return WorkerStartError(_("no reading process can be started; run opsec doctor to see what is missing"))


def _cpu_used_s(pid: int) -> float:
    """Return the processor time that a process has used (proc(5)); 0 where the system has no ``/proc``."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
