"""The button that writes the request for removal of a post into a folder beside the case file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from opsec.app.takedown import NOTHING_TO_ASK, PreparedTakedown
from opsec.app.takedown_beside import write_beside_case
from opsec.app.takedown_notes import platform_messages, unasked_message
from opsec.console.failures import failure_page
from opsec.console.recent_clips import find_evidence
from opsec.console.refusals import Refusal, refuse
from opsec.console.rendering import language_of
from opsec.console.state import Notice, console_of
from opsec.errors import OpsecError, UsageError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import display_path
from opsec.model import KnownFinding


def can_be_asked(finding: KnownFinding) -> bool:
    """Return whether there is a removal to ask for."""
    return finding.decision.state not in NOTHING_TO_ASK


async def takedown_form(request: Request) -> Response:
    """Write the request for the findings of a post, and return to its page."""
    async with request.form(max_files=0, max_fields=5) as form:
        if not console_of(request).session.accepts_form(form.get("form_token")):
            return refuse(Refusal.FORM, request.scope)
        with_stills = form.get("stills") == "yes"
    return await run_in_threadpool(_write, request, with_stills)


def _write(request: Request, with_stills: bool) -> Response:
    found = find_evidence(request)
    if isinstance(found, Message):
        return failure_page(request, found, 404)
    console = console_of(request)
    numbers = [one.number for one in found.record.findings.values() if can_be_asked(one)]
    try:
        if not numbers:
            raise UsageError(_("no finding of this post is left to ask for: each was removed or dismissed"))
        written = write_beside_case(
            numbers,
            case=console.case,
            sites=console.sites,
            with_stills=with_stills,
            lang=language_of(request),
        )
    except OpsecError as error:
        console.session.add_notice(Notice(error.message, is_error=True))
    else:
        for message in _messages(written, with_stills=with_stills):
            console.session.add_notice(Notice(message))
        if not console.sites:
            console.session.add_notice(
                Notice(
                    _(
                        "your sites were not found, so links and accounts were not searched for their names; read the "
                        "request before you send it, or name the folder with --sites"
                    )
                )
            )
        console.session.add_notice(
            Notice(
                _(
                    "fill in the [brackets] with contact details that do not show who you are; send only the request "
                    "or the letter, never the note or request.json"
                )
            )
        )
    return RedirectResponse(f"/clip/{found.record.key}", status_code=303)


def _messages(written: Sequence[tuple[Path, PreparedTakedown]], *, with_stills: bool) -> Iterator[Message]:
    for folder, prepared in written:
        yield _("wrote {file}", file=display_path(folder))
        yield from platform_messages(prepared)
    first = written[0][1]
    unasked = unasked_message(first)
    if unasked is not None:
        yield unasked
    if with_stills:
        yield _stills_message(len(first.stills), first.request.numbers[0])


def _stills_message(stills: int, number: str) -> Message:
    if stills:
        return _("stills show what the clip shows; look at each one before you send it")
    return _("the case file has no still of finding {number}", number=number)
