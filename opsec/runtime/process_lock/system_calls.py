"""Calls of the Linux kernel that the standard library does not offer, through the C library."""

import ctypes
import os
import struct
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
"""Options of prctl(2)."""
_CAPABILITY_VERSION = 0x20080522
"""_LINUX_CAPABILITY_VERSION_3 of ``linux/capability.h``."""


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def prctl(option: int, *arguments: "int | ctypes.c_void_p") -> None:
    """Call prctl(2). Raises ``OSError``."""
    padded = [*arguments, 0, 0, 0, 0][:4]
    _checked(_libc().prctl(option, *(ctypes.c_ulong(one) if isinstance(one, int) else one for one in padded)))


def system_call(number: int, *arguments: "int | ctypes.c_void_p") -> int:
    """Call a system call by its number (syscall(2)) and return its value. Raises ``OSError``."""
    call = _libc().syscall
    call.restype = ctypes.c_long
    return _checked(call(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments)))


def _checked(value: int) -> int:
    if value == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return value


def keep_memory_private() -> None:
    """Keep other processes of the same user from tracing this one or reading its memory, and write no core dump.

    Does nothing where the system has no such setting.
    """
    if sys.platform == "linux":
        prctl(PR_SET_DUMPABLE, 0)


def effective_capabilities() -> int:
    """Return the capabilities of this process as bits (capabilities(7)); 0 where the system has no ``/proc``."""
    try:
        lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1], 16) for line in lines if line.startswith("CapEff:")), 0)


def drop_capabilities() -> None:
    """Give up every capability (capset(2)). Raises ``OSError``."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    none = bytes(24)
    _checked(_libc().capset(ctypes.create_string_buffer(header, len(header)), ctypes.create_string_buffer(none, 24)))


def release_free_memory() -> None:
    """Give free memory back to the system, where the C library can: a forked process gets fresh pages, not copies."""
    with suppress(AttributeError):
        _libc().malloc_trim(0)


def count_threads() -> int:
    """Return the number of threads of this process (proc(5)); 1 where the system has no ``/proc``."""
    try:
        return len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        return 1
