"""A worker that a clip has taken over reaches nothing, whoever runs the program, and the next clip is read rightly."""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.attack_run import ATTACKS

RUN = Path(__file__).with_name("attack_run.py")
AS_NOBODY = (
    *("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"),
    *("--inh-caps", "-all,+dac_read_search", "--ambient-caps", "-all,+dac_read_search"),
    *("--bounding-set", "-all,+dac_read_search"),
)
"""Another user than root, who may read this interpreter wherever it lies. A worker has no capability at all."""
REFUSED = "refused: EPERM"
MEMORY = {"fill_heap", "fill_shared_memory", "fill_memory_file"}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no lock")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user can write to."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o777)
        yield place


def attack(folder: Path, *arguments: str, as_nobody: bool = False) -> dict[str, list[str]]:
    command = [sys.executable, "-P", str(RUN), str(folder), *arguments]
    environment = os.environ | {"PYTHONPATH": str(RUN.parents[2]), "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*AS_NOBODY, *command] if as_nobody else command,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    outcomes: dict[str, list[str]] = json.loads(done.stdout)
    return outcomes


@pytest.mark.parametrize(
    ("as_nobody", "arguments"), [(False, [""]), (True, [""]), (False, ["", "container"])], ids=["user", "nobody", "box"]
)
def test_no_attack_from_inside_the_worker_succeeds(folder: Path, as_nobody: bool, arguments: list[str]) -> None:
    if as_nobody and (os.geteuid() != 0 or shutil.which("setpriv") is None):
        pytest.skip("only root can become another user, with setpriv")
    outcomes = attack(folder, *arguments, as_nobody=as_nobody)
    assert list(outcomes) == list(ATTACKS)
    for name in set(ATTACKS) - MEMORY - {"take_over_next"}:
        assert outcomes[name][0] in {REFUSED, "refused: EBADF"}, name
    assert {outcomes[name][0] for name in MEMORY} <= {"memory_limit", REFUSED}
    assert {after for _, after in outcomes.values()} == {"clean"}, "a clip after an attack was not read rightly"
    assert not (folder / "written").exists()


def test_a_worker_that_was_taken_over_does_not_answer_for_the_next_clip(folder: Path) -> None:
    """It changes its own code, so a worker that read two files would have nothing to say about the second."""
    assert attack(folder, "")["take_over_next"] == ["done: 'taken over'", "clean"]


def _reachable() -> set[str]:
    """Return the attacks for which this machine has a network: a loopback device that is up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        return set() if probe.connect_ex(("127.0.0.1", 9)) == errno.ENETUNREACH else {"connect_tcp", "send_udp"}


def test_attacks_succeed_without_the_lock(folder: Path) -> None:
    """Guards the tests above: an attack that cannot succeed proves nothing."""
    outcomes = attack(folder, "limits,no_privileges,private_memory,no_new_privileges,landlock,system_calls")
    harmless = {name for name, (outcome, _) in outcomes.items() if outcome.startswith("refused")}
    refused_by_the_system = {"trace_parent", "read_parent_memory"} | ({"connect_tcp", "send_udp"} - _reachable())
    assert harmless <= refused_by_the_system, "another user than root cannot trace; without a network nothing connects"
    assert outcomes["fill_heap"][0] == outcomes["fill_shared_memory"][0] == "memory_limit", "the parent watches them"
    assert outcomes["modify_clip"][0] == outcomes["delete_clip"][0] == "changed changed"
    assert {after for _, after in outcomes.values()} == {"clean"}


def test_each_of_two_locks_on_files_holds_alone(folder: Path) -> None:
    """Landlock, where the kernel has it, and the filter of system calls."""
    from opsec.runtime.process_lock.landlock import landlock_version

    without_landlock = attack(folder, "landlock")
    assert without_landlock["read_sites"][0] == without_landlock["open_tcp_socket"][0] == REFUSED
    without_filter = attack(folder, "system_calls")
    assert without_filter["open_tcp_socket"][0].startswith("done")
    if landlock_version():
        assert without_filter["read_sites"][0] == "refused: EACCES"
