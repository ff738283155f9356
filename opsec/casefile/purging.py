"""Retention: readings, pictures and words of closed posts are dropped; counts and the history of decisions stay.

A post is closed unless one of its findings is open, under takedown, or dismissed only until a day that is still to
come. Its row keeps what weekly pages count (hash, times, action, coverage) and loses path, address, account and words;
its findings lose their positions. Readings that no kept post uses are dropped too. The hashes of the frames of a clip
with a finding stay: by them it is recognised when it is posted again.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from opsec.casefile import database
from opsec.casefile.audit_trail import append
from opsec.casefile.decided_findings import DECIDED_FINDINGS, DECISION_COLUMNS, decision_of
from opsec.casefile.schema import findings, frame_hashes, posts, readings
from opsec.casefile.serialisation import local_date, pack, unpack, utc_text
from opsec.casefile.stored_post import PostRow
from opsec.casefile.transactions import Transactions
from opsec.model import PENDING, Decision, FindingState

_EMPTY_POST = PostRow(path="", parts=(), listed=None, reasons=())
_DROP_POST = (
    update(posts)
    .where(posts.c.key == bindparam("this_key"))
    .values(
        post=bindparam("empty"), path="", author=None, url=None, posted_at=None, reach=None, purged_at=bindparam("at")
    )
)  # fmt: skip
_DROP_PLACES = update(findings).where(findings.c.post_key == bindparam("this_key")).values(places=None)
_DROP_HASHES = delete(frame_hashes).where(
    frame_hashes.c.sha256 == bindparam("this_sha256"),
    frame_hashes.c.sha256.not_in(select(posts.c.content_id).join(findings, findings.c.post_key == posts.c.key)),
)
_THIS_READING = (readings.c.sha256 == bindparam("this_sha256"), readings.c.kind == bindparam("this_kind"))


@dataclass(frozen=True, slots=True)
class Purged:
    """What was dropped, or would be."""

    posts: int
    readings: int
    kept: Mapping[FindingState, int] = field(default_factory=dict)
    """State → number of findings of old posts that were kept because of it."""


def purge(transactions: Transactions, before: datetime, *, at: datetime, dry_run: bool = False) -> Purged:
    """Drop what was read of closed posts that were last seen before a time; the file shrinks.

    Parameters
    ----------
    transactions
        Of the case file.
    before, at
        The time, and the time of this purge.
    dry_run
        Only count.

    Raises
    ------
    CaseError
        The case file cannot be read or written; nothing was dropped, or all of it and only the file did not shrink.
    """
    with transactions.write() as connection, transactions.checked():
        database.overwrite_deleted(connection)
        purged = _purge(connection, utc_text(before), at=utc_text(at), today=local_date(at), dry_run=dry_run)
    if not dry_run:
        with transactions.checked():
            database.shrink(transactions.engine)
    return purged


def _purge(connection: Connection, before: str, *, at: str, today: str, dry_run: bool) -> Purged:
    old = set(connection.scalars(select(posts.c.key).where(posts.c.last_seen_at < before, posts.c.purged_at.is_(None))))
    kept, pending = _pending(connection, old, today)
    dropped = old - kept
    unused = _unused_readings(connection, dropped, before)
    if not dry_run:
        changes = [{"this_key": key, "empty": pack(_EMPTY_POST), "at": at} for key in sorted(dropped)]
        if changes:
            connection.execute(_DROP_POST, changes)
            connection.execute(_DROP_PLACES, [{"this_key": key} for key in sorted(dropped)])
        if unused:
            this = [{"this_sha256": sha256, "this_kind": kind} for sha256, kind in sorted(unused)]
            connection.execute(delete(readings).where(*_THIS_READING), this)
            connection.execute(_DROP_HASHES, [{"this_sha256": sha256} for sha256, _kind in sorted(unused)])
        detail: dict[str, str | int] = {"before": before, "posts": len(dropped), "readings": len(unused)}
        append(connection, "purged", at=at, detail=detail)
    return Purged(len(dropped), len(unused), pending)


def _pending(connection: Connection, old: set[str], today: str) -> tuple[set[str], dict[FindingState, int]]:
    """Return the keys of old posts that must stay, and their findings by state."""
    wanted = select(findings.c.fingerprint, findings.c.post_key, *DECISION_COLUMNS).select_from(DECIDED_FINDINGS)
    states: dict[str, FindingState] = {}
    keys: set[str] = set()
    for row in connection.execute(wanted):
        decision = decision_of(row, today)
        if row.post_key in old and _keeps(decision, today):
            keys.add(row.post_key)
            states[row.fingerprint] = decision.state
    return keys, dict(Counter(states.values()))


def _keeps(decision: Decision, today: str) -> bool:
    ends = decision.state == "dismissed" and decision.until is not None and decision.until >= today
    return decision.state in PENDING or ends


def _unused_readings(connection: Connection, dropped: set[str], before: str) -> set[tuple[str, str]]:
    """Return the readings that only dropped posts use, or none: lists and archives that were read long ago."""
    used: set[tuple[str, str]] = set()
    dropped_use: set[tuple[str, str]] = set()
    for key, data in connection.execute(select(posts.c.key, posts.c.post).where(posts.c.purged_at.is_(None))):
        parts = unpack(PostRow, data).parts
        files = {(part.sha256, part.kind) for part in parts if part.sha256 is not None and part.kind is not None}
        (dropped_use if key in dropped else used).update(files)
    old = select(readings.c.sha256, readings.c.kind).where(readings.c.first_at < before)
    stored: set[tuple[str, str]] = {(sha256, kind) for sha256, kind in connection.execute(old)}
    everything = {(sha256, kind) for sha256, kind in connection.execute(select(readings.c.sha256, readings.c.kind))}
    return ((stored | dropped_use) & everything) - used
