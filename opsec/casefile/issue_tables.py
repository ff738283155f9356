"""Tables of what a case issued and received: the audit trail, issued reports, and bundles of units.

The audit trail is a chain: each row has the hash of the one before it (after Haber and Stornetta, "How to time-stamp a
digital document", 1991). Triggers refuse to change or delete a row. An edit of the file without them breaks the
chain, and a chain that is computed again has another head than the last issued report.
"""

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, MetaData, Table, Text

from opsec.casefile.statements import run_statements

_tables = MetaData()
_Serial = BigInteger().with_variant(Integer, "sqlite")

audit = Table(
    "audit",
    _tables,
    Column("seq", _Serial, primary_key=True),
    Column("at", Text, nullable=False),
    Column("boot", Text, nullable=False),
    Column("monotonic_ms", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
"""Acts in their order. ``detail``: canonical JSON of codes and counts. ``boot``: id of the start of the machine, by
which ``monotonic_ms`` can be compared where somebody set the clock back."""

issued = Table(
    "issued",
    _tables,
    Column("seq", _Serial, primary_key=True),
    Column("audit_seq", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("week", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("issued_at", Text, nullable=False),
    Column("issued_by", Text, nullable=False),
)
"""Every report and bundle that left this case. ``sequence``: 1 for the first of a week, more for a correction."""

unit_bundles = Table(
    "unit_bundles",
    _tables,
    Column("payload_sha256", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("signer", Text, nullable=False),
    Column("week", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("program", Text, nullable=False),
    Column("imported_at", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
"""Bundles whose signature was valid. ``signer``: fingerprint of the key; ``times``: how often it was imported."""

refused_bundles = Table(
    "refused_bundles",
    _tables,
    Column("file_sha256", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("unit", Text),
    Column("week", Text),
    Column("refused_at", Text, nullable=False),
    Column("times", Integer, nullable=False),
)
"""Bundles that do not count, by the hash of the file. ``unit``: only where the signature of a trusted key is valid."""

_STATEMENTS = (
    "CREATE TABLE audit (seq {big} NOT NULL PRIMARY KEY, at TEXT NOT NULL, boot TEXT NOT NULL, "
    "monotonic_ms {big} NOT NULL, event TEXT NOT NULL, actor TEXT NOT NULL, detail TEXT NOT NULL, "
    "previous TEXT NOT NULL, hash TEXT NOT NULL){strict}",
    "CREATE TABLE issued (seq {big} NOT NULL PRIMARY KEY, audit_seq {big} NOT NULL, kind TEXT NOT NULL, "
    "week TEXT NOT NULL, edition TEXT NOT NULL, format TEXT NOT NULL, sequence INTEGER NOT NULL, "
    "sha256 TEXT NOT NULL, issued_at TEXT NOT NULL, issued_by TEXT NOT NULL){strict}",
    "CREATE INDEX issued_of_week ON issued (week, kind)",
    "CREATE TABLE unit_bundles (payload_sha256 TEXT NOT NULL PRIMARY KEY, unit TEXT NOT NULL, signer TEXT NOT NULL, "
    "week TEXT NOT NULL, sequence INTEGER NOT NULL, made_at TEXT NOT NULL, program TEXT NOT NULL, "
    "imported_at TEXT NOT NULL, times INTEGER NOT NULL, payload {bytes} NOT NULL){strict}",
    "CREATE INDEX bundles_of_week ON unit_bundles (week)",
    "CREATE TABLE refused_bundles (file_sha256 TEXT NOT NULL PRIMARY KEY, reason TEXT NOT NULL, unit TEXT, week TEXT, "
    "refused_at TEXT NOT NULL, times INTEGER NOT NULL){strict}",
)
_APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the table {table} is append-only'); END"
        for table in ("audit", "issued")
        for verb in ("update", "delete")
    ),
    "postgresql": (
        "CREATE FUNCTION issue_tables_refuse_change() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'this table is append-only'; END $$ LANGUAGE plpgsql",
        *(
            f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION issue_tables_refuse_change()"
            for table in ("audit", "issued")
        ),
    ),
}


def add_issue_tables(connection: Connection) -> None:
    """Add the tables: a migration."""
    run_statements(connection, _STATEMENTS)
    for statement in _APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)
