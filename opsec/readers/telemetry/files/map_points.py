"""Points and words of a map file that are no track: pins, waypoints, corners of an outline, names and descriptions."""

from collections.abc import Iterator

from opsec.i18n.reasons import make_reason
from opsec.model import Hint, Reason
from opsec.model.records import FreeText, Gap, ReaderOutput
from opsec.readers.coordinate_values import coordinate_hints, parse_coordinate
from opsec.readers.field_values import invalid_position
from opsec.readers.text.free_text import MAX_TEXTS, to_free_text

MAX_POINTS = 500
"""Limit of points of one file that become hints; more are reported."""


class MapPoints:
    """Points of a file, each a position of its own, and its words."""

    def __init__(self, reader: str, part: str) -> None:
        self._reader, self._part = reader, part
        self._points: dict[tuple[str, str, str], None] = {}
        self._more_points = False
        self._texts: list[FreeText] = []

    def add_point(self, field: str, lat: str, lon: str) -> None:
        """Add a point, its degrees as written."""
        if len(self._points) < MAX_POINTS:
            self._points.setdefault((field, lat.strip(), lon.strip()))
        else:
            self._more_points = True

    def add_words(self, field: str, text: str) -> None:
        """Add a name or a description; the registry limits and searches it."""
        if len(self._texts) <= MAX_TEXTS:
            self._texts += to_free_text(text, f"{self._part}/{field}")

    def records(self) -> Iterator[ReaderOutput]:
        """Yield the positions, one remark for those that are invalid, and the words."""
        found = [record for point in self._points for record in self._position(*point)]
        yield from (record for record in found if isinstance(record, Hint))
        yield from dict.fromkeys(record for record in found if isinstance(record, Reason))
        if self._more_points:
            yield Gap(make_reason("too_many", limit=MAX_POINTS, part="points"))
        yield from self.words()

    def words(self) -> Iterator[FreeText]:
        """Yield the words alone."""
        yield from self._texts

    def _position(self, field: str, lat: str, lon: str) -> Iterator[Hint | Reason]:
        coordinates = parse_coordinate(lat), parse_coordinate(lon)
        if coordinates[0] is None or coordinates[1] is None:
            yield invalid_position(f"{self._part}/{field}")
        else:
            yield from coordinate_hints(
                coordinates[0], coordinates[1], reader=self._reader, field=f"{self._part}/{field}"
            )
