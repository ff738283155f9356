"""What the command line library says itself, put into our words and both languages."""

import re
from collections.abc import Iterable
from typing import Any

from opsec.i18n.messages import LRI, PDI, Message, _, current, isolate, marked, say
from opsec.i18n.safe_text import plain
from opsec.i18n.suggestions import nearest

HELP_WORDS: tuple[str, ...] = (
    marked("Usage:"),
    marked("Options"),
    marked("Arguments"),
    marked("Commands"),
    marked("Show this message and exit."),
    marked("[required]"),
)
SYNOPSIS_WORDS: tuple[str, ...] = (marked("[OPTIONS]"), marked("COMMAND [ARGS]..."))
_SYNOPSIS = re.compile(r"(?m)^Usage: (.*)$")
_FIRST_COLUMN = re.compile(r"(?m)^  (?! )([!-~]+(?: [!-~]+)*)(?=  |$)")


def unknown_verb(name: str, known: Iterable[str]) -> Message:
    """One sentence for a verb that does not exist."""
    near = nearest(name, known)
    if near is None:
        return _("there is no verb {name}; see opsec --help", name=plain(name))
    return _("there is no verb {name}; did you mean {near}?", name=plain(name), near=near)


def worded(complaint: Any) -> Message:
    """One sentence for a complaint about the arguments, ending with the next step."""
    kind = type(complaint).__name__
    if kind == "NoSuchOption":
        name, near = plain(complaint.option_name), (complaint.possibilities or [None])[0]
        if near is None:
            return _("there is no option {name}; see opsec --help", name=name)
        return _("there is no option {name}; did you mean {near}?", name=name, near=near)
    if kind == "MissingParameter" and complaint.param is not None:
        wanted = plain(str(complaint.param.metavar or complaint.param.name))
        return _("{name} is missing; add it, or see the help of this verb with --help", name=wanted)
    return _("{detail}; see opsec --help", detail=plain(complaint.format_message()).rstrip("."))


def help_words(text: str) -> str:
    """A help page with the library's own words in the language in use; what is typed stays as it is typed."""
    if current() == "en":
        return text
    text = _FIRST_COLUMN.sub(lambda found: f"  {LRI}{found[1]}{PDI}", _SYNOPSIS.sub(_synopsis, text))
    for word in HELP_WORDS:
        text = re.sub(rf"(?m)(^|\s){re.escape(word)}", lambda found, w=word: found[1] + say(Message(w)), text)  # type: ignore[misc]
    return text


def _synopsis(found: re.Match[str]) -> str:
    """The line that tells what to type runs from left to right, its words each for themselves."""
    typed = found[1]
    for word in SYNOPSIS_WORDS:
        typed = typed.replace(word, isolate(say(Message(word))))
    return f"Usage: {LRI}{typed}{PDI}"
