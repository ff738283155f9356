"""What the case file knows of each base over time: every clip of it with its posts, for routines and mosaics.

A clip that was posted again, or re-encoded, is one clip: copies share the finding that keeps their decisions. Findings
that a decision or an allow rule hides are left out.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Row, select

from opsec.casefile.allow_rules import account_key
from opsec.casefile.decided_findings import DECIDED_FINDINGS, DECISION_COLUMNS, decision_of, holder
from opsec.casefile.schema import findings, posts
from opsec.casefile.serialisation import unpack, utc_text
from opsec.casefile.weekly_rows import clips_since
from opsec.model import SiteCoverage

PSEUDONYM_DIGITS = 8
"""Hexadecimal digits of the pseudonym of an account."""
ZONE_DIGITS = 4
"""Hexadecimal digits of the pseudonym of a zone: a site has few of them."""
_COLUMNS = (
    holder.label("holder"), findings.c.site, findings.c.site_code, findings.c.number, findings.c.severity,
    findings.c.shown, findings.c.first_seen_at, findings.c.last_seen_at, posts.c.key, posts.c.author,
    posts.c.posted_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PostOfBase:
    """One post of a clip."""

    at: datetime | None
    """When it was recorded, else posted, on the clock of the site; None when unknown or without a zone."""
    account: str | None
    """In the form in which accounts are compared."""


@dataclass(slots=True)
class ClipOfBase:
    """One clip of a base, with all its posts."""

    key: str
    """Fingerprint of the finding that keeps its decisions."""
    number: str
    """Of that finding, or of the first of its copies that is in the case."""
    first_at: datetime
    """Of its first post: when it was recorded or posted, else when it was first scanned; in UTC."""
    severity: float
    is_removed: bool
    """Every post of it was removed by its platform."""
    shown: list[SiteCoverage] = field(default_factory=list)
    posts: list[PostOfBase] = field(default_factory=list)


@dataclass(slots=True)
class BaseHistory:
    """All clips of one base."""

    site: str
    code: str
    """The latest: an officer may have changed it."""
    time_zone: str
    """Of the times of its posts."""
    plan: str | None
    """Identifies its current fence, as the last scan saw it."""
    clips: dict[str, ClipOfBase] = field(default_factory=dict)
    post_keys: set[str] = field(default_factory=set)
    """Of the posts of its clips."""
    authors: dict[str, int] = field(default_factory=dict)
    """Accounts as the posts name them, and the number of their posts."""
    elsewhere: dict[str, set[datetime]] = field(default_factory=dict)
    """Account → times of its other posts in UTC, where they were asked for (``posts_elsewhere``)."""


def base_histories(
    connection: Connection,
    until: datetime,
    today: str,
    sites: Collection[str] | None = None,
    *,
    since: datetime | None = None,
) -> tuple[BaseHistory, ...]:
    """Return the clips of every base that were first seen before a time, in the order of the codes.

    Parameters
    ----------
    connection
        In a transaction.
    until
        The end of the period.
    today
        Day on which decisions are to be in force, as an ISO 8601 date.
    sites
        Ids of the only bases to return; None: all.
    since
        Clips of which no post is from this time or a later one are left out; None: none is.
    """
    wanted = (
        select(*_COLUMNS, *DECISION_COLUMNS)
        .select_from(DECIDED_FINDINGS)
        .where(findings.c.first_seen_at < utc_text(until))
        .order_by(findings.c.last_seen_at, findings.c.fingerprint, posts.c.key)
    )
    if sites is not None:
        wanted = wanted.where(findings.c.site.in_(sites))
    if since is not None:
        wanted = wanted.where(posts.c.content_id.in_(clips_since(since.date())))
    bases: dict[str, BaseHistory] = {}
    for row in connection.execute(wanted):
        decision = decision_of(row, today)
        if decision.state == "dismissed":
            continue
        base = bases.setdefault(row.site, BaseHistory(row.site, row.site_code, "", None))
        base.code = row.site_code
        _add(base, row, is_removed=decision.state == "removed")
    return tuple(sorted(bases.values(), key=lambda base: (base.code, base.site)))


def _add(base: BaseHistory, row: Row[Any], *, is_removed: bool) -> None:
    shown = None if row.shown is None else unpack(SiteCoverage, row.shown)
    base.time_zone = shown.time_zone if shown is not None and shown.time_zone else base.time_zone
    base.plan = shown.plan if shown is not None and shown.plan else base.plan
    at = _local_time(shown, row.posted_at, base.time_zone)
    first_at = at.astimezone(UTC) if at else datetime.fromisoformat(row.first_seen_at)
    clip = base.clips.setdefault(row.holder, ClipOfBase(row.holder, row.number, first_at, 0.0, is_removed))
    clip.first_at = min(clip.first_at, first_at)
    clip.severity = max(clip.severity, row.severity)
    clip.is_removed &= is_removed
    clip.shown += [] if shown is None else [shown]
    base.post_keys.add(row.key)
    if row.author:
        base.authors[row.author] = base.authors.get(row.author, 0) + 1
    clip.posts.append(PostOfBase(at, account_key(row.author) if row.author else None))


def _local_time(shown: SiteCoverage | None, posted_at: str | None, time_zone: str) -> datetime | None:
    """When a clip was recorded, else posted; rows of older versions only have the time of the post."""
    try:
        moment = datetime.fromisoformat((shown.at if shown else "") or posted_at or "")
        if moment.tzinfo is None:
            return None
        return moment if shown and shown.at else moment.astimezone(ZoneInfo(time_zone) if time_zone else UTC)
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None


def pseudonym(secret: bytes, account: str) -> str:
    """Return the pseudonym of an account: an HMAC-SHA-256 (RFC 2104) that only this case file can compute.

    >>> pseudonym(bytes(32), "salim_17")
    'd6d712ca'
    """
    return account_digest(secret, account)[:PSEUDONYM_DIGITS]


def account_digest(secret: bytes, account: str) -> str:
    """Return the digest of an account, of which the pseudonym is the beginning: no two accounts have the same."""
    return hmac.new(secret, b"account\n" + account.encode(), hashlib.sha256).hexdigest()


def zone_code(secret: bytes, site: str, zone: str) -> str:
    """Return the pseudonym of a zone of a site, as keyed as that of an account.

    >>> zone_code(bytes(32), "falcon-camp", "North tower")
    'Z-47b6'
    """
    digest = hmac.new(secret, f"zone\n{site}\n{zone}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return f"Z-{digest[:ZONE_DIGITS]}"


def times_by_account(
    clips: Iterable[ClipOfBase],
) -> Iterator[tuple[str | None, Sequence[tuple[datetime, str]]]]:
    """Yield each account with the times of its clips and the numbers of their findings; then all clips, as None.

    A clip counts once, at the earliest time of its posts: a copy of it was not filmed again. Posts of one account at
    the same minute are one.
    """
    accounts: dict[str, dict[datetime, str]] = {}
    everyone: dict[tuple[datetime, str | None], str] = {}
    for clip in sorted(clips, key=lambda one: one.number):
        known = [(post.at, post.account) for post in clip.posts if post.at is not None]
        if not known:
            continue
        at, account = min(known, key=lambda one: (one[0], one[1] or ""))
        minute = at.replace(second=0, microsecond=0)
        everyone.setdefault((minute, account), clip.number)
        if account is not None:
            accounts.setdefault(account, {}).setdefault(minute, clip.number)
    for name in sorted(accounts):
        yield name, sorted(accounts[name].items())
    yield None, sorted((minute, number) for (minute, _account), number in everyone.items())
