"""Decisions of an officer about findings: everything that was typed is checked before the case file is changed."""

import getpass
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

from opsec.casefile.allow_rules import account_key
from opsec.casefile.case_file import open_case
from opsec.casefile.decisions import Changed, NewDecision
from opsec.casefile.serialisation import local_date
from opsec.casefile.state_changes import NEEDS_REASON
from opsec.errors import UsageError
from opsec.geo.positions import valid_point
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.suggestions import closest_match
from opsec.model import AllowRule, DecisionChange, FindingState
from opsec.model.decision import ALLOW_KINDS, STATES, AllowKind
from opsec.readers.posts.plain_digits import PLAIN_DIGITS

MAX_TEXT_LENGTH = 2_000
"""Code points of a reason or a name."""
MAX_RADIUS_M = 10_000.0
"""A larger place would hide a town."""
SETTABLE_STATES: tuple[FindingState, ...] = tuple(state for state in STATES if state != "reappeared")


def decide(  # noqa: PLR0913 - all parts of a decision
    findings: Sequence[str],
    *,
    case: str,
    state: str,
    why: str | None = None,
    by: str | None = None,
    until: str | None = None,
    at: datetime | None = None,
) -> list[Changed]:
    """Change the state of findings, all of them or none.

    Parameters
    ----------
    findings
        Fingerprint of each, the beginning of it, or the number that pages show.
    case
        Existing case file (path or database URL).
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
        raise UsageError(_("--until ends a dismissal; leave it out for another state"))
    reason = _text(why, "--why")
    if reason is None and wanted in NEEDS_REASON:
        raise UsageError(_("the state {state} needs a reason; add --why", state=wanted))
    day = None if until is None else parse_last_day(until, now)
    decision = NewDecision(state=wanted, by=_person(by), why=reason, until=day)
    with open_case(case) as case_file:
        return case_file.decisions.decide(findings, decision, now)


def undo(
    findings: Sequence[str], *, case: str, why: str | None = None, by: str | None = None, at: datetime | None = None
) -> list[Changed]:
    """Take back the last change of each finding; parameters and errors as for ``decide``."""
    with open_case(case) as case_file:
        return case_file.decisions.undo(findings, by=_person(by), why=_text(why, "--why"), at=at or datetime.now(UTC))


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

    Returns
    -------
    AllowRule
        With its number, and the number of findings of the case that it hides.

    Raises
    ------
    UsageError, CaseError
        As for ``decide``.
    """
    now = at or datetime.now(UTC)
    kind, value = _parse_rule(what)
    reason = _text(why, "--why")
    if reason is None or until is None:
        raise UsageError(_("an allow rule needs a reason and a last day; add --why and --until"))
    rule = AllowRule(
        number=0,
        kind=kind,
        value=value,
        why=reason,
        made_by=_person(by),
        made_at="",
        until=parse_last_day(until, now),
    )
    with open_case(case) as case_file:
        return case_file.allow_rules.add(rule, now)


def allowed(*, case: str, at: datetime | None = None) -> list[AllowRule]:
    """Return the allow rules that apply now, in the order of their numbers."""
    with open_case(case) as case_file:
        return case_file.allow_rules.list(at or datetime.now(UTC))


def revoke(number: int, *, case: str, why: str | None, by: str | None = None, at: datetime | None = None) -> None:
    """Revoke an allow rule; parameters and errors as for ``allow``."""
    reason = _text(why, "--why")
    if reason is None:
        raise UsageError(_("revoking a rule needs a reason; add --why"))
    with open_case(case) as case_file:
        case_file.allow_rules.revoke(number, by=_person(by), why=reason, at=at or datetime.now(UTC))


def _parse_rule(what: str) -> tuple[AllowKind, str]:
    """Return the kind and the value of a rule in the form in which it is stored."""
    name, _sign, value = what.partition("=")
    kind = next((known for known in ALLOW_KINDS if known == name.strip().lower()), None)
    value = value.strip()
    valid = {
        "account": lambda: account_key(value),
        "hash": lambda: value.lower() if re.fullmatch("[0-9a-fA-F]{64}", value) else "",
        "site": lambda: value,
        "place": lambda: _place(value),
        "zone": lambda: value,
    }
    stored = valid[kind]() if kind is not None and len(value) <= MAX_TEXT_LENGTH else ""
    if kind is None or not stored:
        raise UsageError(
            _(
                "{what} is not something to allow; write account=NAME, hash=SHA256, site=CODE, "
                "place=LAT,LON,RADIUS_M or zone=NAME",
                what=escape_unsafe(name if kind is not None else what, limit=80),
            )
        )
    return kind, stored


def _place(value: str) -> str:
    """Return ``lat,lon,radius_m``, or an empty text for anything that is not a circle on the ground."""
    try:
        lat, lon, radius_m = map(float, value.split(","))
    except ValueError:
        return ""
    valid = valid_point(lat, lon) is not None and 0 < radius_m <= MAX_RADIUS_M
    return f"{lat!r},{lon!r},{radius_m!r}" if valid else ""


# ── what was typed ────────────────────────────────────────────────────────────────────────────
def parse_state(text: str) -> FindingState:
    """Return a state by its name.

    Raises
    ------
    UsageError
        There is no such state; the sentence names those that there are.
    """
    for state in STATES:
        if state == text.strip().lower().replace("-", "_"):
            return state
    shown, known = escape_unsafe(text, limit=60), ", ".join(SETTABLE_STATES)
    near = closest_match(text[:60], STATES)
    if near is not None:
        raise UsageError(_("{name} is not a state; did you mean {near}?", name=shown, near=near))
    raise UsageError(_("{name} is not a state; use one of {known}", name=shown, known=known))


def parse_day(text: str) -> date:
    """Return a date such as ``2026-11-20``.

    Raises
    ------
    UsageError
        The text has another form, or the calendar has no such day.
    """
    try:
        plain = text.translate(PLAIN_DIGITS).strip()
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", plain):
            return date.fromisoformat(plain)
    except ValueError:
        pass  # the calendar has no such day, which the sentence below says
    raise UsageError(_("{date} is not a date; write it as in 2026-11-20", date=escape_unsafe(text, limit=40)))


def parse_last_day(text: str, now: datetime) -> str:
    """Return the last day of a dismissal or a rule as an ISO 8601 date; ``UsageError`` if it has passed."""
    day = parse_day(text).isoformat()
    if day < local_date(now):
        raise UsageError(_("{date} has passed; give today or a later day after --until", date=day))
    return day


def _person(by: str | None) -> str:
    """Return who decides: the name given, else that of the account that runs the program."""
    name = _text(by, "--by")
    if name is not None:
        return name
    try:
        return getpass.getuser()[:MAX_TEXT_LENGTH]
    except (OSError, KeyError) as error:  # neither the environment nor the system names this account
        raise UsageError(_("this account has no name; say who decides with --by")) from error


def _text(given: str | None, option: str) -> str | None:
    """Return a text without the spaces around it; None if nothing is left."""
    text = (given or "").strip()
    if len(text) > MAX_TEXT_LENGTH:
        raise UsageError(
            _("the text after {option} is longer than {n} characters; shorten it", option=option, n=MAX_TEXT_LENGTH)
        )
    return text or None
