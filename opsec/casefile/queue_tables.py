"""Tables of the review queue: one row for each finding with what lists filter and sort by, kept up to date lazily.

The decision in force follows from several tables, which takes a second for 100,000 findings. Whatever changes one of
them marks the findings that it concerns as stale, by triggers, so that no writer can forget it; before the queue is
read, the rows of stale findings are computed anew. The tables hold nothing that the others do not.
"""

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text

from opsec.casefile.statements import run_statements, trigger_statements

_tables = MetaData()

queue = Table(
    "queue",
    _tables,
    Column("fingerprint", Text, primary_key=True),
    Column("number", Text, nullable=False),
    Column("state", Integer, nullable=False),
    Column("action", Integer, nullable=False),
    Column("first_seen_at", Text, nullable=False),
    Column("is_new", Integer, nullable=False),
    Column("site_code", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("week", Text, nullable=False),
    Column("until", Text),
    Column("urgency", BigInteger, nullable=False),
)
"""``state``, ``action``: place in ``STATES`` and ``ACTIONS``. ``week``: of the first scan, in the time zone of the
machine that computed the row. ``until``: last day of the dismissal or the allow rule, also after that day.
``urgency``: seconds, of ``reach_columns``."""

queue_accounts = Table(
    "queue_accounts",
    _tables,
    Column("account", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
)
"""Accounts that posted each finding, in the form in which accounts are compared."""

queue_stale = Table("queue_stale", _tables, Column("fingerprint", Text, nullable=False))
"""Findings whose row must be computed anew; one may stand in it several times."""

_STATEMENTS = (
    "CREATE TABLE queue (fingerprint TEXT NOT NULL PRIMARY KEY, number TEXT NOT NULL, state INTEGER NOT NULL, "
    "action INTEGER NOT NULL, first_seen_at TEXT NOT NULL, is_new INTEGER NOT NULL, site_code TEXT NOT NULL, "
    "rule TEXT NOT NULL, week TEXT NOT NULL, until TEXT){strict}",
    "CREATE INDEX queue_in_order ON queue "
    "(state, action, first_seen_at DESC, fingerprint, is_new, site_code, rule, week)",
    "CREATE INDEX queue_counts ON queue (state, is_new, site_code, action, rule, week)",
    "CREATE INDEX queue_ends ON queue (until) WHERE until IS NOT NULL",
    "CREATE TABLE queue_accounts (account TEXT NOT NULL, fingerprint TEXT NOT NULL, "
    "PRIMARY KEY (account, fingerprint)){strict}",
    "CREATE INDEX accounts_of_queue ON queue_accounts (fingerprint)",
    "CREATE TABLE queue_stale (fingerprint TEXT NOT NULL){strict}",
    "CREATE INDEX stale_findings ON queue_stale (fingerprint)",
    "CREATE INDEX findings_by_allow_rule ON findings (allow_rule) WHERE allow_rule IS NOT NULL",
    "INSERT INTO queue_stale (fingerprint) SELECT DISTINCT fingerprint FROM findings",
)
_MARK_ROW = "INSERT INTO queue_stale (fingerprint) VALUES ({row}.fingerprint)"
_MARK_COPIES = (
    "INSERT INTO queue_stale (fingerprint) SELECT fingerprint FROM finding_copies WHERE copy_of = {row}.fingerprint"
)
_MARK_ALLOWED = "INSERT INTO queue_stale (fingerprint) SELECT fingerprint FROM findings WHERE allow_rule = {row}.seq"
_MARK_OF_POST = "INSERT INTO queue_stale (fingerprint) SELECT fingerprint FROM findings WHERE post_key = {row}.key"
_FORGET_ACCOUNTS = (
    "DELETE FROM queue_accounts WHERE fingerprint IN (SELECT fingerprint FROM findings WHERE post_key = {row}.key)"
)
"""An account that was purged must not stay in this table until somebody opens the queue."""
_TRIGGERS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("findings", "", ("insert", "update", "delete"), _MARK_ROW),
    ("decisions", "", ("insert",), f"{_MARK_ROW}; {_MARK_COPIES}"),
    ("finding_copies", "", ("insert", "update", "delete"), _MARK_ROW),
    ("allow_rules", "", ("update",), _MARK_ALLOWED),
    ("posts", " OF author", ("update",), f"{_FORGET_ACCOUNTS}; {_MARK_OF_POST}"),
)
"""Table, columns, changes, and what a change of a row does."""


def add_queue_tables(connection: Connection) -> None:
    """Add the tables and their triggers, with every finding stale: a migration."""
    dialect = connection.dialect.name
    run_statements(connection, _STATEMENTS)
    for table, columns, changes, effect in _TRIGGERS:
        for change in changes:
            body = effect.format(row="OLD" if change == "delete" else "NEW")
            for statement in trigger_statements(
                dialect, f"queue_{table}_{change}", f"{change}{columns} ON {table}", body
            ):
                connection.exec_driver_sql(statement)
