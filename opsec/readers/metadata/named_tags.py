"""Classify named values of a container: position, date, camera or text."""

from collections.abc import Iterable, Iterator

from opsec.model.records import ReaderOutput
from opsec.readers.field_values import field_name, parse_device, parse_place, parse_time
from opsec.readers.text.free_text import to_free_text

MAX_ACCURACY_M = 50_000_000.0

_NOT_A_PLACE = ("accuracy", ".body", ".role", ".date", ".facing")
"""Parts of location tags that hold no position: accuracy, body, date of lookup."""
_DATES = ("©day", "creation_time", "date_recorded")
_DEVICES = ("©mak", "©mod", "make", "model", "manufacturer")
_WORDS = frozenset(
    "©nam ©cmt ©des ©inf desc ldes keyw title comment description synopsis summary subject keywords displayname "
    "information".split()
)
"""Tags, or their last components, of text written by a person or a download program."""


def parse_tags(values: Iterable[tuple[str, str]], *, reader: str, where: str) -> Iterator[ReaderOutput]:
    """Yield the hints of all values of one list, by name; an accuracy applies to the positions beside it."""
    pairs = list(values)
    accuracy_m = next(
        (_parse_metres(text) for name, text in pairs if "location.accuracy.horizontal" in name.casefold()), None
    )
    for name, text in pairs:
        field = field_name(where, name)
        plain_name = name.casefold()
        if _is_place_tag(plain_name):
            yield from parse_place(text, reader=reader, field=field, accuracy_m=accuracy_m)
        elif plain_name in _DATES or plain_name.endswith("creationdate"):
            yield from parse_time(text, reader=reader, field=field)
        elif plain_name.rpartition(".")[2] in _DEVICES:
            yield from parse_device(text, reader=reader, field=field)
        elif is_text_tag(plain_name):
            yield from to_free_text(text, field)


def is_text_tag(name: str) -> bool:
    """Whether a tag is a title, description or comment: ``©cmt``, ``com.apple.quicktime.title``."""
    return name.rpartition(".")[2].partition("-")[0] in _WORDS


def _is_place_tag(name: str) -> bool:
    """Whether a tag is a location: ``location``, ``location-eng``, ``RECORDING_LOCATION``, ``….location.ISO6709`` …"""
    return name == "©xyz" or ("location" in name and not any(word in name for word in _NOT_A_PLACE))


def _parse_metres(text: str) -> float | None:
    """Parse a radius in metres; None for an impossible number."""
    try:
        radius_m = float(text)
    except ValueError:
        return None
    return radius_m if 0 < radius_m <= MAX_ACCURACY_M else None
