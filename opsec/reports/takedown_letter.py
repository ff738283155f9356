"""A request for removal as a letter: one self-contained page of HTML with a sheet of A4 for each language."""

import base64
import hashlib
from functools import partial
from importlib import resources
from typing import Any

from opsec.i18n.messages import Lang, Message, _, isolate, render
from opsec.reports.html import render_template
from opsec.reports.takedown_request import (
    CONTACT_TITLE,
    COPIES_ELSEWHERE,
    COPIES_HERE,
    TakedownRequest,
    request_text,
)  # fmt: skip

_STYLE = "takedown_letter.css"


def render_letter(request: TakedownRequest, first: Lang) -> bytes:
    """Render the letter in both languages.

    Parameters
    ----------
    request
        The request.
    first
        Language of the first sheet.
    """
    other: Lang = "en" if first == "ar" else "ar"
    style = (resources.files("opsec") / "assets" / "templates" / _STYLE).read_text("utf-8")
    values = {
        "letter_style": _mark_trusted(style),
        "letter_style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        "sheets": [_sheet(request, lang) for lang in (first, other)],
    }
    return render_template("takedown_letter.html", first, values)


def _sheet(request: TakedownRequest, lang: Lang) -> dict[str, Any]:
    """Return what one sheet shows."""

    def say(message: Message) -> str:
        return render(message, lang)

    return {
        "lang": lang,
        "dir": "rtl" if lang == "ar" else "ltr",
        # The PDF ignores <bdi>: without characters that isolate, a time in an Arabic sheet is shown back to front.
        "isolate": partial(isolate, lang=lang),
        "text": request_text(request, lang),
        "to": say(_("To the department for privacy and safety")),
        "platform": request.platform.title,
        "date": say(_("[date]")),
        "greeting": say(_("Dear Sir or Madam,")),
        "closing": say(_("Yours faithfully,")),
        "signature": say(_("[signature]")),
        "copies": [
            (say(COPIES_HERE), request_text(request, lang).copies_here),
            (say(COPIES_ELSEWHERE), request_text(request, lang).copies_elsewhere),
        ],
        "contact_title": say(CONTACT_TITLE),
    }


def _mark_trusted(style: str) -> Any:
    """Mark the style sheet of this package as safe; everything else is escaped."""
    from markupsafe import Markup

    return Markup(style)  # noqa: S704 - a file of this package, not a value
