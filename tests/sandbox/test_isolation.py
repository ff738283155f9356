"""A machine that cannot lock its workers: nothing is read, unless the officer allows it; then every reading says so."""

import sys
from pathlib import Path

import pytest

from opsec.model import Reading
from opsec.sandbox.lock import LockPart
from opsec.sandbox.supervisor import Supervisor
from opsec.sandbox.template_process import Isolation, WeakIsolationError
from opsec.settings import Limits
from tests.sandbox.test_supervisor import BAD, limits, open_file

UNLOCKED: frozenset[LockPart] = frozenset({"system_calls"})
TWO_THREADS = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()\n"


def read(isolation: Isolation | None, folder: Path, changed: Limits | None = None) -> Reading:
    command = [sys.executable, BAD, str(folder)]
    with Supervisor(changed or limits(), command, isolation=isolation) as supervisor:
        return supervisor.read(open_file())


def test_nothing_is_read_without_the_lock(tmp_path: Path) -> None:
    with pytest.raises(WeakIsolationError, match="--allow-weak-isolation") as refused:
        read(Isolation(without=UNLOCKED), tmp_path)
    assert refused.value.exit_code == 2
    assert "system_calls" in str(refused.value)


def test_a_reading_made_without_the_lock_says_so_and_is_not_kept_for_good(tmp_path: Path) -> None:
    from opsec.model.reasons import REASONS

    reading = read(Isolation(allow_weak=True, without=UNLOCKED), tmp_path)
    assert (reading.status, [reason.code for reason in reading.reasons]) == ("read", ["weak_isolation"])
    assert dict(reading.reasons[0].blanks) == {"parts": "system_calls"}
    assert REASONS["weak_isolation"].transient, "the next scan reads it again"


def test_allowing_weak_isolation_changes_nothing_where_the_lock_works(tmp_path: Path) -> None:
    assert read(None, tmp_path, limits(allow_weak_isolation=True)) == read(None, tmp_path)


def test_landlock_alone_is_not_missed(tmp_path: Path) -> None:
    assert not read(Isolation(without=frozenset({"landlock"})), tmp_path).reasons


def test_a_template_with_two_threads_reads_nothing(tmp_path: Path) -> None:
    """A process that is forked from it might wait for a lock of the other thread for ever."""
    program = (
        f"{TWO_THREADS}import runpy, sys; sys.argv[:] = sys.argv[1:]; runpy.run_path(sys.argv[0], None, '__main__')"
    )
    command = [sys.executable, "-c", program, BAD, str(tmp_path)]
    with Supervisor(limits(), command) as supervisor, pytest.raises(WeakIsolationError, match="single_thread"):
        supervisor.read(open_file())
