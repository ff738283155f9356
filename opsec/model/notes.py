"""The catalogue of notes on hints: what a reader adds to a piece of evidence, as a code with blanks.

The sentences are English gettext keys. ``note_text`` gives the plain English that the JSON of a scan holds;
``opsec.reports.reason_text`` renders a note in the officer's language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from annotated_types import MaxLen

from opsec.model.bounds import ShortText
from opsec.model.reasons import blank_names

PRESENCE = "presence"
"""The text says that somebody is there now."""
STRENGTH = "strength"
"""The text says how many people are there, or when they are relieved."""
UNRESOLVED_LINK = "unresolved_link"
"""A link to a place that only a network could resolve."""
SHORT_PLUS_CODE = "short_plus_code"
"""A Plus Code without its area: it names one cell in every town."""
SHORT_GRID = "short_grid"
"""A grid reference without its zone: it names one square in every third zone."""
BARE_PAIR = "bare_pair"
"""Two plain numbers; nothing around them speaks of a place."""
ORDER_UNCLEAR = "order_unclear"
"""Two numbers read with longitude first, because that order meets a site."""
LOOKED_AT = "looked_at"
"""Not the position of the camera, but that of what it shows."""
COMMENT_AUTHOR = "comment_author"
"""Who wrote the comment."""
OLDER_NOTE = "older_note"
"""English text of a note as older versions kept it in the case file."""

MAX_NOTES = 12
MAX_NOTE_BLANK_LENGTH = 1_000
SEPARATOR = "; "


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on one hint: a code of ``NOTES`` and its blanks, as written in the file or as plain numbers."""

    code: Annotated[str, MaxLen(40)]
    blanks: Annotated[tuple[tuple[Annotated[str, MaxLen(40)], ShortText], ...], MaxLen(4)] = ()


@dataclass(frozen=True, slots=True)
class NoteKind:
    """One code and its sentence."""

    code: str
    sentence: str
    """English template, the gettext key; its blanks are in braces."""
    text: str | None = None
    """Template for the JSON of a scan, where it differs from the sentence."""

    @property
    def blank_names(self) -> frozenset[str]:
        """Names of the blanks that a note of this code must fill, no more and no fewer."""
        return blank_names(self.sentence)


_KINDS: tuple[NoteKind, ...] = (
    # words
    NoteKind("text_cut", "cut after {letters} of {all}"),
    NoteKind(UNRESOLVED_LINK, "location link, not resolved"),
    NoteKind(SHORT_PLUS_CODE, "short Plus Code, known only beside the place it belongs to"),
    NoteKind(SHORT_GRID, "grid reference without its zone, known only beside the place it belongs to"),
    NoteKind(BARE_PAIR, "two bare numbers; no word near them speaks of a place"),
    NoteKind(ORDER_UNCLEAR, "the order of the two numbers is not stated; read with longitude first"),
    NoteKind(PRESENCE, "time and presence"),
    NoteKind(STRENGTH, "strength and schedule"),
    NoteKind(COMMENT_AUTHOR, "written by {author}", text="{author}"),
    # text in pictures
    NoteKind("captions_joined", "{count} captions shown one after another, joined"),
    NoteKind("mirrored", "written in mirror image"),
    NoteKind("upside_down", "written upside down"),
    NoteKind("letters_stacked", "letters written one below the other"),
    NoteKind("letters_apart", "letters written apart and from left to right, put in order"),
    NoteKind("stamp_repaired", "a stamp of coordinates in which characters were misread, repaired"),
    # times and positions
    NoteKind("no_time_zone", "no zone is recorded"),
    NoteKind("fictional_place", "fictional place"),
    NoteKind("no_hemisphere", "no hemisphere is recorded: taken as north and east"),
    NoteKind("hemisphere_unclear", "its hemisphere is unclear: one of {count} possible positions"),
    NoteKind(LOOKED_AT, "where the camera looked, not where it was"),
    NoteKind("other_datum", "its datum is {datum}"),
    NoteKind("angle_parts_ignored", "its minutes or seconds are not numbers and were ignored"),
    NoteKind("angle_parts_out_of_range", "its minutes or seconds are not within 0 to 60"),
    NoteKind("camera_pitch", "camera pitch {degrees}°"),
    NoteKind("above_take_off", "{metres} m above take-off"),
    # tracks
    NoteKind("samples_without_fix", "{count} of {all} samples had no fix"),
    NoteKind("fixes_thinned", "thinned from {all} fixes to {count}"),
    NoteKind("track_cut", "the track is longer; the rest was not read"),
    NoteKind("samples_skipped", "one of every {step} samples was read"),
    NoteKind("read_lat_first", "the order of the two numbers is unknown; read as latitude, longitude"),
    NoteKind("read_lon_first", "the order of the two numbers is unknown; read as longitude, latitude"),
    NoteKind("no_point_times", "its points carry no times"),
    # kept by older versions
    NoteKind(OLDER_NOTE, "{text}"),
)

NOTES: Mapping[str, NoteKind] = {kind.code: kind for kind in _KINDS}
"""Every code that a ``Note`` may carry. A reply from a worker with any other code is refused."""


def make_note(code: str, **blanks: str | int) -> Note:
    """Build a note with its blanks filled in; texts are cut at ``MAX_NOTE_BLANK_LENGTH`` code points.

    >>> make_note("fixes_thinned", all=250_000, count=20_000)
    Note(code='fixes_thinned', blanks=(('all', '250000'), ('count', '20000')))

    Raises
    ------
    KeyError
        The code is not in the catalogue.
    """
    if code not in NOTES:
        raise KeyError(code)
    return Note(code, tuple((name, str(blank)[:MAX_NOTE_BLANK_LENGTH]) for name, blank in blanks.items()))


def note_text(notes: Iterable[Note]) -> str | None:
    """Plain English of all notes on a hint; None when there are none.

    >>> note_text([make_note("camera_pitch", degrees="-29.9"), make_note("no_hemisphere")])
    'camera pitch -29.9°; no hemisphere is recorded: taken as north and east'
    """
    return SEPARATOR.join(map(_english, notes)) or None


def _english(note: Note) -> str:
    kind = NOTES[note.code]
    return (kind.text or kind.sentence).format_map(dict(note.blanks))
