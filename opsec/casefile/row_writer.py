"""Writing of the rows of one post, inside a transaction of the caller, in portable SQL."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from opsec.casefile.allow_rules import AllowedFacts, longest_rule
from opsec.casefile.copies import CopySource, copy_match, write_hashes
from opsec.casefile.decisions import note_reappearance
from opsec.casefile.finding_evidence import is_in_fence, places_of
from opsec.casefile.finding_numbers import finding_number
from opsec.casefile.post_identity import (
    IdentityResolver,
    content_id,
    identity,
    is_complete,
    is_same_post,
)
from opsec.casefile.post_rows import PostRows
from opsec.casefile.reach_columns import reach_of
from opsec.casefile.schema import findings, posts, readings
from opsec.casefile.serialisation import encodable, pack
from opsec.casefile.stored_post import is_cached, to_row
from opsec.casefile.week_columns import posted_moment
from opsec.model import AllowRule, FileKind, Finding, Reading, ReadPost, Result
from opsec.model.depth import is_deep_enough

Row = dict[str, Any]
_NOT_RUN = frozenset({"not_configured", "failed"})
MISSING_SITE_CODE = "?"
"""Code of a site without one: its id stays out of every shared report."""

# Built once: for ten thousand clips, building the statements again would cost more than running them.
_this_file = (readings.c.sha256 == bindparam("this_sha256"), readings.c.kind == bindparam("this_kind"))
_READERS = select(readings.c.readers_version).where(*_this_file)
_ADD_READING = insert(readings)
_CHANGE_READING = update(readings).where(*_this_file)

_this_post = posts.c.key == bindparam("this_key")
_CHANGE_POST = update(posts).where(_this_post)
_FORGET_POST = delete(posts).where(_this_post)

_of_this_post = findings.c.post_key == bindparam("this_key")
_SEEN = select(findings.c.fingerprint, findings.c.first_seen_at).where(_of_this_post)
_FORGET_FINDINGS = delete(findings).where(
    _of_this_post,
    or_(findings.c.copied.is_(None), findings.c.fingerprint.in_(bindparam("made", expanding=True))),
)
_ADD_FINDINGS = insert(findings)
_SAME_URL = (
    select(posts.c.key)
    .join(findings, findings.c.post_key == posts.c.key)
    .where(
        findings.c.fingerprint == bindparam("this_fingerprint"),
        posts.c.url == bindparam("this_url"),
        posts.c.key != bindparam("this_key"),
    )
    .limit(1)
)


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
    """Write the reading of one file, unless the same readers stored one as deep; hashes go to their own table."""
    this = {"this_sha256": sha256, "this_kind": kind}
    there = connection.scalar(_READERS, this)
    if there is not None and is_deep_enough(there, readers_version):
        return
    for hint in reading.hints:
        if hint.hashes is not None:
            write_hashes(connection, sha256, hint.hashes)
    stored = replace(reading, hints=tuple(hint for hint in reading.hints if hint.hashes is None))
    row: Row = {"readers_version": readers_version, "reading": pack(stored)}
    if there is None:
        connection.execute(_ADD_READING, {"sha256": sha256, "kind": kind, "first_at": at, **row})
    else:
        connection.execute(_CHANGE_READING, {**this, **row})


# ── the post and its findings ─────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class WriteContext:
    """What all rows of one scan have in common."""

    fingerprints: Mapping[str, str]
    """Fingerprints of the settings and the sites, by column."""
    site_codes: Mapping[str, str]
    """Site id → code of shared reports."""
    at: str
    """Time of the scan, as ``utc_text`` writes it."""
    today: str
    """Its local date, as ISO 8601."""
    secret: bytes
    """Secret of the case file, for the numbers of findings."""
    rules: Sequence[AllowRule] = ()
    """Allow rules that apply today."""


def write_post(
    rows: PostRows, post: ReadPost, result: Result, identities: IdentityResolver, context: WriteContext
) -> str:
    """Write a post, its verdict and its findings in place of its earlier rows; return the key of its row.

    The post, and each finding that was made before, keep the time they were first seen.

    Parameters
    ----------
    rows
        Of a transaction that writes; a new row is in the file after ``flush``.
    post, result
        What was read, and what the scan made of it.
    identities
        Rows that other posts of this scan have.
    context
        What all rows of the scan have in common.
    """
    connection = rows.connection
    looks, key = _stored_posts(rows, post, identities)
    if key in looks and _is_fault(result):
        rows.note_written(key)
        connection.execute(_CHANGE_POST, {"this_key": key, **_coverage_row(result), "last_seen_at": context.at})
        return key
    row: Row = {**_post_row(post, key, result), **context.fingerprints, "last_seen_at": context.at, "purged_at": None}
    seen = _delete_findings(connection, filter(rows.may_have_findings, looks), result)
    if key in looks:
        rows.note_written(key, row["path"])
        connection.execute(_CHANGE_POST, {"this_key": key, "first_seen_at": min(looks.values())} | row)
    else:
        rows.add(row | {"first_seen_at": min(looks.values(), default=context.at)})
    for outdated in looks.keys() - {row["key"]}:
        rows.note_written(outdated)
        connection.execute(_FORGET_POST, {"this_key": outdated})
    times = {one.fingerprint: seen.get(one.fingerprint, context.at) for one in result.findings}
    made = [
        _finding_row(finding, result, row, context) | {"first_seen_at": times[finding.fingerprint]}
        for finding in result.findings
    ]
    if made:
        rows.flush()
        connection.execute(_ADD_FINDINGS, made)
    for finding in () if looks else result.findings:
        if not _is_known_url(connection, finding.fingerprint, row):
            note_reappearance(connection, finding.fingerprint, at=context.at, today=context.today)
    return key


def _is_fault(result: Result) -> bool:
    """Whether a fault of this program left the post unread: what was found before is still true."""
    coverage = result.clip.coverage
    return (
        coverage.status == "unread" and not result.findings and any(one.code == "internal" for one in coverage.reasons)
    )


def _is_known_url(connection: Connection, fingerprint: str, post: Row) -> bool:
    """Return whether another post of a finding has the same address: a file that was renamed is no new post."""
    this = {"this_fingerprint": fingerprint, "this_url": post["url"], "this_key": post["key"]}
    return post["url"] is not None and connection.scalar(_SAME_URL, this) is not None


def _stored_posts(rows: PostRows, post: ReadPost, seats: IdentityResolver) -> tuple[dict[str, str], str]:
    """Return the rows about this post with the time each was first seen, and the key of the row to write."""
    looks = [look for look in rows.near(post) if is_same_post(look, post) and seats.is_free(look.key, post.path)]
    first_seen = {look.key: look.first_seen_at for look in looks}
    key = seats.existing_key(looks, post)
    while key is None:
        key = seats.propose_key(of := identity(post), post.path)
        moved = rows.with_key(key)
        if moved is not None and moved.stands_for != of:
            seats.reject_key(of)
            key = None
        elif moved is not None:
            first_seen[key] = moved.first_seen_at
    return first_seen, key


def _delete_findings(connection: Connection, keys: Iterable[str], result: Result) -> dict[str, str]:
    """Delete the findings of these posts; return when each was first seen.

    One that rests on the recognition of a copy stays until the copies of this scan are known.
    """
    made = {finding.fingerprint for finding in result.findings}
    seen: dict[str, str] = {}
    for key in keys:
        for row in connection.execute(_SEEN, {"this_key": key}):
            seen[row.fingerprint] = min(row.first_seen_at, seen.get(row.fingerprint, row.first_seen_at))
        connection.execute(_FORGET_FINDINGS, {"this_key": key, "made": sorted(made) or [""]})
    return seen


def _coverage_row(result: Result) -> Row:
    coverage = result.clip.coverage
    return {
        "status": coverage.status,
        "reason_codes": json.dumps(sorted({reason.code for reason in coverage.reasons})),
        "checks_not_run": json.dumps(sorted(check for check, state in coverage.checks.items() if state in _NOT_RUN)),
    }


def _post_row(post: ReadPost, key: str, result: Result) -> Row:
    verdict = result.verdict
    return {
        "key": key,
        "content_id": content_id(post, key),
        "stands_for": identity(post),
        "all_there": int(is_complete(post)),
        "path": encodable(post.path),
        "post": pack(to_row(post)),
        **_coverage_row(result),
        "action": verdict.action,
        "site": verdict.site,
        "likelihood": verdict.likelihood,
        "confidence": verdict.confidence,
        "severity": verdict.severity,
        "author": _column(result.clip.post.author),
        "url": _column(result.clip.post.url),
        "posted_at": _column(result.clip.post.posted_at),
        "posted_moment": posted_moment(result.clip.post.posted_at),
        "reach": reach_of(result.clip.post),
    }


def _column(text: str | None) -> str | None:
    return None if text is None else encodable(text)


def _finding_row(finding: Finding, result: Result, post: Row, context: WriteContext) -> Row:
    shown = next((one for one in result.site_coverage if one.site == finding.site), None)
    code = context.site_codes.get(finding.site, MISSING_SITE_CODE)
    facts = AllowedFacts(
        site=finding.site,
        site_code=code,
        author=post["author"],
        sha256=post["content_id"],
        in_fence=is_in_fence(result, finding),
        places=places_of(result, finding),
    )
    return {
        "fingerprint": finding.fingerprint,
        "post_key": post["key"],
        "site": finding.site,
        "site_code": code,
        "rule": finding.rule,
        "action": finding.action,
        "likelihood": finding.likelihood,
        "severity": finding.severity,
        "last_seen_at": context.at,
        "shown": None if shown is None else pack(shown),
        "number": finding_number(context.secret, finding.fingerprint),
        "in_fence": int(facts.in_fence),
        "places": facts.places.to_json(),
        "allow_rule": longest_rule(context.rules, facts),
        "copied": _copy_source(finding, result),
    }


def _copy_source(finding: Finding, result: Result) -> str | None:
    """Return what a finding was taken from, for the row; None for one that rests on evidence of its own."""
    match = copy_match(result, finding.site)
    if match is None or match.copy_of is None:
        return None
    source = CopySource(
        fingerprint=match.copy_of,
        rule=match.rule,
        grade=match.grade,
        likelihood=finding.likelihood,
        name=match.copy_name or "",
    )
    return source.to_json()
