"""Results that this program wrote for a case, known by SHA-256, so that the next scan does not take them for posts.

A file is never recognised by what it says: anybody can write one that looks like a result.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, insert, select

from opsec.casefile.audit_trail import append
from opsec.casefile.schema import meta

_PREFIX = "result:"
MAX_AUDITED_FILES = 40
"""Files of one export whose hashes the audit trail keeps."""


def known_results(connection: Connection) -> frozenset[str]:
    """SHA-256 of every result that was remembered."""
    keys = connection.scalars(select(meta.c.key).where(meta.c.key.startswith(_PREFIX, autoescape=True)))
    return frozenset(key.removeprefix(_PREFIX) for key in keys)


def remember_results(connection: Connection, hashes: Iterable[str], at: str) -> None:
    """Remember results.

    Parameters
    ----------
    connection
        To a case file, in a transaction.
    hashes
        SHA-256 of the files.
    at
        Time at which they were written, as the case file stores times.
    """
    new = sorted(set(hashes) - known_results(connection))
    if new:
        connection.execute(insert(meta), [{"key": _PREFIX + one, "value": at} for one in new])


def record_export(connection: Connection, hashes: Collection[str], at: str) -> None:
    """Remember files that left the case, and append them to its audit trail; parameters as for ``remember_results``."""
    remember_results(connection, hashes, at)
    detail: dict[str, str | int] = {"files": len(hashes), "sha256": " ".join(sorted(hashes)[:MAX_AUDITED_FILES])}
    append(connection, "exported", at=at, detail=detail)
