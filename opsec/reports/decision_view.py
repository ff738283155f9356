"""Decisions as sentences for pages, lists and the terminal: masked, escaped, in one language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from opsec.i18n.messages import Lang, Message, _, ngettext, render
from opsec.i18n.terms import FINDING_STATE
from opsec.model import Decision, Result, Scan
from opsec.reports.evidence import site_code
from opsec.reports.masking import mask_and_escape, mask_path

MAX_SHOWN_LENGTH = 400
"""Code points of a reason or a name that a page shows."""


def decision_message(decision: Decision) -> Message | None:
    """Return the decision in force as a sentence; None while nobody has decided."""
    if decision.decided_by is None:
        return None
    who = mask_and_escape(decision.decided_by, limit=MAX_SHOWN_LENGTH)
    if decision.state == "reappeared":
        return _("reappeared: seen in a new post")
    if decision.expired:
        return _("open again: the dismissal by {who} ended on {until}", who=who, until=decision.until or "")
    if decision.outdated:
        return _("open again: a position inside the fence was found after the dismissal by {who}", who=who)
    until = decision.until or ""
    if decision.allow_rule is not None:
        number = decision.allow_rule
        head = _("hidden by allow rule {number} of {who} until {until}", number=number, who=who, until=until)
    elif decision.until:
        head = _("{state} by {who} until {until}", state=FINDING_STATE[decision.state], who=who, until=until)
    else:
        head = _("{state} by {who}", state=FINDING_STATE[decision.state], who=who)
    if not decision.why:
        return head
    return _("{decision}: {why}", decision=head, why=mask_and_escape(decision.why, limit=MAX_SHOWN_LENGTH))


def waiting_message(decision: Decision, now: datetime) -> Message | None:
    """Return since when a takedown request has waited for an answer, in whole days; None in another state."""
    if decision.state != "takedown_requested" or decision.decided_at is None:
        return None
    asked = datetime.fromisoformat(decision.decided_at)
    return ngettext(
        "no answer for {n} day, since {date}",
        "no answer for {n} days, since {date}",
        (now - asked).days,
        date=asked.astimezone().date().isoformat(),
    )


@dataclass(frozen=True, slots=True)
class HiddenFinding:
    """A finding that a decision hides, as a page lists it."""

    number: str
    path: str
    site: str
    sentence: str
    """Who, why and until when."""


def hidden_findings(scan: Scan, lang: Lang) -> Iterator[HiddenFinding]:
    """Yield the findings of a scan that decisions hide, in the order of the clips."""
    for result in scan.results:
        for finding in result.findings:
            message = decision_message(finding.decision)
            if finding.is_hidden:
                yield HiddenFinding(
                    number=finding.number,
                    path=mask_path(result.clip.path),
                    site=site_code(scan, finding.site),
                    sentence=render(message, lang) if message else "",
                )


def decision_sentences(scan: Scan, result: Result, lang: Lang) -> list[str]:
    """Return what was decided about each finding of a clip, with its site where the clip exposes several."""
    several = len(result.findings) > 1
    found = ((finding.site, decision_message(finding.decision)) for finding in result.findings)
    return [
        render(_("{site}: {decision}", site=site_code(scan, site), decision=message) if several else message, lang)
        for site, message in found
        if message is not None
    ]


def expired_dismissals(scan: Scan) -> int:
    """Return how many findings are open again because their dismissal has ended."""
    return sum(finding.decision.expired for result in scan.results for finding in result.findings)
