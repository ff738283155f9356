"""The shape of a JSON file: enough of it to tell who wrote it, without building the rest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from opsec.formats.json_stream import BrokenError, Built, CutOffError, Nested, Value, built, built_elements, members
from opsec.model import MAX_TEXT
from opsec.model.records import Found

MOST_SEEN = 1_000
"""Members of the outermost object that are looked at."""
MOST_WHOLE = 2 * 1024 * 1024
"""Characters of one post's record, with all its comments."""
_FIRST, _FIRST_ELEMENTS = 3, 20
"""Objects at the beginning of an array that are looked at, and elements among which they are looked for."""

Object = Mapping[str, Built]


@dataclass(frozen=True, slots=True)
class Outline:
    """What stands outermost in a JSON file."""

    text: str
    members: Mapping[str, Value] = field(default_factory=dict)
    """Of an object; what is nested is not built."""
    first: tuple[Object, ...] = ()
    """Of an array: the objects at its beginning."""
    stopped: CutOffError | BrokenError | None = None
    """Why it could not be followed."""

    def whole(self) -> tuple[Object, CutOffError | BrokenError | None]:
        """The object with all that is in it; of one that cannot be built what stands outermost, and why."""
        try:
            everything = built(self.text, Nested(len(self.text) - len(self.text.lstrip(" \t\r\n")), False), MOST_WHOLE)
        except (CutOffError, BrokenError) as fault:
            return {key: value for key, value in self.members.items() if not isinstance(value, Nested)}, fault
        return everything if isinstance(everything, dict) else {}, None


@dataclass(frozen=True, slots=True)
class Platform:
    """One program or platform that writes JSON about posts."""

    tells: Callable[[Outline], bool]
    """Whether the file is one of its."""
    read: Callable[[Outline], Iterator[Found]]
    """What it says; may raise ``CutOffError`` or ``BrokenError`` after any record."""


def outlined(text: str) -> Outline:
    """The outline of a text; of one that is damaged as much as stood before the damage."""
    seen: dict[str, Value] = {}
    first: list[Object] = []
    stopped: CutOffError | BrokenError | None = None
    try:
        if text.lstrip(" \t\r\n").startswith("["):
            first += first_objects(text)
        else:
            for key, value in members(text, MAX_TEXT + 1):
                seen.setdefault(key, value)
                if len(seen) == MOST_SEEN:
                    break
    except (CutOffError, BrokenError) as fault:
        stopped = fault
    return Outline(text, seen, tuple(first), stopped)


def first_objects(text: str, inside: Nested | None = None) -> Iterator[Object]:
    """The first objects of an array, built."""
    near = islice(built_elements(text, inside), _FIRST_ELEMENTS)
    yield from islice((one for one in near if isinstance(one, dict)), _FIRST)


def lists_in(outline: Outline, depth: int) -> Iterator[tuple[tuple[str, ...], Nested]]:
    """Every array in the objects of a file, with the keys that lead to it, ``depth`` objects deep; none in an array.

    Raises
    ------
    CutOffError, BrokenError
        After the last array that could be reached.
    """
    for key, value in outline.members.items():
        if isinstance(value, Nested):
            yield from _lists(outline.text, (key,), value, depth - 1)


def _lists(text: str, path: tuple[str, ...], nested: Nested, depth: int) -> Iterator[tuple[tuple[str, ...], Nested]]:
    if nested.is_list:
        yield path, nested
    elif depth > 0:
        for key, value in members(text, MAX_TEXT, nested):
            if isinstance(value, Nested):
                yield from _lists(text, (*path, key), value, depth - 1)
