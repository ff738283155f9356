"""Localise the texts of the command line library: usage errors and help pages."""

import re
from collections.abc import Iterable
from typing import Any

from opsec.i18n.messages import LRI, PDI, Message, _, current_language, isolate, render, translatable
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.suggestions import closest_match

HELP_WORDS: tuple[str, ...] = (
    translatable("Usage:"),
    translatable("Options"),
    translatable("Arguments"),
    translatable("Commands"),
    translatable("Show this message and exit."),
    translatable("[required]"),
)
SYNOPSIS_WORDS: tuple[str, ...] = (translatable("[OPTIONS]"), translatable("COMMAND [ARGS]..."))
_SYNOPSIS = re.compile(r"(?m)^Usage: (.*)$")
_FIRST_COLUMN = re.compile(r"(?m)^  (?! )([!-~]+(?: [!-~]+)*)(?=  |$)")


def unknown_command_message(name: str, known: Iterable[str]) -> Message:
    """Return the message for a verb that does not exist."""
    near = closest_match(name, known)
    if near is None:
        return _("unknown command {name}; see opsec --help", name=escape_unsafe(name))
    return _("unknown command {name}; did you mean {near}?", name=escape_unsafe(name), near=near)


def usage_error_message(error: Any) -> Message:
    """Return the message for a usage error of the library, ending with the next step."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        name, near = escape_unsafe(error.option_name), (error.possibilities or [None])[0]
        if near is None:
            return _("unknown option {name}; see opsec --help", name=name)
        return _("unknown option {name}; did you mean {near}?", name=name, near=near)
    if kind == "MissingParameter" and error.param is not None:
        wanted = escape_unsafe(str(error.param.metavar or error.param.name))
        return _("missing argument {name}; add it, or see --help for this command", name=wanted)
    if kind == "BadParameter" and error.param is not None and _is_about_an_integer(error):
        name = escape_unsafe(str(max(error.param.opts, key=len, default=error.param.name)))
        return _("{name} takes a whole number, such as 3; see --help for this command", name=name)
    return _("{detail}; see opsec --help", detail=escape_unsafe(error.format_message()).rstrip("."))


def _is_about_an_integer(error: Any) -> bool:
    """Return whether a value was to be an integer: by the validator's kind of error, or by the type of the option."""
    found: list[Any] = getattr(error.__cause__, "errors", list)()
    kinds = {str(one.get("type")) for one in found}
    declared = str(getattr(getattr(error.param, "type", None), "name", ""))
    return any(kind.startswith("int_") for kind in kinds) or declared.startswith("integer")


def localise_help(text: str) -> str:
    """Translate the library's own words on a help page; what the user types stays as it is."""
    if current_language() == "en":
        return text
    text = _FIRST_COLUMN.sub(lambda found: f"  {LRI}{found[1]}{PDI}", _SYNOPSIS.sub(_localise_synopsis, text))
    for word in HELP_WORDS:
        text = re.sub(rf"(?m)(^|\s){re.escape(word)}", lambda found, w=word: found[1] + render(Message(w)), text)  # type: ignore[misc]
    return text


def _localise_synopsis(found: re.Match[str]) -> str:
    """Translate the synopsis and isolate it as one left-to-right run, with each translated word isolated in it."""
    typed = found[1]
    for word in SYNOPSIS_WORDS:
        typed = typed.replace(word, isolate(render(Message(word))))
    return f"Usage: {LRI}{typed}{PDI}"
