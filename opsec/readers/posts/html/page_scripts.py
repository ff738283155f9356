"""Words and positions in the scripts of a page: JSON, as pages of the web keep their content, and texts in Arabic.

No script runs. JSON stands in elements of a type such as ``application/ld+json``, behind an assignment, or in a call.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError, JSONDecoder

from opsec.formats.json_stream import JsonValue, NotANumber, Numeral
from opsec.i18n.reasons import make_reason
from opsec.model import Hint, Reason
from opsec.model.records import Gap
from opsec.readers.posts.exports.json_walk import JsonWalk
from opsec.readers.text.word_filter import has_words

MIN_DATA_LENGTH = 200
"""A shorter piece of JSON that breaks off is code, not data."""
MAX_DECODED_LENGTH = 40 * 1024 * 1024
"""Limit in characters for all attempts to decode one page; the longest pages have 12 MiB."""
MAX_FAILURES = 2_000
"""Limit of places in one page where code looks like the beginning of JSON and is not."""
_JSON_START = re.compile(r'[{\[]\s{0,100}(?=["{\[\d-])')
_LITERAL = r'"(?:[^"\\\n]|\\.)*+"?|' + r"'(?:[^'\\\n]|\\.)*+'?"
"""A string in code; the closing mark may be missing, so that searching for it takes linear time."""
_PARSED_JSON = re.compile(rf"JSON\.parse\(\s{{0,100}}({_LITERAL})", re.DOTALL)
_TEXT_LITERAL = re.compile(_LITERAL, re.DOTALL)
_NAMED_VALUE = re.compile(r"[{,]\s{0,50}[\w$]{1,60}\s{0,20}:\s{0,20}$")
"""What stands before a text that is the value of a member, in code."""
_LOOK_BACK = 200
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " "}
_DECODER = JSONDecoder(parse_int=Numeral, parse_float=Numeral, parse_constant=lambda _: NotANumber(), strict=False)


def unescape_literal(literal: str) -> str:
    """Text of a string in code, with or without its quotation marks.

    >>> unescape_literal(r'"\\u0645\\x41\\n"')
    'مA\\n'
    """
    mark = literal[:1] if literal[:1] in ("'", '"') else ""
    body = literal[len(mark) :].removesuffix(mark) if mark else literal
    return _ESCAPE.sub(_unescaped, body)


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _PLAIN_ESCAPES.get(code, code)


@dataclass(slots=True)
class ScriptReader:
    """Reads the scripts of one page; counts those that hold data which could not be read."""

    _walk: JsonWalk = field(default_factory=JsonWalk)
    _room: int = MAX_DECODED_LENGTH
    _failures: int = 0
    _unread: int = 0

    def hints(self, script: str) -> Iterator[Hint | Reason]:
        """Yield the words and positions of one script."""
        text = script.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for found in _PARSED_JSON.finditer(text):
            yield from self._data(unescape_literal(found[1]))
        yield from self._data(text)

    def gaps(self) -> Iterator[Gap]:
        """Yield what was left out."""
        if self._unread:
            yield Gap(make_reason("parts_unread", part="scripts", count=self._unread))
        yield from self._walk.gaps()

    def _data(self, text: str) -> Iterator[Hint | Reason]:
        end, is_broken = 0, False
        for found in _JSON_START.finditer(text):
            start = found.start()
            if start < end:
                continue
            value, stopped_at = self._decode(text, start)
            if value is not None:
                yield from self._code_words(text[end:start])
                yield from self._walk.hints(value)
                end = stopped_at
            else:
                self._failures += 1
                is_broken |= stopped_at - start >= MIN_DATA_LENGTH and has_words(text[start:stopped_at])
            self._room -= stopped_at - start
            if self._room < 0 or self._failures > MAX_FAILURES:
                is_broken = True
                break
        yield from self._code_words(text[end:])
        self._unread += is_broken

    def _decode(self, text: str, start: int) -> tuple[JsonValue, int]:
        """Value at this place and its end; None, and where it breaks off, if it is not JSON."""
        try:
            return _DECODER.raw_decode(text, start)
        except JSONDecodeError as fault:
            return None, max(fault.pos, start)
        except (RecursionError, ValueError):
            return None, min(len(text), start + MIN_DATA_LENGTH)

    def _code_words(self, code: str) -> Iterator[Hint | Reason]:
        """Texts in code that people wrote: those with letters beyond ASCII, and values of several words."""
        for found in _TEXT_LITERAL.finditer(code):
            text = unescape_literal(found[0])
            before = code[max(0, found.start() - _LOOK_BACK) : found.start()]
            is_value = any(map(str.isspace, text.strip())) and _NAMED_VALUE.search(before) is not None
            if (is_value or not text.isascii()) and any(map(str.isalpha, text)):
                yield from self._walk.hints(text)
