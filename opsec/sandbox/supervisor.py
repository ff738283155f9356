"""Supervisor of the worker processes that read files: they may hang, use too much memory or die, and no file is lost.

Every file is read by a process of its own, forked from a template that has read nothing and has everything loaded.
When a process dies, only its file has failed, and that file is tried once more alone, while nothing else runs.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeVar

from opsec.cleaning.records import CopyFacts
from opsec.i18n.reasons import make_reason
from opsec.ingest.source import CannotOpenError, OpenFile
from opsec.model import Claim, Reading
from opsec.model.resources import ReaderResources
from opsec.sandbox.archive_totals import ArchiveTotals
from opsec.sandbox.protocol import (
    CopyDone,
    CopyRefused,
    CopyRequest,
    ReadRequest,
    ReadResult,
    Reply,
    UnpackRefused,
    UnpackRequest,
)
from opsec.sandbox.task_outcomes import interrupted_reading, unread_reading
from opsec.sandbox.template_process import Isolation
from opsec.sandbox.time_limits import copying_limits, unpacking_limits
from opsec.sandbox.worker_pool import WorkerPool
from opsec.sandbox.worker_process import Task
from opsec.settings import Limits

K = TypeVar("K")
_MAX_RETRIES_WAITING = 32
"""Failed files that wait, open, for their second try; when there are more, new files wait until those are final."""


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
        self,
        limits: Limits,
        command: Sequence[str] | None = None,
        resources: ReaderResources | None = None,
        isolation: Isolation | None = None,
    ) -> None:
        """Start no process yet.

        Parameters
        ----------
        limits
            Of the settings.
        command
            Starts a template; ``TemplateArguments`` are appended. Default: ``COMMAND``.
        resources
            Models and data for the readers of pictures and sound.
        isolation
            How worker processes are isolated. Default: they are locked, or nothing is read.
        """
        self._limits = limits
        self._resources = resources or ReaderResources()
        self._archives = ArchiveTotals(limits)
        self._pool = WorkerPool(limits, command, self._resources, isolation)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    @property
    def missing_parts(self) -> frozenset[str]:
        """Parts of the lock without which files were read, because weak isolation was allowed."""
        return self._pool.missing_parts

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
                if self._pool.is_busy:
                    self._pool.step(wait=not self._wants_file(work))
                for task in self._final_tasks(work):
                    reading = self._reading_of(task)
                    task.file.close()
                    yield work.keys.pop(task), reading
        finally:
            for task in work.keys:
                self._pool.abandon(task)
                task.file.close()

    def read(self, file: OpenFile) -> Reading:
        """Read one file now. It stays open."""
        refused = self._archives.time_reason(file.archive)
        if refused is not None:
            return unread_reading(file.kind, refused, self._resources)
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
        allowed = self._archives.allowance_bytes(archive.sha256)
        most_bytes = self._limits.file_mib << 20
        request = UnpackRequest(index, min(most_bytes, allowed))
        task = Task(request, archive, unpacking_limits(self._limits, archive.size_bytes), deque(), out)
        try:
            self._fill(task)
        except CannotOpenError as refused:
            if refused.reason.code == "too_large" and allowed < most_bytes:
                raise CannotOpenError(self._archives.size_reason(archive.sha256)) from refused
            raise
        finally:
            self._archives.add_bytes(archive.sha256, os.fstat(out.fileno()).st_size)
            self._archives.add_cpu_time(archive.sha256, task.cpu_s)

    def copy(self, clip: OpenFile, request: CopyRequest, claim: Claim | None, out: BinaryIO) -> CopyFacts:
        """Write a clean copy of a clip.

        Parameters
        ----------
        clip
            Stays open.
        request
            What to blur, and the form of the copy.
        claim
            What the clip says about its duration and size, from which the time limits follow.
        out
            A real file, which is overwritten and stays open.

        Raises
        ------
        CannotOpenError
            No copy can be made, with the reason.
        """
        answer = self._fill(Task(request, clip, copying_limits(self._limits, claim), deque(), out))
        assert isinstance(answer, CopyDone)
        return answer.facts

    def _fill(self, task: Task) -> Reply:
        """Run a task that fills a file; return its answer. Raises ``CannotOpenError`` with the reason of a refusal."""
        self._complete(task)
        refused = task.answer.reason if isinstance(task.answer, UnpackRefused | CopyRefused) else task.failure
        refused = make_reason("changed") if task.file.changed() else refused
        if refused is not None:
            raise CannotOpenError(refused)
        assert task.answer is not None
        return task.answer

    # ── attempts ──────────────────────────────────────────────────────────────────────────────
    def _wants_file(self, work: "_Batch[K]") -> bool:
        """Return whether to take another file: one for each process, and one in advance so that none is idle."""
        return work.more and len(work.to_retry) < _MAX_RETRIES_WAITING and self._pool.has_room

    def _take_file(self, work: "_Batch[K]") -> tuple[K, Reading] | None:
        """Take one more file; return its reading if that is known already."""
        for key, file in work.source:
            if isinstance(file, Reading):
                return key, file
            refused = self._archives.time_reason(file.archive)
            if refused is not None:
                file.close()
                return key, unread_reading(file.kind, refused, self._resources)
            task = self._read_task(file, work.finished)
            work.keys[task] = key
            self._pool.add(task)
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
        while last and work.to_retry and not self._pool.is_busy:
            yield self._retry_alone(work.to_retry.popleft())

    def _read_task(self, file: OpenFile, finished: deque[Task]) -> Task:
        return Task(ReadRequest(file.kind), file, self._pool.reading_limits(), finished)

    def _complete(self, task: Task) -> None:
        """Run one task until it is final, while the others go on."""
        try:
            self._wait_for(task)
            if task.failure:
                self._retry_alone(task)
        except BaseException:
            self._pool.abandon(task)
            raise

    def _retry_alone(self, task: Task) -> Task:
        """Try a task a second time, when all other work is done."""
        while self._pool.is_busy:
            self._pool.step()
        self._wait_for(task)
        return task

    def _wait_for(self, task: Task) -> None:
        self._pool.add(task)
        while task not in task.finished:
            self._pool.step()
        task.finished.remove(task)

    def _reading_of(self, task: Task) -> Reading:
        self._archives.add_cpu_time(task.file.archive, task.cpu_s)
        if task.file.changed():
            return unread_reading(task.file.kind, make_reason("changed"), self._resources)
        if isinstance(task.answer, ReadResult):
            return self._with_isolation(task.answer.reading)
        assert task.failure is not None
        if task.partial is not None:
            return self._with_isolation(interrupted_reading(task.partial, task.failure))
        return unread_reading(task.file.kind, task.failure, self._resources)

    def _with_isolation(self, reading: Reading) -> Reading:
        """Say of a reading that the process that made it was not locked, if it was not."""
        if not self.missing_parts:
            return reading
        reason = make_reason("weak_isolation", parts=", ".join(sorted(self.missing_parts)))
        return replace(reading, reasons=(*reading.reasons[:49], reason))
