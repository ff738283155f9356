"""Which findings are of one clip, as sentences for pages and lists: the first post and its copies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsec.i18n.messages import Lang, Message, _, ngettext, render
from opsec.model import Finding, ListedFinding, Result, Scan
from opsec.reports.value_format import join_list

MAX_COPIES = 50
"""Copies whose numbers a sentence names."""


@dataclass(frozen=True, slots=True)
class ShownFindings:
    """What the sentences about copies need to know of all findings on a page or in a list."""

    numbers: Mapping[str, str]
    """Fingerprint of a finding → its number."""
    copies: Mapping[str, list[str]]
    """Fingerprint of a finding → numbers of its copies."""


def shown_findings(found: Iterable[Finding | ListedFinding]) -> ShownFindings:
    """Collect the numbers of findings; a copy in several posts counts once."""
    numbers: dict[str, str] = {}
    copies: dict[str, dict[str, str]] = {}
    for one in found:
        numbers[one.fingerprint] = one.number
        if one.copy_of is not None:
            copies.setdefault(one.copy_of, {})[one.fingerprint] = one.number
    return ShownFindings(numbers, {first: sorted(of_first.values()) for first, of_first in copies.items()})


def scan_findings(scan: Scan) -> ShownFindings:
    """Collect the numbers of the findings of a scan."""
    return shown_findings(finding for result in scan.results for finding in result.findings)


def copy_sentences(result: Result, shown: ShownFindings, lang: Lang) -> list[str]:
    """Return for each finding of a clip of which finding it is a copy, or which copies it has."""
    messages = (copy_message(finding, shown, lang) for finding in result.findings)
    return [render(message, lang) for message in messages if message is not None]


def copy_message(finding: Finding | ListedFinding, shown: ShownFindings, lang: Lang) -> Message | None:
    """Return of which finding one is a copy, or which copies it has; None for one without copies."""
    if finding.copy_of is not None:
        first = shown.numbers.get(finding.copy_of)
        return _("copy of the clip of finding {number}", number=first) if first else _("copy of a clip found before")
    copies = shown.copies.get(finding.fingerprint, [])
    named = join_list([number for number in copies[:MAX_COPIES] if number], lang)
    if not copies:
        return None
    if not named:
        return ngettext("{n} copy of this clip was found", "{n} copies of this clip were found", len(copies))
    return ngettext(
        "{n} copy of this clip was found: finding {numbers}",
        "{n} copies of this clip were found: findings {numbers}",
        len(copies),
        numbers=named,
    )
