"""The lock of a process: each part is in force, and is missed when it is left out."""

import ctypes
import json
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from opsec.runtime.process_lock import seccomp
from opsec.runtime.process_lock.landlock import landlock_version
from opsec.runtime.process_lock.lock import PARTS, REQUIRED_PARTS, LockError, LockPart, LockRules, lock_process
from opsec.runtime.process_lock.syscall_numbers import ARCHITECTURES, this_architecture

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or this_architecture() is None, reason="there is no lock on this system"
)
PR_GET_DUMPABLE, PR_SET_DUMPABLE = 3, 4
LIBC = ctypes.CDLL(None, use_errno=True)
EVERYTHING: frozenset[LockPart] = frozenset(PARTS)


def in_child(work: Callable[[], Any]) -> Any:
    """Run it in a forked process and return its result."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(theirs, json.dumps(work()).encode())
        except BaseException as error:  # noqa: BLE001 - the child must end here, whatever happens
            os.write(theirs, json.dumps(f"{type(error).__name__}: {error}").encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as stream:
        answer = stream.read()
    os.waitpid(pid, 0)
    return json.loads(answer)


def state(without: frozenset[LockPart]) -> dict[str, Any]:
    """What a process can see of its own lock, without the filter that would keep it from looking."""
    own_status = os.open("/proc/self/status", os.O_RDONLY)
    LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # another test of this process may have protected it
    missing = lock_process(LockRules(memory_mib=512), without)
    status = os.pread(own_status, 1 << 16, 0).decode()
    try:
        list(Path("/").iterdir())
        sees_files = True
    except OSError:
        sees_files = False
    try:
        socket.socket().close()
        has_sockets = True
    except OSError:
        has_sockets = False
    return {
        "missing": sorted(missing),
        "limits": resource.getrlimit(resource.RLIMIT_CORE)[1] == 0,
        "no_privileges": "CapEff:\t0000000000000000" in status,
        "private_memory": LIBC.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0),
        "no_new_privileges": "NoNewPrivs:\t1" in status,
        "landlock": not sees_files,
        "system_calls": not has_sockets,
    }


def test_each_part_of_the_lock_is_in_force_and_is_missed() -> None:
    """The filter of system calls is left out where it would hide the part that is looked at."""
    observable: tuple[LockPart, ...] = ("limits", "private_memory", "no_new_privileges")
    observable += ("landlock",) if landlock_version() else ()
    whole = in_child(lambda: state(frozenset({"system_calls"})))
    for part in observable:
        less = in_child(partial(state, frozenset({"system_calls", part})))
        assert part in less["missing"]
        assert part not in whole["missing"]
        assert less[part] != whole[part], part
    assert whole["no_privileges"]


def test_the_filter_of_system_calls_is_in_force_and_is_missed() -> None:
    assert in_child(lambda: state(frozenset()))["system_calls"]
    assert not in_child(lambda: state(frozenset({"system_calls"})))["system_calls"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges")
def test_root_loses_its_privileges() -> None:
    assert not in_child(lambda: state(frozenset({"system_calls", "no_privileges"})))["no_privileges"]
    assert in_child(lambda: state(frozenset({"system_calls"})))["no_privileges"]


def test_without_no_new_privileges_the_kernel_takes_no_filter() -> None:
    """Both parts are reported as missing, so nothing would be read."""
    missing = in_child(lambda: sorted(lock_process(LockRules(), frozenset({"no_new_privileges"}))))
    assert {"no_new_privileges", "system_calls"} <= set(missing)


def test_a_process_with_two_threads_is_not_locked() -> None:
    def lock_with_a_thread() -> str:
        wait = threading.Event()
        threading.Thread(target=wait.wait, daemon=True).start()
        try:
            lock_process(LockRules())
        except LockError as error:
            return str(error)
        return "locked"

    assert in_child(lock_with_a_thread) == "2 threads"


def test_a_machine_without_filters_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    seccomp.filter_program.cache_clear()
    monkeypatch.setattr(seccomp, "this_architecture", lambda: None)
    assert in_child(lambda: sorted(lock_process(LockRules()))) == ["system_calls"]
    monkeypatch.setattr(sys, "platform", "darwin")
    assert set(in_child(lambda: sorted(lock_process(LockRules())))) == EVERYTHING - {"limits"}
    seccomp.filter_program.cache_clear()


def test_landlock_repeats_the_filter_and_is_not_required() -> None:
    assert EVERYTHING - {"landlock"} == REQUIRED_PARTS


# ── what a locked process may do ──────────────────────────────────────────────────────────────
def outcome(work: Callable[[], object]) -> str:
    try:
        work()
    except OSError as error:
        return type(error).__name__
    return "done"


@pytest.mark.parametrize("name", sorted(ARCHITECTURES))
def test_the_filter_of_each_architecture_has_jumps_inside_the_program(name: str) -> None:
    for options in ({}, {"threads": True}, {"opens": True}):
        code = seccomp.assemble(seccomp.allowed_calls(**options), ARCHITECTURES[name])
        assert len(code) % 8 == 0
        length = len(code) // 8
        assert length < 4096, "the kernel takes no longer program"
        for at in range(length):
            operation, if_true, if_false = code[at * 8] | code[at * 8 + 1] << 8, code[at * 8 + 2], code[at * 8 + 3]
            assert operation != 0x15 or at + 1 + max(if_true, if_false) < length


def test_threads_start_only_where_they_are_allowed() -> None:
    def start_thread(*, allowed: bool) -> str:
        lock_process(LockRules(threads=allowed))
        try:
            thread = threading.Thread(target=lambda: None)
            thread.start()
            thread.join()
        except RuntimeError:
            return "refused"
        return outcome(os.fork)

    assert in_child(lambda: start_thread(allowed=True)) == "PermissionError", "a thread, but no process"
    assert in_child(lambda: start_thread(allowed=False)) == "refused"


def test_a_process_that_may_read_writes_nothing_and_reads_nothing_else(tmp_path: Path) -> None:
    readable, other = tmp_path / "readable", tmp_path / "other"
    for folder in (readable, other):
        folder.mkdir()
        (folder / "file").write_text("x")
    results = [other / "file"] if landlock_version() else []

    def use_files() -> list[str]:
        lock_process(LockRules(readable=(str(readable), "/nonexistent")))
        read = [outcome(path.read_text) for path in [readable / "file", *results]]
        written = [outcome(lambda: (readable / "new").write_text("x")), outcome(lambda: os.truncate(other / "file", 0))]
        return read + written

    assert in_child(use_files) == ["done", *["PermissionError"] * (len(results) + 2)]


def test_memory_that_can_be_executed_is_refused() -> None:
    import mmap

    def make_code() -> str:
        lock_process(LockRules())
        return outcome(lambda: mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_EXEC))

    assert in_child(make_code) == "PermissionError"


def test_memory_beyond_the_limit_is_refused() -> None:
    def allocate() -> str:
        lock_process(LockRules(memory_mib=512))
        try:
            return str(len(bytearray(600 << 20)))
        except MemoryError:
            return "refused"

    assert in_child(allocate) == "refused"


def test_other_processes_of_the_user_cannot_read_its_memory() -> None:
    """The parent protects itself in the same way before it opens anything."""
    asked = (
        "import os; from opsec.runtime.process_lock.system_calls import keep_memory_private as keep\n"
        "before = os.stat('/proc/self').st_uid; keep(); print(os.path.exists('/proc/self'))\n"
        f"import ctypes; print(ctypes.CDLL(None).prctl({PR_GET_DUMPABLE}, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "0"]
