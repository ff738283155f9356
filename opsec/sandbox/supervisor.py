"""Supervisor of the worker processes that read files: they may hang, use too much memory or die, and no file is lost.

Each process has its own pipe: when a process dies, only the file that it was reading has failed, and that file is tried
once more alone, in a fresh process, while nothing else runs. There are no threads: one selector waits for all pipes and
for the nearest deadline.
"""

import logging
import os
import selectors
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeVar

from opsec.i18n.reasons import make_reason
from opsec.ingest.source import CannotOpenError, OpenFile
from opsec.model import Claim, Reading, Reason
from opsec.model.resources import ReaderResources
from opsec.runtime.event_log import log_event
from opsec.sandbox.protocol import (
    FileHeader,
    InvalidMessageError,
    PartialResult,
    ReadRequest,
    ReadResult,
    Ready,
    Reply,
    UnpackDone,
    UnpackRefused,
    UnpackRequest,
)
from opsec.sandbox.task_outcomes import interrupted_reading, log_reading, unread_reading
from opsec.sandbox.time_limits import TimeLimits, reading_limits, unpacking_limits
from opsec.sandbox.worker_process import ProcessEndedError, Task, WorkerProcess, worker_start_error
from opsec.settings import Limits

K = TypeVar("K")
_LOG = logging.getLogger(__name__)

COMMAND = (sys.executable, "-s", "-P", "-m", "opsec.sandbox.worker")
_MAX_FILES_PER_PROCESS = 500
"""After this many files a process is replaced, so that leaks of a native library cannot add up."""
_MAX_RETRIES_WAITING = 32
"""Failed files that wait, open, for their second try; when there are more, new files wait until those are final."""
_MAX_FAILED_STARTS = 3
_MAX_PARTIAL_RESULTS = 2
"""Partial results of one file: one before its pictures are decoded, one before its sound is."""
_MAX_SLEEP_S = 3600.0


@dataclass(slots=True)
class _Batch(Generic[K]):
    """State of one call of ``read_all``."""

    source: Iterator[tuple[K, OpenFile | Reading]]
    more: bool = True
    """Whether the source may yield another file."""
    keys: dict[Task, K] = field(default_factory=dict)
    """Every task that is not final, with the caller's key."""
    finished: deque[Task] = field(default_factory=deque)
    to_retry: deque[Task] = field(default_factory=deque)
    """Tasks that failed once."""


class Supervisor:
    """The worker processes of one scan. Leaving the ``with`` block ends them all, whatever happened inside."""

    def __init__(
        self, limits: Limits, command: Sequence[str] | None = None, resources: ReaderResources | None = None
    ) -> None:
        """Start no process yet.

        Parameters
        ----------
        limits
            Of the settings.
        command
            Starts one worker process; ``WorkerArguments`` are appended. Default: ``COMMAND``.
        resources
            Models and data for the readers of pictures and sound.
        """
        self._limits = limits
        self._resources = resources or ReaderResources()
        self._with_speech = self._resources.speech_model is not None
        self._with_landmark_model = self._resources.landmark_model is not None
        self._command = tuple(command or COMMAND)
        self._max_processes = limits.workers or os.cpu_count() or 1
        self._selector = selectors.DefaultSelector()
        self._processes: list[WorkerProcess] = []
        self._waiting: deque[Task] = deque()
        self._failed_starts = 0
        self._returned_at_s = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
        self._processes.clear()
        self._waiting.clear()
        self._selector.close()

    # ── requests of the parent ────────────────────────────────────────────────────────────────
    def read_all(self, files: Iterable[tuple[K, OpenFile | Reading]]) -> Iterator[tuple[K, Reading]]:
        """Yield the reading of every file as it is finished; a reading that is known already is passed on at once.

        Files are taken only as processes become free (and one in advance), so that few are open at a time; each is
        closed here once its reading is final. While the next file is being taken, ``read`` and ``unpack`` may be
        called. An exception of ``files`` is passed on; files that are being read are then closed unread.
        """
        work = _Batch(iter(files))
        try:
            while work.more or work.keys:
                known = self._take_file(work) if self._wants_file(work) else None
                if known:
                    yield known
                if self._busy():
                    self._step(wait=not self._wants_file(work))
                for task in self._final_tasks(work):
                    reading = self._reading_of(task)
                    task.file.close()
                    yield work.keys.pop(task), reading
        finally:
            for task in work.keys:
                self._abandon(task)
                task.file.close()

    def read(self, file: OpenFile) -> Reading:
        """Read one file now. It stays open."""
        task = self._read_task(file, deque())
        self._complete(task)
        return self._reading_of(task)

    def unpack(self, archive: OpenFile, index: int, out: BinaryIO) -> None:
        """Extract one member of an archive.

        Parameters
        ----------
        archive
            Stays open.
        index
            Of the member.
        out
            A real file, which is overwritten and stays open.

        Raises
        ------
        CannotOpenError
            The member cannot be extracted, with the reason.
        """
        most_bytes = self._limits.file_mib << 20
        allowance = unpacking_limits(self._limits, archive.size_bytes)
        task = Task(UnpackRequest(index, most_bytes), archive, allowance, deque(), out)
        self._complete(task)
        if archive.changed():
            raise CannotOpenError(make_reason("changed"))
        if task.failure:
            raise CannotOpenError(task.failure)
        if isinstance(task.answer, UnpackRefused):
            raise CannotOpenError(task.answer.reason)

    # ── attempts ──────────────────────────────────────────────────────────────────────────────
    def _wants_file(self, work: "_Batch[K]") -> bool:
        """Return whether to take another file: one for each process, and one in advance so that none is idle."""
        in_hand = len(self._waiting) + sum(process.task is not None for process in self._processes)
        return work.more and len(work.to_retry) < _MAX_RETRIES_WAITING and in_hand <= self._max_processes

    def _take_file(self, work: "_Batch[K]") -> tuple[K, Reading] | None:
        """Take one more file; return its reading if that is known already."""
        for key, file in work.source:
            if isinstance(file, Reading):
                return key, file
            task = self._read_task(file, work.finished)
            work.keys[task] = key
            self._waiting.append(task)
            return None
        work.more = False
        return None

    def _final_tasks(self, work: "_Batch[K]") -> Iterator[Task]:
        """Yield tasks that are final: answered, or tried twice. Second attempts wait until everything else is done."""
        while work.finished:
            task = work.finished.popleft()
            if task.failure:
                work.to_retry.append(task)
            else:
                yield task
        last = not work.more or len(work.to_retry) >= _MAX_RETRIES_WAITING
        while last and work.to_retry and not self._busy():
            yield self._retry_alone(work.to_retry.popleft())

    def _read_task(self, file: OpenFile, finished: deque[Task]) -> Task:
        return Task(ReadRequest(file.kind), file, self._reading_limits(), finished)

    def _reading_limits(self, claim: Claim | None = None) -> TimeLimits:
        return reading_limits(
            self._limits, claim, with_speech=self._with_speech, with_landmark_model=self._with_landmark_model
        )

    def _complete(self, task: Task) -> None:
        """Run one task until it is final, while the others go on."""
        try:
            self._wait_for(task)
            if task.failure:
                self._retry_alone(task)
        except BaseException:
            self._abandon(task)
            raise

    def _retry_alone(self, task: Task) -> Task:
        """Try a task a second time, when all other work is done, in a fresh process."""
        while self._busy():
            self._step()
        for process in [*self._processes]:
            self._remove(process)
        self._wait_for(task)
        return task

    def _wait_for(self, task: Task) -> None:
        self._waiting.append(task)
        while task not in task.finished:
            self._step()
        task.finished.remove(task)

    def _abandon(self, task: Task) -> None:
        """Drop a task whose answer is no longer wanted."""
        if task in self._waiting:
            self._waiting.remove(task)
        for process in [process for process in self._processes if process.task is task]:
            self._remove(process)

    def _reading_of(self, task: Task) -> Reading:
        if task.file.changed():
            return unread_reading(task.file.kind, make_reason("changed"), self._resources)
        if isinstance(task.answer, ReadResult):
            return task.answer.reading
        assert task.failure is not None
        if task.partial is not None:
            return interrupted_reading(task.partial, task.failure)
        return unread_reading(task.file.kind, task.failure, self._resources)

    # ── one step of the loop ──────────────────────────────────────────────────────────────────
    def _busy(self) -> bool:
        return bool(self._waiting) or any(process.task for process in self._processes)

    def _step(self, *, wait: bool = True) -> None:
        """Assign waiting tasks, sleep until a process replies or a deadline passes, and handle it.

        Replies come before deadlines: one that has arrived already is not too late.
        """
        self._extend_deadlines()
        self._assign_tasks()
        nearest = min(process.deadline for process in self._processes) - time.monotonic()
        for key, _events in self._selector.select(min(max(0.0, nearest), _MAX_SLEEP_S) if wait else 0.0):
            self._receive(key.data)
        now = time.monotonic()
        for process in [process for process in self._processes if process.deadline <= now]:
            self._end_process(process, process.timeout_reason())
        self._assign_tasks()
        self._returned_at_s = time.monotonic()

    def _extend_deadlines(self) -> None:
        """Extend the deadlines by the time in which the caller was busy with results: no clip used that time."""
        away_s = time.monotonic() - self._returned_at_s
        for process in self._processes:
            process.deadline += away_s

    def _assign_tasks(self) -> None:
        idle = deque(process for process in self._processes if process.task is None)
        while self._waiting and (idle or len(self._processes) < self._max_processes):
            process = idle.popleft() if idle else self._start()
            task = self._waiting.popleft()
            if process.assign(task):
                task.failure = None
            else:
                self._waiting.appendleft(task)
                self._end_process(process, None)

    def _start(self) -> WorkerProcess:
        if self._failed_starts >= _MAX_FAILED_STARTS:
            raise worker_start_error()
        log_event(_LOG, "process_started", running=len(self._processes), failed_starts=self._failed_starts)
        process = WorkerProcess(self._command, self._limits, self._resources)
        self._processes.append(process)
        self._selector.register(process.pipe, selectors.EVENT_READ, process)
        return process

    # ── one process ───────────────────────────────────────────────────────────────────────────
    def _receive(self, process: WorkerProcess) -> None:
        try:
            for reply in process.receive():
                self._handle_reply(process, reply)
        except InvalidMessageError:
            self._end_process(process, make_reason("bad_reply"))
        except ProcessEndedError:
            self._end_process(process, None)
        if process in self._processes and process.answers >= _MAX_FILES_PER_PROCESS and process.task is None:
            self._remove(process)

    def _handle_reply(self, process: WorkerProcess, reply: Reply) -> None:
        """Handle one reply. Raises ``InvalidMessageError`` when it is no reply to the request of the process."""
        request = process.task.request if process.task else None
        match reply, request:
            case Ready(), _ if not process.ready:
                self._failed_starts = 0
                process.start_clocks()
            case FileHeader(claim), ReadRequest() if not process.has_header:
                process.has_header = True
                process.set_time_limits(self._reading_limits(claim))
            case PartialResult(reading), ReadRequest() if (
                process.task and process.partial_results < _MAX_PARTIAL_RESULTS
            ):
                process.partial_results += 1
                process.task.partial = reading
            case (ReadResult(), ReadRequest()) | (UnpackDone() | UnpackRefused(), UnpackRequest()):
                log_reading(process, reply)
                task = process.finish()
                task.answer, task.failure = reply, None
                task.finished.append(task)
            case _:
                raise InvalidMessageError(type(reply).__name__)

    def _end_process(self, process: WorkerProcess, cause: Reason | None) -> None:
        """End a process; ``cause``: why the parent ends it, None when it ended by itself."""
        task, started = process.task, process.ready
        status = self._remove(process)
        if not started:
            self._failed_starts += 1
            if task:  # no byte of it was read yet, so this was no attempt
                self._waiting.appendleft(task)
        elif task:
            task.failure = cause or process.exit_reason(status)
            log_event(_LOG, "process_ended", status=status, reason=task.failure.code, took_s=process.elapsed_s)
            task.finished.append(task)

    def _remove(self, process: WorkerProcess) -> int:
        self._selector.unregister(process.pipe)
        status = process.kill()
        self._processes.remove(process)
        return status
