"""How many clips of a week were read with weak isolation, for the report of that week."""

from sqlalchemy import func, select

from opsec.casefile.iso_week import Week
from opsec.casefile.schema import posts
from opsec.casefile.transactions import Transactions
from opsec.casefile.week_calendar import WeekCalendar
from opsec.casefile.week_data import WeekOptions, site_zones
from opsec.casefile.weekly_rows import POSTS, clip_rows

_IS_WEAK = posts.c.reason_codes.like('%"weak_isolation"%')


def count_weakly_read(transactions: Transactions, week: Week, options: WeekOptions) -> int:
    """Return how many clips of a week have a post that was read with weak isolation, by its last scan.

    Parameters
    ----------
    transactions
        Of the case file.
    week
        As of the report.
    options
        Of the report: a clip belongs to the same week as on its page.

    Raises
    ------
    CaseError
        The case file cannot be read.
    """
    calendar = WeekCalendar.of(week, site_zones(options))
    weak = select(posts.c.content_id).where(_IS_WEAK)
    with transactions.read() as connection:
        if not connection.scalar(select(func.count()).select_from(posts).where(_IS_WEAK)):
            return 0
        rows = connection.execute(POSTS.where(posts.c.content_id.in_(weak)))
        clips = clip_rows(rows, calendar, options.basis)
    return sum(clip.week == calendar.number(week) for clip in clips.values())
