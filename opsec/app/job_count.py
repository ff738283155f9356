"""How many clips are read side by side: as many as the processors and the memory of this machine allow."""

import os
from pathlib import Path

from opsec.settings import MAX_WORKERS, Settings

MIB_PER_JOB = 512
"""Memory that one reading process may take for a long time; most clips need less, and the limit bounds the rest."""
_MEMORY_FILES = (Path("/proc/meminfo"), Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current"))


def with_jobs(settings: Settings) -> Settings:
    """Return the settings with the number of reading processes filled in, if none is set."""
    if settings.limits.workers is not None:
        return settings
    jobs = default_jobs(_processors(), _available_mib())
    return settings.model_copy(update={"limits": settings.limits.model_copy(update={"workers": jobs})})


def default_jobs(processors: int, available_mib: int | None) -> int:
    """Return the number of jobs: one for each processor, fewer where memory is short, at least one.

    >>> default_jobs(8, 32_000), default_jobs(8, 2_000), default_jobs(4, None), default_jobs(2, 100)
    (8, 3, 4, 1)
    """
    affordable = processors if available_mib is None else available_mib // MIB_PER_JOB
    return max(1, min(processors, affordable, MAX_WORKERS))


def _processors() -> int:
    """Return the processors that this process may use: a container or a batch system may have given it a few."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _available_mib() -> int | None:
    """Return the memory that can be used without swapping, by the kernel and by the control group; None if unknown."""
    free = [one for one in (_kernel_mib(), _group_mib()) if one is not None]
    return min(free, default=None)


def _kernel_mib() -> int | None:
    """Return MemAvailable of proc(5)."""
    for line in _text(_MEMORY_FILES[0]).splitlines():
        name, _colon, amount = line.partition(":")
        if name == "MemAvailable":
            return int(amount.split()[0]) >> 10
    return None


def _group_mib() -> int | None:
    """Return what a control group (version 2) leaves of its limit; None without a limit."""
    most, used = _text(_MEMORY_FILES[1]).strip(), _text(_MEMORY_FILES[2]).strip()
    return max(0, int(most) - int(used)) >> 20 if most.isdigit() and used.isdigit() else None


def _text(file: Path) -> str:
    """Return the content of a file of the kernel; empty where the system has none."""
    try:
        return file.read_text("ascii", "replace")
    except OSError:
        return ""
