"""What another process uses, as the kernel counts it."""

import ctypes
import sys
from functools import cache
from pathlib import Path

_MIB = 1 << 20
_COUNTED = ("RssAnon:", "RssShmem:", "VmSwap:")
"""Private and shared memory; not pages of files, such as libraries and the clip, which the kernel can drop."""
_PROC_PIDTASKINFO = 4
_TASK_INFO_BYTES = 96


def memory_used_mib(pid: int) -> float | None:
    """Return the memory of a process in MiB: private and shared, what it inherited included.

    None where the system does not tell, or the process is gone.
    """
    if sys.platform == "darwin":
        return _resident_mib_on_macos(pid)
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    used_kib = [int(line.split()[1]) for line in lines if line.startswith(_COUNTED)]
    return sum(used_kib) / 1024 if used_kib else None


def _resident_mib_on_macos(pid: int) -> float | None:
    """Return the resident memory by ``proc_pidinfo`` (``libproc.h``); its second word is ``pti_resident_size``."""
    buffer = (ctypes.c_uint64 * (_TASK_INFO_BYTES // 8))()
    size = _libproc().proc_pidinfo(pid, _PROC_PIDTASKINFO, ctypes.c_uint64(0), buffer, _TASK_INFO_BYTES)
    return buffer[1] / _MIB if size == _TASK_INFO_BYTES else None


@cache
def _libproc() -> ctypes.CDLL:
    return ctypes.CDLL("/usr/lib/libproc.dylib")
