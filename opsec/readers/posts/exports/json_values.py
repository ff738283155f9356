"""Convert single values of parsed JSON for a ``Post``; values of other types count as missing."""

from opsec.formats.json_stream import JsonValue, Numeral
from opsec.readers.field_values import format_utc
from opsec.readers.posts.post_fields import parse_count, parse_post_time, replace_lone_surrogates

_EMPTY_VALUES = ("", "N/A", "None")
"""Placeholders that exports write for missing values."""


def value_at(value: JsonValue, *path: str) -> JsonValue:
    """Value at the end of a path of keys; None when the path does not exist."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text_value(value: JsonValue) -> str | None:
    """A non-empty text."""
    text = replace_lone_surrogates(value).strip() if isinstance(value, str) else ""
    return None if text in _EMPTY_VALUES else text


def first_text(*values: JsonValue) -> str | None:
    """First of several values that is a non-empty text."""
    return next((text for value in values if (text := text_value(value))), None)


def object_list(value: JsonValue) -> list[dict[str, JsonValue]]:
    """Objects of an array."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def first_count(*values: JsonValue) -> int | None:
    """First of several values that is a count."""
    return next(
        (number for value in values if isinstance(value, str | Numeral) and (number := parse_count(value)) is not None),
        None,
    )


def parse_timestamp(value: JsonValue) -> str | None:
    """Convert seconds or milliseconds since 1970, or ISO 8601, to RFC 3339."""
    if isinstance(value, Numeral):
        seconds = value.value()
        if seconds is not None and seconds > 1e11:
            seconds /= 1000
        return format_utc(seconds) if seconds else None
    return parse_post_time(value) if isinstance(value, str) else None


def first_timestamp(*values: JsonValue) -> str | None:
    """First of several values that is a timestamp."""
    return next((parsed for value in values if (parsed := parse_timestamp(value))), None)


_NAME_KEYS = ("uniqueId", "unique_id", "username", "screen_name", "nickname", "nick", "name", "fullname", "displayname")


def author_name(value: JsonValue) -> str | None:
    """Name of an author: a text, or an object with a name."""
    return first_text(*(value.get(key) for key in _NAME_KEYS)) if isinstance(value, dict) else text_value(value)


# ── letters ───────────────────────────────────────────────────────────────────────────────────
def fix_mojibake(text: str) -> str:
    r"""Repair UTF-8 that was decoded as Latin-1, as Meta writes it; any other text is returned unchanged.

    This comes before stripping, because half a letter may look like a space.

    >>> fix_mojibake("\u00d9\u0085\u00d8\u00b9"), fix_mojibake("café"), fix_mojibake("gate")
    ('مع', 'café', 'gate')
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def fix_value(value: JsonValue) -> JsonValue:
    """Repair every text in a value."""
    if isinstance(value, str):
        return fix_mojibake(value)
    if isinstance(value, list):
        return [fix_value(one) for one in value]
    if isinstance(value, dict):
        return {key: fix_value(one) for key, one in value.items()}
    return value
