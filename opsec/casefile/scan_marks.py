"""Marks of a case file in the table ``meta``: when the last scan began, and the secret of the finding numbers."""

from sqlalchemy import Connection, delete, insert, select, update

from opsec.casefile.audit_trail import append
from opsec.casefile.finding_numbers import SECRET_KEY
from opsec.casefile.schema import meta

_BEGAN, _UNFINISHED = "scan_began_at", "scan_unfinished"


def begin_scan(connection: Connection, at: str) -> str:
    """Mark the beginning of a scan and return it; a scan that was interrupted is continued with its own mark.

    Findings first seen at or after the mark are new.
    """
    append(connection, "scan_began", at=at, detail={})
    began = scan_began_at(connection)
    if began is not None and _value(connection, _UNFINISHED) is not None:
        return began
    if began is None:
        connection.execute(insert(meta).values(key=_BEGAN, value=at))
    else:
        connection.execute(update(meta).where(meta.c.key == _BEGAN).values(value=at))
    connection.execute(insert(meta).values(key=_UNFINISHED, value=at))
    return at


def finish_scan(connection: Connection, at: str) -> None:
    """Mark that the last scan has ended."""
    append(connection, "scan_ended", at=at, detail={})
    connection.execute(delete(meta).where(meta.c.key == _UNFINISHED))


def scan_began_at(connection: Connection) -> str | None:
    """Return the time from which findings count as new; None before the first scan."""
    return _value(connection, _BEGAN)


def number_secret(connection: Connection) -> bytes:
    """Return the secret by which findings are numbered.

    Raises
    ------
    ValueError
        The case file has none: it is damaged.
    """
    text = _value(connection, SECRET_KEY)
    if text is None:
        raise ValueError(SECRET_KEY)
    return bytes.fromhex(text)


def _value(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(meta.c.value).where(meta.c.key == key))
