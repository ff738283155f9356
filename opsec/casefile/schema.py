"""Tables of a case file, and migrations from older versions.

A migration is frozen once it is released: it is written as text, and a later change of the tables is a new one at the
end of ``MIGRATIONS``. The version of a file is the number of migrations that were applied to it.
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
"""One row for each file: the reading of newer readers replaces an older one."""

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
"""One row for each post: its files, how much of it could be checked, and its last verdict."""

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
"""Findings of the last verdict of each post: one row per post and site."""

faults = Table(
    "faults",
    _tables,
    Column("fault", Text, primary_key=True),
    Column("program", Text, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("first_at", Text, nullable=False),
    Column("last_at", Text, nullable=False),
)
"""One row for each fault and version of the program: exception type, module and line; nothing of clips or sites."""

_TABLE_STATEMENTS = (
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
_DIALECT_TYPES = {
    "sqlite": {"bytes": "BLOB", "real": "REAL", "strict": " STRICT"},
    "postgresql": {"bytes": "BYTEA", "real": "DOUBLE PRECISION", "strict": ""},
}


def _create_tables(connection: Connection) -> None:
    for sentence in _TABLE_STATEMENTS:
        connection.exec_driver_sql(sentence.format(**_DIALECT_TYPES[connection.dialect.name]))


def _add_site_coverage(connection: Connection) -> None:
    """Add what each clip shows of its site, to be united with other clips; NULL in older rows."""
    sentence = "ALTER TABLE findings ADD COLUMN shown {bytes}"
    connection.exec_driver_sql(sentence.format(**_DIALECT_TYPES[connection.dialect.name]))


def _add_faults(connection: Connection) -> None:
    """Add the table of this program's own faults."""
    statement = (
        "CREATE TABLE faults (fault TEXT NOT NULL, program TEXT NOT NULL, times INTEGER NOT NULL, "
        "first_at TEXT NOT NULL, last_at TEXT NOT NULL, PRIMARY KEY (fault, program)){strict}"
    )
    connection.exec_driver_sql(statement.format(**_DIALECT_TYPES[connection.dialect.name]))


MIGRATIONS: tuple[Migration, ...] = (_create_tables, _add_site_coverage, _add_faults)


class NotACaseError(Exception):
    """The database belongs to another program."""


class NewerCaseError(Exception):
    """Migrations that this version does not know were applied to the file."""


def version(connection: Connection) -> int:
    """Return the number of migrations that were applied to a file; 0 for an empty file.

    Raises
    ------
    NotACaseError
        It has tables of another program.
    NewerCaseError
        A later version of the program has migrated it.
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
    """Apply the next migration, in a transaction of the caller."""
    applied = version(connection)
    if applied < len(MIGRATIONS):
        MIGRATIONS[applied](connection)
        connection.execute(update(meta).where(meta.c.key == "version").values(value=str(applied + 1)))


def is_current(connection: Connection) -> bool:
    """Return whether every migration was applied."""
    return version(connection) == len(MIGRATIONS)
