"""Read every text and position in parsed JSON of unknown keys, within bounds."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from opsec.formats.data_urls import decode_data_text
from opsec.formats.json_stream import JsonValue
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Hint, Reason
from opsec.model.records import Gap
from opsec.readers.field_values import field_name
from opsec.readers.posts.exports.json_pairs import PAIR_KEYS
from opsec.readers.posts.exports.json_positions import object_positions, place_tag_hint, with_geojson_order
from opsec.readers.posts.exports.json_tokens import JsonTokens, token_words
from opsec.readers.posts.exports.json_values import fix_mojibake
from opsec.readers.posts.post_fields import replace_lone_surrogates
from opsec.readers.text.coordinates import text_hints
from opsec.readers.text.word_filter import has_words

MAX_TEXTS = 2_000
"""Limit of different texts in one file; a record of one post has some dozen."""
MAX_LETTERS = 400_000
"""Limit in code points of all texts of one file; searching them takes half a second."""
MAX_PLACES = 1_000
"""Limit of positions in one file."""
MAX_WALKED_VALUES = 300_000
"""Limit of texts, arrays and objects in one file; looking at them takes some seconds."""
_MIN_LENGTH = 2
UNNAMED = "JSON"
"""Field of values without a key."""
_PLACE_KEYS = frozenset(
    "location place venue placename locationname poi poiname city town province region address streetaddress "
    "placetag geotag".split()
)
"""Keys, without separators and in lower case, whose text names a place."""
_SCHEMA_KEYS = frozenset(
    "type typename kind shortcode mimetype mime format lang language locale id version extension encoding latitude "
    "longitude lat lon lng".split()
)
"""Keys under which a single word of ASCII letters is a code of a program; several words in one are a token."""
_STATE_KEYS = frozenset("status state category subcategory".split())
"""Keys under which a single word of ASCII letters is a code or something that a person wrote; it is a token."""


@dataclass(slots=True)
class JsonWalk:
    """Collects the words and positions of parsed values; what exceeds a limit is reported at the end."""

    skip: Collection[str] = ()
    """Keys whose values are not read: they are read elsewhere, or name people."""
    known: Collection[str] = ()
    """Texts that are hints already."""
    with_keys: bool = True
    """Whether keys that are words are read, and codes; those of a known format are its own words."""
    _seen: set[str] = field(default_factory=set)
    _letters: int = 0
    _places: int = 0
    _looked_at: int = 0
    _too_many_texts: bool = False
    _too_many_places: bool = False
    _too_many_values: bool = False
    _cut: bool = False
    _tokens: JsonTokens = field(default_factory=JsonTokens)

    def hints(self, value: JsonValue, path: str = "") -> Iterator[Hint | Reason]:
        """Yield hints of every text and position in a value, with the path of keys as field; its tokens come last."""
        yield from self._walk(value, path)
        for joined in self._tokens.take_texts():
            yield from text_hints(joined, field_name(path) or UNNAMED)

    def _walk(self, value: JsonValue, path: str) -> Iterator[Hint | Reason]:
        waiting: list[tuple[str, JsonValue]] = [(path, value)]
        while waiting:
            self._looked_at += 1
            if self._looked_at > MAX_WALKED_VALUES:
                self._too_many_values = True
            if self.exhausted:
                return
            where, one = waiting.pop()
            if isinstance(one, str):
                yield from self._text(one, where)
            elif isinstance(one, list):
                waiting += [(where, part) for part in reversed(one) if isinstance(part, str | list | dict)]
            elif isinstance(one, dict):
                one = with_geojson_order(one)
                yield from self._positions(one, where)
                yield from self._keys(one, where) if self.with_keys else ()
                waiting += reversed(
                    [
                        (f"{where}.{key}" if where else key, part)
                        for key, part in one.items()
                        if isinstance(part, str | list | dict) and key not in self.skip
                    ]
                )

    @property
    def exhausted(self) -> bool:
        """Whether nothing more can be yielded."""
        too_many_words = self._too_many_texts and self._tokens.too_many
        return self._too_many_values or (too_many_words and self._too_many_places)

    def _keys(self, one: dict[str, JsonValue], where: str) -> Iterator[Hint]:
        """Keys that are words: names of people and places, under which some exports keep their records."""
        for key in one:
            if (" " in key or not key.isascii()) and len(key) <= MAX_TEXT_LENGTH and key not in self.skip:
                yield from self._text(key, where)

    def gaps(self) -> Iterator[Gap]:
        """Yield what was left out."""
        if self._too_many_texts:
            yield Gap(make_reason("too_many", limit=min(MAX_TEXTS, len(self._seen)), part="texts"))
        if self._tokens.too_many:
            yield Gap(make_reason("too_many", limit=len(self._tokens), part="texts"))
        if self._too_many_places:
            yield Gap(make_reason("too_many", limit=MAX_PLACES, part="hints"))
        if self._too_many_values:
            yield Gap(make_reason("too_many", limit=MAX_WALKED_VALUES, part="values"))
        if self._cut or self._tokens.cut:
            yield Gap(make_reason("too_long", part="text", limit=f"{MAX_TEXT_LENGTH:,}"))

    def _positions(self, one: dict[str, JsonValue], where: str) -> Iterator[Hint | Reason]:
        if self._too_many_places:
            return
        for found in object_positions(one, where):
            self._places += 1
            if self._places > MAX_PLACES:
                self._too_many_places = True
                return
            yield replace(found, field=UNNAMED) if isinstance(found, Hint) and not found.field else found

    def _text(self, written: str, where: str) -> Iterator[Hint]:
        if len(written) < _MIN_LENGTH:
            return
        if written.startswith("data:"):
            written = decode_data_text(written) or written  # any other data is counted in the source of the file
        text = replace_lone_surrogates(fix_mojibake(written[:MAX_TEXT_LENGTH])).strip()
        if text in self._seen or text in self.known:
            return
        key = plain_key(where.rpartition(".")[2])
        if not has_words(text) or _is_code(key, text):
            self._token(text, key)
            return
        if text.isascii() and not any(map(str.isspace, text)) and not token_words(text):
            self._tokens.add(text, key or UNNAMED, is_word=True)
            return
        self._cut |= len(written) > MAX_TEXT_LENGTH
        if self._too_many_texts or len(self._seen) >= MAX_TEXTS or self._letters + len(text) > MAX_LETTERS:
            self._too_many_texts = True
            return
        self._seen.add(text)
        self._letters += len(text)
        if key in _PLACE_KEYS and len(text) <= _MAX_PLACE_LENGTH:
            yield place_tag_hint(text, where)
            yield from (hint for hint in text_hints(text, field_name(where)) if hint.point)
        else:
            yield from text_hints(text, field_name(where) or UNNAMED)

    def _token(self, text: str, key: str) -> None:
        """Keep a link, a path or a code for the end."""
        is_pair = key in PAIR_KEYS and not any(map(str.isalpha, text))  # read as a position
        is_schema = key in _SCHEMA_KEYS and (not self.with_keys or _SINGLE_WORD.fullmatch(text))
        if not is_pair and not is_schema and not any(map(str.isspace, text)):
            self._tokens.add(text, key or UNNAMED)


def _is_code(key: str, text: str) -> bool:
    """Whether a text under this key is a value for programs: a pair of numbers, which is read as such, or a code."""
    if key in PAIR_KEYS and not any(map(str.isalpha, text)):
        return True
    return (key in _SCHEMA_KEYS or key in _STATE_KEYS) and text.isascii() and " " not in text


_SINGLE_WORD = re.compile(r"[A-Z]*[a-z]*[0-9.]*", re.ASCII)
_MAX_PLACE_LENGTH = 300
"""Limit of a text that is the name of a place; a longer one is read as words."""


@lru_cache(maxsize=1024)
def plain_key(key: str) -> str:
    """Key in lower case, without separators.

    >>> plain_key("place_name"), plain_key("Location Name")
    ('placename', 'locationname')
    """
    return "".join(char for char in key.casefold() if char.isalnum())
