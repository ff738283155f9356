"""Outcomes of tasks: readings of files that were not read to the end, and events of those that were."""

import logging
from collections import Counter
from dataclasses import replace

from opsec.model import Check, CheckState, CoverageStatus, FileKind, Reading, Reason
from opsec.model.resources import ReaderResources
from opsec.runtime.event_log import log_event
from opsec.sandbox.protocol import ReadResult, Reply
from opsec.sandbox.worker_process import WorkerProcess

_LOG = logging.getLogger(__name__)


def log_reading(process: WorkerProcess, reply: Reply) -> None:
    """Log what a worker read of a file, in counts and codes."""
    if isinstance(reply, ReadResult):
        reading = reply.reading
        log_event(
            _LOG,
            "file_read",
            kind=process.task.file.kind,
            bytes=process.task.file.size_bytes,
            status=reading.status,
            reasons=Counter(reason.code for reason in reading.reasons),
            hints=Counter(hint.kind for hint in reading.hints),
            posts=len(reading.posts),
            members=len(reading.members),
            frames=reading.frames_read,
            took_s=process.elapsed_s,
        )


def interrupted_reading(reading: Reading, why: Reason) -> Reading:
    """Return what was found before the process died, with the reason why the rest was not read."""
    status: CoverageStatus = "unread" if reading.status == "unread" else "partly"
    return replace(reading, status=status, reasons=(why, *reading.reasons)[:50])


def unread_reading(kind: FileKind, why: Reason, kit: ReaderResources) -> Reading:
    """Return the reading of a file that could not be read: every check that applies to its kind has failed."""
    from opsec.readers.registry import configured_readers  # importing all readers takes a while, and this is rare

    mine = [reader for reader in configured_readers(kit) if kind in reader.kinds]
    checks: dict[Check, CheckState] = {check: "failed" for reader in mine for check in (reader.check, *reader.also)}
    return Reading(status="unread", reasons=(why,), checks=checks or {"metadata": "failed"})
