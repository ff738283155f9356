"""Text and positions in XML of any kind, so that no such file is passed over.

The text of all elements and the values of all attributes are searched like a caption. A position is a latitude and a
longitude in attributes of one element, or in elements side by side.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from opsec.formats.bounded_text import BoundedText
from opsec.formats.text_lines import decode_detected
from opsec.formats.xml_events import parse_xml_events
from opsec.geo.positions import MIN_RECEIVER_ERROR_M
from opsec.i18n.reasons import make_reason
from opsec.model import Hint
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.coordinate_values import coordinate_hints, find_refs, is_ref_name, parse_coordinate, ref_text
from opsec.readers.field_values import field_name, invalid_position
from opsec.readers.text.coordinates import find_coordinates
from opsec.readers.text.free_text import MAX_FREE_TEXT_LENGTH, MAX_LETTERS, to_free_text

NAME = "xml"
MAX_POSITIONS = 1_000
_LATITUDES = ("lat", "latitude", "gpslatitude", "gpslat")
_LONGITUDES = ("lon", "lng", "long", "longitude", "gpslongitude", "gpslon", "gpslng")
_AXES = frozenset((*_LATITUDES, *_LONGITUDES))
_MAX_NOTATION_LENGTH = 60
_MAX_CHILDREN = 40
_TAG = re.compile(r"<[^<>]*>")
_ADDRESS = re.compile(r"(?:https?://(?:www\.w3\.org|[^/\s]+/(?:schemas?|ns|xml)\b)|urn:)\S*")
"""Names of XML languages, which are not text."""


def xml_words(text: BoundedText) -> Iterator[ReaderOutput]:
    """Yield positions, then all text of a file; of damaged XML, the text between its tags and a gap."""
    handler = _WordsHandler(text.part)
    stopped = parse_xml_events(text, handler)
    if stopped is not None:
        rest = html.unescape(_TAG.sub("\n", decode_detected(text.data[: 4 * MAX_LETTERS])))
        for line in rest.split("\n"):
            handler.words.add(line)
    yield from handler.positions
    yield from handler.words.records(f"{text.part}/text")
    if len(handler.positions) == MAX_POSITIONS:
        yield Gap(make_reason("too_many", limit=MAX_POSITIONS, part="positions"))
    yield from text.gaps()
    if stopped is not None:
        yield Gap(stopped.reason)


class _Words:
    """Distinct texts in file order, up to the limit of what is searched."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}
        self._room = MAX_LETTERS - 1
        self._cut = False

    def add(self, text: str) -> None:
        words = " ".join(text.split())
        if not any(char.isalpha() for char in words[:1000]) or words in self._texts or _ADDRESS.fullmatch(words):
            return
        if len(words) + 1 > self._room:
            self._cut = True
            words = words[: max(0, self._room - 1)]
        if not words:
            return
        self._texts[words] = None
        self._room -= len(words) + 1

    def records(self, field: str) -> Iterator[ReaderOutput]:
        """Yield the texts, joined to few long ones: the number of texts of a file is limited."""
        for joined in _joined(self._texts):
            yield from to_free_text(joined, field)
        if self._cut:
            yield Gap(make_reason("too_long", part="text", limit=f"{MAX_LETTERS:,}"))


def _joined(texts: Mapping[str, None]) -> Iterator[str]:
    lines: list[str] = []
    length = 0
    for text in texts:
        if lines and length + len(text) + 1 > MAX_FREE_TEXT_LENGTH:
            yield "\n".join(lines)
            lines, length = [], 0
        for at in range(0, len(text), MAX_FREE_TEXT_LENGTH):
            piece = text[at : at + MAX_FREE_TEXT_LENGTH]
            if len(piece) == MAX_FREE_TEXT_LENGTH:
                yield piece
            else:
                lines.append(piece)
                length += len(piece) + 1
    if lines:
        yield "\n".join(lines)


class _WordsHandler:
    """Collect text and positions from XML events."""

    def __init__(self, part: str) -> None:
        self.words = _Words()
        self.positions: list[ReaderOutput] = []
        self._part = part
        self._levels: list[dict[str, str]] = []
        """Coordinates among the children of every open element."""

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition("}")[2].lower(): value for key, value in attributes.items()}
        for value in attributes.values():
            self.words.add(value)
        self._add_position(name, plain)
        self._levels.append({})

    def interrupted(self, text: str) -> None:
        self.words.add(text)

    def ends(self, name: str, text: str) -> None:
        self._add_position(name, self._levels.pop())
        self.words.add(text)
        plain = name.rpartition("}")[2].lower()
        has_room = self._levels and len(self._levels[-1]) < _MAX_CHILDREN and len(text) <= _MAX_NOTATION_LENGTH
        if has_room and (plain in _AXES or is_ref_name(plain)):
            self._levels[-1].setdefault(plain, text.strip())

    def _add_position(self, name: str, values: Mapping[str, str]) -> None:
        lat = next((key for key in _LATITUDES if key in values), None)
        lon = next((key for key in _LONGITUDES if key in values), None)
        if lat is None or lon is None or len(self.positions) == MAX_POSITIONS:
            return
        lat_ref, lon_ref = find_refs(lat, lon, values)
        refs = ref_text(lat_ref, values.get(lat_ref or "", "")), ref_text(lon_ref, values.get(lon_ref or "", ""))
        self.positions += _to_positions(values[lat], values[lon], refs, field_name(f"{self._part}/{name}"))


def _to_positions(lat: str, lon: str, refs: tuple[str, str], field: str) -> Iterator[ReaderOutput]:
    """Yield the position of two values; nothing for values that are no numbers, as in lists of types."""
    values = parse_coordinate(lat), parse_coordinate(lon)
    if values[0] and values[1]:
        for found in coordinate_hints(values[0], values[1], refs, reader=NAME, field=field):
            if isinstance(found, Hint):
                yield replace(found, accuracy_m=max(MIN_RECEIVER_ERROR_M, found.accuracy_m or 0.0))
            else:
                yield found
        return
    written = islice(find_coordinates(f"{lat[:_MAX_NOTATION_LENGTH]}, {lon[:_MAX_NOTATION_LENGTH]}"), 1)
    point, accuracy_m = next(((one.point, one.accuracy_m) for one in written), (None, None))
    if point is not None:
        yield Hint(
            kind="position", family="META", reader=NAME, field=field, point=point, accuracy_m=accuracy_m,
        )  # fmt: skip
    elif all(any(map(str.isdecimal, value)) for value in (lat, lon)):
        yield invalid_position(field)
