"""Forms that change the case: decisions about one finding or many, and undoing them.

They go through the same code as ``opsec decide``. A browser without script is sent back to its page; a script gets
the changed rows and the sentence.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from opsec.app import decide as decisions
from opsec.casefile.decisions import Changed
from opsec.casefile.state_changes import NEXT_STATES, StateChangeError
from opsec.console.decision_values import DECIDABLE, FORM_FIELDS, SentDecision, read_decision
from opsec.console.queue_rows import rows_of_numbers
from opsec.console.refusals import Refusal, refuse
from opsec.console.rendering import language_of, render_page
from opsec.console.state import Notice, console_of, open_case
from opsec.errors import CaseError, OpsecError, UsageError
from opsec.i18n.messages import Lang, Message, _, ngettext, render
from opsec.i18n.terms import FINDING_STATE
from opsec.reports.value_format import join_list

MAX_FINDINGS = 500
"""Findings in one form."""
_MAX_FIELDS = MAX_FINDINGS + 50
Change = Callable[[SentDecision, str], list[Changed]]


async def decide_form(request: Request) -> Response:
    """Change the state of the findings of a form."""
    return await _answer(request, _decide)


async def undo_form(request: Request) -> Response:
    """Take back the last change of the findings of a form."""
    return await _answer(request, _undo)


async def _answer(request: Request, change: Change) -> Response:
    async with request.form(max_files=0, max_fields=_MAX_FIELDS) as form:
        if not console_of(request).session.accepts_form(form.get("form_token")):
            return refuse(Refusal.FORM, request.scope)
        return await run_in_threadpool(_change, request, form, change)


def _change(request: Request, form: FormData, change: Change) -> Response:
    sent = read_decision(form)
    try:
        if not sent.findings:
            raise UsageError(_("no finding is selected; select at least one"))
        if len(sent.findings) > MAX_FINDINGS:
            raise UsageError(
                _("more than {n} findings are selected; decide about them in several steps", n=MAX_FINDINGS)
            )
        changed = change(sent, console_of(request).case)
    except OpsecError as error:
        return _refused_change(request, sent, error)
    for notice in _notices(changed):
        console_of(request).session.add_notice(notice)
    if "hx-request" not in request.headers:
        return RedirectResponse(sent.next, status_code=303)
    return _changed_rows(request, sent)


def _decide(sent: SentDecision, case: str) -> list[Changed]:
    if not sent.state:
        raise UsageError(_("no decision was chosen; press one of the buttons"))
    return decisions.decide(
        sent.findings,
        case=case,
        state=sent.state,
        why=sent.why,
        by=sent.by or None,
        until=sent.until or None,
        names=FORM_FIELDS,
    )


def _undo(sent: SentDecision, case: str) -> list[Changed]:
    return decisions.undo(sent.findings, case=case, why=sent.why, by=sent.by or None, names=FORM_FIELDS)


def _notices(changed: Sequence[Changed]) -> Iterator[Notice]:
    """Yield the sentences for what was done; a decision can be taken back from its sentence."""
    if changed[0].undone is not None:
        yield Notice(_undone_message(changed))
        return
    anew = [one for one in changed if not one.was_so]
    yield Notice(_decided_message(anew), undo=tuple(one.number for one in anew))
    if len(anew) < len(changed):
        yield Notice(
            ngettext(
                "{n} finding had this state already and stays as it is",
                "{n} findings had this state already and stay as they are",
                len(changed) - len(anew),
            )
        )


def _decided_message(changed: Sequence[Changed]) -> Message:
    first = changed[0]
    if len(changed) == 1:
        return _(
            "finding {number}: from {before} to {now}",
            number=first.number,
            before=FINDING_STATE[first.before],
            now=FINDING_STATE[first.now],
        )
    return ngettext(
        "{n} finding changed; the new state: {state}",
        "{n} findings changed; the new state: {state}",
        len(changed),
        state=FINDING_STATE[first.now],
    )


def _undone_message(changed: Sequence[Changed]) -> Message:
    first = changed[0]
    if len(changed) > 1:
        return ngettext("{n} decision undone", "{n} decisions undone", len(changed))
    return _(
        "finding {number}: the last decision is undone; its state is: {now}",
        number=first.number,
        now=FINDING_STATE[first.now],
    )


def _changed_rows(request: Request, sent: SentDecision) -> Response:
    """Return the sentence and the changed rows, which keep their places on the page."""
    lang, now = language_of(request), datetime.now(UTC)
    with open_case(request) as case_file:
        rows = rows_of_numbers(case_file, sent.findings, lang, now, console_of(request).time_zones)
    headers = {"HX-Trigger": "decided"}  # the counts of the page are loaded anew
    return render_page(request, "console/changed_rows.html", headers=headers, rows=rows, here=sent.next)


def _refused_change(request: Request, sent: SentDecision, error: OpsecError) -> Response:
    """Return the sentence with the form as it was filled in, so that nothing has to be typed again."""
    headers = {"HX-Retarget": "#notices", "HX-Reswap": "outerHTML", "HX-Reselect": "#notices"}
    return render_page(
        request,
        "console/refused_change.html",
        status_code=500 if isinstance(error, CaseError) else 422,
        headers=headers if "hx-request" in request.headers else {},
        message=_sentence(error, language_of(request)),
        sent=sent,
        form_states=DECIDABLE,
        here=sent.next,
    )


def _sentence(error: OpsecError, lang: Lang) -> Message:
    """Return the sentence of an error; states by their words, because nobody types their names here."""
    if not isinstance(error, StateChangeError):
        return error.message
    return _(
        "finding {number} cannot go from “{now}” to “{wanted}”; possible: {states}",
        number=error.shown,
        now=FINDING_STATE[error.now],
        wanted=FINDING_STATE[error.wanted],
        states=join_list([render(FINDING_STATE[state], lang) for state in NEXT_STATES[error.now]], lang),
    )
