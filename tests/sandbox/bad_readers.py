"""A template whose readers misbehave as the file requests; the supervisor must survive it.

Started as ``python bad_readers.py FOLDER`` and the supervisor's own arguments. Every try of a file that misbehaves
leaves a line in the folder's file ``marks``, which is opened before the worker is locked, so a test can count tries.
"""

import ctypes
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

from opsec.model import Claim, FileKind, Hint
from opsec.model.records import ReaderOutput
from opsec.readers.interface import Reader
from opsec.sandbox.protocol import LENGTH_PREFIX
from opsec.sandbox.template import main

MARKS = os.open(Path(sys.argv.pop(1)) / "marks", os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
A_LONG_TIME_S = 600


def hint(text: str) -> Hint:
    return Hint(kind="text", family="TEXT", reader="bad", field="caption", text=text)


def mark(word: str) -> None:
    os.write(MARKS, f"{word}-{os.getpid()}\n".encode())


def marks(word: str) -> int:
    return os.pread(MARKS, 1 << 20, 0).decode().count(f"{word}-")


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    word = file.read(64).decode().strip().removeprefix("pictures ")
    if word != file_word(file):
        yield hint("before the pictures")
    elif not word.startswith("good"):
        mark(word)
        yield from MISBEHAVIOURS[word]() or ()
    elif word == "good nap":
        time.sleep(0.1)
    yield hint(word)


def file_word(file: BinaryIO) -> str:
    file.seek(0)
    return file.read(64).decode().strip()


def look(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """The reader that decodes: it executes the part after ``pictures``."""
    word = file_word(file)
    if word.startswith("pictures "):
        mark(word)
        yield from MISBEHAVIOURS[word.removeprefix("pictures ")]() or ()


# ── excessive use of resources ────────────────────────────────────────────────────────────────
def hang() -> None:
    time.sleep(A_LONG_TIME_S)


def large() -> Iterator[ReaderOutput]:
    """More than the capacity of a pipe, so that the sender blocks until it is read."""
    for _ in range(9):
        yield hint("x" * 100_000)


def spin() -> NoReturn:
    while True:
        pass


def busy() -> None:
    stop = time.process_time() + 0.4
    while time.process_time() < stop:
        pass


def swell() -> NoReturn:
    allocated = []
    while True:
        allocated.append(bytearray(1 << 20))


def long_clip() -> Iterator[ReaderOutput]:
    yield Claim(duration_s=10.0, width_px=1000, height_px=1000)
    time.sleep(0.8)


def huge_claim() -> Iterator[ReaderOutput]:
    yield Claim(duration_s=1e300, width_px=10**30, height_px=10**30)
    time.sleep(A_LONG_TIME_S)


# ── dying ─────────────────────────────────────────────────────────────────────────────────────
def die() -> NoReturn:
    os._exit(3)


def crash() -> None:
    ctypes.string_at(0)


def die_once() -> None:
    if marks("die_once") == 1:
        os._exit(9)


def hang_once() -> None:
    if marks("hang_once") == 1:
        hang()


def fork() -> NoReturn:
    if child := os.fork():
        os.write(MARKS, f"grandchild-{child}\n".encode())
        os._exit(1)
    while True:
        hang()


def fail() -> NoReturn:
    raise RuntimeError("hostile \x1b[2J")


# ── invalid answers ───────────────────────────────────────────────────────────────────────────
def own_socket() -> int:
    """The descriptor on which this worker replies, found as an attacker would."""
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
        except OSError:
            continue
    raise AssertionError("no socket")


def send(*bodies: bytes) -> None:
    os.write(own_socket(), b"".join(LENGTH_PREFIX.pack(len(body)) + body for body in bodies))


def garbage() -> None:
    send(b"garbage")


def huge() -> None:
    os.write(own_socket(), LENGTH_PREFIX.pack(0xFFFFFFFF) + b"x" * 1000)
    hang()


def lie() -> Iterator[ReaderOutput]:
    yield Hint(kind="position", family="META", reader="bad", field="x", heading_deg=1e9)


def twice() -> None:
    send(b'{"reply":"read_result","reading":{}}', b'{"reply":"read_result","reading":{}}')


def claims_again() -> None:
    send(b'{"reply":"file_header","claim":{}}', b'{"reply":"file_header","claim":{}}')
    hang()


def ahead_again() -> None:
    send(*[b'{"reply":"partial_result","reading":{}}'] * 3)
    hang()


def chatter() -> None:
    os.write(1, b"out of the clip")
    os.write(2, b"out of the clip")


def no_record() -> Iterator[ReaderOutput]:
    yield hint(object())  # type: ignore[arg-type]


MISBEHAVIOURS: dict[str, Callable[[], Iterator[ReaderOutput] | None]] = {
    misbehaviour.__name__: misbehaviour
    for misbehaviour in (
        *(hang, large, spin, busy, swell, long_clip, huge_claim),
        *(die, crash, die_once, hang_once, fork, fail),
        *(garbage, huge, lie, twice, claims_again, ahead_again, chatter, no_record),
    )
}

if __name__ == "__main__":
    kinds: frozenset[FileKind] = frozenset({"jpeg"})
    words = Reader("bad", 1, "metadata", kinds, read)
    main(
        (words, Reader("bad pictures", 1, "signage", kinds, look, also=("layout",), decodes=True)),
        loads_everything=False,
    )
