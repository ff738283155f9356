"""Find words in values that are no sentences: links, paths, file names and codes such as ``FalconCamp``.

Such a value may name a place (``https://x.example/falcon-camp/7``) or be an identifier. The matching splits names at
hyphens, underscores, slashes, capitals and percent signs, so a token is kept as written. What this module decides is
whether it may hold a word at all, and whether it only repeats words of earlier tokens, as the links of a thousand
photos do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from opsec.formats.data_urls import is_data_url
from opsec.readers.text.word_filter import CALENDAR_WORDS
from opsec.text.views.escapes import decode_escapes
from opsec.text.views.mapped_text import MappedText

MAX_TOKEN_LENGTH = 1_000
"""Limit in characters of one token; a longer one is cut, and this is reported if the rest may hold words."""
MAX_TOKEN_LETTERS = 200_000
"""Limit in characters for all tokens of one file; searching them takes a quarter of a second."""
MAX_JOINED_LENGTH = 8_000
"""Limit in characters for one text of several tokens."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://(?:www\.)?([^/?#]*)", re.ASCII)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,4}(?=$|[?#])")
_CHUNK = re.compile(r"[^\W_]+")
_CAMEL_CASE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LETTERS = re.compile(r"[A-Za-z]+")
_NUMBER = re.compile(r"([0-9]{1,3})(?:st|nd|rd|th)?", re.ASCII)
_NUMBER_AT_END = re.compile(r"[A-Za-z]([0-9]{1,3})|([0-9]{1,3})[A-Za-z]", re.ASCII)
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{8,}")
_SEAM = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_MIN_WORD_LETTERS, _MAX_WORD_LETTERS = 3, 40
_MIN_PIECE_LETTERS = 3.0
"""Mean letters of the parts of a word with capitals inside; identifiers change case at every second letter."""
_MIN_IDENTIFIER_LENGTH, _IDENTIFIER_SEAMS = 12, 3
"""A longer chunk that changes this often between letters and digits is an identifier."""
_MEDIA_TYPE = re.compile(
    r"(?:application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+\s*(?:;.*)?",
    re.IGNORECASE | re.DOTALL,
)
_MEDIA_TYPE_KEYS = ("type", "mime", "format")
"""Ends of keys, without separators, whose value may be a media type (RFC 6838)."""
_GEOJSON_TYPES = frozenset(
    {
        "Feature", "FeatureCollection", "GeometryCollection", "Point", "MultiPoint", "LineString", "MultiLineString",
        "Polygon", "MultiPolygon",
    }
)  # fmt: skip
"""Values of ``type`` in GeoJSON (RFC 7946, section 1.4): they name the form of the data, not a place."""


def token_words(token: str) -> tuple[str, ...]:
    """Words in a token, in lower case, with the short numbers beside them; empty if it holds none.

    Two tokens with the same words differ in identifiers alone.

    >>> token_words("https://x.example/falcon-camp/7?id=9b74c9897bac")
    ('falcon', 'camp', '7')
    >>> token_words("FalconCamp"), token_words("media/Brigade_53-20261116.jpg")
    (('falconcamp',), ('media', 'brigade', '53'))
    >>> token_words("5f0c1d2e-11aa-4c6b"), token_words("dQw4w9WgXcQ")
    ((), ())
    """
    if is_data_url(token):
        return ()
    text = _without_form(decode_escapes(MappedText.of(token)).text)
    found: list[str] = []
    number, after_word = "", False
    for chunk in _CHUNK.findall(text):
        word = _word(chunk)
        if word:
            found += [number] if number else []
            found.append(word)
        short = _NUMBER.fullmatch(chunk)
        if short and after_word:
            found.append(short[1])
        number = short[1] if short and not after_word else ""
        after_word = bool(word)
    return tuple(found) if any(map(_is_word, found)) else ()


def _without_form(text: str) -> str:
    """Token without the scheme and the top-level domain of an address, and without the extension of a file."""
    address = _ADDRESS.match(text)
    if address:
        text = f"{address[1].rpartition('.')[0]} {text[address.end() :]}"
    return _EXTENSION.sub("", text)


def _is_word(part: str) -> bool:
    return any(map(str.isalpha, part))


@lru_cache(maxsize=4096)
def _word(chunk: str) -> str:
    """A run of letters and digits as a word, without a long number; empty if it is an identifier or too short."""
    if not chunk.isascii():
        return chunk.casefold() if sum(map(str.isalpha, chunk)) > 1 else ""
    runs = _LETTERS.findall(chunk)
    longest = max(runs, key=len, default="")
    seams = len(_SEAM.findall(chunk))
    if not _MIN_WORD_LETTERS <= len(longest) <= _MAX_WORD_LETTERS or longest.casefold() in CALENDAR_WORDS:
        return ""
    if _HEXADECIMAL.fullmatch(chunk) or (seams >= _IDENTIFIER_SEAMS and len(chunk) >= _MIN_IDENTIFIER_LENGTH):
        return ""
    if seams > 1 and len(longest) <= sum(map(str.isdigit, chunk)):
        return ""
    pieces = _CAMEL_CASE.findall(longest)
    if len(pieces) > 1 and len(longest) < _MIN_PIECE_LETTERS * len(pieces):
        return ""
    return "".join(runs).casefold() + _short_number(chunk, seams)


def _short_number(chunk: str, seams: int) -> str:
    """The number at one end of a word, unless it is long: ``brigade53`` and ``brigade54`` differ, dates do not."""
    digits = [char for char in chunk if char.isdigit()]
    return "".join(digits) if seams == 1 and len(digits) <= len("999") else ""


@dataclass(slots=True)
class JsonTokens:
    """Tokens that may hold words, each with its key, joined to few texts because a file may hold thousands."""

    too_many: bool = False
    cut: bool = False
    _seen: set[tuple[str, ...]] = field(default_factory=set)
    _lines: list[str] = field(default_factory=list)
    _room: int = field(default_factory=lambda: MAX_TOKEN_LETTERS)

    def add(self, token: str, key: str, *, is_word: bool = False) -> None:
        """Keep a token if it has words that no earlier one has.

        Parameters
        ----------
        token
            Text without white space.
        key
            Its key in lower case.
        is_word
            Whether to keep it even if it looks like an identifier.
        """
        if key.endswith(_MEDIA_TYPE_KEYS) and _MEDIA_TYPE.fullmatch(token[:MAX_TOKEN_LENGTH]):
            return
        if key == "type" and token in _GEOJSON_TYPES:
            return
        words = () if self.too_many else token_words(token[:MAX_TOKEN_LENGTH])
        if len(token) > MAX_TOKEN_LENGTH and not self.cut:
            self.cut = bool(token_words(token[MAX_TOKEN_LENGTH : 2 * MAX_TOKEN_LENGTH]))
        if not words and is_word and not self.too_many:
            words = (token,)
        if not words or words in self._seen:
            return
        self._room -= len(token[:MAX_TOKEN_LENGTH])
        self.too_many = self._room < 0
        if not self.too_many:
            self._seen.add(words)
            self._lines.append(f"{key}: {token[:MAX_TOKEN_LENGTH]}")

    def __len__(self) -> int:
        return len(self._seen)

    def take_texts(self) -> Iterator[str]:
        """Yield the tokens added since the last call. The key between two tokens keeps their words apart."""
        lines, self._lines = self._lines, []
        length, first = 0, 0
        for number, line in enumerate(lines):
            if length and length + len(line) > MAX_JOINED_LENGTH:
                yield "\n".join(lines[first:number])
                length, first = 0, number
            length += len(line) + 1
        if lines:
            yield "\n".join(lines[first:])
