"""Tables of a case file, and migrations from older versions.

A migration is frozen once it is released: it is written as text, and a later change of the tables is a new one at the
end of ``MIGRATIONS``. The version of a file is the number of migrations that were applied to it.
"""

from collections.abc import Callable

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    insert,
    inspect,
    select,
    update,
)  # fmt: skip

from opsec.casefile.finding_numbers import SECRET_KEY, finding_number, new_secret
from opsec.casefile.issue_tables import add_issue_tables
from opsec.casefile.queue_tables import add_queue_tables
from opsec.casefile.reach_columns import add_reach_columns
from opsec.casefile.statements import run_statements
from opsec.casefile.week_columns import add_week_columns
from opsec.casefile.week_tables import add_week_tables, renew_week_triggers

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
    Column("author", Text),
    Column("url", Text),
    Column("posted_at", Text),
    Column("purged_at", Text),
    Column("posted_moment", Text),
    Column("checks_not_run", Text),
    Column("reach", BigInteger),
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
    Column("first_seen_at", Text, nullable=False),
    Column("last_seen_at", Text, nullable=False),
    Column("shown", LargeBinary),
    Column("number", Text, nullable=False),
    Column("in_fence", Integer, nullable=False),
    Column("places", Text),
    Column("allow_rule", BigInteger),
    Column("copied", Text),
)
"""Findings of the last verdict of each post: one row per post and site. Each scan rewrites them, never decisions.

``copied``: for a finding that rests on the recognition of a copy alone, the finding that it was taken from (JSON).
"""

decisions = Table(
    "decisions",
    _tables,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("why", Text),
    Column("until", Text),
    Column("undoes", BigInteger),
    Column("restores", BigInteger),
    Column("in_fence", Integer, nullable=False),
)
"""History of decisions by finding. Rows are only ever added: triggers refuse to change or delete one.

``in_fence``: whether the finding rested on a position inside a fence then; a dismissal does not apply to one that was
found later. ``undoes``: the change that this one takes back; ``restores``: the change that is in force again, NULL for
none.
"""

allow_rules = Table(
    "allow_rules",
    _tables,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("until", Text, nullable=False),
    Column("revoked_at", Text),
    Column("revoked_by", Text),
    Column("revoked_why", Text),
)
"""Rules that hide findings of harmless posts until a day."""

finding_copies = Table(
    "finding_copies",
    _tables,
    Column("fingerprint", Text, primary_key=True),
    Column("copy_of", Text, nullable=False),
)
"""Findings of re-encoded copies of a clip, each with the finding that keeps its decisions."""

frame_hashes = Table(
    "frame_hashes",
    _tables,
    Column("sha256", Text, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
)
"""By which copies of a clip are recognised, by the SHA-256 of the file."""

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
_DECISION_STATEMENTS = (
    "CREATE TABLE decisions (seq {serial} NOT NULL PRIMARY KEY, fingerprint TEXT NOT NULL, made_at TEXT NOT NULL, "
    "made_by TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL, why TEXT, until TEXT, "
    "undoes {big}, restores {big}, in_fence INTEGER NOT NULL DEFAULT 0){strict}",
    "CREATE INDEX decisions_of_finding ON decisions (fingerprint, seq)",
    "CREATE TABLE allow_rules (seq {serial} NOT NULL PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, "
    "why TEXT NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL, until TEXT NOT NULL, revoked_at TEXT, "
    "revoked_by TEXT, revoked_why TEXT){strict}",
    "CREATE TABLE finding_copies (fingerprint TEXT NOT NULL PRIMARY KEY, copy_of TEXT NOT NULL){strict}",
    "CREATE INDEX copies_of_finding ON finding_copies (copy_of)",
    "ALTER TABLE posts ADD COLUMN author TEXT",
    "ALTER TABLE posts ADD COLUMN url TEXT",
    "ALTER TABLE posts ADD COLUMN posted_at TEXT",
    "ALTER TABLE posts ADD COLUMN purged_at TEXT",
    "ALTER TABLE findings DROP COLUMN state",
    "ALTER TABLE findings ADD COLUMN number TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE findings ADD COLUMN in_fence INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE findings ADD COLUMN places TEXT",
    "ALTER TABLE findings ADD COLUMN allow_rule {big}",
    "CREATE INDEX findings_by_number ON findings (number)",
    "UPDATE findings SET in_fence = 1 WHERE rule IN ('GPS-IN-FENCE', 'TRACK-CROSSES-FENCE')",
)
_APPEND_ONLY_STATEMENTS = {
    "sqlite": tuple(
        f"CREATE TRIGGER decisions_refuse_{verb} BEFORE {verb} ON decisions "
        "BEGIN SELECT RAISE(ABORT, 'the history of decisions is append-only'); END"
        for verb in ("update", "delete")
    ),
    "postgresql": (
        "CREATE FUNCTION decisions_refuse_change() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'the history of decisions is append-only'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER decisions_refuse_change BEFORE UPDATE OR DELETE ON decisions "
        "FOR EACH ROW EXECUTE FUNCTION decisions_refuse_change()",
    ),
}


def _create_tables(connection: Connection) -> None:
    run_statements(connection, _TABLE_STATEMENTS)


def _add_site_coverage(connection: Connection) -> None:
    """Add what each clip shows of its site, to be united with other clips; NULL in older rows."""
    run_statements(connection, ["ALTER TABLE findings ADD COLUMN shown {bytes}"])


def _add_faults(connection: Connection) -> None:
    """Add the table of this program's own faults."""
    statement = (
        "CREATE TABLE faults (fault TEXT NOT NULL, program TEXT NOT NULL, times INTEGER NOT NULL, "
        "first_at TEXT NOT NULL, last_at TEXT NOT NULL, PRIMARY KEY (fault, program)){strict}"
    )
    run_statements(connection, [statement])


def _add_decisions(connection: Connection) -> None:
    """Add decisions, allow rules and copies; number the findings with a new secret of this case."""
    run_statements(connection, _DECISION_STATEMENTS)
    for statement in _APPEND_ONLY_STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    secret = new_secret()
    connection.execute(insert(meta).values(key=SECRET_KEY, value=secret.hex()))
    set_number = update(findings).where(findings.c.fingerprint == bindparam("this"))
    for (fingerprint,) in connection.execute(select(findings.c.fingerprint).distinct()).all():
        connection.execute(set_number, {"this": fingerprint, "number": finding_number(secret, fingerprint)})


def _add_frame_hashes(connection: Connection) -> None:
    """Add the hashes of frames, and from which finding one that rests on the recognition of a copy was taken."""
    statements = (
        "CREATE TABLE frame_hashes (sha256 TEXT NOT NULL PRIMARY KEY, hashes {bytes} NOT NULL){strict}",
        "ALTER TABLE findings ADD COLUMN copied TEXT",
    )
    run_statements(connection, statements)


MIGRATIONS: tuple[Migration, ...] = (
    _create_tables,
    _add_site_coverage,
    _add_faults,
    _add_decisions,
    _add_frame_hashes,
    add_issue_tables,
    add_week_columns,
    add_queue_tables,
    add_week_tables,
    add_reach_columns,
    renew_week_triggers,
)


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
