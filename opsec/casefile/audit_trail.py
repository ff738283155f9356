"""The audit trail of a case file: who did what and when, as a chain of hashes that shows every later change.

Each row's hash covers its fields and the hash of the row before it. Whoever cuts rows off the end, or computes the
chain anew, has another head than the last report that was printed, so each report carries the head and the count.
"""

import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from sqlalchemy import Connection, func, insert, select

from opsec.casefile.issue_tables import audit, issued
from opsec.casefile.serialisation import encodable, utc_text
from opsec.casefile.transactions import Transactions
from opsec.runtime.account_name import account_name

AuditEvent = Literal[
    "scan_began", "scan_ended", "decided", "undone", "allowed", "revoked", "purged", "exported", "report_issued",
    "bundle_issued", "bundle_imported", "bundle_refused", "weak_isolation", "case_encrypted",
    "case_decrypted",
]  # fmt: skip
EVENTS: tuple[AuditEvent, ...] = get_args(AuditEvent)
ISSUE_EVENTS = ("report_issued", "bundle_issued")
START = "0" * 64
"""What the first row has in place of the hash of the one before it."""
_DOMAIN = "opsec audit 1"
_MAX_DETAIL_LENGTH = 4_096
_MAX_ROWS = 50_000_000
_SHA256 = re.compile('"sha256":"([0-9a-f]{64})"')
MAX_ACTOR_LENGTH = 200

Detail = Mapping[str, str | int]
"""Codes, hashes and counts of an act; never a name of a site, a caption, a path or a position."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act."""

    seq: int
    """1 for the first."""
    at: str
    """Wall time, RFC 3339 in UTC."""
    boot: str
    """Id of the start of the machine; empty where the system has none."""
    monotonic_ms: int
    """Milliseconds on the monotonic clock, comparable between rows of the same ``boot``."""
    event: str
    actor: str
    detail: str
    """Canonical JSON."""
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Where the chain ends."""

    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class AuditFault:
    """What is wrong with a chain, and from which row on nothing can be relied on."""

    code: Literal["missing", "edited", "reordered", "clock_back", "cut", "other_head", "issue_differs", "not_recorded"]
    seq: int


def append(connection: Connection, event: AuditEvent, *, at: str, detail: Detail, actor: str | None = None) -> AuditRow:
    """Append an act, in the transaction of the act itself: both are kept, or neither.

    Parameters
    ----------
    connection
        Of a transaction that writes.
    event
        What was done.
    at
        Wall time as ``utc_text`` formats it.
    detail
        Codes and counts.
    actor
        Who did it; default: the account that runs the program.

    Raises
    ------
    ValueError
        The detail is longer than its bound.
    """
    head = read_head(connection)
    text = json.dumps(dict(detail), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    if len(text) > _MAX_DETAIL_LENGTH:
        raise ValueError("detail of an audit row")
    row = AuditRow(
        seq=head.count + 1,
        at=at,
        boot=boot_id(),
        monotonic_ms=int(time.monotonic() * 1000),
        event=event,
        actor=encodable(this_account() if actor is None else actor)[:MAX_ACTOR_LENGTH],
        detail=encodable(text),
        previous=head.hash,
        hash="",
    )
    row = replace(row, hash=row_hash(row))
    connection.execute(insert(audit).values({column.name: getattr(row, column.name) for column in audit.c}))
    return row


def record(transactions: Transactions, event: AuditEvent, *, at: datetime, detail: Detail) -> None:
    """Append an act that changes nothing else in the case file; parameters as for ``append``."""
    with transactions.write() as connection:
        append(connection, event, at=utc_text(at), detail=detail)


def read_head(connection: Connection) -> AuditHead:
    """Return the number of rows and the hash of the last one."""
    last = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).one_or_none()
    return AuditHead(0, START) if last is None else AuditHead(last.seq, last.hash)


def row_hash(row: AuditRow) -> str:
    """Compute the hash of a row: SHA-256 of its fields as a JSON array, with that of the row before it."""
    fields = [_DOMAIN, row.seq, row.at, row.boot, row.monotonic_ms, row.event, row.actor, row.detail, row.previous]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def rows(connection: Connection, *, newest: int | None = None) -> Iterator[AuditRow]:
    """Yield the rows in their order, or only the newest ones.

    Raises
    ------
    ValueError
        A row breaks a bound.
    """
    wanted = select(audit).order_by(audit.c.seq)
    if newest is not None:
        count = connection.scalar(select(func.max(audit.c.seq))) or 0
        wanted = wanted.where(audit.c.seq > count - newest)
    for found in connection.execute(wanted):
        row = AuditRow(**found._mapping)
        if not (0 < row.seq < _MAX_ROWS and len(row.detail) <= _MAX_DETAIL_LENGTH and len(row.event) < 40):
            raise ValueError("audit row")
        yield row


def find_faults(connection: Connection, against: AuditHead | None = None) -> tuple[AuditFault, ...]:
    """Check the whole chain, and that it contains the head of an issued report.

    A clock that was set back is another fault than an edited row: the rows are as they were written.

    Parameters
    ----------
    connection
        Of a transaction that reads.
    against
        Count and hash as a report printed them.
    """
    faults: list[AuditFault] = []
    previous, expected, hash_then = None, 1, START
    for row in rows(connection):
        if row.seq != expected:
            faults.append(AuditFault("missing", expected))
        elif row.previous != hash_then:
            faults.append(AuditFault("reordered", row.seq))
        if row_hash(row) != row.hash:
            faults.append(AuditFault("edited", row.seq))
        if previous is not None and _went_back(previous, row):
            faults.append(AuditFault("clock_back", row.seq))
        if against is not None and row.seq == against.count and row.hash != against.hash:
            faults.append(AuditFault("other_head", row.seq))
        previous, expected, hash_then = row, row.seq + 1, row.hash
    if against is not None and expected - 1 < against.count:
        faults.append(AuditFault("cut", expected))
    return tuple(faults)


def find_issue_faults(connection: Connection, report_sha256: str | None = None) -> tuple[AuditFault, ...]:
    """Compare the list of issued files, which no chain protects, with the trail, and look for one report in it.

    Each report is recorded after the mark that it prints, so a trail that was cut directly after the mark lacks it.

    Parameters
    ----------
    connection
        Of a transaction that reads.
    report_sha256
        Of a report that was issued.
    """
    in_list = {(row.audit_seq, row.sha256) for row in connection.execute(select(issued.c.audit_seq, issued.c.sha256))}
    in_trail = set()
    for row in rows(connection):
        if row.event in ISSUE_EVENTS and (found := _SHA256.search(row.detail)):
            in_trail.add((row.seq, found[1]))
    faults = [AuditFault("issue_differs", seq) for seq in sorted({seq for seq, _sha256 in in_list ^ in_trail})]
    if report_sha256 is not None and report_sha256 not in {sha256 for _seq, sha256 in in_trail}:
        faults.append(AuditFault("not_recorded", 0))
    return tuple(faults)


def parse_detail(row: AuditRow) -> dict[str, str | int]:
    """Return the detail of a row; ``ValueError`` where it is no JSON object, which nobody writes but an intruder."""
    try:
        found = json.loads(row.detail)
    except RecursionError:
        raise ValueError("detail of an audit row") from None
    if not isinstance(found, dict):
        raise ValueError("detail of an audit row")
    return found


def _went_back(before: AuditRow, after: AuditRow) -> bool:
    """Whether the wall clock went back between two rows."""
    return after.at < before.at


def this_account() -> str:
    """Return the name of the account that runs the program; empty where the system has none."""
    return account_name()


@cache
def boot_id() -> str:
    """Return the id of this start of the machine (Linux), or an empty text."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()[:36]
    except (OSError, UnicodeDecodeError):
        return ""
