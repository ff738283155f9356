"""What the command line library says itself, put into our words and both languages."""

import re
from typing import Any

from opsec.language import Message, _, isolate, marked, say
from opsec.shown import plain

HELP_WORDS: tuple[str, ...] = (
    marked("Usage:"),
    marked("Options"),
    marked("Arguments"),
    marked("Commands"),
    marked("Show this message and exit."),
    marked("[required]"),
    marked("[OPTIONS]"),
    marked("COMMAND [ARGS]..."),
)


def worded(complaint: Any) -> Message:
    """One sentence for a complaint about the arguments, ending with the next step."""
    kind = type(complaint).__name__
    name = plain(str(getattr(complaint, "option_name", None) or _parameter(complaint)))
    near = ", ".join(getattr(complaint, "possibilities", None) or ())
    if kind == "NoSuchOption" and near:
        return _("there is no option {name}; did you mean {near}?", name=name, near=plain(near))
    if kind == "NoSuchOption":
        return _("there is no option {name}; see opsec --help", name=name)
    if kind == "MissingParameter":
        return _("{name} is missing; add it, or see the help of this verb with --help", name=name)
    return _("{detail}; see opsec --help", detail=plain(complaint.format_message()).rstrip("."))


def _parameter(complaint: Any) -> str:
    parameter = getattr(complaint, "param", None)
    return getattr(parameter, "human_readable_name", None) or "?"


def help_words(text: str) -> str:
    """A help page with the library's own words in the language in use; option names stay as they are typed."""
    for word in HELP_WORDS:
        text = re.sub(rf"(?m)(^|\s){re.escape(word)}", lambda found, w=word: found[1] + say(Message(w)), text)  # type: ignore[misc]
    return re.sub(r"(?m)(?<=\s)(-[-\w, ]*-[-\w]+|opsec( [a-z]+)*)(?=\s)", lambda found: isolate(found[0]), text)
