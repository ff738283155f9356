"""What an officer types about findings: states, dates, names and reasons, each checked before a case file is opened."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from opsec.casefile.serialisation import local_date
from opsec.errors import UsageError
from opsec.i18n.messages import Blank, _
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.suggestions import closest_match
from opsec.model import FindingState
from opsec.model.decision import STATES
from opsec.readers.posts.plain_digits import PLAIN_DIGITS
from opsec.runtime.account_name import account_name

MAX_TYPED_LENGTH = 2_000
"""Code points of a reason or a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNames:
    """How sentences name what was typed: by the options of the command line, or by the fields of a form."""

    why: Blank = "--why"
    until: Blank = "--until"
    by: Blank = "--by"


OPTIONS = FieldNames()
SETTABLE_STATES: tuple[FindingState, ...] = tuple(state for state in STATES if state != "reappeared")


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
        pass  # the calendar has no such day, which the sentence below states
    raise UsageError(_("{date} is not a date; write it as in 2026-11-20", date=escape_unsafe(text, limit=40)))


def parse_last_day(text: str, now: datetime, names: FieldNames = OPTIONS) -> str:
    """Return the last day of a dismissal or a rule as an ISO 8601 date; ``UsageError`` if it has passed."""
    day = parse_day(text).isoformat()
    if day < local_date(now):
        raise UsageError(_("{date} has passed; {option} takes today or a later day", date=day, option=names.until))
    return day


def person(by: str | None, names: FieldNames = OPTIONS) -> str:
    """Return who decides: the name given, else that of the account that runs the program."""
    name = checked_text(by, names.by)
    if name is not None:
        return name
    name = account_name()[:MAX_TYPED_LENGTH]
    if not name:
        raise UsageError(_("this account has no name; say who decides: {option}", option=names.by))
    return name


def checked_text(given: str | None, option: Blank) -> str | None:
    """Return a text without the spaces around it; None if nothing is left.

    Raises
    ------
    UsageError
        It has more than ``MAX_TYPED_LENGTH`` code points.
    """
    text = (given or "").strip()
    if len(text) > MAX_TYPED_LENGTH:
        raise UsageError(
            _("the text after {option} is longer than {n} characters; shorten it", option=option, n=MAX_TYPED_LENGTH)
        )
    return text or None
