"""Run tasks in worker processes: start them, wait for their replies, and end those that exceed a limit.

There are no threads: one selector waits for all sockets and for the nearest deadline.
"""

import logging
import os
import selectors
import sys
import time
from collections import deque
from collections.abc import Sequence

from opsec.i18n.reasons import make_reason
from opsec.model import Claim, Reason
from opsec.model.resources import ReaderResources
from opsec.readers.versions import decoded_kinds
from opsec.runtime.event_log import log_event
from opsec.sandbox.lock import keep_memory_private
from opsec.sandbox.protocol import (
    FINAL_REPLIES,
    FileHeader,
    InvalidMessageError,
    PartialResult,
    ReadRequest,
    Reply,
    UnpackRequest,
)
from opsec.sandbox.task_outcomes import log_reading
from opsec.sandbox.template_process import Isolation, TemplateEndedError, TemplateProcess, worker_start_error
from opsec.sandbox.time_limits import TimeLimits, reading_limits
from opsec.sandbox.worker_process import ProcessEndedError, Task, WorkerProcess
from opsec.settings import Limits

_LOG = logging.getLogger(__name__)

COMMAND = (sys.executable, "-s", "-P", "-m", "opsec.sandbox.template")
_MAX_FAILED_STARTS = 3
_MAX_PARTIAL_RESULTS = 2
"""Partial results of one file: one before its pictures are decoded, one before its sound is."""
_WATCH_EVERY_S = 0.2
"""Time between two looks at the memory of the processes."""


class WorkerPool:
    """The templates and the worker processes of one scan."""

    def __init__(
        self, limits: Limits, command: Sequence[str] | None, resources: ReaderResources, isolation: Isolation | None
    ) -> None:
        """Start no process yet; the parameters are those of ``Supervisor``."""
        self._limits = limits
        self._resources = resources
        self._command = tuple(command or COMMAND)
        self._isolation = isolation or Isolation(limits.allow_weak_isolation)
        self._decoded_kinds = decoded_kinds(resources)
        self._most = limits.workers or os.cpu_count() or 1
        self._selector = selectors.DefaultSelector()
        self._templates: dict[bool, TemplateProcess] = {}
        """By whether their workers decode."""
        self._processes: list[WorkerProcess] = []
        self._waiting: deque[Task] = deque()
        self._failed_starts = 0
        self._watched_at_s = 0.0
        self._returned_at_s = time.monotonic()
        self.missing_parts: frozenset[str] = frozenset()
        """Parts of the lock without which files were read, because weak isolation was allowed."""

    def close(self) -> None:
        """End every process."""
        for process in self._processes:
            process.end()
        for template in self._templates.values():
            template.end()
        self._processes.clear()
        self._templates.clear()
        self._waiting.clear()
        self._selector.close()

    def reading_limits(self, claim: Claim | None = None, size_bytes: int | None = None) -> TimeLimits:
        """Return the time limits for reading a file of this size that claims this much."""
        return reading_limits(
            self._limits,
            claim,
            size_bytes=size_bytes,
            with_speech=self._resources.speech_model is not None,
            with_landmark_model=self._resources.landmark_model is not None,
        )

    # ── tasks ─────────────────────────────────────────────────────────────────────────────────
    def add(self, task: Task) -> None:
        """Add a task; when an attempt is over, it is put into its queue ``finished``."""
        self._waiting.append(task)

    def abandon(self, task: Task) -> None:
        """Drop a task whose answer is no longer wanted."""
        if task in self._waiting:
            self._waiting.remove(task)
        for process in [process for process in self._processes if process.task is task]:
            self._remove(process)

    @property
    def is_busy(self) -> bool:
        """Whether a task is waiting or in work."""
        return bool(self._waiting or self._processes)

    @property
    def has_room(self) -> bool:
        """Whether to take another file: one for each process, and one in advance so that none is idle."""
        return len(self._waiting) + len(self._processes) <= self._most

    # ── one step of the loop ──────────────────────────────────────────────────────────────────
    def step(self, *, wait: bool = True) -> None:
        """Assign waiting tasks, sleep until a process replies or a deadline passes, and handle it.

        Replies come before deadlines: one that has arrived already is not too late.
        """
        self._extend_deadlines()
        self._assign_tasks()
        nearest = min((process.deadline for process in self._processes), default=0.0) - time.monotonic()
        for key, _events in self._selector.select(min(max(0.0, nearest), _WATCH_EVERY_S) if wait else 0.0):
            self._receive(key.data)
        now = time.monotonic()
        for process in [process for process in self._processes if process.deadline <= now]:
            self._end_process(process, process.timeout_reason())
        self._watch_memory(now)
        self._assign_tasks()
        self._returned_at_s = time.monotonic()

    def _watch_memory(self, now: float) -> None:
        """End processes that use too much memory: their own limit does not count what they share."""
        if now - self._watched_at_s >= _WATCH_EVERY_S:
            self._watched_at_s = now
            for process in [process for process in self._processes if process.exceeds_memory]:
                self._end_process(process, process.memory_reason())

    def _extend_deadlines(self) -> None:
        """Extend the deadlines by the time in which the caller was busy with results: no clip used that time."""
        away_s = time.monotonic() - self._returned_at_s
        for process in self._processes:
            process.deadline += away_s

    def _assign_tasks(self) -> None:
        """Start a process for every waiting task, as far as there is room."""
        while self._waiting and len(self._processes) < self._most:
            task = self._waiting.popleft()
            try:
                process = WorkerProcess(self._template_for(task), task, self._limits)
            except TemplateEndedError:  # no byte was read yet, so this was no attempt
                self._waiting.appendleft(task)
                self._drop_templates()
                continue
            task.failure = None
            self._processes.append(process)
            self._selector.register(process.pipe, selectors.EVENT_READ, process)

    def _template_for(self, task: Task) -> TemplateProcess:
        """Return the template for a task, started when it is needed first. Raises ``TemplateEndedError``."""
        decodes = not isinstance(task.request, UnpackRequest) and task.request.kind in self._decoded_kinds
        template = self._templates.get(decodes)
        if template is None:
            if self._failed_starts >= _MAX_FAILED_STARTS:
                raise worker_start_error()
            log_event(_LOG, "template_started", running=len(self._templates), failed_starts=self._failed_starts)
            keep_memory_private()
            template = TemplateProcess(self._command, self._limits, self._resources, self._isolation, decodes=decodes)
            self._templates[decodes] = template
            template.wait_until_ready()
            self.missing_parts |= template.missing if template.is_weak else frozenset()
        return template

    def _drop_templates(self) -> None:
        """End the templates; new ones are started for the tasks that wait."""
        self._failed_starts += 1
        for template in self._templates.values():
            template.end()
        self._templates.clear()

    # ── one process ───────────────────────────────────────────────────────────────────────────
    def _receive(self, process: WorkerProcess) -> None:
        try:
            for reply in process.receive():
                self._handle_reply(process, reply)
        except InvalidMessageError:
            self._end_process(process, make_reason("bad_reply"))
        except ProcessEndedError:
            self._end_process(process, None)

    def _handle_reply(self, process: WorkerProcess, reply: Reply) -> None:
        """Handle one reply. Raises ``InvalidMessageError`` when it is no reply to the request of the process."""
        self._failed_starts = 0
        task = process.task
        match reply, task.request:
            case FileHeader(claim), ReadRequest() if not process.has_header:
                process.has_header = True
                process.set_time_limits(self.reading_limits(claim, task.file.size_bytes))
            case PartialResult(reading), ReadRequest() if process.partial_results < _MAX_PARTIAL_RESULTS:
                process.partial_results += 1
                task.partial = reading
            case _ if isinstance(reply, FINAL_REPLIES[type(task.request)]) and process in self._processes:
                log_reading(process, reply)
                task.answer, task.failure = reply, None
                self._remove(process)
                task.finished.append(task)
            case _:
                raise InvalidMessageError(type(reply).__name__)

    def _end_process(self, process: WorkerProcess, cause: Reason | None) -> None:
        """End a process; ``cause``: why the parent ends it, None when it ended by itself."""
        if process not in self._processes:
            return  # it sent more after its answer
        status = self._remove(process)
        task = process.task
        task.failure = cause or process.exit_reason(status)
        log_event(_LOG, "process_ended", status=status, reason=task.failure.code, took_s=process.elapsed_s)
        task.finished.append(task)

    def _remove(self, process: WorkerProcess) -> int:
        self._selector.unregister(process.pipe)
        self._processes.remove(process)
        return process.end()
