"""Let every attack run in a worker of its own, and read a clean clip after each. Prints the outcomes as JSON.

Started as ``python attack_run.py FOLDER PARTS [container]`` in the user to be tested; PARTS: parts of the lock to leave
out, separated by commas.
"""

import ctypes
import errno
import json
import os
import socket
import struct
import sys
from pathlib import Path

from opsec.ingest.source import FileSource
from opsec.model import Reading
from opsec.runtime.process_lock import seccomp
from opsec.runtime.process_lock.syscall_numbers import this_architecture
from opsec.runtime.process_lock.system_calls import PR_SET_NO_NEW_PRIVS, prctl
from opsec.sandbox.supervisor import Supervisor
from opsec.sandbox.template_process import Isolation
from opsec.settings import Limits

TEMPLATE = Path(__file__).with_name("attacking_readers.py")
ATTACKS = (
    *("read_passwords", "read_sites", "list_home", "write_file", "modify_clip", "delete_clip"),
    *("open_tcp_socket", "connect_tcp", "send_udp", "connect_unix"),
    *("execute", "execute_in_place", "fork", "signal_parent", "trace_parent", "stop_template", "read_parent_memory"),
    *("fill_heap", "fill_shared_memory", "fill_memory_file"),
    "take_over_next",
)
REFUSED_IN_CONTAINERS = {
    "x86_64": (155, 165, 166, 246, 248, 249, 250, 272, 298, 304, 308, 310, 311, 320, 321, 323, 425, 426, 427),
    "aarch64": (39, 40, 41, 97, 104, 217, 218, 219, 241, 265, 268, 270, 271, 280, 282, 425, 426, 427),
}
"""pivot_root, mount, umount2, kexec, keyrings, unshare, perf, open_by_handle_at, setns, process_vm, bpf, userfaultfd,
io_uring: what the usual profile of containers refuses."""


def main() -> None:
    folder, without = Path(sys.argv[1]), frozenset(filter(None, sys.argv[2].split(",")))
    if "container" in sys.argv:
        enter_container()
    outcomes = run(folder, Isolation(allow_weak=bool(without), without=without))  # type: ignore[arg-type]
    sys.stdout.write(json.dumps(outcomes))


def enter_container() -> None:
    """Install a filter as the runtimes of containers do."""
    parts = [(0x20, 0, 0, 0)]
    for number in REFUSED_IN_CONTAINERS[os.uname().machine]:
        parts += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | errno.EPERM)]
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    assert this_architecture() is not None
    seccomp.install(b"".join(struct.pack("=HBBI", *part) for part in [*parts, (0x06, 0, 0, 0x7FFF0000)]))


def run(folder: Path, isolation: Isolation) -> dict[str, list[str]]:
    """Return for each attack how it ended, and what was read of the clean clip after it."""
    secret = ctypes.create_string_buffer(b"a secret of ours")
    site, clip, clean = folder / "site.toml", folder / "attack.jpg", folder / "clean.jpg"
    site.write_text("id = 'x'")
    clean.write_bytes(b"clean")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        (folder / "s").unlink(missing_ok=True)
        local.bind(str(folder / "s"))
        local.listen()
        facts = {
            "site": str(site),
            "home": str(folder),
            "target": str(folder / "written"),
            "clip": str(clip),
            "port": server.getsockname()[1],
            "unix": str(folder / "s"),
            "parent": os.getpid(),
            "address": ctypes.addressof(secret),
        }
        limits = Limits(wall_base_s=20.0, cpu_base_s=20.0, memory_mib=256, workers=1)
        command = [sys.executable, str(TEMPLATE), json.dumps(facts)]
        outcomes = {}
        with Supervisor(limits, command, isolation=isolation) as supervisor:
            for attack in ATTACKS:
                if attack == "stop_template" and isolation.without:
                    continue  # it succeeds, and a minute passes before another template is started
                clip.write_bytes(attack.encode())
                outcome = outcome_of(read(supervisor, clip))
                changed = not clip.exists() or clip.read_bytes() != attack.encode()
                outcomes[attack] = [outcome + " changed" * changed, outcome_of(read(supervisor, clean))]
    return outcomes


def read(supervisor: Supervisor, path: Path) -> Reading:
    with FileSource(str(path), str(path)).open(Limits()) as file:
        file.kind = "jpeg"
        return supervisor.read(file)


def outcome_of(reading: Reading) -> str:
    return (reading.hints[0].text or "") if reading.hints else " ".join(reason.code for reason in reading.reasons)


if __name__ == "__main__":
    main()
