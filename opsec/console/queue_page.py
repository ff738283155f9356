"""The queue: findings by priority, with filters and their counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from opsec.app.typed_values import parse_state
from opsec.casefile.iso_week import Week
from opsec.casefile.triage_queue import QueueCounts, QueueFilter, bring_up_to_date, queue_counts, queue_page_of
from opsec.console.decision_values import DECIDABLE, own_name
from opsec.console.queue_rows import pages_around, queue_rows, rule_title
from opsec.console.rendering import language_of, render_page
from opsec.console.state import console_of, open_case
from opsec.errors import UsageError
from opsec.i18n.messages import Lang, Message, _
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import ACTION, FINDING_STATE
from opsec.model import ACTIONS, PENDING, Action
from opsec.model.decision import STATES

PAGE_FINDINGS = 50
MAX_TYPED = 200
"""Code points of a filter; none of a real case is longer."""
TO_DO, ALL = "to-do", "all"
STATE_WORDS: Mapping[str, Message] = {
    TO_DO: _("to do"),
    **{str(state): words for state, words in FINDING_STATE.items()},
    ALL: _("all"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str | Message
    count: int | None
    is_chosen: bool
    href: str = ""


def queue_page(request: Request) -> Response:
    """Show one page of the queue."""
    lang, now = language_of(request), datetime.now(UTC)
    query = request.query_params
    which, page = parse_filter(query), parse_page(query.get("page"))
    with open_case(request) as case_file:
        bring_up_to_date(case_file.transactions, now)
        counts = queue_counts(case_file.transactions, which)
        pages = max(1, -(-counts.total // PAGE_FINDINGS))
        page = min(page, pages)
        offset = (page - 1) * PAGE_FINDINGS
        names = queue_page_of(case_file.transactions, which, limit=PAGE_FINDINGS, offset=offset)
        rows = queue_rows(case_file, names, lang, now, console_of(request).time_zones)
    return render_page(
        request,
        "console/queue.html",
        rows=rows,
        first=offset + 1,
        last=offset + len(rows),
        page=page,
        pages=pages,
        page_links=[(number, _address(query, page=str(number))) for number in pages_around(page, pages)],
        is_filtered=any(query.get(name) for name in ("site", "action", "rule", "week", "account", "new")),
        **choices(query, counts, lang),
        **decision_values(),
    )


def decision_values() -> dict[str, Any]:
    """Return what the forms of the queue need."""
    return {"form_states": DECIDABLE, "by": own_name(), "today": datetime.now().astimezone().date().isoformat()}


def choices(query: QueryParams, counts: QueueCounts, lang: Lang) -> dict[str, Any]:
    """Return the values of every filter with their counts."""
    state = query.get("state") or TO_DO
    of_state: dict[str, int] = {str(one): n for one, n in counts.states.items()}
    of_state |= {TO_DO: sum(counts.states.get(one, 0) for one in PENDING), ALL: sum(counts.states.values())}
    named_states = [
        Choice(value, STATE_WORDS[value], of_state.get(value, 0), value == state, _address(query, state=value, page=""))
        for value in (TO_DO, *STATES, ALL)
        if of_state.get(value, 0) or value in {TO_DO, ALL, state}
    ]
    rules = {one: rule_title(one, lang) for one in counts.rules}
    return {
        "state_choices": named_states,
        "state": state,
        "total": counts.total,
        "new_count": counts.new,
        "only_new": bool(query.get("new")),
        "account": (query.get("account") or "")[:MAX_TYPED],
        "account_choices": [escape_unsafe(name, limit=MAX_TYPED) for name in counts.accounts],
        "filters": [
            ("site", _("site"), _options(query.get("site"), counts.sites, {})),
            ("action", _("action"), _options(query.get("action"), counts.actions, ACTION)),
            ("rule", _("rule"), _options(query.get("rule"), counts.rules, rules)),
            ("week", _("week"), _options(query.get("week"), counts.weeks, {})),
        ],
    }  # fmt: skip


def _options(chosen: str | None, counts: Mapping[Any, int], labels: Mapping[Any, str | Message]) -> list[Choice]:
    """Return the values of a filter; the chosen one also where nothing passes it."""
    values = dict(counts) if not chosen or chosen in counts else {**counts, chosen[:MAX_TYPED]: 0}
    return [
        Choice(value, labels.get(value) or escape_unsafe(value, limit=MAX_TYPED), n, value == chosen)
        for value, n in values.items()
    ]


def _address(query: QueryParams, **changes: str) -> str:
    """Return the address of the queue with some filters changed; an empty value removes one."""
    values = {name: value for name, value in query.items() if name != "lang"} | changes
    kept = {name: value for name, value in values.items() if value and (name, value) not in _DEFAULTS}
    return "/queue" + (f"?{urlencode(kept)}" if kept else "")


_DEFAULTS = frozenset({("state", TO_DO), ("page", "1")})


def parse_filter(query: QueryParams) -> QueueFilter:
    """Return the filter of an address.

    Raises
    ------
    UsageError
        A state, an action or a week does not exist.
    """
    state, week = query.get("state") or TO_DO, query.get("week") or None
    if state not in {TO_DO, ALL}:
        states = frozenset({parse_state(state)})
    else:
        states = PENDING if state == TO_DO else frozenset(STATES)
    return QueueFilter(
        states=states,
        site=query.get("site") or None,
        action=_parse_action(query.get("action")),
        rule=query.get("rule") or None,
        week=str(Week.parse(week)) if week else None,
        account=query.get("account") or None,
        only_new=bool(query.get("new")),
    )


def _parse_action(text: str | None) -> Action | None:
    if not text:
        return None
    for action in ACTIONS:
        if text == action:
            return action
    raise UsageError(
        _(
            "{name} is not an action; use one of {known}",
            name=escape_unsafe(text, limit=60),
            known=", ".join(ACTIONS),
        )
    )


def parse_page(text: str | None) -> int:
    """Return the number of a page; 1 for anything else."""
    return max(1, int(text)) if text and text.isascii() and text.isdecimal() and len(text) < 8 else 1
