"""What a case file keeps about one site: its clips, and what they reveal together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from opsec.casefile.accumulated import ROUTINE_DAYS, accumulated_of
from opsec.casefile.base_history import BaseHistory, base_histories
from opsec.casefile.posts_elsewhere import add_posts_elsewhere
from opsec.casefile.scan_marks import number_secret
from opsec.casefile.serialisation import local_date
from opsec.casefile.transactions import Transactions
from opsec.model import Mosaic, Routine, UntimedPosts


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRecord:
    """One site over time."""

    base: BaseHistory | None
    """None when the case has no finding of it, or decisions hide them all."""
    mosaics: tuple[Mosaic, ...]
    routines: tuple[Routine, ...]
    untimed: tuple[UntimedPosts, ...]


def site_record(transactions: Transactions, site: str, at: datetime) -> SiteRecord:
    """Return what is kept about a site, up to a time.

    Parameters
    ----------
    transactions
        Of the case file.
    site
        Id of the site.
    at
        End of the periods of mosaics and routines; decisions are those in force then.

    Raises
    ------
    CaseError
        The case file cannot be read.
    """
    with transactions.read() as connection:
        bases = base_histories(connection, at, local_date(at), [site])
        add_posts_elsewhere(connection, bases, at, at - timedelta(days=ROUTINE_DAYS))
        mosaics, routines, untimed = accumulated_of(bases, at, number_secret(connection))
    return SiteRecord(base=bases[0] if bases else None, mosaics=mosaics, routines=routines, untimed=untimed)


def site_history(transactions: Transactions, site: str, at: datetime) -> BaseHistory | None:
    """Return the clips of a site alone, as ``site_record`` does, which takes less time; None when there is none."""
    with transactions.read() as connection:
        bases = base_histories(connection, at, local_date(at), [site])
    return bases[0] if bases else None
