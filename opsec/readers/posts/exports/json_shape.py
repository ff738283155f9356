"""Read the outer structure of a JSON file: enough to detect its format without parsing the rest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from opsec.formats.json_stream import (
    InvalidJsonError,
    JsonValue,
    NestedValue,
    ScalarOrNested,
    TruncatedJsonError,
    iter_object,
    iter_parsed_array,
    parse_nested,
)
from opsec.model import MAX_TEXT_LENGTH
from opsec.model.records import ReaderOutput

MAX_MEMBERS = 1_000
"""Limit of members of the outermost object that are examined."""
MAX_RECORD_LENGTH = 2 * 1024 * 1024
"""Limit in characters for the record of one post, with all its comments."""
_FIRST, _FIRST_ELEMENTS = 3, 20
"""Objects at the start of an array that are examined, and elements among which they are searched."""

JsonObject = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class JsonShape:
    """Outermost object or array of a JSON file."""

    text: str
    members: Mapping[str, ScalarOrNested] = field(default_factory=dict)
    """Members of an object; nested values are not parsed."""
    first: tuple[JsonObject, ...] = ()
    """First objects of an array."""
    stopped: TruncatedJsonError | InvalidJsonError | None = None
    """Fault that ended parsing, if any."""

    def parse_whole(self) -> tuple[JsonObject, TruncatedJsonError | InvalidJsonError | None]:
        """Parse the whole object; if it cannot be parsed, return its outer members and the reason."""
        try:
            everything = parse_nested(
                self.text, NestedValue(len(self.text) - len(self.text.lstrip(" \t\r\n")), False), MAX_RECORD_LENGTH
            )
        except (TruncatedJsonError, InvalidJsonError) as fault:
            return {key: value for key, value in self.members.items() if not isinstance(value, NestedValue)}, fault
        return everything if isinstance(everything, dict) else {}, None


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One program or platform that writes JSON about posts."""

    recognises: Callable[[JsonShape], bool]
    """Whether a file has this format."""
    read: Callable[[JsonShape], Iterator[ReaderOutput]]
    """Yield the records; may raise ``TruncatedJsonError`` or ``InvalidJsonError`` after any of them."""
    read_keys: frozenset[str] | None = None
    """Keys whose values the format reads whole, or that hold no post. All other members are searched for words and
    positions; None: the format reads all that is worth reading."""


def read_shape(text: str) -> JsonShape:
    """Read the structure of a text; for damaged text, the part before the damage."""
    seen: dict[str, ScalarOrNested] = {}
    first: list[JsonObject] = []
    stopped: TruncatedJsonError | InvalidJsonError | None = None
    try:
        if text.lstrip(" \t\r\n").startswith("["):
            first += first_objects(text)
        else:
            for key, value in iter_object(text, MAX_TEXT_LENGTH + 1):
                seen.setdefault(key, value)
                if len(seen) == MAX_MEMBERS:
                    break
    except (TruncatedJsonError, InvalidJsonError) as fault:
        stopped = fault
    return JsonShape(text, seen, tuple(first), stopped)


def first_objects(text: str, inside: NestedValue | None = None) -> Iterator[JsonObject]:
    """First objects of an array, parsed."""
    near = islice(iter_parsed_array(text, inside), _FIRST_ELEMENTS)
    yield from islice((one for one in near if isinstance(one, dict)), _FIRST)


def find_lists(outline: JsonShape, depth: int) -> Iterator[tuple[tuple[str, ...], NestedValue]]:
    """Yield every array in the objects of a file with the keys that lead to it, up to ``depth`` objects deep.

    Arrays inside arrays are not searched.

    Raises
    ------
    TruncatedJsonError, InvalidJsonError
        After the last array that could be reached.
    """
    for key, value in outline.members.items():
        if isinstance(value, NestedValue):
            yield from _walk_lists(outline.text, (key,), value, depth - 1)


def _walk_lists(
    text: str, path: tuple[str, ...], nested: NestedValue, depth: int
) -> Iterator[tuple[tuple[str, ...], NestedValue]]:
    if nested.is_list:
        yield path, nested
    elif depth > 0:
        for key, value in iter_object(text, MAX_TEXT_LENGTH, nested):
            if isinstance(value, NestedValue):
                yield from _walk_lists(text, (*path, key), value, depth - 1)
