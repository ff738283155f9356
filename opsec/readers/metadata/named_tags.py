"""Values that a container keeps under names: which of them tell a place, a date, a camera, or what a person wrote."""

from collections.abc import Iterable, Iterator

from opsec.model.records import Found
from opsec.readers.field_values import device_told, field_name, place_told, time_told
from opsec.readers.text.free_text import free_text

MOST_M = 50_000_000.0

_NOT_A_PLACE = ("accuracy", ".body", ".role", ".date", ".facing")
"""Words in names about a place that hold none: how sure it is, the planet, when it was looked up."""
_DATES = ("©day", "creation_time", "date_recorded")
_DEVICES = ("©mak", "©mod", "make", "model", "manufacturer")
_WORDS = frozenset(
    "©nam ©cmt ©des ©inf desc ldes keyw title comment description synopsis summary subject keywords displayname "
    "information".split()
)
"""Names, or their last parts, of what a person or a downloader wrote about the film."""


def named_told(values: Iterable[tuple[str, str]], *, reader: str, where: str) -> Iterator[Found]:
    """Hints of all values of one list, each under its name; an accuracy belongs to the places beside it."""
    pairs = list(values)
    accuracy_m = next(
        (_metres(text) for name, text in pairs if "location.accuracy.horizontal" in name.casefold()), None
    )
    for name, text in pairs:
        field = field_name(where, name)
        plain_name = name.casefold()
        if _is_place(plain_name):
            yield from place_told(text, reader=reader, field=field, accuracy_m=accuracy_m)
        elif plain_name in _DATES or plain_name.endswith("creationdate"):
            yield from time_told(text, reader=reader, field=field)
        elif plain_name.rpartition(".")[2] in _DEVICES:
            yield from device_told(text, reader=reader, field=field)
        elif is_words(plain_name):
            yield from free_text(text, field)


def is_words(name: str) -> bool:
    """``©cmt``, ``com.apple.quicktime.title``, ``DESCRIPTION-ara`` …: a title, a description, a comment."""
    return name.rpartition(".")[2].partition("-")[0] in _WORDS


def _is_place(name: str) -> bool:
    """``location``, ``location-eng``, ``RECORDING_LOCATION``, ``com.apple.quicktime.location.ISO6709`` …"""
    return name == "©xyz" or ("location" in name and not any(word in name for word in _NOT_A_PLACE))


def _metres(text: str) -> float | None:
    """A radius as text; none when it is no number that a radius can be."""
    try:
        radius_m = float(text)
    except ValueError:
        return None
    return radius_m if 0 < radius_m <= MOST_M else None
