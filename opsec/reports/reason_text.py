"""Sentences of reasons, notes and stored explanations in one language, masked and escaped."""

from opsec.i18n.messages import FSI, LRI, PDI, Lang, Message, render
from opsec.i18n.reasons import reason_message
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Coverage, Hint, Note, Reason
from opsec.model.notes import NOTES, SEPARATOR
from opsec.reports.masking import mask_and_escape, mask_coordinates

_SEPARATORS: dict[Lang, str] = {"en": SEPARATOR, "ar": "؛ "}


def render_reason(reason: Reason, lang: Lang) -> str:
    """Render why something was not read. The blanks come from a hostile process: they are masked and escaped."""
    message = reason_message(reason)
    blanks = {
        name: mask_and_escape(blank) if isinstance(blank, str) else blank for name, blank in message.blanks.items()
    }
    return render(Message(message.template, blanks), lang)


def render_reasons(coverage: Coverage, lang: Lang) -> str:
    """Render all reasons of a clip on one line."""
    return _SEPARATORS[lang].join(render_reason(reason, lang) for reason in coverage.reasons)


def render_notes(hint: Hint, lang: Lang) -> str:
    """Render all notes of a hint on one line; empty when it has none."""
    return _SEPARATORS[lang].join(render(note_message(note), lang) for note in hint.notes)


def note_message(note: Note) -> Message:
    """Return the sentence of a note. Its blanks come from the file: they are masked and escaped."""
    return Message(NOTES[note.code].sentence, {name: mask_and_escape(text) for name, text in note.blanks})


def mask_sentence(sentence: str) -> str:
    """Mask and escape a stored sentence. Its own isolates are kept if they are balanced, else escaped too."""
    depth = 0
    for char in sentence:
        depth += (char in (LRI, FSI)) - (char == PDI)
        if depth < 0:
            break
    if depth != 0:
        return mask_and_escape(sentence)
    return "".join(char if char in (LRI, FSI, PDI) else escape_unsafe(char) for char in mask_coordinates(sentence))
