"""The rows of one clip, written inside one transaction of the caller, in SQL that every database speaks."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from opsec.casefile.post_identity import Seats, all_there, content_id, identity, is_earlier_look, lacked, paths
from opsec.casefile.schema import findings, posts, readings
from opsec.casefile.serialisation import pack, whole
from opsec.casefile.stored_post import is_cached, kept
from opsec.model import FileKind, Finding, Reading, ReadPost, Result, Shown

Row = dict[str, Any]
UNKNOWN_SITE_CODE = "?"
"""For a site without a code: its id stays out of every shared report."""

# Put together once: for ten thousand clips, building them anew would cost more than running them.
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
    this = {"this_sha256": sha256, "this_kind": kind}
    there = connection.scalar(_READERS, this)
    if there == readers_version:
        return
    row: Row = {"readers_version": readers_version, "reading": pack(reading)}
    if there is None:
        connection.execute(_ADD_READING, {"sha256": sha256, "kind": kind, "first_at": at, **row})
    else:
        connection.execute(_CHANGE_READING, {**this, **row})


# ── the post and what is found in it ──────────────────────────────────────────────────────────
def keep_post(  # noqa: PLR0913 - what a scan knows of one clip
    connection: Connection,
    post: ReadPost,
    result: Result,
    seats: Seats,
    *,
    scan: Mapping[str, str],
    site_codes: Mapping[str, str],
    at: str,
) -> str:
    """The post, its verdict and its findings, in place of every earlier look at it; answers the key of its row.

    What was known before keeps the moment it was first seen.
    """
    looks, key = _earlier_looks(connection, post, seats)
    row: Row = {**_post_row(post, key, result), **scan, "last_seen_at": at}
    seen = _forget_findings(connection, looks)
    if key in looks:
        connection.execute(_CHANGE_POST, {"this_key": key, "first_seen_at": min(looks.values())} | row)
    else:
        connection.execute(_ADD_POST, row | {"first_seen_at": min(looks.values(), default=at)})
    for outdated in looks.keys() - {row["key"]}:
        connection.execute(_FORGET_POST, {"this_key": outdated})
    shown = {one.site: one for one in result.shown}
    rows = [
        _finding_row(finding, site_codes, shown.get(finding.site))
        | {"post_key": row["key"], "first_seen_at": seen.get(finding.fingerprint, at), "last_seen_at": at}
        for finding in result.findings
    ]
    if rows:
        connection.execute(_ADD_FINDINGS, rows)
    return key


def _earlier_looks(connection: Connection, post: ReadPost, seats: Seats) -> tuple[dict[str, str], str]:
    """The rows about this post, each with the moment it was first seen, and the key of the one that stays or comes."""
    near = connection.execute(_LOOKS, {"these_paths": paths(post), "these_lacked": lacked(post) or [""]}).all()
    looks = [look for look in near if is_earlier_look(look, post) and seats.is_free(look.key, post.path)]
    first_seen = {look.key: look.first_seen_at for look in looks}
    key = seats.known(looks, post)
    while key is None:
        key = seats.proposed(of := identity(post), post.path)
        moved = connection.execute(_LOOK, {"this_key": key}).one_or_none()
        if moved is not None and moved.stands_for != of:
            seats.refuse(of)
            key = None
        elif moved is not None:
            first_seen[key] = moved.first_seen_at
    return first_seen, key


def _forget_findings(connection: Connection, keys: Mapping[str, str]) -> dict[str, str]:
    """Take out the findings of these posts; answers when each of them was first seen."""
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
        "all_there": int(all_there(post)),
        "path": whole(post.path),
        "post": pack(kept(post)),
        "status": coverage.status,
        "reason_codes": json.dumps(sorted({reason.code for reason in coverage.reasons})),
        "action": verdict.action,
        "site": verdict.site,
        "likelihood": verdict.likelihood,
        "confidence": verdict.confidence,
        "severity": verdict.severity,
    }


def _finding_row(finding: Finding, site_codes: Mapping[str, str], shown: Shown | None) -> Row:
    return {
        "fingerprint": finding.fingerprint,
        "site": finding.site,
        "site_code": site_codes.get(finding.site, UNKNOWN_SITE_CODE),
        "rule": finding.rule,
        "action": finding.action,
        "likelihood": finding.likelihood,
        "severity": finding.severity,
        "state": finding.state,
        "shown": None if shown is None else pack(shown),
    }
