"""Questions about a case that neither create, migrate nor change it."""

from sqlalchemy import func, select

from opsec.casefile import database, schema
from opsec.casefile.fault_log import RecordedFault, recent_faults
from opsec.casefile.schema import posts


def recorded_faults(where: str, program: str, limit: int) -> list[RecordedFault]:
    """Return the latest faults that scans into a case recorded, without creating, migrating or changing it.

    Parameters
    ----------
    where
        As for ``open_case``.
    program
        Version of the program.
    limit
        Number of faults, at most.

    Returns
    -------
    list of RecordedFault
        The newest first; empty for a case of an older version, which recorded none.

    Raises
    ------
    CaseError
        It does not exist, is not a case file, is of a newer version, or cannot be read.
    """
    engine, shown = database.engine_at(where, read_only=True)
    try:
        with database.case_errors(shown), database.reading(engine) as connection:
            is_current = schema.is_current(connection)
            database.refuse_readable(where, shown)
            return recent_faults(connection, program, limit) if is_current else []
    finally:
        engine.dispose()


def weakly_read_posts(where: str) -> int:
    """Return how many posts of a case were read with weak isolation; raises as ``recorded_faults`` does."""
    engine, shown = database.engine_at(where, read_only=True)
    weak = posts.c.reason_codes.like('%"weak_isolation"%') & posts.c.purged_at.is_(None)
    try:
        with database.case_errors(shown), database.reading(engine) as connection:
            if not schema.is_current(connection):
                return 0
            return connection.scalar(select(func.count()).select_from(posts).where(weak)) or 0
    finally:
        engine.dispose()
