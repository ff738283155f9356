"""The rows of one clip, written inside one transaction of the caller."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

from opsec.model import FileKind, Finding, Reading, ReadPost, Result
from opsec.records import whole
from opsec.store.records import content_id, is_cached, kept, pack, post_key
from opsec.store.schema import findings, posts, readings

Row = dict[str, Any]
UNKNOWN_SITE_CODE = "?"
"""For a site without a code: its id stays out of every shared report."""


def keep_readings(connection: Connection, post: ReadPost, readers_version: str, at: str) -> None:
    """Every final reading of the post, under the SHA-256 of its file."""
    for part in post.parts:
        if is_cached(part):
            assert part.sha256 is not None and part.kind is not None
            keep_reading(connection, part.sha256, part.kind, part.reading, readers_version=readers_version, at=at)


def keep_reading(  # noqa: PLR0913 - a row's columns
    connection: Connection, sha256: str, kind: FileKind, reading: Reading, *, readers_version: str, at: str
) -> None:
    """One file's reading, unless these very readers' answer is already there."""
    same_file = and_(readings.c.sha256 == sha256, readings.c.kind == kind)
    there = connection.scalar(select(readings.c.readers_version).where(same_file))
    if there == readers_version:
        return
    row: Row = {"readers_version": readers_version, "reading": pack(reading)}
    if there is None:
        connection.execute(insert(readings).values(sha256=sha256, kind=kind, first_at=at, **row))
    else:
        connection.execute(update(readings).where(same_file).values(**row))


def keep_post(connection: Connection, post: ReadPost, result: Result, scan: Mapping[str, str], at: str) -> str:
    """The post and its verdict, in place of what was known of it before; answers its key."""
    key = post_key(post)
    verdict, coverage = result.verdict, result.clip.coverage
    row: Row = {
        "content_id": content_id(post, key),
        "path": whole(post.path),
        "post": pack(kept(post)),
        "status": coverage.status,
        "reason_codes": json.dumps(sorted({reason.code for reason in coverage.reasons})),
        "action": verdict.action,
        "site": verdict.site,
        "likelihood": verdict.likelihood,
        "confidence": verdict.confidence,
        "severity": verdict.severity,
        "last_seen_at": at,
        **scan,
    }
    _put(connection, posts, {"key": key}, row, first={"first_seen_at": at})
    return key


def keep_findings(connection: Connection, key: str, result: Result, site_codes: Mapping[str, str], at: str) -> None:
    """The post's findings in place of the former ones; one that still holds keeps the day it was first seen."""
    seen = select(findings.c.fingerprint, findings.c.first_seen_at).where(findings.c.post_key == key)
    first_seen = {row.fingerprint: row.first_seen_at for row in connection.execute(seen)}
    if first_seen:
        connection.execute(delete(findings).where(findings.c.post_key == key))
    rows = [
        {
            **_finding_row(finding, result, site_codes),
            "post_key": key,
            "first_seen_at": first_seen.get(finding.fingerprint, at),
            "last_seen_at": at,
        }
        for finding in result.findings
    ]
    if rows:
        connection.execute(insert(findings), rows)


def _finding_row(finding: Finding, result: Result, site_codes: Mapping[str, str]) -> Row:
    return {
        "fingerprint": finding.fingerprint,
        "site": finding.site,
        "site_code": site_codes.get(finding.site, UNKNOWN_SITE_CODE),
        "rule": finding.rule,
        "action": finding.action,
        "likelihood": result.verdict.likelihood,
        "severity": finding.severity,
        "state": finding.state,
    }


def _put(connection: Connection, table: Table, key: Row, row: Row, *, first: Row) -> None:
    """Update the row of this key, or insert it: in SQL that every database speaks."""
    same = and_(*(table.c[name] == value for name, value in key.items()))
    if connection.execute(update(table).where(same).values(**row)).rowcount == 0:
        connection.execute(insert(table).values(**key, **row, **first))
