"""A throw-away PostgreSQL server for tests: its own folder, a UNIX socket and no port, gone when the tests end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

OFFICER, PASSWORD = "officer", "hunter2-%&"
"""The one role that must give a password."""
_ACCESS = f"local all {OFFICER} scram-sha-256\nlocal all all trust\n"
_SETTINGS = (
    "listen_addresses = ''\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = 32MB\n"
    "max_connections = 40\nautovacuum = off\nlog_statement = none\n"
)


@dataclass
class Server:
    """A server that runs."""

    folder: Path
    """Of the socket."""
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str, *, user: str = "postgres", **query: str) -> str:
        """Return the URL of a database on this server; ``query``: further parameters of libpq."""
        more = "".join(f"&{name}={value}" for name, value in query.items())
        return f"postgresql://{user}@/{database}?host={self.folder}{more}"

    def new_database(self, *options: str) -> str:
        """Create an empty database; return its name."""
        name = f"case_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} {' '.join(options)}")
        return name

    def run(self, statement: str, database: str = "postgres", *, user: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement; return its rows."""
        with psycopg.connect(host=str(self.folder), dbname=database, user=user, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


def programs() -> Path | None:
    """Return the folder of the newest installed ``initdb`` and ``pg_ctl``; None where there is none."""
    found = [one.parent for one in Path("/usr/lib/postgresql").glob("*/bin/initdb") if (one.parent / "pg_ctl").exists()]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """Run a server until the end of the block.

    PostgreSQL refuses to run as root: then the account ``postgres`` runs it.

    Parameters
    ----------
    folder
        Of the programs, as ``programs`` returns it.
    """
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as temporary:
        home = Path(temporary)
        if os.geteuid() == 0:
            os.chown(home, account.pw_uid, account.pw_gid)
            home.chmod(0o711)
        data = home / "data"
        # The order of English on purpose: the case file must not depend on the language of its server.
        options = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
        _run(account, folder / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", *options)
        (data / "pg_hba.conf").write_text(_ACCESS, "utf-8")
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"{_SETTINGS}unix_socket_directories = '{home}'\n")
        _run(account, folder / "pg_ctl", "-D", data, "-l", home / "log", "-w", "-t", "60", "start")
        try:
            server = Server(home)
            server.run(f"CREATE ROLE {OFFICER} LOGIN PASSWORD '{PASSWORD}'")
            yield server
        finally:
            _run(account, folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _run(account: pwd.struct_passwd, *command: str | Path) -> None:
    """Run a program of the server as its account, from a folder that it may enter."""
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # no pipe: the server would inherit it, and nobody would see its end
        stderr=subprocess.DEVNULL,
        check=False,
        **who,
    )
    assert done.returncode == 0, command[:3]
