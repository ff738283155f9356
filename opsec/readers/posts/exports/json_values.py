"""Single values of built JSON, brought into the forms of a ``Post``; what is something else counts as not there."""

from opsec.formats.json_stream import Built, Numeral
from opsec.readers.field_values import utc_text
from opsec.readers.posts.post_fields import count, moment, whole

_NOTHING = ("", "N/A", "None")
"""What exports write where there is nothing."""


def inside(value: Built, *path: str) -> Built:
    """What stands at the end of a path of keys; none when it leads nowhere."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def words(value: Built) -> str | None:
    """A text with something in it."""
    text = whole(value).strip() if isinstance(value, str) else ""
    return None if text in _NOTHING else text


def first_words(*values: Built) -> str | None:
    """The first of several values that is a text with something in it."""
    return next((text for value in values if (text := words(value))), None)


def objects(value: Built) -> list[dict[str, Built]]:
    """The objects of an array."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def first_count(*values: Built) -> int | None:
    """The first of several values that is a number of people."""
    return next(
        (number for value in values if isinstance(value, str | Numeral) and (number := count(value)) is not None), None
    )


def when(value: Built) -> str | None:
    """RFC 3339 of a moment written as seconds (or milliseconds) since 1970 or as ISO 8601."""
    if isinstance(value, Numeral):
        seconds = value.value()
        if seconds is not None and seconds > 1e11:
            seconds /= 1000
        return utc_text(seconds) if seconds else None
    return moment(value) if isinstance(value, str) else None


def first_moment(*values: Built) -> str | None:
    """The first of several values that is a moment."""
    return next((told for value in values if (told := when(value))), None)
