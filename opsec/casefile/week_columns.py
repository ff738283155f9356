"""Columns and indexes by which posts are counted in weeks: when a post was made, and which checks could not be run."""

from datetime import date, datetime
from itertools import islice

from sqlalchemy import Connection, bindparam, column, select, table, update

from opsec.casefile.serialisation import utc_text
from opsec.casefile.statements import run_statements

_DAY_LENGTH = len("2026-11-18")
_BATCH = 10_000
_STATEMENTS = (
    "ALTER TABLE posts ADD COLUMN posted_moment TEXT",
    "ALTER TABLE posts ADD COLUMN checks_not_run TEXT",
    "CREATE INDEX posts_by_moment ON posts (posted_moment, first_seen_at, content_id)",
    "CREATE INDEX findings_by_action ON findings (action, first_seen_at, post_key)",
    "CREATE INDEX findings_counted ON findings (fingerprint, action)",
)


def posted_moment(text: str | None) -> str | None:
    """Return the time of a post in a form that sorts: in UTC, or as a local time or a day where no zone is given.

    >>> posted_moment("2026-11-18T01:30:00+03:00"), posted_moment("2026-11-18T01:30:00"), posted_moment("2026-11-18")
    ('2026-11-17T22:30:00.000000Z', '2026-11-18T01:30:00', '2026-11-18')
    >>> posted_moment("yesterday"), posted_moment(None)
    (None, None)
    """
    if text is None:
        return None
    try:
        if len(text) == _DAY_LENGTH:
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
        return moment.isoformat(timespec="seconds") if moment.tzinfo is None else utc_text(moment)
    except (ValueError, OverflowError):  # the time of a post is what its platform wrote
        return None


def add_week_columns(connection: Connection) -> None:
    """Add the columns: a migration. Posts of older versions get their time, and no record of their checks."""
    run_statements(connection, _STATEMENTS)
    posts = table("posts", column("key"), column("posted_at"), column("posted_moment"))
    rows = connection.execute(select(posts.c.key, posts.c.posted_at).where(posts.c.posted_at.is_not(None))).all()
    known = iter([{"this": key, "moment": moment} for key, at in rows if (moment := posted_moment(at)) is not None])
    change = update(posts).where(posts.c.key == bindparam("this")).values(posted_moment=bindparam("moment"))
    while batch := list(islice(known, _BATCH)):
        connection.execute(change, batch)
