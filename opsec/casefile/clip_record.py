"""What a case file keeps about one clip besides what was read of it: its posts, findings, copies and history.

One page shows one post. A finding is named by its number as elsewhere; its first post is shown.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from opsec.casefile.copies import CopySource
from opsec.casefile.decided_findings import known_findings
from opsec.casefile.decisions import change_of
from opsec.casefile.finding_lookup import find_fingerprint
from opsec.casefile.schema import decisions, finding_copies, findings, posts
from opsec.casefile.serialisation import local_date
from opsec.casefile.transactions import Transactions
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import DecisionChange, KnownFinding
from opsec.model.decision import STATES

MAX_OTHER_POSTS = 50
"""Other posts of the clip, and copies, that are returned; more are only counted."""
MAX_CHANGES = 200
"""Changes of the history that are returned, the latest ones."""
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class OtherPost:
    """A post of the same clip, or of a copy of it."""

    key: str
    path: str
    url: str | None
    posted_at: str | None
    author: str | None
    number: str = ""
    """Of the finding in it; empty without one."""


@dataclass(frozen=True, slots=True)
class OtherPosts:
    """Some posts, and how many there are."""

    shown: tuple[OtherPost, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """The latest changes of the findings of a post, in the order in which they were made, and how many there are."""

    changes: tuple[DecisionChange, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRecord:
    """Everything that a case file keeps about the clip of one post, apart from its readings."""

    key: str
    """Of the post."""
    path: str
    first_seen_at: str
    last_seen_at: str
    sites_sha256: str
    """Fingerprint of the sites with which it was judged last."""
    settings_sha256: str
    purged_at: str | None
    """When what was read of it was dropped; None while it is kept."""
    findings: Mapping[str, KnownFinding]
    """Fingerprint → what is known of the finding."""
    sites: Mapping[str, str]
    """Fingerprint → id of the site."""
    site_codes: Mapping[str, str]
    """Id of each of these sites → its code at the last scan."""
    copied: Mapping[str, CopySource]
    """Site → finding of the clip of which this one is a copy."""
    same_clip: OtherPosts
    """Other posts of the same bytes."""
    copies: OtherPosts
    """Posts of other clips that share the decisions of its findings."""
    history: History


def clip_record(transactions: Transactions, given: str, at: datetime) -> ClipRecord:
    """Return what is kept about the clip of one post.

    Parameters
    ----------
    transactions
        Of the case file.
    given
        Key of the post; or what names a finding, whose first post it is then.
    at
        Time at which decisions are to be in force.

    Raises
    ------
    UsageError
        The case has no such post and no such finding, or more than one finding that begins so.
    CaseError
        The case file cannot be read.
    """
    with transactions.read() as connection:
        row = _post_row(connection, given)
        known = known_findings(connection, row.key, local_date(at), numbered=True)
        of_post = connection.execute(select(findings).where(findings.c.post_key == row.key)).all()
        holders = {one.copy_of or fingerprint for fingerprint, one in known.items()}
        _check_times(row.first_seen_at, row.last_seen_at, row.purged_at)
        return ClipRecord(
            key=row.key,
            path=row.path,
            first_seen_at=row.first_seen_at,
            last_seen_at=row.last_seen_at,
            sites_sha256=row.sites_sha256,
            settings_sha256=row.settings_sha256,
            purged_at=row.purged_at,
            findings=known,
            sites={one.fingerprint: one.site for one in of_post},
            site_codes={one.site: one.site_code for one in of_post},
            copied={one.site: CopySource.from_json(one.copied) for one in of_post if one.copied is not None},
            same_clip=_same_clip(connection, row),
            copies=_copies(connection, holders, row.content_id),
            history=_history(connection, holders),
        )


def _post_row(connection: Connection, given: str) -> Row[Any]:
    """Return the row of a post, without what was read of it."""
    columns = [column for column in posts.c if column is not posts.c.post]
    if _KEY.fullmatch(given):
        row = connection.execute(select(*columns).where(posts.c.key == given)).one_or_none()
        if row is not None:
            return row
    fingerprint = find_fingerprint(connection, given)
    of_finding = select(*columns).join(findings, findings.c.post_key == posts.c.key)
    of_finding = of_finding.where(findings.c.fingerprint == fingerprint)
    row = connection.execute(of_finding.order_by(findings.c.first_seen_at, posts.c.key).limit(1)).one_or_none()
    if row is None:
        raise UsageError(_("the case file has no post {post}; open it from the list", post=escape_unsafe(given[:80])))
    return row


_OTHER_COLUMNS = (posts.c.key, posts.c.path, posts.c.url, posts.c.posted_at, posts.c.author)


def _same_clip(connection: Connection, row: Row[Any]) -> OtherPosts:
    if row.content_id == row.key:  # a post without a medium
        return OtherPosts()
    others = select(*_OTHER_COLUMNS).where(posts.c.content_id == row.content_id, posts.c.key != row.key)
    count = connection.scalar(select(func.count()).select_from(others.subquery())) or 0
    shown = connection.execute(others.order_by(posts.c.first_seen_at, posts.c.key).limit(MAX_OTHER_POSTS))
    return OtherPosts(tuple(OtherPost(*one) for one in shown), count)


def _copies(connection: Connection, holders: Iterable[str], content_id: str) -> OtherPosts:
    wanted = sorted(holders)
    linked = select(finding_copies.c.fingerprint).where(finding_copies.c.copy_of.in_(wanted))
    others = (
        select(*_OTHER_COLUMNS, findings.c.number)
        .join(findings, findings.c.post_key == posts.c.key)
        .where(or_(findings.c.fingerprint.in_(wanted), findings.c.fingerprint.in_(linked)))
        .where(posts.c.content_id != content_id)
    )
    count = connection.scalar(select(func.count()).select_from(others.subquery())) or 0
    shown = connection.execute(others.order_by(posts.c.first_seen_at, posts.c.key).limit(MAX_OTHER_POSTS))
    return OtherPosts(tuple(OtherPost(*one) for one in shown), count)


def _history(connection: Connection, holders: Iterable[str]) -> History:
    own = decisions.c.fingerprint.in_(sorted(holders))
    count = connection.scalar(select(func.count()).select_from(decisions).where(own)) or 0
    latest = select(decisions).where(own).order_by(decisions.c.seq.desc()).limit(MAX_CHANGES)
    changes = [change_of(row) for row in connection.execute(latest)]
    _check_times(*(change.made_at for change in changes))
    if not {state for change in changes for state in (change.from_state, change.to_state)} <= set(STATES):
        raise ValueError("state")
    return History(tuple(reversed(changes)), count)


def _check_times(*times: str | None) -> None:
    """Raise ``ValueError`` for a time that is not one: the row is damaged."""
    for written in times:
        if written is not None and datetime.fromisoformat(written).tzinfo is None:
            raise ValueError(written)
