"""Self-contained HTML pages: no script, no external resource, and a policy that allows only the page's own style."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from opsec.i18n.messages import Blank, Lang, Message, isolate, render

if TYPE_CHECKING:
    from jinja2 import Environment


def render_template(template: str, lang: Lang, values: Mapping[str, Any], style: str = "report.css") -> bytes:
    """Render a page of this package.

    Parameters
    ----------
    template
        File name in ``assets/templates``.
    lang
        Language of the page; Arabic pages run from right to left.
    values
        Variables of the template, already masked. Jinja2 escapes them; an undefined variable is an error.
    style
        File name of the style sheet in ``assets``.

    Returns
    -------
    bytes
        The page in UTF-8.
    """
    rules = _read_asset(style)
    page = (
        _environment(lang)
        .get_template(template)
        .render(
            **values,
            lang=lang,
            dir="rtl" if lang == "ar" else "ltr",
            style=_mark_trusted(rules),
            style_hash=base64.b64encode(hashlib.sha256(rules.encode()).digest()).decode(),
        )
    )
    return page.encode()


@cache
def _environment(lang: Lang) -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda name: _read_asset(f"templates/{name}")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def gettext(template: str, **blanks: Blank) -> str:
        return render(Message(template, blanks), lang)

    def ngettext(one: str, many: str, n: int, **blanks: Blank) -> str:
        return render(Message(one, {"n": n, **blanks}, plural=many), lang)

    environment.globals.update(_=gettext, ngettext=ngettext)
    environment.filters["word"] = lambda message: render(message, lang)
    environment.filters["isolate"] = lambda blank: isolate(blank, lang)
    return environment


def _read_asset(name: str) -> str:
    return (resources.files("opsec") / "assets" / name).read_text("utf-8")


def _mark_trusted(style: str) -> Any:
    """Mark the style sheet of this package as safe; everything else is escaped."""
    from markupsafe import Markup

    return Markup(style)  # noqa: S704 - a file of this package, not a value
