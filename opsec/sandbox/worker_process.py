"""One worker process as the parent sees it: its one task, its socket, what it uses, and how it ended."""

import fcntl
import math
import os
import resource
import signal
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from opsec.i18n.reasons import make_reason
from opsec.ingest.source import OpenFile
from opsec.model import Reading, Reason
from opsec.sandbox.process_usage import memory_used_mib
from opsec.sandbox.protocol import OUT_OF_MEMORY, FrameBuffer, Reply, Request, decode_reply
from opsec.sandbox.template_process import TemplateEndedError, TemplateProcess
from opsec.sandbox.time_limits import TimeLimits
from opsec.settings import Limits

_CHUNK_BYTES = 1 << 18
_GONE = -signal.SIGKILL
"""Status of a worker whose template is gone: it ends with it."""


class ProcessEndedError(Exception):
    """The process has closed its socket: most likely it is dead."""


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
    cpu_s: float = 0.0
    """Processor time of all attempts so far."""


class WorkerProcess:
    """A running worker process, which carries out one task and ends."""

    def __init__(self, template: TemplateProcess, task: Task, limits: Limits) -> None:
        """Start it.

        Raises
        ------
        TemplateEndedError
            The template is gone.
        WorkerStartError
            The operating system refuses another process.
        """
        self.task = task
        self.template = template
        self.has_header = False
        self.partial_results = 0
        self.deadline = math.inf
        self._limits = limits
        self._frames = FrameBuffer(limits.reply_mib << 20)
        self._began = time.monotonic()
        self._allowance = task.time_limits
        self.pipe, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.pipe.setblocking(False)
        try:
            with theirs:
                self.pid = _start(template, task, theirs)
        except BaseException:
            self.pipe.close()
            raise
        self.set_time_limits(task.time_limits)

    def set_time_limits(self, allowance: TimeLimits) -> None:
        """Limit the task from outside, in wall and processor time."""
        self._allowance = allowance
        self.deadline = self._began + allowance.wall_s
        if hasattr(resource, "prlimit"):  # Linux; elsewhere the wall limit stands alone
            most_s = math.ceil(allowance.cpu_s)
            with suppress(ProcessLookupError):  # its end arrives through the socket
                _, hard_s = resource.prlimit(self.pid, resource.RLIMIT_CPU)
                most_s = most_s if hard_s == resource.RLIM_INFINITY else min(most_s, hard_s)
                resource.prlimit(self.pid, resource.RLIMIT_CPU, (most_s, hard_s))

    @property
    def elapsed_s(self) -> float:
        """Wall time that the task has taken."""
        return time.monotonic() - self._began

    @property
    def exceeds_memory(self) -> bool:
        """Whether it uses more memory than it may, shared memory included."""
        used_mib = memory_used_mib(self.pid)
        return used_mib is not None and used_mib > self._limits.memory_mib

    def receive(self) -> Iterator[Reply]:
        """Yield the replies that have arrived completely.

        Raises
        ------
        ProcessEndedError
            The other end of the socket is closed.
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

    def end(self) -> int:
        """End the process and what it may have started; return its exit status (negative: a signal)."""
        self.pipe.close()
        try:
            ended = self.template.end_worker(self.pid)
        except TemplateEndedError:
            return _GONE
        self.task.cpu_s += ended.cpu_s
        return ended.status

    def timeout_reason(self) -> Reason:
        """Return the reason that the wall time limit was reached."""
        return make_reason("timeout", limit_s=self._allowance.wall_s)

    def memory_reason(self) -> Reason:
        """Return the reason that the memory limit was reached."""
        return make_reason("memory_limit", limit_mib=self._limits.memory_mib)

    def exit_reason(self, status: int) -> Reason:
        """Return why the process ended by itself, from its exit status."""
        if status == -signal.SIGXCPU:
            return make_reason("cpu_limit", limit_s=self._allowance.cpu_s)
        if status == OUT_OF_MEMORY:
            return self.memory_reason()
        return make_reason("worker_died")


def _start(template: TemplateProcess, task: Task, pipe: socket.socket) -> int:
    """Have a worker forked that has the file of the task open for reading alone."""
    file = task.file.file.fileno()
    readable = _for_reading_only(file)
    try:
        written = [_truncated(task.out)] if task.out else []
        return template.start_worker(task.request, [pipe.fileno(), readable, *written])
    finally:
        if readable != file:
            os.close(readable)


def _for_reading_only(file: int) -> int:
    """Return a descriptor of the same file that cannot write; the same one where the system offers no way."""
    if fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
        with suppress(OSError):
            return os.open(f"/proc/self/fd/{file}", os.O_RDONLY | os.O_CLOEXEC)
    return file


def _truncated(out: BinaryIO) -> int:
    """Truncate a file to be filled, which an earlier attempt may have written to, and return its descriptor."""
    os.ftruncate(out.fileno(), 0)
    os.lseek(out.fileno(), 0, os.SEEK_SET)
    return out.fileno()
