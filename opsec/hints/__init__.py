"""Reading one file: every reader that knows its kind has a turn, and what they find becomes one ``Reading``.

This runs in the worker, on hostile bytes, without the sites. A new kind of evidence is one module
beside this one, one line in ``READERS`` and one test file.
"""

import hashlib
from itertools import islice
from typing import BinaryIO

from opsec.hints.reader import Found, Gap, Reader, UnreadableError
from opsec.language import reason
from opsec.model import (
    Check,
    CheckState,
    Claim,
    FileKind,
    Hint,
    ListedPost,
    Member,
    Post,
    Reading,
    Reason,
)  # fmt: skip

READERS: tuple[Reader, ...] = ()

MOST_RECORDS = 120_000
"""Records one reader may give about one file; more can only be an attack on memory."""


def readers_version(readers: tuple[Reader, ...] = READERS) -> str:
    """Changes whenever any reader does, so that no reading outlives the reader that made it."""
    names = ",".join(f"{reader.name}={reader.version}" for reader in readers)
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def read_file(file: BinaryIO, kind: FileKind, readers: tuple[Reader, ...] = READERS) -> Reading:
    """Everything the readers of this kind find in one open file. Never raises for what the bytes hold."""
    mine = [reader for reader in readers if kind in reader.kinds]
    if not mine:
        return Reading(status="unread", reasons=(reason("unsupported", type=kind),))
    found: list[Found] = []
    troubles: list[Reason] = []
    checks: dict[Check, CheckState] = {}
    whole = 0
    for reader in mine:
        file.seek(0)
        trouble = _have_a_turn(reader, file, kind, found)
        troubles += [trouble] if trouble else []
        whole += trouble is None
        if checks.get(reader.check) != "failed":
            checks[reader.check] = "failed" if trouble else "ran"
    return _reading(found, troubles, checks, nothing_worked=whole == 0)


def _have_a_turn(reader: Reader, file: BinaryIO, kind: FileKind, found: list[Found]) -> Reason | None:
    """Let one reader add what it finds; answers why it had to stop, if it had to."""
    try:
        found.extend(islice(reader.read(file, kind), MOST_RECORDS))
    except UnreadableError as stop:
        return stop.reason
    except MemoryError:
        raise  # the worker's limit: the supervisor decides, with the clip alone in a fresh worker
    except Exception as fault:  # noqa: BLE001 - hostile bytes through a library: any exception is possible
        return reason("not_read", part=reader.name, detail=type(fault).__name__)
    return None


def _reading(
    found: list[Found], troubles: list[Reason], checks: dict[Check, CheckState], *, nothing_worked: bool
) -> Reading:
    hints = tuple(record for record in found if isinstance(record, Hint))
    gaps = [record.reason for record in found if isinstance(record, Gap)]
    remarks = [record for record in found if isinstance(record, Reason)]
    useful = bool(hints) or any(isinstance(record, Post | ListedPost | Member) for record in found)
    return Reading(
        status="unread" if nothing_worked and not useful else "partly" if troubles or gaps else "read",
        reasons=tuple(dict.fromkeys([*troubles, *gaps, *remarks]))[:50],
        checks=checks,
        claim=next((record for record in found if isinstance(record, Claim)), None),
        hints=hints[:5_000],
        post=next((record for record in found if isinstance(record, Post)), None),
        posts=tuple(record for record in found if isinstance(record, ListedPost))[:100_000],
        members=tuple(record for record in found if isinstance(record, Member))[:100_000],
    )
