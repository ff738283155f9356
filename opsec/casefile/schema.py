"""The tables of a case file, and how a file of an older version becomes one of today's.

A migration is frozen once it was released: it is written as text, and a later change of the tables
is a new one at the end of ``MIGRATIONS``. The version of a file is the number of those it has had.
"""

from collections.abc import Callable

from sqlalchemy import (
    Column,
    Connection,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    inspect,
    select,
    update,
)  # fmt: skip

Migration = Callable[[Connection], None]

_tables = MetaData()

meta = Table("meta", _tables, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

readings = Table(
    "readings",
    _tables,
    Column("sha256", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("readers_version", Text, nullable=False),
    Column("reading", LargeBinary, nullable=False),
    Column("first_at", Text, nullable=False),
)
"""One row a file: the newest readers' answer takes the place of an older one."""

posts = Table(
    "posts",
    _tables,
    Column("key", Text, primary_key=True),
    Column("content_id", Text, nullable=False),
    Column("stands_for", Text, nullable=False),
    Column("all_there", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("post", LargeBinary, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason_codes", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("site", Text),
    Column("likelihood", Double, nullable=False),
    Column("confidence", Text, nullable=False),
    Column("severity", Double, nullable=False),
    Column("settings_sha256", Text, nullable=False),
    Column("sites_sha256", Text, nullable=False),
    Column("first_seen_at", Text, nullable=False),
    Column("last_seen_at", Text, nullable=False),
)
"""One row a post: what it is made of, how much of it could be checked, and its last verdict."""

findings = Table(
    "findings",
    _tables,
    Column("fingerprint", Text, primary_key=True),
    Column("post_key", Text, ForeignKey("posts.key", ondelete="CASCADE"), primary_key=True),
    Column("site", Text, nullable=False),
    Column("site_code", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("likelihood", Double, nullable=False),
    Column("severity", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("first_seen_at", Text, nullable=False),
    Column("last_seen_at", Text, nullable=False),
    Column("shown", LargeBinary),
)
"""What the last verdict of each post told the officer, one row a post and site."""

_FIRST = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL){strict}",
    "CREATE TABLE readings (sha256 TEXT NOT NULL, kind TEXT NOT NULL, readers_version TEXT NOT NULL, "
    "reading {bytes} NOT NULL, first_at TEXT NOT NULL, PRIMARY KEY (sha256, kind)){strict}",
    "CREATE TABLE posts (key TEXT PRIMARY KEY, content_id TEXT NOT NULL, stands_for TEXT NOT NULL, "
    "all_there INTEGER NOT NULL, path TEXT NOT NULL, post {bytes} NOT NULL, "
    "status TEXT NOT NULL, reason_codes TEXT NOT NULL, action TEXT NOT NULL, site TEXT, likelihood {real} NOT NULL, "
    "confidence TEXT NOT NULL, severity {real} NOT NULL, settings_sha256 TEXT NOT NULL, sites_sha256 TEXT NOT NULL, "
    "first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL){strict}",
    "CREATE INDEX posts_by_path ON posts (path, key)",
    "CREATE INDEX posts_by_stands_for ON posts (stands_for)",
    "CREATE INDEX posts_by_content ON posts (content_id, first_seen_at)",
    "CREATE TABLE findings (fingerprint TEXT NOT NULL, "
    "post_key TEXT NOT NULL REFERENCES posts (key) ON DELETE CASCADE, site TEXT NOT NULL, site_code TEXT NOT NULL, "
    "rule TEXT NOT NULL, action TEXT NOT NULL, likelihood {real} NOT NULL, severity {real} NOT NULL, "
    "state TEXT NOT NULL, first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, "
    "PRIMARY KEY (fingerprint, post_key)){strict}",
    "CREATE INDEX findings_of_post ON findings (post_key)",
    "INSERT INTO meta (key, value) VALUES ('version', '0')",
)
_WORDS = {
    "sqlite": {"bytes": "BLOB", "real": "REAL", "strict": " STRICT"},
    "postgresql": {"bytes": "BYTEA", "real": "DOUBLE PRECISION", "strict": ""},
}


def _first(connection: Connection) -> None:
    for sentence in _FIRST:
        connection.exec_driver_sql(sentence.format(**_WORDS[connection.dialect.name]))


def _what_is_shown(connection: Connection) -> None:
    """What each clip shows of its site, to be united with other clips; none in rows of before."""
    sentence = "ALTER TABLE findings ADD COLUMN shown {bytes}"
    connection.exec_driver_sql(sentence.format(**_WORDS[connection.dialect.name]))


MIGRATIONS: tuple[Migration, ...] = (_first, _what_is_shown)


class NotACaseError(Exception):
    """The database belongs to something else."""


class NewerCaseError(Exception):
    """The file has had migrations that this version does not know."""


def version(connection: Connection) -> int:
    """How many migrations this file has had; 0: it is empty.

    Raises
    ------
    NotACaseError
        It holds tables, and they are not ours.
    NewerCaseError
        A later version of the program has changed it.
    """
    names = inspect(connection).get_table_names()
    if not names:
        return 0
    if "meta" not in names or "posts" not in names:
        raise NotACaseError
    text = connection.scalar(select(meta.c.value).where(meta.c.key == "version"))
    if text is None or not text.isdecimal():
        raise NotACaseError
    if int(text) > len(MIGRATIONS):
        raise NewerCaseError
    return int(text)


def migrate(connection: Connection) -> None:
    """The next migration that this file has not had. The caller's transaction makes it all or nothing."""
    had = version(connection)
    if had < len(MIGRATIONS):
        MIGRATIONS[had](connection)
        connection.execute(update(meta).where(meta.c.key == "version").values(value=str(had + 1)))


def is_current(connection: Connection) -> bool:
    """Whether the file has had every migration."""
    return version(connection) == len(MIGRATIONS)
