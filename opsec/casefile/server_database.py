"""Case files on a PostgreSQL server, which many officers scan into and decide about at the same time.

Transactions that write run one after the other, as they do in SQLite. Each sees everything that the earlier ones have
written, so a check before an insertion stays valid. They last milliseconds; reading a clip lasts seconds.
Transactions that read see one state of the case from beginning to end and wait for no other.
"""

import os
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError

from opsec.errors import CaseError
from opsec.i18n.messages import Message, _

if TYPE_CHECKING:
    import psycopg

DRIVERS = frozenset({"postgresql", "postgresql+psycopg"})
CONNECT_TIMEOUT_S = 10
LOCK_TIMEOUT_S = 60
"""How long to wait for the transactions of others."""
IDLE_TIMEOUT_S = 60
"""Idle time after which the server ends a transaction: its program has stopped before the end, and others wait."""
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Options of a connection that only reads."""
_LOCAL_HOSTS = ("", "localhost", "127.0.0.1", "::1")
_WRITERS = 0x6F70736563  # the name of this program in ASCII
_TAKE_TURN = f"SELECT pg_advisory_xact_lock(hashtextextended(coalesce(current_schema(), ''), {_WRITERS}))"
_SET_TIMEOUTS = (
    "SELECT set_config('lock_timeout', %s, false), set_config('idle_in_transaction_session_timeout', %s, false)"
)
_TABLES = "posts, readings, findings, frame_hashes, queue, queue_accounts, queue_stale, week_findings"


def server_engine(url: URL, shown: str, *, read_only: bool) -> Engine:
    """Return the engine for the URL of a PostgreSQL database; nothing is connected yet.

    Parameters
    ----------
    url
        Its query may have any parameter of libpq (https://www.postgresql.org/docs/current/libpq-connect.html).
    shown
        Name of the case for messages.
    read_only
        Let the server refuse every change.

    Raises
    ------
    ArgumentError
        It is of another kind of database.
    """
    if url.drivername not in DRIVERS:
        raise ArgumentError("only PostgreSQL, through psycopg")
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=_defaults(url),
        execution_options={"postgresql_readonly": read_only},
        hide_parameters=True,
        pool_pre_ping=True,  # a server that was restarted between two clips of a long scan ends no scan
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: "psycopg.Connection[Any]", _record: object) -> None:
        if connection.info.parameter_status("server_encoding") != "UTF8":
            raise CaseError(
                _("{file} cannot store every script; create a database with the encoding UTF8", file=shown),
            )
        connection.execute(_SET_TIMEOUTS, [f"{int(seconds * 1000)}ms" for seconds in (LOCK_TIMEOUT_S, IDLE_TIMEOUT_S)])
        connection.commit()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql(_TAKE_TURN)

    return engine


def without_passwords(url: URL) -> str:
    """Return a URL for messages: neither the password of the user nor one among the parameters is in it."""
    hidden = {name: "***" for name in ("password", "sslpassword") if name in url.query}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)


def _defaults(url: URL) -> dict[str, str | int]:
    """Return parameters of the connection that neither the URL nor the environment has.

    A server on another machine must prove who it is, and nothing reaches it unencrypted.
    """
    found: dict[str, str | int] = {}
    if "connect_timeout" not in url.query and "PGCONNECT_TIMEOUT" not in os.environ:
        found["connect_timeout"] = CONNECT_TIMEOUT_S
    hosts = [url.host or "", *_listed(url.query.get("host")), *_listed(url.query.get("hostaddr"))]
    is_local = all(host in _LOCAL_HOSTS or host.startswith(("/", "@")) for host in hosts)
    if not is_local and "sslmode" not in url.query and "PGSSLMODE" not in os.environ:
        found["sslmode"] = "verify-full"
    return found


def _listed(value: str | tuple[str, ...] | None) -> list[str]:
    texts = () if value is None else (value,) if isinstance(value, str) else value
    return [one for text in texts for one in text.split(",")]


def vacuum(engine: Engine) -> None:
    """Free the space of deleted rows now, so that their content is overwritten soon."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"VACUUM {_TABLES}")


def server_message(error: BaseException, shown: str) -> Message | None:
    """Return the message for an error of the driver, by its code; None where it says nothing in particular.

    Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html.
    """
    if not type(error).__module__.startswith("psycopg"):
        return None
    code = getattr(error, "sqlstate", None)
    if code in {"55P03", "40001", "40P01"}:
        return _("{file} is in use by another program; wait until that has ended and run again", file=shown)
    if code == "53100":
        return _(
            "{file}: the disk is full; free some space and run again, everything stored before is still there",
            file=shown,
        )
    if code in {"42501", "25006"}:
        return _(
            "{file}: the server does not allow this user to do that; ask its administrator for the rights",
            file=shown,
        )
    if type(error).__name__ == "OperationalError" and (code is None or code[:2] in {"08", "28", "3D"}):
        return _(
            "{file}: the server cannot be reached, or refuses the user, the password or the certificate; check the "
            "URL, the password file of libpq (~/.pgpass) and sslmode",
            file=shown,
        )
    return None
