"""Reading JSON of our own making as an export, and what it gave in short."""

import io
import json
from typing import Any

from opsec.model import Hint, Reading
from opsec.readers.registry import read_file


def reading(content: Any) -> Reading:
    """What the readers give of a ``.json`` with this content, or of these very bytes."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_file(io.BytesIO(data), "json")


def places(hints: tuple[Hint, ...]) -> list[tuple[str, float, float]]:
    """Field, latitude and longitude of every position."""
    return [(hint.field, hint.point.lat, hint.point.lon) for hint in hints if hint.point]


def names(hints: tuple[Hint, ...]) -> list[tuple[str, str | None]]:
    """Field and name of every place that is named."""
    assert all(hint.family == "TEXT" for hint in hints if hint.kind == "place")
    return [(hint.field, hint.text) for hint in hints if hint.kind == "place"]


def said(hints: tuple[Hint, ...]) -> list[tuple[str, str | None]]:
    """Field and words of every text."""
    return [(hint.field, hint.text) for hint in hints if hint.kind == "text"]


def codes(found: Reading) -> list[str]:
    """Why it was not read, or what is worth saying."""
    return [why.code for why in found.reasons]
