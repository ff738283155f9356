"""Tables from which the weekly page is read: what each finding and clip adds to a week, and the sums of each week.

A page that is computed from the posts and the histories of decisions takes a minute for a million findings. Whatever
changes one of them marks the findings and clips that it concerns as stale, by triggers, so that no writer can forget
it; before a page is made, their rows are computed anew, and then the sums of the weeks in which they were or are. These
tables hold nothing that the others do not.
"""

from sqlalchemy import BigInteger, Column, Connection, Double, Integer, LargeBinary, MetaData, Table, Text

from opsec.casefile.statements import drop_trigger_statements, run_statements, trigger_statements

_tables = MetaData()

week_clips = Table(
    "week_clips",
    _tables,
    Column("clip", Text, primary_key=True),
    Column("week", Integer, nullable=False),
    Column("coverage", Text, nullable=False),
    Column("reason_groups", Text, nullable=False),
    Column("checks", Text, nullable=False),
    Column("is_dated", Integer, nullable=False),
    Column("flagged", Integer, nullable=False),
)
"""``coverage``: ``read``, ``partly`` or ``unread``. ``reason_groups``, ``checks``: JSON lists; ``checks`` is empty text
where it is not recorded. ``flagged``: 0 for no, 1 for yes, 2 for yes but found only after the week."""

week_findings = Table(
    "week_findings",
    _tables,
    Column("fingerprint", Text, primary_key=True),
    Column("clip", Text, nullable=False),
    Column("week", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("counts", Integer, nullable=False),
    Column("site", Text, nullable=False),
    Column("site_code", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("action", Integer, nullable=False),
    Column("state", Integer, nullable=False),
    Column("likelihood", Double, nullable=False),
    Column("severity", Double, nullable=False),
    Column("number", Text, nullable=False),
    Column("zones", Text, nullable=False),
    Column("account", Text),
    Column("first_seen_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("state_since", Text, nullable=False),
    Column("milestones", Integer, nullable=False),
    Column("removal_hours", Double),
    Column("until", Text),
)
"""One row for each finding.

``week``, ``found``: numbers of the weeks to which its clip belongs and in which it was first seen (``week_calendar``).
``counts``: 0 where its action asks for nothing, 1 where it is hidden, 2 where it counts. ``action``, ``state``: places
in ``ACTIONS`` and ``STATES``. ``account``: keyed digest. ``changed_at``, ``state_since``: time of the last entry of its
history, and of the last one in force; empty for none. ``milestones``: 1 acknowledged, 2 reappeared at some time.
``until``: last day of a dismissal or an allow rule.
"""

week_events = Table(
    "week_events",
    _tables,
    Column("fingerprint", Text, primary_key=True),
    Column("kind", Integer, primary_key=True),
    Column("week", Integer, primary_key=True),
    Column("n", Integer, nullable=False),
)
"""Of each finding that counts: removals recorded in a week, requests for removal, and its way off line and back."""
REMOVED, REQUESTED, OFFLINE = 0, 1, 2
"""Kinds of events. ``OFFLINE``: 1 where it was removed at the end of the week and not at that of the week before, -1
where it was back; from the week of its clip on."""

week_sums = Table(
    "week_sums",
    _tables,
    Column("week", Integer, primary_key=True),
    Column("found", Integer, primary_key=True),
    Column("counts", Integer, primary_key=True),
    Column("site", Text, primary_key=True),
    Column("site_code", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("action", Integer, primary_key=True),
    Column("state", Integer, primary_key=True),
    Column("n", BigInteger, nullable=False),
)
"""Number of findings of each kind in a week."""

week_clip_sums = Table(
    "week_clip_sums",
    _tables,
    Column("week", Integer, primary_key=True),
    Column("coverage", Text, primary_key=True),
    Column("reason_groups", Text, primary_key=True),
    Column("checks", Text, primary_key=True),
    Column("is_dated", Integer, primary_key=True),
    Column("flagged", Integer, primary_key=True),
    Column("n", BigInteger, nullable=False),
)
"""Number of clips of each kind in a week."""

week_accounts = Table(
    "week_accounts",
    _tables,
    Column("week", Integer, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("clips", BigInteger, nullable=False),
)
"""Number of flagged clips of each account in a week."""

week_bases = Table(
    "week_bases",
    _tables,
    Column("site", Text, primary_key=True),
    Column("until", Text, primary_key=True),
    Column("known_by", Text, primary_key=True),
    Column("made_by", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
)
"""What the clips of a base show together at the end of a week. ``made_by``: version of the program."""

issued_advice = Table(
    "issued_advice",
    _tables,
    Column("week", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("record", LargeBinary, nullable=False),
)
"""Recommendations of the last report that was issued of each week."""

week_stale = Table("week_stale", _tables, Column("fingerprint", Text, nullable=False))
week_stale_clips = Table("week_stale_clips", _tables, Column("clip", Text, nullable=False))
"""Findings and clips whose rows must be computed anew; one may stand in it several times."""
week_dirty = Table("week_dirty", _tables, Column("week", Integer, primary_key=True))
"""Weeks whose sums must be computed anew."""

FOLLOWING = (week_clips, week_findings, week_events, week_sums, week_clip_sums, week_accounts, week_bases, week_dirty)
"""All tables but the marks: emptied when weeks are to begin on another day or in another time zone."""

_FOUND_INDEX = (
    "CREATE INDEX week_findings_found ON week_findings "
    "(found, week, counts, state, action, first_seen_at, site_code, changed_at, number)"
)
_STATEMENTS = (
    "CREATE TABLE week_clips (clip TEXT NOT NULL PRIMARY KEY, week INTEGER NOT NULL, coverage TEXT NOT NULL, "
    "reason_groups TEXT NOT NULL, checks TEXT NOT NULL, is_dated INTEGER NOT NULL, flagged INTEGER NOT NULL){strict}",
    "CREATE INDEX week_clips_of_week ON week_clips (week, coverage, reason_groups, checks, is_dated, flagged)",
    "CREATE TABLE week_findings (fingerprint TEXT NOT NULL PRIMARY KEY, clip TEXT NOT NULL, week INTEGER NOT NULL, "
    "found INTEGER NOT NULL, counts INTEGER NOT NULL, site TEXT NOT NULL, site_code TEXT NOT NULL, "
    "rule TEXT NOT NULL, action INTEGER NOT NULL, state INTEGER NOT NULL, likelihood {real} NOT NULL, "
    "severity {real} NOT NULL, number TEXT NOT NULL, zones TEXT NOT NULL, account TEXT, "
    "first_seen_at TEXT NOT NULL, changed_at TEXT NOT NULL, state_since TEXT NOT NULL, milestones INTEGER NOT NULL, "
    "removal_hours {real}, until TEXT){strict}",
    "CREATE INDEX week_findings_of_clip ON week_findings (clip)",
    "CREATE INDEX week_findings_of_week ON week_findings "
    "(week, found, counts, site, site_code, rule, action, state, zones)",
    "CREATE INDEX week_findings_in_order ON week_findings "
    "(week, counts, action, likelihood DESC, severity DESC, number, state)",
    "CREATE INDEX week_findings_of_account ON week_findings "
    "(account, counts, week, first_seen_at, number, site_code, clip)",
    "CREATE INDEX week_findings_pending ON week_findings "
    "(state, counts, action, week, found, site_code, first_seen_at, state_since, changed_at, number)",
    _FOUND_INDEX,
    "CREATE INDEX week_findings_changed ON week_findings (changed_at) WHERE changed_at <> ''",
    "CREATE INDEX week_findings_end ON week_findings (until) WHERE until IS NOT NULL",
    "CREATE TABLE week_events (fingerprint TEXT NOT NULL, kind INTEGER NOT NULL, week INTEGER NOT NULL, "
    "n INTEGER NOT NULL, PRIMARY KEY (fingerprint, kind, week)){strict}",
    "CREATE INDEX week_events_of_week ON week_events (kind, week, n, fingerprint)",
    "CREATE TABLE week_sums (week INTEGER NOT NULL, found INTEGER NOT NULL, counts INTEGER NOT NULL, "
    "site TEXT NOT NULL, site_code TEXT NOT NULL, rule TEXT NOT NULL, action INTEGER NOT NULL, "
    "state INTEGER NOT NULL, n {big} NOT NULL, "
    "PRIMARY KEY (week, found, counts, site, site_code, rule, action, state)){strict}",
    "CREATE TABLE week_clip_sums (week INTEGER NOT NULL, coverage TEXT NOT NULL, reason_groups TEXT NOT NULL, "
    "checks TEXT NOT NULL, is_dated INTEGER NOT NULL, flagged INTEGER NOT NULL, n {big} NOT NULL, "
    "PRIMARY KEY (week, coverage, reason_groups, checks, is_dated, flagged)){strict}",
    "CREATE TABLE week_accounts (week INTEGER NOT NULL, account TEXT NOT NULL, clips {big} NOT NULL, "
    "PRIMARY KEY (week, account)){strict}",
    "CREATE TABLE week_bases (site TEXT NOT NULL, until TEXT NOT NULL, known_by TEXT NOT NULL, made_by TEXT NOT NULL, "
    "record {bytes} NOT NULL, PRIMARY KEY (site, until, known_by)){strict}",
    "CREATE TABLE issued_advice (week TEXT NOT NULL, place INTEGER NOT NULL, record {bytes} NOT NULL, "
    "PRIMARY KEY (week, place)){strict}",
    "CREATE TABLE week_stale (fingerprint TEXT NOT NULL){strict}",
    "CREATE INDEX week_stale_findings ON week_stale (fingerprint)",
    "CREATE TABLE week_stale_clips (clip TEXT NOT NULL){strict}",
    "CREATE INDEX week_stale_clips_by_clip ON week_stale_clips (clip)",
    "CREATE TABLE week_dirty (week INTEGER NOT NULL PRIMARY KEY){strict}",
)
MARK_EVERYTHING = (
    "INSERT INTO week_stale_clips (clip) SELECT DISTINCT content_id FROM posts",
    "INSERT INTO week_stale (fingerprint) SELECT DISTINCT fingerprint FROM findings",
)
_MARK_ROW = "INSERT INTO week_stale (fingerprint) VALUES ({row}.fingerprint)"
_MARK_COPIES = (
    "INSERT INTO week_stale (fingerprint) SELECT fingerprint FROM finding_copies WHERE copy_of = {row}.fingerprint"
)
_MARK_ALLOWED = "INSERT INTO week_stale (fingerprint) SELECT fingerprint FROM findings WHERE allow_rule = {row}.seq"
_MARK_CLIP = "INSERT INTO week_stale_clips (clip) VALUES ({row}.content_id)"
_MARK_BOTH = "INSERT INTO week_stale_clips (clip) VALUES (OLD.content_id), (NEW.content_id)"
_FORGET_ACCOUNT = "UPDATE week_findings SET account = NULL WHERE clip = OLD.content_id"
"""A purged account, even as a digest, must not stay until somebody asks for a report."""
_FORGET_BASES = (
    "DELETE FROM week_bases WHERE OLD.author IS NOT NULL AND (NEW.author IS NULL OR NEW.author <> OLD.author)"
)
"""Routines depend on all posts of an account, and nobody knows later whose post it was."""
_OF_POST = " OF content_id, status, reason_codes, checks_not_run, site, first_seen_at, posted_at, posted_moment"
_TRIGGERS: tuple[tuple[str, str, str, str], ...] = (
    ("findings_insert", "INSERT", "findings", _MARK_ROW),
    ("findings_update", "UPDATE", "findings", _MARK_ROW),
    ("findings_delete", "DELETE", "findings", _MARK_ROW),
    ("decisions_insert", "INSERT", "decisions", f"{_MARK_ROW}; {_MARK_COPIES}"),
    ("copies_insert", "INSERT", "finding_copies", _MARK_ROW),
    ("copies_update", "UPDATE", "finding_copies", _MARK_ROW),
    ("copies_delete", "DELETE", "finding_copies", _MARK_ROW),
    ("rules_update", "UPDATE", "allow_rules", _MARK_ALLOWED),
    ("posts_insert", "INSERT", "posts", _MARK_CLIP),
    ("posts_delete", "DELETE", "posts", _MARK_CLIP),
    ("posts_update", f"UPDATE{_OF_POST}", "posts", _MARK_BOTH),
    ("posts_author", "UPDATE OF author", "posts", f"{_FORGET_ACCOUNT}; {_FORGET_BASES}; {_MARK_BOTH}"),
)
"""Name, change, table, and what a change of a row does."""


def add_week_tables(connection: Connection) -> None:
    """Add the tables and their triggers, with everything stale: a migration."""
    run_statements(connection, _STATEMENTS)
    for statement in MARK_EVERYTHING:
        connection.exec_driver_sql(statement)
    _add_triggers(connection)


def renew_week_triggers(connection: Connection) -> None:
    """Give files to which an earlier form of ``add_week_tables`` was applied the index and triggers of now."""
    for name, _change, table, _effect in _TRIGGERS:
        for statement in drop_trigger_statements(connection.dialect.name, f"week_{name}", table):
            connection.exec_driver_sql(statement)
    _add_triggers(connection)
    run_statements(connection, ("DROP INDEX week_findings_found", _FOUND_INDEX))


def _add_triggers(connection: Connection) -> None:
    for name, change, table, effect in _TRIGGERS:
        body = effect.format(row="OLD" if change == "DELETE" else "NEW")
        when = f"{change} ON {table}"
        for statement in trigger_statements(connection.dialect.name, f"week_{name}", when, body):
            connection.exec_driver_sql(statement)
