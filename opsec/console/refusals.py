"""Answers to requests that no page sees: one sentence in the language of the process, with the next step."""

from enum import Enum

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from opsec.console.rendering import environment
from opsec.i18n.messages import Message, _, current_language


class BodyTooLargeError(Exception):
    """More bytes arrived than a form of the console can have."""


class Refusal(Enum):
    """Why a request is refused: the status, and the sentence."""

    HOST = (403, _("this address is not the one of the console; open the address that opsec review names"))
    METHOD = (405, _("the console does not know this kind of request; go back and use its buttons"))
    TOO_LARGE = (413, _("the form is longer than the console accepts; shorten the note and send it again"))
    SESSION = (
        403,
        _(
            "this browser has no access to the console, or its address was used before; "
            "end opsec review, start it again and open the new address"
        ),
    )
    FORM = (403, _("the form does not belong to this console; nothing was changed; reload the page and send it again"))
    ORIGIN = (403, _("another page sent this request; nothing was changed; use the pages of the console itself"))

    @property
    def status(self) -> int:
        """HTTP status."""
        return self.value[0]

    @property
    def sentence(self) -> Message:
        """Sentence for the officer."""
        return self.value[1]


def refuse(why: Refusal, scope: Scope) -> Response:
    """Return the answer to a refused request; it repeats nothing of the request."""
    return _small_page(why.sentence, why.status, has_link=why is Refusal.SESSION and scope["method"] == "GET")


def entered(cookie_name: str, cookie: str, scope: Scope, *, linked: bool) -> Response:  # noqa: ARG001
    """Return the answer to the one-time address: the cookie, and the way to the queue.

    Parameters
    ----------
    cookie_name, cookie
        The cookie of the session.
    scope
        Of the request.
    linked
        A page or a program linked to the address. The browser would not send the cookie after a redirect, because
        another site began the navigation; a page of our own begins a new one.
    """
    if linked:
        response: Response = _small_page(_("the console is open"), 200, has_link=True, refresh=True)
    else:
        response = RedirectResponse("/queue", status_code=303)
    response.set_cookie(cookie_name, cookie, path="/", samesite="strict", httponly=True)
    return response


def _small_page(sentence: Message, status: int, *, has_link: bool, refresh: bool = False) -> Response:
    lang = current_language()
    page = environment(lang).get_template("console/refusal.html")
    text = page.render(
        lang=lang, dir="rtl" if lang == "ar" else "ltr", sentence=sentence, has_link=has_link, refresh=refresh
    )
    return HTMLResponse(text, status_code=status)
