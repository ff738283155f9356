"""Run the program on hostile files, and look at what it leaves."""

import hashlib
import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

MAX_WALL_S = 600
_NETWORK = re.compile(r"socket\((AF_INET6?|AF_PACKET|AF_NETLINK)")


@dataclass(frozen=True, slots=True)
class Done:
    """One run of the program."""

    exit_code: int
    """-1: it did not end in time."""
    stdout: str
    stderr: str
    wall_s: float
    cpu_s: float
    """Processor time of the program and its reading processes."""


def run(arguments: list[str], place: str, most_s: float = MAX_WALL_S, trace: Path | None = None) -> Done:
    """Run the program in a folder of its own; ``trace``: file for the sockets that strace(1) sees."""
    began_s, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    traced = ["strace", "-f", "-qq", "-e", "trace=socket,connect", "-o", str(trace)] if trace is not None else []
    command = [*traced, sys.executable, "-c", "from opsec.cli import main; main()", *arguments]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            text=True,
            errors="backslashreplace",
            timeout=most_s,
            cwd=place,
            env=os.environ | {"PYTHONUTF8": "1"},
        )
        code, stdout, stderr = done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired:
        code, stdout, stderr = -1, "", ""
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Done(code, stdout, stderr, time.monotonic() - began_s, cpu_s)


def count_network_sockets(trace: Path) -> int:
    """Return how many sockets that could reach another machine or the kernel's network were asked for."""
    return sum(1 for line in trace.read_text("utf-8", "replace").splitlines() if _NETWORK.search(line))


def fingerprint(folder: Path) -> str:
    """Hash over the names and bytes of all files, each hashed by itself; pipes and devices by their name."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=os.fsencode):
        digest.update(os.fsencode(path))
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 28 and os.access(path, os.R_OK):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
