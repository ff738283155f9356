"""Location and opening of a case file: SQLite with its safest settings, or PostgreSQL by its URL.

SQLite: a write-ahead log, every commit on disk before it returns, foreign keys enforced, and a write transaction takes
the lock at its beginning (https://www.sqlite.org/lang_transaction.html).
"""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from opsec.casefile import encryption
from opsec.casefile.encryption import is_encrypted
from opsec.casefile.schema import NewerCaseError, NotACaseError
from opsec.casefile.server_database import SNAPSHOT, server_engine, server_message, vacuum, without_passwords
from opsec.casefile.statement_cache import CACHED_SQLITE, COMPILED
from opsec.errors import CaseError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.keys.private_files import is_readable_by_others
from opsec.settings import LANDMARK_CACHE_SUFFIX

MEMORY = ":memory:"
PLAIN_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
"""Drivers of URLs that name a path."""
CACHE_KIB = 65_536
"""Pages of a SQLite file kept in memory, at most: lists of many findings read the file in another order."""
BUSY_TIMEOUT_S = 10
"""How long to wait for another program's transaction."""


def engine_at(where: str, *, read_only: bool = False) -> tuple[Engine, str]:
    """Return the engine for a path or a URL, and its name for messages, which never has the password of a URL.

    Parameters
    ----------
    where
        The path or the URL.
    read_only
        Neither create nor change the case: a file that does not exist cannot be opened.

    Raises
    ------
    CaseError
        The folder or the driver does not exist, or what is there cannot be a case file.
    """
    if "://" not in where:
        shown = escape_unsafe(decode_path(where))
        return _sqlite(where, shown, read_only=read_only), shown
    try:
        url = make_url(where)
        shown = escape_unsafe(without_passwords(url))
        if url.get_backend_name() == "sqlite":
            if url.query or url.drivername not in PLAIN_SQLITE:
                raise ArgumentError("only a plain path: a driver that encrypts, say, must not be passed over")
            return _sqlite(url.database or MEMORY, shown, read_only=read_only), shown
        return server_engine(url, shown, read_only=read_only), shown
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise CaseError(
            _(
                "the case file cannot be opened by this URL ({kind}); check the URL and that its driver is installed, "
                "or give a path with --case",
                kind=escape_unsafe(where.partition("://")[0], limit=40),
            )
        ) from error


def shown_case(where: str) -> str:
    """Return a path or URL for messages; a password in it is replaced."""
    try:
        return escape_unsafe(without_passwords(make_url(where)) if "://" in where else decode_path(where))
    except (ArgumentError, ValueError):
        return escape_unsafe(where.partition("://")[0], limit=40)


def case_path(where: str) -> str | None:
    """Return the path of the case file for a path or URL; None for a URL of anything but plain SQLite."""
    if "://" not in where:
        return where
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        return None  # opening it reports what is wrong
    return (url.database or MEMORY) if url.drivername in PLAIN_SQLITE else None


def case_files(where: str) -> tuple[str, ...]:
    """Return every file that a case may consist of; SQLite keeps logs beside it (sqlite.org/tempfiles.html)."""
    path = case_path(where)
    endings = ("", "-wal", "-shm", "-journal", LANDMARK_CACHE_SUFFIX)
    return () if path in {None, MEMORY} else tuple(f"{path}{ending}" for ending in endings)


def landmarks_folder(where: str) -> str | None:
    """Return the folder beside a plain case file for features of landmark photos; None for any other case."""
    path = case_path(where)
    return None if path is None or path == MEMORY or is_encrypted(Path(path)) else f"{path}{LANDMARK_CACHE_SUFFIX}"


def _sqlite(path: str, shown: str, *, read_only: bool) -> Engine:
    if path != MEMORY and not read_only:
        _prepare(Path(path))
    engine = create_engine(
        _sqlite_url(path, read_only=read_only),
        poolclass=StaticPool,
        execution_options={"compiled_cache": COMPILED},
        **_encryption(path, shown, read_only=read_only),
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin explicitly, not where the driver guesses
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA foreign_keys = ON")
        if path != MEMORY:
            _keep_temporary_files_beside(connection, Path(path))
        if read_only:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


_TEMPORARY_FILES: dict[type, str] = {}
"""Class of the connections of SQLite, or of SQLCipher → the folder that this library uses now, in the whole process."""


def _keep_temporary_files_beside(connection: sqlite3.Connection, path: Path) -> None:
    """Have SQLite write large sorts and the copy of ``VACUUM`` into the folder of the case, not into ``/var/tmp``."""
    folder = str(path.absolute().parent)
    if _TEMPORARY_FILES.get(type(connection)) != folder:
        connection.execute("PRAGMA temp_store_directory = '{}'".format(folder.replace("'", "''")))
        _TEMPORARY_FILES[type(connection)] = folder


def _encryption(path: str, shown: str, *, read_only: bool) -> dict[str, Any]:
    """Return the arguments of ``create_engine`` for an encrypted file; none for a plain one."""
    if path == MEMORY or not is_encrypted(Path(path)):
        return {}
    key = encryption.key_of(Path(path), shown)
    where, options = _literal_uri(path) + ("?mode=rw" if read_only else ""), {"uri": True, "check_same_thread": False}
    return {"module": encryption.driver(), "creator": lambda: encryption.connect(where, key, shown, **options)}


def _literal_uri(path: str) -> str:
    """Return a file as a URI, which SQLite takes literally whatever its name is."""
    return Path(path).absolute().as_uri()


def _sqlite_url(path: str, *, read_only: bool) -> URL:
    """Return the URL of a file; to be read only, with the mode ``rw``, which creates no file (sqlite.org/uri.html).

    The mode ``ro`` would leave the files of the write-ahead log behind, because it cannot remove them. ``query_only``
    refuses changes instead.
    """
    if not read_only or path == MEMORY:
        return URL.create(CACHED_SQLITE, database=path)
    return URL.create(CACHED_SQLITE, database=_literal_uri(path), query={"mode": "rw", "uri": "true"})


def _prepare(path: Path) -> None:
    """Create the file with mode 0600 whatever the umask is; SQLite gives its log the same mode."""
    shown = escape_unsafe(decode_path(path))
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        _check_existing(path, shown)
    except FileNotFoundError:
        raise CaseError(
            _(
                "{file}: the folder {folder} does not exist; make it, or give another path with --case",
                file=shown,
                folder=escape_unsafe(decode_path(path.parent)),
            )
        ) from None
    except OSError as error:
        raise CaseError(
            _(
                "{file} cannot be created ({error}); give another path with --case",
                file=shown,
                error=error.strerror or type(error).__name__,
            )
        ) from error
    else:
        os.fchmod(handle, 0o600)
        os.close(handle)


def _check_existing(path: Path, shown: str) -> None:
    """Refuse what SQLite would fill, or create behind a link, with the modes of somebody else's choice."""
    try:
        found = path.stat()
    except OSError:
        raise CaseError(
            _("{file} is a broken link; delete it, or give the path of a case file with --case", file=shown)
        ) from None
    if not stat.S_ISREG(found.st_mode):
        raise CaseError(_("{file} is not a regular file; give the path of a case file with --case", file=shown))
    if found.st_size == 0 and is_readable_by_others(found):
        raise CaseError(
            _("{file} is empty and can be read by other accounts; delete it, or run chmod 600 on it", file=shown)
        )


def refuse_readable(where: str, shown: str) -> None:
    """Refuse a case file with rights for other accounts, once it is known to be one. Raises ``CaseError``."""
    path = case_path(where)
    if path is None or path == MEMORY or os.name != "posix":
        return
    if Path(path).stat().st_mode & 0o077:
        raise CaseError(
            _("{file} can be read by other accounts and is not opened; restrict it with chmod 600", file=shown)
        )


def enable_write_ahead_log(engine: Engine) -> None:
    """Switch a SQLite file to a write-ahead log, permanently. Only after it is known to be a case file."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def shrink(engine: Engine) -> None:
    """Write a SQLite file anew without the space of deleted rows, and empty its log, which has their old pages."""
    if engine.dialect.name != "sqlite":
        vacuum(engine)
        return
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM")
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        raw.close()


def overwrite_deleted(connection: Connection) -> None:
    """Have SQLite overwrite what this connection deletes from now on; PostgreSQL has no such setting."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that only reads, and sees one state of the case."""
    options = {} if engine.dialect.name == "sqlite" else SNAPSHOT
    with engine.connect().execution_options(**options) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that writes everything or nothing."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


# ── errors as messages ─────────────────────────────────────────────────────────────────────────
@contextmanager
def case_errors(shown: str) -> Iterator[None]:
    """Turn every database error into one ``CaseError`` that names the file and the next step."""
    try:
        yield
    except NotACaseError:
        raise CaseError(_not_a_case(shown)) from None
    except NewerCaseError:
        raise CaseError(newer_version_message(shown)) from None
    except encryption.errors() as error:
        raise CaseError(_error_message(error, shown)) from error
    except SQLAlchemyError as error:
        raise CaseError(_error_message(getattr(error, "orig", None) or error, shown)) from error


def _not_a_case(shown: str) -> Message:
    return _("{file} is not a case file of this program; give another path with --case", file=shown)


def _error_message(error: BaseException, shown: str) -> Message:
    exact = getattr(error, "sqlite_errorcode", 0)
    code = exact & 0xFF  # the primary one: https://www.sqlite.org/rescode.html
    if code == sqlite3.SQLITE_NOTADB:
        return _not_a_case(shown)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _(
            "{file} is in use by another program; wait until that has ended and run again",
            file=shown,
        )
    if code == sqlite3.SQLITE_FULL or exact == sqlite3.SQLITE_IOERR_SHMSIZE:
        return _(
            "{file}: the disk is full; free some space and run again, everything stored before is still there",
            file=shown,
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return _(
            "{file} cannot be written; let this account write to it and to its folder, or give another path "
            "with --case",
            file=shown,
        )
    if code == sqlite3.SQLITE_CORRUPT:
        return damage_message(shown)
    return server_message(error, shown) or _(
        "{file} cannot be used ({error}); check its disk or its server and run again",
        file=shown,
        error=_error_name(error),
    )


def _error_name(error: BaseException) -> str:
    """Return the name of a database error: its text may have the content of a row (PostgreSQL prints failing rows)."""
    exact = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    name = type(error).__name__
    return escape_unsafe(f"{name} {exact}" if exact else name, limit=80)


def newer_version_message(shown: str) -> Message:
    """Return the message that this version cannot read what a newer one has written."""
    return _(
        "{file} was written by a newer version of this program; update opsec, or give another path with --case",
        file=shown,
    )


def damage_message(shown: str) -> Message:
    """Return the message that a case file is damaged."""
    return _(
        "{file} is damaged, or another version of opsec wrote it; put back a copy, or give another path with --case",
        file=shown,
    )
