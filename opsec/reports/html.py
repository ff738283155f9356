"""Self-contained HTML pages: one file, no script, nothing fetched, and only its own style is obeyed."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from opsec.i18n.messages import Blank, Lang, Message, isolate, say

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, lang: Lang, values: Mapping[str, Any]) -> bytes:
    """One page from a template of ours and values that are already masked and harmless.

    Everything is escaped once more on its way in, and a name the template does not know is an error.
    """
    style = _asset("report.css")
    page = (
        _environment(lang)
        .get_template(template)
        .render(
            **values,
            lang=lang,
            dir="rtl" if lang == "ar" else "ltr",
            style=_trusted(style),
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        )
    )
    return page.encode()


@cache
def _environment(lang: Lang) -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda name: _asset(f"templates/{name}")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def spoken(template: str, **blanks: Blank) -> str:
        return say(Message(template, blanks), lang)

    def spoken_counted(one: str, many: str, n: int, **blanks: Blank) -> str:
        return say(Message(one, {"n": n, **blanks}, plural=many), lang)

    environment.globals.update(_=spoken, counted=spoken_counted)
    environment.filters["word"] = lambda message: say(message, lang)
    environment.filters["isolate"] = lambda blank: isolate(blank, lang)
    return environment


def _asset(name: str) -> str:
    return (resources.files("opsec") / "assets" / name).read_text("utf-8")


def _trusted(style: str) -> Any:
    """Our own style sheet, and nothing else, goes into a page as it is."""
    from markupsafe import Markup

    return Markup(style)  # noqa: S704 - a file of this package, not a value
