"""Read generated JSON as an export, and summarise the result."""

import io
import json
from typing import Any

from opsec.model import Hint, Reading
from opsec.readers.registry import read_file


def reading(content: Any) -> Reading:
    """Read a ``.json`` with this content, or with these bytes."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_file(io.BytesIO(data), "json")


def places(hints: tuple[Hint, ...]) -> list[tuple[str, float, float]]:
    """Field, latitude and longitude of every position."""
    return [(hint.field, hint.point.lat, hint.point.lon) for hint in hints if hint.point]


def names(hints: tuple[Hint, ...]) -> list[tuple[str, str | None]]:
    """Field and name of every named place."""
    assert all(hint.family == "TEXT" for hint in hints if hint.kind == "place")
    return [(hint.field, hint.text) for hint in hints if hint.kind == "place"]


def texts(hints: tuple[Hint, ...]) -> list[tuple[str, str | None]]:
    """Field and content of every text."""
    return [(hint.field, hint.text) for hint in hints if hint.kind == "text"]


def codes(found: Reading) -> list[str]:
    """Codes of the reasons and notes of a reading."""
    return [why.code for why in found.reasons]
