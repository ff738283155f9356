"""Other posts of the accounts that post at a base: by their hours, a habit of posting is no routine at the base."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select

from opsec.casefile.allow_rules import account_key
from opsec.casefile.base_history import BaseHistory
from opsec.casefile.schema import posts
from opsec.casefile.serialisation import utc_text

MAX_ACCOUNTS = 500
"""Of one base, those with the most clips: whoever has one of thousands has no routine."""
MAX_FOR_EACH = 4
"""Posts elsewhere of one account for each of its posts at the base, where all accounts are taken together: a busy
account does not outweigh the others."""
_BATCH = 5_000
_MARGIN = timedelta(days=2)
"""For time zones."""


def add_posts_elsewhere(
    connection: Connection, bases: Sequence[BaseHistory], until: datetime, since: datetime
) -> Sequence[BaseHistory]:
    """Add to some bases the other posts of their accounts whose time is known.

    Parameters
    ----------
    connection
        In a transaction.
    bases
        Returned again.
    until
        Posts that were first seen before this time count.
    since
        Posts of this time and later ones count.
    """
    authors = sorted({author for base in bases for author in _busiest(base)})
    columns = posts.c
    wanted = select(columns.key, columns.author, columns.posted_at).where(
        columns.posted_moment >= (since - _MARGIN).date().isoformat(), columns.first_seen_at < utc_text(until)
    )
    for start in range(0, len(authors), _BATCH):
        rows = connection.execute(wanted.where(columns.author.in_(authors[start : start + _BATCH])))
        for key, author, posted_at in rows:
            moment = _moment(posted_at)
            if moment is None or moment < since:
                continue
            for base in bases:
                if author in base.authors and key not in base.post_keys:
                    base.elsewhere.setdefault(account_key(author), set()).add(moment)
    return bases


def _busiest(base: BaseHistory) -> Iterable[str]:
    return [author for author, _count in sorted(base.authors.items(), key=lambda one: (-one[1], one[0]))[:MAX_ACCOUNTS]]


def _moment(posted_at: str | None) -> datetime | None:
    """The minute of a post in UTC; None when its time or zone is unknown."""
    try:
        moment = datetime.fromisoformat(posted_at or "")
        return moment.astimezone(UTC).replace(second=0, microsecond=0) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def times_elsewhere(base: BaseHistory, account: str) -> list[datetime]:
    """Return the times of the other posts of an account, in order, on the clock of the base."""
    try:
        zone = ZoneInfo(base.time_zone) if base.time_zone else UTC
    except (ValueError, ZoneInfoNotFoundError):
        zone = UTC
    return sorted(moment.astimezone(zone) for moment in base.elsewhere.get(account, ()))


def times_elsewhere_of_all(base: BaseHistory, at_base: Mapping[str, int]) -> list[datetime]:
    """Return those of all accounts, of each a few for each of its posts at the base, whose numbers are given."""
    return [moment for account, count in sorted(at_base.items()) for moment in _some(base, account, count)]


def _some(base: BaseHistory, account: str, count: int) -> Iterator[datetime]:
    """Some of the other posts of an account, evenly spread."""
    times = times_elsewhere(base, account)
    most = MAX_FOR_EACH * count
    yield from times if len(times) <= most else (times[number * len(times) // most] for number in range(most))
