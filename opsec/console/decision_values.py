"""What the forms of the console offer, and what they sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData

from opsec.app.typed_values import FieldNames
from opsec.i18n.messages import Message, _
from opsec.model import FindingState
from opsec.runtime.account_name import account_name

DECIDABLE: Sequence[tuple[FindingState, Message]] = (
    ("confirmed", _("confirm")),
    ("dismissed", _("dismiss")),
    ("takedown_requested", _("takedown requested")),
    ("acknowledged", _("platform has acknowledged")),
    ("removed", _("platform has removed it")),
    ("rejected", _("platform has rejected it")),
    ("open", _("open again")),
)
"""States that an officer may choose, with the words on their buttons."""
FORM_FIELDS = FieldNames(
    why=_("the field “{name}”", name=_("note or reason")),
    until=_("the field “{name}”", name=_("dismissed until")),
    by=_("the field “{name}”", name=_("decided by")),
)
QUEUE = "/queue"
MAX_ADDRESS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SentDecision:
    """The fields of a decision form, as they were typed."""

    findings: tuple[str, ...]
    state: str
    why: str
    until: str
    by: str
    next: str
    """Page to return to."""


def read_decision(form: FormData) -> SentDecision:
    """Return the fields of a form; a field that is missing is empty."""
    return SentDecision(
        findings=tuple(dict.fromkeys(one for one in form.getlist("finding") if isinstance(one, str) and one)),
        state=_text(form, "state"),
        why=_text(form, "why"),
        until=_text(form, "until"),
        by=_text(form, "by"),
        next=local_address(_text(form, "next")),
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def local_address(text: str) -> str:
    """Return an address of the console; the queue in place of one that could lead elsewhere.

    >>> local_address("/queue?page=2"), local_address("//example.org"), local_address("/\\\\example.org")
    ('/queue?page=2', '/queue', '/queue')
    """
    plain = text.isascii() and text.isprintable() and " " not in text and "\\" not in text
    if plain and len(text) <= MAX_ADDRESS and text.startswith("/") and not text.startswith("//"):
        return text
    return QUEUE


def own_name() -> str:
    """Return the account that runs the console, as the default for who decides; empty if it has no name."""
    return account_name()
