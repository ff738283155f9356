"""Which findings of a case file are listed, from what was typed."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from opsec.app.known_sites import SiteSource, check_site
from opsec.app.typed_values import parse_day, parse_state
from opsec.casefile.case_file import open_case
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.integrity import check_integrity
from opsec.casefile.serialisation import utc_text
from opsec.model import DecisionChange, ListedFinding


def find(  # noqa: PLR0913 - every filter is an option
    *,
    case: str,
    states: Sequence[str] = (),
    site: str | None = None,
    since: str | None = None,
    account: str | None = None,
    only_new: bool = False,
    due_days: int | None = None,
    at: datetime | None = None,
    load_sites: SiteSource = tuple,
) -> list[ListedFinding]:
    """Return the findings of a case that pass every filter.

    Parameters
    ----------
    case
        Existing case file (path or database URL).
    states
        Names of states; empty: all.
    site
        Id or code.
    since
        Local date ``YYYY-MM-DD`` on or after which a finding was first seen.
    account
        Account that posted it.
    only_new
        Only findings first seen in the last scan.
    due_days
        Only takedown requests that nobody has answered for so many days.
    at
        Time at which decisions are to be in force; default: now.
    load_sites
        Loads the officer's sites: a site without a finding gives an empty list.

    Returns
    -------
    list of ListedFinding
        What is still to be done first, then the most urgent, then the newest; with ``due_days``, the request that has
        waited longest first.

    Raises
    ------
    UsageError, SitesError, CaseError
        A state or the date is invalid, the site is unknown, or the sites or the case file cannot be read.
    """
    now = at or datetime.now(UTC)
    first_moment = None if since is None else datetime.combine(parse_day(since), time()).astimezone(UTC)
    which = FindingFilter(
        states=frozenset(map(parse_state, states)),
        site=site,
        account=account,
        since=None if first_moment is None else utc_text(first_moment),
        only_new=only_new,
        due_before=None if due_days is None else utc_text(now - timedelta(days=due_days)),
    )
    with open_case(case) as case_file:
        check_integrity(case_file.transactions)
        if site is not None:
            check_site(site, case_file.transactions, load_sites)
        return list_findings(case_file.transactions, which, now)


def histories(case: str) -> dict[str, list[DecisionChange]]:
    """Return the changes of every finding of a case that was ever decided, by fingerprint."""
    with open_case(case) as case_file:
        return case_file.decisions.histories()
