"""Writing of the rows of one post, inside a transaction of the caller, in portable SQL."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from opsec.casefile.post_identity import (
    IdentityResolver,
    content_id,
    identity,
    incomplete_identities,
    is_complete,
    is_same_post,
    paths,
)
from opsec.casefile.schema import findings, posts, readings
from opsec.casefile.serialisation import encodable, pack
from opsec.casefile.stored_post import is_cached, to_row
from opsec.model import FileKind, Finding, Reading, ReadPost, Result, SiteCoverage

Row = dict[str, Any]
MISSING_SITE_CODE = "?"
"""Code of a site without one: its id stays out of every shared report."""

# Built once: for ten thousand clips, building the statements again would cost more than running them.
_this_file = (readings.c.sha256 == bindparam("this_sha256"), readings.c.kind == bindparam("this_kind"))
_READERS = select(readings.c.readers_version).where(*_this_file)
_ADD_READING = insert(readings)
_CHANGE_READING = update(readings).where(*_this_file)

_this_post = posts.c.key == bindparam("this_key")
_ADD_POST = insert(posts)
_CHANGE_POST = update(posts).where(_this_post)
_look = select(
    posts.c.key, posts.c.path, posts.c.stands_for, posts.c.content_id, posts.c.all_there, posts.c.first_seen_at
)
_LOOKS = _look.where(
    or_(
        posts.c.path.in_(bindparam("these_paths", expanding=True)),
        posts.c.stands_for.in_(bindparam("these_lacked", expanding=True)) & (posts.c.all_there == 0),
    )
)
_LOOK = _look.where(_this_post)
_FORGET_POST = delete(posts).where(_this_post)

_of_this_post = findings.c.post_key == bindparam("this_key")
_SEEN = select(findings.c.fingerprint, findings.c.first_seen_at).where(_of_this_post)
_FORGET_FINDINGS = delete(findings).where(_of_this_post)
_ADD_FINDINGS = insert(findings)


# ── readings ──────────────────────────────────────────────────────────────────────────────────
def write_readings(connection: Connection, post: ReadPost, readers_version: str, at: str) -> None:
    """Write every final reading of a post, by the SHA-256 of its file.

    Parameters
    ----------
    connection
        In a transaction that writes.
    post
        The post as it was read.
    readers_version
        Of the readers that read it.
    at
        Time of the scan, as ``utc_text`` writes it.
    """
    for part in post.parts:
        if is_cached(part):
            assert part.sha256 is not None and part.kind is not None
            write_reading(connection, part.sha256, part.kind, part.reading, readers_version=readers_version, at=at)


def write_reading(  # noqa: PLR0913 - a row's columns
    connection: Connection, sha256: str, kind: FileKind, reading: Reading, *, readers_version: str, at: str
) -> None:
    """Write the reading of one file, unless one of the same readers is stored already."""
    this = {"this_sha256": sha256, "this_kind": kind}
    there = connection.scalar(_READERS, this)
    if there == readers_version:
        return
    row: Row = {"readers_version": readers_version, "reading": pack(reading)}
    if there is None:
        connection.execute(_ADD_READING, {"sha256": sha256, "kind": kind, "first_at": at, **row})
    else:
        connection.execute(_CHANGE_READING, {**this, **row})


# ── the post and its findings ─────────────────────────────────────────────────────────────────
def write_post(  # noqa: PLR0913 - what a scan knows of one clip
    connection: Connection,
    post: ReadPost,
    result: Result,
    identities: IdentityResolver,
    *,
    scan: Mapping[str, str],
    site_codes: Mapping[str, str],
    at: str,
) -> str:
    """Write a post, its verdict and its findings in place of its earlier rows; return the key of its row.

    The post, and each finding that was made before, keep the time they were first seen.

    Parameters
    ----------
    connection
        In a transaction that writes.
    post, result
        What was read, and what the scan made of it.
    identities
        Rows that other posts of this scan have.
    scan
        Fingerprints of the settings and the sites, by column.
    site_codes
        Site id → code of shared reports.
    at
        Time of the scan, as ``utc_text`` writes it.
    """
    looks, key = _stored_posts(connection, post, identities)
    row: Row = {**_post_row(post, key, result), **scan, "last_seen_at": at}
    seen = _delete_findings(connection, looks)
    if key in looks:
        connection.execute(_CHANGE_POST, {"this_key": key, "first_seen_at": min(looks.values())} | row)
    else:
        connection.execute(_ADD_POST, row | {"first_seen_at": min(looks.values(), default=at)})
    for outdated in looks.keys() - {row["key"]}:
        connection.execute(_FORGET_POST, {"this_key": outdated})
    shown = {one.site: one for one in result.site_coverage}
    rows = [
        _finding_row(finding, site_codes, shown.get(finding.site))
        | {"post_key": row["key"], "first_seen_at": seen.get(finding.fingerprint, at), "last_seen_at": at}
        for finding in result.findings
    ]
    if rows:
        connection.execute(_ADD_FINDINGS, rows)
    return key


def _stored_posts(connection: Connection, post: ReadPost, seats: IdentityResolver) -> tuple[dict[str, str], str]:
    """Return the rows about this post with the time each was first seen, and the key of the row to write."""
    near = connection.execute(
        _LOOKS, {"these_paths": paths(post), "these_lacked": incomplete_identities(post) or [""]}
    ).all()
    looks = [look for look in near if is_same_post(look, post) and seats.is_free(look.key, post.path)]
    first_seen = {look.key: look.first_seen_at for look in looks}
    key = seats.existing_key(looks, post)
    while key is None:
        key = seats.propose_key(of := identity(post), post.path)
        moved = connection.execute(_LOOK, {"this_key": key}).one_or_none()
        if moved is not None and moved.stands_for != of:
            seats.reject_key(of)
            key = None
        elif moved is not None:
            first_seen[key] = moved.first_seen_at
    return first_seen, key


def _delete_findings(connection: Connection, keys: Mapping[str, str]) -> dict[str, str]:
    """Delete the findings of these posts; return when each was first seen."""
    seen: dict[str, str] = {}
    for key in keys:
        for row in connection.execute(_SEEN, {"this_key": key}):
            seen[row.fingerprint] = min(row.first_seen_at, seen.get(row.fingerprint, row.first_seen_at))
        connection.execute(_FORGET_FINDINGS, {"this_key": key})
    return seen


def _post_row(post: ReadPost, key: str, result: Result) -> Row:
    verdict, coverage = result.verdict, result.clip.coverage
    return {
        "key": key,
        "content_id": content_id(post, key),
        "stands_for": identity(post),
        "all_there": int(is_complete(post)),
        "path": encodable(post.path),
        "post": pack(to_row(post)),
        "status": coverage.status,
        "reason_codes": json.dumps(sorted({reason.code for reason in coverage.reasons})),
        "action": verdict.action,
        "site": verdict.site,
        "likelihood": verdict.likelihood,
        "confidence": verdict.confidence,
        "severity": verdict.severity,
    }


def _finding_row(finding: Finding, site_codes: Mapping[str, str], shown: SiteCoverage | None) -> Row:
    return {
        "fingerprint": finding.fingerprint,
        "site": finding.site,
        "site_code": site_codes.get(finding.site, MISSING_SITE_CODE),
        "rule": finding.rule,
        "action": finding.action,
        "likelihood": finding.likelihood,
        "severity": finding.severity,
        "state": finding.state,
        "shown": None if shown is None else pack(shown),
    }
