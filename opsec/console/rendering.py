"""Pages of the console: templates of the package in the language of the request."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from opsec.console.assets import asset_names
from opsec.console.state import console_of
from opsec.i18n.messages import LANGUAGES, Lang, Message, current_language, isolate, render

if TYPE_CHECKING:
    from opsec.i18n.messages import Blank

LANGUAGE_COOKIE = "opsec_language"
_YEAR_S = 365 * 24 * 3600


def language_of(request: Request) -> Lang:
    """Return the language of a page: that of ``?lang``, of the cookie, or of the process."""
    for asked in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        for lang in LANGUAGES:
            if asked == lang:
                return lang
    return current_language()


def render_page(
    request: Request, template_name: str, *, status_code: int = 200, headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:  # fmt: skip
    """Render a template of the package as a page.

    Parameters
    ----------
    request
        The request; it selects the language.
    template_name
        File in ``assets/templates``, such as ``console/queue.html``.
    status_code, headers
        Of the response.
    **context
        Variables of the template. Jinja2 escapes them; an undefined one is an error.

    Returns
    -------
    Response
        The page. ``lang``, ``dir``, ``form_token``, ``notices``, ``here`` (address of the page without ``lang``) and
        ``assets`` (names of the script libraries that are installed) are set.
    """
    lang = language_of(request)
    session = console_of(request).session
    values = {
        "lang": lang,
        "dir": "rtl" if lang == "ar" else "ltr",
        "form_token": session.form_token,
        "notices": session.take_notices(),
        "here": address_of(request),
        "other_language": _other_language_address(request, lang),
        "assets": asset_names(),
        **context,
    }
    page = environment(lang).get_template(template_name).render(**values)
    response = HTMLResponse(page, status_code=status_code, headers=dict(headers or {}))
    if request.query_params.get("lang") == lang:
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=_YEAR_S, samesite="strict", httponly=True)
    return response


def address_of(request: Request) -> str:
    """Return path and query of a request without the language, as ``next`` of a form."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return quote(request.scope["path"]) + (f"?{urlencode(query)}" if query else "")


def _other_language_address(request: Request, lang: Lang) -> str:
    here = address_of(request)
    return f"{here}{'&' if '?' in here else '?'}lang={'en' if lang == 'ar' else 'ar'}"


@cache
def environment(lang: Lang) -> Environment:
    """Return the templates in one language: ``_``, ``ngettext``, and the filters ``word`` and ``isolate``."""
    made = Environment(
        loader=FunctionLoader(_read_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def gettext(template: str, **blanks: "Blank") -> str:
        return render(Message(template, blanks), lang)

    def ngettext(one: str, many: str, n: int, **blanks: "Blank") -> str:
        return render(Message(one, {"n": n, **blanks}, plural=many), lang)

    made.globals.update(_=gettext, ngettext=ngettext)
    made.filters["word"] = lambda message: render(message, lang)
    made.filters["isolate"] = lambda blank: isolate(blank, lang)
    return made


def _read_template(name: str) -> str:
    return (resources.files("opsec") / "assets" / "templates" / name).read_text("utf-8")
