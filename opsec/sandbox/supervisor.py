"""Has files read by reading processes that may hang, swell or die, and loses no file over it.

One pipe a process: when a process dies, exactly the file it had in hand is in doubt, and that file
gets a second try alone, in a fresh process, with nothing else running. No threads: one selector
waits for all pipes and for the nearest deadline.
"""

import os
import selectors
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeVar

from opsec.i18n.messages import reason
from opsec.ingest.source import CannotOpenError, OpenFile
from opsec.model import Check, CheckState, Claim, CoverageStatus, FileKind, Reading, Reason
from opsec.model.resources import Kit
from opsec.readers.registry import equipped
from opsec.sandbox.protocol import (
    Claimed,
    Gave,
    NotAllowedError,
    Read,
    Ready,
    Refused,
    Reply,
    SoFar,
    Unpack,
    Unpacked,
)
from opsec.sandbox.time_limits import Allowance, for_reading, for_unpacking
from opsec.sandbox.worker_process import EndedError, Process, Task, no_process
from opsec.settings import Limits

K = TypeVar("K")

COMMAND = (sys.executable, "-s", "-P", "-m", "opsec.sandbox.worker")
_FILES_A_PROCESS = 500
"""After so many a process is replaced: what leaks in a native library cannot add up."""
_MOST_IN_DOUBT = 32
"""Files held open for their second try; then the others wait until those are settled."""
_FAILED_STARTS = 3
_MOST_SENT_AHEAD = 2
"""Readings sent ahead of the whole: before pictures are decoded, and before sound is."""
_LONGEST_SLEEP_S = 3600.0


@dataclass(slots=True)
class _Work(Generic[K]):
    """What one call of ``read_all`` has in hand."""

    source: Iterator[tuple[K, OpenFile | Reading]]
    more: bool = True
    """Whether the source may have another file."""
    keys: dict[Task, K] = field(default_factory=dict)
    """Every task that is not final, with the caller's key."""
    desk: deque[Task] = field(default_factory=deque)
    in_doubt: deque[Task] = field(default_factory=deque)
    """Failed once."""


class Supervisor:
    """The reading processes of one scan. Leaving the ``with`` block ends them all, whatever happened inside."""

    def __init__(self, limits: Limits, command: Sequence[str] | None = None, kit: Kit | None = None) -> None:
        """``command`` starts one reading process; its arguments (``opsec.sandbox.worker.Terms``) are added.

        ``kit``: what the readers of pictures and sound may use.
        """
        self._limits = limits
        self._kit = kit or Kit()
        self._hears = self._kit.speech_model is not None
        self._recognises = self._kit.landmark_model is not None
        self._command = tuple(command or COMMAND)
        self._most = limits.workers or os.cpu_count() or 1
        self._selector = selectors.DefaultSelector()
        self._crew: list[Process] = []
        self._waiting: deque[Task] = deque()
        self._failed_starts = 0
        self._left_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._crew:
            process.kill()
        self._crew.clear()
        self._waiting.clear()
        self._selector.close()

    # ── what the parent asks for ──────────────────────────────────────────────────────────────
    def read_all(self, files: Iterable[tuple[K, OpenFile | Reading]]) -> Iterator[tuple[K, Reading]]:
        """Every file's reading, in the order of finishing; one that is known already is passed on at once.

        Files are asked for only as processes become free (and one ahead), so that few are open at a time; each is
        closed here once its reading is final. While the next file is being asked for, ``read`` and
        ``unpack`` may be called. What ``files`` raises is raised; files in work are then closed unread.
        """
        work = _Work(iter(files))
        try:
            while work.more or work.keys:
                known = self._take_one(work) if self._takes(work) else None
                if known:
                    yield known
                if self._busy():
                    self._turn(wait=not self._takes(work))
                for task in self._settled(work):
                    reading = self._reading(task)
                    task.file.close()
                    yield work.keys.pop(task), reading
        finally:
            for task in work.keys:
                self._abandon(task)
                task.file.close()

    def read(self, file: OpenFile) -> Reading:
        """The reading of one file, now. The file stays open."""
        task = self._read_task(file, deque())
        self._carry_out(task)
        return self._reading(task)

    def unpack(self, archive: OpenFile, index: int, out: BinaryIO) -> None:
        """Fill ``out``, a real file, with one member of an archive. What it held before is gone; both stay open.

        Raises
        ------
        CannotOpenError
            The member cannot be had, with the reason why.
        """
        most_bytes = self._limits.file_mib << 20
        allowance = for_unpacking(self._limits, archive.size_bytes)
        task = Task(Unpack(index, most_bytes), archive, allowance, deque(), out)
        self._carry_out(task)
        if archive.changed():
            raise CannotOpenError(reason("changed"))
        if task.fault:
            raise CannotOpenError(task.fault)
        if isinstance(task.answer, Refused):
            raise CannotOpenError(task.answer.reason)

    # ── tries ─────────────────────────────────────────────────────────────────────────────────
    def _takes(self, work: "_Work[K]") -> bool:
        """Whether to ask for another file: for every process, and one that lies ready so that none stands idle."""
        in_hand = len(self._waiting) + sum(process.task is not None for process in self._crew)
        return work.more and len(work.in_doubt) < _MOST_IN_DOUBT and in_hand <= self._most

    def _take_one(self, work: "_Work[K]") -> tuple[K, Reading] | None:
        """Ask for one more file; answers it if it needs no reading."""
        for key, file in work.source:
            if isinstance(file, Reading):
                return key, file
            task = self._read_task(file, work.desk)
            work.keys[task] = key
            self._waiting.append(task)
            return None
        work.more = False
        return None

    def _settled(self, work: "_Work[K]") -> Iterator[Task]:
        """Tasks that are final: answered, or tried twice. Second tries wait until all else is done."""
        while work.desk:
            task = work.desk.popleft()
            if task.fault:
                work.in_doubt.append(task)
            else:
                yield task
        last = not work.more or len(work.in_doubt) >= _MOST_IN_DOUBT
        while last and work.in_doubt and not self._busy():
            yield self._alone(work.in_doubt.popleft())

    def _read_task(self, file: OpenFile, desk: deque[Task]) -> Task:
        return Task(Read(file.kind), file, self._allowance(), desk)

    def _allowance(self, claim: Claim | None = None) -> Allowance:
        return for_reading(self._limits, claim, hears=self._hears, recognises=self._recognises)

    def _carry_out(self, task: Task) -> None:
        """One task until it is final, while the others go on."""
        try:
            self._wait_for(task)
            if task.fault:
                self._alone(task)
        except BaseException:
            self._abandon(task)
            raise

    def _alone(self, task: Task) -> Task:
        """The second try: when all other work is done, in a fresh process, with nothing beside it."""
        while self._busy():
            self._turn()
        for process in [*self._crew]:
            self._dismiss(process)
        self._wait_for(task)
        return task

    def _wait_for(self, task: Task) -> None:
        self._waiting.append(task)
        while task not in task.desk:
            self._turn()
        task.desk.remove(task)

    def _abandon(self, task: Task) -> None:
        """Nobody wants this task's answer any more."""
        if task in self._waiting:
            self._waiting.remove(task)
        for process in [process for process in self._crew if process.task is task]:
            self._dismiss(process)

    def _reading(self, task: Task) -> Reading:
        if task.file.changed():
            return _unread(task.file.kind, reason("changed"), self._kit)
        if isinstance(task.answer, Gave):
            return task.answer.reading
        assert task.fault is not None
        if task.so_far is not None:
            return _broken_off(task.so_far, task.fault)
        return _unread(task.file.kind, task.fault, self._kit)

    # ── one turn of the loop ──────────────────────────────────────────────────────────────────
    def _busy(self) -> bool:
        return bool(self._waiting) or any(process.task for process in self._crew)

    def _turn(self, *, wait: bool = True) -> None:
        """Hand out what waits, sleep until a process speaks or a deadline passes, and attend to it.

        Answers come before deadlines: one that is there already is not too late.
        """
        self._forgive_absence()
        self._hand_out()
        nearest = min(process.deadline for process in self._crew) - time.monotonic()
        for key, _events in self._selector.select(min(max(0.0, nearest), _LONGEST_SLEEP_S) if wait else 0.0):
            self._listen(key.data)
        now = time.monotonic()
        for process in [process for process in self._crew if process.deadline <= now]:
            self._give_up(process, process.timeout())
        self._hand_out()
        self._left_at = time.monotonic()

    def _forgive_absence(self) -> None:
        """Time in which the caller was busy with results is no time that a clip took."""
        away_s = time.monotonic() - self._left_at
        for process in self._crew:
            process.deadline += away_s

    def _hand_out(self) -> None:
        idle = deque(process for process in self._crew if process.task is None)
        while self._waiting and (idle or len(self._crew) < self._most):
            process = idle.popleft() if idle else self._start()
            task = self._waiting.popleft()
            if process.hand(task):
                task.fault = None
            else:
                self._waiting.appendleft(task)
                self._give_up(process, None)

    def _start(self) -> Process:
        if self._failed_starts >= _FAILED_STARTS:
            raise no_process()
        process = Process(self._command, self._limits, self._kit)
        self._crew.append(process)
        self._selector.register(process.pipe, selectors.EVENT_READ, process)
        return process

    # ── one process ───────────────────────────────────────────────────────────────────────────
    def _listen(self, process: Process) -> None:
        try:
            for reply in process.receive():
                self._heed(process, reply)
        except NotAllowedError:
            self._give_up(process, reason("bad_reply"))
        except EndedError:
            self._give_up(process, None)
        if process in self._crew and process.answers >= _FILES_A_PROCESS and process.task is None:
            self._dismiss(process)

    def _heed(self, process: Process, reply: Reply) -> None:
        """Act on one answer. Raises ``NotAllowedError`` when it is no answer to what was asked."""
        request = process.task.request if process.task else None
        match reply, request:
            case Ready(), _ if not process.ready:
                self._failed_starts = 0
                process.begin()
            case Claimed(claim), Read() if not process.claimed:
                process.claimed = True
                process.allow(self._allowance(claim))
            case SoFar(reading), Read() if process.task and process.sent_ahead < _MOST_SENT_AHEAD:
                process.sent_ahead += 1
                process.task.so_far = reading
            case (Gave(), Read()) | (Unpacked() | Refused(), Unpack()):
                task = process.finish()
                task.answer, task.fault = reply, None
                task.desk.append(task)
            case _:
                raise NotAllowedError(type(reply).__name__)

    def _give_up(self, process: Process, fault: Reason | None) -> None:
        """End a process; ``fault`` tells why, none: it ended by itself."""
        task, started = process.task, process.ready
        status = self._dismiss(process)
        if not started:
            self._failed_starts += 1
            if task:  # no byte of it was read yet: no try of it
                self._waiting.appendleft(task)
        elif task:
            task.fault = fault or process.cause(status)
            task.desk.append(task)

    def _dismiss(self, process: Process) -> int:
        self._selector.unregister(process.pipe)
        status = process.kill()
        self._crew.remove(process)
        return status


def _broken_off(reading: Reading, why: Reason) -> Reading:
    """What was found before the process fell over the pictures stays found; the rest was not looked at."""
    status: CoverageStatus = "unread" if reading.status == "unread" else "partly"
    return replace(reading, status=status, reasons=(why, *reading.reasons)[:50])


def _unread(kind: FileKind, why: Reason, kit: Kit) -> Reading:
    """Every check that would have looked at such a file has failed."""
    mine = [reader for reader in equipped(kit) if kind in reader.kinds]
    checks: dict[Check, CheckState] = {check: "failed" for reader in mine for check in (reader.check, *reader.also)}
    return Reading(status="unread", reasons=(why,), checks=checks or {"metadata": "failed"})
