"""What Instagram and Facebook export ("Download your information", JSON): posts, stories, albums, chats with media.

There are a dozen shapes, and they change; all of them say ``uri`` (older ones ``path``) of a medium, with
its times and what the camera wrote beside it. So every medium in a record is found, wherever it stands.
Their texts are UTF-8 written as if each byte were a letter (Latin-1); what can be nothing else is repaired.
"""

from collections.abc import Iterator, Mapping

from opsec.formats.json_stream import BrokenError, Built, CutOffError, Nested
from opsec.model import MAX_TEXT, Hint, Post, Reason
from opsec.model.records import Found
from opsec.readers.posts.exports.json_positions import MOST_VALUES, names_in, positions_in
from opsec.readers.posts.exports.json_shape import Object, Outline, Platform, first_objects
from opsec.readers.posts.exports.json_values import first_moment, first_words, objects, words
from opsec.readers.posts.exports.post_collector import Rows
from opsec.readers.posts.post_fields import short
from opsec.readers.text.coordinates import written_hints

PART = "posts.json"
_MEDIUM_KEYS = frozenset({"creation_timestamp", "media_metadata", "taken_at", "cross_post_source"})
_TIMES = ("creation_timestamp", "taken_at", "timestamp", "timestamp_ms")
_MOST_MEDIA = 200
"""Of one record."""


def tells(outline: Outline) -> bool:
    """A chat, or lists whose first records are posts or media as these exports write them."""
    chat = {"participants", "messages"} <= outline.members.keys()
    return chat or any(_medium_in(dict(record)) or _is_status(record) for record in _firsts(outline))


def _firsts(outline: Outline) -> Iterator[Object]:
    yield from outline.first
    for value in outline.members.values():
        if isinstance(value, Nested) and value.is_list:
            try:
                yield from first_objects(outline.text, value)
            except (CutOffError, BrokenError):
                continue  # whoever reads the file will say so


def _is_status(record: Object) -> bool:
    """A post of Facebook without a medium."""
    return "timestamp" in record and any("post" in one for one in objects(record.get("data")))


def _medium_in(record: Built) -> bool:
    return next(_media(record), None) is not None


def read(outline: Outline) -> Iterator[Found]:
    """A post for each medium; a record without any is a post when it has words or a place."""
    rows = Rows()
    arrays = [value for value in outline.members.values() if isinstance(value, Nested) and value.is_list]
    for array in arrays if outline.members else [None]:
        for record in rows.records(outline.text, array):
            yield from _record(_repaired_all(record), rows)
    yield from rows.remarks()


def _record(record: Object, rows: Rows) -> Iterator[Found]:
    own = _own_words(record)
    common = list(_places(record))
    media = list(_media(dict(record)))
    if not media and (own or common):
        yield from rows.give(_post(record, {}, own), own, None, common)
    for medium in media:
        caption = own or first_words(medium.get("description"), medium.get("title"), medium.get("caption"))
        told = [*common, *_more_words(record, medium, caption), *names_in(medium.get("location"), f"{PART}:location")]
        told += positions_in({key: medium[key] for key in medium if key != "place"}, f"{PART}:media")
        yield from rows.give(
            _post(record, medium, caption), caption, first_words(medium.get("uri"), medium.get("path")), told
        )


def _post(record: Object, medium: Object, caption: str | None) -> Post:
    return Post(
        author=short(first_words(record.get("sender_name"), record.get("author"))),
        caption=caption[:MAX_TEXT] if caption else None,
        posted_at=first_moment(*(one.get(key) for one in (record, medium) for key in _TIMES)),
        source="Meta export",
    )


def _own_words(record: Object) -> str | None:
    """What the author wrote: of Facebook under ``data``, of a chat ``content``, of Instagram the title of the post."""
    written = [one.get("post") for one in objects(record.get("data"))]
    own_title = record.get("title") if "media" in record else None
    return first_words(*written, record.get("content"), own_title)


def _more_words(record: Object, medium: Object, caption: str | None) -> Iterator[Hint]:
    """Titles and descriptions beside the caption: "… was at …" is one of them."""
    known = {caption}
    for one in (record, medium):
        for key in ("title", "description"):
            text = words(one.get(key))
            if text not in known:
                known.add(text)
                yield from written_hints((text or "")[:MAX_TEXT], key)


def _places(record: Object) -> Iterator[Hint | Reason]:
    """Places that stand in the record beside its media: check-ins and tags."""
    for place in _under(dict(record), "place"):
        yield from names_in(place, f"{PART}:place")
        yield from positions_in(place, f"{PART}:place")


def _media(record: Built) -> Iterator[dict[str, Built]]:
    found = 0
    for one in _all_objects(record):
        name = one.get("uri") or one.get("path")
        if isinstance(name, str) and "://" not in name and _MEDIUM_KEYS & one.keys():
            found += 1
            yield one
        if found == _MOST_MEDIA:
            return


def _under(record: Built, key: str) -> Iterator[Built]:
    return (one[key] for one in _all_objects(record) if key in one)


def _all_objects(record: Built) -> Iterator[dict[str, Built]]:
    """Every object in a value, in reading order; a thumbnail is no medium of its own."""
    waiting, looked_at = [record], 0
    while waiting and looked_at < MOST_VALUES:
        one = waiting.pop()
        looked_at += 1
        if isinstance(one, dict):
            yield one
            waiting += reversed([part for key, part in one.items() if key != "thumbnail"])
        elif isinstance(one, list):
            waiting += reversed(one)


# ── letters ───────────────────────────────────────────────────────────────────────────────────
def repaired(text: str) -> str:
    """A text whose letters are the bytes of UTF-8, as the text that they make; any other as it is.

    >>> repaired("\\u00d9\\u0085\\u00d8\\u00b9"), repaired("café"), repaired("gate")
    ('مع', 'café', 'gate')
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _repaired_all(record: Object) -> dict[str, Built]:
    """The record with every text in it repaired, which is before anything is stripped: half a letter may look blank."""
    return {key: _repaired(value) for key, value in record.items()}


def _repaired(value: Built) -> Built:
    if isinstance(value, str):
        return repaired(value)
    if isinstance(value, list):
        return [_repaired(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _repaired(one) for key, one in value.items()}
    return value


PLATFORM = Platform(tells, read)
