"""Columns by which the queue puts first what many people have seen: the reach of posts and the urgency of findings.

Reach never changes an action word: it orders findings that have the same state and the same action.
"""

import math
from datetime import datetime

from sqlalchemy import Connection

from opsec.casefile.statements import run_statements, trigger_statements
from opsec.model import Post

TENFOLD_S = 86_400
"""Ten times the reach counts as much as being found a day later."""
MAX_REACH = 10**15
"""More than a record may claim, over all posts of a finding."""
_STATEMENTS = (
    "ALTER TABLE posts ADD COLUMN reach {big}",
    "ALTER TABLE queue ADD COLUMN urgency {big} NOT NULL DEFAULT 0",
    "DROP INDEX queue_in_order",
    "CREATE INDEX queue_in_order ON queue "
    "(state, action, urgency DESC, first_seen_at DESC, fingerprint, is_new, site_code, rule, week)",
    "INSERT INTO queue_stale (fingerprint) SELECT DISTINCT fingerprint FROM findings",
)
_MARK = "INSERT INTO queue_stale (fingerprint) SELECT fingerprint FROM findings WHERE post_key = NEW.key"


def reach_of(post: Post) -> int | None:
    """Return how many people have seen a post at least, None if its record does not say.

    Whoever likes or shares a post has seen it, so the largest of the three numbers is the best lower bound.

    >>> reach_of(Post(views=120, likes=300)), reach_of(Post())
    (300, None)
    """
    return max((count for count in (post.views, post.likes, post.shares) if count is not None), default=None)


def urgency(first_seen_at: str, reach: int) -> int:
    """Return the urgency of a finding: of two, the greater one comes first, on every day.

    The time of the first scan plus ``TENFOLD_S`` for each power of ten of the reach. As both findings grow older by the
    same time, their order never changes by itself, and an index can hold it.

    Parameters
    ----------
    first_seen_at
        RFC 3339, UTC, as rows store it.
    reach
        Over all posts of the finding; 0 if unknown.

    Returns
    -------
    int
        Seconds.

    >>> day = urgency("2026-11-19T00:00:00Z", 0) - urgency("2026-11-18T00:00:00Z", 0)
    >>> day == urgency("2026-11-18T00:00:00Z", 9) - urgency("2026-11-18T00:00:00Z", 0) == TENFOLD_S
    True
    """
    seconds = int(datetime.fromisoformat(first_seen_at).timestamp())
    return seconds + int(TENFOLD_S * math.log10(1 + min(max(reach, 0), MAX_REACH)))


def add_reach_columns(connection: Connection) -> None:
    """Add the columns: a migration. The reach of older posts is unknown until they are scanned again."""
    run_statements(connection, _STATEMENTS)
    statements = trigger_statements(connection.dialect.name, "queue_posts_reach", "UPDATE OF reach ON posts", _MARK)
    for statement in statements:
        connection.exec_driver_sql(statement)
