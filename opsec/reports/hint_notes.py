"""The notes of hints, said in the reader's language. A reading keeps them in English, as it does names of boxes."""

import re
from functools import cache

from opsec.i18n.messages import Lang, Message, _, marked, say
from opsec.model import Hint
from opsec.readers.text.coordinates import PLACE_NOTES
from opsec.reports.masking import shown_text

TEMPLATES: tuple[str, ...] = (
    marked("cut after {letters} of {all}"),
    marked("location link, not resolved"),
    marked("short Plus Code, known only beside the place it belongs to"),
    marked("time and presence"),
    marked("strength and schedule"),
    marked("no zone is recorded"),
    marked("fictional place"),
    marked("no hemisphere is recorded: taken as north and east"),
    marked("its datum is {datum}"),
    marked("its minutes or seconds are no numbers and were left out"),
    marked("its minutes or seconds are not within 0 to 60"),
    marked("camera pitch {degrees}°"),
    marked("{metres} m above take-off"),
    marked("{count} of {all} samples had no fix"),
    marked("thinned from {all} fixes to {count}"),
    marked("it is longer, and the rest was left out"),
    marked("one of every {step} samples was read"),
    marked("the order of its two numbers is not told; read as latitude, longitude"),
    marked("the order of its two numbers is not told; read as longitude, latitude"),
)
"""Every note that a reader may put on a hint, but for the names of those who wrote comments."""

_APART = "; "
_BLANK = re.compile(r"\\\{([a-z]+)\\\}")


def note_words(hint: Hint, lang: Lang) -> str:
    """The note of a hint, harmless, coordinates masked; what is no note of ours stays as the file has it."""
    note = hint.note or ""
    if hint.field == "comment" and note not in PLACE_NOTES:
        return say(_("written by {author}", author=shown_text(note)), lang)
    said: list[str] = []
    while note:
        met = _pattern().match(note)
        if met is None:
            said.append(shown_text(note))
            break
        said.append(say(_message(met[0].removesuffix(_APART)), lang))
        note = note[met.end() :]
    return ("؛ " if lang == "ar" else _APART).join(said)


def _message(note: str) -> Message:
    """One note of ours as a sentence with its blanks."""
    for template, form in _forms():
        met = form.fullmatch(note)
        if met:
            return Message(template, {name: shown_text(text) for name, text in met.groupdict().items()})
    raise AssertionError(note)  # the pattern of all notes is made of these forms


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, re.compile(_form(template, named=True))) for template in TEMPLATES)


@cache
def _pattern() -> re.Pattern[str]:
    """Any one note of ours, and what parts it from the next."""
    return re.compile(f"(?:{'|'.join(_form(template, named=False) for template in TEMPLATES)})(?:{_APART}|$)")


def _form(template: str, *, named: bool) -> str:
    """A template as a pattern; its blanks are numbers, but for a datum."""

    def blank(found: re.Match[str]) -> str:
        what = "[^;]{1,60}?" if found[1] == "datum" else r"-?[0-9][0-9.,]{0,15}"
        return f"(?P<{found[1]}>{what})" if named else f"(?:{what})"

    return _BLANK.sub(blank, re.escape(template))
