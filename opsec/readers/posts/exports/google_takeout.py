"""Read the record that Google Takeout writes beside each photo or video of Google Photos.

Keys as in real exports (``title``, ``description``, ``photoTakenTime``, ``geoData``, ``geoDataExif``); Google does not
document them. Coordinates of 0, 0 mean that Google knows none. The names of ``people`` are not read.
"""

from collections.abc import Iterator

from opsec.formats.json_stream import JsonValue, Numeral
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, Hint, Post, Reason
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.posts.exports.json_positions import object_positions
from opsec.readers.posts.exports.json_shape import ExportFormat, JsonShape
from opsec.readers.posts.exports.json_values import object_list, parse_timestamp, text_value, value_at
from opsec.readers.posts.exports.json_walk import JsonWalk
from opsec.readers.posts.post_fields import short_text
from opsec.readers.text.coordinates import text_hints
from opsec.readers.text.post_text import comment_hints
from opsec.readers.text.word_filter import has_words

PART = "Takeout"
_POSITIONS = ("geoData", "geoDataExif")
_COMMENTS = "sharedAlbumComments"
_READ_BY_NAME = frozenset(
    {*_POSITIONS, _COMMENTS, "title", "description", "photoTakenTime", "creationTime", "photoLastModifiedTime",
     "modificationTime", "people", "url", "imageViews", "googlePhotosOrigin"}
)  # fmt: skip


def recognises(outline: JsonShape) -> bool:
    """Whether the file is the record of one photo; the record of an album has neither of these keys."""
    return isinstance(outline.members.get("title"), str) and bool(
        {"photoTakenTime", *_POSITIONS} & outline.members.keys()
    )


def read(outline: JsonShape) -> Iterator[ReaderOutput]:
    """Yield the post with its description, then positions, the name of the file and comments."""
    whole, stopped = outline.parse_whole()
    caption = text_value(whole.get("description"))
    yield Post(
        caption=caption[:MAX_TEXT_LENGTH] if caption else None,
        recorded_at=_moment(whole.get("photoTakenTime")),
        url=short_text(text_value(whole.get("url"))),
        source="Google Photos",
    )
    if caption and len(caption) > MAX_TEXT_LENGTH:
        yield Gap(make_reason("too_long", part="caption", limit=f"{MAX_TEXT_LENGTH:,}"))
    for key in _POSITIONS:
        yield from _position(whole.get(key), key)
    title = text_value(whole.get("title")) or ""
    if has_words(title):
        yield from text_hints(title[:MAX_TEXT_LENGTH], "title")
    yield from comment_hints(object_list(whole.get(_COMMENTS)))
    walk = JsonWalk(skip=_READ_BY_NAME, with_keys=False)
    yield from walk.hints(dict(whole))
    yield from walk.gaps()
    if stopped is not None:
        raise stopped


def _moment(value: JsonValue) -> str | None:
    """Time of an object that Google writes about a moment; its ``timestamp`` is text."""
    return parse_timestamp(value_at(value, "timestamp"))


def _position(value: JsonValue, key: str) -> Iterator[Hint | Reason]:
    """Positions under the usual names; two zeros mean that there is none."""
    for found in object_positions(value, f"{PART}/{key}") if isinstance(value, dict) else ():
        if isinstance(found, Hint) or not _is_zero(value):
            yield found


def _is_zero(value: JsonValue) -> bool:
    numbers = [one.value() for one in value.values() if isinstance(one, Numeral)] if isinstance(value, dict) else []
    return not any(numbers)


PLATFORM = ExportFormat(recognises, read)
