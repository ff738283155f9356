"""Decisions of an officer about findings: everything that was typed is checked before the case file is changed."""

from collections.abc import Sequence
from datetime import UTC, datetime

from opsec.app.allow_values import parse_rule
from opsec.app.known_sites import SiteSource, check_site, check_zone
from opsec.app.typed_values import OPTIONS, FieldNames, checked_text, parse_last_day, parse_state, person
from opsec.casefile.case_file import open_case
from opsec.casefile.decisions import Changed, NewDecision
from opsec.casefile.state_changes import NEEDS_REASON
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.terms import FINDING_STATE
from opsec.model import AllowRule, DecisionChange


def decide(  # noqa: PLR0913 - all parts of a decision
    findings: Sequence[str],
    *,
    case: str,
    state: str,
    why: str | None = None,
    by: str | None = None,
    until: str | None = None,
    at: datetime | None = None,
    names: FieldNames = OPTIONS,
) -> list[Changed]:
    """Change the state of findings, all of them or none.

    Parameters
    ----------
    findings
        Fingerprint of each, the beginning of it, or the number that pages show.
    case
        Existing case file: a path, or the URL of a database.
    state
        State to change to.
    why
        The reason; required to dismiss a finding and to record a rejection.
    by
        Who decides; default: the account that runs the program.
    until
        Last day of a dismissal, ``YYYY-MM-DD``; default: it does not end.
    at
        Time of the decision; default: now.
    names
        How sentences name what was typed.

    Raises
    ------
    UsageError, CaseError
        Something that was given is invalid, or the case file cannot be used. Nothing was changed.
    """
    now = at or datetime.now(UTC)
    wanted = parse_state(state)
    if wanted == "reappeared":
        raise UsageError(_("only a scan sets the state reappeared, when it finds the clip in a new post"))
    if until is not None and wanted != "dismissed":
        raise UsageError(_("{option} ends a dismissal; leave it out for another state", option=names.until))
    reason = checked_text(why, names.why)
    if reason is None and wanted in NEEDS_REASON:
        state_word = FINDING_STATE[wanted]
        raise UsageError(_("the state {state} needs a reason: {option}", state=state_word, option=names.why))
    day = None if until is None else parse_last_day(until, now, names)
    decision = NewDecision(state=wanted, by=person(by, names), why=reason, until=day)
    with open_case(case) as case_file:
        return case_file.decisions.decide(findings, decision, now)


def undo(  # noqa: PLR0913 - as for ``decide``
    findings: Sequence[str],
    *,
    case: str,
    why: str | None = None,
    by: str | None = None,
    at: datetime | None = None,
    names: FieldNames = OPTIONS,
) -> list[Changed]:
    """Take back the last change of each finding; parameters and errors as for ``decide``."""
    who, reason = person(by, names), checked_text(why, names.why)
    with open_case(case) as case_file:
        return case_file.decisions.undo(findings, by=who, why=reason, at=at or datetime.now(UTC))


def history(finding: str, *, case: str) -> list[DecisionChange]:
    """Return every change of a finding, the first one first; parameters and errors as for ``decide``."""
    with open_case(case) as case_file:
        return case_file.decisions.history(finding)


# ── allow rules ───────────────────────────────────────────────────────────────────────────────
def allow(  # noqa: PLR0913 - all parts of a rule
    what: str,
    *,
    case: str,
    why: str | None,
    until: str | None,
    by: str | None = None,
    at: datetime | None = None,
    load_sites: SiteSource = tuple,
) -> AllowRule:
    """Add a rule that hides the findings of harmless posts until a day.

    Parameters
    ----------
    what
        ``account=NAME``, ``hash=SHA256``, ``site=CODE``, ``place=LAT,LON,RADIUS_M``, ``zone=NAME`` or
        ``zone=SITE/NAME``.
    case, by, at
        As for ``decide``.
    why, until
        The reason and the last day; both are required.
    load_sites
        Loads the officer's sites: a rule may be for a site or a zone without a finding yet.

    Returns
    -------
    AllowRule
        With its number, and the number of findings of the case that it hides.

    Raises
    ------
    UsageError, SitesError, CaseError
        As for ``decide``; or the site or the zone is unknown, or the sites cannot be read.
    """
    now = at or datetime.now(UTC)
    kind, value = parse_rule(what)
    reason = checked_text(why, "--why")
    if reason is None or until is None:
        raise UsageError(_("an allow rule needs a reason and a last day; add --why and --until"))
    rule = AllowRule(
        number=0,
        kind=kind,
        value=value,
        why=reason,
        made_by=person(by),
        made_at="",
        until=parse_last_day(until, now),
    )
    with open_case(case) as case_file:
        if kind == "site":
            check_site(value, case_file.transactions, load_sites)
        elif kind == "zone":
            check_zone(value, case_file.transactions, load_sites)
        return case_file.allow_rules.add(rule, now)


def allowed(*, case: str, at: datetime | None = None) -> list[AllowRule]:
    """Return the allow rules that apply now, in the order of their numbers."""
    with open_case(case) as case_file:
        return case_file.allow_rules.list(at or datetime.now(UTC))


def revoke(number: int, *, case: str, why: str | None, by: str | None = None, at: datetime | None = None) -> None:
    """Revoke an allow rule; parameters and errors as for ``allow``."""
    reason = checked_text(why, "--why")
    if reason is None:
        raise UsageError(_("revoking a rule needs a reason; add --why"))
    with open_case(case) as case_file:
        case_file.allow_rules.revoke(number, by=person(by), why=reason, at=at or datetime.now(UTC))
