"""The template process: it loads everything that readers need, reads nothing, and is forked for every file.

It is started by ``opsec.sandbox.supervisor`` with its arguments on the command line. Requests arrive on its control
socket, each with the descriptors of one task; the replies are the number of the process that was forked, and later how
that process ended. It has a single thread when it forks. It ends when its parent closes the socket.
"""

import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from opsec.readers.interface import Reader
from opsec.readers.registry import configured_readers
from opsec.runtime.process_lock.system_calls import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_PDEATHSIG,
    count_threads,
    keep_memory_private,
    prctl,
    release_free_memory,
)
from opsec.sandbox.lock import PARTS, lock_process, prepare_lock
from opsec.sandbox.protocol import Request, encode
from opsec.sandbox.template_arguments import TemplateArguments
from opsec.sandbox.template_messages import (
    EndRequest,
    StartRequest,
    TemplateReady,
    WorkerEnded,
    WorkerStarted,
    receive_request,
)
from opsec.sandbox.warm_up import warm_up
from opsec.sandbox.worker import WorkerTask, lock_rules, run_task

_NOTHING_LOCKED = (1 << len(PARTS)) - 1


def main(readers: tuple[Reader, ...] | None = None, *, loads_everything: bool = True) -> None:
    """Load what readers need, then fork a worker for every request until the control socket is closed.

    Parameters
    ----------
    readers
        Default: those of this machine.
    loads_everything
        Whether to load what they may need; otherwise they have loaded it themselves.
    """
    terms = TemplateArguments.of(sys.argv[1:])
    with socket.socket(fileno=terms.control) as control:
        _prepare_process()
        readers = configured_readers(terms.kit) if readers is None else readers
        if loads_everything:
            warm_up(readers, terms.kit, decodes=terms.decodes)
        prepare_lock(lock_rules(terms))
        gc.collect()
        gc.freeze()  # the collector of a worker must not write to the pages that it shares with this process
        release_free_memory()
        control.sendall(encode(TemplateReady(count_threads(), _parts_missing(terms))))
        _Template(control, readers, terms).serve()


def _prepare_process() -> None:
    """End with the parent, adopt what workers may leave behind, and keep others out."""
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(PR_SET_CHILD_SUBREAPER, 1)
    keep_memory_private()


def _parts_missing(terms: TemplateArguments) -> tuple[str, ...]:
    """Try the lock in a process that reads nothing; return the parts that this machine does not have."""
    pid = os.fork()
    if pid == 0:
        bits = _NOTHING_LOCKED
        try:
            missing = lock_process(lock_rules(terms), terms.without)
            bits = sum(1 << index for index, part in enumerate(PARTS) if part in missing)
        finally:
            os._exit(bits)  # with several threads, and whatever else happens, nothing is locked
    _pid, status = os.waitpid(pid, 0)
    bits = os.waitstatus_to_exitcode(status)
    return tuple(part for index, part in enumerate(PARTS) if bits < 0 or bits >> index & 1)


class _Template:
    """The requests of one parent."""

    def __init__(self, control: socket.socket, readers: tuple[Reader, ...], terms: TemplateArguments) -> None:
        self._control, self._readers, self._terms = control, readers, terms
        self._workers: set[int] = set()

    def serve(self) -> None:
        """Answer requests until the parent closes the socket; then end every worker."""
        try:
            while (received := receive_request(self._control)) is not None:
                request, files = received
                match request:
                    case StartRequest(task):
                        self._start(task, files)
                    case EndRequest(pid):
                        self._control.sendall(encode(self._end(pid)))
        except ConnectionError:
            sys.exit(1)  # the parent is gone
        finally:
            for pid in [*self._workers]:
                self._end(pid)

    def _start(self, task: Request, files: list[int]) -> None:
        try:
            pid = os.fork()
        except OSError:  # the limit of processes of this user
            pid = -1
        if pid == 0:
            try:
                os.setpgid(0, 0)
                self._control.close()
                run_task(WorkerTask(task, files[0], files[1:]), self._readers, self._terms)
            finally:
                os._exit(1)  # a worker never goes on as the template, which ends the others
        for file in files:
            os.close(file)
        if pid > 0:
            self._workers.add(pid)
        self._control.sendall(encode(WorkerStarted(max(pid, 0))))

    def _end(self, pid: int) -> WorkerEnded:
        """End a worker and every process that it may have left behind; return its exit status and processor time.

        Raises
        ------
        ValueError
            It is no worker of this template; no process is ended.
        """
        if pid not in self._workers:
            raise ValueError(pid)
        self._workers.discard(pid)
        _kill_group(pid)
        _pid, status, used = os.wait4(pid, 0)
        while strays := self._strays():
            for stray in strays:
                _kill_group(stray)
                os.waitpid(stray, 0)
        return WorkerEnded(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime)

    def _strays(self) -> list[int]:
        """Processes that lost their parent and became children of this one."""
        return [pid for pid in _children() if pid not in self._workers]


def _kill_group(pid: int) -> None:
    """End a process and the group that it leads.

    Raises
    ------
    ValueError
        The number names no single process: to the system 0 and -1 are many processes, and 1 is the first of all.
    """
    if pid <= 1:
        raise ValueError(pid)
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except OSError:  # it leads no group, or is dead already
            continue


def _children() -> Iterator[int]:
    """Yield the children of this process (proc(5)); none where the system has no such list."""
    try:
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")
    except OSError:
        return
    yield from map(int, listed.split())


if __name__ == "__main__":
    main()
