"""A filter of system calls (seccomp-BPF): what is not listed fails with ``EPERM``.

The filter is a list, so whatever a future kernel adds is refused. It needs no library: a program of the classic
Berkeley packet filter is assembled here and given to the kernel (Linux
``Documentation/userspace-api/seccomp_filter.rst``).
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from opsec.runtime.process_lock.syscall_numbers import Architecture, this_architecture
from opsec.runtime.process_lock.system_calls import PR_SET_SECCOMP, prctl

_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
"""Operations of ``linux/bpf_common.h``, on 32-bit words and constants."""
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
"""Actions of ``linux/seccomp.h``."""
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
"""Offsets in ``struct seccomp_data``."""
_SECCOMP_MODE_FILTER = 2
_FIRST_X32_NUMBER = 0x40000000
_INSTRUCTION = struct.Struct("=HBBI")

_PROT_EXEC = 0x4
_MAP_SHARED, _MAP_GROWSDOWN, _MAP_HUGETLB = 0x1, 0x100, 0x40000
_AT_EMPTY_PATH, _NEGATIVE = 0x1000, 0x80000000
_WRITING_OPENS = 0o3 | 0o100 | 0o1000 | 0o20000000
"""O_WRONLY, O_RDWR, O_CREAT, O_TRUNC and the bit of O_TMPFILE that is not O_DIRECTORY (``asm-generic/fcntl.h``)."""
_THREAD_FLAGS = (0x3D0F00, 0x7D0F00)
"""Flags with which glibc and musl start a thread; a process is started with others."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A condition on one argument of a system call, of 32 bits."""

    index: int
    values: tuple[int, ...]
    """Values that are allowed after masking."""
    mask: int = 0xFFFFFFFF
    is_wide: bool = False
    """Whether the upper 32 bits must be zero."""


AllowedCalls: TypeAlias = Mapping[str, Sequence[Argument]]
"""System call → conditions that must all hold."""

_UNCONDITIONAL = (
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "lseek", "fstat", "close",
    "munmap", "mremap", "brk", "madvise", "futex", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
    "restart_syscall", "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
    "times", "getrusage", "getrandom", "getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid",
    "getcpu", "sched_yield", "sched_getaffinity", "sysinfo", "uname", "membarrier", "exit", "exit_group",
)  # fmt: skip
_OPENING = (
    "getdents64",
    "readlink",
    "readlinkat",
    "access",
    "faccessat",
    "faccessat2",
    "stat",
    "lstat",
    "statx",
    "getcwd",
)


def allowed_calls(*, threads: bool = False, opens: bool = False) -> AllowedCalls:
    """List the system calls that a locked process needs.

    It may not even signal itself: a library that aborts ends by an invalid instruction instead.

    Parameters
    ----------
    threads
        Whether it may start threads; never processes.
    opens
        Whether it may open files for reading; which ones is for Landlock and for file permissions to say.
    """
    calls: dict[str, Sequence[Argument]] = dict.fromkeys(_UNCONDITIONAL, ())
    private = Argument(3, (0,), _MAP_SHARED | _MAP_GROWSDOWN | _MAP_HUGETLB)  # memory that no limit counts
    calls |= {
        "mmap": (Argument(2, (0,), _PROT_EXEC), private),
        "mprotect": (Argument(2, (0,), _PROT_EXEC),),
        "newfstatat": (Argument(0, (0,), _NEGATIVE), Argument(3, (_AT_EMPTY_PATH,))),  # fstat in newer C libraries
        "fcntl": (Argument(1, (1, 3)),),  # F_GETFD, F_GETFL
        "prlimit64": (Argument(0, (0,)), Argument(2, (0,), is_wide=True)),  # getrlimit
    }
    if threads:
        calls |= {"clone": (Argument(0, _THREAD_FLAGS),), "set_robust_list": (), "rseq": ()}
    if opens:
        calls |= dict.fromkeys(_OPENING, ())
        calls |= {
            "open": (Argument(1, (0,), _WRITING_OPENS),),
            "openat": (Argument(2, (0,), _WRITING_OPENS),),
            "newfstatat": (),
            "mmap": (private,),  # libraries that are loaded
            "mprotect": (),
        }
    return calls


def assemble(calls: AllowedCalls, architecture: Architecture) -> bytes:
    """Assemble the filter. Calls that the architecture lacks are left out.

    Each call is a block that either decides or is skipped, so every jump is short.
    """
    numbers = architecture.numbers
    parts = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_IF_EQUAL, 1, 0, architecture.audit_number),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_JUMP_IF_AT_LEAST, 0, 1, _FIRST_X32_NUMBER),
        (_RETURN, 0, 0, _KILL_PROCESS),
    ]
    for name in (name for name, conditions in calls.items() if not conditions and name in numbers):
        parts += [(_JUMP_IF_EQUAL, 0, 1, numbers[name]), (_RETURN, 0, 0, _ALLOW)]
    for name, conditions in calls.items():
        if conditions and name in numbers:
            block = [*_condition_block(conditions), (_RETURN, 0, 0, _ALLOW), _refusal(errno.EPERM)]
            parts += [(_LOAD, 0, 0, _NUMBER_AT), (_JUMP_IF_EQUAL, 0, len(block), numbers[name]), *block]
    if "clone" in calls:  # a C library that is refused clone3 in this way starts its thread with clone
        refused = [(_JUMP_IF_EQUAL, 0, 1, numbers["clone3"]), _refusal(errno.ENOSYS)]
        parts += [(_LOAD, 0, 0, _NUMBER_AT), *refused]
    parts.append(_refusal(errno.EPERM))
    return b"".join(_INSTRUCTION.pack(*part) for part in parts)


def _refusal(code: int) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, _ERRNO | code)


def _condition_block(conditions: Sequence[Argument]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the tests of all conditions; one that fails jumps over the rest and the permission after it."""
    tests = [_test(one) for one in conditions]
    after = sum(len(test) for test in tests)
    for test in tests:
        after -= len(test)
        for operation, if_true, if_false, value in test:
            yield operation, if_true, after + 1 + if_false if if_false >= 0 else 0, value


def _test(condition: Argument) -> list[tuple[int, int, int, int]]:
    """Tests of one argument. The jump if false is counted from the end of these tests; -1: to the next one."""
    at = _ARGUMENTS_AT + 8 * condition.index  # little-endian: the lower word comes first
    tests = [(_LOAD, 0, -1, at + 4), (_JUMP_IF_EQUAL, 0, 0, 0)] if condition.is_wide else []
    tests += [(_LOAD, 0, -1, at)]
    if condition.mask != 0xFFFFFFFF:
        tests += [(_AND, 0, -1, condition.mask)]
    for position, value in enumerate(condition.values):
        rest = len(condition.values) - position - 1
        tests += [(_JUMP_IF_EQUAL, rest, 0 if rest == 0 else -1, value)]
    return _with_distances(tests)


def _with_distances(tests: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Count the jumps of tests before the last one from the end of all tests."""
    return [
        (operation, if_true, if_false + len(tests) - position - 1 if if_false >= 0 else -1, value)
        for position, (operation, if_true, if_false, value) in enumerate(tests)
    ]


@cache
def filter_program(*, threads: bool = False, opens: bool = False) -> bytes:
    """Return the assembled filter for this machine; see ``allowed_calls``. Raises ``OSError`` where there is none."""
    architecture = this_architecture()
    if architecture is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    return assemble(allowed_calls(threads=threads, opens=opens), architecture)


def install(code: bytes) -> None:
    """Install a filter for this thread and all that it starts; it cannot be removed.

    Raises
    ------
    OSError
        The kernel has no such filters, or refuses this one.
    """
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // _INSTRUCTION.size, ctypes.addressof(buffer))
    holder = ctypes.create_string_buffer(program, len(program))
    prctl(PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_void_p(ctypes.addressof(holder)))
