"""A template whose reader has been taken over: it does what the file says, and reports how that ended.

Started as ``python attacking_readers.py FACTS`` and the supervisor's own arguments; FACTS is a JSON object with what an
attacker would look for. Everything that an attack needs is imported before the lock, as in a worker whose libraries are
loaded.
"""

import ctypes
import errno
import json
import mmap
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from opsec.model import FileKind, Hint
from opsec.model.records import ReaderOutput
from opsec.readers.interface import Reader
from opsec.sandbox.template import main

FACTS: dict[str, Any] = json.loads(sys.argv.pop(1))
LIBC = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE = 0x4206
MIB = 1 << 20


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    name = file.read().decode()
    text = name
    if name in ATTACKS:
        try:
            gained = ATTACKS[name](file)
            text = f"done: {gained!r}"
        except OSError as error:
            text = f"refused: {errno.errorcode[error.errno or 0]}"
    yield Hint(kind="text", family="TEXT", reader="attacking", field="caption", text=text[:200])


def checked(value: int) -> int:
    if value == -1:
        raise OSError(ctypes.get_errno(), "refused")
    return value


# ── files ─────────────────────────────────────────────────────────────────────────────────────
def read_passwords(_file: BinaryIO) -> str:
    return Path("/etc/passwd").read_text()[:20]


def read_sites(_file: BinaryIO) -> str:
    return Path(FACTS["site"]).read_text()[:20]


def list_home(_file: BinaryIO) -> int:
    return len(list(Path(FACTS["home"]).iterdir()))


def write_file(_file: BinaryIO) -> None:
    Path(FACTS["target"]).write_text("x")


def modify_clip(file: BinaryIO) -> int:
    for path in (FACTS["clip"], f"/proc/self/fd/{file.fileno()}"):
        try:
            handle = os.open(path, os.O_WRONLY)
        except OSError:
            continue
        return os.write(handle, b"x")
    return os.pwrite(file.fileno(), b"x", 0)


def delete_clip(_file: BinaryIO) -> None:
    Path(FACTS["clip"]).unlink()


# ── network ───────────────────────────────────────────────────────────────────────────────────
def open_tcp_socket(_file: BinaryIO) -> int:
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM).fileno()


def connect_tcp(_file: BinaryIO) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect(("127.0.0.1", FACTS["port"]))


def send_udp(_file: BinaryIO) -> int:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", FACTS["port"]))


def connect_unix(_file: BinaryIO) -> None:
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).connect(FACTS["unix"])


# ── processes ─────────────────────────────────────────────────────────────────────────────────
def execute(_file: BinaryIO) -> None:
    pid = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(pid, 0)


def execute_in_place(_file: BinaryIO) -> None:
    os.execv("/bin/true", ["true"])


def fork(_file: BinaryIO) -> None:
    if os.fork() == 0:
        os._exit(0)


def signal_parent(_file: BinaryIO) -> None:
    os.kill(FACTS["parent"], 0)


def trace_parent(_file: BinaryIO) -> None:
    checked(LIBC.ptrace(PTRACE_SEIZE, FACTS["parent"], None, None))


def stop_template(_file: BinaryIO) -> None:
    os.kill(os.getppid(), signal.SIGSTOP)


def read_parent_memory(_file: BinaryIO) -> int:
    local = (ctypes.c_char * 16)()
    vector = (ctypes.c_void_p * 2)(ctypes.addressof(local), 16)
    remote = (ctypes.c_void_p * 2)(FACTS["address"], 16)
    try:
        return checked(LIBC.process_vm_readv(FACTS["parent"], vector, 1, remote, 1, 0))
    except OSError:
        with Path(f"/proc/{FACTS['parent']}/mem").open("rb", buffering=0) as memory:
            memory.seek(FACTS["address"])
            return len(memory.read(16))


# ── memory ────────────────────────────────────────────────────────────────────────────────────
def fill_heap(_file: BinaryIO) -> int:
    taken = []
    for _ in range(3 * 1024 // 16):
        taken.append(bytearray(b"x") * (16 * MIB))
    return len(taken)


def fill_shared_memory(_file: BinaryIO) -> int:
    taken = []
    for _ in range(3 * 1024 // 16):
        shared = mmap.mmap(-1, 16 * MIB)
        for offset in range(0, 16 * MIB, 4096):
            shared[offset] = 1
        taken.append(shared)
    return len(taken)


def fill_memory_file(_file: BinaryIO) -> int:
    handle = os.memfd_create("x")
    return sum(os.write(handle, bytes(16 * MIB)) for _ in range(3 * 1024 // 16))


# ── the next clip ─────────────────────────────────────────────────────────────────────────────
def take_over_next(_file: BinaryIO) -> str:
    """Change this process so that every later file gives nothing, as an exploit would."""
    ATTACKS.clear()
    read.__code__ = nothing.__code__
    return "taken over"


def nothing(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    yield from ()


ATTACKS: dict[str, Callable[[BinaryIO], Any]] = {
    attack.__name__: attack
    for attack in (
        *(read_passwords, read_sites, list_home, write_file, modify_clip, delete_clip),
        *(open_tcp_socket, connect_tcp, send_udp, connect_unix),
        *(execute, execute_in_place, fork, signal_parent, trace_parent, stop_template, read_parent_memory),
        *(fill_heap, fill_shared_memory, fill_memory_file),
        take_over_next,
    )
}
if __name__ == "__main__":
    main((Reader("attacking", 1, "metadata", frozenset({"jpeg"}), read),), loads_everything=False)
