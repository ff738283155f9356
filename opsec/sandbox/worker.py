"""The worker process: it reads one file, or extracts one member of an archive, and ends.

It is forked from a template that has read nothing, so nothing of one file can change the answer for another. It has no
site, no case file, and no path or name of a file: hostile bytes come in as an open descriptor, records go out through
one socket. It is locked before it touches the first of these bytes.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NoReturn, cast

from opsec.cleaning.out_file import OutFile
from opsec.cleaning.records import CopyFacts
from opsec.i18n.reasons import make_reason
from opsec.model import Claim, Reading, Reason
from opsec.model.records import UnreadableError
from opsec.readers.interface import Reader
from opsec.readers.registry import read_file
from opsec.runtime.program_faults import failure_reason, fault_reason
from opsec.sandbox.lock import REQUIRED_PARTS, LockRules, lock_process
from opsec.sandbox.protocol import (
    NOT_LOCKED,
    OUT_OF_MEMORY,
    CopyDone,
    CopyRefused,
    CopyRequest,
    FileHeader,
    PartialResult,
    ReadRequest,
    ReadResult,
    Request,
    UnpackDone,
    UnpackRefused,
    UnpackRequest,
    encode,
    encode_reading,
)
from opsec.sandbox.template_arguments import TemplateArguments

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class WorkerTask:
    """The one task of a worker process."""

    request: Request
    pipe: int
    """Descriptor of the socket on which replies are sent."""
    files: Sequence[int]
    """Descriptors of the file, and of the file to be written if there is one."""


def lock_rules(terms: TemplateArguments, request: Request | None = None) -> LockRules:
    """Return what a worker may do: for any request, or for this one."""
    is_heif = isinstance(request, ReadRequest | CopyRequest) and request.kind == "heif"
    return LockRules(
        memory_mib=terms.memory_mib,
        written_mib=terms.file_mib,
        # the library of the speech model starts them, and libheif for every photo, whatever number it is given
        threads=is_heif or terms.kit.speech_model is not None,
    )


def run_task(task: WorkerTask, readers: tuple[Reader, ...], terms: TemplateArguments) -> NoReturn:
    """Lock this process, carry out the task, reply, and end."""
    status = 1
    try:
        missing = lock_process(lock_rules(terms, task.request), terms.without)
        if missing & REQUIRED_PARTS and not terms.allow_weak:
            os._exit(NOT_LOCKED)
        _Replies(task.pipe, terms.reply_mib * _MIB).answer(task, readers)
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY
    finally:
        os._exit(status)


@dataclass(slots=True)
class _Replies:
    """Sender of the replies of one task."""

    pipe: int
    most_bytes: int
    header_sent: bool = False

    def answer(self, task: WorkerTask, readers: tuple[Reader, ...]) -> None:
        """Carry out the task and send the reply to it."""
        match task.request:
            case ReadRequest():
                with os.fdopen(task.files[0], "rb") as file:
                    reading = _read(file, task.request, readers, self)
                self._send(_encode_result(reading, self.most_bytes))
            case UnpackRequest():
                with os.fdopen(task.files[0], "rb") as archive, _open_unbuffered(task.files[1]) as out:
                    refused = _unpack(archive, task.request, out)
                self._send(encode(UnpackRefused(refused) if refused else UnpackDone()))
            case CopyRequest():
                with os.fdopen(task.files[0], "rb") as clip, _open_unbuffered(task.files[1]) as out:
                    copied = _copy(clip, task.request, out)
                self._send(encode(copied))

    def claim(self, claim: Claim) -> None:
        """Send the first claim of a file: the parent sets the time limits by it."""
        if not self.header_sent:
            self.header_sent = True
            self._send(encode(FileHeader(claim)))

    def so_far(self, reading: Reading) -> None:
        """Send what was found before anything is decoded."""
        self._send(_encode_result(reading, self.most_bytes, PartialResult))

    def _send(self, frame: bytes) -> None:
        rest = memoryview(frame)
        while rest:
            rest = rest[os.write(self.pipe, rest) :]


def _open_unbuffered(descriptor: int) -> BinaryIO:
    """Open a file to be filled. With a buffer, what a full disk did not take would be written again when it is closed.

    A write may take a part of the bytes; ``OutFile`` writes the rest.
    """
    return cast("BinaryIO", os.fdopen(descriptor, "wb", buffering=0))


def _read(file: BinaryIO, request: ReadRequest, readers: tuple[Reader, ...], ahead: _Replies) -> Reading:
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

    target = OutFile(out)
    refused = _reason_of_failure(lambda: unpack_member(archive, request.index, target.as_binary(), request.max_bytes))
    if target.error is not None:
        return make_reason("not_unpacked", error=target.error.strerror or type(target.error).__name__)
    return refused


def _copy(clip: BinaryIO, request: CopyRequest, out: BinaryIO) -> CopyDone | CopyRefused:
    """Write a clean copy of a clip."""
    from opsec.cleaning.clip_copy import write_copy

    facts: list[CopyFacts] = []

    def write() -> None:
        facts.append(write_copy(clip, request.kind, request.order, out))
        out.flush()

    refused = _reason_of_failure(write)
    return CopyRefused(refused) if refused else CopyDone(facts[0])


def _reason_of_failure(work: Callable[[], object]) -> Reason | None:
    """Run it; return the reason if it fails."""
    try:
        work()
    except UnreadableError as stop:
        return stop.reason
    except MemoryError:
        raise
    except OSError as error:  # a full disk, most often
        return make_reason("io_error", error=error.strerror or type(error).__name__)
    except Exception as fault:  # noqa: BLE001 - hostile bytes through a library: any exception is possible
        return failure_reason(fault, "worker")
    return None
