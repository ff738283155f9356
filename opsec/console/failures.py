"""Pages for what a page could not do: an expected error is one sentence, a fault of the program its type and place."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from opsec.console.refusals import BodyTooLargeError, Refusal, refuse
from opsec.console.rendering import render_page
from opsec.errors import CaseError, OpsecError
from opsec.i18n.messages import Message, _
from opsec.runtime.program_faults import describe_fault

_NOT_FOUND = _("the console has no such page; go back to the queue")
_SENTENCES = {404: _NOT_FOUND, 405: _("the console does not know this kind of request; go back and use its buttons")}


def failure_page(request: Request, message: Message, status_code: int) -> Response:
    """Return a page with one sentence, and the way back.

    A script that asked for a part of a page gets the sentence for the place of the messages.
    """
    headers = {"HX-Retarget": "#notices", "HX-Reswap": "outerHTML", "HX-Reselect": "#notices"}
    return render_page(
        request,
        "console/failure.html",
        status_code=status_code,
        headers=headers if "hx-request" in request.headers else {},
        message=message,
    )


def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, OpsecError)
    return failure_page(request, error.message, 500 if isinstance(error, CaseError) else 400)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return failure_page(request, _SENTENCES.get(error.status_code, _NOT_FOUND), error.status_code)


def _too_large(request: Request, error: Exception) -> Response:  # noqa: ARG001 - as every handler
    return refuse(Refusal.TOO_LARGE, request.scope)


def _fault(request: Request, error: Exception) -> Response:
    kind, _in, place = describe_fault(error).partition(" in ")
    sentence = _(
        "a fault in this program ({kind} in {place}); everything stored so far is safe; please report this message",
        kind=kind,
        place=place,
    )
    return failure_page(request, sentence, 500)


EXCEPTION_HANDLERS = {
    OpsecError: _expected,
    HTTPException: _refused,
    BodyTooLargeError: _too_large,
    Exception: _fault,
}
