"""Lazily translated messages in English and Arabic.

A ``Message`` is an English template with its blanks. It is rendered only when it is shown, so the same record can be
shown in either language. Catalogues are GNU gettext files (``assets/locale/ar/LC_MESSAGES/opsec.po``); the English
template is the key.

In Arabic every blank is wrapped in a Unicode isolate (UAX #9, section 2.4): without it the pair
33.31, 44.36 reads as 44.36, 33.31, and a file name takes the full stop after it into its own direction.
"""

import gettext
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:  # importing the records takes time, and a help page does not need them
    from opsec.model import Bilingual

Lang = Literal["en", "ar"]
LANGUAGES: tuple[Lang, ...] = ("en", "ar")
Blank: TypeAlias = "str | int | float | Message"

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
_RTL_RANGES = ((0x0590, 0x08FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFF))


@dataclass(frozen=True, slots=True)
class Message:
    """An English template and the values of its blanks; ``render`` makes it a text in one language."""

    template: str
    blanks: Mapping[str, Blank] = field(default_factory=dict)
    plural: str | None = None
    """Template for every number ``n`` except one; None when the sentence does not count."""


def _(template: str, **blanks: Blank) -> Message:
    """Mark a sentence for translation and fill in its blanks. The template must be a literal."""
    return Message(template, blanks)


def ngettext(one: str, many: str, n: int, **blanks: Blank) -> Message:
    """Mark a sentence that counts ``n``: ``one`` when it is 1, else ``many``; Arabic has six plural forms."""
    return Message(one, {"n": n, **blanks}, plural=many)


def translatable(template: str) -> str:
    """Mark a template for translation whose blanks are filled in elsewhere."""
    return template


def render(message: Message, lang: Lang | None = None) -> str:
    """Render a message in one language (default: the current one), with its blanks isolated."""
    language = lang or current_language()
    catalogue = _catalogue(language)
    if not message.template:  # gettext returns the header of the catalogue for an empty key
        return ""
    if message.plural is None:
        template = catalogue.gettext(message.template)
    else:
        n = message.blanks["n"]
        assert isinstance(n, int)
        template = catalogue.ngettext(message.template, message.plural, n)
    return template.format_map({name: _render_blank(blank, language) for name, blank in message.blanks.items()})


def _render_blank(blank: "Blank", lang: Lang) -> str:
    """Render the value of a blank: messages in the same language as they are, everything else isolated."""
    return render(blank, lang) if isinstance(blank, Message) else isolate(blank, lang)


def bilingual(message: Message) -> "Bilingual":
    """Render a message in both languages, for records that are stored."""
    from opsec.model import Bilingual

    return Bilingual(en=render(message, "en"), ar=render(message, "ar"))


def isolate(blank: str | int | float, lang: Lang | None = None) -> str:
    """Wrap a date, number, name or path in a Unicode isolate so that it cannot reorder the sentence around it.

    Numbers run left to right in both languages; words take their own direction. English sentences
    contain no invisible characters unless the value itself has right-to-left letters.
    """
    text = format_number(blank) if isinstance(blank, int | float) else blank
    if not text:
        return text
    has_rtl = any(low <= ord(char) <= high for char in text for low, high in _RTL_RANGES)
    if (lang or current_language()) == "en" and not has_rtl:
        return text
    return (FSI if has_rtl else LRI) + text + PDI


def format_number(value: float) -> str:
    """Format a number for people: no exponent, thousands separators, at most two decimals."""
    if isinstance(value, int) or value.is_integer():
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


# ── current language ──────────────────────────────────────────────────────────────────────────
_chosen: Lang | None = None
_preferred: Lang | None = None


def set_language(lang: Lang | None) -> None:
    """Set the language of this process; None: determine it from the environment again."""
    global _chosen  # noqa: PLW0603 - one process has one user
    _chosen = lang


def set_preferred_language(lang: Lang | None) -> None:
    """Set the language configured in ``opsec.toml``: it applies unless one was set or ``OPSEC_LANG`` names one."""
    global _preferred  # noqa: PLW0603 - as above
    _preferred = lang


def current_language() -> Lang:
    """Language of this process: the one set, else that of ``OPSEC_LANG``, the preferred one, the locale's, English."""
    explicit = _chosen or _language_from("OPSEC_LANG") or _preferred
    return explicit or _language_from("LC_ALL") or _language_from("LC_MESSAGES") or _language_from("LANG") or "en"


def _language_from(variable: str) -> Lang | None:
    value = os.environ.get(variable, "")
    return ("ar" if value.lower().startswith("ar") else "en") if value else None


@cache
def _catalogue(lang: Lang) -> gettext.NullTranslations:
    if lang == "en":
        return gettext.NullTranslations()
    from importlib import resources

    compiled = resources.files("opsec") / "assets" / "locale" / lang / "LC_MESSAGES" / "opsec.mo"
    with compiled.open("rb") as stream:
        return gettext.GNUTranslations(stream)
