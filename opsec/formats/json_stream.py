"""Iterate over one JSON object or array (RFC 8259) without building nested values.

A sidecar may contain megabytes of formats and comments, a hundred thousand brackets, or end in the middle. Nested
values are skipped by counting brackets: depth costs nothing, time is linear, and members before a fault are kept.
Callers can iterate over a nested value or have a small one parsed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from json import JSONDecodeError, JSONDecoder

from opsec.formats.text_lines import detect_encoding

MAX_NUMERAL_LENGTH = 40
_SPACE = re.compile(r"[ \t\r\n]*")
_STEP = re.compile(r'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+([{\[]+|[}\]]+|"|\Z)', re.DOTALL)
"""Anything up to a run of opening or closing brackets, which the group holds; or to a string without an end."""
_OUTER_LEVELS = 12
"""Levels of nesting at which the ends of long values are kept; readers ask for fewer."""
_SHORT = 300
"""Length in characters of a value whose end is found again each time."""
_MAX_ESCAPE_LENGTH = 6
_PLAIN_KEY = re.compile(r'[ \t\r\n]*"([^"\\]*)"[ \t\r\n]*:[ \t\r\n]*')
MAX_KEYS = 10_000
"""Limit for one object; sidecars have some hundred keys."""


class TruncatedJsonError(ValueError):
    """The text ends before the value is complete."""


class InvalidJsonError(ValueError):
    """The text is not valid JSON; the argument is the offset of the fault in characters."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written, so that its decimal places are known."""

    text: str

    def value(self) -> float | None:
        """The number; None when it has more digits than any meaningful value."""
        return float(self.text) if len(self.text) <= MAX_NUMERAL_LENGTH else None


@dataclass(frozen=True, slots=True)
class NestedValue:
    """A nested object or array, given by its offset. It is skipped unless the caller iterates over it."""

    at: int
    is_list: bool


class NotANumber:
    """``NaN`` or ``Infinity``, which some programs write although JSON does not allow them."""


ScalarOrNested = str | bool | Numeral | NestedValue | NotANumber | None
JsonValue = ScalarOrNested | list["JsonValue"] | dict[str, "JsonValue"]

MAX_JSON_LENGTH = 1 << 20
"""Limit in characters for a nested value that is parsed; a post has some thousand."""
MAX_JSON_DEPTH = 100
"""Limit of nesting for a value that is parsed; a post has about ten levels."""
_DECODER = JSONDecoder(parse_int=Numeral, parse_float=Numeral, parse_constant=lambda _: NotANumber(), strict=False)


def decode_json_text(data: bytes) -> str:
    """Decode JSON text in UTF-8, UTF-16, UTF-32 or an old encoding, with or without a byte order mark.

    UTF-16 and UTF-32 are detected from the first bytes (RFC 4627, section 3).
    """
    return data.decode(detect_json_encoding(data), "replace").removeprefix("\ufeff")


def detect_json_encoding(data: bytes) -> str:
    """Name of the encoding of JSON text."""
    encoding = json.detect_encoding(data)
    return encoding if encoding.startswith(("utf-16", "utf-32")) else detect_encoding(data)


def iter_object(text: str, longest: int, inside: NestedValue | None = None) -> Iterator[tuple[str, ScalarOrNested]]:
    """Yield the members of the outermost object, or of the object ``inside``.

    A string that is cut off by the end of the text yields its first ``longest`` characters.

    Raises
    ------
    TruncatedJsonError
        After the last complete member, if the text ends too early.
    InvalidJsonError
        At the first fault.
    """
    at = _skip_space(text, _expect(text, inside.at if inside else _skip_space(text, 0), "{"))
    keys = 0
    while not text.startswith("}", at):
        keys += 1
        if keys > MAX_KEYS:
            raise InvalidJsonError(at)
        key, at = _key(text, at)
        value, end = _parse_value_start(text, at, longest)
        yield key, value
        at = _skip_to_next(text, _end_of_nested(text, at) if isinstance(value, NestedValue) else end, "}")
    if not inside and _skip_space(text, at + 1) < len(text):
        raise InvalidJsonError(at + 1)


def iter_array(text: str, longest: int, inside: NestedValue | None = None) -> Iterator[ScalarOrNested]:
    """Yield the elements of the outermost array, or of ``inside``; strings and errors as in ``iter_object``."""
    at = _skip_space(text, _expect(text, inside.at if inside else _skip_space(text, 0), "["))
    while not text.startswith("]", at):
        value, end = _parse_value_start(text, at, longest)
        yield value
        at = _skip_to_next(text, _end_of_nested(text, at) if isinstance(value, NestedValue) else end, "]")


def parse_nested(text: str, nested: NestedValue, longest: int = MAX_JSON_LENGTH) -> JsonValue:
    """Parse a nested value whole; numbers remain ``Numeral``.

    Raises
    ------
    TruncatedJsonError
        The value has no end.
    InvalidJsonError
        The value is not JSON, longer than ``longest`` characters, or nested deeper than ``MAX_JSON_DEPTH``.
    """
    end, depth = _measure_nested(text, nested.at)
    if end - nested.at > longest or depth > MAX_JSON_DEPTH:
        raise InvalidJsonError(nested.at)
    value = _parse_nested(text, nested)
    if isinstance(value, NestedValue):
        raise InvalidJsonError(nested.at)
    return value


def iter_parsed_array(text: str, inside: NestedValue | None = None) -> Iterator[JsonValue]:
    """Yield the parsed elements of an array; an element that cannot be parsed is yielded as ``NestedValue``.

    Raises
    ------
    TruncatedJsonError, InvalidJsonError
        As in ``iter_array``.
    """
    at = _skip_space(text, _expect(text, inside.at if inside else _skip_space(text, 0), "["))
    while not text.startswith("]", at):
        value: JsonValue
        value, end = _parse_value_start(text, at, 0)
        if isinstance(value, NestedValue):
            end, depth = _measure_nested(text, at)
            if end - at <= MAX_JSON_LENGTH and depth <= MAX_JSON_DEPTH:
                value = _parse_nested(text, value)
        yield value
        at = _skip_to_next(text, end, "]")


def _parse_nested(text: str, nested: NestedValue) -> JsonValue:
    try:
        value: JsonValue = _DECODER.raw_decode(text, nested.at)[0]
    except JSONDecodeError:
        return nested
    return value


def _parse_value_start(text: str, at: int, longest: int) -> tuple[ScalarOrNested, int]:
    """Parse a value and return its end; a nested value is returned unparsed with its offset."""
    if text[at : at + 1] in ("{", "["):
        return NestedValue(at, text[at] == "["), at
    if text[at : at + 1] == '"':
        return _string(text, at, longest)
    value, end = _scalar(text, at)
    if end == len(text):
        raise TruncatedJsonError  # the number of missing digits is unknown
    return value, end


def _skip_to_next(text: str, at: int, closing: str) -> int:
    """Offset of the next member, or of the closing bracket."""
    at = _skip_space(text, at)
    return at if text.startswith(closing, at) else _skip_space(text, _expect(text, at, ","))


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, char: str) -> int:
    if text.startswith(char, at):
        return at + 1
    raise TruncatedJsonError if at >= len(text) else InvalidJsonError(at)


def _key(text: str, at: int) -> tuple[str, int]:
    """Parse a key; return it with the offset of its value."""
    plain = _PLAIN_KEY.match(text, at)
    if plain:
        return plain[1], plain.end()
    _expect(text, at, '"')
    key, at = _scalar(text, at)
    return str(key), _skip_space(text, _expect(text, _skip_space(text, at), ":"))


def _scalar(text: str, at: int) -> tuple[ScalarOrNested, int]:
    try:
        value, end = _DECODER.raw_decode(text, at)
    except JSONDecodeError as fault:
        raise TruncatedJsonError if _is_truncated(text, at, fault) else InvalidJsonError(fault.pos) from fault
    return value, end


def _is_truncated(text: str, at: int, fault: JSONDecodeError) -> bool:
    """Whether the fault could be due to missing text at the end."""
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
    half_an_escape = fault.msg.startswith("Invalid") and fault.pos + _MAX_ESCAPE_LENGTH > len(text)
    return half_a_word or half_an_escape or fault.msg.startswith("Unterminated")


def _string(text: str, at: int, longest: int) -> tuple[ScalarOrNested, int]:
    """Parse a string and return its end; a cut-off string yields what is there and the end of the text."""
    try:
        return _scalar(text, at)
    except TruncatedJsonError:
        start = text[at + 1 : at + 1 + longest]
        for fewer in range(min(_MAX_ESCAPE_LENGTH, len(start)) + 1):  # the cut may be inside an escape sequence
            try:
                return json.loads(f'"{start[: len(start) - fewer]}"', strict=False), len(text)
            except JSONDecodeError:
                continue
        raise


def _end_of_nested(text: str, at: int) -> int:
    return _measure_nested(text, at)[0]


def _measure_nested(text: str, at: int) -> tuple[int, int]:
    """End offset and depth of a nested value."""
    measured = _measure(text, at)
    if measured is None:
        raise TruncatedJsonError
    return measured


def _measure(text: str, at: int) -> tuple[int, int] | None:
    """End offset and depth of a nested value, None without an end."""
    outline = _outline(text) if len(text) > _SHORT else {}
    if at in outline:
        return outline[at]
    short = _scan(text, at, at + _SHORT)
    return short or (_scan_to_end(text, at) if len(text) > at + _SHORT else None)


@lru_cache(maxsize=2)
def _outline(text: str) -> dict[int, tuple[int, int] | None]:
    """End and depth of every long value at the outer levels, found in one pass however often they are asked for."""
    found: dict[int, tuple[int, int] | None] = {}
    starts: list[int] = []
    deepest: list[int] = []
    depth = 0
    for step in _STEP.finditer(text):
        first, end = step.span(1)
        if first == end or text[first] == '"':
            break
        length = end - first
        if text[first] in "{[":
            for offset in range(first, min(end, first + _OUTER_LEVELS - depth)):
                starts.append(offset)
                deepest.append(0)
            depth += length
            deepest[-1] = max(deepest[-1], depth)
        else:
            for offset in range(max(first, first + depth - _OUTER_LEVELS), min(end, first + depth)):
                start, level = starts.pop(), deepest.pop()
                if deepest and level > deepest[-1]:
                    deepest[-1] = level
                if offset + 1 - start > _SHORT:
                    found[start] = (offset + 1, level - len(starts))
            depth = max(0, depth - length)
    found.update(dict.fromkeys(starts))
    return found


@lru_cache(maxsize=16)
def _scan_to_end(text: str, at: int) -> tuple[int, int] | None:
    return _scan(text, at, len(text))


def _scan(text: str, at: int, until: int) -> tuple[int, int] | None:
    """End and depth of the value at an offset, None if it does not end before another offset."""
    depth = deepest = 0
    for step in _STEP.finditer(text, at, until):
        first, end = step.span(1)
        if first == end or text[first] == '"':
            return None
        if text[first] in "{[":
            depth += end - first
            deepest = max(deepest, depth)
        elif end - first >= depth:
            return first + depth, deepest
        else:
            depth -= end - first
    return None
