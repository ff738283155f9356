"""The worker process: hostile bytes come in as open descriptors, records go out, nothing else.

It is started by ``opsec.sandbox.supervisor`` and has no site, no case file, and no path or name of a file. Its
arguments are the number of its pipe, its limits and the resources of its readers. It ends when the pipe is closed.
"""

import ctypes
import os
import resource
import signal
import socket
import sys
from dataclasses import dataclass
from typing import BinaryIO

from opsec.i18n.reasons import make_reason
from opsec.model import Claim, Reading, Reason
from opsec.model.records import UnreadableError
from opsec.model.resources import ReaderResources
from opsec.readers.interface import Reader
from opsec.readers.registry import configured_readers, read_file
from opsec.runtime.program_faults import failure_reason, fault_reason
from opsec.sandbox.protocol import (
    LENGTH_PREFIX,
    FileHeader,
    PartialResult,
    ReadRequest,
    ReadResult,
    Ready,
    Request,
    UnpackDone,
    UnpackRefused,
    UnpackRequest,
    decode_request,
    encode,
    encode_reading,
)

OUT_OF_MEMORY = 77
"""Exit status for it: leaving is the one thing that surely needs no memory."""

_MIB = 1 << 20
_MAX_OPEN_FILES = 64
_PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass(frozen=True, slots=True)
class WorkerArguments:
    """Command-line arguments of a worker process."""

    pipe: int
    memory_mib: int
    file_mib: int
    reply_mib: int
    kit: ReaderResources

    def arguments(self) -> list[str]:
        """Return them as strings of a command line."""
        numbers = (self.pipe, self.memory_mib, self.file_mib, self.reply_mib)
        return [*(str(number) for number in numbers), self.kit.to_argument()]

    @classmethod
    def of(cls, arguments: list[str]) -> "WorkerArguments":
        """Parse the strings of a command line."""
        *numbers, kit = arguments
        pipe, memory_mib, file_mib, reply_mib = (int(number) for number in numbers)
        return cls(pipe, memory_mib, file_mib, reply_mib, ReaderResources.from_argument(kit))


def main(readers: tuple[Reader, ...] | None = None) -> None:
    """Answer one request after another until the pipe is closed."""
    terms = WorkerArguments.of(sys.argv[1:])
    readers = configured_readers(terms.kit) if readers is None else readers
    with socket.socket(fileno=terms.pipe) as pipe:
        try:
            restrict_process(terms)
            pipe.sendall(encode(Ready()))
            while (received := _receive(pipe)) is not None:
                request, files = received
                pipe.sendall(_answer(request, files, readers, pipe, terms))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except ConnectionError:
            sys.exit(1)  # the parent is gone


def restrict_process(terms: WorkerArguments) -> None:
    """Give up everything that reading does not need, once, before the first hostile byte. Further locks belong here."""
    if sys.platform == "linux":
        # a reader that hangs in native code never sees its pipe end
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _lower_limit(resource.RLIMIT_DATA, terms.memory_mib * _MIB)  # not RLIMIT_AS: a mapped clip is no memory
    _lower_limit(resource.RLIMIT_FSIZE, terms.file_mib * _MIB)
    _lower_limit(resource.RLIMIT_NOFILE, _MAX_OPEN_FILES)
    _lower_limit(resource.RLIMIT_CORE, 0)  # a core dump would leave the clip on the disk


def _lower_limit(which: int, most: int) -> None:
    _, allowed = resource.getrlimit(which)
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(which, (most, most))


# ── one request ───────────────────────────────────────────────────────────────────────────────
def _receive(pipe: socket.socket) -> tuple[Request, list[int]] | None:
    """Return the next request with its descriptors, or None when the parent has closed the pipe."""
    header, files, _, _ = socket.recv_fds(pipe, LENGTH_PREFIX.size, 2)
    if len(header) < LENGTH_PREFIX.size:
        return None
    (length,) = LENGTH_PREFIX.unpack(header)
    body = pipe.recv(length, socket.MSG_WAITALL)
    return (decode_request(body), files) if len(body) == length else None


def _answer(
    request: Request, files: list[int], readers: tuple[Reader, ...], pipe: socket.socket, terms: WorkerArguments
) -> bytes:
    match request:
        case ReadRequest():
            with os.fdopen(files[0], "rb") as file:
                reading = _read(file, request, readers, _EarlyReplies(pipe, terms.reply_mib * _MIB))
            return _encode_result(reading, terms.reply_mib * _MIB)
        case UnpackRequest():
            with os.fdopen(files[0], "rb") as archive, os.fdopen(files[1], "wb") as out:
                refused = _unpack(archive, request, out)
            return encode(UnpackRefused(refused) if refused else UnpackDone())


@dataclass(slots=True)
class _EarlyReplies:
    """Sender of the replies that precede a reading."""

    pipe: socket.socket
    most_bytes: int
    header_sent: bool = False

    def claim(self, claim: Claim) -> None:
        """Send the first claim of a file: the parent sets the time limits by it."""
        if not self.header_sent:
            self.header_sent = True
            self.pipe.sendall(encode(FileHeader(claim)))

    def so_far(self, reading: Reading) -> None:
        """Send what was found before anything is decoded."""
        self.pipe.sendall(_encode_result(reading, self.most_bytes, PartialResult))


def _read(file: BinaryIO, request: ReadRequest, readers: tuple[Reader, ...], ahead: _EarlyReplies) -> Reading:
    try:
        return read_file(file, request.kind, readers, ahead.claim, ahead.so_far)
    except OSError as error:
        return Reading(status="unread", reasons=(make_reason("io_error", error=error.strerror or ""),))


def _encode_result(
    reading: Reading, most_bytes: int, reply: type[ReadResult] | type[PartialResult] = ReadResult
) -> bytes:
    try:
        return encode_reading(reading, most_bytes, reply)
    except (TypeError, ValueError) as fault:  # a reader yielded something that is no record: a fault of this program
        return encode_reading(Reading(status="unread", reasons=(fault_reason(fault),)), most_bytes, reply)


def _unpack(archive: BinaryIO, request: UnpackRequest, out: BinaryIO) -> Reason | None:
    """Extract one member; return the reason if it cannot be extracted."""
    from opsec.readers.archive import unpack_member

    try:
        unpack_member(archive, request.index, out, request.max_bytes)
        out.flush()
    except UnreadableError as stop:
        return stop.reason
    except MemoryError:
        raise
    except OSError as error:  # a full disk, most often
        return make_reason("io_error", error=error.strerror or type(error).__name__)
    except Exception as fault:  # noqa: BLE001 - hostile bytes through a library: any exception is possible
        return failure_reason(fault, f"member {request.index}")
    return None


if __name__ == "__main__":
    main()
