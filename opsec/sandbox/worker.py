"""The reading process: hostile bytes come in as open descriptors, checked records go out, nothing else.

It is started by ``opsec.sandbox.supervisor`` and holds no site, no case file, no path and no name of
a file. Its arguments are the number of its pipe and its limits. It ends when the pipe does.
"""

import ctypes
import os
import resource
import signal
import socket
import sys
from dataclasses import dataclass
from typing import BinaryIO

from opsec.i18n.messages import reason
from opsec.model import Claim, Reading, Reason
from opsec.model.records import UnreadableError
from opsec.model.resources import Kit
from opsec.readers.interface import Reader
from opsec.readers.registry import equipped, read_file
from opsec.sandbox.protocol import (
    HEADER,
    Claimed,
    Gave,
    Read,
    Ready,
    Refused,
    Request,
    SoFar,
    Unpack,
    Unpacked,
    decode_request,
    encode,
    encode_reading,
)

OUT_OF_MEMORY = 77
"""Exit status that says why; leaving is the one thing that surely needs no memory."""

_MIB = 1 << 20
_MOST_OPEN_FILES = 64
_PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the parent gives a reading process on its command line."""

    pipe: int
    memory_mib: int
    file_mib: int
    reply_mib: int
    kit: Kit

    def arguments(self) -> list[str]:
        """As they stand on the command line."""
        numbers = (self.pipe, self.memory_mib, self.file_mib, self.reply_mib)
        return [*(str(number) for number in numbers), self.kit.argument()]

    @classmethod
    def of(cls, arguments: list[str]) -> "Terms":
        """From the command line."""
        *numbers, kit = arguments
        pipe, memory_mib, file_mib, reply_mib = (int(number) for number in numbers)
        return cls(pipe, memory_mib, file_mib, reply_mib, Kit.of(kit))


def main(readers: tuple[Reader, ...] | None = None) -> None:
    """Answer one request after the other until the pipe ends."""
    terms = Terms.of(sys.argv[1:])
    readers = equipped(terms.kit) if readers is None else readers
    with socket.socket(fileno=terms.pipe) as pipe:
        try:
            shut_the_doors(terms)
            pipe.sendall(encode(Ready()))
            while (received := _receive(pipe)) is not None:
                request, files = received
                pipe.sendall(_answer(request, files, readers, pipe, terms))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except ConnectionError:
            sys.exit(1)  # the parent is gone, and with it whoever wanted the answer


def shut_the_doors(terms: Terms) -> None:
    """Give up, once and before the first hostile byte, all that reading does not need. Whatever locks exist go here."""
    if sys.platform == "linux":
        # a reader that hangs in native code never sees its pipe end
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _no_more_than(resource.RLIMIT_DATA, terms.memory_mib * _MIB)  # not RLIMIT_AS: a mapped clip is no memory
    _no_more_than(resource.RLIMIT_FSIZE, terms.file_mib * _MIB)
    _no_more_than(resource.RLIMIT_NOFILE, _MOST_OPEN_FILES)
    _no_more_than(resource.RLIMIT_CORE, 0)  # a core dump would leave the clip on the disk


def _no_more_than(which: int, most: int) -> None:
    _, allowed = resource.getrlimit(which)
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(which, (most, most))


# ── one request ───────────────────────────────────────────────────────────────────────────────
def _receive(pipe: socket.socket) -> tuple[Request, list[int]] | None:
    """The next request with its descriptors, or none when the parent closed the pipe."""
    header, files, _, _ = socket.recv_fds(pipe, HEADER.size, 2)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    body = pipe.recv(length, socket.MSG_WAITALL)
    return (decode_request(body), files) if len(body) == length else None


def _answer(
    request: Request, files: list[int], readers: tuple[Reader, ...], pipe: socket.socket, terms: Terms
) -> bytes:
    match request:
        case Read():
            with os.fdopen(files[0], "rb") as file:
                reading = _read(file, request, readers, _Ahead(pipe, terms.reply_mib * _MIB))
            return _framed(reading, terms.reply_mib * _MIB)
        case Unpack():
            with os.fdopen(files[0], "rb") as archive, os.fdopen(files[1], "wb") as out:
                refused = _unpack(archive, request, out)
            return encode(Refused(refused) if refused else Unpacked())


@dataclass(slots=True)
class _Ahead:
    """What is sent ahead of a reading."""

    pipe: socket.socket
    most_bytes: int
    told: bool = False

    def claim(self, claim: Claim) -> None:
        """The first claim of a file: the parent sets the limits by it."""
        if not self.told:
            self.told = True
            self.pipe.sendall(encode(Claimed(claim)))

    def so_far(self, reading: Reading) -> None:
        """What was found before anything was decoded."""
        self.pipe.sendall(_framed(reading, self.most_bytes, SoFar))


def _read(file: BinaryIO, request: Read, readers: tuple[Reader, ...], ahead: _Ahead) -> Reading:
    try:
        return read_file(file, request.kind, readers, ahead.claim, ahead.so_far)
    except OSError as error:
        return Reading(status="unread", reasons=(reason("io_error", error=error.strerror or ""),))


def _framed(reading: Reading, most_bytes: int, reply: type[Gave] | type[SoFar] = Gave) -> bytes:
    try:
        return encode_reading(reading, most_bytes, reply)
    except (TypeError, ValueError) as fault:  # a reader gave something that is no record: ours to mend
        return encode_reading(
            Reading(status="unread", reasons=(reason("internal", error=type(fault).__name__),)), most_bytes, reply
        )


def _unpack(archive: BinaryIO, request: Unpack, out: BinaryIO) -> Reason | None:
    """Why the member could not be unpacked, if it could not."""
    from opsec.readers.archive import unpack_member

    try:
        unpack_member(archive, request.index, out, request.most_bytes)
        out.flush()
    except UnreadableError as stop:
        return stop.reason
    except MemoryError:
        raise
    except OSError as error:  # a full disk, most often
        return reason("io_error", error=error.strerror or type(error).__name__)
    except Exception as fault:  # noqa: BLE001 - hostile bytes through a library: any exception is possible
        return reason("not_read", part=f"member {request.index}", detail=type(fault).__name__)
    return None


if __name__ == "__main__":
    main()
