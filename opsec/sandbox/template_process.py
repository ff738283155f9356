"""The template process as the parent sees it: it is started once, and forks one worker for each task."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from opsec.errors import OpsecError
from opsec.i18n.messages import _
from opsec.model.resources import ReaderResources
from opsec.sandbox.lock import NO_PARTS, REQUIRED_PARTS, LockPart
from opsec.sandbox.protocol import LENGTH_PREFIX, InvalidMessageError, Request, encode
from opsec.sandbox.template_arguments import TemplateArguments
from opsec.sandbox.template_messages import (
    EndRequest,
    StartRequest,
    TemplateReady,
    TemplateReply,
    WorkerEnded,
    WorkerStarted,
    decode_template_reply,
)
from opsec.settings import Limits

R = TypeVar("R", TemplateReady, WorkerStarted, WorkerEnded)

MAX_START_S = 120.0
"""A template that is not ready by then will never be, however busy the machine is."""
_MAX_REPLY_S = 60.0
_MAX_REPLY_BYTES = 4096
_MAX_END_S = 10.0
_ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/",  # without one Python asks the user database for it, and that is a socket
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",  # the same clip gives the same bytes, whatever order a set takes
    "PYTHONUTF8": "1",
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime, which speech reading needs, looks up a host of its maker otherwise
    "OMP_NUM_THREADS": "1",  # a process with threads cannot be forked and locked
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # large pages: less to copy for a fork, fewer faults after it
    "OPENCV_OPENCL_RUNTIME": "disabled",  # a driver of a graphics card has threads of its own
    "HF_HUB_OFFLINE": "1",  # a model that lacks a file is an error, never a download
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TESSDATA_PREFIX")
"""Variables without which some builds of Python do not start, and the folder of tesseract's language data."""


class WorkerStartError(OpsecError):
    """No worker process can be started: nothing could be read, so the run stops."""

    exit_code = 4


class WeakIsolationError(OpsecError):
    """Worker processes cannot be locked on this machine, and the officer did not allow that."""

    exit_code = 2


class TemplateEndedError(Exception):
    """The template has closed its socket or does not reply: most likely it is dead."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """How worker processes are isolated."""

    allow_weak: bool = False
    """Whether files are read although a worker cannot be locked on this machine."""
    without: frozenset[LockPart] = NO_PARTS
    """Parts of the lock to leave out, for tests of the others."""


class TemplateProcess:
    """A running template."""

    def __init__(
        self,
        command: Sequence[str],
        limits: Limits,
        kit: ReaderResources,
        isolation: Isolation,
        *,
        decodes: bool,
    ) -> None:
        """Start it. Raises ``WorkerStartError`` if the operating system refuses."""
        self._isolation = isolation
        self.missing: frozenset[str] = frozenset()
        """Parts of the lock that are not in force."""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        terms = TemplateArguments(
            theirs.fileno(),
            decodes,
            isolation.allow_weak,
            limits.memory_mib,
            limits.file_mib,
            limits.reply_mib,
            isolation.without,
            kit,
        )
        try:
            with theirs:
                self._process = _start([*command, *terms.arguments()], theirs)
        except BaseException:
            self._control.close()
            raise

    @property
    def pid(self) -> int:
        """Process identifier."""
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Wait until everything is loaded.

        Raises
        ------
        TemplateEndedError
            It ended instead.
        WeakIsolationError
            Its workers cannot be locked, and weak isolation was not allowed.
        """
        ready = self._receive(TemplateReady, MAX_START_S)
        self.missing = frozenset(ready.missing)
        if ready.threads != 1:
            self.missing |= {"single_thread"}
        if self.missing & (REQUIRED_PARTS | {"single_thread"}) and not self._isolation.allow_weak:
            raise weak_isolation_error(self.missing)

    @property
    def is_weak(self) -> bool:
        """Whether workers read without the whole lock."""
        return bool(self.missing & (REQUIRED_PARTS | {"single_thread"}))

    def start_worker(self, request: Request, descriptors: Sequence[int]) -> int:
        """Fork a worker for one task and return its process identifier.

        Raises
        ------
        TemplateEndedError
            The template is gone.
        WorkerStartError
            The operating system refuses another process.
        """
        self._send(StartRequest(request), descriptors)
        started = self._receive(WorkerStarted, _MAX_REPLY_S)
        if started.pid <= 1:  # no process could be forked
            raise worker_start_error()
        return started.pid

    def end_worker(self, pid: int) -> WorkerEnded:
        """End a worker; return its exit status and what it used. Raises ``TemplateEndedError``."""
        self._send(EndRequest(pid))
        return self._receive(WorkerEnded, _MAX_REPLY_S)

    def end(self) -> None:
        """End the template and all its workers."""
        self._control.close()  # it ends them when it sees this
        try:
            self._process.wait(_MAX_END_S)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()

    def _send(self, message: StartRequest | EndRequest, descriptors: Sequence[int] = ()) -> None:
        try:
            self._control.settimeout(_MAX_REPLY_S)
            socket.send_fds(self._control, [encode(message)], descriptors)
        except OSError as error:
            raise TemplateEndedError from error

    def _receive(self, kind: type[R], most_s: float) -> R:
        until_s = time.monotonic() + most_s
        (length,) = LENGTH_PREFIX.unpack(self._receive_exactly(LENGTH_PREFIX.size, until_s))
        if length > _MAX_REPLY_BYTES:
            raise TemplateEndedError
        try:
            reply: TemplateReply = decode_template_reply(self._receive_exactly(length, until_s))
        except InvalidMessageError as error:
            raise TemplateEndedError from error
        if not isinstance(reply, kind):
            raise TemplateEndedError
        return reply

    def _receive_exactly(self, length: int, until_s: float) -> bytes:
        received = bytearray()
        while len(received) < length:
            self._control.settimeout(max(0.001, until_s - time.monotonic()))
            try:
                part = self._control.recv(length - len(received))
            except OSError as error:
                raise TemplateEndedError from error
            if not part:
                raise TemplateEndedError
            received += part
        return bytes(received)


def _start(command: list[str], control: socket.socket) -> subprocess.Popen[bytes]:
    """Start the process in a session of its own, so that Ctrl-C reaches only the parent, with a bare environment."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # native libraries quote the clip there
            pass_fds=(control.fileno(),),
            env=_ENVIRONMENT | passed_on,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise worker_start_error() from error


def worker_start_error() -> WorkerStartError:
    """Return the error to raise when worker processes do not start."""
    return WorkerStartError(_("no reading process can be started; run opsec doctor to see what is missing"))


def weak_isolation_error(missing: frozenset[str]) -> WeakIsolationError:
    """Return the error to raise when worker processes cannot be locked."""
    return WeakIsolationError(
        _(
            "files cannot be read safely on this machine, because the reading process cannot be locked ({missing}); "
            "use a Linux machine whose kernel has seccomp, or allow it with --allow-weak-isolation",
            missing=", ".join(sorted(missing)),
        )
    )
