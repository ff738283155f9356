"""The members of one JSON object or array (RFC 8259), one at a time, and nothing of what is nested in them built.

A sidecar of a few facts may carry megabytes of formats and comments, a hundred thousand brackets or
an end in the middle. Nested values are stepped over by counting brackets, so depth costs nothing,
time is linear, and what stood before a fault is kept. Whoever wants what is nested goes into it, or
has a small one built.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder

LONGEST_NUMERAL = 40
_SPACE = re.compile(r"[ \t\r\n]*")
_STEP = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)|[{\[]+|[}\]]+', re.DOTALL)
"""A string (with its end in the group), or a run of brackets of one direction."""
_LONGEST_ESCAPE = 6
_PLAIN_KEY = re.compile(r'[ \t\r\n]*"([^"\\]*)"[ \t\r\n]*:[ \t\r\n]*')
MOST_KEYS = 10_000
"""Of one object; sidecars have some hundred."""


class CutOffError(ValueError):
    """The text ends before its object does."""


class BrokenError(ValueError):
    """The text is no JSON object; the argument is the place, in characters from its start."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it was written, so that its digits can still be counted."""

    text: str

    def value(self) -> float | None:
        """The number, or none when it is longer than any that means something."""
        return float(self.text) if len(self.text) <= LONGEST_NUMERAL else None


@dataclass(frozen=True, slots=True)
class Nested:
    """An object or an array, by the place where it begins. It is stepped over unless somebody goes into it."""

    at: int
    is_list: bool


class NotANumber:
    """``NaN``, ``Infinity``: what some programs write and JSON does not know."""


Value = str | bool | Numeral | Nested | NotANumber | None
Built = Value | list["Built"] | dict[str, "Built"]

MOST_BUILT = 1 << 20
"""Characters of a nested value that is built whole; a post has some thousand."""
MOST_DEPTH = 100
"""Brackets inside one another in a nested value that is built; a post has ten."""
_DECODER = JSONDecoder(parse_int=Numeral, parse_float=Numeral, parse_constant=lambda _: NotANumber(), strict=False)


def decoded(data: bytes) -> str:
    """JSON as text: UTF-8, 16 or 32, with or without a byte order mark (RFC 4627, section 3)."""
    return data.decode(json.detect_encoding(data), "replace").removeprefix("\ufeff")


def members(text: str, longest: int, inside: Nested | None = None) -> Iterator[tuple[str, Value]]:
    """The members of the object that a text holds, or of one inside it.

    Of a string that the end of the text cuts come its first ``longest`` characters.

    Raises
    ------
    CutOffError
        After the last member, if the text ends too early.
    BrokenError
        As soon as it is no JSON.
    """
    at = _space(text, _expect(text, inside.at if inside else _space(text, 0), "{"))
    keys = 0
    while not text.startswith("}", at):
        keys += 1
        if keys > MOST_KEYS:
            raise BrokenError(at)
        key, at = _key(text, at)
        value, end = _begun(text, at, longest)
        yield key, value
        at = _next(text, _past_nested(text, at) if isinstance(value, Nested) else end, "}")
    if not inside and _space(text, at + 1) < len(text):
        raise BrokenError(at + 1)


def elements(text: str, longest: int, inside: Nested | None = None) -> Iterator[Value]:
    """The elements of the array that a text holds, or of one inside it; strings and errors as of ``members``."""
    at = _space(text, _expect(text, inside.at if inside else _space(text, 0), "["))
    while not text.startswith("]", at):
        value, end = _begun(text, at, longest)
        yield value
        at = _next(text, _past_nested(text, at) if isinstance(value, Nested) else end, "]")


def built(text: str, nested: Nested, longest: int = MOST_BUILT) -> Built:
    """A nested value with all that is in it; its numbers stay ``Numeral``.

    Raises
    ------
    CutOffError, BrokenError
        It has no end; it is no JSON, has more than ``longest`` characters, or is nested deeper than ``MOST_DEPTH``.
    """
    end, depth = _measured(text, nested.at)
    if end - nested.at > longest or depth > MOST_DEPTH:
        raise BrokenError(nested.at)
    value = _whole(text, nested)
    if isinstance(value, Nested):
        raise BrokenError(nested.at)
    return value


def built_elements(text: str, inside: Nested | None = None) -> Iterator[Built]:
    """The elements of an array one by one, each built; one that cannot be built comes as it lies, ``Nested``.

    Raises
    ------
    CutOffError, BrokenError
        As of ``elements``.
    """
    at = _space(text, _expect(text, inside.at if inside else _space(text, 0), "["))
    while not text.startswith("]", at):
        value: Built
        value, end = _begun(text, at, 0)
        if isinstance(value, Nested):
            end, depth = _measured(text, at)
            if end - at <= MOST_BUILT and depth <= MOST_DEPTH:
                value = _whole(text, value)
        yield value
        at = _next(text, end, "]")


def _whole(text: str, nested: Nested) -> Built:
    try:
        value: Built = _DECODER.raw_decode(text, nested.at)[0]
    except JSONDecodeError:
        return nested
    return value


def _begun(text: str, at: int, longest: int) -> tuple[Value, int]:
    """A value and its end; of one that is nested only where it begins."""
    if text[at : at + 1] in ("{", "["):
        return Nested(at, text[at] == "["), at
    if text[at : at + 1] == '"':
        return _string(text, at, longest)
    value, end = _scalar(text, at)
    if end == len(text):
        raise CutOffError  # nobody knows how many digits are missing
    return value, end


def _next(text: str, at: int, closing: str) -> int:
    """Where the next member begins after one that ends here, or the bracket that closes all."""
    at = _space(text, at)
    return at if text.startswith(closing, at) else _space(text, _expect(text, at, ","))


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, char: str) -> int:
    if text.startswith(char, at):
        return at + 1
    raise CutOffError if at >= len(text) else BrokenError(at)


def _key(text: str, at: int) -> tuple[str, int]:
    """A key, and where its value begins."""
    plain = _PLAIN_KEY.match(text, at)
    if plain:
        return plain[1], plain.end()
    _expect(text, at, '"')
    key, at = _scalar(text, at)
    return str(key), _space(text, _expect(text, _space(text, at), ":"))


def _scalar(text: str, at: int) -> tuple[Value, int]:
    try:
        value, end = _DECODER.raw_decode(text, at)
    except JSONDecodeError as fault:
        raise CutOffError if _at_the_end(text, at, fault) else BrokenError(fault.pos) from fault
    return value, end


def _at_the_end(text: str, at: int, fault: JSONDecodeError) -> bool:
    """Whether more text could have mended the fault of a value that begins at this place."""
    half_a_word = text[at : at + len("false")] in (
        "t",
        "tr",
        "tru",
        "f",
        "fa",
        "fal",
        "fals",
        "n",
        "nu",
        "nul",
        "-",
        "",
    )
    half_an_escape = fault.msg.startswith("Invalid") and fault.pos + _LONGEST_ESCAPE > len(text)
    return half_a_word or half_an_escape or fault.msg.startswith("Unterminated")


def _string(text: str, at: int, longest: int) -> tuple[Value, int]:
    """A string, and where it ends; of one that never ends as much as there is, and then the end of the text."""
    try:
        return _scalar(text, at)
    except CutOffError:
        start = text[at + 1 : at + 1 + longest]
        for fewer in range(min(_LONGEST_ESCAPE, len(start)) + 1):  # the cut may go through an escape
            try:
                return json.loads(f'"{start[: len(start) - fewer]}"', strict=False), len(text)
            except JSONDecodeError:
                continue
        raise


def _past_nested(text: str, at: int) -> int:
    return _measured(text, at)[0]


def _measured(text: str, at: int) -> tuple[int, int]:
    """Where a nested value ends, and how deep it goes."""
    depth = deepest = 0
    for step in _STEP.finditer(text, at):
        mark = text[step.start()]
        length = step.end() - step.start()
        if mark == '"':
            if not step[1]:
                raise CutOffError
        elif mark in "{[":
            depth += length
            deepest = max(deepest, depth)
        elif length >= depth:
            return step.start() + depth, deepest
        else:
            depth -= length
    raise CutOffError
