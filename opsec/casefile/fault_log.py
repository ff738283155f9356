"""The last faults of this program, kept in the case file for ``opsec doctor``: nothing of clips or sites is in them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from opsec.casefile.schema import faults

_THIS = (faults.c.fault == bindparam("this_fault"), faults.c.program == bindparam("this_program"))
_TIMES = select(faults.c.times).where(*_THIS)
_ADD = insert(faults)
_CHANGE = update(faults).where(*_THIS)


@dataclass(frozen=True, slots=True)
class RecordedFault:
    """One fault of one version of the program."""

    fault: str
    """Exception type, our module and line, as ``opsec.runtime.program_faults.describe_fault`` writes them."""
    times: int
    """Files that it left unchecked, over all scans into this case file."""
    last_at: str
    """RFC 3339, UTC."""


def record_faults(connection: Connection, files: Mapping[str, int], *, program: str, at: str) -> None:
    """Add to the count of each fault.

    Parameters
    ----------
    connection
        In a transaction that writes.
    files
        Fault → number of files that it left unchecked.
    program
        Version of the program.
    at
        Time of the scan, as ``utc_text`` writes it.
    """
    for fault, count in files.items():
        this = {"this_fault": fault, "this_program": program}
        times = connection.scalar(_TIMES, this)
        if times is None:
            row = {"fault": fault, "program": program, "times": count, "first_at": at, "last_at": at}
            connection.execute(_ADD, row)
        else:
            connection.execute(_CHANGE, {**this, "times": times + count, "last_at": at})


def recent_faults(connection: Connection, program: str, limit: int) -> list[RecordedFault]:
    """Return the latest faults of this version of the program, the newest first."""
    newest = select(faults).where(faults.c.program == program).order_by(faults.c.last_at.desc(), faults.c.fault)
    rows = connection.execute(newest.limit(limit))
    return [RecordedFault(fault=row.fault, times=row.times, last_at=row.last_at) for row in rows]
