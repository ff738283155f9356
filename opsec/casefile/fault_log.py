"""The last faults of this program, kept in the case file for ``opsec doctor``: nothing of clips or sites is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Insert, select

from opsec.casefile.schema import faults


def _upsert(dialect: str) -> Insert:
    """Build the statement that adds to a row, or makes it: two scans may record the same fault at the same time."""
    new: Any
    # each dialect takes a while to import
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        new = postgresql.insert(faults)
    else:
        from sqlalchemy.dialects import sqlite

        new = sqlite.insert(faults)
    change = {"times": faults.c.times + new.excluded.times, "last_at": new.excluded.last_at}
    upsert: Insert = new.on_conflict_do_update(index_elements=[faults.c.fault, faults.c.program], set_=change)
    return upsert


@dataclass(frozen=True, slots=True)
class RecordedFault:
    """One fault of one version of the program."""

    fault: str
    """Exception type, our module and line, as ``opsec.runtime.program_faults.describe_fault`` writes them."""
    times: int
    """Clips and skipped files that it left not fully checked, added up over all scans into this case file.

    A clip that fails again in a later scan counts again. ``rematch`` adds only faults of the matching itself, not those
    that an earlier scan recorded while it read the files.
    """
    last_at: str
    """RFC 3339, UTC."""


def record_faults(connection: Connection, files: Mapping[str, int], *, program: str, at: str) -> None:
    """Add to the count of each fault.

    Parameters
    ----------
    connection
        In a transaction that writes.
    files
        Fault, as ``describe_fault`` writes it → number of clips and skipped files that it left not fully checked.
    program
        Version of the program.
    at
        Time of the scan, as ``utc_text`` writes it.
    """
    rows = [
        {"fault": fault, "program": program, "times": count, "first_at": at, "last_at": at}
        for fault, count in sorted(files.items())  # in one order, so that two transactions cannot wait for each other
    ]
    if rows:
        connection.execute(_upsert(connection.dialect.name), rows)


def recent_faults(connection: Connection, program: str, limit: int) -> list[RecordedFault]:
    """Return the latest faults of this version of the program, the newest first.

    Parameters
    ----------
    connection
        In a transaction that reads.
    program
        Version of the program.
    limit
        Number of faults, at most.

    Returns
    -------
    list of RecordedFault
        Faults last recorded at the same time are in the order of their texts.
    """
    newest = select(faults).where(faults.c.program == program).order_by(faults.c.last_at.desc(), faults.c.fault)
    rows = connection.execute(newest.limit(limit))
    return [RecordedFault(fault=row.fault, times=row.times, last_at=row.last_at) for row in rows]
