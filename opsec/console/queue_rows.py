"""Rows of the queue: a finding as one person reads it, masked and escaped, in one language."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from opsec.casefile.case_file import CaseFile
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.i18n.messages import Lang, Message, _, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import ACTION, FINDING_STATE
from opsec.model import Action, FindingPost, FindingState, ListedFinding
from opsec.reports.clip_facts import local_time
from opsec.reports.copy_view import copy_message, shown_findings
from opsec.reports.decision_view import decision_message, waiting_message
from opsec.reports.finding_records import first_post
from opsec.reports.masking import mask_and_escape, mask_path
from opsec.reports.value_format import format_percent
from opsec.verdict.rules import RULE_IDS, load_rule

MAX_SHOWN_LENGTH = 200
"""Code points of an account or a path on a row."""
_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)? ?(.*)$", re.DOTALL)
MAX_ADDRESS_LENGTH = 2_000
"""Longer addresses are shown but not linked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One finding on the queue page."""

    number: str
    state: FindingState
    state_word: Message
    action: Action
    action_word: Message
    site_code: str
    rule: str
    path: str
    account: str | None
    posted: str | None
    url: str | None
    """As shown; masked nowhere, because the officer must see where a link leads."""
    link: str | None
    """The address to follow; None unless it is of the web."""
    more_posts: int
    sentences: Sequence[str]
    is_new: bool
    likelihood: str


def queue_rows(
    case_file: CaseFile, fingerprints: Sequence[str], lang: Lang, now: datetime, zones: Mapping[str, str]
) -> list[QueueRow]:
    """Return the rows of findings in the order given; one that is gone by now is left out.

    Parameters
    ----------
    case_file
        Open.
    fingerprints
        The findings.
    lang
        Language of the sentences.
    now
        Time at which decisions are to be in force.
    zones
        Id of a site → its time zone, in which times of posts are shown.
    """
    found = list_findings(case_file.transactions, FindingFilter(fingerprints=frozenset(fingerprints)), now)
    by_fingerprint = {one.fingerprint: one for one in found}
    shown = shown_findings(found)
    return [
        _row(one, [decision_message(one.decision), waiting_message(one.decision, now), copy_message(one, shown, lang)],
             lang, zones.get(one.site))
        for one in map(by_fingerprint.get, fingerprints)
        if one is not None
    ]  # fmt: skip


def rows_of_numbers(
    case_file: CaseFile, numbers: Collection[str], lang: Lang, now: datetime, zones: Mapping[str, str]
) -> list[QueueRow]:
    """Return the rows of findings that are named by their numbers or fingerprints; parameters as above."""
    return queue_rows(case_file, [case_file.decisions.find(number) for number in numbers], lang, now, zones)


def _row(one: ListedFinding, messages: Sequence[Message | None], lang: Lang, zone: str | None) -> QueueRow:
    post = first_post(one)
    return QueueRow(
        number=one.number,
        state=one.decision.state,
        state_word=FINDING_STATE[one.decision.state],
        action=one.action,
        action_word=ACTION[one.action],
        site_code=escape_unsafe(one.site_code, limit=MAX_SHOWN_LENGTH),
        rule=rule_title(one.rule, lang),
        path=mask_path(post.path) if post.path else render(_("purged"), lang),
        account=mask_and_escape(post.author, limit=MAX_SHOWN_LENGTH) if post.author else None,
        posted=short_time(post.posted_at, zone),
        url=escape_unsafe(post.url) if post.url else None,
        link=web_address(post),
        more_posts=len(one.posts) - 1,
        sentences=[render(message, lang) for message in messages if message is not None],
        is_new=one.is_new,
        likelihood=format_percent(one.likelihood),
    )


def rule_title(rule_id: str, lang: Lang) -> str:
    """Return what a rule is called; its id for a rule of a newer version."""
    return load_rule(rule_id).title(lang) if rule_id in RULE_IDS else escape_unsafe(rule_id, limit=60)


def web_address(post: FindingPost) -> str | None:
    """Return the address of a post if it is one of the web, and shows where it leads.

    Other schemes can run a script or start a program; a user name before the host hides it; and a character that is
    escaped on the page would make the address another one than the officer sees.
    """
    if not post.url or len(post.url) > MAX_ADDRESS_LENGTH or escape_unsafe(post.url) != post.url or " " in post.url:
        return None
    try:
        parts = urlsplit(post.url)
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    return post.url


def short_time(text: str | None, zone: str | None) -> str | None:
    """Return a time of a post to the minute, in the zone of the site, else with the offset that the post states.

    >>> short_time("2026-11-16T02:30:09Z", "Asia/Baghdad"), short_time("2026-11-16T02:30:09+03:00", None)
    ('2026-11-16 05:30 (Asia/Baghdad)', '2026-11-16 02:30 +03:00')
    """
    shown = local_time(text, zone)
    if not shown:
        return None
    to_the_minute = _TIME.sub(lambda found: f"{found[1]} {found[2]} {found[3]}".rstrip(), shown)
    return escape_unsafe(to_the_minute, limit=60)


def pages_around(page: int, pages: int) -> Iterator[int]:
    """Yield the numbers of the pages to link to: the first, the last, and those around this one."""
    yield from sorted({1, pages, *(one for one in range(page - 2, page + 3) if 1 <= one <= pages)})
