"""What the readers of map files yield: places before validation, links, and entries that are skipped."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsec.errors import SitesError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import escape_unsafe
from opsec.sites.ring_validation import RingLocation

Positions = list[list[float]]
"""Positions, longitude first."""
MAX_LABEL_LENGTH = 80


@dataclass(frozen=True, slots=True)
class RawPlace:
    """One entry of a map file, as it was drawn."""

    number: int
    """Position among the entries of its file, from 1."""
    names: tuple[str, ...]
    """Names as they were written, the main one first; may be empty."""
    polygons: list[list[Positions]] = field(default_factory=list)
    lines: list[Positions] = field(default_factory=list)
    points: Positions = field(default_factory=list)
    folders: tuple[str, ...] = ()
    """Names of the folders or layers that contain the entry, outermost first."""
    properties: Mapping[str, object] = field(default_factory=dict)
    """``role``, ``class`` and ``sensitivity``, where the file already has them."""

    def label(self) -> str | Message:
        """What a message calls the entry: its name, or its number."""
        return place_label(next(iter(self.names), ""), self.number)

    def location(self, file: str) -> RingLocation:
        """File, name and number for a message."""
        name = escape_unsafe(" ".join(next(iter(self.names), "").split()), limit=MAX_LABEL_LENGTH)
        return RingLocation(f"{file} (“{name}”)" if name else file, self.number)


@dataclass(frozen=True, slots=True)
class MapLink:
    """A link of a map to another file."""

    address: str
    number: int


@dataclass(frozen=True, slots=True)
class SkippedEntry:
    """An entry of a map that is not imported."""

    reason: Message
    """Which entry, why, and what to do."""


MapEntry = RawPlace | MapLink | SkippedEntry


def place_label(name: str, number: int) -> str | Message:
    """What a message calls an entry: its name in quotation marks, or its number."""
    shown = escape_unsafe(" ".join(name.split()), limit=MAX_LABEL_LENGTH)
    return f"“{shown}”" if shown else _("place {number}", number=number)


def invalid_coordinates(where: RingLocation) -> SitesError:
    """Error for coordinates that are not numbers."""
    return SitesError(
        _(
            "{file}: the coordinates of place {number} are not numbers; export it again",
            file=where.file,
            number=where.feature,
        )
    )


def link_not_followed(address: str) -> SkippedEntry:
    """Report a link that is not opened: addresses on a network never are."""
    return SkippedEntry(
        _(
            "the map links to {address}, which is not followed; save what it shows to a file and import that",
            address=escape_unsafe(address, limit=MAX_LABEL_LENGTH) or "?",
        )
    )


def split_languages(name: str) -> tuple[str, ...]:
    """Split a name that is written in two scripts beside one another, such as ``Falcon Camp / معسكر الصقر``.

    A name is split at ``/ | ( ) -`` and the like if each part is in one script, and where the script changes once
    between two words and two words, as in ``معسكر الصقر Falcon Camp``.

    >>> split_languages("Falcon Camp (North)"), split_languages("معسكر الصقر Falcon Camp")
    (('Falcon Camp (North)',), ('معسكر الصقر', 'Falcon Camp'))
    >>> split_languages("Camp الصقر")
    ('Camp الصقر',)
    """
    import re

    one_line = " ".join(name.split())
    parts = [part.strip() for part in re.split(r"[/|()\[\]،,;؛]|\s[-–—]\s", one_line) if part.strip()]
    scripts = [{is_arabic(char) for char in part if char.isalpha()} for part in parts]
    if len(parts) > 1 and all(len(script) == 1 for script in scripts) and {True, False} == set().union(*scripts):
        return tuple(parts)
    return _split_at_change_of_script(one_line) or ((one_line,) if one_line else ())


def _split_at_change_of_script(name: str) -> tuple[str, ...]:
    """Split a name whose first words are in one script and the others in another; empty for any other name."""
    words = name.split()
    scripts = [{is_arabic(char) for char in word if char.isalpha()} for word in words]
    named = [script for script in scripts if script]  # a number belongs to the words before it
    changes = [at for at in range(1, len(named)) if named[at] != named[at - 1]]
    if len(changes) != 1 or any(len(script) > 1 for script in named) or not 2 <= changes[0] <= len(named) - 2:
        return ()
    at = [number for number, script in enumerate(scripts) if script][changes[0]]
    return " ".join(words[:at]), " ".join(words[at:])


def is_arabic(char: str) -> bool:
    """Whether a character belongs to the Arabic script."""
    return "\u0600" <= char <= "\u08ff" or "\ufb50" <= char <= "\ufefc"
