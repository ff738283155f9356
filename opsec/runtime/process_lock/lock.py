"""Lock a process before it handles hostile bytes.

Load everything first: once locked, a process opens no file, starts no program, reaches no network and touches no other
process; it computes, reads and writes the descriptors that it has, and ends. There is no way back.

On Linux the lock consists of resource limits, memory that no other process reads, no privileges now or later, Landlock
where the kernel has it, and a filter of system calls. Other systems have the limits alone.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from opsec.runtime.process_lock import landlock, seccomp
from opsec.runtime.process_lock.system_calls import (
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    count_threads,
    drop_capabilities,
    effective_capabilities,
    keep_memory_private,
    prctl,
)

if sys.platform != "win32":
    import resource  # here, because a process without privileges may not be able to load it any more

LockPart = Literal["limits", "no_privileges", "private_memory", "no_new_privileges", "landlock", "system_calls"]
PARTS: tuple[LockPart, ...] = get_args(LockPart)
REQUIRED_PARTS: frozenset[LockPart] = frozenset(PARTS) - {"landlock"}
"""Parts without which the lock is not in force. Landlock repeats what the filter of system calls does."""
NO_PARTS: frozenset[LockPart] = frozenset()
_MIB = 1 << 20
_NOBODY = 65534
_CAP_KILL, _CAP_SETGID, _CAP_SETUID, _CAP_SYS_RESOURCE = 5, 6, 7, 24
_NEEDED_TO_CHANGE_USER = sum(1 << one for one in (_CAP_KILL, _CAP_SETGID, _CAP_SETUID, _CAP_SYS_RESOURCE))
"""Without the first and the last, the parent could not limit or end a process of another user."""


@dataclass(frozen=True, slots=True)
class LockRules:
    """What a locked process may still do."""

    memory_mib: int | None = None
    """Most private memory; None: no limit."""
    written_mib: int = 0
    """Largest file that it may write through a descriptor that it has; 0: it writes to pipes and sockets alone."""
    open_files: int = 64
    threads: bool = False
    """Whether it may start threads. Processes it may never start."""
    readable: tuple[str, ...] | None = None
    """Files and folders that it may open for reading; the kernel holds it to them only where it has Landlock. None: it
    opens nothing at all."""


class LockError(Exception):
    """The process has more than one thread: the others would stay unlocked."""


def lock_process(rules: LockRules, without: frozenset[LockPart] = NO_PARTS) -> frozenset[LockPart]:
    """Lock this process for good. It also ends when its parent does.

    Parameters
    ----------
    rules
        What it may still do.
    without
        Parts to leave out, for tests of the others.

    Returns
    -------
    frozenset of LockPart
        Parts that are not in force, because this machine lacks them; compare them with ``REQUIRED_PARTS``.

    Raises
    ------
    LockError
        The process has more than one thread.
    """
    if (threads := count_threads()) != 1:
        raise LockError(f"{threads} threads")
    on_linux: dict[LockPart, Callable[[], object]] = {
        "no_privileges": lambda: _drop_privileges(rules),
        "limits": lambda: set_limits(rules),
        "private_memory": keep_memory_private,
        "no_new_privileges": lambda: prctl(PR_SET_NO_NEW_PRIVS, 1),
        "landlock": lambda: landlock.restrict(rules.readable or ()),
        "system_calls": lambda: seccomp.install(_filter_program(rules)),
    }
    steps = on_linux if sys.platform == "linux" else {"limits": on_linux["limits"]}
    done = {part for part, step in steps.items() if part not in without and _succeeds(step)}
    return frozenset(PARTS) - done


def prepare_lock(rules: LockRules) -> None:
    """Do what can be done before a process is forked that will lock itself, so that it locks itself faster."""
    if sys.platform == "linux":
        _succeeds(lambda: _filter_program(rules))


def set_limits(rules: LockRules) -> None:
    """Lower the limits of this process, and have it end with its parent. Raises ``OSError`` or ``ValueError``."""
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a library that hangs never sees its pipe end
    if rules.memory_mib is not None:
        lower_limit(resource.RLIMIT_DATA, rules.memory_mib * _MIB)  # not RLIMIT_AS: a mapped file is no memory
    lower_limit(resource.RLIMIT_FSIZE, rules.written_mib * _MIB)
    lower_limit(resource.RLIMIT_NOFILE, rules.open_files)
    lower_limit(resource.RLIMIT_CORE, 0)  # a core dump would leave what was read on the disk


def lower_limit(which: int, most: int) -> None:
    """Lower one resource limit to at most this value; one that is lower already stays."""
    _, allowed = resource.getrlimit(which)
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(which, (most, most))


def _succeeds(step: Callable[[], object]) -> bool:
    try:
        step()
    except (OSError, ValueError):
        return False
    return True


def _drop_privileges(rules: LockRules) -> None:
    """Give up every capability; as root also the user, if nothing has to be opened under that name any more."""
    held = effective_capabilities()
    if rules.readable is None and os.geteuid() == 0 and held & _NEEDED_TO_CHANGE_USER == _NEEDED_TO_CHANGE_USER:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    drop_capabilities()


def _filter_program(rules: LockRules) -> bytes:
    return seccomp.filter_program(threads=rules.threads, opens=rules.readable is not None)
