"""A file of an older version is migrated completely or not at all; its tables match the models."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect

from opsec.casefile import schema
from opsec.casefile.case_file import open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.week_tables import renew_week_triggers
from tests.casefile.made import READERS, a_post, digest

# Frozen: the output of version 1. Never edit it; a change of the tables is a migration.
VERSION_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE readings (sha256 TEXT NOT NULL, kind TEXT NOT NULL, readers_version TEXT NOT NULL,
  reading BLOB NOT NULL, first_at TEXT NOT NULL, PRIMARY KEY (sha256, kind)) STRICT;
CREATE TABLE posts (key TEXT PRIMARY KEY, content_id TEXT NOT NULL, stands_for TEXT NOT NULL,
  all_there INTEGER NOT NULL, path TEXT NOT NULL, post BLOB NOT NULL, status TEXT NOT NULL,
  reason_codes TEXT NOT NULL, action TEXT NOT NULL, site TEXT, likelihood REAL NOT NULL, confidence TEXT NOT NULL,
  severity REAL NOT NULL, settings_sha256 TEXT NOT NULL, sites_sha256 TEXT NOT NULL,
  first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL) STRICT;
CREATE INDEX posts_by_path ON posts (path, key);
CREATE INDEX posts_by_stands_for ON posts (stands_for);
CREATE INDEX posts_by_content ON posts (content_id, first_seen_at);
CREATE TABLE findings (fingerprint TEXT NOT NULL, post_key TEXT NOT NULL REFERENCES posts (key) ON DELETE CASCADE,
  site TEXT NOT NULL, site_code TEXT NOT NULL, rule TEXT NOT NULL, action TEXT NOT NULL, likelihood REAL NOT NULL,
  severity REAL NOT NULL, state TEXT NOT NULL, first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL,
  PRIMARY KEY (fingerprint, post_key)) STRICT;
CREATE INDEX findings_of_post ON findings (post_key);
INSERT INTO meta VALUES ('version', '1');
INSERT INTO readings VALUES ('%(sha256)s', 'mp4', 'readers-1', CAST('{"status":"read","reasons":[],"checks":
  {"metadata":"ran","caption":"ran"},"claim":{"duration_s":12.5,"width_px":1920,"height_px":1080},"hints":[
  {"kind":"position","family":"META","reader":"boxes","field":"moov/udta/©xyz","point":{"lat":33.25,"lon":44.5},
  "accuracy_m":5.0},{"kind":"text","family":"TEXT","reader":"words","field":"caption","at_s":0.0,"text":"gate.mp4"}],
  "post":{"author":"somebody","caption":"gate.mp4","posted_at":"2026-11-17T08:00:00+03:00"},"posts":[],"members":[]}'
  AS BLOB), '2026-11-18T12:00:00.000000Z');
INSERT INTO posts VALUES ('key', '%(sha256)s', 'x', 1, 'posts/gate.mp4', CAST('{"path":"posts/gate.mp4","parts":
  [{"role":"media","path":"posts/gate.mp4","sha256":"%(sha256)s","kind":"mp4","reading":null}],"listed":null,
  "reasons":[]}' AS BLOB), 'read', '[]', 'act_today', 'falcon-camp', 0.9, 'high', 0.5, 's', 's',
  '2026-11-18T12:00:00.000000Z', '2026-11-18T12:00:00.000000Z');
INSERT INTO findings VALUES ('f', 'key', 'falcon-camp', 'F-07', 'GPS-IN-FENCE', 'act_today', 0.9, 0.5, 'open',
  '2026-11-18T12:00:00.000000Z', '2026-11-18T12:00:00.000000Z');
"""


NEWEST = len(schema.MIGRATIONS)


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    """A case file as version 1 left it."""
    path = tmp_path / "case.db"
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1 % {"sha256": digest("gate.mp4")})
    connection.close()
    path.chmod(0o600)
    return path


def add_remarks(connection: Connection) -> None:
    """A migration for this test only."""
    connection.exec_driver_sql("ALTER TABLE findings ADD COLUMN remark TEXT")


def add_then_fail(connection: Connection) -> None:
    """A migration that fails halfway."""
    add_remarks(connection)
    raise RuntimeError("the plug was pulled")


def of_file(path: Path, question: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


def test_an_older_file_is_migrated_with_all_its_content(version_1: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_remarks))
    with open_case(str(version_1)) as case:
        assert list(case.posts(READERS)) == [a_post()]
        assert case.exposure(Week.parse("2026-W47")).flagged == 1
    assert of_file(version_1, "SELECT value FROM meta WHERE key = 'version'") == [(str(NEWEST + 1),)]
    assert of_file(version_1, "SELECT fingerprint, remark FROM findings") == [("f", None)]


def test_a_new_file_gets_every_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_remarks))
    path = tmp_path / "new.db"
    open_case(str(path)).close()
    assert of_file(path, "SELECT value FROM meta WHERE key = 'version'") == [(str(NEWEST + 1),)]
    assert of_file(path, "SELECT remark FROM findings") == []


def test_a_failed_migration_leaves_the_file_unchanged(version_1: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_then_fail))
    with pytest.raises(RuntimeError, match="plug"):
        open_case(str(version_1))
    assert "remark" not in str(of_file(version_1, "SELECT sql FROM sqlite_master"))
    monkeypatch.undo()
    with open_case(str(version_1)) as case:
        assert list(case.posts(READERS)) == [a_post()]
    assert of_file(version_1, "SELECT value FROM meta WHERE key = 'version'") == [(str(NEWEST),)]


def test_the_tables_of_a_file_match_the_models(tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    open_case(str(path)).close()
    seen = inspect(create_engine(f"sqlite:///{path}"))
    for table in (
        schema.meta,
        schema.readings,
        schema.posts,
        schema.findings,
        schema.decisions,
        schema.allow_rules,
        schema.finding_copies,
    ):
        columns = {column["name"]: column for column in seen.get_columns(table.name)}
        assert list(columns) == [column.name for column in table.columns]
        for column in table.columns:
            assert columns[column.name]["nullable"] == bool(column.nullable), column
        assert seen.get_pk_constraint(table.name)["constrained_columns"] == [key.name for key in table.primary_key]


def test_the_tables_refuse_values_of_another_type(version_1: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="REAL"):
        of_file(version_1, "UPDATE posts SET likelihood = 'high' RETURNING key")


def test_a_migrated_version_1_file_equals_a_new_one(version_1: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    open_case(str(made)).close()
    open_case(str(version_1)).close()
    shape = (
        "SELECT name, replace(replace(replace(sql, char(10), ''), '  ', ' '), ' ', '') FROM sqlite_master ORDER BY name"
    )
    assert of_file(made, shape) == of_file(version_1, shape)


def test_the_first_form_of_the_weekly_tables_is_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their index and one of their triggers were others when the first files got them."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    with open_case(str(new)):
        pass
    first_form = schema.MIGRATIONS[: schema.MIGRATIONS.index(renew_week_triggers)]
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", first_form)
        with open_case(str(old)):
            pass
    connection = sqlite3.connect(old)
    connection.executescript(
        "DROP INDEX week_findings_found; DROP TRIGGER week_posts_author;"
        "CREATE INDEX week_findings_found ON week_findings (found, week, counts, number, first_seen_at)"
    )
    connection.close()
    question = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    assert of_file(old, question) != of_file(new, question)
    with open_case(str(old)):
        pass
    assert of_file(old, question) == of_file(new, question)
    assert of_file(old, "SELECT value FROM meta WHERE key = 'version'") == [(str(NEWEST),)]
